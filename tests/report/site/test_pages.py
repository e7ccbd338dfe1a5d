import pytest

from crmlib.evidence.claims import CLAIMS
from crmlib.reference import settings_reference
from crmlib.report.digest import Digest
from crmlib.report.site import pages as module
from crmlib.report.site.pages import (
    claims,
    data_card,
    document,
    glossary,
    live,
    pages,
    references,
    settings,
    tables_and_figures,
)
from crmlib.runs import Run
from crmlib.words.bibliography import works
from crmlib.words.texts import texts


@pytest.fixture(scope="module")
def digest(site_run):
    return Digest(Run(site_run))


def test_the_side_bar_holds_every_page_once(digest):
    made = pages(digest)
    listed = made["index"]["cells"][-1]["source"].split("```{toctree}")[1:]
    names = [line for part in listed for line in part.partition("\n\n")[2].splitlines() if line and "`" not in line]
    assert sorted(names) == sorted([*(name for name in made if name != "index"), *digest.run.chapters])


def test_every_setting_has_its_row(digest):
    page = "\n".join(settings(digest))
    for name, *_, meaning in settings_reference():
        assert f"<code>{name.rpartition('.')[2]}</code>" in page
        assert meaning.split("&")[0].split("'")[0].split("<")[0] in page


def test_claims_have_verdicts_and_places(digest):
    page = "\n".join(claims(digest))
    assert page.count("## C") == len(CLAIMS)
    assert page.count('class="crm-verdict crm-') == len(CLAIMS) and "By chance." in page
    assert '<span class="crm-cell" id="c3b"></span>' in page


def test_every_source_has_its_place_and_says_how_far_it_was_seen(digest):
    page = "".join(references(digest))
    assert page.count("<li id=") == page.count('class="crm-note"') == len(works())
    assert '<li id="ongena2001">Ongena, Steven' in page and 'href="https://doi.org/10.1016/S0304' in page
    assert "read in part" in page and "not read" in page


def test_tables_and_figures_lead_to_cells_and_files(digest):
    page = "\n".join(tables_and_figures(digest))
    assert 'href="07_matrix.html#cell-matrix"' in page and "<code>matrix.matrix</code>" in page
    assert 'href="figures/matrix.csv"' in page and 'href="tables.zip"' in page


def test_the_data_card_says_that_the_book_is_simulated_and_what_it_holds(digest):
    page = "\n".join(data_card(digest))
    assert "All customers are simulated" in page
    assert ">activity</td>" in page and ">may be missing</th>" in page


def test_every_term_of_the_glossary_stands_in_both_languages(digest):
    page = "".join(glossary(digest))
    terms = [key for key in texts("glossary") if key.startswith("term.")]
    assert page.count("<dt ") == page.count('lang="zh"') == len(terms)


def test_the_live_pages_have_no_open_place(digest):
    for name in ("matrix", "customers"):
        assert "{" not in "".join(live(name, digest))


def test_documents_lead_to_pages_of_the_site(digest, tmp_path, monkeypatch):
    log = "".join(document("data-log", digest))
    assert "(assumptions.html)" in log and ".md)" not in log
    assert list(document("nothing", digest)) == []
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    assert list(document("assumptions", digest)) == []
