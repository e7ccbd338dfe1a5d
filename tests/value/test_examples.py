"""The worked examples."""

import numpy as np
import pandas as pd
import pytest

from crmlib.tree import Node, Tree
from crmlib.value import ValueModel
from crmlib.value.examples import EXAMPLES, examples, examples_table

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
