"""What chapter 4 says."""

from dataclasses import replace

import pandas as pd
import pytest

from crmlib.structure.problems import PROBLEMS
from crmlib.structure.raroc import Raroc


def problem(key="product_penetration", value=0.38, low=0.37, high=0.39, unit="share", **more):
    row = {"problem": key, "unit": unit, "value": value, "low": low, "high": high, "threshold": 0.5, "holds": True,
           "direction": "at least", "clear": True, "reference": float("nan"), "answered_by": "B11, B12"}  # fmt: skip
    return {**row, **more}


def table(*rows):
    return pd.DataFrame([problem(**row) for row in rows], columns=list(problem()))


def test_the_finding_counts_the_problems_that_show(told):
    one, two = {}, {"key": "underpriced_loans", "clear": False}
    none = {"key": "tier_agreement", "unit": "correlation", "holds": False}
    assert told("problems", "finding", table(one, two, none)) == (
        "2 of 3 problems show: most products that fit are not sold (38.0 %); loans are priced below what risk and "
        "capital cost (38.0 %). One of them is clear of its threshold with the whole interval."
    )
    assert told("problems", "finding", table(one, none)).startswith("1 of 2 problems shows: most products")
    assert told("problems", "finding", table(two, {**one, "clear": False})).endswith(
        "0 of them are clear of their threshold with the whole interval."
    )
    assert told("problems", "finding", table(none)) == "The one problem that was looked for does not show."
    assert told("problems", "finding", table()).startswith("No problem can be measured")


def test_a_verdict_says_how_sure_it_is_and_what_stands_beside_it(told):
    sure = told("problems", "verdicts", table({"key": "hours_on_negative", "reference": 0.25}))
    assert sure == (
        "Hours go to customers that destroy value: share of RM hours on customers with negative EVA 38.0 % (37.0 to "
        "39.0 %), threshold at least 50.0 %: a problem. Beside it: 25.0 %, customers with negative EVA, as a share of "
        "customers. Answered by B11 and B12."
    )
    perhaps = told("problems", "verdicts", table({"holds": False, "clear": False, "answered_by": ""}))
    assert perhaps.endswith("no problem, though the interval reaches the threshold. No indicator answers it.")


def test_what_was_not_measured_says_what_for(told):
    lacking = {"tier_agreement": ["customers.service_tier"], "underpriced_loans": []}
    assert told("problems", "not_measured", lacking) == (
        "Not measured: tiers by deposits are not tiers by value; this book does not tell today's tiers. Not measured: "
        "loans are priced below what risk and capital cost; this book has no case that can be counted."
    )


@pytest.mark.parametrize(("share", "verdict"), [(0.2, "less than their number"), (0.4, "more than their number")])
def test_hours_stand_beside_the_number_of_customers(told, share, verdict):
    sizes = pd.DataFrame({"size": ["large", "micro"], "share": [0.1, 0.5]})
    said = told("problems", "hours", pd.Series({"value": share, "reference": 0.3}), sizes)
    assert verdict in said and "largest among micro customers, 50 %" in said


@pytest.mark.parametrize(("stayed", "verdict"), [(0.25, "does not tell who will leave"), (0.1, "a sign of leaving")])
def test_falling_unattended_is_a_sign_only_where_leavers_differ(told, stayed, verdict):
    row = pd.Series({"value": 0.24, "low": 0.2, "high": 0.3, "reference": stayed})
    said = told("problems", "losses", row, 24, 4.0)
    assert said.startswith("of the customers that closed in the last 24 months 24.0 % (20.0 to 30.0 %) fell")
    assert verdict.removeprefix("does not tell ") in said


def test_room_is_told_of_as_many_products_as_there_are(told):
    one = pd.DataFrame({"name": ["Company card"], "eligible": [3], "held": [2]})
    assert "most room is in Company card (1 customer could hold it and does not)." in told("problems", "products", one)
    two = pd.concat([one, one.assign(name="Payroll agency", held=0)])
    assert "in Payroll agency (3 customers could hold it and do not) and Company card (1" in told(
        "problems", "products", two
    )


def test_every_problem_has_its_names(told):
    for key in PROBLEMS:
        assert told("problems", "not_measured", {key: []}).endswith("has no case that can be counted.")


def returns(own=0.12, alone=0.08, ratio=0.741):
    rows = [("book", "all", 30, own, alone), ("rating", "B", 10, 0.05, 0.01), ("rating", "CCC", 9, -0.7, -0.8)]
    table = pd.DataFrame(rows, columns=["trait", "value", "n", "raroc", "loans_raroc"])
    return Raroc(table.assign(raroc_median=table["raroc"], loans_raroc_median=table["loans_raroc"]), 0.11, 0.15, ratio)


def test_raroc_stands_beside_the_hurdle_and_the_rule_that_ended(told):
    assert told("problems", "raroc", returns()) == (
        "the capital behind the 30 customers with exposure in the year earns 12.0 % with all their business (12.0 % at "
        "the median) and 8.0 % by loans alone, against a hurdle of 11.0 %. Loans alone stay under it; what else these "
        "customers bring makes up for that. Under it with all their business: rating B (5.0 %). With the profit of "
        "customers without exposure the whole book earns 15.0 %. Loans are 74.1 % of deposits by mean balances; until "
        "October 2015 China's law let a bank lend no more than 75 % (Xinhua, 29 August 2015)."
    )
    assert "deposits" not in told("problems", "raroc", returns(ratio=float("nan")))


@pytest.mark.parametrize(
    ("own", "alone", "said"),
    [(0.12, 0.11, "earn their hurdle by themselves"), (0.1, 0.12, "takes that away"), (0.1, 0.1, "Not even with all")],
)
def test_it_is_told_whether_loans_or_the_rest_pay(told, own, alone, said):
    assert said in told("problems", "raroc", returns(own, alone))


def test_loans_under_the_hurdle_are_told_by_who_pays_for_them(told):
    said = told("problems", "raroc", replace(returns(), under=4e8, paid_for=1e8))
    assert (
        "are lent under the hurdle; of these" in said and "(25 %) to customers who earn it with all that they" in said
    )


def test_every_verdict_is_told_with_the_threshold_at_which_it_turns(told):
    said = told("problems", "thresholds", table({}, {"key": "tier_agreement", "unit": "correlation", "clear": False}))
    assert "turns at 38.0 % (37.0 to 39.0 %); set is 50.0 %, outside the interval." in said
    assert "turns at 0.38 (0.37 to 0.39); set is 0.50, within the interval." in said
