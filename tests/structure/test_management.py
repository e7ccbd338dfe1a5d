import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.book import Book
from crmlib.profit import at
from crmlib.structure.management import eva_tiers, manager_portfolios, operations, product_sales, service_tiers


@pytest.fixture
def profit(jd_profit, as_of):
    return at(jd_profit, as_of)


def test_tiers_share_out_the_whole_book(jd_book, profit):
    table = service_tiers(jd_book, profit)
    is_open = profit[profit["open"]]
    assert table["customers"].sum() == len(is_open)
    assert table["hours"].sum() == pytest.approx(is_open["hours"].sum())
    assert table.filter(like="_share").sum().tolist() == pytest.approx([1.0] * 4)


def test_portfolios_share_out_the_whole_book(jd_book, profit):
    table = manager_portfolios(jd_book, profit)
    is_open = profit[profit["open"]]
    assert table["eva"].sum() == pytest.approx(is_open["eva"].sum())
    wasted = (table["hours_on_negative"] * table["hours"]).sum()
    assert wasted == pytest.approx(is_open.loc[is_open["eva"] < 0, "hours"].sum())


def test_operations_count_the_year_and_not_a_day_more(as_of):
    dates = pd.to_datetime(["2014-12-31", "2015-01-01", "2015-12-31", "2013-12-31"]).astype("datetime64[us]")
    book = Book(
        {"contacts": pd.DataFrame({"customer_id": ["1", "2", "2", "3"], "date": dates, "kind": "call"})},
        absent=frozenset({"holdings", "activity.rm_hours"}),
    )
    table = operations(book, as_of)
    assert table["this_year"].to_dict() == {"contacts: call": 2, "customers contacted": 1}
    assert table["last_year"].to_dict() == {"contacts: call": 1, "customers contacted": 1}


def test_sales_and_operations_agree(jd_book, as_of):
    table, done = product_sales(jd_book, as_of), operations(jd_book, as_of)["this_year"]
    assert table["taken_up"].sum() == done["products taken up"]
    assert table["given_up"].sum() == done["products given up"]
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
