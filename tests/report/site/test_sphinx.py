import re

import pytest

from crmlib.errors import CrmError
from crmlib.report.dark import DARK
from crmlib.report.palette import COLOURS
from crmlib.report.site.sphinx import configuration, run_sphinx
from crmlib.runs import Run


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
