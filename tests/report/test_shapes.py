import numpy as np
import pandas as pd
import pytest

from crmlib.report import shapes
from crmlib.report.style import Style


@pytest.fixture
def axes():
    return Style(simulated=True).panel()[1]


def told(axes):
    return [each.get_text() for each in axes.texts]


def test_rows_stand_from_the_top(axes):
    shapes.rows(axes, ["first", "second"])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["first", "second"]
    assert axes.get_ylim() == (1.6, -0.6)


@pytest.mark.parametrize("upright", [False, True])
def test_bars_carry_their_texts_on_the_side_of_their_sign(axes, upright):
    bars = shapes.bars(axes, [2.0, -1.0], ["two", "minus one"], upright=upright, looks=[{"hatch": "//"}, {}])
    assert told(axes) == ["two", "minus one"] and [bar.get_hatch() for bar in bars] == ["//", None]
    sides = [text.get_va() if upright else text.get_ha() for text in axes.texts]
    assert sides == (["bottom", "top"] if upright else ["left", "right"])


def test_grouped_bars_stand_beside_each_other_about_their_row(axes):
    shapes.grouped(axes, pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}), ["A", "B"], str)
    middles = [bar.get_y() + bar.get_height() / 2 for bar in axes.patches]
    assert np.allclose(middles, [-0.2, 0.8, 0.2, 1.2]) and told(axes) == ["1.0", "2.0", "3.0", "4.0"]
    assert [text.get_text() for text in axes.legend().get_texts()] == ["A", "B"]


def test_stacked_bars_begin_where_the_last_part_ends(axes):
    first, second = shapes.stacked(axes, pd.DataFrame({"a": [1.0], "b": [3.0]}), ["A", "B"], ("cool", "warm"))
    assert (first[0].get_x(), first[0].get_width()) == (0, 1)
    assert (second[0].get_x(), second[0].get_width()) == (1, 3)
    shapes.stacked(axes, pd.DataFrame({"a": [1.0], "b": [3.0]}), ["A", "B"], ("cool", "warm"), ["three"])
    assert [(text.get_text(), text.get_color()) for text in axes.texts] == [("three", "warm")]


def test_bold_words_are_as_large_as_the_text_of_the_figure(axes):
    shapes.bold(axes, "most", (0.5, 0.5), (0, 4), color="warm")
    shapes.beside(axes, "least", (0.5, 0.5), (0, 4))
    bold, plain = axes.texts
    assert bold.get_weight() == "bold" and bold.get_size() > plain.get_size()


def test_dots_have_intervals_and_may_be_hollow(axes):
    spans = pd.DataFrame({"value": [2.0, 3.0], "low": [1.0, 2.5], "high": [4.0, 3.5]})
    shapes.dots(axes, spans, face=["paper", "accent"])
    spans, points = axes.collections
    assert [segment[:, 0].tolist() for segment in spans.get_segments()] == [[1.0, 4.0], [2.5, 3.5]]
    assert points.get_offsets().tolist() == [[2.0, 0.0], [3.0, 1.0]]
    assert points.get_facecolor()[0].tolist() == [1, 1, 1, 1] and points.get_facecolor()[1].tolist() != [1, 1, 1, 1]


def test_cells_stand_as_the_table_does_and_unknown_ones_are_empty(axes):
    table = pd.DataFrame([[0.0, 1.0], [0.5, np.nan]])
    shapes.cells(axes, table, table.map("{:.1f}".format), ["r1", "r2"], ["c1", "c2"], vmin=0, vmax=1)
    places = {text.get_text(): text.get_position() for text in axes.texts}
    assert places == {"0.0": (0.5, 0.5), "1.0": (1.5, 0.5), "0.5": (0.5, 1.5)}
    assert axes.yaxis_inverted() and axes.get_yticklabels()[0].get_rotation() == 0
    paper, dark = (text.get_color() for text in axes.texts[:2])
    assert paper != dark


def test_words_stand_on_the_side_they_are_moved_to(axes):
    shapes.beside(axes, "left below", (0, 0), (-4, -3))
    shapes.beside(axes, "above", (0, 0), (0, 3))
    assert [(text.get_ha(), text.get_va()) for text in axes.texts] == [("right", "top"), ("center", "bottom")]
