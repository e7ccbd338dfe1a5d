"""Groups of experts, for a node and for the tree."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.book.experts import simulate_judgements
from crmlib.study import ModelSettings, Study
from crmlib.value.weights import WeightsError, ahp, group_ahp, renormalised, tree_weights

STEPS = [1 / 9, 1 / 7, 1 / 5, 1 / 3, 1.0, 3.0, 5.0, 7.0, 9.0]
TREE = Study.load("jd").tree
JUDGEMENTS = simulate_judgements(TREE, np.random.default_rng(1))


@st.composite
def groups(draw, least=3):
    n, experts = draw(st.integers(least, 6)), draw(st.integers(1, 4))
    found = []
    for _ in range(experts):
        values = np.eye(n)
        for i in range(n):
            for j in range(i + 1, n):
                values[i, j] = draw(st.sampled_from(STEPS))
                values[j, i] = 1 / values[i, j]
        found.append(pd.DataFrame(values))
    return found


@given(groups(least=4))
def test_judgements_and_priorities_coincide_under_the_row_geometric_mean(matrices):
    by_judgements = group_ahp(matrices, "judgements", "geometric_mean").weights
    by_priorities = group_ahp(matrices, "priorities", "geometric_mean").weights
    pd.testing.assert_series_equal(by_judgements, by_priorities)


def test_they_differ_under_the_eigenvector():
    rng = np.random.default_rng(3)
    upper = np.triu(rng.choice(STEPS, (2, 4, 4)), 1)
    matrices = [np.eye(4) + part + np.tril(1 / np.where(part.T == 0, 1, part.T), -1) for part in upper]
    one, other = (group_ahp(matrices, aggregate).weights for aggregate in ("judgements", "priorities"))
    assert abs(one - other).max() > 1e-3


@given(groups())
def test_a_group_of_one_is_that_expert_and_order_does_not_matter(matrices):
    pd.testing.assert_series_equal(group_ahp(matrices[:1]).weights, ahp(matrices[0]).weights)
    assert group_ahp(matrices).weights.equals(group_ahp(matrices[::-1]).weights)


def test_faulty_groups_are_refused():
    with pytest.raises(WeightsError, match="at least one expert, found none"):
        group_ahp([])
    with pytest.raises(WeightsError, match="same elements: the first compares"):
        group_ahp([np.ones((2, 2)), np.ones((3, 3))])
    with pytest.raises(WeightsError, match=r"'judgments' cannot be aggregated. Did you mean judgements"):
        group_ahp([np.ones((2, 2))], "judgments")


def test_siblings_of_the_tree_sum_to_one():
    found = tree_weights(JUDGEMENTS, TREE, ModelSettings())
    assert set(found.local.index) == {node.code for node in TREE.nodes}
    assert all(found.local[list(TREE.children(node))].sum() == pytest.approx(1) for node in TREE.groups)
    assert TREE.leaf_weights(found.local).sum() == pytest.approx(1)


def test_consistency_is_kept_by_expert_and_node_and_the_inconsistent_is_noted():
    found = tree_weights(JUDGEMENTS, TREE, ModelSettings())
    table = found.consistency
    assert set(table["expert"]) == {"1", "2", "3", "4", "5", "all"}
    assert table.loc[table["n"] <= 2, "consistency_ratio"].isna().all()
    assert table.loc[~table["consistent"], "expert"].tolist() == ["5"]
    assert len(found.notes) == 1 and found.notes[0].startswith("Expert 5 contradicts themselves at B: CR 0.")
    loose = tree_weights(JUDGEMENTS, TREE, ModelSettings(consistency_limit=2.0))
    assert loose.consistency["consistent"].all() and loose.notes == ()


def test_row_order_and_names_of_experts_change_no_digit():
    straight = tree_weights(JUDGEMENTS, TREE, ModelSettings()).local
    renamed = JUDGEMENTS.assign(expert=JUDGEMENTS["expert"].map({"1": "9", "2": "x", "3": "a", "4": "0", "5": "7"}))
    assert tree_weights(renamed[::-1], TREE, ModelSettings()).local.equals(straight)


def test_a_node_that_nobody_judged_weighs_its_children_alike():
    found = tree_weights(JUDGEMENTS[JUDGEMENTS["node"] != "B2"], TREE, ModelSettings())
    assert found.local[["B21", "B22", "B23", "B24"]].tolist() == [0.25] * 4
    assert "Nobody judged B2: its 4 children weigh the same." in found.notes


@pytest.mark.parametrize(
    ("judgements", "settings", "note"),
    [
        (JUDGEMENTS, ModelSettings(weights="equal"), "Weights are equal"),
        (JUDGEMENTS[:0], ModelSettings(), "no judgements of experts"),
    ],
)
def test_equal_weights_are_said_to_be_equal(judgements, settings, note):
    found = tree_weights(judgements, TREE, settings)
    assert found.local["A"] == 0.5 and found.local["A1"] == 0.25
    assert found.consistency.empty and note in found.notes[0]


def test_what_is_left_of_the_tree_sums_to_one_again():
    smaller = TREE.without({"A41", "B12"})
    local = renormalised(tree_weights(JUDGEMENTS, TREE, ModelSettings()).local, smaller)
    assert "A4" not in local.index and local["B11"] == 1
    assert smaller.leaf_weights(local).sum() == pytest.approx(1)
