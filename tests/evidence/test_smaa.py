import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.evidence.smaa import class_acceptability, concentrations, draw_weights, flat, how_sure, shifts
from crmlib.matrix.classes import Cuts
from crmlib.tree import Tree
from crmlib.value.model import ValueModel

CLASSES = ["platinum", "gold", "iron", "lead"]
NODES = [("A", None), ("B", None), ("A1", "A"), ("A2", "A"), ("A11", "A1"), ("A12", "A1"), ("B1", "B"), ("B2", "B")]
TREE = Tree.model_validate(
    {
        "nodes": [
            {"code": code, "name": code} | ({"parent": parent} if parent else {})
            | ({"formula": "deposit_margin"} if code in ("A11", "A12", "A2", "B1", "B2") else {})
            for code, parent in NODES
        ]
    }
)  # fmt: skip
WEIGHTS = pd.Series({"A2": 0.3, "A11": 0.2, "A12": 0.1, "B1": 0.3, "B2": 0.1})


def table(seed, customers=60):
    """Indicators with ties, and with gaps that leave everybody something on each axis."""
    rng = np.random.default_rng(seed)
    values = pd.DataFrame(rng.integers(0, 20, (customers, 5)).astype(float), columns=[*WEIGHTS.index])
    values = values.mask(rng.random(values.shape) < 0.2)
    values["A2"] = values["A2"].fillna(3.0).where(values[["A11", "A12"]].isna().any(axis=1))
    values["B1"] = values["B1"].where(values["B2"].notna(), 5.0)
    values[["A11", "A12"]] = values[["A11", "A12"]].where(values[["A2", "A11", "A12"]].notna().any(axis=1), 1.0)
    return values.rename(index="c{}".format).rename_axis("customer_id")


def model_and_classes(indicators, rules):
    model = ValueModel.fit(indicators, TREE, WEIGHTS)
    scores = model.score(indicators)
    return model, Cuts.fit(scores, rules).classify(scores)


def narrow(model, concentration=np.inf, draws=7):
    return draw_weights(model.local, pd.Series(concentration, ["A", "B", "A1"]), model.tree, draws, [1])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["p70", "median", "top20", "mean", "kmeans", "midpoint"]))
def test_without_spread_every_customer_keeps_the_models_own_class(seed, rule):
    indicators = table(seed)
    model, classes = model_and_classes(indicators, (rule, "median"))
    result = class_acceptability(model, indicators, narrow(model), (rule, "median"))
    assert (result.own(classes) == 1).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(2, 500))
