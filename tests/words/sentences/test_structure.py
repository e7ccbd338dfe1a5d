from math import nan

import numpy as np
import pandas as pd
import pytest

from crmlib.stats.intervals import Estimate
from crmlib.stats.shares import Part
from crmlib.structure.cohorts import Churn
from crmlib.structure.concentration import BookConcentration, LargestCustomers, ValueCreated
from crmlib.structure.derived import Derived
from crmlib.structure.negative import CAUSES, NegativeEva


def concentrated(top=0.87, hhi=1 / 72, customers=1200, rare=()):
    rows = [("deposits", "top_share", top, 0.8, 0.9, 1194), ("deposits", "hhi", hhi, 0.0, 1.0, 1194), *rare]
    table = pd.DataFrame(rows, columns=["amount", "statistic", "value", "low", "high", "n"])
    return BookConcentration(table, "deposits", customers, top=0.2, coverage=0.95)


def largest(count=5, eva=(3e4, 0.24)):
    return LargestCustomers(pd.DataFrame({"deposits": range(count)}), "deposits", 0.2, Part(*eva))


def test_the_finding_says_what_hangs_on_a_few(told):
    eva = pd.DataFrame({"eva": [-1.0, 1.0, 1.0]})
    assert told("structure", "finding", concentrated(), largest(), eva) == (
        "The largest 20 % of the customers hold 87.0 % (80.0 to 90.0 %) of deposits. 1 of 3 customers still open "
        "earns less than it costs, risk and capital included. Losing the 5 largest would cost 20.0 % of deposits."
    )
    nobody = told("structure", "finding", concentrated(), largest(1), eva.abs())
    assert (
        "None of the 3 customers still open earns less than it costs, risk and capital included. Losing the largest "
        "one would cost" in nobody
    )
    unknown = told("structure", "finding", concentrated(), largest(), pd.DataFrame({"deposits": [1.0]}))
    assert "capital" not in unknown


FEW = "Whoever serves the few well serves most of the book"


def test_a_few_carry_the_book_only_where_they_do(told):
    few = told("structure", "few", concentrated())
    assert few.startswith("it is as if 72 equal customers held all deposits, out of 1,200 customers.")
    assert FEW in few
    spread = told("structure", "few", concentrated(top=0.3, hhi=1 / 954, customers=1197))
    assert spread.endswith("The largest 20 % hold no more than half of it, so no few decide over the book.")
    between = told("structure", "few", concentrated(top=0.55, hhi=1 / 400))
    assert FEW not in between and "no few decide" not in between


@pytest.mark.parametrize(
    ("n", "begins"), [(1, "Only 1 customer has any loans"), (9, "Only 9 customers have any loans")]
)
def test_amounts_that_few_have_are_measured_among_these(told, n, begins):
    rare = [("loans_of_those_with_any", "top_share", 0.6, 0.5, 0.7, n)]
    said = told("structure", "few", concentrated(rare=rare))
    assert begins in said and said.endswith("among these the largest 20 % hold 60.0 %.")


def value(worst_share=0.9, negative=300, destroyed=9e6):
    return ValueCreated(pd.DataFrame(), 3e7, destroyed, negative, worst=5, unknown=0, worst_share=worst_share, risk=4e6)


def test_few_destroy_most_only_where_they_do(told):
    few = told("structure", "value_created", value())
    assert "create 3,000 万元 of EVA a year and destroy 900 万元, the latter spread over 300 customers" in few
    assert "The 5 worst alone destroy 90 % of what is destroyed. A few customers" in few
    assert "A few customers" not in told("structure", "value_created", value(worst_share=0.3))
    assert "A few customers" not in told("structure", "value_created", value(negative=4))
    nothing = told("structure", "value_created", value(np.nan, 0, 0.0))
    assert nothing == "its customers create 3,000 万元 of EVA a year, and none destroys any."


def test_the_largest_take_a_share_of_eva_only_where_there_is_any(told):
    said = told("structure", "largest", largest())
    assert "20.0 % of deposits and 24.0 % of the EVA of open customers. Each deserves" in said
    assert "and −3 万元 of the EVA of open" in told("structure", "largest", largest(eva=(-3e4, np.nan)))
    plain = told("structure", "largest", largest(1, (np.nan, np.nan)))
    assert plain.startswith("with this customer would go 20.0 % of deposits. Each deserves")


def people(shares):
    rows = {"trait": "industry", "value": ["C", "F"], "customers_share": [0.5, 0.5], "deposits_share": shares}
    return pd.DataFrame(rows)


def test_number_and_weight_differ_where_they_do(told):
    assert told("structure", "profile", people([0.8, 0.2]), main="deposits").startswith(
        "number and weight differ most for industry manufacturing, with 30 percentage points more of "
        "deposits than of the customers, and for industry wholesale and retail, with 30 less."
    )
    assert "with 1 percentage point more of" in told("structure", "profile", people([0.51, 0.49]), main="deposits")
    same = told("structure", "profile", people([0.501, 0.499]), main="deposits")
    assert same == "no kind of customer has more of deposits than of the customers."


def roles(**columns):
    told = {"role": ["deposits_only", "loans_only"], "customers": [3, 1], "loans": [0.0, 5.0], "eva": [18e4, 2e4],
            "customers_share": [0.75, 0.25], "deposits_share": [0.6, 0.4], "eva_share": [0.9, 0.1]}  # fmt: skip
    return pd.DataFrame(told | columns)


