"""Weights of the whole tree."""

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import is_known
from crmlib.book.experts import simulate_judgements
from crmlib.study import ModelSettings, Study
from crmlib.value.weights.hierarchy import (
    consistency_numbers,
    consistency_ratios,
    contradictions,
    experts_asked,
    firmest,
    opinion_spread,
    opinions_by_expert,
    repairs_to_read,
    tree_weights,
    unused_weights,
)
from crmlib.words.voice import Voice

TREE = Study.load("jd").tree
JUDGEMENTS = simulate_judgements(TREE, np.random.default_rng(1))


def said(found):
    return [Voice().say(note) for note in found.notes]


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
    assert len(found.notes) == 1 and said(found)[0].startswith(
        "Expert 5 contradicts themselves at B (potential value): CR 0."
    )
    loose = tree_weights(JUDGEMENTS, TREE, ModelSettings(consistency_limit=2.0))
    assert loose.consistency["consistent"].all() and loose.notes == ()


def test_row_order_and_names_of_experts_change_no_digit():
    straight = tree_weights(JUDGEMENTS, TREE, ModelSettings()).local
    renamed = JUDGEMENTS.assign(expert=JUDGEMENTS["expert"].map({"1": "9", "2": "x", "3": "a", "4": "0", "5": "7"}))
    assert tree_weights(renamed[::-1], TREE, ModelSettings()).local.equals(straight)


def test_a_node_that_nobody_judged_weighs_its_children_alike():
    found = tree_weights(JUDGEMENTS[JUDGEMENTS["node"] != "B2"], TREE, ModelSettings())
    assert found.local[["B21", "B22", "B23", "B24"]].tolist() == [0.25] * 4
    assert "Nobody judged B2 (strength): its 4 children weigh the same." in said(found)


def test_the_weights_of_the_tree_are_taken_as_written():
    settings = ModelSettings(weights="tree")
    found = tree_weights(JUDGEMENTS, TREE, settings)
    pd.testing.assert_series_equal(found.local, TREE.reference_weights()[found.local.index])
    assert [note.key for note in found.notes] == ["model.as_in_tree"]
    assert found.nodes == {} and unused_weights(TREE, settings, simulated=False) == []


@pytest.mark.parametrize(
    ("weights", "simulated", "unused"), [("ahp", True, []), ("ahp", False, [22]), ("equal", True, [22])]
)
def test_weights_of_the_tree_that_do_not_count_are_told(weights, simulated, unused):
    """Simulated experts scatter around them, so that there they count."""
    notes = unused_weights(TREE, ModelSettings(weights=weights), simulated)
    assert [note.values["written"] for note in notes] == unused


def test_who_judges_in_a_circle_is_named_beside_the_ratio():
    rows = pd.DataFrame({"left": ["B1", "B2", "B3"], "right": ["B2", "B3", "B1"], "value": [2.0, 2.0, 1.5]})
    consistency = tree_weights(
        rows.assign(expert="7", node="B"), TREE, ModelSettings(consistency_limit=0.3)
    ).consistency
    row = consistency.query("expert == '7'").iloc[0]
    assert Voice().say(row["circle"]) == "room to grow over strength over loyalty over room to grow"
    assert Voice().say(row["breaks"]) == "loyalty over room to grow: 1 in place of 1.5"


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
    assert found.consistency.empty and note in said(found)[0]


def test_opinions_hold_every_expert_and_the_group():
    found = tree_weights(JUDGEMENTS, TREE, ModelSettings())
    table = opinions_by_expert(found, TREE)
    assert set(table["expert"]) == {"1", "2", "3", "4", "5", "all"}
    assert table["code"].drop_duplicates().tolist() == [c for c in found.local.index if c not in ("A11", "A41")]
    group = table[table["expert"] == "all"].set_index("code")["weight"]
    pd.testing.assert_series_equal(group, found.local[group.index], check_names=False)


def test_repairs_are_suggested_and_not_applied_unless_asked():
    suggested = tree_weights(JUDGEMENTS, TREE, ModelSettings())
    left_alone = tree_weights(JUDGEMENTS, TREE, ModelSettings(repair="none"))
    assert left_alone.repairs.empty
    pd.testing.assert_series_equal(suggested.local, left_alone.local)
    assert suggested.repairs[["node", "expert", "applied"]].drop_duplicates().values.tolist() == [["B", "5", False]]
    assert suggested.repairs["ratio_before"].unique() == suggested.consistency["consistency_ratio"].max()


