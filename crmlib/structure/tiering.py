"""Tiers: how far today's tiers, set by deposits, are those that profit would set."""

import numpy as np
import pandas as pd

from crmlib.structure.bootstrap import interval, resample


def eva_tiers(eva: pd.Series, tier: pd.Series) -> pd.Series:
    """Tiers by EVA, each as large as today's tier of the same number.

    Parameters
    ----------
    eva : Series, shape (customers,)
        CNY a year.
    tier : Series, shape (customers,)
        Today's tier, 1 the best, on the same index.

    Returns
    -------
    Series of int
        Customers of equal EVA share a tier, the better one, so that sizes differ from today's where a tie spans a cut.
    """
    ends = tier.value_counts().sort_index().cumsum()
    place = eva.rank(ascending=False, method="min")
    return pd.Series(ends.index.to_numpy()[np.searchsorted(ends, place)], index=eva.index, name="eva_tier")


def tier_agreement(
    first: pd.Series, second: pd.Series, draws: int, coverage: float, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Kendall's tau-b of two tierings, with its bootstrap interval over customers.

    Parameters
    ----------
    first, second : Series, shape (customers,)
        Tiers on one index.
    draws : int
        Bootstrap draws.
    coverage : float
        Coverage of the interval.
    rng : numpy Generator

    Returns
    -------
    tuple of float
        Tau-b (1: same order, 0: none, -1: reversed), low, high; missing where a tiering has one tier alone.

    References
    ----------
    Kendall (1945), "The treatment of ties in ranking problems", Biometrika 33(3).
    """
    table = pd.crosstab(first, second)
    cells = np.repeat(np.arange(table.size), table.to_numpy().ravel())
    counts = resample(len(cells), draws, rng)
    drawn = np.stack([counts[:, cells == cell].sum(axis=1) for cell in range(table.size)], axis=1)
    value = float(tau_b(table.to_numpy()))
    return value, *interval(tau_b(drawn.reshape(-1, *table.shape)), coverage)


def tau_b(tables: np.ndarray) -> np.ndarray:
    """Kendall's tau-b of contingency tables with ordered rows and columns, over the last two axes."""
    above = np.zeros(np.add(tables.shape, (*[0] * (tables.ndim - 2), 1, 1)))
    above[..., :-1, :-1] = tables[..., ::-1, ::-1].cumsum(axis=-1).cumsum(axis=-2)[..., ::-1, ::-1]
    left = np.zeros_like(above)
    left[..., :-1, 1:] = tables[..., ::-1, :].cumsum(axis=-1).cumsum(axis=-2)[..., ::-1, :]
    concordant = (tables * above[..., 1:, 1:]).sum(axis=(-1, -2))
    discordant = (tables * left[..., 1:, :-1]).sum(axis=(-1, -2))
    n = tables.sum(axis=(-1, -2))
    rows, columns = (_pairs(tables.sum(axis=axis)).sum(axis=-1) for axis in (-1, -2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return (concordant - discordant) / np.sqrt((_pairs(n) - rows) * (_pairs(n) - columns))


def _pairs(count: np.ndarray) -> np.ndarray:
    return count * (count - 1) / 2
