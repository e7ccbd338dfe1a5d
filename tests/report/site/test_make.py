import re
import shutil

import pytest

from crmlib.errors import CrmError
from crmlib.report.palette import COLOURS, DARK
from crmlib.report.site.make import configuration, make, run_sphinx
from crmlib.runs import Run

PAGES = ("index", "matrix", "customers", "claims", "glossary", "tables_and_figures", "settings", "data_card",
         "assumptions", "api", "references", "03_structure", "07_matrix", "08_strategy", "09_evidence",
         "search")  # fmt: skip


def test_the_site_has_every_page(site):
    assert sorted(path.stem for path in site.glob("*.html")) == sorted(PAGES)


def test_the_site_is_whole_by_itself(site, tmp_path, lost_links):
    moved = shutil.copytree(site, tmp_path / "elsewhere")
    published = {"brief.pdf", "customers.xlsx"}
    assert lost_links(moved) - published == set()


def test_no_page_asks_another_machine_for_anything(site):
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert 'src="http' not in text and '<link rel="stylesheet" href="http' not in text


@pytest.mark.slow
def test_a_page_that_sphinx_cannot_read_is_an_error_and_the_last_site_stays(site_run, tmp_path):
    folder = shutil.copytree(site_run, tmp_path / "jd", ignore=shutil.ignore_patterns("site"))
    target = tmp_path / "site"
    target.mkdir()
    (target / "index.html").write_text("the last one")
    text = (folder / "notebooks" / "08_strategy.ipynb").read_text(encoding="utf-8")
    (folder / "notebooks" / "08_strategy.ipynb").write_text(text.replace("A chapter", "{nothing}`x`"), encoding="utf-8")
    with pytest.raises(CrmError, match=r"the site could not be made\. Sphinx says:"):
        make(Run(folder), target)
    assert (target / "index.html").read_text() == "the last one"


@pytest.mark.slow
def test_the_same_run_gives_the_same_site(site, site_run, tmp_path):
    make(Run(site_run), tmp_path / "again")
    for path in site.rglob("*"):
        if path.is_file():
            assert (tmp_path / "again" / path.relative_to(site)).read_bytes() == path.read_bytes(), path.name


def test_a_simulated_book_is_announced_on_every_page_in_colours_of_the_report(site_run):
    names: dict = {}
    exec(configuration(Run(site_run)), names)
    assert names["html_theme_options"]["announcement"] == "simulated data, not JD Branch"
    assert names["html_theme_options"]["light_css_variables"]["crm-q0"] == COLOURS["platinum"]
    assert set(names["html_theme_options"]["dark_css_variables"].values()) == set(DARK.values())
    assert names["project"] == "Customer value at ZG Bank JD Branch"


def test_what_sphinx_says_is_told(tmp_path):
    with pytest.raises(CrmError, match=r"the site could not be made\. Sphinx says:\n(.|\n)*conf\.py"):
        run_sphinx(tmp_path, tmp_path / "made")


def test_the_theme_speaks_chinese_where_the_report_does(chinese_site):
    """What pages say around their articles, but for names and the headings of chapters."""
    kept = r"ZG|\d · [A-Z][a-z ]*|Assumptions log|API|Furo|JD"
    for page in chinese_site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert '<html class="no-js" lang="zh-CN"' in text
        around = re.sub(r"(?s)<(article|script|style).*?</\1>|<div class=.toc-tree.>.*?</div>", "", text)
        said = re.findall(r">([^<]+)<|(?:aria-label|title|placeholder)=\"([^\"]+)\"", around)
        english = {words for pair in said for words in pair if re.search("[A-Za-z]{2}", re.sub(kept, "", words))}
        assert english == set(), page.name
