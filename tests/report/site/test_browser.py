"""The live pages in a real Chromium: classes are Python's, customers are found, sorted and explained."""

import json
import re
from urllib.parse import quote

import pandas as pd
import pytest

from crmlib.matrix.classes import Cuts
from crmlib.runs import Run
from crmlib.value import ValueModel

STATE = "({local: crmMatrix.local, cuts: crmMatrix.cuts, classes: crmMatrix.classes, ids: crmData.customers.id})"
FIRST = "000011"
# Reasons stand in the tables of a run in the language that it was made in.
REASONS = """["reason_stage", "reason_action"].map((name) =>
  crmData.sentences[crmData.customers[name][crmData.customers.id.indexOf("000011")]])"""
FRONT = "ZG银行JD支行客户价值"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(site_run):
    return Run(site_run)


MOVE = """(() => {
  const label = [...document.querySelectorAll(".crm-slider label")].find((each) => each.textContent === %s);
  const input = document.getElementById(label.htmlFor);
  input.value = %s;
  input.dispatchEvent(new Event("input"));
})()"""
CANVAS = """(({x, y, width, height}) => [x, y, width, height])(
  document.getElementById("crm-canvas").getBoundingClientRect())"""


def move(browser, label: str, value: float) -> None:
    """Move the first slider with a label, as a reader does."""
    browser.run(MOVE % (json.dumps(label), value))


def in_python(run: Run, state: dict) -> tuple[ValueModel, pd.DataFrame]:
    """The model with the weights that the page shows, and its scores."""
    model = run.scorer.model
    weights = model.tree.leaf_weights(pd.Series(state["local"]))
    model = ValueModel(model.tree, weights / weights.sum(), model.scalings)
    indicators = run.indicators().loc[state["ids"]]
    return model, model.score(indicators)


def assert_same_classes(browser, run) -> dict:
    state = browser.run(STATE)
    _, scores = in_python(run, state)
    expected = Cuts(state["cuts"]["current"], state["cuts"]["potential"]).classify(scores)
    names = browser.run("crmMatrix.classes.map(place => crmData.classes[place])")
    assert names == expected.tolist()
    counts = browser.run("[...document.querySelectorAll('#crm-counts tr')].map(row => row.cells[2].textContent)")
    assert [int(count.replace(",", "")) for count in counts] == [
        int((expected == name).sum()) for name in ("platinum", "gold", "iron", "lead")
    ]
    return state


def test_classes_in_the_browser_are_those_of_the_report(browser, site, run):
    browser.open(site / "matrix.html")
    state = assert_same_classes(browser, run)
    assert state["classes"] == browser.run("crmData.customers.class")
    assert browser.run("document.getElementById('crm-changed').textContent").startswith("0 of")


def test_classes_are_pythons_under_other_weights_and_cuts(browser, site, run):
    browser.open(site / "matrix.html")
    names = {node["code"]: node["name"] for node in browser.run("crmData.tree")}
    for moves in ({"A1": 10}, {"A2": 70.3, "B1": 0}, {"B3": 100}, {"A1": 0, "A2": 0, "A3": 0}):
        for code, value in moves.items():
            move(browser, names[code], value)
        assert_same_classes(browser, run)
    for current, potential in ((50.0, 50.0), (0.0, 100.0), (37.7, 41.2)):
        move(browser, "current value", current)
        move(browser, "potential value", potential)
        state = assert_same_classes(browser, run)
        assert (state["cuts"]["current"], state["cuts"]["potential"]) == (current, potential)


def test_cuts_stay_when_weights_move_until_the_rule_is_asked(browser, site, run):
    browser.open(site / "matrix.html")
    before = browser.run(STATE)["cuts"]
    move(browser, "lending", 5)
    assert browser.run(STATE)["cuts"] == before
    browser.run("document.getElementById('crm-recompute').click()")
    state = assert_same_classes(browser, run)
    _, scores = in_python(run, state)
    assert (state["cuts"]["current"], state["cuts"]["potential"]) == tuple(Cuts.fit(scores, ("p70", "median")))
    assert state["cuts"] != before
    browser.run("document.getElementById('crm-reset').click()")
    assert browser.run(STATE)["cuts"] == before


def test_the_weight_of_the_axes_moves_nobody(browser, site):
    browser.open(site / "matrix.html")
    before = browser.run("crmMatrix.classes")
    totals = browser.run("crmMatrix.scores.total")
    slider = "[...document.querySelectorAll('.crm-slider input')].at(-1)"
    browser.run(f"{slider}.value = 5, {slider}.dispatchEvent(new Event('input'))")
    assert browser.run("crmMatrix.classes") == before
    assert browser.run("crmMatrix.scores.total") != totals


