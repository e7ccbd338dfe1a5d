"""Repair: which judgement makes an expert inconsistent, and what value would mend it?

A suggestion to take back to the expert, who alone knows whether the judgement was a slip or a conviction.
"""

from collections.abc import Hashable
from itertools import combinations

import numpy as np
import pandas as pd

from crmlib.errors import WeightsError
from crmlib.value.weights.ahp import RANDOM_INDEX, Method, checked, solve

SCALE = np.array([*(1 / step for step in range(9, 1, -1)), *range(1, 10)], dtype=float)
"""Saaty's scale, from 1/9 to 9."""
COLUMNS = ("left", "right", "value", "adds", "suggested", "ratio_after")


def suggestions(judgements: pd.DataFrame, limit: float = 0.1, method: Method = "eigenvector") -> pd.DataFrame:
    """Judgements ranked by what each adds to the inconsistency, with the value that would repair it.

    Every judgement is tried at every step of Saaty's scale, the others held as they are.

    Parameters
    ----------
    judgements : DataFrame, shape (n, n)
        Of one expert at one node, n >= 3, as for :func:`crmlib.value.weights.ahp`; open pairs are passed over.
    limit : float
        Consistency ratio up to which judgements are consistent.
    method : {"eigenvector", "geometric_mean"}

    Returns
    -------
    DataFrame
        One row per judgement, the one that adds most first (among equals, as always with n = 3, the one whose repair
        changes it least): left, right, value (as judged, left over right), adds
        (consistency ratio less the least that another value of this judgement alone can give), suggested (the step
        nearest to the judgement that brings the ratio within the limit; where none does, the one with the least
        ratio) and ratio_after.

    Raises
    ------
    WeightsError
        If the judgements are of fewer than three elements, or cannot be used.
    """
    matrix = checked(judgements)
    given, labels, rows = matrix.to_numpy(), matrix.index, []
    now = _ratio(given, method)
    for i, j in combinations(range(len(labels)), 2):
        value = float(given[i, j])
        if np.isnan(value):
            continue
        ratios = np.array([_ratio(_with(given, i, j, step), method) for step in SCALE]).round(9)
        far = np.abs(np.log(SCALE / value)).round(9)
        within = ratios <= limit
        best = np.lexsort((ratios, far, ~within) if within.any() else (far, ratios))[0]
        adds = max(0.0, now - ratios.min())
        rows.append((labels[i], labels[j], value, adds, SCALE[best], ratios[best], far[best]))
    table = pd.DataFrame(rows, columns=[*COLUMNS, "far"])
    order = table.assign(adds=-table["adds"].round(9)).sort_values(["adds", "far"], kind="stable").index
    return table.loc[order, list(COLUMNS)].reset_index(drop=True)


def repaired(
    judgements: pd.DataFrame, limit: float = 0.1, method: Method = "eigenvector"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judgements with the one that adds most changed as suggested, then the next, until they are within the limit.

    Returns
    -------
    (DataFrame, DataFrame)
        The judgements, and the rows of :func:`suggestions` that were applied, in their order; no judgement is changed
        twice.
    """
    applied = pd.DataFrame(columns=list(COLUMNS))
    while _ratio(checked(judgements).to_numpy(), method) > limit:
        ranked = suggestions(judgements, limit, method)
        ranked = ranked.merge(applied[["left", "right"]], how="left", indicator="seen")
        fresh = ranked.loc[ranked["seen"] == "left_only", list(COLUMNS)].head(1)
        if fresh.empty:
            break
        judgements = changed(judgements, *fresh.iloc[0][["left", "right", "suggested"]])
        applied = pd.concat([applied, fresh], ignore_index=True) if len(applied) else fresh
    return judgements, applied


def changed(judgements: pd.DataFrame, left: Hashable, right: Hashable, value: float) -> pd.DataFrame:
    """Judgements with one pair set to a value, left over right."""
    other = judgements.copy()
    other.loc[left, right], other.loc[right, left] = value, 1 / value
    return other


def _with(matrix: np.ndarray, i: int, j: int, value: float) -> np.ndarray:
    other = matrix.copy()
    other[i, j], other[j, i] = value, 1 / value
    return other


def _ratio(matrix: np.ndarray, method: Method) -> float:
    """Consistency ratio of judgements that can contradict each other."""
    n = len(matrix)
    if n not in RANDOM_INDEX:
        raise WeightsError(f"judgements of {n} elements cannot contradict each other: nothing to repair.")
    return solve(matrix, method)[-1] / RANDOM_INDEX[n]
