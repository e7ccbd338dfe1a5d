"""Concentration: how much of the branch rests on how few customers.

Takes one amount a customer (deposits, loans, profit) and gives the Lorenz curve, the Gini coefficient, the share of
the top and the Herfindahl-Hirschman index, each with a bootstrap interval. EVA can be negative, and shares of a sum of
both signs mean nothing: value created and value destroyed are measured apart.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from crmlib.stats.intervals import percentile_interval, resample


def concentration(
    amounts: pd.DataFrame, top: float, draws: int, coverage: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Concentration of every column, with intervals from the same bootstrap draws.

    Parameters
    ----------
    amounts : DataFrame, shape (customers, amounts)
        Non-negative amounts, CNY; customers without any count with 0.
    top : float
        Share of the customers called the top, in (0, 1]; the last of them counts in part, so that ties and small
        books give the same answer in any order.
    draws : int
        Bootstrap draws.
    coverage : float
        Coverage of the intervals.
    rng : numpy Generator

    Returns
    -------
    DataFrame, shape (amounts x statistics,)
        Columns ``amount``, ``statistic`` (gini, top_share, hhi: 1/n when all are equal to 1 when one has all),
        ``value``, ``low``, ``high`` and ``n``, the customers with more than 0.

    Raises
    ------
    ValueError
        If an amount is negative or missing (names the first customers) or a column has none above 0.

    References
    ----------
    Lorenz (1905), "Methods of measuring the concentration of wealth"; Gini (1912), "Variabilità e mutabilità".
    """
    _require_amounts(amounts)
    ordered = amounts.sort_values(list(amounts.columns))
    counts = resample(len(ordered), draws, rng)
    kernels: dict[str, Callable] = {"gini": _gini, "top_share": lambda x, c: _top_share(x, c, top), "hhi": _hhi}
    rows = []
    for name, column in ordered.items():
        order = np.argsort(column.to_numpy(), kind="stable")
        ascending, drawn, once = column.to_numpy()[order], counts[:, order], np.ones(len(order), dtype=int)
        for statistic, kernel in kernels.items():
            bounds = percentile_interval(kernel(ascending, drawn), coverage)
            rows.append((name, statistic, float(kernel(ascending, once)), *bounds, int((column > 0).sum())))
    return pd.DataFrame(rows, columns=["amount", "statistic", "value", "low", "high", "n"])


def lorenz_curve(amounts: pd.Series) -> pd.DataFrame:
    """Cumulative share of customers, smallest first, and of the amount, both from 0 to 1."""
    _require_amounts(amounts.to_frame())
    ascending = np.sort(amounts.to_numpy())
    shares = np.append(0.0, ascending.cumsum() / ascending.sum())
    return pd.DataFrame({"customers": np.linspace(0, 1, len(shares)), "share": shares})


def whale_curve(profit: pd.Series) -> pd.DataFrame:
    """Cumulative profit from the most to the least profitable customer, relative to the total.

    Above 1 is what some customers earn and others lose again. Kaplan & Narayanan (2001), "Measuring and managing
    customer profitability", Journal of Cost Management 15(5).

    Returns
    -------
    DataFrame
        ``customers`` from 0 to 1, ``profit`` (CNY, cumulative).
    """
    descending = np.sort(profit.to_numpy())[::-1]
    customers = np.linspace(0, 1, len(descending) + 1)
    return pd.DataFrame({"customers": customers, "profit": np.append(0.0, descending.cumsum())})


def largest(amounts: pd.Series, count: int) -> float:
    """Share of the total held by the ``count`` largest customers."""
    return float(amounts.nlargest(count).sum() / amounts.sum())


def by_sign(profit: pd.Series) -> pd.DataFrame:
    """Value created and value destroyed by each customer, both non-negative, CNY a year."""
    return pd.DataFrame({"value created": profit.clip(lower=0), "value destroyed": -profit.clip(upper=0)})


def _gini(ascending: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Gini coefficient of amounts in ascending order, each held by ``counts`` customers; over the last axis."""
    upto = counts.cumsum(axis=-1)
    ranks = counts * (upto - (counts - 1) / 2)
    n = upto[..., -1]
    return 2 * (ranks @ ascending) / (n * _total(ascending, counts)) - (n + 1) / n


def _top_share(ascending: np.ndarray, counts: np.ndarray, top: float) -> np.ndarray:
    """Share of the largest ``top`` of the customers."""
    richer = counts[..., ::-1].cumsum(axis=-1)[..., ::-1] - counts
    inside = np.clip(top * counts.sum(axis=-1, keepdims=True) - richer, 0, counts)
    return (inside @ ascending) / _total(ascending, counts)


def _hhi(ascending: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Sum of squared shares."""
    return (counts @ ascending**2) / _total(ascending, counts) ** 2


def _total(ascending: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Sum of each draw; missing where a draw has nothing above 0."""
    total = counts @ ascending
    return np.where(total > 0, total, np.nan)


def _require_amounts(amounts: pd.DataFrame) -> None:
    for name, column in amounts.items():
        bad = column[~(column >= 0)]
        if len(bad):
            first = "; ".join(f"{customer}: {value:,.2f}" for customer, value in bad.head(3).items())
            raise ValueError(
                f"{name} must not be negative or missing: {len(bad)} customers are ({first}). "
                "Measure gains and losses apart with by_sign."
            )
        if not column.sum() > 0:
            raise ValueError(f"{name}: no customer has any, so there is no concentration to measure.")
