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
    beside_moves,
    lifetimes,
    risk_by_class,
    save_list,
    share_listed,
    with_value_at_risk,
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
    if not customers["value_at_risk"].sum():
        assert table.why.key == "strategy.nothing_at_risk"
        return
    assert table["class"].tolist() == list(CLASSES)
    for name, total in {
        "customers": len(customers),
        "losses": customers["loss"][customers["retention"] > 0].sum(),
    }.items():
        assert table[name].sum() == pytest.approx(total)
    assert table["value_at_risk"].sum() == pytest.approx(customers["value_at_risk"].sum())
    assert table["share"].sum() == pytest.approx(1)


@given(people, st.integers(1, 30))
def test_the_list_holds_the_most_at_risk_in_their_order_whatever_the_rows(customers, length):
    table = save_list(customers, length)
    if not (customers["value_at_risk"] > 0).any():
        assert table.why.key == "strategy.nothing_at_risk"
        return
    rest = customers.drop(table["customer_id"])
    assert table["value_at_risk"].is_monotonic_decreasing and (table["value_at_risk"] > 0).all()
    assert len(table) == min(length, (customers["value_at_risk"] > 0).sum())
    assert (rest["value_at_risk"] <= table["value_at_risk"].iloc[-1]).all()
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


def test_without_profit_there_is_no_lifetime_value():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    lives = lifetimes(classes, known(clv=np.nan, eva=np.nan), UNTOLD)
    assert lives.why.values == {"what": ["profit"]}
    assert risk_by_class(lives, CLASSES) == save_list(lives, 5) == lives


def test_the_list_holds_a_share_of_all_that_is_at_risk():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    lives = lifetimes(classes, known(), UNTOLD)
    by_class = risk_by_class(lives, CLASSES)
    assert by_class[["worth", "value_at_risk", "losses"]].sum().tolist() == pytest.approx([1.1e6, 1.2e5, 0.3])
    assert share_listed(save_list(lives, 1), by_class) == pytest.approx(100 / 120)


def test_where_nobody_leaves_nothing_is_at_risk():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    lives = lifetimes(classes, known(retention=1.0), UNTOLD)
    saved, by_class = save_list(lives, 5), risk_by_class(lives, CLASSES)
    assert saved.why.key == by_class.why.key == share_listed(saved, by_class).why.key == "strategy.nothing_at_risk"


def test_the_lifetime_of_each_class_stands_beside_what_is_to_come():
    worth = pd.DataFrame({"class": ["platinum", "lead"], "to_come": [5.0, 1.0]})
    lives = pd.DataFrame({"class": ["platinum", "platinum"], "clv": [2.0, 4.0]})
    table = beside_moves(worth, lives)
    assert table["to_come"].tolist() == [5.0, 1.0] and table["lifetime"].fillna(0).tolist() == [3.0, 0.0]
