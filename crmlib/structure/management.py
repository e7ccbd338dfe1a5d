"""Management today: service tiers, relationship managers and their hours, and the operations of the year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Absent, Lacking, needs
from crmlib.book import Book
from crmlib.profit import risk_unknown
from crmlib.stats.shares import shares
from crmlib.study import Study

TOTALS = ["customers", "deposits", "hours", "eva"]


@dataclass(frozen=True)
class Portfolios:
    """What relationship managers look after.

    Attributes
    ----------
    table : DataFrame, shape (managers,)
        Index ``manager``; ``customers``, ``deposits`` (mean, CNY), ``hours`` (a year), ``eva`` (CNY a year),
        ``negative`` (customers with EVA below 0), ``hours_on_negative`` (share of the hours; missing without any).
    destroying : int
        Portfolios with negative EVA.
    risk, service : float
        What risk and capital, and what service cost the customers of these, CNY a year.
    """

    table: pd.DataFrame
    destroying: int
    risk: float
    service: float


@dataclass(frozen=True)
class ManagementToday:
    """Tiers and portfolios, as far as a book tells them, and how many customers their EVA is ``unknown`` of."""

    tiers: pd.DataFrame | Absent
    portfolios: Portfolios | Absent
    unknown: int | Absent


def management_today(book: Book, profit: pd.DataFrame | Absent, study: Study) -> ManagementToday:
    """How customers are managed today, from the profit of one window."""
    tiers, portfolios = service_tiers(book, profit, study.seed), manager_portfolios(book, profit, study.profit.hurdle)
    return ManagementToday(tiers, portfolios, risk_unknown(profit[profit["open"]]))


@needs("customers.service_tier")
def service_tiers(book: Book, profit: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Who gets what by today's service tier.

    Parameters
    ----------
    book : Book
    profit : DataFrame
        Profit of one window, indexed by customer; open customers are counted.
    seed : int
        Of the study.

    Returns
    -------
    DataFrame
        Index ``tier``; ``customers``, ``deposits`` (mean, CNY), ``hours`` (a year), ``eva`` (CNY a year), ``negative``
        (customers with EVA below 0), ``hours_per_customer``, ``eva_per_hour`` (CNY; missing without hours), and the
        shares of the total of the first four as ``…_share``, missing where they are no shares
        (:func:`crmlib.stats.shares.are_shares`).
    """
    still = profit[profit["open"]]
    table = _summed(still, book, "service_tier").rename_axis("tier")
    held = shares(_counted(still)[TOTALS], _group(still, book, "service_tier"), seed).add_suffix("_share")
    each = table["hours"] / table["customers"]
    worth = table["eva"] / table["hours"].where(table["hours"] > 0)
    return table.assign(hours_per_customer=each, eva_per_hour=worth).join(held)


@needs()
def tier_means(tiers: pd.DataFrame) -> pd.DataFrame:
    """Tiers without their shares: how many, and what each customer and each hour stands for."""
    return tiers.filter(regex="^(?!.*_share$)")


@needs()
def tier_numbers(tiers: pd.DataFrame) -> dict[str, float]:
    """Key numbers: the shares of hours and EVA of each tier, those that are known."""
    shares = tiers[["hours_share", "eva_share"]].dropna(axis="columns")
    return {f"tier_{tier}_{name}": share for tier, row in shares.iterrows() for name, share in row.items()}


@needs("customers.rm_id")
def manager_portfolios(book: Book, profit: pd.DataFrame, hurdle: float) -> Portfolios:
    """What each relationship manager looks after; only open customers count."""
    still = profit[profit["open"]]
    table = _summed(still, book, "rm_id").rename_axis("manager")
    if table.empty:
        raise Lacking("common.not_in_book", what=["customers.rm_id"])
    wasted = _summed(still[still["eva"] < 0], book, "rm_id")["hours"].reindex(table.index, fill_value=0.0)
    table["hours_on_negative"] = wasted / table["hours"].where(table["hours"] > 0)
    managers = _group(still, book, "rm_id")
    destroying = table.index[table["eva"] < 0]
    theirs = still[managers.isin(destroying)]
    risk = (theirs["expected_loss"] + hurdle * theirs["economic_capital"]).sum()
    return Portfolios(table, len(destroying), risk, theirs["cost_to_serve"].sum())


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


