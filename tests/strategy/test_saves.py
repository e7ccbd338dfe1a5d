"""Saves: value at risk adds up over classes, and the list puts the most first."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.matrix import CLASSES
from crmlib.strategy.saves import COLUMNS, risk_by_class, save_list, with_value_at_risk

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
