"""Groups: connected customers appraised as one, since they borrow, pay and decide as one.

A group takes the ID ``group_id``; a customer that stands alone keeps its own. Money and hours are summed, traits are
those of the largest member that is still a customer.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from crmlib.book.accounts import sales_growth
from crmlib.book.book import Book
from crmlib.book.describe import open_at
from crmlib.book.ratings import worst_of_groups
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
        Its as-of date says who has left and who is the largest; its ratings, by probability of default, which is the
        worst.

    Returns
    -------
    Book
        Money, hours and transactions summed; size, industry, ownership, manager and tier of the largest member (size
        class, then balances to the as-of date); worst rating; earliest opening; closed when all members have; loan
        rates weighted by loans; the longest overdue. Traits, marks and ratings are those of members that have not left,
        unless all have. Accounts are those of years in which one of these has some, and ``growth`` compares the sales
        of the same members. A simulated book loses its truth, which is by customer.

    Raises
    ------
    CrmError
        If a group has the ID of a customer outside it, or a study's own measures would have to be added up.
    """
    unit = _units(book.customers)
    tables = {name: table for name, table in book.tables.items() if name != "truth"}
    tables["customers"] = _customers(book, unit, study)
    if "financials" in tables:
        tables["financials"] = _financials(tables["financials"], unit, _staying(book.customers, unit, study))
    if "ratings" in tables:
        tables["ratings"] = worst_of_groups(book.ratings, unit, study.profit.pd_by_rating)
    for name, table in tables.items():
        if name not in ("customers", "financials", "ratings") and "customer_id" in table:
            tables[name] = _JOINED[name](table.assign(customer_id=table["customer_id"].map(unit)))
    return Book(tables, simulated=book.simulated, absent=book.absent | {"truth"}, files=book.files, notes=book.notes)


def _units(customers: pd.DataFrame) -> pd.Series:
    """ID of the unit of each customer, indexed by customer."""
    people = customers.set_index("customer_id")["group_id"]
    alone = people.index[people.isna()]
    if len(taken := alone.intersection(pd.Index(people.dropna()))):
        raise CrmError(f"group_id: {', '.join(sorted(taken)[:5])} names a group and also a customer outside it.")
    return people.fillna(people.index.to_series())


def _staying(customers: pd.DataFrame, unit: pd.Series, study: Study) -> pd.Index:
    """IDs of the members that speak for their unit: those that have not left, or all where nobody has stayed."""
    stays = open_at(customers, pd.Timestamp(study.as_of))
    nobody = ~stays.groupby(customers["customer_id"].map(unit)).transform("any")
    return pd.Index(customers.loc[stays | nobody, "customer_id"])


def _customers(book: Book, unit: pd.Series, study: Study) -> pd.DataFrame:
    """Units as customers: the traits of the largest member but for dates, marks and the rating, the worst of all."""
    everybody = _largest_first(book, study)
    everybody["risk"] = everybody["rating"].map(study.profit.pd_by_rating)
    members = everybody[everybody["customer_id"].isin(_staying(book.customers, unit, study))]
    everybody, members = (each.assign(customer_id=each["customer_id"].map(unit)) for each in (everybody, members))
    worst = members.sort_values("risk", ascending=False, kind="stable").drop_duplicates("customer_id")
    all_time, groups = everybody.groupby("customer_id"), members.groupby("customer_id")
    units = members.drop_duplicates("customer_id").set_index("customer_id").sort_index()
    units = units.assign(
        rating=worst.set_index("customer_id")["rating"],
        public_mandate=groups["public_mandate"].any(),
        watch_list=groups["watch_list"].any(),
        founded=all_time["founded"].min(),
        opened=all_time["opened"].min(),
        closed=_all_ended(all_time["closed"]),
    )
    return units.reset_index()[list(kinds("customers"))]


def _largest_first(book: Book, study: Study) -> pd.DataFrame:
    """Customers from the largest: by size class, then balances to the as-of date, then opening, then manager."""
    rows = book.activity[book.activity["month"] <= pd.Timestamp(study.as_of)]
    volume = rows[VOLUME].sum(axis=1).groupby(rows["customer_id"]).sum()
    people = book.customers.assign(
        place=book.customers["size"].map({size: place for place, size in enumerate(SIZES)}),
        less=-book.customers["customer_id"].map(volume).fillna(0.0),
    )
    return people.sort_values(["place", "less", "opened", "rm_id", "customer_id"], ignore_index=True)


def _all_ended(dates: "pd.core.groupby.SeriesGroupBy") -> pd.Series:
    """Latest date of a group if every member has one, else missing."""
    return dates.max().where(dates.count() == dates.size())


def _activity(table: pd.DataFrame) -> pd.DataFrame:
    rated = table["loan"].where(table["loan_rate"].notna(), 0.0)
    sums = table.assign(rated=rated, paid=rated * table["loan_rate"]).groupby(["customer_id", "month"])
    rate = sums["paid"].sum() / sums["rated"].sum().replace(0.0, np.nan)
    own = {"loan_rate": rate.to_numpy(), "days_overdue": sums["days_overdue"].max().to_numpy()}
    return _summed("activity", table).assign(**own)


def _summed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of one unit added up; what is missing in all of them stays missing."""
    columns = [column for column, kind in kinds(name).items() if kind == MONEY or column in SUMMED]
    sums = table.groupby(SCHEMAS[name].unique)[columns].sum(min_count=1).reset_index()
    return sums.reindex(columns=list(kinds(name)))


def _financials(table: pd.DataFrame, unit: pd.Series, staying: pd.Index) -> pd.DataFrame:
    """Accounts added up in years in which a member that speaks for the unit has some, with growth like for like."""
    units = table["customer_id"].map(unit)
    told = table["customer_id"].isin(staying).groupby([units, table["year"]]).transform("any")
    sums = _summed("financials", table.assign(customer_id=units)[told])
    return sums.join(sales_growth(table, units), on=["customer_id", "year"])


def _holdings(table: pd.DataFrame) -> pd.DataFrame:
    """A product is held by a unit from its first taking up until the last member has given it up."""
    groups = table.groupby(["customer_id", "product"])
    return groups["opened"].min().to_frame().assign(closed=_all_ended(groups["closed"])).reset_index()


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
    "holdings": _holdings,
    "outcomes": lambda table: table.groupby("customer_id", as_index=False)["outcome"].any(),
    "contacts": lambda table: table.groupby(SCHEMAS["contacts"].unique, as_index=False)["product"].min(),
    "measures": _measures,
}
