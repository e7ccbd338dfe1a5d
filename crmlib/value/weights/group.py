"""Weights of a group of experts: their judgements, or their weights, brought together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from crmlib.errors import WeightsError, did_you_mean
from crmlib.value.weights.ahp import Method, Priorities, ahp

Aggregate = Literal["judgements", "priorities"]
AGGREGATES = ("judgements", "priorities")


@dataclass(frozen=True)
class GroupPriorities:
    """Weights of a group with those of each expert.

    Attributes
    ----------
    weights : Series, shape (n,)
        Weight of each element; they sum to 1.
    experts : dict of str to Priorities
        Each expert's own, by the keys of a mapping, else by "1", "2", ...
    group : Priorities or None
        AHP of the group's matrix; None for AIP, which has no matrix of the group.
    """

    weights: pd.Series
    experts: dict[str, Priorities]
    group: Priorities | None


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
    Aczél and Saaty (1983); Forman and Peniwati (1998), European Journal of Operational Research 108(1).
    """
    if aggregate not in AGGREGATES:
        near = did_you_mean(str(aggregate), AGGREGATES)
        raise WeightsError(f"{aggregate!r} cannot be aggregated.{near} Allowed: {', '.join(AGGREGATES)}.")
    given = matrices if isinstance(matrices, Mapping) else {str(i): m for i, m in enumerate(matrices, start=1)}
    experts = {name: ahp(matrix, method) for name, matrix in given.items()}
    if not experts:
        raise WeightsError("a group needs the judgements of at least one expert, found none.")
    labels = next(iter(experts.values())).weights.index
    for number, expert in enumerate(experts.values(), start=1):
        if set(expert.weights.index) != set(labels):
            raise WeightsError(
                f"the experts of a group must compare the same elements: the first compares {sorted(labels, key=str)}, "
                f"number {number} {sorted(expert.weights.index, key=str)}."
            )
    if aggregate == "priorities":
        mean = _geometric_mean([expert.weights[labels] for expert in experts.values()])
        weights = pd.Series(mean / mean.sum(), labels, name="weight")
        return GroupPriorities(weights, experts, None)
    mean = _geometric_mean([expert.judgements.loc[labels, labels] for expert in experts.values()])
    group = ahp(pd.DataFrame(mean, labels, labels), method)
    return GroupPriorities(group.weights, experts, group)


def consensus(group: GroupPriorities) -> float | None:
    """How far the experts of a group agree on the weights: 1 all alike, 0 as far apart as the scale lets them be.

    Returns
    -------
    float or None
        (1 / D_β - d) / (1 - d). D_β = exp(H_γ - H_α) is the effective number of different opinions: H_γ is the entropy
        of the mean weights, H_α the mean entropy of the experts' weights. d = exp(H_least) / n, with the weights of an
        expert who holds one element 9 times more important than all others. None for a single expert.

    References
    ----------
    Goepel (2013), Proceedings of the International Symposium on the Analytic Hierarchy Process, Kuala Lumpur; with n
    in place of exp(H_γ,max), as the author has it since.
    """
    if len(group.experts) < 2:
        return None
    labels = group.weights.index
    opinions = [expert.weights[labels] for expert in group.experts.values()]
    mean = np.sort(opinions, axis=0).mean(axis=0)
    extreme = np.array([9.0, *np.ones(len(labels) - 1)]) / (9.0 + len(labels) - 1)
    beta = _entropy(mean) - np.mean(sorted(map(_entropy, opinions)))
    floor = np.exp(_entropy(extreme)) / len(labels)
    return float((np.exp(-beta) - floor) / (1 - floor))


def _entropy(weights: np.ndarray | pd.Series) -> float:
    return float(-(weights * np.log(weights)).sum())


def _geometric_mean(arrays: list) -> np.ndarray:
    # Sorted before they are added, so that the order of the experts cannot change the last digit.
    return np.exp(np.sort(np.log(np.stack(arrays)), axis=0).mean(axis=0))
