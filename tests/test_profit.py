import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.absent import not_in_book
from crmlib.book import Book
from crmlib.profit import COLUMNS, at, charged, mean_pd_by_size, profit_table, standing, windows, year_result
from crmlib.study import ProfitSettings, Study
from crmlib.words.texts import has

AS_OF = pd.Timestamp("2015-12-31")


@pytest.fixture(scope="module")
def study():
    return Study.load("jd")


def book_of(customers, activity, rates=None):
    """A book of a few customers; what a row leaves out is 0, missing or false."""
    months = pd.date_range("2015-01-01", periods=12, freq="MS")
    people = pd.DataFrame(customers)
    for name, value in {
        "rating": None,
        "size": "small",
        "closed": pd.NaT,
        "opened": pd.Timestamp("2005-03-01"),
    }.items():
        people[name] = people[name].fillna(value) if name in people and value is not None else people.get(name, value)
    rows = pd.DataFrame(activity)
    columns = ["demand_deposit", "time_deposit", "loan", "loan_rate", "guarantees", "inflow", "transactions",
               "rm_hours", "days_overdue", "fee_settlement", "fee_trade", "fee_guarantee", "fee_agency"]  # fmt: skip
    for name in columns:
        rows[name] = rows[name].fillna(0.0) if name in rows else 0.0
    prices = {"ftp_demand": 0.02, "ftp_time": 0.03, "ftp_loan": 0.035, "rate_demand": 0.005, "rate_time": 0.02} | (
        rates or {}
    )
    people["closed"] = pd.to_datetime(people["closed"])
    people["opened"] = pd.to_datetime(people["opened"])
    return Book({"customers": people, "activity": rows, "rates": pd.DataFrame({"month": months, **prices})})


def year(customer="1", months=range(1, 13), **values):
    return [{"customer_id": customer, "month": pd.Timestamp(2015, month, 1), **values} for month in months]


def test_one_customer_by_hand(study):
    """A loan of 1,000,000 at 6 % and demand deposits of 500,000 through 2015, rating BBB, no tax subtleties."""
    rows = year(loan=1e6, loan_rate=0.06, demand_deposit=5e5, rm_hours=1.0, transactions=10, fee_settlement=100.0)
    result = at(profit_table(book_of([{"customer_id": "1", "rating": "BBB"}], rows), study), AS_OF).loc["1"]
    capital = 0.75 * 1e6 * 0.115
    overhead = 0.15 * (25_000 + 7_500 + 1_200)
    nopat = (25_000 + 7_500 + 1_200 - 12 * (500 + 140) - overhead - 0.0018 * 0.45 * 1e6 + capital * 0.035) * 0.75
    assert result["loan_margin"] == pytest.approx(25_000)
    assert result["deposit_margin"] == pytest.approx(7_500)
    assert result["overhead"] == pytest.approx(overhead)
    assert result["nopat"] == pytest.approx(nopat)
    assert result["eva"] == pytest.approx(nopat - 0.11 * capital)
    assert result["raroc"] == pytest.approx(nopat / capital)


def test_default_earns_no_interest_and_funding_is_still_charged(study):
    rows = year(loan=1e6, loan_rate=0.06, months=range(1, 10)) + year(
        loan=1e6, loan_rate=0.06, days_overdue=100, months=range(10, 13)
    )
    result = at(profit_table(book_of([{"customer_id": "1", "rating": "AAA"}], rows), study), AS_OF).loc["1"]
    assert result["pd"] == 1.0
    assert result["expected_loss"] == pytest.approx(0.45 * 1e6)
    paid = 273 / 365 * 0.06 * 1e6
    assert result["loan_margin"] == pytest.approx(paid - 0.035 * 1e6)


def test_flows_of_new_customers_are_annualised_from_full_months(study):
    """Opened on 10 July: five full months to December; the part of July is left out."""
    rows = year(months=range(7, 13), demand_deposit=1e6, inflow=100.0, fee_settlement=10.0)
    book = book_of([{"customer_id": "1", "opened": "2015-07-10"}], rows)
    result = at(profit_table(book, study), AS_OF).loc["1"]
    assert result["months_open"] == 5
    assert result["fee_income"] == pytest.approx(10 * 5 * 12 / 5)
    assert result["mean_deposits"] == pytest.approx(1e6)


def test_leavers_count_with_what_they_earned_and_are_not_annualised(study):
    rows = year(months=range(1, 4), demand_deposit=1e6, fee_settlement=10.0)
    book = book_of([{"customer_id": "1", "closed": "2015-03-20"}], rows)
    result = at(profit_table(book, study), AS_OF).loc["1"]
    assert result["fee_income"] == pytest.approx(30)
    assert result["mean_deposits"] == pytest.approx(1e6 * 3 / 12)
    assert not result["open"]
    assert not result["graded"]


def test_unrated_customers_with_exposure_take_the_mean_of_their_size(study):
    rated = [
        {"customer_id": "1", "rating": "B", "size": "micro"},
        {"customer_id": "2", "rating": "BB", "size": "micro"},
    ]
    unrated = [{"customer_id": who, "size": size} for who, size in (("3", "micro"), ("4", "large"), ("5", "micro"))]
    people = [*rated, *unrated]
    rows = year("3", loan=1e5, loan_rate=0.06) + year("4", guarantees=1e5) + year("5", demand_deposit=1.0)
    result = at(profit_table(book_of(people, rows), study), AS_OF)
    assert result.loc["3", "pd"] == pytest.approx((0.0376 + 0.0072) / 2)
    assert result.loc["4", "pd"] == pytest.approx((0.0376 + 0.0072) / 2)
    assert result.loc["4", "ead"] == pytest.approx(5e4)
    assert np.isnan(result.loc["5", "pd"])


