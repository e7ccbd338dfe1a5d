"""Management today: tiers by deposits, relationship managers and their hours, and the operations of the year."""

import numpy as np
import pandas as pd

from crmlib.book import Book

NEEDS = ("customers.service_tier", "customers.rm_id")
"""What a book needs, beside profit, so that today's management can be described."""


def service_tiers(book: Book, profit: pd.DataFrame) -> pd.DataFrame:
    """Who gets what by today's service tier.

    Parameters
    ----------
    book : Book
    profit : DataFrame
        Profit of one window, indexed by customer; open customers are counted.

    Returns
    -------
    DataFrame
        Index ``tier``; ``customers``, ``deposits`` (mean, CNY), ``hours`` (a year), ``eva`` (CNY a year), ``negative``
        (customers with EVA below 0), and the shares of the total of the first four as ``…_share``.
    """
    table = _summed(profit[profit["open"]], book, "service_tier").rename_axis("tier")
    shares = table[["customers", "deposits", "hours", "eva"]]
    return table.join((shares / shares.sum()).add_suffix("_share"))


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


def manager_portfolios(book: Book, profit: pd.DataFrame) -> pd.DataFrame:
    """What each relationship manager looks after: as :func:`service_tiers`, and ``hours_on_negative``, a share."""
    is_open = profit[profit["open"]]
    table = _summed(is_open, book, "rm_id").rename_axis("manager")
    wasted = _summed(is_open[is_open["eva"] < 0], book, "rm_id")["hours"]
    return table.assign(hours_on_negative=(wasted.reindex(table.index, fill_value=0.0) / table["hours"]))


def operations(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """What was done with customers in the year up to ``as_of`` and in the year before.

    Returns
    -------
    DataFrame
        Index ``operation`` (RM hours, campaigns, calls, customers contacted, products taken up and given up), columns
        ``last_year`` and ``this_year``; parts that the book does not have are left out.
    """
    before = as_of - pd.offsets.MonthEnd(12)
    years = {"last_year": _operations(book, before), "this_year": _operations(book, as_of)}
    return pd.DataFrame(years).rename_axis("operation")


def product_sales(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Products taken up and given up in the year, by product.

    Returns
    -------
    DataFrame
        Index ``product``; ``name``, ``taken_up``, ``given_up`` and ``net``, the most taken up first.
    """
    year = _year(as_of)
    counts = {
        column: book.holdings.loc[book.holdings[date].between(*year), "product"].value_counts()
        for column, date in (("taken_up", "opened"), ("given_up", "closed"))
    }
    table = book.products.set_index("product")[["name"]]
    for column, count in counts.items():
        table[column] = count.reindex(table.index, fill_value=0)
    table["net"] = table["taken_up"] - table["given_up"]
    return table.sort_values(["taken_up", "name"], ascending=[False, True])


def _operations(book: Book, as_of: pd.Timestamp) -> dict[str, float]:
    year = _year(as_of)
    hours = book.activity.loc[book.activity["month"].between(*year), "rm_hours"].sum()
    done = {"RM hours": float(hours)} if book.has("activity.rm_hours") else {}
    contacts = book.contacts[book.contacts["date"].between(*year)]
    if book.has("contacts"):
        kinds = sorted(book.contacts["kind"].unique())
        done |= {f"contacts: {kind}": int((contacts["kind"] == kind).sum()) for kind in kinds}
        done["customers contacted"] = contacts["customer_id"].nunique()
    if book.has("holdings"):
        done["products taken up"] = int(book.holdings["opened"].between(*year).sum())
        done["products given up"] = int(book.holdings["closed"].between(*year).sum())
    return done


def _year(as_of: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    return as_of - pd.offsets.MonthEnd(12) + pd.Timedelta(days=1), as_of


def _summed(profit: pd.DataFrame, book: Book, by: str) -> pd.DataFrame:
    """Customers, deposits, hours and EVA of each group of customers."""
    group = book.customers.set_index("customer_id")[by].reindex(profit.index)
    parts = profit[["hours", "eva"]].assign(
        customers=1, deposits=profit["mean_deposits"], negative=(profit["eva"] < 0).astype(int)
    )
    return parts[["customers", "deposits", "hours", "eva", "negative"]].groupby(group).sum()
