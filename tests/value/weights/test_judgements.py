"""The experts' table as matrices, and its firmest judgements."""

import numpy as np
import pandas as pd
import pytest

from crmlib.tree import Node, Tree
from crmlib.value.weights import WeightsError, matrices, strongest

TREE = Tree(
    nodes=(
        Node(code="A", name="current value"),
        Node(code="B", name="potential value", formula="b"),
        Node(code="A1", name="lending", parent="A", formula="x"),
        Node(code="A2", name="deposits", parent="A", formula="y"),
        Node(code="A3", name="fees", parent="A", formula="z"),
    )
)


def table(*rows):
    return pd.DataFrame(rows, columns=["expert", "node", "left", "right", "value"])


FULL = [("1", "A", "A1", "A2", 3.0), ("1", "A", "A1", "A3", 5.0), ("1", "A", "A3", "A2", 0.5)]


def test_reciprocals_are_filled_in():
    matrix = matrices(table(*FULL), TREE)["A"]["1"]
    assert matrix.index.tolist() == matrix.columns.tolist() == ["A1", "A2", "A3"]
    assert matrix.loc["A2", "A3"] == 2
    assert (matrix * matrix.T == 1).to_numpy().all()


def test_a_pair_may_stand_in_both_directions_where_they_agree():
    both = matrices(table(*FULL, ("1", "A", "A2", "A1", 1 / 3)), TREE)["A"]["1"]
    pd.testing.assert_frame_equal(both, matrices(table(*FULL), TREE)["A"]["1"])


def test_nodes_come_in_the_order_of_the_tree_and_experts_by_name():
    found = matrices(table(*FULL, ("2", "value", "A", "B", 2.0), ("1", "value", "B", "A", 2.0)), TREE)
    assert {node: list(experts) for node, experts in found.items()} == {"value": ["1", "2"], "A": ["1"]}


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (("1", "AA", "A1", "A2", 3.0), "AA is not a node with children. Did you mean A"),
        (("1", "A", "A1", "B", 3.0), "Expert 1 at A compares A1 with B, but B does not stand below this node"),
        (("1", "A", "A2", "A1", 3.0), "Expert 1 at A judged A2 over A1 twice: 0.333333 and 3"),
        (("1", "A", "A1", "A1", 3.0), "Expert 1 at A compares A1 with itself"),
        (
            ("2", "A", "A1", "A2", 3.0),
            "Expert 2 at A: judgements must link every two elements: none leads from A1 to A3",
        ),
    ],
)
def test_a_faulty_judgement_names_expert_node_and_pair(row, text):
    with pytest.raises(WeightsError, match=text):
        matrices(table(*FULL, row), TREE)


@pytest.mark.parametrize(
    ("value", "more", "less", "step"),
    [
        (5.0, "deposits", "fees", 5),
        (1 / 5, "fees", "deposits", 5),
        (1.0, "deposits", "fees", 1),
        (9.0, "deposits", "fees", 9),
        (2.6, "deposits", "fees", 3),
    ],
)
def test_a_judgement_is_read_back_by_what_it_holds_more_important(value, more, less, step):
    row = strongest(table(("3", "A", "A2", "A3", value)), TREE).iloc[0]
    assert (row["at"], row["more"], row["less"], row["step"]) == ("current value", more, less, step)


def test_the_strongest_judgement_of_each_expert_whatever_the_order_of_rows():
    rows = table(*FULL, ("2", "value", "A", "B", 1 / 2), ("1", "value", "A", "B", 5.0))
    found = strongest(rows, TREE)
    assert found[["expert", "node", "value"]].values.tolist() == [["1", "value", 5.0], ["2", "value", 0.5]]
    pd.testing.assert_frame_equal(strongest(rows[::-1], TREE), found)


def test_the_strongest_judgement_at_each_node_in_the_order_of_the_tree():
    rows = table(("2", "value", "A", "B", 1 / 2), *FULL, ("3", "value", "A", "B", 1 / 2), ("1", "value", "A", "B", 1.0))
    found = strongest(rows, TREE, of="node")
    assert found["node"].tolist() == ["value", "A"] and found["expert"].iloc[0] == "2"
    pd.testing.assert_frame_equal(strongest(rows[::-1], TREE, of="node"), found)


def test_a_pair_left_open_stays_missing():
    matrix = matrices(table(*FULL[:2]), TREE)["A"]["1"]
    assert matrix.isna().to_numpy().sum() == 2 and np.isnan(matrix.loc["A2", "A3"])
