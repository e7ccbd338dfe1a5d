import pytest

from crmlib.reference import settings_reference
from crmlib.report.site.pages import claims, data_card, document, pages, settings, tables_and_figures
from crmlib.runs import Run


@pytest.fixture
def run(site_run):
    return Run(site_run)


def test_the_side_bar_holds_every_page_once(run):
    made = pages(run)
    listed = made["index"]["cells"][-1]["source"].split("```{toctree}")[1:]
    names = [line for part in listed for line in part.partition("\n\n")[2].splitlines() if line and "`" not in line]
    assert sorted(names) == sorted([*(name for name in made if name != "index"), *run.chapters])


def test_every_setting_has_its_row(run):
    page = "\n".join(settings(run))
    for name, *_, meaning in settings_reference():
        assert f"<code>{name.rpartition('.')[2]}</code>" in page
        assert meaning.split("&")[0].split("'")[0].split("<")[0] in page


def test_claims_have_verdicts_and_places(run):
    page = "\n".join(claims(run))
    assert page.count("## C") == 8
    assert page.count("crm-not-tested") == 8
    assert '<span class="crm-cell" id="c3b"></span>' in page


def test_tables_and_figures_lead_to_cells_and_files(run):
    page = "\n".join(tables_and_figures(run))
    assert 'href="07_matrix.html#cell-matrix"' in page
    assert 'href="figures/matrix.csv"' in page and 'href="tables.zip"' in page


def test_the_data_card_says_that_the_book_is_simulated_and_what_it_holds(run):
    page = "\n".join(data_card(run))
    assert "**simulated**" in page
    assert "<td>activity</td>" in page


def test_documents_lead_to_pages_of_the_site():
    assert "(assumptions.html)" in document("data-log")
    assert ".md)" not in document("assumptions") + document("data-log")
    assert document("nothing") == ""
