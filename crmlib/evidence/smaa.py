"""SMAA: would a customer be in its class if the experts had weighed otherwise?

Weights are drawn for every node of the tree, around the group's and as wide as the experts lie apart, or as if nobody
had an opinion. Each draw scores all customers anew and fits its own cuts. The share of draws that put a customer into
a class is the acceptability of that class.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from crmlib.cut import Cut
from crmlib.matrix.classes import DECIMALS, checked_labels, fit_cut
from crmlib.study import Study
from crmlib.tree import ROOT, Tree
from crmlib.value.model import ValueModel
from crmlib.value.weights import equal, opinions_by_expert, tree_weights

EXPERTS, FLAT = "experts", "flat"
"""Ways to draw weights: as wide as the experts lie apart, or as if nobody had an opinion."""
STREAMS = {EXPERTS: 92, FLAT: 93}
MOST_DRAWS = 128
"""Draws that are counted together: as many as a core's cache holds the scores of, for a branch."""


@dataclass(frozen=True)
class Acceptability:
    """How often each customer was in each class.

    Attributes
    ----------
    classes : DataFrame, shape (customers, 4)
        Share of the draws, by class; rows sum to 1.
    central : DataFrame, shape (4 x customers, leaves), or None
        Index class and customer_id; None where it was not asked for. Mean weight of each leaf within its axis over the
        draws that put the customer into the class: what one would have to hold for it to belong there; missing where
        no draw did.
    weights : Series, shape (leaves,)
        Mean weight of each leaf within its axis over all draws.
    """

    classes: pd.DataFrame
    central: pd.DataFrame | None
    weights: pd.Series

    def own(self, classes: pd.Series) -> pd.Series:
        """Acceptability of each customer's own class."""
        places = self.classes.columns.get_indexer(classes.reindex(self.classes.index))
        return pd.Series(self.classes.to_numpy()[np.arange(len(places)), places], self.classes.index, name="own")


@dataclass(frozen=True)
class Sureness:
    """How sure the customers are of their classes.

    Attributes
    ----------
    table : DataFrame, index customer_id
        current, potential, class, and by way of drawing weights the share of draws that leave the customer in it.
    classes : DataFrame, shape (customers, 4)
        Share of the draws by class, by the first way.
    unsure : DataFrame
        What the classes of unsure customers hang on most under flat weights: a row a class, from :func:`shifts`, with
        the name of the indicator.
    least : float
        Share of draws from which a customer is sure.
    draws : int
    """

    table: pd.DataFrame
    classes: pd.DataFrame
    unsure: pd.DataFrame
    least: float
    draws: int

    @property
    def ways(self) -> list[str]:
        """Ways of drawing weights, the experts' first where there are any."""
        return [way for way in STREAMS if way in self.table]

    @property
    def by_class(self) -> pd.DataFrame:
        """Share of the customers of each class that are sure, by way; the surest class by the first way first."""
        held = (self.table[self.ways] >= self.least).groupby(self.table["class"]).mean()
        return held.sort_values(self.ways[0], ascending=False, kind="stable")

    @property
    def sure(self) -> pd.Series:
        """Share of customers that are sure, by way."""
        return (self.table[self.ways] >= self.least).mean()

    @property
    def numbers(self) -> dict[str, float]:
        """Key numbers, as shares of the customers."""
        return {**self.sure.add_prefix("sure_"), "sure_of_least_sure_class": self.by_class.iloc[-1, 0]}

    @property
    def acceptability(self) -> pd.DataFrame:
        """Class of each customer, share of draws that keep it by way, and share of draws of each class."""
        return self.table[["class", *self.ways]].join(self.classes).rename_axis("customer_id").reset_index()


def how_sure(
    model: ValueModel, indicators: pd.DataFrame, classed: pd.DataFrame, judgements: pd.DataFrame, study: Study
) -> Sureness:
    """How often each customer keeps its class when weights are drawn, around the experts' and without any opinion.

    Parameters
    ----------
    model : ValueModel
    indicators : DataFrame, shape (customers, leaves)
    classed : DataFrame, index customer_id
        current, potential and class of the same customers.
    judgements : DataFrame
        Table ``judgements`` of the book; one expert alone does not lie apart from anybody.
    study : Study
    """
    settings, tree, weightings = study.evidence, model.tree, {}
    views = opinions_by_expert(tree_weights(judgements, study.tree, study.model), study.tree)
    if len(set(views["expert"]) - {"all"}) > 1:
        weightings[EXPERTS] = model.local, concentrations(views, tree)
    weightings[FLAT] = flat(tree)
    found = {}
    for way, spread in weightings.items():
        drawn = draw_weights(*spread, tree, settings.draws, [study.seed, STREAMS[way]])
        rules, labels = study.matrix.rules, study.matrix.labels
        found[way] = class_acceptability(model, indicators, drawn, rules, labels, central=way == FLAT)
    unsure = shifts(found[FLAT], classed["class"], settings.sure)
    unsure = unsure.loc[unsure["shift"].abs().groupby(unsure["class"]).idxmax()]
    unsure = unsure.assign(indicator=[tree[code].name for code in unsure["code"]])
    table = classed.assign(**{way: result.own(classed["class"]) for way, result in found.items()})
    return Sureness(table, next(iter(found.values())).classes, unsure, settings.sure, settings.draws)


