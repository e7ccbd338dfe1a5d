"""The case by functions alone is the case of the notebooks: both make the same numbers."""

import pandas as pd
import pytest

from crmlib.absent import is_known, not_in_book
from crmlib.book import Book
from crmlib.case import Case
from crmlib.evidence.claims import ledger
from crmlib.words.voice import Voice


@pytest.fixture(scope="module")
def case(jd_run) -> Case:
    return Case(jd_run.study, jd_run.book)


def assert_same(found: pd.DataFrame, written: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(
        found.reset_index(drop=True), written.reset_index(drop=True), check_dtype=False, rtol=1e-9, atol=1e-9
    )


def by_basis(table: pd.DataFrame, *bases: str) -> pd.DataFrame:
    return pd.concat(table[table["basis"] == basis] for basis in bases)


@pytest.mark.parametrize("name", ["profit", "problems", "grades", "classes_base", "actions", "foresight"])
def test_tables_are_those_that_the_chapters_handed_over(case, jd_run, name):
    assert_same(case.tables[name], jd_run.table(name))


@pytest.mark.parametrize("name", ["indicators", "scores"])
def test_both_appraisals_are_those_of_the_chapters(case, jd_run, name):
    assert_same(case.tables[name], by_basis(jd_run.table(name), "now", "base"))


def test_model_and_cuts_are_those_of_the_run_to_the_last_bit(case, jd_run):
    assert case.now.model.as_dict() == jd_run.scorer.model.as_dict()
    assert case.now.references == jd_run.scorer.references
    assert case.cuts == jd_run.cuts


def test_classes_stages_and_who_changed_are_those_of_chapter_7(case, jd_run):
    written = jd_run.table("classes").set_index("customer_id")
    assert_same(case.classes, written[list(case.classes)])
    assert_same(case.changes.reset_index(), jd_run.table("changes"))
    last_year = by_basis(jd_run.table("scores"), "last_year").set_index("customer_id").drop(columns="basis")
    assert_same(case.last_year, last_year)


def test_hours_and_lifetimes_are_those_of_chapter_8(case, jd_run):
    written = jd_run.table("allocation")
    assert_same(case.hours.reset_index(), written.drop(columns="hours_recommended"))
    known = case.lifetimes.rename_axis("customer_id").reset_index()
    assert_same(known[list(jd_run.table("lifetimes"))], jd_run.table("lifetimes"))


@pytest.mark.slow
def test_verdicts_are_those_of_chapter_9(case, jd_run):
    found, written = ledger(case.verdicts(jd_run.table("hour_trial")), Voice()), jd_run.table("claims")
    about_the_book = found["claim"] != "C0a"
    assert_same(found[about_the_book], written.loc[about_the_book, list(found)])


def test_what_a_book_does_not_tell_is_absent_and_its_claims_are_not_testable(jd, jd_book):
    tables = {name: table for name, table in jd_book.tables.items() if name not in ("rates", "truth")}
    found = Case(jd, Book(tables, absent=frozenset({"rates", "truth"})))
    steps = (found.profit, found.year, found.prospects, found.hours, found.hour_trial)
    assert all(step == not_in_book("rates") for step in steps)
    absent = {name for name, table in found.tables.items() if not is_known(table)}
    assert absent == {"profit", "hour_trial", "lifetimes"}
    assert found.verdicts(every_year=False)["C3b"].kind == "not_testable"


def test_a_step_is_made_once_and_no_earlier_than_it_is_asked_for(case):
    fresh = Case(case.study, case.book, case.weights, years=1)
    assert fresh.prospects is fresh.prospects
    assert not {"base", "outlook", "grades", "tables"} & set(vars(fresh))
    pd.testing.assert_frame_equal(fresh.prospects, case.prospects)
