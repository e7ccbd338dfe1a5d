"""Figures of chapter 7 draw what their tables hold."""

import numpy as np
import pandas as pd
import pytest

from crmlib.matrix import CLASSES, Cuts
from crmlib.matrix.profile import cut_sensitivity, held_by_class, spread, stage_table
from crmlib.report.figures import matrix
from crmlib.report.style import Style

STYLE = Style(simulated=True)


@pytest.fixture
def scores():
    random = np.random.default_rng(3)
    return pd.DataFrame(random.normal(50, 12, (150, 2)).clip(0, 100), columns=["current", "potential"])


@pytest.fixture
def classes(scores):
    return Cuts.fit(scores, "median").classify(scores)


def words(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_the_matrix_draws_every_customer_once_between_two_cuts_that_are_named(scores, classes):
    cuts = Cuts.fit(scores, "median")
    labels = {name: f"part of {name}" for name in CLASSES}
    figure = matrix.matrix(scores.assign(**{"class": classes}), cuts, labels, "Four classes", STYLE)
    main = figure.axes[2]
    drawn = {len(points.get_offsets()) for points in main.collections if len(points.get_offsets()) > 1}
    assert drawn == set(classes.value_counts())
    assert {f"cut {cuts[0]:.1f}", f"cut {cuts[1]:.1f}", *CLASSES, *labels.values()} <= set(words(figure))
    assert all(points.get_rasterized() for points in main.collections if len(points.get_offsets()) > 1)


def test_a_class_without_customers_is_an_empty_corner(scores):
    cuts = Cuts(101.0, 50.0)
    table = scores.assign(**{"class": cuts.classify(scores)})
    figure = matrix.matrix(table, cuts, dict.fromkeys(CLASSES, "none"), "Nobody is high", STYLE)
    assert "platinum" in words(figure)


def test_every_choice_of_a_cut_stands_with_its_share(scores):
    table = cut_sensitivity(scores, Cuts.fit(scores, ("p70", "median")), 0.1)
    figure = matrix.cut_choice(table, ("p70", "median"), 0.1, 150, STYLE)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(names) == 8
    assert sum("(in use)" in name for name in names) == 1
    assert words(figure).count("0.0 %") >= 2


def test_profile_and_next_year_show_negative_shares(classes):
    amounts = pd.DataFrame({"eva": np.where(classes == "lead", -1.0, 2.0), "hours": 1.0}, index=classes.index)
    figure = matrix.class_profile(held_by_class(classes, amounts, CLASSES), "Lead loses", STYLE)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["customers", "EVA", "RM hours"]
    assert any(text.startswith("−") for text in words(figure))
    figure = matrix.next_year(spread(classes, 1e4 * amounts["eva"], CLASSES), "Lead lost", STYLE)
    assert any(text.startswith("−") for text in words(figure))


def test_the_trend_marks_its_limits_in_percent():
    facts = pd.DataFrame({"growth": [-3.0, -0.4, 0.0, 0.1, 0.5, np.nan]})
    figure = matrix.trend(facts, 0.3, "Most are stable", STYLE)
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()][2:5] == ["−26 %", "0", "+35 %"]
    assert "n = 5" in words(figure)


def test_cells_hold_every_count_and_the_sums(classes):
    stage = pd.Series(np.where(np.arange(150) % 2, "stable", "decline"), classes.index)
    table = stage_table(classes, stage, CLASSES)
    figure = matrix.cells(table, "Half decline", STYLE, "row")
    shown = [int(text.split("\n")[0]) for text in words(figure) if not text.startswith("n =")]
    assert shown == table.to_numpy().ravel().tolist()
    assert figure.axes[0].get_xticklabels()[3].get_text() == "decline\n75 (50 %)"


def test_worth_stands_beside_its_bar_on_the_side_of_its_sign():
    table = pd.DataFrame({"class": CLASSES, "reward": [9e4, 4e4, 1e4, -2e4], "value": [4e5, 2e5, 5e4, -2.5e4]})
    figure = matrix.worth(table.assign(low=table["value"] - 2e4, high=table["value"] + 3e4), "Worth", STYLE)
    assert {"40", "20", "5", "−2.5"} <= set(words(figure))
    sides = {text.get_text(): text.get_ha() for text in figure.axes[0].texts}
    assert sides["−2.5"] == "right" and sides["40"] == "left"
    assert figure.axes[0].get_xlabel().endswith("万元")
