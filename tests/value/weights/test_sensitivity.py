"""How much hangs on who was asked."""

import numpy as np
import pandas as pd
import pytest

from crmlib.book.experts import simulate_judgements
from crmlib.study import ModelSettings, Study
from crmlib.value.weights.hierarchy import contradictions, experts_asked, tree_weights
from crmlib.value.weights.sensitivity import (
    consensus_table,
    expert_choices,
    least_consensus,
    most_moved,
    moved,
    moved_by_repair,
    ways,
    without_each,
)

TREE = Study.load("jd").tree
JUDGEMENTS = simulate_judgements(TREE, np.random.default_rng(1))
SETTINGS = ModelSettings()


def test_consensus_is_given_for_every_judged_node_in_the_order_of_the_tree():
    table = consensus_table(tree_weights(JUDGEMENTS, TREE, SETTINGS), TREE)
    assert table["node"].tolist() == [TREE.name(node) for node in TREE.groups if len(TREE.children(node)) > 1]
    assert table["node"].iloc[0] == "customer value" and (table["experts"] == 5).all()
    assert table["consensus"].between(0, 1).all()
    assert least_consensus(table)["consensus"] == table["consensus"].min()


def test_experts_who_say_the_same_agree_fully_and_one_alone_has_nobody_to_agree_with():
    same = pd.concat([JUDGEMENTS[JUDGEMENTS["expert"] == "1"].assign(expert=name) for name in "xyz"])
    assert consensus_table(tree_weights(same, TREE, SETTINGS), TREE)["consensus"].tolist() == pytest.approx([1] * 8)
    alone = JUDGEMENTS[JUDGEMENTS["expert"] == "1"]
    found = tree_weights(alone, TREE, SETTINGS)
    assert consensus_table(found, TREE).why.key == "model.one_expert"
    assert expert_choices(found, alone, TREE, SETTINGS).why.key == "model.one_expert"


def test_weights_without_an_expert_are_those_of_the_others():
    table = without_each(JUDGEMENTS, TREE, SETTINGS)
    assert table.index.tolist() == [*"12345"]
    others = tree_weights(JUDGEMENTS[JUDGEMENTS["expert"] != "3"], TREE, SETTINGS)
    pd.testing.assert_series_equal(table.loc["3"], others.local, check_names=False)


def test_an_expert_who_repeats_another_is_missed_less_than_one_who_differs():
    twin = JUDGEMENTS[JUDGEMENTS["expert"] == "1"].assign(expert="twin")
    turned = twin.assign(expert="turned", value=1 / twin["value"])
    asked = pd.concat([JUDGEMENTS, twin, turned])
    apart = moved(without_each(asked, TREE, SETTINGS), tree_weights(asked, TREE, SETTINGS).local, TREE)["moved"]
    assert apart.idxmax() == "turned" and apart["twin"] < apart["turned"] / 2


@pytest.mark.parametrize("judgements", [JUDGEMENTS[JUDGEMENTS["expert"] == "1"], JUDGEMENTS[:0]])
def test_leaving_out_needs_two_experts(judgements):
    assert without_each(judgements, TREE, SETTINGS).empty


@pytest.mark.parametrize("method", ["eigenvector", "geometric_mean"])
def test_the_studys_own_way_moves_nothing_and_the_geometric_mean_does_not_ask_in_which_order(method):
    settings = ModelSettings(method=method)
    table = ways(JUDGEMENTS, TREE, settings)
    apart = moved(table, tree_weights(JUDGEMENTS, TREE, settings).local, TREE)["moved"]
    assert len(table) == 4 and apart[("judgements", method)] == pytest.approx(0)
    pd.testing.assert_series_equal(
        table.loc[("judgements", "geometric_mean")], table.loc[("priorities", "geometric_mean")], check_names=False
    )
    assert apart[("priorities", "eigenvector")] > 1e-4


def test_what_moved_is_counted_once_and_names_the_leaf_that_changed_most():
    own = TREE.reference_weights()
    other = own.copy()
    other["A"], other["B"] = 0.7, 0.3
    table = moved(pd.DataFrame([other], index=["x"]), own, TREE)
    assert table.loc["x", "moved"] == pytest.approx(0.1)
    assert table.loc["x", "leaf"] == "A11" and table.loc["x", "change"] == pytest.approx(0.04)


def test_choices_hold_every_way_and_every_expert_left_out():
    made = expert_choices(tree_weights(JUDGEMENTS, TREE, SETTINGS), JUDGEMENTS, TREE, SETTINGS)
    assert made["choice_kind"].tolist() == ["joined"] * 4 + ["left_out"] * 5
    own = made.iloc[0]
    assert own["moved"] == pytest.approx(0) and pd.isna(own["indicator_moved"])
    assert set(made["indicator_moved"].dropna()) <= {node.name for node in TREE.nodes}
    most = most_moved(made)
    assert most["left_out"] == made["moved"].iloc[4:].max() > most["joined"] > 0


def test_what_a_repair_moves_is_the_same_seen_from_both_sides():
    stands, changed = (tree_weights(JUDGEMENTS, TREE, ModelSettings(repair=each)) for each in ("suggest", "apply"))
    seen = [moved_by_repair(contradictions(each), each, JUDGEMENTS, TREE, SETTINGS) for each in (stands, changed)]
    assert seen[0] == pytest.approx(seen[1]) and 0 < seen[0] < 0.05
    assert moved_by_repair(contradictions(experts_asked(stands)), stands, JUDGEMENTS, TREE, SETTINGS) == seen[0]
