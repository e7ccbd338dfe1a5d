import pytest

from crmlib.errors import CrmError
from crmlib.report.site.sphinx import configuration, run_sphinx
from crmlib.runs import Run


def test_a_simulated_book_is_announced_on_every_page(site_run):
    names: dict = {}
    exec(configuration(Run(site_run)), names)
    assert names["html_theme_options"]["announcement"] == "simulated data, not JD Branch"
    assert names["project"] == "Customer value at ZG Bank JD Branch"


def test_what_sphinx_says_is_told(tmp_path):
    with pytest.raises(CrmError, match=r"the site could not be made\. Sphinx says:\n(.|\n)*conf\.py"):
        run_sphinx(tmp_path, tmp_path / "made")
