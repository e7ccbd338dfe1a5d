"""Other weights than the study's, on its own scaled indicators."""

from dataclasses import replace

import pandas as pd
import pytest

from crmlib.value.grades import refitted
from crmlib.value.model import ValueModel
from crmlib.value.weightings import (
    STUDY,
    fill_by_siblings,
    furthest_weighting,
    is_joined,
    other_weightings,
    weightings_table,
)
from crmlib.value.weights import combine, critic, entropy


@pytest.fixture(scope="module")
def some(jd_indicators):
    return jd_indicators.iloc[:150]


@pytest.fixture(scope="module")
def model(jd, some):
    return ValueModel.fit(some, jd.tree, jd.tree.leaf_weights(jd.tree.reference_weights()))


@pytest.fixture(scope="module")
def points(some, model):
    return fill_by_siblings(some, model)


def test_filled_points_weigh_up_to_the_models_scores(some, model, points):
    assert points.notna().all(axis=None) and some.isna().any(axis=None)
    total = points @ model.weights
    assert total.to_numpy() == pytest.approx(model.score(some)["total"].to_numpy())


def test_every_method_keeps_the_weight_of_the_axes(points, model):
    found, _ = other_weightings(points, model)
    assert list(found)[:4] == [STUDY, "equal", "entropy", "CRITIC"]
    for weights in found.values():
        assert list(weights.index) == list(model.tree.leaves) and (weights >= 0).all()
        for axis in model.tree.axes:
            assert weights[list(model.tree.leaves_of(axis))].sum() == pytest.approx(model.local[axis])


@pytest.mark.parametrize(("name", "method"), [("entropy", entropy), ("CRITIC", critic)])
def test_the_data_are_asked_axis_by_axis(points, model, name, method):
    axis = model.tree.axes[1]
    leaves = list(model.tree.leaves_of(axis))
    expected = method(points[leaves]) * model.local[axis]
    pd.testing.assert_series_equal(other_weightings(points, model)[0][name][leaves], expected)


def test_joined_weights_join_the_studys_to_those_of_the_data(points, model):
    found, _ = other_weightings(points, model)
    axis = model.tree.axes[0]
    leaves, share = list(model.tree.leaves_of(axis)), model.local[axis]
    expected = combine(model.weights[leaves] / share, found["CRITIC"][leaves] / share, "multiplicative") * share
    pd.testing.assert_series_equal(found["multiplicative with CRITIC"][leaves], expected)


def test_entropy_of_ranks_is_refused_and_what_it_would_be_joined_to_is_left_out(some, model):
    ranked = refitted(model, some, "rank")
    found, refused = other_weightings(fill_by_siblings(some, ranked), ranked)
    assert refused["entropy"].startswith("entropy weights of percentile ranks are equal by construction: A11, A21, ")
    assert not any("entropy" in name for name in found)


def test_a_game_that_is_refused_says_why(points, model):
    """Weights all but on the leaf that weighs most by the data lie beyond these: a negative share of the data."""
    data = other_weightings(points, model)[0]["CRITIC"]
    heaviest = [data[list(model.tree.leaves_of(axis))].idxmax() for axis in model.tree.axes]
    lopsided = data.where(data.index.isin(heaviest), 1e-6)
    found, refused = other_weightings(points, replace(model, weights=lopsided / lopsided.sum()))
    assert "raw α is" in refused["game with CRITIC"] and "game with CRITIC" not in found


def test_equal_weights_are_no_alternative_to_equal_weights(points, model):
    tree = model.tree
    local = pd.Series({child: 1 / len(tree.children(group)) for group in tree.groups for child in tree.children(group)})
    assert "equal" not in other_weightings(points, model.reweighted(local))[0]


def test_a_reweighted_model_leaves_out_what_dropped_out(jd, some, model):
    without = ValueModel.fit(some.drop(columns="A22"), jd.tree, jd.tree.leaf_weights(jd.tree.reference_weights()))
    again = without.reweighted(jd.tree.reference_weights())
    pd.testing.assert_series_equal(again.weights, without.weights)
    assert again.weights["A21"] == pytest.approx(model.weights[["A21", "A22"]].sum())


def test_weightings_stand_beside_each_other_by_indicator_or_are_absent(points, model):
    found, _ = other_weightings(points, model)
    table = weightings_table(found, model.tree)
    assert list(table)[:3] == ["code", "name", STUDY] and len(table) == len(model.tree.leaves)
    assert weightings_table({STUDY: model.weights}, model.tree).why.key == "model.no_other_weighting"


def test_the_furthest_weighting_is_one_that_is_not_joined_to_the_studys(some, points, model):
    found, _ = other_weightings(points, model)
    far = furthest_weighting(weightings_table(found, model.tree), model.scaled(some))
    apart = {name: (weights - model.weights).abs().sum() / 2 for name, weights in found.items() if not is_joined(name)}
    assert far.weighting == max(apart, key=apart.get) and far.moved == pytest.approx(apart[far.weighting])
    assert far.gain > 0 and far.loss > 0 and 0 < far.crowd <= 1
    joined = weightings_table({name: found[name] for name in (STUDY, "linear with entropy")}, model.tree)
    assert furthest_weighting(joined, points).why.key == "model.no_other_weighting"
