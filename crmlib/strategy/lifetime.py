"""Lifetime value: what a relationship is worth while it lasts.

With a constant yearly margin and retention the sum over the years has a closed form. The plain retention is one less
the share of customers of the same size that left last year.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from crmlib.absent import needs
from crmlib.book import Book
from crmlib.errors import CrmError
from crmlib.profit import WINDOW
from crmlib.study import Study

Amount = TypeVar("Amount", float, pd.Series)
ALL = "all"
LIVES = 20_000
"""Simulated lives beside a lifetime value."""


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
    if not discount > 0:
        raise ValueError(f"the discount rate must be positive, found {discount:g}.")
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


@dataclass(frozen=True)
class Life:
    """The lifetime value of one customer, step by step.

    Attributes
    ----------
    customer : Series
        A row of the save list.
    stays, hurdle : float
        Chance that it stays and discount rate, 1/year.
    table : DataFrame
        From :func:`year_by_year`.
    mean, error, for_ever : float
        Mean of simulated lives and its standard error; by the closed form over all years; CNY.
    """

    customer: pd.Series
    stays: float
    hurdle: float
    table: pd.DataFrame
    mean: float
    error: float
    for_ever: float

    @property
    def agrees(self) -> bool:
        """Whether closed form and simulated lives are within three standard errors."""
        value = self.customer["clv"]
        return abs(self.mean - value) <= 3 * self.error + 1e-9 * abs(value)


@needs()
def one_life(customer: pd.Series, study: Study) -> Life:
    """The lifetime value of a customer: one row of :func:`crmlib.strategy.saves.save_list`."""
    eva, stays, hurdle, years = customer["eva"], 1 - customer["loss"], study.profit.hurdle, study.strategy.horizon
    drawn = simulated_clv(eva, stays, hurdle, years, LIVES, np.random.default_rng([study.seed, 8, 1]))
    return Life(customer, stays, hurdle, year_by_year(eva, stays, hurdle, years), *drawn, clv(eva, stays, hurdle))


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


@needs("customers.size", "customers.opened", "customers.closed")
def attrition_table(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Who left last year, for people: size, left and retention (1/year)."""
    left = attrition_by_size(book.customers, as_of).rename_axis("size").reset_index(name="left")
    return left.assign(retention=1 - left["left"])


def plain_retention(customers: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """1 less last year's attrition of each customer's size class, by customer_id; of all where the class is new."""
    lost = attrition_by_size(customers, as_of)
    by_customer = customers.set_index("customer_id")["size"].map(lost).fillna(lost[ALL])
    return (1 - by_customer).rename("retention")
