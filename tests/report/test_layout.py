import pytest
from matplotlib.figure import Figure

from crmlib.report import layout, text

text.register()


def test_colour_bars_and_empty_panels_are_no_panels():
    figure = Figure()
    first, second = figure.subplots(1, 2)
    second.set_axis_off()
    figure.colorbar(first.imshow([[0, 1]]), ax=first)
    assert layout.panels(figure) == [first]


def test_places_of_panels_have_six_decimals_and_follow_what_is_drawn():
    figure = Figure(layout=layout.RoundedLayout())
    axes = figure.subplots(1, 3)
    figure.colorbar(axes[0].imshow([[0, 1]]), ax=axes[0])
    places = []
    for label in ("", "a label\nof two lines"):
        axes[1].set_xlabel(label)
        figure.draw_without_rendering()
        places.append([panel.get_position(original=True).get_points() for panel in figure.axes])
    for place in (*places[0], *places[1]):
        assert (place == place.round(6)).all()
    assert places[1][1][0, 1] > places[0][1][0, 1]


def test_categories_have_no_grid_lines():
    figure = Figure()
    axes = figure.subplots()
    axes.bar(["a", "b"], [1, 2])
    axes.grid(True)
    layout.plain_axes(figure)
    figure.draw_without_rendering()
    assert not axes.xaxis.get_gridlines()[0].get_visible()
    assert axes.yaxis.get_gridlines()[0].get_visible()


def test_every_text_uses_the_shipped_family():
    figure = Figure()
    assert figure.subplots().set_xlabel("x").get_fontfamily() == [text.FAMILY]


def test_glyphs_of_every_text_are_required():
    figure = Figure()
    figure.subplots().set_title("龘", loc="right")
    with pytest.raises(Exception, match="龘"):
        layout.require_glyphs(figure)
