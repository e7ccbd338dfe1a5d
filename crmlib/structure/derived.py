"""Derived deposits (派生存款): how many of the deposits come with loans, and whether the two move together.

A loan is paid into an account, and banks ask borrowers to keep some there. Such deposits leave with the loan.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.stats.intervals import UNKNOWN, Estimate, percentile_interval
from crmlib.study import StructureSettings

STREAM = 33
LEAST = 30
"""Customers with a loan in either year from which it is told whether the two move together."""
DEPOSITS = ["demand_deposit", "time_deposit"]


@dataclass(frozen=True)
class Derived:
    """Deposits of those who borrow.

    Attributes
    ----------
    borrowers, customers : int
        Customers with a loan in the year, and all with a record in it.
    share : float
        Share of the deposits that borrowers hold.
    to_loans : float
        Their deposits as a share of their loans.
    together : Estimate
        Rank correlation of a year's change of deposits with that of loans; unknown under :data:`LEAST` customers.
    pairs : int
        Customers with a loan in either year that it is told from.
    """

    borrowers: int
    customers: int
    share: float
    to_loans: float
    together: Estimate
    pairs: int


@needs("activity.demand_deposit", "activity.time_deposit", "activity.loan")
def derived_deposits(book: Book, as_of: pd.Timestamp, settings: StructureSettings, seed: int) -> Derived:
    """Deposits of those who borrow, in the year to a date and against the year before."""
    now, before = (_means(book, as_of - pd.offsets.MonthEnd(12 * years)) for years in (0, 1))
    borrows = now["loan"] > 0
    if not borrows.any() or not now["deposits"].sum() > 0:
        raise Lacking("structure.no_loans")
    own = now[borrows].sum()
    there = now.index.intersection(before.index)
    after, before = now.loc[there], before.loc[there]
    change = (after - before)[(after["loan"] > 0) | (before["loan"] > 0)].sort_values(list(now))
    counts, rng = (int(borrows.sum()), len(now)), np.random.default_rng([seed, STREAM])
    together = _ranked(change.to_numpy(), settings, rng) if len(change) >= LEAST else UNKNOWN
    shares = own["deposits"] / now["deposits"].sum(), own["deposits"] / own["loan"]
    return Derived(*counts, *map(float, shares), together, len(change))


def _means(book: Book, to: pd.Timestamp) -> pd.DataFrame:
    """Mean deposits and loan of each customer in the twelve months to a date."""
    rows = book.activity[book.activity["month"].between(to - pd.offsets.MonthEnd(12), to, inclusive="right")]
    money = pd.DataFrame({"deposits": rows[DEPOSITS].sum(axis=1), "loan": rows["loan"]})
    return money.groupby(rows["customer_id"]).mean()


def _ranked(change: np.ndarray, settings: StructureSettings, rng: np.random.Generator) -> Estimate:
    """Rank correlation of two columns with its bootstrap interval."""
    drawn = change[rng.integers(len(change), size=(settings.bootstrap, len(change)))]
    values = _correlation(drawn)
    return Estimate(float(_correlation(change[None])[0]), *percentile_interval(values, settings.interval))


def _correlation(draws: np.ndarray) -> np.ndarray:
    """Rank correlation of each draw, shape (draws, customers, 2); missing where a column is constant."""
    ranks = rankdata(draws, axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    spread = np.sqrt((ranks**2).sum(axis=1).prod(axis=-1))
    return np.divide(ranks.prod(axis=-1).sum(axis=1), spread, out=np.full(len(draws), np.nan), where=spread > 0)
