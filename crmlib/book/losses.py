"""Losses: which customers the branch lost, how, and in which month.

A customer is lost when it closes, or when its deposits and loans stay under a small amount for some months in a row:
who takes its business elsewhere does not always close the account. The two are counted apart, since an account that
falls idle is nearly told by how little it held before.
"""

import numpy as np
import pandas as pd

from crmlib.book.book import Book
from crmlib.study import BookSettings

CLOSED, IDLE = "closed", "idle"

BALANCES = ("demand_deposit", "time_deposit", "loan")
NEEDS = ("customers.opened", "customers.closed", *(f"activity.{name}" for name in BALANCES))
"""What a book needs to tell who was lost."""


def by_month(book: Book, columns: list[str], as_of: pd.Timestamp) -> pd.DataFrame:
    """Columns of ``activity`` as a row a customer (in order of ID) and, in each column, a column a month.

    Returns
    -------
    DataFrame, shape (customers, columns x months)
        0 where a customer has no row; months from the first of the book to that of ``as_of``, none left out.
    """
    rows = book.activity[book.activity["month"] <= as_of]
    months = pd.date_range(rows["month"].min(), as_of, freq="MS", unit="us")
    wide = rows.pivot_table(columns, "customer_id", "month", aggfunc="sum")
    full = pd.MultiIndex.from_product([columns, months])
    return wide.reindex(index=sorted(book.customers["customer_id"]), columns=full).fillna(0.0)


def losses(book: Book, as_of: pd.Timestamp, settings: BookSettings) -> pd.DataFrame:
    """Month in which each customer was lost, and how, from what is known at a date.

    Parameters
    ----------
    book : Book
    as_of : Timestamp
        Month-end; nothing later is read.
    settings : BookSettings
        Uses ``idle_volume`` (CNY) and ``idle_months``.

    Returns
    -------
    DataFrame, index customer_id in order
        ``lost``: first day of the month of closing, or of the last of the first ``idle_months`` in a row with deposits
        and loans under ``idle_volume``, whichever is first; ``how``: closed or idle, closed where both fall into one
        month. Both missing for who is still there.
    """
    people = book.customers.set_index("customer_id").sort_index()
    volume = by_month(book, list(BALANCES), as_of).T.groupby(level=1).sum().T
    opened = people["opened"].fillna(volume.columns[0]).to_numpy()
    low = (volume.to_numpy() < settings.idle_volume) & (volume.columns.to_numpy() >= opened[:, None])
    dormant = np.lib.stride_tricks.sliding_window_view(low, settings.idle_months, axis=1).all(axis=2)
    ends = volume.columns[settings.idle_months - 1 :][dormant.argmax(axis=1)]
    asleep = pd.Series(ends, people.index).where(dormant.any(axis=1))
    closed = people["closed"].where(people["closed"] <= as_of).dt.to_period("M").dt.to_timestamp()
    found = pd.concat({CLOSED: closed, IDLE: asleep}, axis=1).astype("datetime64[us]")
    gone = found.notna().any(axis=1)
    return pd.DataFrame({"lost": found.min(axis=1), "how": found[gone].idxmin(axis=1).reindex(found.index)})
