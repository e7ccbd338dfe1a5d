"""Growth, churn and cohorts: how the book came to be, and how long customers stay."""

from dataclasses import dataclass
from math import inf, isfinite, log, nan

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.book.losses import IDLE, NEEDS, losses
from crmlib.study import BookSettings

EARLIER = "earlier"
"""The cohort of the customers from before the book starts."""
MONEY = {"deposits": ("demand_deposit", "time_deposit"), "loans": ("loan",), "inflow": ("inflow",)}


def monthly(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Customers and money month by month, up to ``as_of``.

    Returns
    -------
    DataFrame
        ``month``, ``customers`` (with a record of the month), then ``deposits``, ``loans`` and ``inflow`` (CNY) as far
        as the book has them.
    """
    activity = book.activity[book.activity["month"] <= as_of]
    table = activity.groupby("month").agg(customers=("customer_id", "nunique"))
    for name, columns in MONEY.items():
        if book.has(*(f"activity.{column}" for column in columns)):
            table[name] = activity.groupby("month")[list(columns)].sum().sum(axis=1)
    return table.reset_index()


@needs()
def yearly_growth(table: pd.DataFrame, name: str) -> float:
    """Growth of a column of :func:`monthly`, first twelve months to last, 1/year; absent under two years."""
    years, first = len(table) / 12 - 1, table[name].iloc[:12].sum()
    if years < 1 or not first > 0:
        raise Lacking("structure.too_short")
    return float((table[name].iloc[-12:].sum() / first) ** (1 / years) - 1)


@dataclass(frozen=True)
class Churn:
    """Who came and who closed.

    Attributes
    ----------
    table : DataFrame
        From :func:`joined_and_left`.
    cohorts : DataFrame
        From :func:`cohort_retention`.
    rate, last : float
        Share of the customers that close in a year: mean of the years, and the last one.
    half_gone : float
        Years after which half of the customers have closed at the mean rate; missing beyond what was ever seen.
    young : float
        Share of new customers still open a year after the end of their opening year; missing without any.
    """

    table: pd.DataFrame
    cohorts: pd.DataFrame
    rate: float
    last: float
    half_gone: float
    young: float

    @property
    def idle(self) -> float:
        """Customers that let their account fall idle in the last year; missing where balances are not known."""
        return self.table[IDLE].iloc[-1] if IDLE in self.table else nan


@needs("customers.opened", "customers.closed")
def churn(book: Book, as_of: pd.Timestamp, settings: BookSettings) -> Churn:
    """Who came and who closed, year by year and by cohort; absent under one year."""
    table, cohorts = joined_and_left(book, as_of, settings), cohort_retention(book, as_of)
    rate = float(table["closing_rate"].mean())
    if not isfinite(rate):
        raise Lacking("structure.too_short")
    oldest = (as_of - book.customers["opened"].min()).days / 365.25
    half_gone = log(0.5) / log(1 - rate) if 0 < rate < 1 else inf
    new = cohorts[(cohorts["age"] == 1) & (cohorts["cohort"] != EARLIER)]
    young = (new["share"] * new["customers"]).sum() / new["customers"].sum() if len(new) else nan
    last = float(table["closing_rate"].iloc[-1])
    return Churn(table, cohorts, rate, last, half_gone if half_gone <= oldest else nan, float(young))


def joined_and_left(book: Book, as_of: pd.Timestamp, settings: BookSettings) -> pd.DataFrame:
    """Customers that came and left in each year up to ``as_of`` that the book covers.

    Returns
    -------
    DataFrame
        ``year_to`` (end of the twelve months), ``at_start``, ``joined``, ``closings``, ``at_end`` and ``closing_rate``,
        those who closed of those at the start as a share (who joined and closed within the year counts in ``joined``
        and ``closings`` alone); where balances are known ``idle``, those who let an open account fall idle.
    """
    opened, closed = book.customers["opened"], book.customers["closed"]
    rows = []
    for end in _year_ends(book, as_of)[1:]:
        start = end - pd.offsets.MonthEnd(12)
        before, after = _open(opened, closed, start), _open(opened, closed, end)
        joined = opened.between(start, end, inclusive="right")
        left = closed.between(start, end, inclusive="right")
        rows.append((end, before.sum(), joined.sum(), left.sum(), after.sum(), (before & left).sum() / before.sum()))
    table = pd.DataFrame(rows, columns=["year_to", "at_start", "joined", "closings", "at_end", "closing_rate"])
    if book.has(*NEEDS):
        lost = losses(book, as_of, settings).query("how == @IDLE")["lost"]
        table[IDLE] = [int(lost.between(end - pd.offsets.MonthEnd(12), end).sum()) for end in table["year_to"]]
    return table


def cohort_retention(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Share of each cohort of opening that is still open, year by year.

    Customers from before the book starts are one cohort, those that it still had then: how many had left earlier
    nobody knows, so its curve starts at the start of the book.

    Returns
    -------
    DataFrame
        ``cohort`` (year of opening, or the month that the twelve months of opening end with, or ``earlier``),
        ``customers`` at its start, ``year`` (end of twelve months), ``age`` (years since the end of the opening year)
        and ``share`` still open.
    """
    opened, closed = book.customers["opened"], book.customers["closed"]
    ends = _year_ends(book, as_of)
    rows = []
    for number, end in enumerate(ends):
        first = number == 0
        start = pd.Timestamp.min if first else end - pd.offsets.MonthEnd(12)
        members = opened.between(start, end, inclusive="right") & (~(closed <= end) if first else True)
        name = EARLIER if first else f"{end.year}" if end.month == 12 else f"{end:%Y-%m}"
        for age, later in enumerate(ends[number:]):
            if members.any():
                rows.append((name, members.sum(), later, age, _open(opened, closed, later)[members].mean()))
    return pd.DataFrame(rows, columns=["cohort", "customers", "year", "age", "share"])


def _open(opened: pd.Series, closed: pd.Series, day: pd.Timestamp) -> pd.Series:
    return (opened <= day) & ~(closed <= day)


def _year_ends(book: Book, as_of: pd.Timestamp) -> list[pd.Timestamp]:
    """Ends of whole years up to ``as_of`` and the start of the book before them, the earliest first."""
    first = book.activity["month"].min()
    years = (12 * (as_of.year - first.year) + as_of.month - first.month + 1) // 12
    return [as_of - pd.offsets.MonthEnd(12 * back) for back in range(years, -1, -1)]
