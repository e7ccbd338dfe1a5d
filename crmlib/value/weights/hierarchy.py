"""Weights of the whole indicator tree: every node by the group of experts, with how consistent each of them was."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.study import ModelSettings
from crmlib.tree import ROOT, Tree
from crmlib.value.weights.ahp import ahp
from crmlib.value.weights.group import Aggregate, GroupPriorities, group_ahp
from crmlib.value.weights.judgements import fraction, matrices
from crmlib.value.weights.objective import equal
from crmlib.value.weights.repair import COLUMNS, repaired, suggestions


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
        One row per node and expert, and one per node for the group (expert "all"): node, expert, n, missing (pairs
        filled in), lambda_max, consistency_index, random_index, consistency_ratio (missing for n <= 2), method,
        consistent.
    repairs : DataFrame
        Of every inconsistent expert and node the judgements that could be changed, or were: node, expert, ratio_before,
        the columns of :func:`crmlib.value.weights.suggestions`, applied (bool). Empty where nobody is inconsistent or
        ``repair`` is none.
    notes : tuple of str
        What a reader must know: nodes that nobody judged, judgements filled in or changed, experts over the limit.
    """

    local: pd.Series
    nodes: dict[str, GroupPriorities]
    consistency: pd.DataFrame
    repairs: pd.DataFrame
    notes: tuple[str, ...]


def tree_weights(
    judgements: pd.DataFrame, tree: Tree, settings: ModelSettings, aggregate: Aggregate = "judgements"
) -> TreeWeights:
    """Local weights of every node of the tree: by the experts' judgements, or equal.

    Parameters
    ----------
    judgements : DataFrame
        Table ``judgements`` of the book; may be empty.
    tree : Tree
    settings : ModelSettings
        ``weights``, ``method``, ``consistency_limit`` and ``repair``.
    aggregate : {"judgements", "priorities"}
        As for :func:`crmlib.value.weights.group_ahp`.

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
    by_expert, repairs = _repaired(matrices(judgements, tree), settings)
    nodes = {node: group_ahp(found, aggregate, settings.method) for node, found in by_expert.items()}
    parts = [nodes[node].weights if node in nodes else equal(tree.children(node)) for node in tree.groups]
    local = pd.concat(parts).rename("weight")
    consistency = _consistency(nodes, settings.consistency_limit)
    over = _inconsistent(consistency, settings.consistency_limit, tree)
    notes = (*_not_judged(tree, nodes), *_left_open(nodes, tree), *_applied(repairs, tree), *over)
    return TreeWeights(local[[node.code for node in tree.nodes]], nodes, consistency, repairs, notes)


def opinions_by_expert(weights: TreeWeights, tree: Tree) -> pd.DataFrame:
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
    return TreeWeights(local[[node.code for node in tree.nodes]], {}, _consistency({}, 0.0), _repairs([]), (note,))


def _repaired(
    found: dict[str, dict[str, pd.DataFrame]], settings: ModelSettings
) -> tuple[dict[str, dict[str, pd.DataFrame]], pd.DataFrame]:
    """The matrices, with what the settings let be repaired, and what was or could be."""
    limit, method, rows = settings.consistency_limit, settings.method, []
    used = {node: dict(experts) for node, experts in found.items()}
    for node, experts in found.items() if settings.repair != "none" else ():
        for expert, matrix in experts.items():
            ratio = ahp(matrix, method).consistency_ratio
            if ratio is None or ratio <= limit:
                continue
            if settings.repair == "apply":
                used[node][expert], changes = repaired(matrix, limit, method)
                before = [ratio, *changes["ratio_after"][:-1]]
            else:
                changes, before = suggestions(matrix, limit, method), ratio
            who = {"node": node, "expert": expert}
            rows.append(changes.assign(**who, ratio_before=before, applied=settings.repair == "apply"))
    return used, _repairs(rows)


def _repairs(rows: list[pd.DataFrame]) -> pd.DataFrame:
    columns = ["node", "expert", "ratio_before", *COLUMNS, "applied"]
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


def _consistency(nodes: dict[str, GroupPriorities], limit: float) -> pd.DataFrame:
    rows = []
    for node, group in nodes.items():
        together = [("all", group.group)] if group.group else []
        for expert, found in [*zip(group.names, group.experts, strict=True), *together]:
            ratio = np.nan if found.consistency_ratio is None else found.consistency_ratio
            index = np.nan if found.random_index is None else found.random_index
            rows.append((node, expert, len(found.weights), found.missing, found.lambda_max, found.consistency_index,
                         index, ratio, found.method, not ratio > limit))  # fmt: skip
    columns = ["node", "expert", "n", "missing", "lambda_max", "consistency_index", "random_index",
               "consistency_ratio", "method", "consistent"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _not_judged(tree: Tree, nodes: dict[str, GroupPriorities]) -> list[str]:
    left = [node for node in tree.groups if node not in nodes and len(tree.children(node)) > 1]
    return [
        f"Nobody judged {_named(node, tree)}: its {len(tree.children(node))} children weigh the same." for node in left
    ]


def _left_open(nodes: dict[str, GroupPriorities], tree: Tree) -> list[str]:
    return [
        f"Expert {expert} left {found.missing} of {len(found.weights) * (len(found.weights) - 1) // 2} pairs open at "
        f"{_named(node, tree)}: filled in by Harker's method, which makes the CR look better than it is."
        for node, group in nodes.items()
        for expert, found in zip(group.names, group.experts, strict=True)
        if found.missing
    ]


def _applied(repairs: pd.DataFrame, tree: Tree) -> list[str]:
    return [
        f"Changed at {_named(row.node, tree)}: expert {row.expert} judged {tree[row.left].name} over "
        f"{tree[row.right].name} {fraction(row.value)}, used is {fraction(row.suggested)}; CR {row.ratio_before:.3f} "
        f"becomes {row.ratio_after:.3f}."
        for row in repairs[repairs["applied"].astype(bool)].itertuples()
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