def test_what_was_applied_is_listed_said_and_leaves_nobody_over_the_limit():
    found = tree_weights(JUDGEMENTS, TREE, ModelSettings(repair="apply"))
    assert found.consistency["consistent"].all()
    assert found.repairs["applied"].all() and len(found.notes) == len(found.repairs) == 1
    row = found.repairs.iloc[0]
    assert said(found)[0].startswith("Changed at B (potential value): expert 5 judged ")
    assert f"CR {row['ratio_before']:.3f} becomes {row['ratio_after']:.3f}" in said(found)[0]
    others = JUDGEMENTS[~((JUDGEMENTS["expert"] == "5") & (JUDGEMENTS["node"] == "B"))]
    elsewhere = [code for code in found.local.index if not code.startswith("B") or len(code) > 2]
    pd.testing.assert_series_equal(found.local[elsewhere], tree_weights(others, TREE, ModelSettings()).local[elsewhere])


def test_every_repair_tells_the_ratio_it_began_from():
    codes = TREE.children("A")
    pairs = [(left, right) for place, left in enumerate(codes) for right in codes[place + 1 :]]
    values = [9.0, 1 / 9, 9.0, 9.0, 1 / 9, 9.0]
    wild = pd.DataFrame([("x", "A", *pair, value) for pair, value in zip(pairs, values, strict=True)],
                        columns=list(JUDGEMENTS.columns))  # fmt: skip
    repairs = tree_weights(wild, TREE, ModelSettings(repair="apply")).repairs
    assert len(repairs) > 1
    assert repairs["ratio_before"].tolist()[1:] == repairs["ratio_after"].tolist()[:-1]


def test_pairs_left_open_are_filled_in_and_said():
    row = JUDGEMENTS.query("expert == '2' and node == 'A'").index[0]
    found = tree_weights(JUDGEMENTS.drop(row), TREE, ModelSettings())
    own = found.consistency.query("expert == '2' and node == 'A'").iloc[0]
    assert own["missing"] == 1
    assert any(note.startswith("Expert 2 left 1 of 6 pairs open at A (current value)") for note in said(found))
    assert abs(found.local - tree_weights(JUDGEMENTS, TREE, ModelSettings()).local).max() < 0.05


@pytest.mark.parametrize(
    ("judgements", "settings"), [(JUDGEMENTS, ModelSettings(weights="equal")), (JUDGEMENTS[:0], ModelSettings())]
)
def test_what_hangs_on_experts_is_absent_where_nobody_was_asked(judgements, settings):
    experts = experts_asked(tree_weights(judgements, TREE, settings))
    assert experts.why.key == "model.nobody_asked"
    for part in (consistency_ratios, contradictions, consistency_numbers):
        assert not is_known(part(experts))
    assert not is_known(opinion_spread(opinions_by_expert(experts, TREE)))
    assert not is_known(firmest(experts, judgements, TREE, "expert"))


def test_ratios_are_those_of_three_elements_and_more_by_the_names_of_their_nodes():
    ratios = consistency_ratios(tree_weights(JUDGEMENTS, TREE, ModelSettings()))
    assert (ratios["n"] > 2).all() and ratios["consistency_ratio"].notna().all()
    assert ratios["node"].iloc[0] == "current value"
    pairs = JUDGEMENTS[JUDGEMENTS["node"].isin(["value", "A2"])]
    assert consistency_ratios(tree_weights(pairs, TREE, ModelSettings())).why.key == "model.nothing_can_contradict"


def test_numbers_of_consistency_count_experts_and_not_the_group():
    numbers = consistency_numbers(tree_weights(JUDGEMENTS, TREE, ModelSettings()))
    assert numbers["experts"] == 5 and numbers["inconsistent"] == 1 and numbers["largest"] > 0.1


def test_contradictions_are_read_by_the_names_of_their_nodes_or_absent_for_a_reason():
    found = contradictions(tree_weights(JUDGEMENTS, TREE, ModelSettings()))
    told = repairs_to_read(found, TREE)
    assert set(told["node"]) == {"potential value"} and not told["applied"].any()
    assert Voice().say(told["judgement"].iloc[0]) == "room to grow over strength"
    unasked = contradictions(tree_weights(JUDGEMENTS, TREE, ModelSettings(repair="none")))
    nobody = contradictions(tree_weights(JUDGEMENTS, TREE, ModelSettings(consistency_limit=2.0)))
    assert (unasked.why.key, nobody.why.key) == ("model.no_repair_asked_for", "model.nobody_contradicts")


def test_the_spread_of_opinions_begins_with_the_closest():
    spread = opinion_spread(opinions_by_expert(tree_weights(JUDGEMENTS, TREE, ModelSettings()), TREE))
    assert spread["apart"].is_monotonic_increasing
    assert (spread["highest"] - spread["lowest"]).tolist() == spread["apart"].tolist()
    assert spread["weight"].between(spread["lowest"] - 1e-9, spread["highest"] + 1e-9).mean() > 0.9
