"""Scales: one indicator in its own unit becomes points from 0 to 100, on anchors fixed in the base year.

Scale and direction are separate steps: a scale never knows whether more is better.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

GRID_POINTS = 101


@dataclass(frozen=True)
class Scaling:
    """A fitted scale.

    Attributes
    ----------
    kind : str
        ``asinh``: asinh(x/theta) between anchors, for money, which is skewed and may be negative; ``linear``: between
        anchors; ``minmax``: between the base year's extremes; ``z``: the normal distribution function of the standard
        score; ``rank``: percentile rank among the base year's values.
    low, high : float
        Anchors in the unit of the indicator: values beyond them count as these.
    theta : float
        For asinh: median of the absolute non-zero values of the base year.
    centre, spread : float
        For z: mean and population standard deviation of the base year.
    grid : list of float
        For rank: quantiles of the base year.
    """

    kind: str
    low: float
    high: float
    theta: float = 1.0
    centre: float = 0.0
    spread: float = 1.0
    grid: list[float] = field(default_factory=list)

    @property
    def flat(self) -> bool:
        """Whether the anchors coincide, so that the indicator tells nobody apart."""
        return not self.high > self.low

    def points(self, values: pd.Series) -> pd.Series:
        """Values as points from 0 to 100; missing stays missing."""
        clipped = np.clip(values.to_numpy(dtype=float), self.low, self.high)
        return pd.Series(100 * self._share(clipped), index=values.index, name=values.name)

    def value(self, points: np.ndarray) -> np.ndarray:
        """The values that give these points; points that no value gives are read as the nearest that one gives."""
        share = np.clip(np.asarray(points, dtype=float) / 100, 0, 1)
        if self.kind == "rank":
            return np.interp(share, *reversed(_rank_curve(self.grid)))
        if self.kind == "z":
            from scipy.special import ndtri

            return np.clip(self.centre + self.spread * ndtri(share), self.low, self.high)
        low, high = self._curve(np.array([self.low, self.high]))
        level = low + share * (high - low)
        return np.sinh(level) * self.theta if self.kind == "asinh" else level

    def _share(self, clipped: np.ndarray) -> np.ndarray:
        if self.kind == "z":
            from scipy.special import ndtr

            return ndtr((clipped - self.centre) / self.spread)
        if self.kind == "rank":
            return percentile_rank(clipped, self.grid)
        low, high = self._curve(np.array([self.low, self.high]))
        return (self._curve(clipped) - low) / (high - low)

    def _curve(self, values: np.ndarray) -> np.ndarray:
        return np.arcsinh(values / self.theta) if self.kind == "asinh" else values


def fit_scaling(values: pd.Series, kind: str, winsor: float = 0.01) -> Scaling:
    """Fit a scale to the base year's values.

    Parameters
    ----------
    values : Series, shape (customers,)
        In the unit of the indicator; missing values are left out.
    kind : str
        One of the kinds of :class:`Scaling`.
    winsor : float
        For asinh and linear: share cut off at each end.

    Returns
    -------
    Scaling
        Flat where there are no values or the anchors coincide.
    """
    known = np.sort(values.dropna().to_numpy(dtype=float))
    if known.size == 0:
        return Scaling(kind, 0.0, 0.0)
    inner = kind in ("asinh", "linear")
    low, high = (float(bound) for bound in np.quantile(known, [winsor, 1 - winsor] if inner else [0, 1]))
    size = np.sort(np.abs(known[known != 0]))
    theta = float(np.median(size)) if kind == "asinh" and size.size else 1.0
    grid = quantile_grid(known) if kind == "rank" else []
    centre, spread = (float(known.mean()), float(known.std())) if kind == "z" else (0.0, 1.0)
    return Scaling(kind, low, high, theta, centre, spread or 1.0, grid)


def quantile_grid(values: np.ndarray) -> list[float]:
    """Quantiles 0 %, 1 % … 100 % of what is known: small enough to store, fine enough to rank by."""
    known = np.sort(values[np.isfinite(values)])
    return np.quantile(known, np.linspace(0, 1, GRID_POINTS)).tolist() if known.size else []


def percentile_rank(values: np.ndarray, grid: Sequence[float]) -> np.ndarray:
    """Rank of values in a quantile grid, from 0 to 1; ties share their middle rank, beyond the ends 0 and 1."""
    levels, middle = _rank_curve(grid)
    return np.interp(values, levels, middle) if levels.size > 1 else np.where(np.isnan(values), np.nan, 0.5)


def _rank_curve(grid: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Different values of a quantile grid, and the middle rank of each."""
    levels, first, count = np.unique(np.asarray(grid, dtype=float), return_index=True, return_counts=True)
    return levels, (first + (count - 1) / 2) / (len(grid) - 1)
