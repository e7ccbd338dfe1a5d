"""Appraisals of a small simulated book, now and a year before."""

import pandas as pd
import pytest

from crmlib.absent import Absent, is_known
from crmlib.book.simulate import simulate
from crmlib.profit import profit_table
from crmlib.study import Study
from crmlib.value import ValueModel
from crmlib.value.appraisal import (
    Scorer,
    appraise,
    base_appraisal,
    by_basis,
    last_year,
    scores_by_basis,
    weights_table,
    year_before,
)
from crmlib.words.messages import say
from crmlib.words.table import told
from crmlib.words.voice import Voice

STUDY = Study.load("jd", **{"book.customers": 200, "book.months": 36})
NOW, BEFORE = pd.Timestamp("2015-12-31"), pd.Timestamp("2014-12-31")
LOCAL = STUDY.tree.reference_weights()
WEIGHTS = STUDY.tree.leaf_weights(LOCAL)


@pytest.fixture(scope="module")
def book():
    return simulate(STUDY)


@pytest.fixture(scope="module")
def profit(book):
    return profit_table(book, STUDY)


@pytest.fixture(scope="module")
def now(book, profit):
    return appraise(book, profit, NOW, STUDY, WEIGHTS)


def test_every_open_customer_is_graded_or_listed_with_a_reason(book, now):
    people = book.customers
    is_open = people[(people["opened"] <= NOW) & ~(people["closed"] <= NOW)]
    assert {*now.indicators.index, *now.not_graded["customer_id"]} == set(is_open["customer_id"])
    assert not set(now.indicators.index) & set(now.not_graded["customer_id"])
    reasons = told(now.not_graded, Voice())["reason"]
    assert reasons.str.contains("too new to grade: open for [012] full months?, 3 are needed").all()
    assert (now.not_graded["why"] == "too_new").all()
    assert now.scores.notna().all(axis=None)


def test_a_customer_without_any_indicator_on_an_axis_is_not_graded(book, profit, monkeypatch):
    from crmlib.value import appraisal

    as_they_are = appraisal.indicators_with_gaps
    potential = list(STUDY.tree.leaves_of("B"))

    def with_a_blank(*arguments):
        table = as_they_are(*arguments)
        table.loc[table.index[0], potential] = float("nan")
        return table

    monkeypatch.setattr(appraisal, "indicators_with_gaps", with_a_blank)
    found = appraise(book, profit, NOW, STUDY, WEIGHTS)
    listed = told(found.not_graded, Voice("zh")).set_index("customer_id")
    blank = listed[listed["why"] == "axis_unknown"]
    assert blank["reason"].tolist() == ["潜在价值没有任何已知指标"]
    assert blank.index[0] not in found.indicators.index


def test_the_year_before_is_fitted_on_its_own_and_seen_through_the_model_of_today(book, profit, now):
    assert year_before(book, STUDY) == BEFORE
    base = appraise(book, profit, BEFORE, STUDY, WEIGHTS)
    then = last_year(now, book, profit, STUDY)
    assert base.references.as_of == "2014-12-31"
    assert set(then.index) == set(base.indicators.index)
    assert base.model.scalings["A21"] != now.model.scalings["A21"]
    pd.testing.assert_series_equal(then["A21"], base.indicators["A21"])
    pd.testing.assert_frame_equal(base_appraisal(book, profit, STUDY, WEIGHTS).scores, base.scores)


def test_every_basis_is_scored_by_its_own_model(book, profit, now, tmp_path):
    before, base = last_year(now, book, profit, STUDY), base_appraisal(book, profit, STUDY, WEIGHTS)
    now.save(tmp_path / "model_now.json")
    base.save(tmp_path / "model_base.json")
    table = by_basis(now=now.indicators, last_year=before, base=base.indicators)
    assert table["basis"].drop_duplicates().tolist() == ["now", "last_year", "base"]
    scores = scores_by_basis(table, tmp_path).set_index(["basis", "customer_id"])
    pd.testing.assert_frame_equal(scores.loc["now"], now.scores)
    pd.testing.assert_frame_equal(scores.loc["base"], base.scores)
    pd.testing.assert_frame_equal(scores.loc["last_year"], now.model.score(before))


def test_a_book_of_one_year_has_no_year_before():
    short = Study.load("jd", **{"book.customers": 60, "book.months": 24})
    book = simulate(short)
    recent = book.activity[book.activity["month"] > "2014-12-31"]
    book = type(book)({**book.tables, "activity": recent})
    assert year_before(book, short).why.key == "model.no_year_before"
    assert not is_known(base_appraisal(book, Absent(say("common.not_in_book", what=[])), short, WEIGHTS))


def test_the_document_holds_model_and_references(now, tmp_path):
    now.save(tmp_path / "model.json")
    again = Scorer.load(tmp_path / "model.json")
    assert again.model.score(now.indicators).equals(now.scores)
    assert again.references == now.references


def test_the_weights_table_has_every_node_once(now):
    table = weights_table(now.model, LOCAL, STUDY.tree)
    assert table["code"].tolist() == [node.code for node in STUDY.tree.nodes]
    assert table.loc[table["parent"] == "value", "weight"].sum() == pytest.approx(1)
    leaves = table[table["code"].isin(STUDY.tree.leaves)]
    assert leaves["weight"].sum() == pytest.approx(1)
    assert leaves["scale"].notna().all() and table.loc[~table.index.isin(leaves.index), "scale"].isna().all()


def test_what_dropped_out_weighs_nothing(now):
    smaller = ValueModel.fit(now.indicators.drop(columns="A41"), STUDY.tree, WEIGHTS)
    table = weights_table(smaller, LOCAL, STUDY.tree).set_index("code")
    assert table.loc[["A4", "A41"], "weight"].tolist() == [0, 0]
    assert table.loc[table["parent"] == "value", "weight"].sum() == pytest.approx(1)
