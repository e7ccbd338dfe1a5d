import json

import nbformat
import pytest

from crmlib.report.digest import Digest
from crmlib.report.site.chapters import _cells, anchor, chapters
from crmlib.report.site.markup import figure_links
from crmlib.runs import Run
from crmlib.words.voice import Voice


@pytest.fixture(scope="module")
def cells(site_run):
    return chapters(Digest(Run(site_run)))["07_matrix"]["cells"]


@pytest.fixture(scope="module")
def sources(cells):
    """What every cell shows: its Markdown, or the HTML that it puts out."""
    made = (output["data"] for cell in cells for output in cell.get("outputs", ()) if "data" in output)
    return ["".join(cell["source"]) for cell in cells] + [data["text/html"] for data in made]


def test_every_number_that_was_said_leads_to_its_cell_or_to_the_place_it_names(sources):
    said = next(text for text in sources if "crm-said" in text)
    assert '<a class="crm-made" href="#cell-matrix">36.7 %</a>' in said
    assert '<a class="crm-made" href="#plan">7.0 %</a>' in said
    assert "&lt;i&gt;" in said and "<data" not in said


def test_code_is_folded_with_what_shows_nothing_and_prose_stands_beside_it(cells):
    code = [cell for cell in cells if cell["cell_type"] == "code" and cell["metadata"]["tags"] != ["remove-input"]]
    assert [cell["metadata"]["tags"] for cell in code] == [["hide-input"], ["hide-input"], ["hide-cell"]]
    assert 'run = "jd"' not in json.dumps(cells)
    printed = "".join(code[2]["outputs"][0]["text"])
    assert printed.startswith("cut_current: 49.03 points (5th to 95th percentile of other books: ")


def test_every_cell_has_a_place_that_links_lead_to(sources):
    text = "\n".join(sources)
    for cell in ("parameters", "matrix", "check"):
        assert f'<span class="crm-cell" id="{anchor(cell)}"></span>' in text
    assert '<span class="crm-cell" id="matrix"></span>\n\n## The matrix of all' in text


def test_figures_stand_in_the_page_once_for_each_face_with_their_words_and_downloads(sources):
    figure = next(text for text in sources if "<figure" in text)
    for face, ending in (("light", ""), ("dark", "-dark")):
        assert f'class="only-{face}" alt="All &lt;customers&gt;" src="figures/matrix{ending}.png"' in figure
    assert figure_links("matrix", Voice()) in figure
    assert 'href="figures/matrix.csv"' in figure and 'aria-label="figure matrix"' in figure


def test_tables_scroll_and_hold_what_the_words_made(sources):
    table = next(text for text in sources if "<table" in text)
    assert table.startswith('<div class="crm-scroll" tabindex="0" role="group" aria-label="table"><table')
    assert "&lt;x&gt;" in table and "A &amp; B" in table


def test_a_citation_leads_to_the_list_of_sources():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("As Payne and\nFrow (2005) see it.")])
    shown = [cell["source"] for cell in _cells(notebook["cells"], {}, Voice())]
    assert shown == ["As [Payne and Frow (2005)](references.html#payne2005) see it."]
