"""The value model: from indicators to points, from points to current, potential and total value.

Fit once on the indicators of a base year, score as often as wanted: anchors do not move, so that next year's book, one
customer or another branch are scored on the same scale.
"""

import hashlib
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, did_you_mean
from crmlib.tree import ROOT, Tree
from crmlib.value.scaling import Scaling, fit_scaling
from crmlib.words.messages import Message, as_json, from_json, say

DECIMALS = 9
SCORES = ("current", "potential", "total")


@dataclass(frozen=True)
class ValueModel:
    """A fitted model.

    Attributes
    ----------
    tree : Tree
        The tree as fitted: without leaves that are absent or tell nobody apart.
    weights : Series, shape (leaves,)
        Weight of each leaf of the fitted tree in the total; sums to 1.
    scalings : dict of str to Scaling
        Scale of each leaf.
    notes : tuple of Message
        What dropped out, and why.
    fingerprint : str
        SHA-256 of the indicator table that the model was fitted on.
    """

    tree: Tree
    weights: pd.Series
    scalings: dict[str, Scaling]
    notes: tuple[Message, ...] = ()
    fingerprint: str = ""

    @classmethod
    def fit(cls, indicators: pd.DataFrame, tree: Tree, weights: pd.Series, winsor: float = 0.01) -> "ValueModel":
        """Learn the scales from the base year's indicators.

        Parameters
        ----------
        indicators : DataFrame, shape (customers, leaves)
            One column per leaf of the tree, in its own unit; a leaf without a column drops out.
        tree : Tree
        weights : Series
            Weight of each leaf of the tree in the total, as :meth:`crmlib.tree.Tree.leaf_weights` gives them;
            non-negative, summing to 1. Where leaves drop out, their siblings take their weight.
        winsor : float
            Share of the base year's values cut off at each end.

        Returns
        -------
        ValueModel

        Raises
        ------
        CrmError
            If a column is no leaf of the tree, weights are missing, negative or do not sum to 1, or an axis is empty.
        """
        _require_leaves(indicators, tree)
        local = _local(tree, _checked(weights, tree))
        known = [leaf for leaf in tree.leaves if leaf in indicators]
        scalings = {leaf: fit_scaling(indicators[leaf], tree[leaf].scale, winsor) for leaf in known}
        dropped = {leaf: "model.not_in_book" for leaf in tree.leaves if leaf not in known}
        dropped |= {leaf: "model.flat" for leaf in known if scalings[leaf].flat}
        if lost := [axis for axis in tree.axes if set(tree.leaves_of(axis)) <= set(dropped)]:
            raise CrmError(f"axis {lost[0]} ({tree.name(lost[0])}) has no indicator left: none tells customers apart.")
        kept = tree.without(set(dropped))
        notes = tuple(say(why, code=leaf, name=tree.name(leaf)) for leaf, why in dropped.items())
        weights = kept.leaf_weights(kept.among_siblings(local))
        return cls(kept, weights, {leaf: scalings[leaf] for leaf in kept.leaves}, notes, fingerprint(indicators))

    def scaled(self, indicators: pd.DataFrame) -> pd.DataFrame:
        """Points from 0 to 100 for each leaf, more always better; missing stays missing."""
        if lacking := [leaf for leaf in self.tree.leaves if leaf not in indicators]:
            raise CrmError(f"the model needs the indicators {', '.join(lacking)}, which the table does not have.")
        points = {leaf: scaling.points(indicators[leaf]) for leaf, scaling in self.scalings.items()}
        return pd.DataFrame({c: 100 - p if self.tree[c].direction == "cost" else p for c, p in points.items()})

    def score(self, indicators: pd.DataFrame) -> pd.DataFrame:
        """Current, potential and total value of each customer.

        Parameters
        ----------
        indicators : DataFrame, shape (customers, leaves)
            The columns that the model was fitted on.

        Returns
        -------
        DataFrame, shape (customers, 3)
            ``current``, ``potential``, ``total``, from 0 to 100, rounded to 9 decimals. A missing indicator's weight
            goes to its siblings; a customer without any indicator on an axis has no score there and no total.

        Raises
        ------
        CrmError
            If a column is missing.
        """
        return self.score_points(self.scaled(indicators))

    def score_points(self, points: pd.DataFrame) -> pd.DataFrame:
        """Current, potential and total value as :meth:`score` gives them, from the points of :meth:`scaled`."""
        axes = [self._node(points, axis) for axis in self.tree.axes]
        shares = np.array([self.local[axis] for axis in self.tree.axes])
        total = shares[0] * axes[0] + shares[1] * axes[1]
        return pd.DataFrame(np.round(np.column_stack([*axes, total]), DECIMALS), index=points.index, columns=SCORES)

    def reweighted(self, local: pd.Series) -> "ValueModel":
        """The same scales under other weights among siblings, by node; what dropped out stays out."""
        return replace(self, weights=self.tree.leaf_weights(self.tree.among_siblings(local)))

    def effective_weights(self, indicators: pd.DataFrame) -> pd.DataFrame:
        """Weight of each leaf in each customer's total, after missing ones went to their siblings."""
        points = self.scaled(indicators)
        weights: dict[str, np.ndarray] = {ROOT: np.ones(len(points))}
        for group in self.tree.groups:
            children = self.tree.children(group)
            known = np.column_stack([~np.isnan(self._node(points, child)) for child in children])
            shares = known * self.local[list(children)].to_numpy()
            total = shares.sum(axis=1)
            shares = np.divide(shares, total[:, None], out=np.zeros_like(shares), where=total[:, None] > 0)
            weights |= {child: weights[group] * shares[:, place] for place, child in enumerate(children)}
        return pd.DataFrame({leaf: weights[leaf] for leaf in self.tree.leaves}, index=points.index)

    def contributions(self, indicators: pd.DataFrame) -> pd.DataFrame:
        """Points that each leaf adds to each customer's total; rows sum to the total."""
        return self.effective_weights(indicators) * self.scaled(indicators).fillna(0.0)

    @cached_property
    def local(self) -> pd.Series:
        """Weight of every node among its siblings."""
        return _local(self.tree, self.weights)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "tree": self.tree.model_dump(mode="json")["nodes"],
            "weights": self.weights.to_dict(),
            "scalings": {leaf: asdict(scaling) for leaf, scaling in self.scalings.items()},
            "notes": as_json(self.notes),
            "fingerprint": self.fingerprint,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "ValueModel":
        """The model from :meth:`as_dict`."""
        scalings = {leaf: Scaling(**row) for leaf, row in data["scalings"].items()}
        weights, notes = pd.Series(data["weights"], name="weight"), tuple(from_json(data["notes"]))
        return cls(Tree(nodes=data["tree"]), weights, scalings, notes, data["fingerprint"])

    def steps(self, indicators: pd.DataFrame) -> pd.DataFrame:
        """Every step from raw numbers to the total.

        Parameters
        ----------
        indicators : DataFrame, shape (customers, leaves)
            Indexed by customer_id.

        Returns
        -------
        DataFrame
            One row a customer and indicator: customer_id, code, name, unit, raw (in that unit), points (0 to 100, more
            is better), weight (in this customer's total, after missing ones went to their siblings) and contribution
            (points x weight); contributions sum to the total.
        """
        leaves = list(self.tree.leaves)
        parts = {
            "raw": indicators,
            "points": self.scaled(indicators),
            "weight": self.effective_weights(indicators),
            "contribution": self.contributions(indicators),
        }
        nodes = [(leaf, self.tree[leaf].name, self.tree[leaf].unit) for leaf in leaves] * len(indicators)
        table = pd.DataFrame(nodes, columns=["code", "name", "unit"])
        table.insert(0, "customer_id", indicators.index.repeat(len(leaves)))
        # Adding 0 turns a negative zero into a plain one.
        return table.assign(**{name: part[leaves].to_numpy(dtype=float).ravel() + 0.0 for name, part in parts.items()})

    def _node(self, points: pd.DataFrame, code: str) -> np.ndarray:
        """Score of a node: the weighted mean of its known children; missing where none is known."""
        if code in self.scalings:
            return points[code].to_numpy()
        children = self.tree.children(code)
        values = np.column_stack([self._node(points, child) for child in children])
        weights = np.where(np.isnan(values), 0.0, self.local[list(children)].to_numpy())
        total = weights.sum(axis=1)
        known = total > 0
        summed = (weights * np.nan_to_num(values)).sum(axis=1)
        return np.divide(summed, total, out=np.full(len(points), np.nan), where=known)


