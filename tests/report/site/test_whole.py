"""The whole site of the case in a real Chromium: no message, no request, no fault of accessibility, any width."""

import shutil
from pathlib import Path

import pytest

from crmlib.study import PROJECT

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
PAGES = (
    "index", "matrix", "customers", "claims", "glossary", "tables_and_figures", "settings", "data_card",
    "assumptions", "references", "api", "search",
    *sorted(path.stem for path in (PROJECT / "notebooks").glob("*.ipynb")),
)  # fmt: skip
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(jd_report):
    return jd_report / "site"


def test_a_copy_of_the_site_alone_is_whole(whole, tmp_path, lost_links):
    assert lost_links(shutil.copytree(whole, tmp_path / "elsewhere")) == set()


def test_every_page_is_tried_here_and_the_site_is_small(whole):
    assert {path.stem for path in whole.glob("*.html")} == set(PAGES)
    assert sum(path.stat().st_size for path in whole.rglob("*") if path.is_file()) < 12_000_000


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_nothing_on_the_console_and_asks_nobody(browser, whole, page):
    browser.open(whole / f"{page}.html")
    browser.run("new Promise(done => setTimeout(done, 200))")
    assert browser.messages == []
    assert {address.partition(":")[0] for address in browser.requests} <= {"file", "data", "about"}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_serious(browser, whole, page, dark):
    if not AXE.is_file():
        pytest.skip("no axe-core: npm ci in tests/report/site")
    browser.open(whole / f"{page}.html", dark=dark)
    browser.run(AXE.read_text(encoding="utf-8") + "; undefined")
    found = browser.run(
        "axe.run({resultTypes: ['violations']}).then(result => result.violations"
        ".filter(each => ['serious', 'critical'].includes(each.impact))"
        ".map(each => [each.id, each.nodes.length, each.nodes[0].html, each.nodes[0].failureSummary]))"
    )
    assert found == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_a_telephone(browser, whole, page):
    browser.open(whole / f"{page}.html", width=360, height=740)
    assert browser.run("document.documentElement.scrollWidth") <= 360


def test_the_front_page_can_be_read_within_a_second(browser, whole):
    browser.open(whole / "index.html")
    assert browser.run("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 1000
