"""Lifetime value: what a relationship is worth while it lasts.

With a constant yearly margin and retention the sum over all years has a closed form; retention is taken from how many
customers of the same size left last year.
"""

from typing import TypeVar

import numpy as np
import pandas as pd

from crmlib.errors import CrmError
from crmlib.profit import WINDOW

Amount = TypeVar("Amount", float, pd.Series)
ALL = "all"


def clv(margin: Amount, retention: float | pd.Series, discount: float) -> Amount:
    """Customer lifetime value m·r / (1 + i − r): the first margin comes after one period.

    Parameters
    ----------
    margin : float or Series
        Constant margin m a year, CNY.
    retention : float or Series
        Share r of customers that stay from one year to the next, 0-1.
    discount : float
        Discount rate i a year, above 0.

    Returns
    -------
    float or Series
        CNY; negative where the margin is.

    Raises
    ------
    ValueError
        If retention leaves 0-1 or the discount rate is not positive.

    References
    ----------
    Gupta and Lehmann (2003), "Customers as assets", Journal of Interactive Marketing 17(1).
    """
    outside = np.asarray(retention, dtype=float)
    outside = outside[(outside < 0) | (outside > 1)]
    if outside.size:
        raise ValueError(f"retention must lie between 0 and 1, found {outside[0]:g}.")
    if not discount > 0:
        raise ValueError(f"the discount rate must be positive, found {discount:g}.")
    return margin * retention / (1 + discount - retention)


def attrition(customers: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
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


def retention(customers: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """1 less last year's attrition of each customer's size class, by customer_id; of all where the class is new."""
    lost = attrition(customers, as_of)
    by_customer = customers.set_index("customer_id")["size"].map(lost).fillna(lost[ALL])
    return (1 - by_customer).rename("retention")
