"""Facts: what a book tells of each customer, what stays missing, and who competes for hours."""

import pandas as pd
import pytest

from crmlib.absent import Absent, not_in_book
from crmlib.book import Book
from crmlib.book.schema import empty
from crmlib.strategy.facts import FACTS, customer_facts, prospects
from crmlib.study import Study

AS_OF = pd.Timestamp("2015-12-31")
STUDY = Study.load("jd")


@pytest.fixture
def book():
    people = pd.DataFrame({"customer_id": ["1", "2"], "size": "small", "watch_list": [True, False], "rm_id": "RM01"})
    dates = {"opened": pd.Timestamp("2010-01-01"), "closed": pd.Series([None, None], dtype="datetime64[us]")}
    activity = pd.DataFrame({
        "customer_id": ["1", "1", "2"],
        "month": pd.to_datetime(["2015-12-01", "2015-11-01", "2015-12-01"]),
        "days_overdue": [120.0, 90.0, 0.0],
    })  # fmt: skip
    return Book({"customers": people.assign(**dates), "activity": activity})


@pytest.fixture
def profit():
    return pd.DataFrame({
        "as_of": AS_OF, "customer_id": ["2", "1", "3"], "eva": [2.0, 1.0, 9.0], "cost_to_serve": 1.0,
        "expected_loss": [0.5, 0.1, 0.5], "in_default": [False, True, False], "ead": [9.0, 10.0, 9.0],
    })  # fmt: skip


def test_facts_are_of_the_as_of_month_and_in_the_order_asked_for(book, profit):
    graded = pd.DataFrame({"B11": [7.0, 8.0]}, index=["1", "2"])
    facts = customer_facts(book, profit, graded, AS_OF, STUDY, pd.Series({"1": 1.0, "2": 0.0, "9": 0.5}))
    assert facts.columns.tolist() == list(FACTS)
    assert facts["days_overdue"].tolist() == [120.0, 0.0]
    assert facts["eva"].tolist() == [1.0, 2.0]
    assert facts["expected_loss"].tolist() == [4.5, 0.5], "in default what may be lost, once"
    assert facts["headroom"].tolist() == [7.0, 8.0]
    assert facts["retention"].tolist() == [1.0, 0.0]
    assert facts["clv"].tolist() == pytest.approx([1 / 0.11 * (1 - 1.11**-10), 0.0])


def test_what_the_book_does_not_tell_is_missing():
    bare = Book({"customers": pd.DataFrame({"customer_id": ["1"]}), "activity": empty("activity")})
    facts = customer_facts(bare, not_in_book("profit"), pd.DataFrame(index=["1"]), AS_OF, STUDY, pd.Series({"1": 0.9}))
    assert facts.columns.tolist() == list(FACTS)
    assert facts.isna().all(axis=None)


def test_without_closings_there_is_no_retention_and_no_lifetime_value(book, profit):
    """All customers were said to stay for ever, and were worth the more."""
    facts = customer_facts(book, profit, pd.DataFrame(index=["1", "2"]), AS_OF, STUDY, not_in_book("customers.closed"))
    assert facts[["retention", "clv"]].isna().all(axis=None) and facts["eva"].tolist() == [1.0, 2.0]


def test_every_graded_customer_of_the_book_has_its_money_and_headroom(jd, jd_book, jd_profit, jd_indicators, as_of):
    stays = pd.Series(0.9, jd_indicators.index)
    facts = customer_facts(jd_book, jd_profit, jd_indicators, as_of, jd, stays)
    assert facts.index.equals(jd_indicators.index)
    assert facts.drop(columns=["headroom", "trend"]).notna().all(axis=None)
    assert facts["trend"].equals(jd_indicators["B33"].rename("trend"))
    assert facts["headroom"].equals(jd_indicators["B11"].rename("headroom"))


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


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda book, indicators: (book, indicators.assign(B11=float("nan"))), "strategy.no_headroom"),
        (lambda book, indicators: (book, indicators.drop(columns="B11")), "strategy.no_headroom"),
        (lambda book, indicators: (_all_watched(book), indicators), "strategy.no_prospect"),
        (
            lambda book, indicators: (Book(book.tables, absent=frozenset({"customers.rm_id"})), indicators),
            "common.not_in_book",
        ),
    ],
)
def test_where_nobody_can_compete_for_hours_it_is_said_why(jd, jd_book, jd_profit, jd_indicators, classes, change, why):
    book, indicators = change(jd_book, jd_indicators)
    found = prospects(book, jd_profit, indicators, classes, jd)
    assert isinstance(found, Absent) and found.why.key == why


def _all_watched(book):
    return Book({**book.tables, "customers": book.customers.assign(watch_list=True)})
