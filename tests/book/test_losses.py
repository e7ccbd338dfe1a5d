"""Losses: closing, or an account that stays idle, whichever is first; never with knowledge of what comes later."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.book import Book
from crmlib.book.losses import BALANCES, by_month, losses
from crmlib.study import BookSettings

SETTINGS = BookSettings(idle_volume=10_000.0, idle_months=3)
MONTHS = pd.date_range("2015-01-01", periods=12, freq="MS", unit="us")
AS_OF = pd.Timestamp("2015-12-31")


def book_of(volumes, closed=None, opened="2010-01-01"):
    """A book with one row of monthly deposits a customer; None leaves a month out."""
    people = pd.DataFrame({"customer_id": [f"{n:03d}" for n in range(len(volumes))]})
    people["opened"] = pd.to_datetime(opened).as_unit("us")
    people["closed"] = pd.to_datetime(pd.Series(closed or [None] * len(volumes))).astype("datetime64[us]")
    rows = [
        (f"{n:03d}", month, float(volume), 0.0, 0.0)
        for n, own in enumerate(volumes)
        for month, volume in zip(MONTHS, own, strict=True)
        if volume is not None
    ]
    return Book({"customers": people, "activity": pd.DataFrame(rows, columns=["customer_id", "month", *BALANCES])})


def lost(book, as_of=AS_OF):
    return [None if pd.isna(month) else month.month for month in losses(book, as_of, SETTINGS)["lost"]]


def test_who_closes_is_lost_in_that_month_and_not_before_it_is_known():
    book = book_of([[5e4] * 12] * 3, ["2015-07-14", None, "2016-02-01"])
    assert lost(book) == [7, None, None]
    assert lost(book, pd.Timestamp("2015-06-30")) == [None, None, None]


def test_an_idle_account_is_lost_with_its_third_month_in_a_row():
    idle, back, never = [5e4] * 4 + [9999.0] * 8, [5e4, 0, 0, 5e4] * 3, [5e4] * 12
    assert lost(book_of([idle, back, never])) == [7, None, None]
    assert lost(book_of([idle]), pd.Timestamp("2015-06-30")) == [None]


def test_the_first_of_idling_and_closing_counts_and_closing_in_the_same_month():
    idle = [5e4] * 4 + [0.0] * 8
    book = book_of([idle, idle, idle, [5e4] * 12], ["2015-05-02", "2015-11-02", "2015-07-20", None])
    assert lost(book) == [5, 7, 7, None]
    assert losses(book, AS_OF, SETTINGS)["how"].fillna("there").tolist() == ["closed", "idle", "closed", "there"]


def test_a_month_without_a_row_is_idle_and_the_months_before_opening_are_not():
    gap = [5e4] * 3 + [None] * 3 + [5e4] * 6
    assert lost(book_of([gap])) == [6]
    assert lost(book_of([[None] * 9 + [5e4] * 3], opened="2015-10-01")) == [None]


def test_every_customer_has_a_row_and_every_month_a_column():
    table = by_month(book_of([[1.0] * 12, [None] * 12, [None, *[2.0] * 11]]), list(BALANCES), AS_OF)
    assert table.index.tolist() == ["000", "001", "002"]
    assert table["demand_deposit"].columns.tolist() == MONTHS.tolist()
    assert table.to_numpy().sum() == 12 + 22


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0.0, 5e4]), min_size=12, max_size=12), min_size=1, max_size=6))
def test_idling_is_found_where_a_plain_count_finds_it(volumes):
    expected = []
    for own in volumes:
        runs = np.array([place + 1 for place in range(2, 12) if not any(own[place - 2 : place + 1])])
        expected.append(int(runs[0]) if runs.size else None)
    assert lost(book_of(volumes)) == expected


def test_some_customers_of_the_book_are_idle(jd, jd_book, as_of):
    found = losses(jd_book, as_of, jd.book)
    month = found["lost"]
    closed = jd_book.customers.set_index("customer_id").sort_index()["closed"]
    assert month.notna().sum() > closed.notna().sum() > 0
    assert (month[closed.notna()] <= closed[closed.notna()]).all()
    assert month.max() <= as_of and found["how"].notna().equals(month.notna())
    assert found.loc[closed.isna() & month.notna(), "how"].eq("idle").all()
    assert (jd_book.customers.shape[0],) == month.shape == (month.index.nunique(),)
    with pytest.raises(KeyError):
        month["no such customer"]


def test_where_nobody_is_lost_nothing_is_told():
    found = losses(book_of([[5e4] * 12]), AS_OF, SETTINGS)
    assert found.isna().all(axis=None) and found.columns.tolist() == ["lost", "how"]
