import re

import pytest

from crmlib.report.site.figures import Page, small, stylesheet, themed
from crmlib.words.voice import Voice


@pytest.fixture
def drawn(site_run):
    return (site_run / "figures" / "matrix.svg").read_text(encoding="utf-8")


def test_a_small_figure_keeps_every_shape_and_loses_many_bytes(drawn):
    made = small(drawn)
    assert made.count("<use") == drawn.count("<use")
    assert len(re.findall(r"<path", made)) == len(re.findall(r"<path", drawn))
    assert len(made) < 0.6 * len(drawn)


def test_dense_points_come_once_for_each_face(drawn):
    made = small(drawn)
    assert drawn.count("<image") == 1
    assert (made.count('class="crm-day"'), made.count('class="crm-night"')) == (1, 1)


def test_colours_follow_the_page_and_every_one_is_defined(site_run):
    page = Page(site_run / "figures", Voice())
    html = page.figure("matrix", "alt")
    assert not re.findall(r"(?:fill|stroke)[:=] ?\"?#[0-9a-f]{6}", html)
    used = {f"#{colour}" for colour in re.findall(r"var\(--c([0-9a-f]{6})\)", html)}
    assert used == page.colours
    css = stylesheet(page.colours)
    assert all(css.count(f"--c{colour[1:]}:") == 4 for colour in used)


def test_glyphs_are_written_once_a_page(site_run):
    page = Page(site_run / "figures", Voice())
    first, second = page.figure("matrix", "alt"), page.figure("matrix", "alt")
    glyph = re.compile(r'<path id="[RB][0-9a-f]+"')
    assert len(glyph.findall(first)) > 20
    assert glyph.findall(second) == []


def test_both_faces_have_rules_for_every_way_of_choosing_one():
    css = themed("--x:1;", "--x:2;")
    assert "body{--x:1;}" in css and "body[data-theme=dark]{--x:2;}" in css
    assert "@media(prefers-color-scheme:dark){body:not([data-theme=light]){--x:2;}}" in css