def test_the_basel_floor_holds():
    people = pd.DataFrame({"rating": ["AAA", "AA"], "size": ["large", "large"]})
    assert mean_pd_by_size(people, ProfitSettings())["all"] == 0.0003


@pytest.mark.parametrize(
    ("opened", "months"),
    [("2015-12-02", 0), ("2015-12-01", 1), ("2015-10-01", 3), ("2015-10-02", 2), ("2014-12-31", 12), ("2016-01-01", 0)],
)
def test_months_open_count_from_the_first_full_month(opened, months):
    people = pd.DataFrame({"customer_id": ["1"], "opened": pd.to_datetime([opened]), "closed": pd.to_datetime([None])})
    marks = standing(people, AS_OF, ProfitSettings())
    assert marks["months_open"].tolist() == [months]
    assert marks["graded"].tolist() == [months >= 3]


def test_windows_are_those_that_the_book_covers(jd, jd_book, jd_profit):
    ends = windows(jd_book, jd)
    assert [end.year for end in ends] == [2015, 2014, 2013, 2012, 2011]
    assert jd_profit.columns.tolist() == list(COLUMNS)
    assert set(jd_profit["as_of"]) == set(ends)


def test_profit_of_a_window_reads_nothing_later(jd, jd_book, jd_profit):
    last_year = pd.Timestamp("2014-12-31")
    cut = dict(jd_book.tables) | {"activity": jd_book.activity[jd_book.activity["month"] <= last_year]}
    early = Study.load("jd", as_of=last_year.date())
    pd.testing.assert_frame_equal(at(profit_table(Book(cut), early), last_year), at(jd_profit, last_year))


def test_row_order_never_matters(jd, jd_book, jd_profit):
    tables = {name: table.sample(frac=1, random_state=1) for name, table in jd_book.tables.items()}
    pd.testing.assert_frame_equal(profit_table(Book(tables), jd), jd_profit)


def test_a_book_without_rates_says_so(jd):
    table = profit_table(Book({}, absent=frozenset({"rates", "activity.loan_rate"})), jd)
    assert table == not_in_book("rates", "activity.loan_rate")


def lent(income, cost, loan, ftp_loan, benefit):
    """One large customer with a loan, charged."""
    amounts = {"mean_loan": loan, "loan_margin": income, "cost_to_serve": cost}
    others = dict.fromkeys(["mean_demand", "mean_time", "guarantees", "deposit_margin", "fee_income"], 0.0)
    people = pd.DataFrame([{"size": "large", "rating": "BB", **amounts, **others}])
    settings = ProfitSettings(tax=0, overhead=0, capital_benefit=benefit)
    return charged(people, pd.Series([False]), ftp_loan, settings).iloc[0]


@pytest.mark.parametrize(("income", "overhead"), [(1000.0, 150.0), (-1000.0, 0.0)])
def test_overhead_is_a_share_of_income_where_that_is_positive(study, income, overhead):
    rows = year(fee_settlement=income / 12)
    result = at(profit_table(book_of([{"customer_id": "1"}], rows), study), AS_OF).loc["1"]
    assert result["overhead"] == pytest.approx(overhead)
    assert result["eva"] == pytest.approx((income - overhead) * 0.75)


def test_without_overheads_eva_is_a_contribution(jd, jd_profit, as_of):
    free = jd.profit.model_copy(update={"overhead": 0.0})
    year = at(jd_profit, as_of)
    assert year_result(year, jd.profit).overhead
    assert not year_result(year.assign(nopat=year["nopat"] + 0.75 * year["overhead"]), free).overhead


def test_raroc_is_missing_without_capital():
    assert np.isnan(lent(1.0, 0.1, 0.0, 0.03, 1.0)["raroc"])


@given(st.floats(0, 1), st.floats(0, 0.5), st.floats(0.01, 1), st.floats(0, 0.1))
def test_what_capital_earns_is_added_to_raroc_whole(income, cost, loan, rate):
    naive = lent(income, cost, loan, rate, 0.0)
    assert lent(income, cost, loan, rate, 1.0)["raroc"] == pytest.approx(naive["raroc"] + rate)


def test_steps_add_up_to_eva_of_all_customers(jd, jd_profit, as_of):
    year = at(jd_profit, as_of)
    result = year_result(year, jd.profit)
    steps = result.table.set_index("step")["amount"]
    assert result.eva == pytest.approx(steps.sum()) == pytest.approx(year["eva"].sum())
    assert (steps[["cost_to_serve", "overhead", "expected_loss", "cost_of_capital"]] < 0).all()
    assert result.income == pytest.approx(steps[["loan_margin", "deposit_margin", "fee_income"]].sum())
    assert all(has(f"names.step.{step}") for step in steps.index)


def test_a_year_counts_who_is_open_negative_and_too_new(jd, jd_profit, as_of):
    year = at(jd_profit, as_of)
    result = year_result(year, jd.profit)
    assert (result.customers, result.open) == (len(year), year["open"].sum())
    assert result.negative_share == (year.loc[year["open"], "eva"] < 0).mean()
    assert result.too_new == (year["open"] & ~year["graded"]).sum()
    assert result.in_wan == {"income": result.income / 1e4, "eva": result.eva / 1e4}
