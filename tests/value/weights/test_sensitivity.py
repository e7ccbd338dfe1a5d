"""How much hangs on who was asked."""

import numpy as np
import pandas as pd
import pytest

from crmlib.book.experts import simulate_judgements
from crmlib.study import ModelSettings, Study
from crmlib.value.weights import consensus_table, tree_weights, ways, without_each

TREE = Study.load("jd").tree
JUDGEMENTS = simulate_judgements(TREE, np.random.default_rng(1))
SETTINGS = ModelSettings()


def test_consensus_is_given_for_every_judged_node_in_the_order_of_the_tree():
    table = consensus_table(tree_weights(JUDGEMENTS, TREE, SETTINGS), TREE)
    assert table["node"].tolist() == [node for node in TREE.groups if len(TREE.children(node)) > 1]
    assert table["name"].iloc[0] == "customer value" and (table["experts"] == 5).all()
    assert table["consensus"].between(0, 1).all()


def test_experts_who_say_the_same_agree_fully_and_one_alone_has_nobody_to_agree_with():
    same = pd.concat([JUDGEMENTS[JUDGEMENTS["expert"] == "1"].assign(expert=name) for name in "xyz"])
    assert consensus_table(tree_weights(same, TREE, SETTINGS), TREE)["consensus"].tolist() == pytest.approx([1] * 8)
    alone = JUDGEMENTS[JUDGEMENTS["expert"] == "1"]
    assert consensus_table(tree_weights(alone, TREE, SETTINGS), TREE)["consensus"].isna().all()


def test_weights_without_an_expert_are_those_of_the_others():
    table = without_each(JUDGEMENTS, TREE, SETTINGS)
    assert table.index.tolist() == [*"12345"] and table.columns.tolist() == list(TREE.leaves)
    assert table.sum(axis=1).tolist() == pytest.approx([1] * 5)
    others = tree_weights(JUDGEMENTS[JUDGEMENTS["expert"] != "3"], TREE, SETTINGS)
    pd.testing.assert_series_equal(table.loc["3"], TREE.leaf_weights(others.local), check_names=False)


def test_an_expert_who_repeats_another_is_missed_less_than_one_who_differs():
    twin = JUDGEMENTS[JUDGEMENTS["expert"] == "1"].assign(expert="twin")
    turned = twin.assign(expert="turned", value=1 / twin["value"])
    asked = pd.concat([JUDGEMENTS, twin, turned])
    own = TREE.leaf_weights(tree_weights(asked, TREE, SETTINGS).local)
    moved = (without_each(asked, TREE, SETTINGS) - own).abs().sum(axis=1)
    assert moved.idxmax() == "turned" and moved["twin"] < moved["turned"] / 2


@pytest.mark.parametrize("judgements", [JUDGEMENTS[JUDGEMENTS["expert"] == "1"], JUDGEMENTS[:0]])
def test_leaving_out_needs_two_experts(judgements):
    assert without_each(judgements, TREE, SETTINGS).empty


@pytest.mark.parametrize("method", ["eigenvector", "geometric_mean"])
def test_the_studys_own_way_moves_nothing_and_the_geometric_mean_does_not_ask_in_which_order(method):
    table = ways(JUDGEMENTS, TREE, ModelSettings(method=method)).set_index(["aggregate", "method"])
    assert len(table) == 4
    assert table.loc[("judgements", method), "moved"] == pytest.approx(0)
    mean = table.xs("geometric_mean", level="method")["moved"]
    assert mean["judgements"] == pytest.approx(mean["priorities"])
    assert table.loc[("priorities", "eigenvector"), "moved"] > 1e-4
    assert set(table["leaf"]) <= set(TREE.leaves) and (table["largest"] <= table["moved"] + 1e-12).all()
