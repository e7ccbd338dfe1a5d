"""Groups: connected customers appraised as one, since they borrow, pay and decide as one.

A group takes the ID ``group_id``; a customer that stands alone keeps its own. Money and hours are summed, traits are
those of the largest member.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from crmlib.book.book import Book
from crmlib.book.schema import MONEY, SCHEMAS, SIZES, kinds
from crmlib.errors import CrmError
from crmlib.study import Study

VOLUME = ["demand_deposit", "time_deposit", "loan"]
SUMMED = {"transactions", "rm_hours"}


def by_group(book: Book, study: Study) -> Book:
    """The book with groups of connected customers as its customers.

    Parameters
    ----------
    book : Book
    study : Study
        Its as-of date says when a member is the largest; its ratings, by probability of default, which is the worst.

    Returns
    -------
    Book
        Money, hours and transactions summed; size, industry, ownership, manager and tier of the largest member (size
        class, then balances to the as-of date); worst rating; earliest opening; closed when all members have; loan
        rates weighted by loans; the longest overdue. A simulated book loses its truth, which is by customer.

    Raises
    ------
    CrmError
        If a group has the ID of a customer outside it, or a study's own measures would have to be added up.
    """
    unit = _units(book.customers)
    tables = {name: table.copy() for name, table in book.tables.items() if name != "truth"}
    tables["customers"] = _customers(book, unit, study)
    for name, table in tables.items():
        if name != "customers" and "customer_id" in table:
            table["customer_id"] = table["customer_id"].map(unit).astype(str)
            tables[name] = _JOINED[name](table)
    return Book(tables, simulated=book.simulated, absent=book.absent | {"truth"}, files=book.files)


def _units(customers: pd.DataFrame) -> pd.Series:
    """ID of the unit of each customer, indexed by customer."""
    people = customers.set_index("customer_id")["group_id"]
    alone = people.index[people.isna()]
    if len(taken := alone.intersection(pd.Index(people.dropna()))):
        raise CrmError(f"group_id: {', '.join(sorted(taken)[:5])} names a group and also a customer outside it.")
    return people.fillna(people.index.to_series())


def _customers(book: Book, unit: pd.Series, study: Study) -> pd.DataFrame:
    ranked = _largest_first(book, study).assign(customer_id=lambda rows: rows["customer_id"].map(unit).astype(str))
    groups = ranked.groupby("customer_id", sort=True)
    largest = ranked.drop_duplicates("customer_id").set_index("customer_id").sort_index()
    risks = ranked["rating"].map(study.profit.pd_by_rating).dropna()
    rating = ranked.loc[risks.groupby(ranked["customer_id"]).idxmax()] if len(risks) else ranked[:0]
    largest["rating"] = rating.set_index("customer_id")["rating"].reindex(largest.index)
    for mark in ("public_mandate", "watch_list"):
        largest[mark] = groups[mark].any()
    for date in ("founded", "opened"):
        largest[date] = groups[date].min()
    largest["closed"] = _all_ended(groups["closed"])
    return largest.reset_index()[list(SCHEMAS["customers"].columns)]


def _largest_first(book: Book, study: Study) -> pd.DataFrame:
    """Customers from the largest: by size class, then balances to the as-of date, then opening, then manager."""
    rows = book.activity[book.activity["month"] <= pd.Timestamp(study.as_of)]
    volume = rows[VOLUME].sum(axis=1).groupby(rows["customer_id"]).sum()
    people = book.customers.assign(
        size_rank=book.customers["size"].map({size: place for place, size in enumerate(SIZES)}),
        less=-book.customers["customer_id"].map(volume).fillna(0.0),
    )
    return people.sort_values(["size_rank", "less", "opened", "rm_id", "customer_id"], ignore_index=True).drop(
        columns=["size_rank", "less"]
    )


def _all_ended(dates: "pd.core.groupby.SeriesGroupBy") -> pd.Series:
    """Latest date of a group if every member has one, else missing."""
    return dates.max().where(dates.count() == dates.size())


def _activity(table: pd.DataFrame) -> pd.DataFrame:
    rated = table["loan"].where(table["loan_rate"].notna(), 0.0)
    keys = [table["customer_id"], table["month"]]
    paid = (rated * table["loan_rate"]).groupby(keys).sum()
    rate = (paid / rated.groupby(keys).sum().replace(0.0, np.nan)).to_numpy()
    overdue = table["days_overdue"].groupby(keys).max().to_numpy()
    return _summed("activity", table).assign(loan_rate=rate, days_overdue=overdue)


def _summed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of one unit added up; what is missing in all of them stays missing."""
    columns = [column for column, kind in kinds(name).items() if kind == MONEY or column in SUMMED]
    sums = table.groupby(list(SCHEMAS[name].unique))[columns].sum(min_count=1).reset_index()
    return sums.reindex(columns=list(SCHEMAS[name].columns))


def _holdings(table: pd.DataFrame) -> pd.DataFrame:
    """A product is held by a unit from its first taking up until the last member has given it up."""
    groups = table.groupby(["customer_id", "product"])
    dates = pd.DataFrame({"opened": groups["opened"].min(), "closed": _all_ended(groups["closed"])})
    return dates.reset_index()


def _outcomes(table: pd.DataFrame) -> pd.DataFrame:
    return table.groupby("customer_id", as_index=False)["outcome"].any()


def _contacts(table: pd.DataFrame) -> pd.DataFrame:
    key = list(SCHEMAS["contacts"].unique)
    return table.sort_values([*key, "product"]).drop_duplicates(key, ignore_index=True)


def _measures(table: pd.DataFrame) -> pd.DataFrame:
    twice = table.loc[table.duplicated(["customer_id", "as_of"]), "customer_id"]
    if len(twice):
        raise CrmError(
            f"measures: {twice.iloc[0]} is a group of several customers, and a study's own measures cannot be added "
            "up. Give them by group, or appraise customers (unit: customer)."
        )
    return table


_JOINED: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "activity": _activity,
    "financials": lambda table: _summed("financials", table),
    "holdings": _holdings,
    "outcomes": _outcomes,
    "contacts": _contacts,
    "measures": _measures,
}
