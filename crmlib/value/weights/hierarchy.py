"""Weights of the whole indicator tree: every node by the group of experts, with how consistent each of them was."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.study import ModelSettings
from crmlib.tree import ROOT, Tree
from crmlib.value.weights.group import GroupPriorities, group_ahp
from crmlib.value.weights.judgements import matrices
from crmlib.value.weights.objective import equal


@dataclass(frozen=True)
class TreeWeights:
    """Local weights of a whole tree and what they rest on.

    Attributes
    ----------
    local : Series, shape (nodes,)
        Weight of each node among its siblings, by code; siblings sum to 1.
    nodes : dict of str to GroupPriorities
        Group priorities of each judged node.
    consistency : DataFrame
        One row per node and expert, and one per node for the group (expert "all"): node, expert, n, lambda_max,
        consistency_index, random_index, consistency_ratio (missing for n <= 2), method, consistent.
    notes : tuple of str
        What a reader must know: nodes that nobody judged, experts over the limit.
    """

    local: pd.Series
    nodes: dict[str, GroupPriorities]
    consistency: pd.DataFrame
    notes: tuple[str, ...]


def tree_weights(judgements: pd.DataFrame, tree: Tree, settings: ModelSettings) -> TreeWeights:
    """Local weights of every node of the tree: by the experts' judgements (AIJ), or equal.

    Parameters
    ----------
    judgements : DataFrame
        Table ``judgements`` of the book; may be empty.
    tree : Tree
    settings : ModelSettings
        ``weights``, ``method`` and ``consistency_limit``.

    Returns
    -------
    TreeWeights

    Raises
    ------
    WeightsError
        If a judgement cannot be used; names expert, node and pair.
    """
    if settings.weights == "equal":
        return _equal_tree(tree, "Weights are equal among the children of every node, as the settings say.")
    if judgements.empty:
        return _equal_tree(tree, "This book has no judgements of experts: weights are equal among siblings.")
    by_expert = matrices(judgements, tree)
    nodes = {node: group_ahp(found, method=settings.method) for node, found in by_expert.items()}
    parts = [nodes[node].weights if node in nodes else equal(tree.children(node)) for node in tree.groups]
    local = pd.concat(parts).rename("weight")
    consistency = _consistency(nodes, settings.consistency_limit)
    notes = (*_not_judged(tree, nodes), *_inconsistent(consistency, settings.consistency_limit, tree))
    return TreeWeights(local[[node.code for node in tree.nodes]], nodes, consistency, notes)


def opinions(weights: TreeWeights, tree: Tree) -> pd.DataFrame:
    """Local weights by each expert and by all together.

    Returns
    -------
    DataFrame
        One row per compared node and expert (``all`` for the group), nodes in the order of the tree: code, name,
        expert, weight.
    """
    rows = [
        (code, tree[code].name, expert, float(found.weights[code]))
        for node, group in weights.nodes.items()
        for expert, found in [*zip(group.names, group.experts, strict=True), ("all", group)]
        for code in tree.children(node)
    ]
    table = pd.DataFrame(rows, columns=["code", "name", "expert", "weight"])
    return table.sort_values("code", key=lambda codes: codes.map(list(weights.local.index).index), kind="stable")


def _equal_tree(tree: Tree, note: str) -> TreeWeights:
    local = pd.concat([equal(tree.children(node)) for node in tree.groups]).rename("weight")
    return TreeWeights(local[[node.code for node in tree.nodes]], {}, _consistency({}, 0.0), (note,))


def _consistency(nodes: dict[str, GroupPriorities], limit: float) -> pd.DataFrame:
    rows = []
    for node, group in nodes.items():
        for expert, found in [*zip(group.names, group.experts, strict=True), ("all", group.group)]:
            ratio = np.nan if found.consistency_ratio is None else found.consistency_ratio
            index = np.nan if found.random_index is None else found.random_index
            rows.append((node, expert, len(found.weights), found.lambda_max, found.consistency_index, index, ratio,
                         found.method, not ratio > limit))  # fmt: skip
    columns = ["node", "expert", "n", "lambda_max", "consistency_index", "random_index", "consistency_ratio",
               "method", "consistent"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _not_judged(tree: Tree, nodes: dict[str, GroupPriorities]) -> list[str]:
    left = [node for node in tree.groups if node not in nodes and len(tree.children(node)) > 1]
    return [
        f"Nobody judged {_named(node, tree)}: its {len(tree.children(node))} children weigh the same." for node in left
    ]


def _inconsistent(consistency: pd.DataFrame, limit: float, tree: Tree) -> list[str]:
    over = consistency[~consistency["consistent"] & (consistency["expert"] != "all")]
    return [
        f"Expert {row.expert} contradicts themselves at {_named(row.node, tree)}: CR {row.consistency_ratio:.3f} is "
        f"over {limit:g} (n = {row.n}, Saaty's random index {row.random_index:g}, {row.method.replace('_', ' ')})."
        for row in over.itertuples()
    ]


def _named(node: str, tree: Tree) -> str:
    return "the root" if node == ROOT else f"{node} ({tree[node].name})"
