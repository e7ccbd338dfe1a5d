"""Growth, churn and cohorts: how the book came to be, and how long customers stay."""

import pandas as pd

from crmlib.book import Book

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


def yearly_growth(table: pd.DataFrame, name: str) -> float:
    """Growth of a column of :func:`monthly`, first twelve months to last, 1/year; missing under two years."""
    years = len(table) / 12 - 1
    if years < 1:
        return float("nan")
    return float((table[name].iloc[-12:].sum() / table[name].iloc[:12].sum()) ** (1 / years) - 1)


def joined_and_left(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Customers that came and left in each year up to ``as_of`` that the book covers.

    Returns
    -------
    DataFrame
        ``year`` (end of the twelve months), ``at_start``, ``joined``, ``left``, ``at_end`` and ``rate``, those who left
        of those at the start as a share (who joined and left within the year counts in ``joined`` and ``left`` alone).
    """
    opened, closed = book.customers["opened"], book.customers["closed"]
    rows = []
    for end in _year_ends(book, as_of)[1:]:
        start = end - pd.offsets.MonthEnd(12)
        before, after = _open(opened, closed, start), _open(opened, closed, end)
        joined = opened.between(start, end, inclusive="right")
        left = closed.between(start, end, inclusive="right")
        rows.append((end, before.sum(), joined.sum(), left.sum(), after.sum(), (before & left).sum() / before.sum()))
    return pd.DataFrame(rows, columns=["year", "at_start", "joined", "left", "at_end", "rate"])


def cohort_retention(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Share of each cohort of opening that is still open, year by year.

    Customers from before the book starts are one cohort, those that it still had then: how many had left earlier
    nobody knows, so its curve starts at the start of the book.

    Returns
    -------
    DataFrame
        ``cohort`` (year of opening, or ``earlier``), ``customers`` at its start, ``year`` (end of twelve months),
        ``age`` (years since the end of the opening year) and ``share`` still open.
    """
    opened, closed = book.customers["opened"], book.customers["closed"]
    ends = _year_ends(book, as_of)
    rows = []
    for number, end in enumerate(ends):
        first = number == 0
        start = pd.Timestamp.min if first else end - pd.offsets.MonthEnd(12)
        members = opened.between(start, end, inclusive="right") & (~(closed <= end) if first else True)
        name = "earlier" if first else f"{end.year}" if end.month == 12 else f"to {end:%Y-%m}"
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
