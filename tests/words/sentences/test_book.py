from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from crmlib.book.calibration import Calibration
from crmlib.book.describe import BookSummary
from crmlib.profit import YearResult

AS_OF = pd.Timestamp("2015-12-31")
SUMMARY = BookSummary(True, AS_OF, tables=10, open=1200, months=60, activity_rows=9, rules=186, broken=0)
STEPS = pd.DataFrame({"step": ["loan_margin", "overhead"]})
RESULT = YearResult(STEPS, income=3e6, eva=2e6, eva_realised=1e6, customers=12, unknown=0, open=10, known=10,
                    negative=2, too_new=0)  # fmt: skip


def calibration(*inside, books=40, whole=11):
    figures = pd.DataFrame({"figure": ["margin", "eva_negative", "npl"][: len(inside)], "inside": inside})
    scaled = pd.DataFrame({"figure": ["deposits", "loans"], "inside": True, "how": "construction"})
    return Calibration(pd.concat([scaled, figures.assign(how="checked")], ignore_index=True), 5, books, whole)


def test_the_finding_says_where_the_book_comes_from_and_what_it_breaks(told):
    assert told("book", "finding", SUMMARY) == (
        "The book (simulated data, not JD Branch) holds 1,200 customers open at 2015-12-31 and 60 months of activity; "
        "0 places break one of the 186 rules that it was checked by."
    )
    real = replace(SUMMARY, simulated=False, open=1, broken=1)
    assert told("book", "finding", real).startswith("The book (10 tables, read from files) holds 1 customer open")
    assert told("book", "finding", real).endswith("1 place breaks one of the 186 rules that it was checked by.")


def test_what_the_book_has_not_is_named_in_words(told):
    assert told("book", "tables", frozenset({"contacts", "customers.rm_id"}), False) == (
        "This book does not tell contacts and relationship managers: chapters that need them say so and go on without."
    )
    assert told("book", "tables", frozenset(), True).startswith("The table `truth` is what the simulator knows")
    assert told("book", "tables", frozenset(), False) == ""


def test_the_source_is_the_dials_or_the_data_card(told):
    dials = SimpleNamespace(customers=300, months=24, managers=1, gamma=0.12, beta=0.3)
    drawn = told("book", "source", True, 20151233, dials, "")
    assert "seed 20151233: 300 customers open at the end, 24 months, 1 relationship manager." in drawn
    assert "(γ = 0.12)" in drawn
    assert told("book", "source", False, 1, dials, "own/README.md").endswith("under what terms: `own/README.md`.")
    assert told("book", "source", False, 1, dials, "").startswith("The study has no data card")


def test_what_is_scaled_says_nothing_and_other_books_are_counted(told):
    said = told("book", "scatter", calibration(True, True))
    assert "deposits at the as-of date and loans at the as-of date are what a dial of the simulator asks for" in said
    assert said.endswith(
        "so 40 other books of the same making stand beside it: in 11 of them every checked figure lies within its band."
    )


def test_no_other_book_is_told_where_none_is_set(told):
    assert told("book", "scatter", calibration(True, books=0, whole=0)).endswith("sets no other books beside it.")


def test_figures_outside_their_bands_are_named(told):
    assert told("book", "calibrated", calibration(True, False, False)) == (
        "1 of 3 figures that come out of the simulation lies within their published bands. Outside: customers with "
        "negative EVA and loans in default."
    )
    assert told("book", "calibrated", calibration(True, True)).startswith(
        "2 of 2 figures that come out of the simulation lie within"
    )


@pytest.mark.parametrize(("columns", "begins"), [(1, "1 column has"), (2, "2 columns have")])
def test_gaps_are_counted(told, columns, begins):
    assert told("book", "gaps", pd.DataFrame({"missing": range(columns)})).startswith(begins)


def test_prices_are_those_of_the_last_month(told):
    rows = [[pd.Timestamp("2015-11-01"), 1.0, 1, 1, 1], [pd.Timestamp("2015-12-01"), 0.015, 0.0035, 0.02, 0.01]]
    prices = pd.DataFrame(rows, columns=["month", "ftp_demand", "rate_demand", "ftp_time", "rate_time"])
    assert "in 2015-12 a demand deposit earned 1.15 % a year, a time deposit 1.00 %." in told("book", "prices", prices)


def test_what_is_left_of_income_can_be_a_loss(told):
    assert told("book", "earned", RESULT, as_of=AS_OF) == (
        "In the twelve months to 2015-12-31 its customers earned 300 万元 and left 100 万元 after cost, overheads, "
        "the loss on new defaults, tax and the cost of capital: realised EVA. Charged with the loss that their grades "
        "let expect, in place of the one that happened, EVA is 200 万元."
    )
    assert "earned 300 万元, which is 50 万元 less than cost" in told(
        "book", "earned", replace(RESULT, eva_realised=-5e5), as_of=AS_OF
    )


def test_without_overheads_eva_is_called_a_contribution(told):
    direct = told("book", "earned", replace(RESULT, table=STEPS.head(1)), as_of=AS_OF)
    assert "after cost, the loss on new defaults, tax" in direct
    assert direct.endswith("what is called EVA throughout is a contribution to them, not yet a gain.")


def test_who_left_and_who_is_too_new_is_said_where_there_is_any(told):
    assert told("book", "meaning", replace(RESULT, customers=10)) == (
        "of 10 customers open at the end, 20 % earn less than they cost."
    )
    all_told = told("book", "meaning", replace(RESULT, customers=11, too_new=1))
    assert "1 customer left within the year and counts with what it earned until then." in all_told
    assert all_told.endswith("1 customer is not graded yet, being open for too short a time.")