def test_what_borrowers_bring_is_a_share_only_where_there_are_shares(told):
    assert told("structure", "roles", roles()) == (
        "25 % of the customers borrow. They hold 40 % of the deposits. They bring 10 % of the EVA of open "
        "customers, less in proportion to their deposits than the others, since lending carries risk and ties up "
        "capital."
    )
    assert "lending pays for the risk" in told("structure", "roles", roles(eva=[6e4, 14e4], eva_share=[0.3, 0.7]))


@pytest.mark.parametrize(
    ("eva", "words"),
    [
        ([-6e4, 2e4], "They bring 2 万元 of the EVA of open customers: lending pays"),
        ([-6e4, -1e4], "They bring −1 万元 of the EVA of open customers."),
        ([6e4, -9e4], "They bring −9 万元 of the EVA of open customers, less in proportion"),
    ],
)
def test_what_borrowers_bring_of_a_loss_is_compared_in_money(told, eva, words):
    assert words in told("structure", "roles", roles(eva=eva, eva_share=[np.nan] * 2))


def test_where_eva_is_not_known_or_nobody_borrows_that_is_all(told):
    assert told("structure", "roles", roles().drop(columns=["eva", "eva_share"])).endswith("40 % of the deposits.")
    assert told("structure", "roles", roles(loans=[0.0, 0.0])).startswith("nobody borrows")


@pytest.mark.parametrize(
    ("rates", "dated", "expected"),
    [
        ((0.1, 0.01), True, "deposits grew by 10.0 % a year, the number of active customers grew by 1.0 % a year. "
                            "Growth comes from the customers it has, not from new ones."),
        ((0.1, 0.08), True, "New customers carry a good part of the growth."),
        ((-0.015, 0.0), True, "deposits fell by 1.5 % a year, the number of active customers grew by "
                              "0.0 % a year."),
        ((0.1, -0.02), False, "the number of active customers fell by 2.0 % a year. Whether customers are new or were "
                              "only not recorded before, this book does not tell."),
    ],
)  # fmt: skip
def test_growth_is_explained_only_where_there_is_any(told, rates, dated, expected):
    assert told("structure", "growth", *rates, main="deposits", dated=dated).endswith(expected)


def left(rate=0.05, half_gone=13.5, young=0.9, cohorts=("earlier", "2014"), **idle):
    return Churn(pd.DataFrame(idle), pd.DataFrame({"cohort": cohorts}), rate, rate, half_gone, young)


def test_how_long_customers_stay_is_said_only_within_what_was_seen(told):
    assert told("structure", "churn", left()) == (
        "5.0 % of the customers close in a year, 5.0 % in the last one. At that rate half of them have "
        "closed after some 14 years. Of new customers 90.0 % are still open a year after the year of opening. "
        "Customers from before the book are those that had stayed until then, so their curve flatters."
    )
    assert "Beside them 6 customers let an account fall idle" in told("structure", "churn", left(idle=[2, 6]))
    assert "half of them" not in told("structure", "churn", left(half_gone=nan))
    assert "Of new customers" not in told("structure", "churn", left(young=nan))
    assert "flatters" not in told("structure", "churn", left(cohorts=("2014",)))


def test_where_nobody_left_that_is_said(told):
    said = told("structure", "churn", left(0.0, nan))
    assert said.startswith("nobody closed in the years on record.") and "flatters" not in said


def test_negative_eva_is_told_by_its_causes(told):
    table = pd.DataFrame({"cause": CAUSES, "customers": [0, 3, 20, 0], "eva_each": [0.0, -9e4, -1572.0, 0.0]})
    assert told("structure", "negative", NegativeEva(table, 23)) == (
        "What makes EVA negative of 23 customers: loans priced under the hurdle (3); cost to serve and overheads (20). "
        "Who does not cover the cost of its service misses it by 1,572 CNY a year on average."
    )
    table.loc[2, "customers"] = 0
    assert told("structure", "negative", NegativeEva(table, 3)).endswith("loans priced under the hurdle (3).")


@pytest.mark.parametrize(("share", "words"), [(0.1, "10.0 % of capital, within the limit of 10 %"),
                                              (0.101, "10.1 % of capital, above the limit of 10 %")])  # fmt: skip
def test_exposures_are_within_or_above_their_limit(told, share, words):
    row = pd.DataFrame([{"one": "customer", "who": "000117", "exposure": 5e7, "share": share, "limit": 0.1}])
    assert f"largest exposure to one customer, 5,000 万元 to 000117, is {words}." in told("structure", "limits", row)


@pytest.mark.parametrize(
    ("together", "said"),
    [
        ((0.3, 0.2, 0.4), "leave with it, where"),
        ((-0.3, -0.4, -0.2), "loans take the place of own money"),
        ((0.1, -0.1, 0.3), "does not show"),
        ((nan, nan, nan), "Too few borrow"),
    ],
)
def test_deposits_of_borrowers_are_derived_where_they_move_with_loans(told, together, said):
    found = Derived(300, 1200, 0.38, 0.5, Estimate(*together), 310)
    text = told("structure", "derived", found)
    assert said in text
    assert text.startswith("Customers that borrow, 300 of 1,200, hold 38.0 % of the deposits, 50.0 % of what they owe.")