def test_shares_sum_to_one_and_equal_customers_are_treated_equally(seed, concentration):
    indicators = table(seed)
    indicators = pd.concat([indicators, indicators.rename(index="twin of {}".format)])
    model, _ = model_and_classes(indicators, ("p70", "median"))
    weights = narrow(model, concentration, 40)
    result = class_acceptability(model, indicators, weights, ("p70", "median")).classes
    assert result.sum(axis=1).to_numpy() == pytest.approx(1)
    twins = result.iloc[len(result) // 2 :].rename(index=lambda name: name.removeprefix("twin of "))
    pd.testing.assert_frame_equal(twins, result.iloc[: len(result) // 2])
    shuffled = class_acceptability(model, indicators.sample(frac=1, random_state=1), weights, ("p70", "median")).classes
    pd.testing.assert_frame_equal(shuffled.loc[result.index], result)


def test_blocks_change_nothing():
    indicators = table(3)
    model, _ = model_and_classes(indicators, ("p70", "median"))
    weights = draw_weights(*flat(model.tree), model.tree, 101, [1])
    one, many = (class_acceptability(model, indicators, weights, ("p70", "median"), central=True, at_once=n)
                 for n in (10**6, 1))  # fmt: skip
    pd.testing.assert_frame_equal(one.classes, many.classes)
    pd.testing.assert_frame_equal(one.central, many.central, atol=1e-6)


def test_scores_of_a_draw_are_those_of_the_model_with_its_weights():
    """A class that only one draw gives is the class of the model with that draw's weights, missing values included."""
    indicators = table(8)
    model, _ = model_and_classes(indicators, ("p70", "median"))
    for number, draw in draw_weights(*flat(model.tree), model.tree, 5, [4]).iterrows():
        local = pd.concat([draw, pd.Series({"A": 0.6, "B": 0.4})])
        _, scores = None, ValueModel.fit(indicators, TREE, TREE.leaf_weights(local)).score(indicators)
        expected = Cuts.fit(scores, ("p70", "median")).classify(scores)
        result = class_acceptability(model, indicators, draw.to_frame(number).T, ("p70", "median"))
        assert (result.own(expected) == 1).all()


def opinions(*experts):
    """Opinions on A1 and A2 alone; the group's are 0.7 and 0.3."""
    rows = [(code, name, weight) for name, first in (*experts, ("all", 0.7)) for code, weight in
            (("A1", first), ("A2", 1 - first))]  # fmt: skip
    return pd.DataFrame(rows, columns=["code", "expert", "weight"])


def test_the_spread_of_the_draws_is_that_of_the_experts():
    asked = opinions(("1", 0.6), ("2", 0.8), ("3", 0.75))
    concentration = concentrations(asked, TREE)
    assert concentration[["B", "A1"]].tolist() == [2, 2]  # nobody judged these: as flat as can be
    local = pd.Series({"A1": 0.7, "A2": 0.3, "A11": 0.5, "A12": 0.5, "B1": 0.5, "B2": 0.5})
    drawn = draw_weights(local, concentration, TREE, 50_000, [1])["A1"]
    assert drawn.mean() == pytest.approx(0.7, abs=0.002)
    assert drawn.var() == pytest.approx(np.mean([0.1**2, 0.1**2, 0.05**2]), rel=0.03)


def test_experts_who_agree_leave_nothing_to_draw_and_those_who_clash_no_more_than_flat():
    assert concentrations(opinions(("1", 0.7), ("2", 0.7)), TREE)["A"] == np.inf
    assert concentrations(opinions(("1", 0.0), ("2", 1.0)), TREE)["A"] == 2


def test_central_weights_average_to_the_mean_weights_and_explain_the_contested():
    indicators = table(5)
    model, classes = model_and_classes(indicators, ("p70", "median"))
    weights = narrow(model, 10.0, 400)
    result = class_acceptability(model, indicators, weights, ("p70", "median"), central=True)
    for customer in ("c0", "c1"):
        mean = result.central.xs(customer, level="customer_id").loc[CLASSES].fillna(0).T @ result.classes.loc[customer]
        assert mean.to_numpy() == pytest.approx(result.weights.to_numpy(), abs=1e-6)
    assert result.weights[["B1", "B2"]].tolist() == pytest.approx([0.75, 0.25], abs=0.02)
    table_of_shifts = shifts(result, classes, 0.9)
    assert set(table_of_shifts["code"]) == set(WEIGHTS.index)
    within = table_of_shifts[table_of_shifts["code"].isin(["B1", "B2"])].groupby("class")["shift"].sum()
    assert within.to_numpy() == pytest.approx(0, abs=1e-6)


@pytest.fixture(scope="module")
def graded(jd, jd_indicators):
    some = jd_indicators.iloc[:120]
    model = ValueModel.fit(some, jd.tree, jd.tree.leaf_weights(jd.tree.reference_weights()))
    scores = model.score(some)
    return model, some, scores.assign(**{"class": Cuts.fit(scores, jd.matrix.rules).classify(scores)})


@pytest.fixture(scope="module")
def few(jd):
    return jd.model_copy(update={"evidence": jd.evidence.model_copy(update={"draws": 60})})


def test_how_sure_counts_who_keeps_the_class_by_both_ways(graded, few, jd_book):
    found = how_sure(*graded, jd_book.judgements, few)
    assert found.ways == ["experts", "flat"]
    assert found.sure["experts"] == (found.table["experts"] >= found.least).mean()
    assert found.by_class["experts"].is_monotonic_decreasing and found.draws == 60
    assert found.numbers["sure_of_least_sure_class"] == found.by_class["experts"].min()
    assert list(found.acceptability)[:4] == ["customer_id", "class", "experts", "flat"]
    assert found.unsure["class"].is_unique and found.unsure["indicator"].notna().all()


@pytest.mark.parametrize("experts", [[], ["1"]])
def test_who_is_alone_lies_apart_from_nobody(graded, few, jd_book, experts):
    judged = jd_book.judgements
    found = how_sure(*graded, judged[judged["expert"].isin(experts)], few)
    assert found.ways == ["flat"] and "sure_experts" not in found.numbers
