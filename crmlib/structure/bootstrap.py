"""Intervals: how much a statistic of the book would move if other customers of the same kind had come.

Customers are drawn with replacement. A draw is kept as how often each customer is in it, so that a statistic written
for weighted customers gives its bootstrap in one vectorised pass, and the same draws serve all statistics.
"""

import numpy as np
import pandas as pd


def resample(customers: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """How often each customer is in each bootstrap draw; int32, shape (draws, customers), every row sums to customers.

    Draw positions, not IDs: sort the customers by their values first, so that row order and IDs change nothing.
    """
    return np.stack([np.bincount(rng.integers(customers, size=customers), minlength=customers) for _ in range(draws)])


def interval(values: np.ndarray, coverage: float) -> tuple[float, float]:
    """Percentile interval of bootstrap values, shape (draws,); missing where no draw gave a value."""
    known = values[np.isfinite(values)]
    if not known.size:
        return np.nan, np.nan
    low, high = np.quantile(known, [(1 - coverage) / 2, (1 + coverage) / 2])
    return float(low), float(high)


def share_interval(
    part: pd.Series, whole: pd.Series, draws: int, coverage: float, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Sum of ``part`` as a share of the sum of ``whole``, with its bootstrap interval over customers.

    Parameters
    ----------
    part, whole : Series, shape (customers,)
        In one unit, on one index.
    draws : int
        Bootstrap draws.
    coverage : float
        Coverage of the interval.
    rng : numpy Generator

    Returns
    -------
    tuple of float
        Share, low, high; all missing where ``whole`` sums to 0.
    """
    pairs = np.sort(np.rec.fromarrays([whole.to_numpy(float), part.to_numpy(float)]))
    total, some = pairs.f0, pairs.f1
    if not total.sum():
        return np.nan, np.nan, np.nan
    counts = resample(total.size, draws, rng)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = interval((counts @ some) / (counts @ total), coverage)
    return float(some.sum() / total.sum()), low, high
