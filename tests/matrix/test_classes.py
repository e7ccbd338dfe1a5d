"""Cuts and classes: exact rules, ties, and that order and names of customers never matter."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.absent import Absent
from crmlib.cut import COMPARED, Cut, CutError
from crmlib.errors import SettingsError
from crmlib.matrix import CLASSES, LABELS, Cuts, MatrixError, fit_classes, of_basis
from crmlib.matrix.classes import fit_cut, is_high
from crmlib.study import Study
from crmlib.value import ValueModel
from crmlib.words.messages import say

points = st.lists(st.integers(0, 1000).map(lambda value: value / 10), min_size=1, max_size=40)
pairs = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=40)


def axis(values, name="current"):
    return pd.Series(values, index=[f"{n:06d}" for n in range(len(values))], dtype=float, name=name)


def both(rows):
    """Scores of both axes."""
    return pd.DataFrame({"current": axis([a for a, _ in rows]), "potential": axis([b for _, b in rows])})


@pytest.mark.parametrize(
    ("rule", "cut"),
    [("median", 30.0), ("mean", 40.0), ("p70", 38.0), ("top20", 100.0), ("top40", 40.0), ("top21", 40.0),
     ("midpoint", 50.0), ("kmeans", 62.5)],
)  # fmt: skip
def test_each_rule_on_five_scores(rule, cut):
    assert fit_cut(axis([40.0, 10.0, 100.0, 20.0, 30.0]), rule) == cut


def test_kmeans_finds_the_split_with_least_squares_of_all():
    values = np.array([1.0, 2.0, 2.0, 3.0, 20.0, 21.0, 50.0])
    within = [values[:k].var() * k + values[k:].var() * (7 - k) for k in range(1, 7)]
    best = int(np.argmin(within)) + 1
    assert fit_cut(axis(values), "kmeans") == pytest.approx((values[:best].mean() + values[best:].mean()) / 2)


def test_top20_takes_everybody_who_ties_with_its_last():
    scores = axis([90.0, 80.0, 80.0, 80.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0])
    assert is_high(scores, fit_cut(scores, "top20")).sum() == 4


@pytest.mark.parametrize("rule", [rule for rule in COMPARED if rule != "midpoint"])
def test_equal_scores_give_their_value_as_cut_and_are_all_high(rule):
    scores = axis([33.3] * 7)
    assert fit_cut(scores, rule) == 33.3
    assert is_high(scores, fit_cut(scores, rule)).all()


def test_both_axes_at_once_as_rule_or_pair():
    scores = pd.DataFrame({"current": [10.0, 20, 30], "potential": [3.0, 2, 1]})
    assert tuple(Cuts.fit(scores, "median")) == (20.0, 2.0)
    assert tuple(Cuts.fit(scores, ("top20", "mean"))) == (30.0, 2.0)


def test_a_score_on_the_cut_is_high_after_rounding_to_nine_decimals():
    scores = axis([50.0, 50.0 - 4e-10, 50.0 - 6e-10])
    assert is_high(scores, 50.0).tolist() == [True, True, False]


def test_quadrants_have_their_names():
    scores = both([(60, 60), (60, 40), (40, 60), (40, 40)])
    assert Cuts(50, 50).classify(scores).tolist() == list(CLASSES)
    swapped = {**LABELS, "high_low": "iron", "low_high": "gold"}
    assert Cuts(50, 50, labels=swapped).classify(scores).tolist() == ["platinum", "iron", "gold", "lead"]
    assert Cuts(50, 50, labels=("a", "b", "c", "d")).classify(scores).tolist() == ["a", "b", "c", "d"]


def test_classes_are_named_best_first_however_their_labels_were_written():
    shuffled = dict(sorted(LABELS.items(), reverse=True))
    assert Cuts(50, 50, labels=shuffled).classes == ("platinum", "gold", "iron", "lead")


@given(pairs, st.integers(0, 20), st.integers(0, 20))
def test_every_customer_has_exactly_one_class_and_equal_scores_equal_classes(rows, first, second):
    scores = both(rows)
    classes = Cuts(first, second).classify(scores)
    assert classes.index.equals(scores.index)
    assert set(classes) <= set(CLASSES)
    assert classes.groupby([scores["current"], scores["potential"]]).nunique().max() == 1


@given(points, st.sampled_from(COMPARED), st.randoms(use_true_random=False))
def test_row_order_and_ids_never_move_a_cut(values, rule, random):
    shuffled = random.sample(values, len(values))
    cut = fit_cut(axis(values), rule)
    assert cut == fit_cut(axis(shuffled), rule)
    assert cut == fit_cut(pd.Series(values, index=range(len(values), 0, -1)), rule)
    if rule != "midpoint":
        assert is_high(axis(values), cut).any()


@given(points)
def test_kmeans_parts_no_equal_scores_and_leaves_each_nearest_its_own_mean(values):
    scores = axis(values)
    high = is_high(scores, fit_cut(scores, "kmeans"))
    if high.all():
        assert (scores == scores.iloc[0]).all()
        return
    means = scores[high].mean(), scores[~high].mean()
    assert ((scores - means[0]).abs()[high] <= (scores - means[1]).abs()[high] + 1e-6).all()
    assert ((scores - means[1]).abs()[~high] <= (scores - means[0]).abs()[~high] + 1e-6).all()


def test_settings_refuse_labels_that_do_not_tell_the_classes_apart():
    with pytest.raises(
        SettingsError, match=r"matrix\.labels: must give high_high, high_low, low_high, low_low four diff"
    ):
        Study.load("jd", **{"matrix.labels": {**LABELS, "low_low": "iron"}})


def test_saved_cuts_are_read_to_the_last_bit(tmp_path):
    cuts = Cuts(100 / 3, 0.1 + 0.2, (Cut.read("p70"), Cut.read("median")), {**LABELS, "low_low": "铅"})
    cuts.save(tmp_path / "cuts.json")
    assert Cuts.load(tmp_path / "cuts.json") == cuts
    assert '"current": "p70"' in (tmp_path / "cuts.json").read_text(encoding="utf-8")


@settings(deadline=None, max_examples=30)
@given(st.floats(0.01, 0.99), st.integers(0, 2**32 - 1))
def test_the_weight_between_the_axes_never_moves_a_quadrant(share, seed):
    tree = Study.load("jd").tree
    table = pd.DataFrame(np.random.default_rng(seed).normal(size=(30, len(tree.leaves))), columns=tree.leaves)
    local = tree.reference_weights()
    moved = pd.concat([local.drop(["A", "B"]), pd.Series({"A": share, "B": 1 - share})])
    classes = []
    for weights in (local, moved):
        scores = ValueModel.fit(table, tree, tree.leaf_weights(weights)).score(table)
        classes.append(Cuts.fit(scores, ("p70", "median")).classify(scores))
    pd.testing.assert_series_equal(*classes)


@pytest.mark.parametrize(("rule", "near"), [("medain", "median"), ("p7O", "p70"), ("kmean", "kmeans"), ("p0", "p70")])
def test_a_wrong_rule_names_the_nearest(rule, near):
    with pytest.raises(CutError, match=rf"{rule} is not a rule for cuts\. Did you mean {near}\?"):
        fit_cut(axis([1.0, 2.0]), rule)


def test_scores_that_are_missing_or_none_at_all_are_refused():
    with pytest.raises(MatrixError, match=r"2 have none in current \(000001; 000003\)"):
        fit_cut(axis([1.0, np.nan, 2.0, np.nan]), "median")
    with pytest.raises(MatrixError, match="a cut by mean needs scores, found none"):
        fit_cut(axis([]), "mean")
    with pytest.raises(ValueError, match="two rules are needed, for current and potential value, found 1"):
        Cuts.fit(pd.DataFrame({"current": [1.0], "potential": [1.0]}), ["mean"])


def test_missing_scores_cuts_that_are_no_number_and_wrong_labels_are_refused():
    scores = both([(60, 60), (60, 40)])
    with pytest.raises(MatrixError, match=r"1 have none in potential \(000000\)"):
        Cuts(50, 50).classify(scores.assign(potential=scores["potential"].where(scores["potential"] < 50)))
    with pytest.raises(MatrixError, match="a cut must be a number, found nan"):
        Cuts(50, np.nan).classify(scores)
    with pytest.raises(MatrixError, match=r"high_hihg is not a quadrant\. Did you mean high_high\?"):
        Cuts(50, 50, labels={"high_hihg": "platinum"})
    with pytest.raises(MatrixError, match="four different names"):
        Cuts(50, 50, labels={**LABELS, "low_low": "iron"})


def test_numbers_are_named_by_class_where_its_label_can_stand_in_a_name():
    own = Cuts(50.0, 40.0, labels=("platinum", "乙类", "Iron", "low_low"))
    found = own.numbers("share", [1.0, 2.0, 3.0, 4.0])
    assert list(found) == ["share_platinum", "share_high_low", "share_low_high", "share_low_low"]
    assert found["share_low_low"] == 4.0
    assert own.numbers("share", Absent(say("matrix.one_year"))) == {}


def test_a_basis_that_the_scores_do_not_have_is_absent(jd):
    table = both([(1, 2), (3, 4)]).rename_axis("customer_id").reset_index().assign(basis="now")
    assert list(of_basis(table, "now")) == ["current", "potential"]
    assert of_basis(table, "base").why.key == fit_classes(of_basis(table, "base"), jd.matrix).why.key
    assert fit_classes(of_basis(table, "now"), jd.matrix)["class"].tolist() == ["lead", "platinum"]
