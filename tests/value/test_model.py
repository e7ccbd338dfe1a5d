import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.errors import CrmError
from crmlib.tree import Tree
from crmlib.value import ValueModel
from crmlib.value.model import fingerprint
from crmlib.words.voice import Voice

TREE = Tree.model_validate({"nodes": [
    {"code": "A", "name": "current"}, {"code": "B", "name": "potential"},
    {"code": "A1", "parent": "A", "name": "money", "measure": "a1", "scale": "asinh"},
    {"code": "A2", "parent": "A", "name": "cost", "measure": "a2", "direction": "cost"},
    {"code": "B1", "parent": "B", "name": "group"},
    {"code": "B11", "parent": "B1", "name": "growth", "measure": "b11"},
    {"code": "B12", "parent": "B1", "name": "grade", "measure": "b12"},
    {"code": "B2", "parent": "B", "name": "tenure", "measure": "b2"},
]})  # fmt: skip
WEIGHTS = pd.Series({"A1": 0.45, "A2": 0.15, "B11": 0.1, "B12": 0.1, "B2": 0.2})


def table(seed=0, n=60, missing=0.1):
    rng = np.random.default_rng(seed)
    values = pd.DataFrame({leaf: rng.normal(size=n) * (1e6 if leaf == "A1" else 1) for leaf in TREE.leaves})
    gaps = rng.random(values.shape) < missing
    gaps[:, 4] = gaps[:, 0] = False
    return values.mask(gaps).set_axis([f"{number:06d}" for number in range(n)])


tables = st.integers(0, 2**32 - 1).map(table)


@settings(max_examples=30)
@given(tables)
def test_scores_lie_between_0_and_100(indicators):
    scores = ValueModel.fit(indicators, TREE, WEIGHTS).score(indicators)
    assert scores.columns.tolist() == ["current", "potential", "total"]
    assert ((scores >= 0) & (scores <= 100)).all(axis=None)


@settings(max_examples=30)
@given(tables)
def test_contributions_add_up_to_the_total(indicators):
    model = ValueModel.fit(indicators, TREE, WEIGHTS)
    np.testing.assert_allclose(model.contributions(indicators).sum(axis=1), model.score(indicators)["total"], atol=1e-8)
    np.testing.assert_allclose(model.effective_weights(indicators).sum(axis=1), 1)


@settings(max_examples=30)
@given(tables, st.randoms(use_true_random=False))
def test_row_and_column_order_and_ids_never_matter(indicators, random):
    rows, columns = list(indicators.index), list(indicators.columns)
    random.shuffle(rows), random.shuffle(columns)
    first, second = (ValueModel.fit(t, TREE, WEIGHTS) for t in (indicators, indicators.loc[rows, columns]))
    pd.testing.assert_frame_equal(
        first.score(indicators), second.score(indicators.loc[rows, columns]).loc[indicators.index]
    )
    renamed = indicators.set_axis([f"x{who}" for who in indicators.index])
    assert (first.score(renamed).to_numpy() == first.score(indicators).to_numpy()).all()


@settings(max_examples=30)
@given(tables, st.floats(1e-4, 1e4))
def test_money_in_another_unit_gives_the_same_scores(indicators, factor):
    scaled = indicators.assign(A1=indicators["A1"] * factor)
    first, second = (ValueModel.fit(t, TREE, WEIGHTS).score(t) for t in (indicators, scaled))
    np.testing.assert_allclose(first, second, atol=2e-8)


@settings(max_examples=30)
@given(tables, st.floats(0.05, 0.95))
def test_the_level_1_weight_moves_the_total_and_neither_axis(indicators, share):
    weights = pd.concat([WEIGHTS[["A1", "A2"]] / 0.6 * share, WEIGHTS[["B11", "B12", "B2"]] / 0.4 * (1 - share)])
    first, second = (ValueModel.fit(indicators, TREE, w).score(indicators) for w in (WEIGHTS, weights))
    pd.testing.assert_frame_equal(first[["current", "potential"]], second[["current", "potential"]], atol=2e-9)
    expected = share * first["current"] + (1 - share) * first["potential"]
    np.testing.assert_allclose(second["total"], expected, atol=1e-8)


