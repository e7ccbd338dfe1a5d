import numpy as np
import pytest
from matplotlib.colors import to_hex

from crmlib.errors import CrmError
from crmlib.report import shapes
from crmlib.report.palette import COLOURS
from crmlib.report.style import Style, save

HOSTILE = ["$x_1$", "_hidden", "<b>&amp;</b>", "${\\frac", "龘龘公司", "北京鑫晟昊\n科技", "^%#~"]


@pytest.fixture
def style():
    return Style(simulated=True, source="study jd")


def texts(figure):
    from matplotlib.text import Text

    return [each.get_text() for each in figure.findobj(Text)]


def test_hostile_names_neither_break_nor_hide_a_figure(style, tmp_path):
    figure, axes = style.panel()
    axes.set_xlabel("n")
    axes.barh([style.text(name) for name in HOSTILE], np.arange(len(HOSTILE)))
    style.finish(figure, "Names", n=len(HOSTILE))
    shown = texts(figure)
    assert {"$x_1$", " _hidden", "<b>&amp;</b>", "${\\frac", "〓〓公司", "北京鑫晟昊 科技", "^%#~"} <= set(shown)
    save(figure, tmp_path / "names.svg")


def test_a_missing_glyph_is_an_error(style):
    figure, axes = style.panel()
    axes.set_xlabel("龘")
    with pytest.raises(CrmError, match=r"lack 龘 \(U\+9F98\) in '龘'. Pass names from the data through style.text"):
        style.finish(figure, "Title")


@pytest.mark.parametrize(
    ("style", "line"),
    [
        (Style(True, source="study jd"), "Source: study jd; simulated data, not JD Branch"),
        (Style(False, source="study cumcm2020c"), "Source: study cumcm2020c"),
        (Style(True, "zh", source="jd"), "来源：jd；模拟数据，非JD支行"),
    ],
)
def test_the_source_line_says_what_is_simulated(style, line):
    assert line in texts(style.finish(style.panel()[0], "Title"))


def test_every_panel_has_its_n(style):
    figure, _ = style.panels(1, 2)
    shown = texts(style.finish(figure, "Title", n=[12, 1200]))
    assert "n = 12" in shown and "n = 1,200" in shown


def test_n_must_match_the_panels(style):
    with pytest.raises(ValueError, match="longer"):
        style.finish(style.panels(1, 2)[0], "Title", n=[1, 2, 3])


def test_money_axes_show_the_unit(style):
    figure, axes = style.panel()
    axes.set_xlabel("EVA")
    axes.plot([0, 2e6], [0, 1])
    style.show(axes, "x", "money a year")
    style.finish(figure, "Title")
    assert axes.get_xlabel() == "EVA, 万元 a year"
    assert axes.xaxis.get_major_formatter()(150_000) == "15"
    chinese = Style(simulated=True, language="zh")
    _, axes = chinese.panel()
    axes.set_ylabel("经济增加值")
    chinese.show(axes, "y", "money")
    chinese.show(axes, "x", "money a year")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("万元/年", "经济增加值，万元")


def test_percent_and_logarithmic_axes_are_plain(style):
    figure, axes = style.panel()
    axes.plot([1, 1e5], [0, 1])
    axes.set_xscale("log")
    style.show(axes, "y", "percent")
    style.finish(figure, "Title")
    assert "10,000" in texts(figure) and "40 %" in texts(figure)
    assert not any("mathdefault" in each for each in texts(figure))


def test_names_of_lines_are_spread(style):
    figure, axes = style.panel()
    for name in ("first", "second", "third"):
        shapes.line(axes, [0, 1], [0, 1], name, "accent")
    style.finish(figure, "Title")
    heights = [each.get_position()[1] for each in axes.texts if each.get_text() in ("first", "second", "third")]
    assert np.diff(sorted(heights)).min() >= 12


def test_the_same_figure_gives_the_same_bytes(style, tmp_path):
    for name in ("one", "two"):
        figure, axes = style.panel()
        axes.bar(["platinum"], [1], **style.fill("platinum"))
        axes.scatter([0], [1], **style.points("lead"))
        save(style.finish(figure, "Title"), tmp_path / f"{name}.svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_a_long_title_makes_the_figure_taller_and_the_panel_no_smaller(style):
    sizes = []
    for title in ("Short", "A long finding about platinum customers " * 4):
        figure, axes = style.panel()
        style.finish(figure, title)
        sizes.append(axes.get_window_extent().height)
    assert sizes[1] == pytest.approx(sizes[0], abs=1)


def test_lead_has_a_hatch_that_can_be_seen(style):
    assert style.fill("lead")["hatchcolor"] != style.fill("gold")["hatchcolor"]
    assert style.fill("gold")["hatch"] and style.points("gold")["marker"]


def test_what_is_no_class_has_a_colour_that_matplotlib_knows():
    assert to_hex("warm") == COLOURS["warm"].lower() and to_hex("gold") != COLOURS["gold"].lower()


def test_a_panel_is_labelled_by_the_texts_of_its_name_and_shows_what_they_say():
    style = Style(simulated=True, section="structure")
    _, axes = style.panel("value_created")
    assert axes.get_xlabel() == "customers, highest EVA first" and axes.xaxis.get_major_formatter()(0.5) == "50 %"
    assert axes.get_ylabel() == "EVA added up, 万元 a year" and axes.yaxis.get_major_formatter()(150_000) == "15"
    style.label(axes, "growth", title="money")
    assert axes.get_title("left") == style.word("growth.money") and axes.get_xlabel() == "customers, highest EVA first"
