"""How much hangs on who was asked, and on how their answers were brought together."""

import pandas as pd

from crmlib.study import ModelSettings
from crmlib.tree import ROOT, Tree
from crmlib.value.weights.ahp import METHODS
from crmlib.value.weights.group import AGGREGATES, consensus
from crmlib.value.weights.hierarchy import TreeWeights, tree_weights


def consensus_table(weights: TreeWeights, tree: Tree) -> pd.DataFrame:
    """Consensus of the experts at every judged node.

    Returns
    -------
    DataFrame
        Nodes in the order of the tree: node, name, n, experts, consensus (see
        :func:`crmlib.value.weights.consensus`; missing for a single expert).
    """
    rows = [
        (node, "customer value" if node == ROOT else tree[node].name, len(group.weights), len(group.names),
         consensus(group))
        for node, group in weights.nodes.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["node", "name", "n", "experts", "consensus"])


def without_each(judgements: pd.DataFrame, tree: Tree, settings: ModelSettings) -> pd.DataFrame:
    """Weights among siblings when one expert is left out.

    Returns
    -------
    DataFrame, shape (experts, nodes)
        Index ``expert``: the one left out; empty where fewer than two were asked.
    """
    experts = sorted(judgements["expert"].unique())
    left = {
        expert: tree_weights(judgements[judgements["expert"] != expert], tree, settings).local
        for expert in (experts if len(experts) > 1 else ())
    }
    return pd.DataFrame(left, index=[node.code for node in tree.nodes]).T.rename_axis("expert")


def ways(judgements: pd.DataFrame, tree: Tree, settings: ModelSettings) -> pd.DataFrame:
    """Weights among siblings under each aggregation and each method of AHP.

    Returns
    -------
    DataFrame, shape (aggregations x methods, nodes)
        Index ``aggregate`` and ``method``.
    """
    found = {
        (aggregate, method): tree_weights(
            judgements, tree, settings.model_copy(update={"method": method}), aggregate
        ).local
        for aggregate in AGGREGATES
        for method in METHODS
    }
    return pd.DataFrame(found).T.rename_axis(["aggregate", "method"])


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
