"""The worked examples."""

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import is_known
from crmlib.tree import Node, Tree
from crmlib.value import ValueModel
from crmlib.value.examples import (
    EXAMPLES,
    apart,
    example_scores,
    examples,
    examples_table,
    steps_to_read,
    without_loan,
)

TREE = Tree(
    nodes=(
        Node(code="A", name="current value"),
        Node(code="B", name="potential value"),
        Node(code="A1", name="deposits", parent="A", formula="a", scale="asinh", unit="CNY"),
        Node(code="A2", name="cost", parent="A", formula="b", direction="cost"),
        Node(code="B1", name="growth", parent="B", formula="c"),
    )
)


def totals(*values):
    return pd.DataFrame({"total": values}, index=[f"{i:03d}" for i in range(len(values))])


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (totals(10.0, 30.0, 20.0), ["001", "002", "000"]),
        (totals(10.0, 30.0, 20.0, 25.0), ["001", "002", "000"]),
        (totals(20.0, 30.0, 30.0, 20.0, 20.0), ["001", "000", "000"]),
        (totals(np.nan, 5.0), ["001", "001", "001"]),
    ],
)
def test_best_typical_and_worst(scores, expected):
    assert examples(scores).tolist() == expected
    assert examples(scores[::-1]).tolist() == expected


def test_contributions_sum_to_the_total_and_steps_multiply():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        rng.normal(size=(40, 3)) * [1e6, 1, 1], columns=TREE.leaves, index=[f"{i:03d}" for i in range(40)]
    )
    table = table.mask(rng.random(table.shape) < 0.1, np.nan).assign(B1=rng.normal(size=40))
    model = ValueModel.fit(table, TREE, pd.Series([0.4, 0.2, 0.4], index=TREE.leaves))
    scores, worked = model.score(table), examples_table(table, model)
    assert worked["example"].drop_duplicates().tolist() == list(EXAMPLES)
    assert len(worked) == 9
    summed = worked.groupby("customer_id")["contribution"].sum()
    assert summed.to_numpy() == pytest.approx(scores.loc[summed.index, "total"].to_numpy())
    known = worked.dropna(subset=["raw"])
    assert (known["points"] * known["weight"]).to_numpy() == pytest.approx(known["contribution"].to_numpy())
    assert worked.loc[worked["code"] == "A1", "unit"].eq("CNY").all()


def scored(tree=TREE):
    table = pd.DataFrame(
        np.random.default_rng(1).normal(size=(40, 3)) * [1e6, 1, 1],
        columns=tree.leaves,
        index=pd.Index([f"{i:03d}" for i in range(40)], name="customer_id"),
    )
    table.iloc[:10, 0] = 0.0
    return table, ValueModel.fit(table, tree, pd.Series([0.4, 0.2, 0.4], index=tree.leaves))


def test_what_sets_the_best_apart_adds_up_to_the_difference_of_the_totals():
    table, model = scored()
    chosen, worked = example_scores(model.score(table)), examples_table(table, model)
    gap = apart(worked)
    assert gap["points"].is_monotonic_decreasing
    assert gap["points"].sum() == pytest.approx(chosen.loc["best", "total"] - chosen.loc["typical", "total"])


def test_steps_are_read_in_units_that_people_use():
    table, model = scored()
    steps = steps_to_read(examples_table(table, model), model)
    assert list(steps) == list(EXAMPLES)
    assert [message.key for message in steps["best"]["now"]] == [
        "indicators.money",
        "indicators.number",
        "indicators.number",
    ]


def test_who_has_no_loan_is_found_by_the_formula_whatever_the_code():
    table, model = scored()
    assert not is_known(without_loan(table, model))
    nodes = [node.model_copy(update={"formula": "risk_adjusted_loan_margin"}) if node.code == "A1" else node
             for node in TREE.nodes]  # fmt: skip
    table, model = scored(tree=Tree(nodes=nodes))
    found = without_loan(table, model)
    assert found["share"] == 0.25 and 0 < found["points"] < 100
    assert without_loan(table.replace({"A1": {0.0: 1.0}}), model).why.key == "scores.everybody_borrows"