def fingerprint(indicators: pd.DataFrame) -> str:
    """SHA-256 of an indicator table, whatever the order of its rows and columns."""
    table = indicators.sort_index().sort_index(axis=1)
    return hashlib.sha256(pd.util.hash_pandas_object(table).to_numpy().tobytes()).hexdigest()


def _require_leaves(indicators: pd.DataFrame, tree: Tree) -> None:
    for column in indicators:
        if column not in tree.leaves:
            raise CrmError(f"{column} is no indicator of the tree.{did_you_mean(str(column), tree.leaves)}")


def _checked(weights: pd.Series, tree: Tree) -> pd.Series:
    if lacking := [leaf for leaf in tree.leaves if leaf not in weights.index]:
        raise CrmError(f"weights must name every indicator: {', '.join(lacking)} are missing.")
    weights = weights[list(tree.leaves)].astype(float)
    if (weights < 0).any() or abs(weights.sum() - 1) > 1e-6:
        found = f"smallest {weights.min():.6g}, sum {weights.sum():.6g}"
        raise CrmError(f"weights must not be negative and must sum to 1, found {found}.")
    return weights


def _local(tree: Tree, leaf_weights: pd.Series) -> pd.Series:
    """Weight of every node among its siblings, from the weights of the leaves."""
    own = leaf_weights.to_dict()
    return tree.among_siblings({node.code: sum(own[leaf] for leaf in tree.leaves_of(node.code)) for node in tree.nodes})