def concentrations(opinions: pd.DataFrame, tree: Tree) -> pd.Series:
    """Concentration of the Dirichlet distribution of each node's weights, fitted to the experts' spread.

    The distribution has the group's weights m as its mean and, added over the children, the variance of the experts'
    weights about them: s = Σ m (1 - m) / Σ var - 1.

    Parameters
    ----------
    opinions : DataFrame
        From :func:`crmlib.value.weights.opinions_by_expert`; children that the tree lacks are left out.
    tree : Tree
        As fitted.

    Returns
    -------
    Series, by group of the tree but the root
        Infinite where all experts agree; never under the flat distribution's (the number of children), which is also
        that of a node that nobody judged.
    """
    views = opinions.pivot_table("weight", "expert", "code")
    return pd.Series({group: _concentration(views, list(tree.children(group))) for group in _drawn(tree)}, dtype=float)


def draw_weights(local: pd.Series, concentration: pd.Series, tree: Tree, draws: int, seed: list[int]) -> pd.DataFrame:
    """Local weights of every node below the two axes, drawn for each group from its Dirichlet distribution.

    The weight between the axes is not drawn: it moves nobody from one class to another.

    Parameters
    ----------
    local : Series
        Mean weight of each node among its siblings, by code.
    concentration : Series
        By group: how narrow the draws are about the mean; infinite for no spread.
    tree : Tree
    draws : int
    seed : list of int

    Returns
    -------
    DataFrame, shape (draws, nodes)
        Siblings sum to 1.
    """
    rng, parts = np.random.default_rng(seed), []
    for group in _drawn(tree):
        mean, total = local[list(tree.children(group))], concentration[group]
        shape = (draws, len(mean))
        raw = rng.standard_gamma(mean * total, shape) if np.isfinite(total) else np.broadcast_to(mean, shape)
        parts.append(pd.DataFrame(raw / raw.sum(axis=1, keepdims=True), columns=mean.index))
    return pd.concat(parts, axis=1)


def flat(tree: Tree) -> tuple[pd.Series, pd.Series]:
    """Mean and concentration for :func:`draw_weights` if every weighting of siblings were as good as any other."""
    siblings = {group: tree.children(group) for group in _drawn(tree)}
    return pd.concat(map(equal, siblings.values())), pd.Series(siblings).map(len)


