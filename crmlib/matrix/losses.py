"""Losses: which customers the branch lost, and in which month.

A customer is lost when it closes, or when its deposits and loans stay under a small amount for some months in a row:
who takes its business elsewhere does not always close the account.
"""

import numpy as np
import pandas as pd

from crmlib.book import Book
from crmlib.study import MatrixSettings

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


def lost_in(book: Book, as_of: pd.Timestamp, settings: MatrixSettings) -> pd.Series:
    """Month in which each customer was lost, from what is known at a date.

    Parameters
    ----------
    book : Book
    as_of : Timestamp
        Month-end; nothing later is read.
    settings : MatrixSettings
        Uses ``lost_volume`` (CNY) and ``lost_months``.

    Returns
    -------
    Series of dates, index customer_id in order
        First day of the month of closing, or of the last of the first ``lost_months`` in a row with deposits and loans
        under ``lost_volume``, whichever is first; missing for who is still there.
    """
    people = book.customers.set_index("customer_id").sort_index()
    volume = by_month(book, list(BALANCES), as_of).T.groupby(level=1).sum().T
    opened = people["opened"].fillna(volume.columns[0]).to_numpy()
    low = (volume.to_numpy() < settings.lost_volume) & (volume.columns.to_numpy() >= opened[:, None])
    dormant = np.lib.stride_tricks.sliding_window_view(low, settings.lost_months, axis=1).all(axis=2)
    ends = volume.columns[settings.lost_months - 1 :][dormant.argmax(axis=1)]
    asleep = pd.Series(ends, people.index).where(dormant.any(axis=1))
    closed = people["closed"].where(people["closed"] <= as_of).dt.to_period("M").dt.to_timestamp()
    return pd.concat([closed, asleep], axis=1).min(axis=1).astype("datetime64[us]").rename("lost")
