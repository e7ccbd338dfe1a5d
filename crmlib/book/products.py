"""Products: which a customer could hold, and which are held.

The bank's product table says who may have a product (``size:large|medium``, ``industry:C|F``, ``borrower``, joined by
``;``). What is held of what could be held is the first sign of room to grow.
"""

import numpy as np
import pandas as pd

from crmlib.book.book import Book


def eligible(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Which products each customer could hold.

    Parameters
    ----------
    book : Book
    as_of : Timestamp
        Month-end; a borrower is who had a loan in the 12 months up to it.

    Returns
    -------
    DataFrame of bool, shape (customers, products)
        Every customer of the book (index ``customer_id``) by every product of its product table, by name of the
        product. A rule on a column that the book does not have lets nobody in.
    """
    customers = book.customers.set_index("customer_id")
    who = customers[["size", "industry"]].assign(borrower=customers.index.isin(borrowers(book, as_of)))
    rules = book.products.set_index("product")["eligibility"].fillna("").sort_index()
    return pd.DataFrame({product: meets(who, rule) for product, rule in rules.items()}, index=who.index, dtype=bool)


def held(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Which products each customer holds at ``as_of``; shape and order as in :func:`eligible`.

    A product is held from the day it was taken up, and no longer on the day it was given up.
    """
    holdings = book.holdings
    still = (holdings["opened"] <= as_of) & ~(holdings["closed"] <= as_of)
    customers = pd.Index(book.customers["customer_id"], name="customer_id")
    products = pd.Index(sorted(book.products["product"]))
    rows, columns = customers.get_indexer(holdings["customer_id"]), products.get_indexer(holdings["product"])
    found = np.zeros((len(customers), len(products)), dtype=bool)
    found[rows[still], columns[still]] = True
    return pd.DataFrame(found, customers, products)


def borrowers(book: Book, as_of: pd.Timestamp) -> pd.Index:
    """Customers with a loan in any of the 12 months up to ``as_of``."""
    activity = book.activity
    in_year = activity["month"].between(as_of - pd.DateOffset(months=12), as_of, inclusive="right")
    return pd.Index(activity.loc[in_year & (activity["loan"] > 0), "customer_id"].unique(), name="customer_id")


def meets(who: pd.DataFrame, rule: str) -> pd.Series:
    """Whether each customer (``size``, ``industry``, ``borrower``) meets every part of a rule; all meet a blank one."""
    met = pd.Series(True, index=who.index)
    for part in filter(None, rule.split(";")):
        column, _, values = part.partition(":")
        met &= who[column].isin(values.split("|")) if values else who[column]
    return met