def test_a_model_saved_and_loaded_scores_the_same_to_the_last_bit(jd, jd_indicators):
    model = ValueModel.fit(jd_indicators, jd.tree, jd.tree.leaf_weights(jd.tree.reference_weights()))
    document = json.dumps(model.as_dict())
    loaded = ValueModel.from_dict(json.loads(document))
    pd.testing.assert_frame_equal(loaded.score(jd_indicators), model.score(jd_indicators), rtol=0, atol=0)
    assert len(document) < 20_000


def test_scoring_next_years_book_changes_no_anchor():
    model = ValueModel.fit(table(0), TREE, WEIGHTS)
    before = model.as_dict()
    other = table(1).set_axis([f"n{number}" for number in range(60)])
    model.score(other)
    assert model.as_dict() == before
    both = model.score(pd.concat([table(0), other]))
    pd.testing.assert_frame_equal(both.iloc[:60], model.score(table(0)))


def test_one_customer_scored_alone_gets_the_same_score():
    indicators = table(0)
    model = ValueModel.fit(indicators, TREE, WEIGHTS)
    pd.testing.assert_frame_equal(model.score(indicators.iloc[[5]]), model.score(indicators).iloc[[5]])


def test_a_missing_indicators_weight_goes_to_its_siblings():
    indicators = table(0, missing=0.0)
    model = ValueModel.fit(indicators, TREE, WEIGHTS)
    gap = indicators.copy()
    gap.iloc[0, gap.columns.get_loc("B11")] = np.nan
    weights = model.effective_weights(gap).iloc[0]
    assert weights["B12"] == pytest.approx(0.2)
    assert weights["B2"] == pytest.approx(0.2)
    assert weights["B11"] == 0


def test_a_customer_without_any_indicator_on_an_axis_has_no_score_there():
    indicators = table(0)
    indicators.iloc[3, [2, 3, 4]] = np.nan
    scores = ValueModel.fit(indicators, TREE, WEIGHTS).score(indicators)
    assert scores.iloc[3].isna().tolist() == [False, True, True]


def test_what_is_absent_or_flat_drops_out_with_a_note():
    indicators = table(0).drop(columns="B11").assign(A2=1.0)
    model = ValueModel.fit(indicators, TREE, WEIGHTS)
    assert model.tree.leaves == ("A1", "B12", "B2")
    assert model.weights.round(6).to_dict() == {"A1": 0.6, "B12": 0.2, "B2": 0.2}
    assert [Voice().say(note) for note in model.notes] == [
        "B11 (growth) drops out: the book does not have what it needs.",
        "A2 (cost) drops out: it tells no customers apart.",
    ]
    assert ValueModel.from_dict(model.as_dict()).notes == model.notes


def test_cost_indicators_are_reversed_after_scaling():
    indicators = table(0, missing=0.0)
    points = ValueModel.fit(indicators, TREE, WEIGHTS).scaled(indicators)
    assert points["A2"].idxmax() == indicators["A2"].idxmin()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t, w: (t.rename(columns={"B2": "B3"}), w), r"B3 is no indicator of the tree. Did you mean B2\?"),
        (lambda t, w: (t, w.drop("B2")), "weights must name every indicator: B2 are missing"),
        (lambda t, w: (t, w * 2), "must sum to 1, found smallest 0.2, sum 2"),
        (lambda t, w: (t, w.where(w.index != "A1", -0.45)), "must not be negative.*found smallest -0.45"),
        (lambda t, w: (t.drop(columns=["A1", "A2"]), w), r"axis A \(current\) has no indicator left"),
    ],
)
def test_a_wrong_fit_says_what_is_wrong(change, message):
    with pytest.raises(CrmError, match=message):
        indicators, weights = change(table(0), WEIGHTS)
        ValueModel.fit(indicators, TREE, weights)


def test_scoring_names_the_columns_that_are_missing():
    model = ValueModel.fit(table(0), TREE, WEIGHTS)
    with pytest.raises(CrmError, match="the model needs the indicators A2, B2, which the table does not have"):
        model.score(table(0).drop(columns=["A2", "B2"]))


def test_the_fingerprint_knows_the_values_and_not_their_order():
    indicators = table(0)
    assert fingerprint(indicators) == fingerprint(indicators.iloc[::-1, ::-1])
    assert fingerprint(indicators) != fingerprint(indicators * 2)
