import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent, not_in_book
from crmlib.book import Book
from crmlib.profit import at
from crmlib.structure import problems as found
from crmlib.structure.problems import PROBLEMS, answered_by, leavers, not_measured, problem_table, underpriced
from crmlib.study import ProblemsSettings, Study
from crmlib.words.messages import say


@pytest.fixture
def profit(jd_profit, as_of):
    return at(jd_profit, as_of)


@pytest.fixture
def problems(jd, jd_book, profit):
    return problem_table(jd_book, profit, jd).set_index("problem")


def test_every_problem_has_a_threshold_and_an_indicator_that_answers_it(jd):
    assert set(PROBLEMS) <= set(ProblemsSettings.model_fields)
    assert all(answered_by(jd.tree, key) for key in PROBLEMS)
    answered = {jd.tree[code].answers for code in jd.tree.leaves}
    assert answered == set(PROBLEMS)


def test_each_statistic_lies_in_its_interval_and_the_verdict_follows_the_threshold(problems):
    assert (problems["low"] <= problems["value"]).all()
    assert (problems["value"] <= problems["high"]).all()
    worse = np.where(
        problems["direction"] == "at most",
        problems["value"] > problems["threshold"],
        problems["value"] < problems["threshold"],
    )
    assert problems["holds"].tolist() == worse.tolist()


def test_no_problem_holds_under_a_threshold_beyond_its_interval(jd, jd_book, profit, problems):
    beyond = {f"problems.{key}": row["high"] if row["direction"] == "at most" else row["low"]
              for key, row in problems.iterrows()}  # fmt: skip
    assert not problem_table(jd_book, profit, Study.load("jd", **beyond))["holds"].any()


def test_hours_on_negative_eva_are_their_share(profit, problems):
    expected = profit.loc[profit["eva"] < 0, "hours"].sum() / profit["hours"].sum()
    assert problems.loc["hours_on_negative", "value"] == pytest.approx(expected)


def test_a_loan_is_underpriced_when_its_eva_alone_is_negative(jd, profit):
    """EVA less the result of deposits, fees, service and overheads after tax is the risk-adjusted loan margin."""
    other = profit["deposit_margin"] + profit["fee_income"] - profit["cost_to_serve"] - profit["overhead"]
    loan_eva = profit["eva"] - other * (1 - jd.profit.tax)
    expected = (profit["mean_loan"] > 0) & (loan_eva < -1e-6)
    assert underpriced(profit, jd).tolist() == expected.tolist()


def test_a_leaver_fell_when_each_quarter_was_below_the_one_before():
    months = pd.date_range("2015-01-01", periods=10, freq="MS", unit="us")
    falling, rising = [9.0] * 3 + [8.0] * 3 + [7.0] * 3 + [0.0], [7.0] * 3 + [9.0] * 3 + [8.0] * 3 + [0.0]
    balances = {"a": falling, "b": rising, "late": falling[3:]}
    activity = pd.concat([
        pd.DataFrame({"customer_id": name, "month": months[-len(values) :], "demand_deposit": values,
                      "time_deposit": 0.0, "loan": 0.0, "rm_hours": 1.0})
        for name, values in balances.items()
    ], ignore_index=True)  # fmt: skip
    closed = pd.Series(pd.Timestamp("2015-10-20")).astype("datetime64[us]")[0]
    book = Book({"customers": pd.DataFrame({"customer_id": [*balances], "closed": [closed] * 3}), "activity": activity})
    lost = leavers(book, pd.Timestamp("2015-12-31"), 12)
    assert lost["falling"].to_dict() == {"a": True, "b": False}
    assert lost["hours"].tolist() == [6.0, 6.0]
    assert leavers(book, pd.Timestamp("2015-12-31"), 2).empty


def test_ids_and_row_order_change_no_problem(jd, jd_book, profit, problems):
    ids = jd_book.customers["customer_id"]
    names = dict(zip(ids, ids.sample(frac=1, random_state=2), strict=True))
    tables = {
        name: (table.assign(customer_id=table["customer_id"].map(names)) if "customer_id" in table else table)
        .sample(frac=1, random_state=1).reset_index(drop=True)
        for name, table in jd_book.tables.items()
    }  # fmt: skip
    renamed = profit.rename(index=names).sample(frac=1, random_state=5)
    again = problem_table(Book(tables, absent=jd_book.absent), renamed, jd).set_index("problem")
    columns = ["value", "low", "high", "reference"]
    pd.testing.assert_frame_equal(again[columns], problems[columns], rtol=1e-9)


def test_what_the_book_lacks_is_left_out(jd, jd_book):
    bare = Book(jd_book.tables, absent=frozenset({"rates", "customers.closed"}))
    measured = problem_table(bare, not_in_book("rates"), jd)
    assert measured["problem"].tolist() == ["product_penetration"]
    assert not_measured(bare, measured) == {
        "hours_on_negative": ["rates"], "tier_agreement": ["rates"], "underpriced_loans": ["rates"],
        "unattended_losses": ["customers.closed"],
    }  # fmt: skip
    assert problem_table(
        Book({}, absent=frozenset({"rates", "customers.closed", "products"})), not_in_book("rates"), jd
    ).empty


def test_without_loans_none_is_priced_too_low_and_that_is_said(jd, jd_book, profit):
    nothing = dict.fromkeys(["mean_loan", "loan_margin", "expected_loss", "economic_capital", "capital_benefit"], 0.0)
    measured = problem_table(jd_book, profit.assign(**nothing), jd)
    assert "underpriced_loans" not in set(measured["problem"])
    assert not_measured(jd_book, measured) == {"underpriced_loans": []}


def test_a_problem_that_was_not_measured_is_absent(jd, jd_book, profit):
    problems = problem_table(jd_book, profit, jd)
    assert found.measured(problems, "tier_agreement")["unit"] == "correlation"
    absent = found.measured(problems[problems["problem"] != "tier_agreement"], "tier_agreement")
    assert absent == Absent(say("problems.not_measured_here", problem="tier_agreement"))


def test_key_numbers_are_the_statistics_with_their_intervals(jd, jd_book, profit):
    problems = problem_table(jd_book, profit, jd)
    assert list(found.numbers(problems, "correlation")) == [
        "tier_agreement",
        "tier_agreement_low",
        "tier_agreement_high",
    ]
    assert set(found.numbers(problems, "").values()) == {"yes", "no"}


def test_every_answering_indicator_is_listed_with_its_problem(jd, jd_book, profit):
    problems = problem_table(jd_book, profit, jd)
    answering = found.answering(problems, jd.tree)
    assert answering["code"].tolist() == [code for key in problems["problem"] for code in answered_by(jd.tree, key)]
    assert found.answering(problems.head(0), jd.tree) == Absent(say("problems.nothing_answers"))


def test_who_has_no_known_risk_is_in_no_statistic_of_profit(jd, jd_book, profit):
    """Borrowers that nobody rated are neither well nor badly priced; those who are left tell the same alone."""
    unknown = profit["mean_loan"] > 0
    hidden = profit.assign(**{name: profit[name].mask(unknown) for name in ("expected_loss", "nopat", "eva")})
    measured = problem_table(jd_book, hidden, jd)
    pd.testing.assert_frame_equal(measured, problem_table(jd_book, profit[~unknown], jd))
    assert "underpriced_loans" not in set(measured["problem"])


def test_where_no_problem_is_measured_there_are_none_to_show(problems):
    assert found.some(problems) is problems
    assert found.some(problems.iloc[:0]) == Absent(say("evidence.no_problem"))
