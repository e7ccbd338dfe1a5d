import numpy as np
import pandas as pd
import pytest

from crmlib.matrix.classes import CLASSES, Cuts
from crmlib.matrix.moves import LEVERS, cheapest_pairs, single_changes
from crmlib.value.grades import refitted
from crmlib.value.model import ValueModel


@pytest.fixture(scope="module", params=[None, "minmax", "z", "rank"])
def graded(request, jd, jd_indicators):
    """Model, indicators and cuts of the study, and under other scales."""
    model = ValueModel.fit(jd_indicators, jd.tree, jd.tree.leaf_weights(jd.tree.reference_weights()))
    model = refitted(model, jd_indicators, request.param) if request.param else model
    indicators = jd_indicators[model.score(jd_indicators)["total"].notna()]
    return model, indicators, Cuts.fit(model.score(indicators), ("p70", "median"))


def classes(model, indicators, cuts):
    scores = model.score(indicators)
    return cuts.classify(scores)


def far(model, indicators, cuts):
    """Who is so far from both cuts that a hundredth of the way is more than rounding."""
    return (model.score(indicators)[["current", "potential"]] - list(cuts)).abs().min(axis=1) > 1e-6


def test_a_single_change_brings_every_class_over_the_cut_and_one_percent_less_does_not(graded):
    model, indicators, cuts = graded
    own, changes, clear = classes(*graded), single_changes(*graded), far(*graded)
    assert set(own[changes.notna().any(axis=1)]) == set(CLASSES)
    for leaf in changes:
        some = changes[leaf].notna()
        assert some.any() == (model.tree[leaf].formula in LEVERS)
        for share, flips in ((1.0, True), (0.99, False)):
            moved = indicators.assign(**{leaf: indicators[leaf] + share * changes[leaf].fillna(0.0)})
            assert ((classes(model, moved, cuts) != own)[some & clear] == flips).all()


def test_where_no_single_change_is_given_the_ends_of_the_scale_do_not_reach(graded):
    model, indicators, cuts = graded
    own, changes = classes(*graded), single_changes(*graded)
    for leaf in changes:
        none = changes[leaf].isna() & indicators[leaf].notna() & (model.tree[leaf].formula in LEVERS)
        ends = [model.scalings[leaf].low, model.scalings[leaf].high]
        for end in ends[: 1 if model.tree[leaf].formula == "product_gap" else 2]:
            moved = indicators.assign(**{leaf: indicators[leaf].mask(none, end)})
            assert (classes(model, moved, cuts) == own)[none].all()


def test_a_pair_brings_the_customer_over_and_costs_no_more_than_the_best_of_its_two(graded):
    model, indicators, cuts = graded
    own, pairs, clear = classes(*graded), cheapest_pairs(*graded), far(*graded)
    points, singles = model.scaled(indicators), single_changes(*graded)
    for _, part in pairs.groupby("axis"):
        part = part.set_index("customer_id").dropna()
        assert len(part) > 100 and {model.tree[leaf].formula for leaf in [*part["first"], *part["second"]]} <= LEVERS
        for share, flips in ((1.0, True), (0.99, False)):
            moved = indicators.loc[part.index].copy()
            for name in ("first", "second"):
                for leaf, rows in part.groupby(name):
                    moved.loc[rows.index, leaf] += share * rows[f"{name}_change"]
            changed = classes(model, moved, cuts) != own[part.index]
            assert (changed[clear[part.index]] == flips).all()
        for leaf, rows in part.groupby("first"):
            alone = indicators.loc[rows.index].assign(**{leaf: lambda t, leaf=leaf: t[leaf] + singles[leaf]})
            cost = (model.scaled(alone)[leaf] - points.loc[rows.index, leaf]).abs()
            assert (rows["points"] <= cost.fillna(np.inf) + 1e-6).all()


def test_nobody_moves_by_what_no_bank_can_work_on_or_by_a_product_fewer(graded):
    """Customers were to be moved by longer tenure, a better outlook and one product fewer."""
    model, indicators, cuts = graded
    changes, pairs = single_changes(model, indicators, cuts), cheapest_pairs(model, indicators, cuts)
    others = [leaf for leaf in changes if model.tree[leaf].formula not in LEVERS]
    assert {"B11", "B24", "B31"} <= set(others) and changes[others].isna().all(axis=None)
    assert (changes["B12"].dropna() < 0).all()
    for name in ("first", "second"):
        assert (pairs.loc[pairs[name] == "B12", f"{name}_change"] < 0).all()


def test_an_unknown_indicator_moves_nobody(graded):
    model, indicators, cuts = graded
    changes = single_changes(model, indicators, cuts)
    assert changes.isna()[indicators[list(changes)].isna()].sum().sum() == indicators[list(changes)].isna().sum().sum()


def test_a_customer_on_the_cut_is_high_and_falls_by_the_least_step():
    from crmlib.tree import Tree

    nodes = [{"code": "A", "name": "a"}, {"code": "B", "name": "b"}]
    nodes += [{"code": c, "name": c, "parent": c[0], "formula": "fee_income"} for c in ("A1", "B1")]
    tree = Tree.model_validate({"nodes": nodes})
    table = pd.DataFrame({"A1": [0.0, 50, 100], "B1": [0.0, 50, 100]}, index=["x", "y", "z"]).rename_axis("customer_id")
    model = ValueModel.fit(table, tree, pd.Series({"A1": 0.5, "B1": 0.5}), winsor=0.0)
    changes = single_changes(model, table, (50.0, 50.0))
    assert changes.loc["x", "A1"] == pytest.approx(50)
    assert -1e-8 < changes.loc["y", "A1"] < 0
    assert cheapest_pairs(model, table, (50.0, 50.0))["first"].isna().all()  # an axis of one indicator has no pair
