import re

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.profit import at
from crmlib.report.digest import FINDINGS, HEADLINES, MEASURES, SURENESS, Digest, people
from crmlib.runs import Run
from crmlib.words.messages import say
from crmlib.words.said import paragraph
from crmlib.words.voice import Voice


@pytest.fixture
def digest(finished_run):
    return Digest(finished_run)


def without(digest, monkeypatch, *tables):
    """The same run where some tables are absent."""
    table = Run.table
    absent = Absent(say("common.not_in_run", what=list(tables)))
    monkeypatch.setattr(Run, "table", lambda run, name: absent if name in tables else table(run, name))
    return Digest(digest.run)


def test_cards_hold_what_the_customers_of_their_class_hold(digest):
    year = at(digest.run.table("profit"), pd.Timestamp(digest.run.study.as_of))
    customers = digest.customers.assign(eva=digest.customers["eva"].mask(year["in_default"]))
    sums = customers.groupby("class")[["eva", "mean_deposits", "hours"]].sum()
    assert [card.name for card in digest.cards] == list(digest.run.classes)
    for card in digest.cards:
        assert card.customers == (digest.customers["class"] == card.name).sum()
        for measure, total in sums.loc[card.name].items():
            assert card.held[measure].amount == pytest.approx(total), measure
    for measure in digest.measures:
        shares = [card.held[measure].share for card in digest.cards]
        assert np.isnan(shares).all() or sum(shares) == pytest.approx(1), measure
    assert digest.measures == list(MEASURES)


def test_every_customer_is_in_one_cell_of_the_plan(digest):
    cells = [cell for row in digest.plan().values() for cell in row]
    assert sum(cell.customers for cell in cells) == len(digest.customers)
    assert len(cells) == 16


def test_the_save_list_of_the_run_comes_first(digest):
    kinds = {call.kind: call for call in digest.call_first()}
    assert list(kinds) == ["save", "grow"]
    for call in kinds.values():
        assert call.customers[call.amount].dropna().is_monotonic_decreasing
    assert kinds["save"].customers.index.tolist() == digest.run.table("save_list")["customer_id"].tolist()


def test_without_a_save_list_falling_customers_come_first(digest, monkeypatch):
    calls = list(without(digest, monkeypatch, "save_list").call_first())
    assert [call.note for call in calls] == ["brief.save_note", "brief.grow_note"]
    assert set(calls[0].customers["stage"]) == {"decline"}


def test_in_a_run_up_to_the_matrix_no_action_is_replaced(digest):
    """Its brief was stopped by a traceback."""
    assert digest.overrides > 0
    bare = Digest(digest.run)
    bare.__dict__["customers"] = digest.customers.drop(columns=["action", "standard"])
    assert bare.overrides == 0


def test_nobody_is_called_first_where_no_amount_is_known(digest):
    digest.__dict__["customers"] = digest.customers.drop(columns="value_at_stake")
    assert list(digest.call_first()) == []


def test_every_finding_that_a_chapter_kept_is_told_in_its_words(digest):
    for places, told in ((FINDINGS, digest.findings), (SURENESS, digest.sureness)):
        known = [(chapter, name) for chapter, name in places if name in digest.run.results(chapter)["said"]]
        assert [said.name for said in told] == [name for _, name in known]
        assert len(told) > 3
        for said, (chapter, _) in zip(told, known, strict=True):
            assert said.notebook.endswith(f"_{chapter}")
    findings = [text for each in digest.run.chapters.values() for text in each["findings"]]
    assert paragraph(digest.findings[0].messages, digest.voice) in findings


def test_both_languages_say_the_same_numbers(digest):
    english, chinese = (
        [paragraph(said.messages, Voice(language)) for said in (*digest.findings, *digest.sureness)]
        for language in ("en", "zh")
    )
    for first, second in zip(english, chinese, strict=True):
        assert sorted(re.findall(r"[\d.,]*\d", first)) == sorted(re.findall(r"[\d.,]*\d", second))