@needs()
def operations(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """What was done with customers in the year up to ``as_of`` and in the year before.

    Returns
    -------
    DataFrame
        ``operation`` (rm_hours, contacts, customers_contacted, products_taken_up, products_given_up), ``kind`` of the
        contacts (else blank), ``last_year`` and ``this_year``; parts that the book does not have are left out.
    """
    before = as_of - pd.offsets.MonthEnd(12)
    years = {"last_year": _operations(book, before), "this_year": _operations(book, as_of)}
    if not years["this_year"]:
        raise Lacking("common.not_in_book", what=["activity.rm_hours", "contacts", "holdings"])
    return pd.DataFrame(years).rename_axis(["operation", "kind"]).reset_index()


@needs()
def operation_numbers(operations: pd.DataFrame) -> dict[str, float]:
    """Key numbers: what was done in the year, by operation; kinds of contacts only where their names are plain."""
    plain = operations[operations["kind"].map(str.isascii)]
    names = (plain["operation"] + ": " + plain["kind"]).str.lower().str.replace("[^a-z0-9]", "_", regex=True)
    return dict(zip(names.str.rstrip("_"), plain["this_year"], strict=True))


@needs("holdings", "products")
def product_sales(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Products taken up and given up in the year, by product.

    Returns
    -------
    DataFrame
        Index ``product``; ``name``, ``taken_up``, ``given_up`` and ``net``, the most taken up first.
    """
    table, year = book.products.set_index("product")[["name"]], _year(as_of)
    for column, date in (("taken_up", "opened"), ("given_up", "closed")):
        sold = book.holdings.loc[book.holdings[date].between(*year), "product"]
        table[column] = sold.value_counts().reindex(table.index, fill_value=0)
    table["net"] = table["taken_up"] - table["given_up"]
    return table.sort_values(["taken_up", "name"], ascending=[False, True])


def _operations(book: Book, as_of: pd.Timestamp) -> dict[tuple[str, str], float]:
    year = _year(as_of)
    done: dict[tuple[str, str], float] = {}
    if book.has("activity.rm_hours"):
        done["rm_hours", ""] = float(book.activity.loc[book.activity["month"].between(*year), "rm_hours"].sum())
    if book.has("contacts"):
        kinds, contacts = sorted(book.contacts["kind"].unique()), book.contacts[book.contacts["date"].between(*year)]
        done |= {("contacts", kind): int((contacts["kind"] == kind).sum()) for kind in kinds}
        done["customers_contacted", ""] = contacts["customer_id"].nunique()
    if book.has("holdings"):
        done["products_taken_up", ""] = int(book.holdings["opened"].between(*year).sum())
        done["products_given_up", ""] = int(book.holdings["closed"].between(*year).sum())
    return done


def _year(as_of: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    return as_of - pd.offsets.MonthEnd(12) + pd.Timedelta(days=1), as_of


def _summed(profit: pd.DataFrame, book: Book, by: str) -> pd.DataFrame:
    """Customers, deposits, hours and EVA of each group of customers."""
    return _counted(profit).groupby(_group(profit, book, by)).sum()


def _counted(profit: pd.DataFrame) -> pd.DataFrame:
    """What is summed of each customer."""
    parts = profit.assign(customers=1, deposits=profit["mean_deposits"], negative=(profit["eva"] < 0).astype(int))
    return parts[[*TOTALS, "negative"]]


def _group(profit: pd.DataFrame, book: Book, by: str) -> pd.Series:
    """Group of each customer by a column of the book's customers."""
    return book.customers.set_index("customer_id")[by].reindex(profit.index)
