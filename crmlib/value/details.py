"""Behind the model: which indicators weigh most, what scaling does, and what is missing."""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.tree import ROOT, Tree
from crmlib.value.appraisal import Appraisal
from crmlib.value.scaling import fit_scaling
from crmlib.words.messages import say


@dataclass(frozen=True)
class ScalingExample:
    """One indicator before and after scaling.

    Attributes
    ----------
    name, unit : str
        Of the indicator.
    table : DataFrame, shape (customers, 3)
        ``raw`` (in its unit), ``straight`` (points on a straight scale) and ``points`` (as scaled).
    """

    name: str
    unit: str
    table: pd.DataFrame

    @property
    def straight(self) -> float:
        """Median points on a straight scale."""
        return float(self.table["straight"].median())

    @property
    def points(self) -> float:
        """Median points as scaled."""
        return float(self.table["points"].median())


def axes_of(weights: pd.DataFrame) -> pd.DataFrame:
    """The two axes in :func:`crmlib.value.appraisal.weights_table`."""
    return weights[weights["parent"] == ROOT]


def heaviest_first(weights: pd.DataFrame) -> pd.DataFrame:
    """The indicators of :func:`crmlib.value.appraisal.weights_table` that did not drop out, the heaviest first."""
    leaves = weights[weights["direction"].notna() & (weights["weight"] > 0)]
    return leaves.sort_values("weight", ascending=False, kind="stable")


@needs()
def weight_by_problem(leaves: pd.DataFrame) -> pd.DataFrame:
    """Problems of today's management with the ``indicators`` that answer each and their ``weight``, heaviest first."""
    answering = leaves.dropna(subset="answers")
    if answering.empty:
        raise Lacking("model.nothing_answers")
    parts = answering.groupby("answers", sort=False)
    table = parts.agg(indicators=("name", list), weight=("weight", "sum")).rename_axis("problem").reset_index()
    table["indicators"] = [say("model.names", names=names) for names in table["indicators"]]
    return table.sort_values("weight", ascending=False, kind="stable", ignore_index=True)


def scaling_example(appraisal: Appraisal, leaves: pd.DataFrame) -> ScalingExample:
    """The heaviest indicator of money that most customers have, or else the heaviest of all."""
    often = [code for code in leaves["code"] if (appraisal.indicators[code] != 0).mean() > 0.5]
    tree, first = appraisal.model.tree, leaves["code"].iloc[0]
    leaf = next((code for code in often if tree[code].scale == "asinh"), first)
    raw, points = appraisal.indicators[leaf], appraisal.model.scaled(appraisal.indicators)[leaf]
    table = pd.DataFrame({"raw": raw, "straight": fit_scaling(raw, "minmax").points(raw), "points": points})
    return ScalingExample(tree.name(leaf), tree[leaf].unit, table)


@needs()
def room_and_loyalty(appraisal: Appraisal) -> float:
    """Spearman's correlation of wallet headroom and settlement share, in points."""
    leaves = [appraisal.model.tree.leaf_with(formula) for formula in ("wallet_headroom", "settlement_share")]
    if None in leaves:
        raise Lacking("model.room_or_loyalty_not_measured")
    room, loyalty = (appraisal.model.scaled(appraisal.indicators)[leaf] for leaf in leaves)
    return float(room.corr(loyalty, method="spearman"))


@needs()
def headroom_in_all(appraisal: Appraisal) -> float:
    """Wallet headroom of all graded customers, 万元."""
    leaf = appraisal.model.tree.leaf_with("wallet_headroom")
    if leaf is None:
        raise Lacking("model.no_wallet")
    return float(appraisal.indicators[leaf].sum() / 1e4)


@needs()
def missing_indicators(appraisal: Appraisal, tree: Tree) -> pd.DataFrame:
    """Indicators that some graded customers lack: ``indicator``, ``without``, ``share`` and ``treatment``."""
    lacking = appraisal.missing[appraisal.missing > 0]
    if lacking.empty:
        raise Lacking("model.nothing_missing")
    graded = len(appraisal.indicators)
    rows = [(tree.name(code), without, without / graded, tree[code].missing) for code, without in lacking.items()]
    return pd.DataFrame(rows, columns=["indicator", "without", "share", "treatment"])
