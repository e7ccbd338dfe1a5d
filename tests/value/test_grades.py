"""The five grades and the null books."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.study import ScoresSettings
from crmlib.tree import Node, Tree
from crmlib.value import ValueModel
from crmlib.value.grades import (
    GRADES,
    KINDS,
    SCALES,
    _shuffled,
    go_together,
    grade_shares,
    grades_beside_null,
    middle_by_scaling,
    middle_numbers,
    middle_to_read,
    null_shares,
    refitted,
    score_spread,
)

TREE = Tree(
    nodes=(
        Node(code="A", name="current"),
        Node(code="B", name="potential"),
        *(Node(code=f"A{i}", name=f"a{i}", parent="A", formula=f"a{i}", scale="asinh") for i in (1, 2, 3)),
        *(Node(code=f"B{i}", name=f"b{i}", parent="B", formula=f"b{i}") for i in (1, 2, 3)),
    )
)
SETTINGS = ScoresSettings(null_books=40)


def book(link, n=300, seed=0):
    """Indicators that share a factor to the degree ``link``, with some missing."""
    rng = np.random.default_rng(seed)
    values = np.exp(link * rng.normal(size=(n, 1)) + rng.normal(size=(n, 6)))
    table = pd.DataFrame(values, columns=TREE.leaves, index=[f"{i:05d}" for i in range(n)]).rename_axis("customer_id")
    return table.mask(rng.random(table.shape) < 0.05)


def model(table):
    return ValueModel.fit(table, TREE, pd.Series(1 / 6, index=TREE.leaves))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50))
def test_every_score_has_one_grade_and_the_shares_sum_to_one(totals):
    total = pd.Series(totals)
    shares = grade_shares(total)
    assert shares.index.tolist() == list(GRADES)
    assert shares.sum() == pytest.approx(1)


def test_a_score_on_a_bound_belongs_to_the_higher_grade():
    shares = grade_shares(pd.Series([0.0, 19.999, 20, 40, 59.9, 60, 80, 100]))
    assert (8 * shares).tolist() == pytest.approx([2, 1, 2, 1, 2])


def test_unrelated_indicators_look_like_the_null_and_related_ones_leave_the_middle():
    alone, linked = (grades_beside_null(book(link), model(book(link)), SETTINGS, seed=1) for link in (0.0, 2.0))
    for table, less in ((alone, False), (linked, True)):
        middle = table[(table["grade"] == GRADES[2]) & (table["scaling"] == "percentile rank")].iloc[0]
        assert (middle["share"] < middle["null_low"]) == less
        assert middle["ranked_low"] - 0.03 < middle["share"] < middle["ranked_high"] + 0.03
        assert middle["low"] < middle["share"] < middle["high"]


def test_every_scaling_has_five_grades_that_sum_to_one():
    table = grades_beside_null(book(1.0), model(book(1.0)), SETTINGS, seed=1)
    assert table["scaling"].drop_duplicates().tolist() == list(SCALES)
    assert table.groupby("scaling")[["share", "null_mean", "ranked_mean"]].sum().to_numpy() == pytest.approx(1.0)
    assert ((table["null_low"] <= table["null_mean"] + 1e-12) | (table["null_mean"] < 0.05)).all()


def test_neither_row_order_nor_ids_matter_and_the_seed_does():
    table = book(1.0)
    turned = table.sample(frac=1, random_state=3).set_axis([f"x{i}" for i in range(len(table))])
    straight = grades_beside_null(table, model(table), SETTINGS, seed=1)
    pd.testing.assert_frame_equal(grades_beside_null(turned, model(turned), SETTINGS, seed=1), straight)
    assert not grades_beside_null(table, model(table), SETTINGS, seed=2).equals(straight)


@pytest.mark.parametrize("kind", KINDS)
def test_null_books_keep_each_column_and_its_missing_values(monkeypatch, kind):
    table = book(1.0, n=50)
    draw = partial(_shuffled, *table.shape) if kind == "null" else go_together(table, model(table)).orders
    seen = []
    fitted = model(table)
    monkeypatch.setattr(
        ValueModel, "score_points", lambda self, frame: seen.append(frame) or pd.DataFrame({"total": frame["A1"] * 0})
    )
    monkeypatch.setattr("crmlib.value.grades._ROWS_AT_ONCE", 100)
    found = null_shares(table, [fitted, fitted], ScoresSettings(null_books=5), draw, np.random.default_rng(0))
    assert [shares.shape for shares in found] == [(5, 5), (5, 5)]
    assert [len(frame) for frame in seen] == [100, 100, 100, 100, 50, 50]
    assert seen[0].equals(seen[1])
    for leaf in TREE.leaves:
        one = seen[0][leaf].to_numpy()[:50]
        assert np.array_equal(np.sort(one), np.sort(fitted.scaled(table)[leaf].to_numpy()), equal_nan=True)


def test_refitting_changes_the_scale_and_nothing_else():
    table = book(1.0)
    again = refitted(model(table), table, "rank")
    assert {again.tree[leaf].scale for leaf in again.tree.leaves} == {"rank"}
    pd.testing.assert_series_equal(again.weights, model(table).weights)


def test_the_middle_grade_stands_alone_with_its_key_numbers():
    middle = middle_by_scaling(grades_beside_null(book(1.0), model(book(1.0)), SETTINGS, seed=1))
    assert middle["scaling"].tolist() == list(SCALES)
    numbers = middle_numbers(middle)
    assert numbers["middle_share"] == middle["share"].iloc[0] and numbers["middle_ranked_low"] > 0
    own = middle.iloc[0]
    assert middle_to_read(middle)["ranked_mean"][0] == tuple(own[["ranked_mean", "ranked_low", "ranked_high"]])
    assert numbers["middle_least"] == middle["share"].min() and numbers["middle_most"] == middle["share"].max()


def test_the_spread_of_the_scores():
    scores = pd.DataFrame({"current": range(101), "potential": range(100, -1, -1), "total": range(101)}, dtype=float)
    spread = score_spread(scores)
    assert spread["half"] == (25.0, 75.0) and spread["top"] == 99.0
    assert spread["correlation"] == pytest.approx(-1)
