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
    """Weight of every leaf in the total when one expert is left out.

    Returns
    -------
    DataFrame, shape (experts, leaves)
        Index ``expert``: the one left out; empty where fewer than two were asked.
    """
    experts = sorted(judgements["expert"].unique())
    left = {
        expert: tree.leaf_weights(tree_weights(judgements[judgements["expert"] != expert], tree, settings).local)
        for expert in (experts if len(experts) > 1 else ())
    }
    return pd.DataFrame(left, index=list(tree.leaves)).T.rename_axis("expert")


def ways(judgements: pd.DataFrame, tree: Tree, settings: ModelSettings) -> pd.DataFrame:
    """Leaf weights under each aggregation and each method of AHP, beside those of the study.

    Returns
    -------
    DataFrame
        One row per aggregate and method: aggregate, method, moved (sum of the weight that lies on other leaves than
        in the study), largest (difference of a single leaf's weight) and leaf (its code).
    """
    own, rows = tree.leaf_weights(tree_weights(judgements, tree, settings).local), []
    for aggregate in AGGREGATES:
        for method in METHODS:
            other = tree_weights(judgements, tree, settings.model_copy(update={"method": method}), aggregate)
            apart = (tree.leaf_weights(other.local) - own).abs()
            rows.append((aggregate, method, apart.sum() / 2, apart.max(), apart.idxmax()))
    return pd.DataFrame(rows, columns=["aggregate", "method", "moved", "largest", "leaf"])
