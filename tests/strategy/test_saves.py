"""Saves: value at risk adds up over classes, and the list puts the most first."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.absent import not_in_book
from crmlib.matrix import CLASSES
from crmlib.strategy.outlook import Outlook
from crmlib.strategy.saves import (
    COLUMNS,
    at_risk,
    beside_moves,
    lifetimes,
    risk_by_class,
    risk_numbers,
    save_list,
    with_value_at_risk,
    without_names,
)

people = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.floats(0, 1), st.floats(-1e6, 1e6)), min_size=1, max_size=25
).map(
    lambda rows: with_value_at_risk(
        pd.DataFrame(rows, [f"{n:06d}" for n in range(len(rows))], ["class", "retention", "clv"])
    )
)  # fmt: skip


@given(people)
def test_value_at_risk_is_never_more_than_what_a_customer_is_worth(customers):
    assert (customers["value_at_risk"] >= 0).all()
    assert (customers["value_at_risk"] <= customers["clv"].clip(lower=0)).all()
    assert (customers["loss"] + customers["retention"]).to_numpy() == pytest.approx(1)


@given(people)
def test_classes_add_up_to_the_customers(customers):
    table = risk_by_class(customers, CLASSES)
    assert table["class"].tolist() == list(CLASSES)
    for name, total in {
        "customers": len(customers),
        "losses": customers["loss"][customers["retention"] > 0].sum(),
    }.items():
        assert table[name].sum() == pytest.approx(total)
    assert table["value_at_risk"].sum() == pytest.approx(customers["value_at_risk"].sum())
    assert table["share"].sum() == pytest.approx(1) or not table["value_at_risk"].sum()


@given(people, st.integers(1, 30))
def test_the_list_holds_the_most_at_risk_in_their_order_whatever_the_rows(customers, length):
    table = save_list(customers, length)
    rest = customers.drop(table["customer_id"])
    assert table["value_at_risk"].is_monotonic_decreasing and (table["value_at_risk"] > 0).all()
    assert len(table) == min(length, (customers["value_at_risk"] > 0).sum())
    assert not len(table) or (rest["value_at_risk"] <= table["value_at_risk"].iloc[-1]).all()
    pd.testing.assert_frame_equal(save_list(customers.iloc[::-1], length), table)


def test_the_list_names_the_manager_and_keeps_leading_zeros():
    rows = {"name": ["A", "B", "C"], "rm_id": ["RM01", np.nan, "RM02"], "class": "gold", "retention": [0.9, 0.5, 1.0]}
    customers = with_value_at_risk(pd.DataFrame({**rows, "clv": [1e6, 4e5, 9e9]}, ["000017", "000003", "000001"]))
    table = save_list(customers, 5)
    assert table.columns.tolist() == list(COLUMNS)
    assert table["customer_id"].tolist() == ["000003", "000017"]
    assert table["rank"].tolist() == [1, 2] and table["rm_id"].fillna("none").tolist() == ["none", "RM01"]
    assert table["value_at_risk"].tolist() == pytest.approx([2e5, 1e5])


UNTOLD = Outlook(*[not_in_book("customers.closed")] * 5)


def known(**more):
    rows = {"name": "A", "rm_id": "RM01", "eva": [1e5, 2e4], "retention": [0.9, 0.8], "clv": [1e6, 1e5], **more}
    return pd.DataFrame(rows, ["000001", "000002"])


def test_lifetimes_name_a_reason_where_the_hazard_tells_one():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    plain = lifetimes(classes, known(), UNTOLD)
    assert plain["value_at_risk"].tolist() == pytest.approx([1e5, 2e4])
    assert plain["main_reason"].isna().all() and "stage" not in plain
    signs = pd.Series(["trend_low"], ["000002"], name="main_reason")
    told = lifetimes(classes.assign(stage="stable"), known(), Outlook(signs, signs, signs, signs, signs))
    assert told["main_reason"].fillna("none").tolist() == ["none", "trend_low"] and "stage" in told
    assert list(without_names(told)) == [name for name in told if name not in ("name", "rm_id")]


def test_without_profit_there_is_no_lifetime_value():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    lives = lifetimes(classes, known(clv=np.nan, eva=np.nan), UNTOLD)
    assert lives.why.values == {"what": ["profit"]}
    by_class = risk_by_class(lives, CLASSES)
    assert by_class == lives and risk_numbers(by_class, "万元") == {}


def test_what_is_at_risk_is_told_with_the_actions_of_the_list():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    lives = lifetimes(classes, known(), UNTOLD)
    actions = pd.DataFrame({"action": ["joint_plan", "standardise"], "stake": ["keep", "cut"]}, lives.index)
    by_class = risk_by_class(lives, CLASSES)
    risk = at_risk(lives, save_list(lives, 1), actions, by_class)
    assert risk.named["action"].tolist() == ["joint_plan"] and "main_reason" not in risk.named
    assert risk.listed == pytest.approx(100 / 120) and risk.not_kept == 0 and risk.most["class"] == "platinum"
    assert risk.chances == pytest.approx((0.1, 0.15)) and (risk.worth, risk.losses) == pytest.approx((1.1e6, 0.3))
    assert risk_numbers(by_class, "万元") == pytest.approx({"lifetime_value": 110.0, "value_at_risk": 12.0})
    assert risk_numbers(by_class, "customers a year") == pytest.approx({"losses_expected": 0.3})


def test_where_nobody_leaves_nothing_is_at_risk():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    lives = lifetimes(classes, known(retention=1.0), UNTOLD)
    saved = save_list(lives, 5)
    assert saved.empty
    assert at_risk(lives, saved, classes, risk_by_class(lives, CLASSES)).why.key == "strategy.nothing_at_risk"


def test_the_lifetime_of_each_class_stands_beside_what_is_to_come():
    worth = pd.DataFrame({"class": ["platinum", "lead"], "to_come": [5.0, 1.0]})
    lives = pd.DataFrame({"class": ["platinum", "platinum"], "clv": [2.0, 4.0]})
    table = beside_moves(worth, lives)
    assert table["to_come"].tolist() == [5.0, 1.0] and table["lifetime"].fillna(0).tolist() == [3.0, 0.0]
