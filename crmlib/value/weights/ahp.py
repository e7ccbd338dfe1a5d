"""AHP: weights from pairwise judgements, and how far those judgements agree with themselves.

Takes one square matrix of comparisons; gives the weights with everything needed to print and question them.
"""

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components

from crmlib.errors import WeightsError, did_you_mean

Method = Literal["eigenvector", "geometric_mean"]
# Saaty's random index by number of elements compared: the mean consistency index of random matrices.
RANDOM_INDEX = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
LARGEST = max(RANDOM_INDEX)
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Priorities:
    """Weights by AHP with what they rest on.

    Attributes
    ----------
    weights : Series, shape (n,)
        Weight of each element; they sum to 1.
    lambda_max : float
        Principal eigenvalue; n for judgements without contradiction, larger with them.
    consistency_index : float
        (lambda_max - n) / (n - 1); 0 for n = 1.
    consistency_ratio : float or None
        consistency_index / random_index; None for n <= 2, where nothing can contradict.
    random_index : float or None
        Saaty's random index for n; None for n <= 2.
    method : str
        "eigenvector" or "geometric_mean".
    judgements : DataFrame, shape (n, n)
        The matrix as used, missing judgements filled in.
    missing : int
        Pairs that nobody judged. They contradict nothing, so that the consistency ratio flatters where there are many.
    """

    weights: pd.Series
    lambda_max: float
    consistency_index: float
    consistency_ratio: float | None
    random_index: float | None
    method: Method
    judgements: pd.DataFrame
    missing: int = 0


def ahp(judgements: pd.DataFrame | np.ndarray, method: Method = "eigenvector") -> Priorities:
    """Weights from a matrix of pairwise judgements.

    Parameters
    ----------
    judgements : DataFrame or array, shape (n, n)
        Entry (i, j) says how many times more important i is than j; positive, reciprocal, 1 on the diagonal, n <= 10.
        A pair that was not judged is missing (or 0) on both sides and filled in by Harker's method: the ratio of the
        weights that the other judgements give. Labels of a DataFrame are kept.
    method : {"eigenvector", "geometric_mean"}
        Principal eigenvector, or row geometric mean with lambda_max as the mean of (Aw)_i / w_i.

    Returns
    -------
    Priorities

    Raises
    ------
    WeightsError
        If the matrix is not square, has n > 10, or has an entry that is not positive or not the reciprocal of its
        mirror (names the pair); if no chain of judgements links two elements; if the method is unknown.

    References
    ----------
    Saaty (1980), "The Analytic Hierarchy Process"; Crawford and Williams (1985) for the row geometric mean; Harker
    (1987), "Incomplete pairwise comparisons in the analytic hierarchy process", Mathematical Modelling 9(11).
    """
    if method not in METHODS:
        near = did_you_mean(str(method), METHODS)
        raise WeightsError(f"{method!r} is not a method of AHP.{near} It is {' or '.join(METHODS)}.")
    given = checked(judgements)
    matrix, weights, lambda_max, index = solve(given.to_numpy(), method)
    random_index = RANDOM_INDEX.get(len(given))
    return Priorities(
        weights=pd.Series(weights, given.index, name="weight"),
        lambda_max=lambda_max,
        consistency_index=index,
        consistency_ratio=index / random_index if random_index else None,
        random_index=random_index,
        method=method,
        judgements=pd.DataFrame(matrix, given.index, given.index),
        missing=int(given.isna().to_numpy().sum()) // 2,
    )


def solve(matrix: np.ndarray, method: Method) -> tuple[np.ndarray, np.ndarray, float, float]:
    """AHP of a matrix without checks, NaN where a pair was left open: the matrix filled in, weights, lambda_max, CI."""
    if np.isnan(matrix).any():
        matrix = _completed(matrix)
    weights, lambda_max = METHODS[method](matrix)
    # Rounding can leave lambda_max a hair under n, its least value.
    return matrix, weights, lambda_max, max(0.0, (lambda_max - len(matrix)) / max(len(matrix) - 1, 1))


def _completed(matrix: np.ndarray) -> np.ndarray:
    """Missing judgements by Harker's method.

    Each is left out of its row's sum and replaced by the row's own weight, hence the diagonal. Filled in as ratios of
    the weights found, they leave these weights and lambda_max as they are.
    """
    missing = np.isnan(matrix)
    weights, _ = _eigenvector(np.where(missing, 0.0, matrix) + np.diag(missing.sum(axis=1)))
    return np.where(missing, weights[:, None] / weights[None, :], matrix)


def _eigenvector(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    values, vectors = np.linalg.eig(matrix)
    principal = int(np.argmax(values.real))
    vector = np.abs(vectors[:, principal].real)
    return vector / vector.sum(), float(values[principal].real)


def _geometric_mean(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    means = np.exp(np.log(matrix).mean(axis=1))
    weights = means / means.sum()
    return weights, float((matrix @ weights / weights).mean())


METHODS = {"eigenvector": _eigenvector, "geometric_mean": _geometric_mean}
"""Weights and lambda_max of a complete matrix, by name of the method."""


def checked(judgements: pd.DataFrame | np.ndarray) -> pd.DataFrame:
    """A matrix of judgements as floats, columns in the order of the rows, NaN where a pair was left open.

    Raises
    ------
    WeightsError
        As :func:`ahp`.
    """
    frame = pd.DataFrame(judgements)
    rows, columns = frame.shape
    if rows != columns or frame.empty:
        raise WeightsError(f"judgements must be a square matrix, found {rows} rows and {columns} columns.")
    if rows > LARGEST:
        raise WeightsError(f"{rows} elements compared at once, at most {LARGEST} can be: group them in the tree.")
    if frame.index.has_duplicates or set(frame.index) != set(frame.columns):
        raise WeightsError(
            "rows and columns must have the same labels, each once: "
            f"rows {list(frame.index)}, columns {list(frame.columns)}."
        )
    matrix = frame.to_numpy(float)[:, frame.columns.get_indexer(frame.index)]
    matrix = np.where((matrix == 0) & (matrix.T == 0), np.nan, matrix)
    _require_reciprocal(matrix, frame.index)
    if np.isnan(matrix).any():
        _require_linked(matrix, frame.index)
    return pd.DataFrame(matrix, frame.index, frame.index)


def _require_reciprocal(matrix: np.ndarray, labels: pd.Index) -> None:
    for i, j in combinations_with_replacement(range(len(labels)), 2):
        left, right, value, mirror = labels[i], labels[j], float(matrix[i, j]), float(matrix[j, i])
        if left != right and np.isnan(value) and np.isnan(mirror):
            continue
        for one, other, found in ((left, right, value), (right, left, mirror)):
            if not (np.isfinite(found) and found > 0):
                raise WeightsError(f"judgements must be positive numbers: {one} over {other} is {found:g}.")
        if left == right and abs(value - 1) > _TOLERANCE:
            raise WeightsError(f"the diagonal must be 1: {left} over itself is {value:g}.")
        if abs(value * mirror - 1) > _TOLERANCE:
            raise WeightsError(
                f"judgements must be reciprocal: {left} over {right} is {value:g}, so {right} over {left} "
                f"must be {1 / value:g}, found {mirror:g}. Give fractions as 1/3, not 0.33."
            )


def _require_linked(matrix: np.ndarray, labels: pd.Index) -> None:
    _, part = connected_components(~np.isnan(matrix))
    for other in labels[part != part[0]][:1]:
        raise WeightsError(
            f"judgements must link every two elements: none leads from {labels[0]} to {other}, directly or through "
            "others."
        )