def test_indicators_are_the_leaves_of_the_tree_with_their_axes(digest):
    tree = digest.run.scorer.model.tree
    assert [each.code for each in digest.indicators] == list(tree.leaves)
    axes = {leaf: tree[axis].name for axis in tree.axes for leaf in tree.leaves_of(axis)}
    assert {each.code: each.axis for each in digest.indicators} == axes
    assert sum(each.weight for each in digest.indicators) == pytest.approx(1)


def test_the_method_is_told_in_steps(digest):
    steps = dict(digest.method())
    names = ("profit", "scores", "weights", "classes", "stages", "actions", "next", "draws")
    assert list(steps) == [f"method.{name}" for name in names]
    classes = digest.voice.say(steps["method.classes"])
    assert classes.startswith(
        "Cut at the 70th percentile of current and the median of potential value of the base year:"
    )
    assert "platinum (high, high), gold (high current, low potential)" in classes


def test_names_stand_in_place_of_codes_and_names_of_the_data_stay(digest):
    digest.__dict__["voice"] = Voice("zh")
    assert set(digest.told["class"]) == {"铂金客户", "黄金客户", "铁质客户", "铅质客户"}
    assert digest.told["name"].equals(digest.customers["name"])
    assert digest.title == "ZG银行JD支行客户价值"


def test_headroom_is_found_by_its_formula(digest):
    leaf = digest.run.scorer.model.tree.leaf_with("wallet_headroom")
    pd.testing.assert_series_equal(digest.customers["headroom"], digest.run.indicators()[leaf], check_names=False)


def test_the_notes_say_of_how_many_the_risk_is_not_known(digest, monkeypatch):
    assert "common.without_unknown" not in [note.key for note in digest.notes]
    profit = digest.run.table("profit")
    now = profit.index[profit["as_of"] == profit["as_of"].max()][:3]
    table = Run.table
    unknown = profit.assign(eva=profit["eva"].mask(profit.index.isin(now)))
    monkeypatch.setattr(Run, "table", lambda run, name: unknown if name == "profit" else table(run, name))
    assert Digest(digest.run).notes[-1] == say("common.without_unknown", n=3)


def test_headline_numbers_stand_beside_other_books_in_the_unit_of_the_report(digest):
    shown = {name: digest.voice.say(told) for name, told in digest.beside_others()}
    assert set(shown) == set(HEADLINES)
    band = digest.bands.loc["book.eva"]
    assert shown["book.eva"] == digest.voice.say(
        "brief.as_money", value=[1e4 * each for each in (digest.number("book.eva"), band["low"], band["high"])]
    )


def test_beside_a_real_book_no_number_of_others_stands(digest, monkeypatch):
    real = without(digest, monkeypatch, "other_books")
    assert list(real.beside_others()) == [] and real.counts == {}


def test_claims_are_counted_on_other_books(digest):
    assert set(digest.counts) == {row.claim for row in digest.rows("claims")} - {"C0a", "C3a"}


def test_every_graded_customer_has_one_row_with_all_that_is_known(finished_run):
    table = people(finished_run)
    assert table.index.tolist() == finished_run.table("classes")["customer_id"].tolist()
    known = {"name", "rm_id", "class", "stage", "action", "standard", "value_at_stake", "headroom", "hours", "sure"}
    assert known | {"reason_class", "reason_stage", "reason_action"} <= set(table)


def test_codes_become_names_and_success_is_that_of_the_action(finished_run):
    digest = Digest(finished_run)
    assert digest.told["stage"].equals(digest.customers["stage"])
    assert not digest.told["action"].equals(digest.customers["action"])
    success = {Voice().name("measure", code) for code in digest.customers["action"]}
    assert set(digest.told["measure"]) == success and success.isdisjoint(digest.customers["action"])
