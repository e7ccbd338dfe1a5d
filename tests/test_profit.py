import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.absent import not_in_book
from crmlib.book import Book
from crmlib.profit import (
    COLUMNS,
    GATHERED_BY,
    at,
    charged,
    charged_windows,
    gathered,
    profit_table,
    standing,
    windows,
    year_result,
)
from crmlib.study import ProfitSettings, Study
from crmlib.words.texts import has

AS_OF = pd.Timestamp("2015-12-31")
NOBODY = pd.Series(dtype=float)
AMOUNTS = ("mean_demand", "mean_time", "mean_loan", "guarantees", "loan_margin", "deposit_margin", "fee_income",
           "cost_to_serve", "default_loss")  # fmt: skip


@pytest.fixture(scope="module")
def study():
    return Study.load("jd")


def book_of(customers, activity, rates=None):
    """A book of a few customers; what a row leaves out is 0, missing or false."""
    months = pd.date_range("2015-01-01", periods=12, freq="MS")
    people = pd.DataFrame(customers)
    for name, value in {
        "rating": None,
        "group_id": None,
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


def lending(late=(), **values):
    """A loan of 1,000,000 at 6 % through 2015, in default in the months given."""
    return [
        {**row, "days_overdue": 100.0 * (row["month"].month in late)}
        for row in year(loan=1e6, loan_rate=0.06, **values)
    ]


def only(rows, study, **customer):
    """The one customer of a book, rated AAA, in 2015."""
    people = [{"customer_id": "1", "rating": "AAA", **customer}]
    return at(profit_table(book_of(people, rows), study), AS_OF).loc["1"]


def test_in_default_no_interest_no_expected_loss_and_what_is_provided_for_is_neither_funded_nor_backed(study):
    result = only(lending(late=(10, 11, 12)), study)
    assert result["in_default"] and result["pd"] == 0.0003
    assert result["ead_performing"] == pytest.approx(9 / 12 * 1e6)
    assert result["expected_loss"] == pytest.approx(0.0003 * 0.45 * 9 / 12 * 1e6)
    assert result["economic_capital"] == pytest.approx(0.75 * 0.115 * (9 + 3 * 0.55) / 12 * 1e6)
    paid, funded = 273 / 365 * 0.06 * 1e6, (273 + 92 * 0.55) / 365 * 0.035 * 1e6
    assert result["loan_margin"] == pytest.approx(paid - funded)


def test_realised_eva_charges_what_defaulted_in_place_of_what_was_expected(study):
    result = only(lending(late=(10, 11, 12)), study)
    assert result["default_loss"] == pytest.approx(0.45 * 1e6)
    instead = (result["expected_loss"] - result["default_loss"]) * 0.75
    assert result["eva_realised"] == pytest.approx(result["eva"] + instead)
    fine = only(lending(), study)
    assert fine["default_loss"] == 0
    assert fine["eva_realised"] == pytest.approx(fine["eva"] + fine["expected_loss"] * 0.75)


def test_a_default_that_ends_within_its_window_is_charged_and_never_annualised(study):
    """Closed in May: the loss is that of the first month in default, not of the mean that counts months after as 0."""
    rows = lending(late=(4, 5), months=range(1, 6))
    result = only(rows, study, closed="2015-05-20")
    assert not result["in_default"]
    assert result["default_loss"] == pytest.approx(0.45 * 1e6)
    young = only(lending(late=(12,), months=range(8, 13)), study, opened="2015-07-10")
    assert young["months_open"] == 5 and young["default_loss"] == pytest.approx(0.45 * 1e6)


def test_the_exposure_lost_is_that_of_the_first_month_in_default_with_its_guarantees(study):
    rows = lending(late=(3, 4), guarantees=2e5)
    rows[3]["loan"] = 5e6
    assert only(rows, study)["default_loss"] == pytest.approx(0.45 * (1e6 + 0.5 * 2e5))


def test_two_year_ends_in_default_are_charged_once(jd_book, jd):
    """On the jd book every default is charged in one window, at the loss of its first month."""
    table = profit_table(jd_book, jd)
    charged_in = table[table["default_loss"] > 0].groupby("customer_id").size()
    ends_in_default = table[table["in_default"]].groupby("customer_id").size()
    twice = ends_in_default.index[ends_in_default > 1]
    assert len(twice) > 0
    assert (charged_in.reindex(twice).dropna() == 1).all()


def test_a_window_alone_charges_what_all_windows_charge_in_it(jd, jd_book, jd_profit, as_of):
    """A default that began in an earlier year does not begin anew where only the last year is asked for."""
    pd.testing.assert_frame_equal(at(profit_table(jd_book, jd, years=1), as_of), at(jd_profit, as_of))


@pytest.mark.parametrize("name", sorted({*ProfitSettings.model_fields} - {*GATHERED_BY}))
def test_a_year_is_gathered_alike_whatever_a_setting_that_only_charges_it(jd, jd_book, name):
    value = getattr(jd.profit, name)
    other = {key: own / 2 for key, own in value.items()} if isinstance(value, dict) else (value or 1.0) / 2
    study = jd.model_copy(update={"profit": jd.profit.model_copy(update={name: other})})
    found = charged_windows(gathered(jd_book, jd, years=1), study.profit)
    pd.testing.assert_frame_equal(found, profit_table(jd_book, study, years=1))


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
    rows += year("1", loan=1e5, loan_rate=0.06)
    result = at(profit_table(book_of(people, rows), study), AS_OF)
    assert result.loc["3", "pd"] == pytest.approx((0.0376 + 0.0072) / 2)
    assert result.loc["4", "pd"] == pytest.approx((0.0376 + 0.0072) / 2)
    assert result.loc["4", "ead"] == pytest.approx(5e4)
    assert np.isnan(result.loc["5", "pd"])


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
    names = ["mean_demand", "mean_time", "guarantees", "deposit_margin", "fee_income", "default_loss"]
    others = dict.fromkeys(names, 0.0) | {"ead_performing": loan, "group_ead": loan}
    people = pd.DataFrame([{"size": "large", "rating": "BB", **amounts, **others}])
    settings = ProfitSettings(tax=0, overhead=0, capital_benefit=benefit)
    return charged(people, NOBODY, ftp_loan, settings).iloc[0]


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
    assert not year_result(year, free).overhead


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
    assert result.eva_realised == pytest.approx(steps.sum()) == pytest.approx(year["eva_realised"].sum())
    assert result.eva == pytest.approx(year["eva"].sum())
    assert (steps[["cost_to_serve", "overhead", "default_loss", "cost_of_capital"]] < 0).all()
    assert result.income == pytest.approx(steps[["loan_margin", "deposit_margin", "fee_income"]].sum())
    assert all(has(f"names.step.{step}") for step in steps.index)


def test_a_year_counts_who_is_open_negative_and_too_new(jd, jd_profit, as_of):
    year = at(jd_profit, as_of)
    result = year_result(year, jd.profit)
    assert (result.customers, result.open) == (len(year), year["open"].sum())
    assert result.negative_share == (year.loc[year["open"], "eva"] < 0).mean()
    assert result.too_new == (year["open"] & ~year["graded"]).sum()
    assert result.in_wan["eva_realised"] == result.eva_realised / 1e4


def unrated_book(rated):
    """Ten borrowers of which some are rated, and a depositor."""
    people = [{"customer_id": str(n), "rating": "BB" if n < rated else None} for n in range(11)]
    rows = [row for n in range(10) for row in year(str(n), loan=1e6, loan_rate=0.06, fee_settlement=10.0)]
    return book_of(people, rows + year("10", demand_deposit=1e6))


def test_who_is_not_rated_has_no_eva_where_too_few_are(study):
    found = at(profit_table(unrated_book(rated=1), study), AS_OF)
    hang = ["pd", "expected_loss", "nopat", "eva", "raroc"]
    assert found.loc[[str(n) for n in range(1, 10)], hang].isna().all(axis=None)
    assert found.loc["0", hang].notna().all() and found.loc["10", ["expected_loss", "eva"]].notna().all()
    assert found[["income", "economic_capital", "eva_realised"]].notna().all(axis=None)
    result = year_result(found, study.profit)
    assert (result.unknown, result.eva) == (9, found.loc[["0", "10"], "eva"].sum())
    assert result.negative_share == (found.loc[["0", "10"], "eva"] < 0).mean()


def test_the_study_may_say_what_the_unrated_default_by():
    found = at(profit_table(unrated_book(rated=0), Study.load("jd", **{"profit.pd_unrated": 0.05})), AS_OF)
    assert found.loc["3", "expected_loss"] == pytest.approx(0.05 * 0.45 * 1e6)
    assert year_result(found, ProfitSettings()).unknown == 0


def test_a_window_is_charged_by_the_grade_known_at_its_end(study):
    book = book_of([{"customer_id": "1", "rating": "CCC"}], year("1", loan=1e6, loan_rate=0.06))
    since = pd.to_datetime(["2014-01-01", "2016-03-01"])
    history = pd.DataFrame({"customer_id": "1", "since": since, "rating": ["BB", "CCC"]})
    found = at(profit_table(Book({**book.tables, "ratings": history}), study), AS_OF)
    assert found.loc["1", "pd"] == 0.0072


@pytest.mark.parametrize(
    ("size", "group", "loan", "weight"),
    [("small", None, 5e6, 0.75), ("small", None, 5.1e6, 1.0), ("micro", "G", 3e6, 1.0), ("micro", "H", 3e6, 0.75),
     ("medium", None, 1e6, 1.0)],
)  # fmt: skip
def test_small_exposures_of_small_customers_weigh_less(study, size, group, loan, weight):
    """Customer 2, of the group G, borrows 2.5 million."""
    people = [{"customer_id": "1", "size": size, "group_id": group, "rating": "BB"},
              {"customer_id": "2", "size": "large", "group_id": "G", "rating": "BB"}]  # fmt: skip
    found = at(profit_table(book_of(people, year("1", loan=loan) + year("2", loan=2.5e6)), study), AS_OF)
    assert found.loc["1", "economic_capital"] == pytest.approx(weight * loan * 0.115)
    assert found.loc["1", "group_ead"] == pytest.approx(loan + 2.5e6 * (group == "G"))


CUSTOMERS = st.fixed_dictionaries({
    "size": st.sampled_from(["large", "small", "micro"]), "rating": st.sampled_from(["AA", "B", None]),
    "group_ead": st.floats(0, 1e7), "ead_performing": st.floats(0, 1e7), **dict.fromkeys(AMOUNTS, st.floats(0, 1e7)),
})  # fmt: skip


@given(st.lists(CUSTOMERS, min_size=2, max_size=6))
def test_a_customer_is_charged_alone_as_among_others(rows):
    people, by_size = pd.DataFrame(rows), pd.Series({"small": 0.02, "all": 0.03})
    together = charged(people, by_size, 0.03, ProfitSettings())
    alone = [charged(people.iloc[[n]], by_size, 0.03, ProfitSettings()) for n in range(len(people))]
    pd.testing.assert_frame_equal(pd.concat(alone), together, check_dtype=False)
