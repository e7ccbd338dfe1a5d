"""How much hangs on who was asked, and on how their answers were brought together."""

from itertools import product

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.study import ModelSettings
from crmlib.tree import Tree
from crmlib.value.weights.ahp import METHODS
from crmlib.value.weights.group import AGGREGATES, consensus
from crmlib.value.weights.hierarchy import TreeWeights, local_weights
from crmlib.value.weights.judgements import Matrices, matrices
from crmlib.words.messages import say


@needs()
def consensus_table(weights: TreeWeights, tree: Tree) -> pd.DataFrame:
    """Consensus of the experts at every judged node.

    Returns
    -------
    DataFrame
        Nodes in the order of the tree: node (its name), n, experts, consensus (see
        :func:`crmlib.value.weights.consensus`; missing for a single expert). Absent where one expert alone was asked.
    """
    rows = [
        (tree.name(node), len(group.weights), len(group.experts), consensus(group))
        for node, group in weights.nodes.items()
    ]
    table = pd.DataFrame(rows, columns=["node", "n", "experts", "consensus"]).astype({"consensus": float})
    if table["consensus"].isna().all():
        raise Lacking("model.one_expert")
    return table


def without_each(judgements: pd.DataFrame, tree: Tree, settings: ModelSettings) -> pd.DataFrame:
    """Weights among siblings when one expert is left out.

    Returns
    -------
    DataFrame, shape (experts, nodes)
        Index ``expert``: the one left out; empty where fewer than two were asked.
    """
    experts, found = sorted(judgements["expert"].unique()), matrices(judgements, tree)
    left = {
        expert: local_weights(_without(found, expert), tree, settings)
        for expert in (experts if len(experts) > 1 else ())
    }
    return pd.DataFrame(left, index=[node.code for node in tree.nodes]).T.rename_axis("expert")


def _without(found: Matrices, expert: str) -> Matrices:
    """The matrices of the others; a node that nobody else judged goes."""
    others = {node: {name: one for name, one in by.items() if name != expert} for node, by in found.items()}
    return {node: by for node, by in others.items() if by}


def ways(judgements: pd.DataFrame, tree: Tree, settings: ModelSettings) -> pd.DataFrame:
    """Weights among siblings under each aggregation and each method of AHP.

    Returns
    -------
    DataFrame, shape (aggregations x methods, nodes)
        Index ``aggregate`` and ``method``.
    """
    said, found = matrices(judgements, tree), {}
    for aggregate, method in product(AGGREGATES, METHODS):
        by_method = settings.model_copy(update={"method": method})
        found[aggregate, method] = local_weights(said, tree, by_method, aggregate)
    return pd.DataFrame(found).T.rename_axis(["aggregate", "method"])


@needs()
def least_consensus(consensus: pd.DataFrame) -> pd.Series:
    """The row of :func:`consensus_table` on which the experts agree least."""
    return consensus.loc[consensus["consensus"].idxmin()]


@needs()
def expert_choices(weights: TreeWeights, judgements: pd.DataFrame, tree: Tree, settings: ModelSettings) -> pd.DataFrame:
    """What hangs on each way of joining the experts, and on each of them; absent where one alone was asked.

    Returns
    -------
    DataFrame
        ``choice_kind`` (joined or left_out), ``expert_choice``, ``moved`` (share of all weight
        that lies elsewhere), ``indicator_moved`` (the one that changes most, none where nothing moves) and
        ``weight_change`` (of its weight in the total).
    """
    alone, joined = without_each(judgements, tree, settings), ways(judgements, tree, settings)
    if alone.empty:
        raise Lacking("model.one_expert")
    rows = [("joined", say("model.way", aggregate=each, method=method)) for each, method in joined.index]
    rows += [("left_out", say("model.left_out", expert=expert)) for expert in alone.index]
    table = pd.DataFrame(rows, columns=["choice_kind", "expert_choice"])
    found = moved(pd.concat([joined, alone], ignore_index=True), weights.local, tree)
    most = found["leaf"].map(tree.name).where(found["moved"] > 1e-9)
    return table.assign(moved=found["moved"], indicator_moved=most, weight_change=found["change"])


@needs()
def most_moved(made: pd.DataFrame) -> dict[str, float]:
    """The most that moves by one kind of :func:`expert_choices`: ``joined`` and ``left_out``."""
    return made.groupby("choice_kind")["moved"].max().to_dict()


@needs()
def moved_by_repair(
    contradicted: pd.DataFrame, weights: TreeWeights, judgements: pd.DataFrame, tree: Tree, settings: ModelSettings
) -> float:
    """Share of all weight that would lie elsewhere if contradictions had been changed, or not, unlike they were."""
    other = settings.model_copy(update={"repair": "none" if contradicted["applied"].any() else "apply"})
    local = local_weights(matrices(judgements, tree), tree, other)
    return float(moved(local.to_frame().T, weights.local, tree)["moved"].iloc[0])


def moved(others: pd.DataFrame, own: pd.Series, tree: Tree) -> pd.DataFrame:
    """How far other weights lie from the study's.

    Parameters
    ----------
    others : DataFrame, shape (alternatives, nodes)
        From :func:`without_each` or :func:`ways`.
    own : Series, shape (nodes,)
        The study's weights among siblings.
    tree : Tree

    Returns
    -------
    DataFrame, indexed like ``others``
        moved (share of all weight that lies on other leaves than in the study), leaf (code of the one that changes
        most) and change (of its weight in the total).
    """
    study = tree.leaf_weights(own)
    apart = pd.DataFrame({key: tree.leaf_weights(row) - study for key, row in others.iterrows()}).T
    leaf = apart.abs().idxmax(axis=1)
    change = [apart.loc[key, code] for key, code in leaf.items()]
    found = {"moved": apart.abs().sum(axis=1) / 2, "leaf": leaf, "change": change}
    return pd.DataFrame(found).set_axis(others.index)
