"""Prospects: who competes for hours, and who is served as today."""

import pandas as pd
import pytest

from crmlib.book import Book
from crmlib.strategy.prospects import prospects


@pytest.fixture(scope="module")
def classes(jd_indicators):
    return pd.DataFrame({"class": "iron", "total": 50.0}, jd_indicators.index)


@pytest.fixture(scope="module")
def table(jd, jd_book, jd_profit, jd_indicators, classes):
    return prospects(jd_book, jd_profit, jd_indicators, classes, jd)


def test_what_a_customer_could_give_is_take_up_times_margin_times_headroom(jd, jd_indicators, table):
    expected = jd.strategy.take_up * jd.strategy.growth_margin * jd_indicators["B11"]
    pd.testing.assert_series_equal(table["potential_gain"], expected[table.index], check_names=False)


def test_hours_are_those_of_the_last_twelve_months(jd, jd_book, as_of, table):
    year = jd_book.activity[jd_book.activity["month"] > as_of - pd.DateOffset(months=12)]
    spent = year.groupby("customer_id")["rm_hours"].sum()
    old = jd_book.customers.set_index("customer_id")["opened"] < as_of - pd.DateOffset(months=13)
    kept = table.index[old[table.index]]
    assert table.loc[kept, "hours_now"].tolist() == pytest.approx(spent[kept].tolist())


def test_the_scale_is_the_setting_of_the_size(jd, table):
    assert table.groupby("size")["scale"].first().to_dict() == jd.strategy.response_hours
    assert table.groupby("size")["scale"].nunique().eq(1).all()


def test_risk_desk_and_unknown_headroom_are_left_out(jd, jd_book, jd_profit, jd_indicators, classes, table):
    watched, blank, alone = table.index[:3]
    people = jd_book.customers.copy()
    people.loc[people["customer_id"] == watched, "watch_list"] = True
    people.loc[people["customer_id"] == alone, "rm_id"] = None
    changed = Book({**jd_book.tables, "customers": people})
    hidden = jd_indicators.copy()
    hidden.loc[blank, "B11"] = float("nan")
    found = prospects(changed, jd_profit, hidden, classes, jd)
    assert found.index.equals(table.index[3:])
    late = jd_book.activity[jd_book.activity["month"] == "2015-12-01"].set_index("customer_id")["days_overdue"]
    assert set(late.index[late > jd.profit.overdue_days]).isdisjoint(table.index)