def test_a_customer_is_found_by_its_id_and_brushed_ones_are_listed(browser, site):
    browser.open(site / "matrix.html")
    first = browser.run("crmData.customers.id[0]")
    browser.run(
        f"document.getElementById('crm-id').value = '{first}'; document.querySelector('#crm-search button').click()"
    )
    assert browser.run("[...document.querySelectorAll('#crm-rows tr')].map(row => row.cells[0].textContent)") == [first]
    assert first in browser.run("document.getElementById('crm-tip').textContent")
    browser.run("document.getElementById('crm-clear').click()")
    box = browser.run(CANVAS)
    browser.mouse("mousePressed", box[0] + 60, box[1] + 30)
    browser.mouse("mouseMoved", box[0] + box[2] - 30, box[1] + box[3] - 60)
    browser.mouse("mouseReleased", box[0] + box[2] - 30, box[1] + box[3] - 60)
    assert browser.run("crmMatrix.listed.length") > 1000


@pytest.mark.parametrize(
    ("asked", "found"),
    [("存款", FRONT), ("客户", "客户"), ("客户存款", FRONT), ("互动矩阵", "互动矩阵"), ("chapter", "3 · A chapter")],
)
def test_the_search_finds_chinese_words(browser, chinese_site, asked, found):
    browser.open(chinese_site / "search.html", f"?q={quote(asked)}")
    browser.wait("document.querySelector('.search-summary')?.textContent.includes('搜索完成')")
    assert found in browser.run("[...document.querySelectorAll('#search-results li a')].map(each => each.textContent)")
    assert browser.messages == []


def test_a_word_that_stands_nowhere_is_not_found(browser, chinese_site):
    browser.open(chinese_site / "search.html", f"?q={quote('鲸鱼')}")
    browser.wait("document.querySelector('.search-summary')?.textContent.includes('没有')")


@pytest.mark.parametrize("width", [360, 1024, 1280, 1600])
def test_a_long_list_leaves_the_sliders_on_the_page(browser, site, width):
    browser.open(site / "matrix.html", width=width)
    browser.run("document.querySelector('#crm-counts button').click()")
    assert browser.run("document.querySelectorAll('#crm-rows tr').length") > 20
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run("document.getElementById('crm-controls').getBoundingClientRect().right") <= width


def test_the_plot_is_usable_by_keys_alone(browser, site):
    browser.open(site / "matrix.html")
    browser.run("document.getElementById('crm-canvas').focus()")
    seen = set()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"):
        browser.key(key)
        seen.add(browser.run("crmMatrix.focus"))
    assert len(seen) >= 3
    browser.key("Enter")
    assert browser.run("crmMatrix.listed.length") == 1
    assert "current" in browser.run("document.getElementById('crm-told').textContent")
    browser.key("Escape")
    assert browser.run("crmMatrix.listed.length") == 0


def test_customers_are_sorted_filtered_and_explained(browser, site):
    browser.open(site / "customers.html", "#class=1")
    assert (
        browser.run(
            "new Set([...document.querySelectorAll('#crm-rows .crm-badge')].map(each => each.textContent)).size"
        )
        == 1
    )
    browser.run(
        "[...document.querySelectorAll('.crm-sort')].find(each => each.textContent === 'current value').click()"
    )
    shown = "[...document.querySelectorAll('#crm-rows tr')].map(row => Number(row.cells[5].textContent))"
    values = browser.run(shown)
    assert values == sorted(values, reverse=True)
    first = browser.run("crmData.customers.id[0]")
    browser.open(site / "customers.html", f"#c{first}")
    panel = browser.run("document.getElementById('crm-panel').textContent")
    assert first in panel and "What would move it" in panel and "Would " in panel


def test_the_live_pages_speak_chinese(browser, chinese_site):
    for page, fragment in (("matrix.html", ""), ("customers.html", f"#c{FIRST}")):
        browser.open(chinese_site / page, fragment)
        browser.wait("document.querySelectorAll('#crm-counts tr, #crm-rows tr').length > 3")
        said = browser.run("document.querySelector('.crm-wide').innerText")
        for reason in browser.run(REASONS):
            said = said.replace(reason, "")
        assert set(re.findall(r"[a-z]{3,}", said.replace("Company", ""))) == set()
        assert browser.messages == []
