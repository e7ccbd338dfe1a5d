"""Behind the model: what weighs most, what scaling does, and what is missing."""

import numpy as np
import pandas as pd
import pytest

from crmlib.study import Study
from crmlib.tree import Node, Tree
from crmlib.value import details
from crmlib.value.appraisal import Appraisal, weights_table
from crmlib.value.model import ValueModel
from crmlib.words.voice import Voice

TREE = Tree(
    nodes=(
        Node(code="K", name="今天"),
        Node(code="L", name="morgen"),
        Node(code="K1", name="Geld", parent="K", formula="deposit_margin", scale="asinh", unit="CNY", answers="prices"),
        Node(code="K2", name="Kosten", parent="K", formula="cost_ratio", direction="cost", answers="prices"),
        Node(code="L1", name="Raum", parent="L", formula="wallet_headroom", scale="asinh", unit="CNY"),
        Node(code="L2", name="Anteil", parent="L", formula="settlement_share", missing="median"),
    )
)
WEIGHTS = pd.Series([0.3, 0.2, 0.4, 0.1], index=TREE.leaves)


def made(tree=TREE, weights=WEIGHTS, missing=3):
    rng = np.random.default_rng(1)
    index = pd.Index([f"{i:03d}" for i in range(50)], name="customer_id")
    table = pd.DataFrame(np.exp(rng.normal(8, 2, (50, len(tree.leaves)))), index, list(tree.leaves))
    model = ValueModel.fit(table, tree, weights)
    lacking = pd.Series(0, index=tree.leaves)
    lacking.iloc[-1] = missing
    nobody = pd.DataFrame(columns=["customer_id", "why", "reason"])
    return Appraisal(None, model, table, model.score(table), nobody, lacking)


def weights():
    appraisal = made()
    return weights_table(appraisal.model, appraisal.model.local, TREE)


def test_axes_and_indicators_of_a_tree_with_other_codes_and_names():
    assert details.axes_of(weights())["name"].tolist() == ["今天", "morgen"]
    assert details.heaviest_first(weights())["code"].tolist() == ["L1", "K1", "K2", "L2"]


def test_what_dropped_out_is_no_indicator_of_the_model():
    table = weights()
    table.loc[table["code"] == "K2", "weight"] = 0.0
    assert "K2" not in details.heaviest_first(table)["code"].tolist()


def test_weight_is_added_up_by_problem_or_absent_where_none_is_named():
    found = details.weight_by_problem(details.heaviest_first(weights()))
    assert found["problem"].tolist() == ["prices"] and found["weight"].iloc[0] == pytest.approx(0.5)
    assert Voice().say(found["indicators"].iloc[0]) == "Geld and Kosten"
    untied = details.heaviest_first(weights()).assign(answers=None)
    assert details.weight_by_problem(untied).why.key == "model.nothing_answers"


def test_scaling_is_shown_by_the_heaviest_amount_that_most_customers_have():
    example = details.scaling_example(made(), details.heaviest_first(weights()))
    assert (example.name, example.unit) == ("Raum", "CNY")
    assert example.straight < example.points
    assert example.table.index.name == "customer_id"


def test_room_and_loyalty_are_found_by_their_formulas():
    appraisal = made()
    assert abs(details.room_and_loyalty(appraisal)) <= 1
    assert details.headroom_in_all(appraisal) == appraisal.indicators["L1"].sum() / 1e4
    without = made(TREE.without({"L1"}), pd.Series([0.4, 0.2, 0.4], index=["K1", "K2", "L2"]))
    assert details.room_and_loyalty(without).why.key == "model.room_or_loyalty_not_measured"
    assert details.headroom_in_all(without).why.key == "model.no_wallet"


def test_what_is_missing_is_listed_with_its_treatment_or_absent():
    gaps = details.missing_indicators(made(), TREE)
    assert gaps.values.tolist() == [["Anteil", 3, 3 / 50, "median"]]
    assert details.missing_indicators(made(missing=0), TREE).why.key == "model.nothing_missing"


def test_the_tree_of_the_study_names_its_root_and_nodes():
    tree = Study.load("jd").tree
    assert (tree.name("value"), tree.name("A")) == ("customer value", "current value")
