"""Intervals: how much a statistic would move if other customers of the same kind had come.

Customers are drawn with replacement. A draw is kept as how often each customer is in it, so that a statistic written
for weighted customers gives its bootstrap in one vectorised pass, and the same draws serve all statistics.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import betaincinv


class Estimate(NamedTuple):
    """A value with the bounds of its interval."""

    value: float
    low: float
    high: float


UNKNOWN = Estimate(np.nan, np.nan, np.nan)


def estimates(table: pd.DataFrame, value: str, low: str = "low", high: str = "high") -> list[Estimate]:
    """The estimate of every row whose value and bounds stand in three columns: one cell of a table for people."""
    return [Estimate(*row) for row in table[[value, low, high]].itertuples(index=False)]


def estimate_numbers(names: Iterable[str], table: pd.DataFrame) -> dict[str, float]:
    """Key numbers ``<name>``, ``<name>_low`` and ``<name>_high``, a name a row, from value, low and high of a table."""
    columns, rows = {"": "value", "_low": "low", "_high": "high"}, table.to_dict("records")
    pairs = zip(names, rows, strict=True)
    return {f"{name}{end}": row[column] for name, row in pairs for end, column in columns.items()}


def resample(customers: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """How often each customer is in each bootstrap draw; int, shape (draws, customers), every row sums to customers.

    Draw positions, not IDs: sort the customers by their values first, so that row order and IDs change nothing.
    """
    return np.stack([np.bincount(rng.integers(customers, size=customers), minlength=customers) for _ in range(draws)])


def once_and_resampled(customers: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Every customer once, then :func:`resample`: shape (1 + draws, customers), as :func:`estimate` takes it up."""
    return np.vstack([np.ones(customers, int), resample(customers, draws, rng)])


def percentile_interval(values: np.ndarray, coverage: float) -> tuple[float, float]:
    """Percentile interval of bootstrap values, shape (draws,); missing where no draw gave a value."""
    known = values[np.isfinite(values)]
    if not known.size:
        return np.nan, np.nan
    low, high = np.quantile(known, [(1 - coverage) / 2, (1 + coverage) / 2])
    return float(low), float(high)


def estimate(values: np.ndarray, coverage: float) -> Estimate:
    """The statistic of the customers as they are, which comes first, with the interval of its draws, which follow."""
    return Estimate(float(values[0]), *percentile_interval(values[1:], coverage))


def share_interval(
    part: pd.Series, whole: pd.Series, draws: int, coverage: float, rng: np.random.Generator
) -> Estimate:
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
    Estimate
        All missing where ``whole`` sums to 0.
    """
    pairs = np.sort(np.rec.fromarrays([whole.to_numpy(float), part.to_numpy(float)]))
    total, some = pairs.f0, pairs.f1
    if not total.sum():
        return UNKNOWN
    counts = resample(total.size, draws, rng)
    with np.errstate(invalid="ignore", divide="ignore"):
        bounds = percentile_interval((counts @ some) / (counts @ total), coverage)
    return Estimate(float(some.sum() / total.sum()), *bounds)


def beta_interval(hits: pd.Series, misses: pd.Series, coverage: float) -> tuple[pd.Series, pd.Series]:
    """Equal-tailed intervals of shares with Beta distributions, each bound as long as the counts.

    With ½ added to every count they are Jeffreys' intervals.
    """
    tail = (1 - coverage) / 2
    return betaincinv(hits, misses, tail), betaincinv(hits, misses, 1 - tail)
