"""Other books: how often a claim holds on them, and between which values a headline number lies.

Of a simulated book a number is one draw, and support a property of its maker: both are read beside other books.
"""

import pandas as pd

from crmlib.absent import needs

LOW, HIGH = 0.05, 0.95
"""Shares of the other books that lie below the bounds of a number."""


@needs()
def counted(others: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """On how many other books each claim is supported, with the effect of potential as set and with none.

    Parameters
    ----------
    others : DataFrame
        From :func:`crmlib.seeds.other_books`.
    ledger : DataFrame
        Claims of this book: ``claim``, ``kind``.

    Returns
    -------
    DataFrame
        One row a claim that is weighed on other books, in the order of the ledger: claim, kind (of this book),
        supported and no_effect (books), books (of each of the two sorts).
    """
    told = others.dropna(subset="kind").assign(supported=lambda table: table["kind"] == "supported")
    counts = told.pivot_table("supported", "name", "gamma", aggfunc=["sum", "size"])
    counts.columns = [f"{how} {gamma}" for how, gamma in counts.columns]
    found = ledger.loc[ledger["claim"].isin(counts.index), ["claim", "kind"]].join(counts, on="claim")
    names = {"sum as set": "supported", "sum 0": "no_effect", "size as set": "books"}
    return found.rename(columns=names)[["claim", "kind", *names.values()]].reset_index(drop=True)


@needs()
def bands(others: pd.DataFrame) -> pd.DataFrame:
    """Between which values each headline number lies on nine of ten other books, with the effect of potential as set.

    Returns
    -------
    DataFrame, index name (``chapter.name``)
        low and high (5th and 95th percentile), books (that tell the number).
    """
    values = others[others["kind"].isna() & (others["gamma"] == "as set")].groupby("name")["value"]
    return pd.DataFrame({"low": values.quantile(LOW), "high": values.quantile(HIGH), "books": values.count()})
