from dataclasses import replace

import pandas as pd
import pytest

from crmlib.absent import Absent, not_in_book
from crmlib.book import Book
from crmlib.book.losses import losses
from crmlib.structure.cohorts import churn, cohort_retention, joined_and_left, monthly, yearly_growth
from crmlib.study import BookSettings
from crmlib.words.messages import say

AS_OF, BOOK = pd.Timestamp("2015-12-31"), BookSettings()


def dates(*texts):
    return pd.to_datetime(list(texts)).astype("datetime64[us]")


@pytest.fixture
def book():
    """Four customers over two years: two from before (one leaves in 2014), one of 2014 that leaves in 2015, one new."""
    customers = pd.DataFrame(
        {
            "customer_id": [*"abcd"],
            "opened": dates("2010-05-01", "2011-01-01", "2014-03-05", "2015-06-01"),
            "closed": dates(None, "2014-12-31", "2015-02-01", None),
        }
    )
    activity = pd.DataFrame({
        "customer_id": ["a", "a", "b"], "month": dates("2014-01-01", "2015-12-01", "2014-01-01"), "inflow": [1.0, 3, 2],
    })  # fmt: skip
    absent = frozenset({"activity.demand_deposit", "activity.time_deposit", "activity.loan"})
    return Book({"customers": customers, "activity": activity}, absent=absent)


def test_who_came_and_left_adds_up(book):
    table = joined_and_left(book, AS_OF, BOOK)
    assert table["at_start"].tolist() == [2, 2]
    assert table["joined"].tolist() == [1, 1]
    assert table["closings"].tolist() == [1, 1]
    assert table["closing_rate"].tolist() == [0.5, 0.5]


def test_attrition_adds_up_on_the_simulated_book(jd_book, as_of):
    table = joined_and_left(jd_book, as_of, BOOK)
    assert (table["at_start"] + table["joined"] - table["closings"] == table["at_end"]).all()
    assert table["at_end"].iloc[-1] == jd_book.customers["closed"].isna().sum()
    how = losses(jd_book, as_of, BOOK)["how"]
    assert table["idle"].sum() == (how == "idle").sum() > 0
    assert churn(jd_book, as_of, BOOK).idle == table["idle"].iloc[-1]


def test_a_cohort_is_followed_from_the_end_of_its_year(book):
    table = cohort_retention(book, AS_OF).set_index(["cohort", "age"])["share"]
    assert table["earlier"].tolist() == [1.0, 0.5, 0.5]
    assert table["2014"].tolist() == [1.0, 0.0]
    assert table["2015"].tolist() == [1.0]


def test_retention_never_rises(jd_book, as_of):
    table = cohort_retention(jd_book, as_of)
    assert (table.groupby("cohort")["share"].diff().dropna() <= 0).all()
    assert table["share"].between(0, 1).all()


def test_money_by_month_is_what_the_book_has(book):
    table = monthly(book, AS_OF)
    assert list(table) == ["month", "customers", "inflow"]
    assert table["customers"].tolist() == [2, 1]
    assert table["inflow"].tolist() == [3.0, 3.0]


def test_months_after_the_as_of_date_do_not_count(book):
    assert monthly(book, pd.Timestamp("2015-11-30"))["inflow"].tolist() == [3.0]


def test_growth_compares_the_last_year_with_the_first():
    table = pd.DataFrame({"deposits": [100.0] * 12 + [0.0] * 12 + [144.0] * 12})
    assert yearly_growth(table, "deposits") == pytest.approx(0.2)
    assert yearly_growth(table.head(23), "deposits") == Absent(say("structure.too_short"))
    assert yearly_growth(table * 0, "deposits") == Absent(say("structure.too_short"))


def test_churn_is_the_mean_of_the_years_and_knows_who_stays(book):
    found = churn(book, AS_OF, BOOK)
    assert (found.rate, found.last) == (0.5, 0.5)
    assert found.half_gone == pytest.approx(1.0) and found.young == 0.0
    assert pd.isna(found.idle), "without balances nobody knows who is idle"


def test_nobody_is_said_to_stay_longer_than_anybody_was_seen(book):
    people = book.customers
    stay = pd.concat([people.head(2).assign(customer_id=f"s{at}", closed=pd.NaT) for at in range(60)])
    slow = churn(replace(book, tables={**book.tables, "customers": pd.concat([people, stay])}), AS_OF, BOOK)
    assert 0 < slow.rate < 0.02 and pd.isna(slow.half_gone)
    nobody = churn(replace(book, tables={**book.tables, "customers": stay}), AS_OF, BOOK)
    assert nobody.rate == 0 and pd.isna(nobody.half_gone) and pd.isna(nobody.young)


def test_churn_needs_dates_and_a_year(book):
    assert churn(replace(book, absent=book.absent | {"customers.closed"}), AS_OF, BOOK) == not_in_book(
        "customers.closed"
    )
    assert churn(book, pd.Timestamp("2014-10-31"), BOOK) == Absent(say("structure.too_short"))
