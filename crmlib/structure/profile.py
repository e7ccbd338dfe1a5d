"""Profile: who the customers are, by size, industry, ownership, time with the branch, and what they hold.

Works with as much as the book has: money is deposits, loans and EVA where profit is known, else what activity tells.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.book import Book
from crmlib.book.products import held
from crmlib.book.schema import SIZES
from crmlib.errors import CrmError
from crmlib.stats.shares import shares
from crmlib.structure.cohorts import MONEY

TENURES = {1: "0-1", 3: "1-3", 5: "3-5", 10: "5-10", np.inf: "10+"}
ROLES = ("deposits_only", "deposits_and_loans", "loans_only", "neither")


def amounts(book: Book, profit: pd.DataFrame | Absent, as_of: pd.Timestamp) -> pd.DataFrame:
    """Money of every customer that is open at ``as_of``, CNY: what the branch has of it.

    Parameters
    ----------
    book : Book
    profit : DataFrame or Absent
        Profit of the window that ends at ``as_of``, indexed by customer.
    as_of : Timestamp
        Month-end.

    Returns
    -------
    DataFrame, shape (customers, amounts)
        ``deposits``, ``loans`` (12-month means) and ``eva`` (a year) with profit; without it ``deposits``, ``loans``
        (means of the months on record) and ``inflow`` (a year), as far as the book has them.

    Raises
    ------
    CrmError
        If it has none of them.
    """
    if is_known(profit):
        names = {"mean_deposits": "deposits", "mean_loan": "loans", "eva": "eva"}
        return profit.loc[profit["open"], list(names)].rename(columns=names)
    customers = book.customers.set_index("customer_id").sort_index()
    year = book.activity[book.activity["month"].between(as_of - pd.offsets.MonthEnd(12), as_of, inclusive="right")]
    told = {name: list(own) for name, own in MONEY.items() if book.has(*(f"activity.{column}" for column in own))}
    if not told:
        lacks = book.lacks(*(f"activity.{column}" for own in MONEY.values() for column in own))
        raise CrmError(f"this book tells no money of its customers: it has no {', '.join(lacks)}.")
    by_customer = year.groupby("customer_id")
    money = {name: by_customer[columns].mean().sum(axis=1) for name, columns in told.items()}
    if "inflow" in money:
        money["inflow"] = by_customer["inflow"].sum()
    still = customers.index[~(customers["closed"] <= as_of)]
    return pd.DataFrame(money).reindex(still, fill_value=0.0)


@needs()
def customer_traits(book: Book, customers: pd.Index, as_of: pd.Timestamp, ratings: Iterable[str] = ()) -> pd.DataFrame:
    """Traits by which customers can be told apart, as far as the book tells them.

    Parameters
    ----------
    book : Book
    customers : Index
        Customers to describe.
    as_of : Timestamp
        Month-end at which they are described.
    ratings : iterable of str
        Ratings in their order.

    Returns
    -------
    DataFrame, shape (customers, traits)
        Of ``size``, ``industry``, ``ownership``, ``rating``, ``tenure`` (years since opening, in bands) and
        ``products`` (held, in bands) those that the book has; all values are codes. Absent where it has none.
    """
    people = book.customers.set_index("customer_id").loc[customers]
    told = [name for name in ("size", "industry", "ownership", "rating") if book.has(f"customers.{name}")]
    table = people[told].copy()
    if "size" in table:
        table["size"] = pd.Categorical(table["size"], SIZES, ordered=True)
    if "rating" in table:
        table["rating"] = pd.Categorical(table["rating"].fillna("unrated"), [*ratings, "unrated"], ordered=True)
    if book.has("customers.opened"):
        years = (as_of - people["opened"]).dt.days / 365.25
        table["tenure"] = pd.cut(years, [-np.inf, *TENURES], labels=list(TENURES.values()), right=False)
    if book.has("holdings"):
        count = held(book, as_of).loc[customers].sum(axis=1)
        table["products"] = pd.cut(count, [-1, 1, 2, 3, 4, np.inf], labels=["0-1", "2", "3", "4", "5+"])
    if table.columns.empty:
        raise Lacking("structure.no_traits")
    return table


@needs()
def by_trait(amounts: pd.DataFrame, traits: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Customers and amounts of every value of every trait, with their shares of the total; ``seed`` of the study.

    Returns
    -------
    DataFrame, shape (values of all traits,)
        ``trait``, ``value``, ``customers``, each amount (CNY; missing where that of somebody is not known), and
        ``…_share`` of each, missing where they are no shares (:func:`crmlib.stats.shares.are_shares`); values nobody
        has are left out, categories keep their order.
    """
    counted = amounts.assign(customers=1)[["customers", *amounts.columns]]
    tables = []
    for trait, values in traits.items():
        table = counted.groupby(values, observed=True).sum(skipna=False)
        held = shares(counted.loc[:, counted.notna().all()], values, seed).reindex(columns=counted.columns)
        table = table.join(held.add_suffix("_share"))
        if not isinstance(values.dtype, pd.CategoricalDtype):
            table = table.rename_axis(trait).reset_index().sort_values(["customers", trait], ascending=[False, True])
            table = table.set_index(trait)
        tables.append(table.rename_axis("value").reset_index().astype({"value": str}).assign(trait=trait))
    table = pd.concat(tables, ignore_index=True)
    return table[["trait", *table.columns.drop("trait")]]


@needs("activity.loan", "activity.demand_deposit", "activity.time_deposit")
def roles(book: Book, amounts: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Depositors and borrowers: customers and amounts by what they have with the branch; ``seed`` of the study.

    A customer counts with any mean balance above 0 in the year.
    """
    has_deposits, has_loans = amounts["deposits"] > 0, amounts["loans"] > 0
    role = np.select([has_deposits & ~has_loans, has_deposits & has_loans, has_loans], ROLES[:3], ROLES[3])
    table = by_trait(amounts, pd.DataFrame({"role": pd.Categorical(role, ROLES)}, index=amounts.index), seed)
    return table.drop(columns="trait").rename(columns={"value": "role"})