def class_acceptability(
    model: ValueModel,
    indicators: pd.DataFrame,
    weights: pd.DataFrame,
    rules: tuple[str, str],
    labels: Mapping[str, str] | None = None,
    *,
    central: bool = False,
    at_once: int = 6_400_000,
) -> Acceptability:
    """Class acceptability of every customer, and its central weights where they are asked for.

    Parameters
    ----------
    model : ValueModel
        Gives tree and scales.
    indicators : DataFrame, shape (customers, leaves)
        Of customers that the model can grade.
    weights : DataFrame, shape (draws, nodes)
        From :func:`draw_weights`.
    rules, labels
        As for :meth:`crmlib.matrix.Cuts.fit`; cuts are refitted at every draw.
    central : bool
        Whether central weights are made; they cost as much as all else.
    at_once : int
        Scores held in memory at a time by each core. It changes speed and memory, never a class.

    References
    ----------
    Lahdelma and Salminen (2001), Operations Research 49(3); Tervonen and Lahdelma (2007), European Journal of
    Operational Research 178(2); classes as in Tervonen et al. (2009), European Journal of Operational Research 192(1).
    """
    tree, people, drawn = model.tree, len(indicators), {node: own.to_numpy() for node, own in weights.items()}
    axes = [_Axis.of(tree, axis, model.scaled(indicators), drawn) for axis in tree.axes]
    leaf_weights = np.column_stack([_leaf_weights(tree, axis, drawn, tree.leaves_of(axis)) for axis in tree.axes])
    light = leaf_weights.astype("float32") if central else None
    size = max(1, min(MOST_DRAWS, at_once // max(1, people)))
    blocks = [slice(first, first + size) for first in range(0, len(weights), size)]
    count = partial(_counted, axes, rules, light)
    times, sums = np.zeros((4, people)), np.zeros((4, people, leaf_weights.shape[1] if central else 0))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for in_class, weighed in threads.map(count, blocks):
            times += in_class
            sums += weighed
    names, leaves = list(checked_labels(labels).values()), [leaf for axis in tree.axes for leaf in tree.leaves_of(axis)]
    index = pd.MultiIndex.from_product([names, indicators.index], names=["class", "customer_id"])
    return Acceptability(
        pd.DataFrame(times.T / len(weights), indicators.index, names),
        _central(sums, times, index, leaves) if central else None,
        pd.Series(leaf_weights.mean(axis=0), leaves, name="weight"),
    )


def shifts(result: Acceptability, classes: pd.Series, least: float) -> pd.DataFrame:
    """What the classes of contested customers hang on.

    Parameters
    ----------
    result : Acceptability
        With central weights.
    classes : Series of str, index customer_id
        Each customer's class in the study.
    least : float
        Acceptability of the own class from which a customer is not contested.

    Returns
    -------
    DataFrame
        One row a class and leaf: class, code, customers (contested), shift: central weight in the own class less the
        mean weight of all draws, averaged over these customers.
    """
    own = result.own(classes)
    open_ones = classes[own.index][(own < least) & (own > 0)]
    mean = result.central.loc[pd.MultiIndex.from_arrays([open_ones, open_ones.index])].groupby(level=0).mean()
    long = (mean - result.weights).rename_axis("class").melt(ignore_index=False, var_name="code", value_name="shift")
    return long.reset_index().assign(customers=lambda rows: rows["class"].map(open_ones.value_counts()))


def _drawn(tree: Tree) -> list[str]:
    return [group for group in tree.groups if group != ROOT]


def _concentration(views: pd.DataFrame, children: list[str]) -> float:
    if not set(children) <= set(views.columns) or len(children) < 2:
        return float(len(children))
    own = views[children].div(views[children].sum(axis=1), axis=0)
    mean, experts = own.loc["all"], own.drop(index="all")
    variance = ((experts - mean) ** 2).mean().sum()
    return max(float((mean * (1 - mean)).sum() / variance - 1), len(children)) if variance > 0 else np.inf


@dataclass(frozen=True)
class _Axis:
    """What the scores of an axis are made of: customers that lack the same indicators share their weights.

    Attributes
    ----------
    parts : list of (customers, weights, points)
        Places of the customers; weights of the leaves that they have, shape (draws, leaves); points, shape (leaves,
        customers).
    """

    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]]

    @classmethod
    def of(cls, tree: Tree, axis: str, points: pd.DataFrame, weights: Mapping[str, np.ndarray]) -> "_Axis":
        values = points[list(tree.leaves_of(axis))].to_numpy()
        patterns, which = np.unique(~np.isnan(values), axis=0, return_inverse=True)
        parts = []
        for number, known in enumerate(patterns):
            own = np.flatnonzero(which.ravel() == number)
            leaves = [leaf for leaf, there in zip(tree.leaves_of(axis), known, strict=True) if there]
            parts.append((own, _leaf_weights(tree, axis, weights, leaves), values[np.ix_(own, known)].T.copy()))
        return cls(parts)

    def high(self, draws: slice, rule: str) -> np.ndarray:
        """Who reaches the cut of each draw, shape (draws, customers)."""
        made = np.concatenate([weights[draws] @ points for _, weights, points in self.parts], axis=1)
        high = np.empty(made.shape, dtype=bool)
        high[:, np.concatenate([own for own, _, _ in self.parts])] = _reached(made.round(DECIMALS), rule)
        return high


def _leaf_weights(tree: Tree, axis: str, weights: Mapping[str, np.ndarray], known: Sequence[str]) -> np.ndarray:
    """Weight of each known leaf within its axis under every draw: those of unknown ones go to their siblings."""
    shares = {axis: 1.0}
    for group in filter(shares.__contains__, tree.groups):
        there = [child for child in tree.children(group) if set(known).intersection(tree.leaves_of(child))]
        whole = sum(weights[child] for child in there)
        shares |= {child: shares[group] * weights[child] / whole for child in there}
    return np.column_stack([shares[leaf] for leaf in known])


def _counted(
    axes: list[_Axis], rules: tuple[str, str], leaf_weights: np.ndarray | None, draws: slice
) -> tuple[np.ndarray, np.ndarray | float]:
    """Draws of a block that put each customer into each class, and the sums of the leaves' weights over these draws."""
    current, potential = (axis.high(draws, rule) for axis, rule in zip(axes, rules, strict=True))
    quadrants = (current & potential, current & ~potential, ~current & potential, ~(current | potential))
    # As bytes they are added eight times as fast; a block has too few draws for a byte to overflow.
    times = np.array([inside.view(np.uint8).sum(axis=0, dtype=np.uint8) for inside in quadrants])
    if leaf_weights is None:
        return times, 0.0
    return times, np.array([inside.T.astype("float32") @ leaf_weights[draws] for inside in quadrants])


def _central(sums: np.ndarray, times: np.ndarray, index: pd.MultiIndex, leaves: list[str]) -> pd.DataFrame:
    mean = np.divide(sums, times[..., None], out=np.full_like(sums, np.nan), where=times[..., None] > 0)
    return pd.DataFrame(mean.reshape(-1, len(leaves)), index, leaves)


def _reached(scores: np.ndarray, rule: str) -> np.ndarray:
    """Which scores reach the cut of their own draw; shape (draws, customers)."""
    quantile = Cut.read(rule).quantile
    if quantile is None:
        cuts = np.array([fit_cut(pd.Series(row), rule) for row in scores])
    else:  # numpy partitions, which for many customers is several times faster than sorting
        cuts = np.quantile(scores, quantile, axis=1)
    return scores >= np.round(cuts, DECIMALS)[:, None]
