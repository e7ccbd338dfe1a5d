"""Actions: a full table, one action each, and the facts that replace the standard."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.absent import Absent
from crmlib.book import Book
from crmlib.errors import CrmError
from crmlib.matrix import CLASSES
from crmlib.matrix.stages import STAGES
from crmlib.strategy.actions import (
    action_table,
    assign,
    explained_plan,
    first_customers,
    load,
    named_lists,
    plan,
    replaced,
    swapped,
    ungraded,
)
from crmlib.strategy.plan import action_plan
from crmlib.study import Study
from crmlib.words.texts import has
from crmlib.words.voice import Voice

STUDY = Study.load("jd")
CUTS = (50.0, 40.0)
BOOK = Book({}, simulated=False)
CALM = {
    "class": "platinum", "stage": "stable", "stage_reason": "business as the median", "current": 60.0,
    "potential": 45.0, "name": "Co", "rm_id": "RM01", "public_mandate": False, "watch_list": False, "days_overdue": 0.0,
    "eva": 100_000.0, "cost_to_serve": 5_000.0, "expected_loss": 700.0, "retention": 0.9, "clv": 428_571.0,
    "headroom": 2_000_000.0,
}  # fmt: skip


def customers(*rows):
    index = pd.Index([f"{n:06d}" for n in range(len(rows))], name="customer_id")
    return pd.DataFrame([{**CALM, **row} for row in rows], index=index)


def act(study=STUDY, **facts):
    return assign(customers(facts), CUTS, study).iloc[0]


def test_every_cell_has_an_action_of_its_own():
    table = action_table()
    assert list(zip(table["class"], table["stage"], strict=True)) == [(c, s) for c in CLASSES for s in STAGES]
    assert table["action"].is_unique
    assert set(action_plan().all()) == {*table["action"], *action_plan().instead}
    assert all(key == action.key for key, action in action_plan().instead.items())


def test_every_action_has_its_names_and_steps_in_words():
    for key, action in action_plan().all().items():
        assert all(has(f"names.{group}.{key}") for group in ("action", "action_short", "measure"))
        assert has(f"names.owner.{action.owner}") and all(has(f"actions.step.{step}") for step in action.steps)


def test_the_plan_counts_every_customer_once_and_keeps_to_stable_where_no_stage_is_known():
    known = customers({}, {}, {"class": "lead", "stage": "decline"})
    cells = plan(known, STUDY.matrix.labels)
    assert len(cells) == 16 and cells["customers"].sum() == 3
    assert cells.set_index(["class", "stage"])["customers"].loc[("platinum", "stable")] == 2
    bare = plan(known.drop(columns="stage"), STUDY.matrix.labels)
    assert bare["stage"].tolist() == ["stable"] * 4 and bare["customers"].sum() == 3


def test_the_plan_for_people_tells_steps_in_words():
    told = explained_plan(plan(customers({}), STUDY.matrix.labels), STUDY.matrix.labels, action_plan(), BOOK)
    first = Voice().say(told["steps"].iloc[0])
    assert first.startswith("name a senior RM within a week; decide credit within 10 working days; ")


def test_the_action_follows_the_quadrant_when_gold_and_iron_are_swapped():
    swapped = {"high_high": "platinum", "high_low": "iron", "low_high": "gold", "low_low": "lead"}
    study = Study.load("jd", **{"matrix.labels": swapped})
    assert act(study, **{"class": "iron"})["action"] == act(**{"class": "gold"})["action"] == "retain_efficiently"


@pytest.mark.parametrize(
    ("facts", "action", "words"),
    [
        ({}, "joint_plan", "EVA 10 万元 a year, worth 42.9 万元 over its life at 90.0 % retention"),
        ({"days_overdue": 91.0}, "risk_desk", "91 days overdue, so risk comes before class"),
        ({"days_overdue": 90.0}, "joint_plan", "platinum: current value 60.0 (cut 50.0), potential 45.0 (cut 40.0)"),
        ({"watch_list": True}, "risk_desk", "on the watch list, so risk comes before class"),
        ({"class": "lead", "stage": "decline"}, "risk_led_exit", "after a cost to serve of 0.5 万元"),
        ({"class": "lead", "stage": "decline", "public_mandate": True}, "mandate_service", "not exited by rule"),
        ({"class": "lead", "stage": "stable", "public_mandate": True}, "standardise", "stable: business as the median"),
        ({"class": "lead", "stage": "decline", "public_mandate": True, "watch_list": True}, "risk_desk", "watch list"),
        ({"class": "gold", "stage": "decline"}, "save", "42.9 万元 covers a year's cost to serve of 0.5 万元"),
        ({"class": "gold", "stage": "decline", "clv": 5000.0}, "glide", "0.5 万元 does not cover a year's cost"),
        ({"class": "gold", "stage": "decline", "clv": np.nan, "eva": np.nan}, "save", "decline: business"),
        ({"class": "iron", "stage": "formation"}, "staged_cross_sell", "headroom 200 万元, of which the part won"),
        ({"class": "iron", "stage": "formation", "headroom": np.nan}, "staged_cross_sell", "headroom not known"),
        ({"class": "iron", "stage": np.nan}, "activate_wallet", "iron: current value 60.0"),
        ({"class": "iron", "headroom": 0.0}, "cheapest_channel", "is worth less than an hour of a manager"),
        ({"class": "iron", "headroom": 333_000.0}, "cheapest_channel", "less than an hour"),
        ({"class": "iron", "headroom": 334_000.0}, "activate_wallet", "headroom 33.4 万元"),
        ({"clv": -5.0}, "cheapest_channel", "EVA 10 万元 a year; what is to be kept"),
        ({"clv": -5.0, "watch_list": True}, "risk_desk", "watch list"),
    ],
)
def test_the_standard_and_what_replaces_it(facts, action, words):
    row = act(**facts)
    assert row["action"] == action
    assert words in row["reason"]


def test_who_is_served_by_the_cheapest_channel_is_not_the_managers():
    """Thirty-one customers were to grow by nothing, and their manager was to see to it."""
    row = act(**{"class": "iron", "headroom": 0.0})
    assert (row["owner"], row["stake"], row["value_at_stake"]) == ("e_channel", "cut", CALM["cost_to_serve"])


def test_what_is_at_stake_depends_on_the_kind_of_action():
    assert act()["value_at_stake"] == CALM["clv"]
    assert act(**{"class": "iron"})["value_at_stake"] == pytest.approx(0.1 * 0.015 * 2_000_000)
    assert act(**{"class": "lead"})["value_at_stake"] == CALM["cost_to_serve"]
    assert act(watch_list=True)["value_at_stake"] == CALM["expected_loss"]


def test_a_book_without_money_or_stages_still_gets_an_action_by_class():
    bare = customers({}, {"class": "lead"})[["class", "current", "potential"]]
    found = assign(bare, CUTS, STUDY)
    assert found["action"].tolist() == ["joint_plan", "standardise"]
    assert found["value_at_stake"].isna().all()
    assert found["reason"].iloc[1] == "lead: current value 60.0 (cut 50.0), potential 45.0 (cut 40.0)"


flags = st.fixed_dictionaries({
    "class": st.sampled_from(CLASSES), "stage": st.sampled_from([*STAGES, np.nan]), "watch_list": st.booleans(),
    "public_mandate": st.booleans(), "days_overdue": st.sampled_from([0.0, 30.0, 200.0, np.nan]),
    "clv": st.sampled_from([-1.0, 1e3, 1e6, np.nan]), "headroom": st.sampled_from([0.0, 1e6, np.nan]),
})  # fmt: skip


@given(st.lists(flags, min_size=1, max_size=20))
def test_everybody_gets_exactly_one_action_whatever_the_order(rows):
    table = customers(*rows)
    found = assign(table, CUTS, STUDY)
    assert found.index.equals(table.index)
    assert set(found["action"]) <= set(action_plan().all())
    assert found[["owner", "due", "reason_class", "reason"]].notna().all(axis=None)
    pd.testing.assert_frame_equal(assign(table.iloc[::-1], CUTS, STUDY).iloc[::-1], found)
    exited = found["action"].eq("risk_led_exit")
    assert not table.loc[exited, "public_mandate"].any()
    assert found.loc[table["watch_list"], "action"].eq("risk_desk").all()


def test_lists_put_most_at_stake_first_and_leave_out_who_has_no_manager():
    rows = [{"clv": 5e4}, {"clv": 9e4}, {"rm_id": "RM02"}, {"rm_id": np.nan}, {"clv": np.nan}]
    lists = named_lists(assign(customers(*rows), CUTS, STUDY))
    assert lists["customer_id"].tolist() == ["000001", "000000", "000004", "000002"]
    assert lists["rank"].tolist() == [1, 2, 3, 1]
    assert len(named_lists(assign(customers(*rows), CUTS, STUDY), 1)) == 2


def test_an_unknown_class_or_stage_names_the_nearest():
    with pytest.raises(CrmError, match=r"platinium is not a class\. Did you mean platinum\?"):
        act(**{"class": "platinium"})
    with pytest.raises(CrmError, match=r"declin is not a stage\. Did you mean decline\?"):
        act(stage="declin")


def test_reasons_stand_by_part_and_in_one_sentence_in_the_study_s_language():
    row = act()
    parts = [row[name] for name in ("reason_class", "reason_stage", "reason_action")]
    assert row["reason"] == "; ".join(parts) and parts[1] == "stable: business as the median"
    chinese = act(Study.load("jd", language="zh"))
    assert chinese["reason_class"] == "铂金客户：当前价值60.0（界限50.0），潜在价值45.0（界限40.0）"
    assert chinese["reason"].startswith(f"{chinese['reason_class']}；稳定期：")


def test_who_is_not_treated_by_the_standard_is_counted_with_one_example_of_each():
    actions = assign(customers({}, {"watch_list": True}, {"watch_list": True, "stage": "decline"}), CUTS, STUDY)
    assert replaced(actions)["action"].tolist() == ["risk_desk"] * 2
    assert swapped(replaced(actions))["action"].tolist() == ["risk_desk"]
    calm = replaced(assign(customers({}), CUTS, STUDY))
    assert calm.why.key == swapped(calm).why.key == "strategy.none_replaced"


def test_a_list_is_made_by_manager_and_of_the_highest_totals_where_nobody_has_one():
    actions = assign(customers({}, {"rm_id": "RM02"}, {}), CUTS, STUDY)
    totals = pd.DataFrame({"total": [10.0, 30.0, 20.0]}, actions.index)
    assert load(actions)["customers"].tolist() == [2, 1]
    assert first_customers(actions, totals, 1)["rm_id"].tolist() == ["RM01", "RM02"]
    assert first_customers(actions, totals, 1, managers=1)["rm_id"].tolist() == ["RM01"]
    alone = actions.assign(rm_id=None)
    assert first_customers(alone, totals, 2)["customer_id"].tolist() == ["000001", "000002"]
    assert isinstance(load(alone), Absent)


def test_who_has_no_grade_is_named():
    book = Book({"customers": pd.DataFrame({"customer_id": ["1", "2"], "name": ["One", "Two"]})})
    out = pd.DataFrame({"customer_id": ["2"], "reason": ["too new"]})
    assert ungraded(out, book)["name"].tolist() == ["Two"]
    assert ungraded(out.iloc[:0], book).why.key == "strategy.all_graded"
