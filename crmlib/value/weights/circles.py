"""Circles: who holds A over B, B over C and C over A, which a consistency ratio can let pass."""

from collections.abc import Hashable
from itertools import combinations
from typing import NamedTuple

import numpy as np

from crmlib.value.weights.ahp import Priorities
from crmlib.value.weights.repair import SCALE


class Circle(NamedTuple):
    """Three elements judged in a circle.

    Attributes
    ----------
    around : tuple
        Their labels, each held to be more important than the next, the last than the first.
    left, right : label
        The judgement that runs most against the weights: of all three, left weighs least beside right.
    value, mends : float
        That judgement, left over right, and the step of Saaty's scale nearest to the ratio of the weights, 1 or less,
        which would break the circle.
    """

    around: tuple[Hashable, Hashable, Hashable]
    left: Hashable
    right: Hashable
    value: float
    mends: float


def strongest_circle(found: Priorities) -> Circle | None:
    """The circle of three with the largest product of its judgements; None where nobody judges in a circle.

    Where every pair was judged and none alike, judgements without a circle of three have no longer one either.

    References
    ----------
    Kendall, Babington Smith (1940), "On the method of paired comparisons", Biometrika 31: circular triads.
    """
    matrix, weights, labels = found.judgements.to_numpy(), found.weights.to_numpy(), found.judgements.index
    turns = [turn for i, j, k in combinations(range(len(labels)), 3) for turn in ((i, j, k), (i, k, j))]
    rounds = [tuple(zip(turn, turn[1:] + turn[:1], strict=True)) for turn in turns]
    circles = [pairs for pairs in rounds if min(matrix[pair] for pair in pairs) > 1]
    if not circles:
        return None
    pairs = max(circles, key=lambda pairs: np.prod([matrix[pair] for pair in pairs]))
    i, j = min(pairs, key=lambda pair: round(weights[pair[0]] / weights[pair[1]], 9))
    steps = SCALE[SCALE <= 1]
    mends = steps[np.abs(np.log(steps) - np.log(weights[i] / weights[j])).argmin()]
    return Circle(tuple(labels[left] for left, _ in pairs), labels[i], labels[j], float(matrix[i, j]), float(mends))
