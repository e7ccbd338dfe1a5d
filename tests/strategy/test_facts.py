"""Facts: what a book tells of each customer, and what stays missing."""

import pandas as pd
import pytest

from crmlib.book import Book
from crmlib.book.schema import empty
from crmlib.strategy.facts import FACTS, customer_facts
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
        "expected_loss": 0.5,
    })  # fmt: skip


def test_facts_are_of_the_as_of_month_and_in_the_order_asked_for(book, profit):
    graded = pd.DataFrame({"B11": [7.0, 8.0]}, index=["1", "2"])
    facts = customer_facts(book, profit, graded, AS_OF, STUDY)
    assert facts.columns.tolist() == list(FACTS)
    assert facts["days_overdue"].tolist() == [120.0, 0.0]
    assert facts["eva"].tolist() == [1.0, 2.0]
    assert facts["headroom"].tolist() == [7.0, 8.0]
    assert facts["clv"].tolist() == pytest.approx([1 / 0.11 * (1 - 1.11**-10), 2 / 0.11 * (1 - 1.11**-10)])


def test_retention_that_is_known_takes_the_place_of_attrition(book, profit):
    graded = pd.DataFrame(index=["1", "2"])
    facts = customer_facts(book, profit, graded, AS_OF, STUDY, pd.Series({"2": 0.0, "9": 0.5}))
    assert facts["retention"].tolist() == [1.0, 0.0]
    assert facts["clv"].tolist() == pytest.approx([1 / 0.11 * (1 - 1.11**-10), 0.0])


def test_what_the_book_does_not_tell_is_missing():
    bare = Book({"customers": pd.DataFrame({"customer_id": ["1"]}), "activity": empty("activity")})
    facts = customer_facts(bare, None, pd.DataFrame(index=["1"]), AS_OF, STUDY)
    assert facts.columns.tolist() == list(FACTS)
    assert facts.isna().all(axis=None)


def test_every_graded_customer_of_the_book_has_its_money_and_headroom(jd, jd_book, jd_profit, jd_indicators, as_of):
    facts = customer_facts(jd_book, jd_profit, jd_indicators, as_of, jd)
    assert facts.index.equals(jd_indicators.index)
    assert facts.drop(columns="headroom").notna().all(axis=None)
    assert facts["headroom"].equals(jd_indicators["B11"].rename("headroom"))
