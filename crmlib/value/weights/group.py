"""Weights of a group of experts, for one node and for the whole tree.

Brings together their judgements, or their weights, and keeps how consistent each expert was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from crmlib.errors import did_you_mean
from crmlib.study import ModelSettings
from crmlib.tree import Tree
from crmlib.value.weights._errors import WeightsError
from crmlib.value.weights.ahp import Method, Priorities, ahp
from crmlib.value.weights.judgements import matrices as to_matrices
from crmlib.value.weights.objective import equal

Aggregate = Literal["judgements", "priorities"]
AGGREGATES = ("judgements", "priorities")


@dataclass(frozen=True)
class GroupPriorities:
    """Weights of a group with those of each expert.

    Attributes
    ----------
    weights : Series, shape (n,)
        Weight of each element; they sum to 1.
    aggregate : str
        "judgements" (AIJ) or "priorities" (AIP).
    method : str
        How AHP derived priorities.
    experts : tuple of Priorities
        Each expert's own, in the order given.
    group : Priorities or None
        AHP of the group's matrix; None for AIP, which has no matrix of the group.
    """

    weights: pd.Series
    aggregate: Aggregate
    method: Method
    experts: tuple[Priorities, ...]
    group: Priorities | None


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


def group_ahp(
    matrices: Sequence[pd.DataFrame | np.ndarray] | Mapping[str, pd.DataFrame | np.ndarray],
    aggregate: Aggregate = "judgements",
    method: Method = "eigenvector",
) -> GroupPriorities:
    """Weights of a group by the geometric mean of judgements (AIJ) or of priorities (AIP).

    Parameters
    ----------
    matrices : sequence or mapping of matrices, each shape (n, n)
        One per expert, over the same elements, as for :func:`ahp`.
    aggregate : {"judgements", "priorities"}
        Element by element over the matrices, then AHP; or AHP of each, then over the weights, renormalised. Under
        the row geometric mean the two coincide.
    method : {"eigenvector", "geometric_mean"}

    Returns
    -------
    GroupPriorities

    Raises
    ------
    WeightsError
        If there is no matrix, a matrix cannot be used, or the matrices compare different elements.

    References
    ----------
    Aczel and Saaty (1983); Forman and Peniwati (1998), European Journal of Operational Research 108(1).
    """
    if aggregate not in AGGREGATES:
        near = did_you_mean(str(aggregate), AGGREGATES)
        raise WeightsError(f"{aggregate!r} cannot be aggregated.{near} Allowed: {', '.join(AGGREGATES)}.")
    given = list(matrices.values() if isinstance(matrices, Mapping) else matrices)
    experts = tuple(ahp(matrix, method) for matrix in given)
    _require_same_elements(experts)
    labels = experts[0].weights.index
    if aggregate == "priorities":
        mean = _geometric_mean([expert.weights[labels] for expert in experts])
        return GroupPriorities(pd.Series(mean / mean.sum(), labels, name="weight"), aggregate, method, experts, None)
    mean = _geometric_mean([expert.judgements.loc[labels, labels] for expert in experts])
    group = ahp(pd.DataFrame(mean, labels, labels), method)
    return GroupPriorities(group.weights, aggregate, method, experts, group)


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
    by_expert = to_matrices(judgements, tree)
    nodes = {node: group_ahp(found, method=settings.method) for node, found in by_expert.items()}
    parts = [nodes[node].weights if node in nodes else equal(tree.children(node)) for node in tree.groups]
    local = pd.concat(parts).rename("weight")
    consistency = _consistency(by_expert, nodes, settings.consistency_limit)
    notes = (*_not_judged(tree, nodes), *_inconsistent(consistency, settings.consistency_limit))
    return TreeWeights(local[[node.code for node in tree.nodes]], nodes, consistency, notes)


def renormalised(local: pd.Series, tree: Tree) -> pd.Series:
    """Local weights of the nodes that are left in ``tree``, siblings summing to 1 again."""
    parts = [local[list(tree.children(node))] for node in tree.groups]
    whole = pd.concat([part / part.sum() for part in parts]).rename("weight")
    return whole[[node.code for node in tree.nodes]]


def _geometric_mean(arrays: list) -> np.ndarray:
    # Sorted before they are added, so that the order of the experts cannot change the last digit.
    return np.exp(np.sort(np.log(np.stack(arrays)), axis=0).mean(axis=0))


def _require_same_elements(experts: tuple[Priorities, ...]) -> None:
    if not experts:
        raise WeightsError("a group needs the judgements of at least one expert, found none.")
    first = set(experts[0].weights.index)
    for number, expert in enumerate(experts[1:], start=2):
        if set(expert.weights.index) != first:
            raise WeightsError(
                f"the experts of a group must compare the same elements: the first compares {sorted(first, key=str)}, "
                f"number {number} {sorted(expert.weights.index, key=str)}."
            )


def _equal_tree(tree: Tree, note: str) -> TreeWeights:
    local = pd.concat([equal(tree.children(node)) for node in tree.groups]).rename("weight")
    return TreeWeights(local[[node.code for node in tree.nodes]], {}, _consistency({}, {}, 0.0), (note,))


def _consistency(
    by_expert: dict[str, dict[str, pd.DataFrame]], nodes: dict[str, GroupPriorities], limit: float
) -> pd.DataFrame:
    rows = []
    for node, group in nodes.items():
        named = [*zip(by_expert[node], group.experts, strict=True), ("all", group.group)]
        for expert, found in named:
            ratio = np.nan if found.consistency_ratio is None else found.consistency_ratio
            index = np.nan if found.random_index is None else found.random_index
            rows.append((node, expert, len(found.weights), found.lambda_max, found.consistency_index, index, ratio,
                         found.method, not ratio > limit))  # fmt: skip
    columns = ["node", "expert", "n", "lambda_max", "consistency_index", "random_index", "consistency_ratio",
               "method", "consistent"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _not_judged(tree: Tree, nodes: dict[str, GroupPriorities]) -> list[str]:
    left = [node for node in tree.groups if node not in nodes and len(tree.children(node)) > 1]
    return [f"Nobody judged {node}: its {len(tree.children(node))} children weigh the same." for node in left]


def _inconsistent(consistency: pd.DataFrame, limit: float) -> list[str]:
    over = consistency[~consistency["consistent"] & (consistency["expert"] != "all")]
    return [
        f"Expert {row.expert} contradicts themselves at {row.node}: CR {row.consistency_ratio:.3f} is over {limit:g} "
        f"(n = {row.n}, Saaty's random index {row.random_index:g}, {row.method.replace('_', ' ')})."
        for row in over.itertuples()
    ]
