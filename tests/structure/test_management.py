import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.absent import Absent, not_in_book
from crmlib.book import Book
from crmlib.profit import at
from crmlib.structure.management import (
    eva_tiers,
    management_today,
    manager_portfolios,
    operation_numbers,
    operations,
    product_sales,
    service_tiers,
    tier_means,
    tier_numbers,
)


@pytest.fixture
def profit(jd_profit, as_of):
    return at(jd_profit, as_of)


def test_tiers_share_out_the_whole_book(jd, jd_book, profit):
    table = service_tiers(jd_book, profit, jd.seed)
    is_open = profit[profit["open"]]
    assert table["customers"].sum() == len(is_open)
    assert table["hours"].sum() == pytest.approx(is_open["hours"].sum())
    assert table.filter(like="_share").sum().tolist() == pytest.approx([1.0] * 4)
    assert table["eva_per_hour"].mul(table["hours"]).tolist() == pytest.approx(table["eva"].tolist())
    assert not [name for name in tier_means(table) if name.endswith("_share")]
    assert tier_numbers(table)["tier_1_eva_share"] == table.loc[1, "eva_share"]


def test_there_are_no_shares_of_an_eva_that_is_not_positive_and_nothing_goes_with_no_hour(jd, jd_book, profit):
    table = service_tiers(jd_book, profit.assign(eva=-profit["eva"], hours=0.0), jd.seed)
    assert table[["eva_share", "hours_share", "eva_per_hour"]].isna().all(axis=None)
    assert tier_numbers(table) == {}


def test_what_a_book_does_not_tell_is_absent_apart(jd, jd_book, profit):
    book = Book(jd_book.tables, absent=frozenset({"customers.service_tier"}))
    today = management_today(book, profit, jd)
    assert today.tiers == not_in_book("customers.service_tier") and len(today.portfolios.table) == 12
    assert isinstance(management_today(jd_book, Absent(today.tiers.why), jd).portfolios, Absent)


def test_portfolios_share_out_the_whole_book(jd_book, profit):
    found = manager_portfolios(jd_book, profit, 0.11)
    table = found.table
    is_open = profit[profit["open"]]
    assert table["eva"].sum() == pytest.approx(is_open["eva"].sum())
    wasted = (table["hours_on_negative"] * table["hours"]).sum()
    assert wasted == pytest.approx(is_open.loc[is_open["eva"] < 0, "hours"].sum())
    assert found.destroying == (table["eva"] < 0).sum()


def test_what_portfolios_cost_is_that_of_those_that_destroy_value(jd_book, profit):
    found = manager_portfolios(jd_book, profit.assign(eva=-1.0), 0.2)
    still = profit[profit["open"]]
    assert found.destroying == len(found.table)
    assert found.risk == pytest.approx((still["expected_loss"] + 0.2 * still["economic_capital"]).sum())
    assert found.service == pytest.approx(still["cost_to_serve"].sum())


def test_operations_count_the_year_and_not_a_day_more(as_of):
    dates = pd.to_datetime(["2014-12-31", "2015-01-01", "2015-12-31", "2013-12-31"]).astype("datetime64[us]")
    book = Book(
        {"contacts": pd.DataFrame({"customer_id": ["1", "2", "2", "3"], "date": dates, "kind": "call"})},
        absent=frozenset({"holdings", "activity.rm_hours"}),
    )
    table = operations(book, as_of)
    assert table["operation"].tolist() == ["contacts", "customers_contacted"] and table["kind"].tolist() == ["call", ""]
    assert table[["last_year", "this_year"]].to_numpy().tolist() == [[1, 2], [1, 1]]
    assert operation_numbers(table) == {"contacts__call": 2, "customers_contacted": 1}
    assert operation_numbers(table.replace("call", "电话")) == {"customers_contacted": 1}


def test_a_book_that_tells_no_operations_says_so(as_of):
    absent = frozenset({"contacts", "holdings", "activity.rm_hours"})
    assert isinstance(operations(Book({}, absent=absent), as_of), Absent)


def test_sales_and_operations_agree(jd_book, as_of):
    table, done = product_sales(jd_book, as_of), operation_numbers(operations(jd_book, as_of))
    assert table["taken_up"].sum() == done["products_taken_up"]
    assert table["given_up"].sum() == done["products_given_up"]
    assert table["taken_up"].is_monotonic_decreasing


@given(st.lists(st.integers(-5, 5), min_size=3, max_size=30), st.data())
def test_equal_eva_gives_equal_tiers_and_more_never_a_worse_one(eva, data):
    eva = pd.Series(eva, dtype=float)
    tier = pd.Series(data.draw(st.lists(st.integers(1, 3), min_size=len(eva), max_size=len(eva))))
    best = eva_tiers(eva, tier).groupby(eva).agg(["min", "max"])
    assert (best["min"] == best["max"]).all()
    assert best["min"].is_monotonic_decreasing


def test_tiers_by_eva_have_the_sizes_of_todays():
    tier = pd.Series([1] * 2 + [2] * 3 + [3] * 5)
    result = eva_tiers(pd.Series(np.arange(10.0)), tier)
    assert result.tolist() == [3] * 5 + [2] * 3 + [1] * 2
    assert result.value_counts().to_dict() == tier.value_counts().to_dict()
