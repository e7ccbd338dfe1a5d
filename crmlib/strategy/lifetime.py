"""Lifetime value: what a relationship is worth while it lasts.

With a constant yearly margin and retention the sum over the years has a closed form. The plain retention is one less
the share of customers of the same size that left last year.
"""

from typing import TypeVar

import numpy as np
import pandas as pd

from crmlib.errors import CrmError
from crmlib.profit import WINDOW

Amount = TypeVar("Amount", float, pd.Series)
ALL = "all"


def clv(margin: Amount, retention: float | pd.Series, discount: float, horizon: int | None = None) -> Amount:
    """Customer lifetime value: the sum of m·rᵗ/(1 + i)ᵗ over the years t = 1, 2, …; over all years m·r/(1 + i − r).

    Parameters
    ----------
    margin : float or Series
        Constant margin m a year, CNY; the first one comes after one year.
    retention : float or Series
        Share r of customers that stay from one year to the next, 0-1.
    discount : float
        Discount rate i a year, above 0.
    horizon : int, optional
        Years that are counted; without it all of them.

    Returns
    -------
    float or Series
        CNY; negative where the margin is.

    Raises
    ------
    ValueError
        If retention leaves 0-1, the discount rate is not positive or the horizon is under one year.

    References
    ----------
    Gupta and Lehmann (2003), "Customers as assets", Journal of Interactive Marketing 17(1).
    """
    outside = np.asarray(retention, dtype=float)
    outside = outside[(outside < 0) | (outside > 1)]
    if outside.size:
        raise ValueError(f"retention must lie between 0 and 1, found {outside[0]:g}.")
    _require_positive(discount)
    if horizon is not None and horizon < 1:
        raise ValueError(f"a horizon must be at least one year, found {horizon:g}.")
    counted = 1.0 if horizon is None else 1 - (retention / (1 + discount)) ** horizon
    return margin * retention / (1 + discount - retention) * counted


def year_by_year(margin: float, retention: float, discount: float, horizon: int) -> pd.DataFrame:
    """The sum behind :func:`clv`, one row a year: year, there (chance), discounted (CNY a CNY), value, so_far (CNY)."""
    year = np.arange(1, horizon + 1)
    table = pd.DataFrame({"year": year, "there": retention**year, "discounted": (1 + discount) ** -year.astype(float)})
    value = margin * table["there"] * table["discounted"]
    return table.assign(value=value, so_far=value.cumsum())


def simulated_clv(
    margin: float, retention: float, discount: float, horizon: int, lives: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Mean of discounted margins over simulated lives, CNY, and its standard error.

    Each life draws every year whether the customer stays, so that nothing of the closed form is taken for granted.
    """
    there = (rng.random((lives, horizon)) < retention).cumprod(axis=1)
    values = margin * there @ ((1 + discount) ** -np.arange(1.0, horizon + 1))
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(lives))


def attrition_by_size(customers: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Share of each size class that left in the year to a date, of those open at its start.

    Parameters
    ----------
    customers : DataFrame
        Table of a book with ``size``, ``opened`` and ``closed``.
    as_of : Timestamp
        Month-end.

    Returns
    -------
    Series
        1/year by size class, and of ``all``.

    Raises
    ------
    CrmError
        If nobody was open a year before.
    """
    start = as_of - pd.offsets.MonthEnd(WINDOW)
    there = customers[~(customers["opened"] > start) & ~(customers["closed"] <= start)]
    if there.empty:
        raise CrmError(f"attrition to {as_of:%Y-%m-%d} needs customers that were open at {start:%Y-%m-%d}, found none.")
    left = (there["closed"] <= as_of).astype(float)
    return pd.concat([left.groupby(there["size"]).mean(), pd.Series({ALL: left.mean()})])


def plain_retention(customers: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """1 less last year's attrition of each customer's size class, by customer_id; of all where the class is new."""
    lost = attrition_by_size(customers, as_of)
    by_customer = customers.set_index("customer_id")["size"].map(lost).fillna(lost[ALL])
    return (1 - by_customer).rename("retention")


def _require_positive(discount: float) -> None:
    if not discount > 0:
        raise ValueError(f"the discount rate must be positive, found {discount:g}.")
