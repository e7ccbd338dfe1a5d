import json

from crmlib.report.site.chapters import anchor, chapter, figure_links, linked, scrolling
from crmlib.report.site.figures import Page


def cells_of(site_run):
    path = site_run / "notebooks" / "07_matrix.ipynb"
    png = (site_run / "figures" / "matrix.png").read_bytes()
    return chapter(path, Page(site_run / "figures"), {png: "matrix"})["cells"]


def sources(site_run):
    """What every cell shows: its Markdown, or the HTML that it puts out."""
    made = (output["data"] for cell in cells_of(site_run) for output in cell.get("outputs", ()) if "data" in output)
    return ["".join(cell["source"]) for cell in cells_of(site_run)] + [data["text/html"] for data in made]


def test_every_number_in_prose_leads_to_its_cell():
    text = "**Of 1,186 customers on 2015-12-31 [−37 %](#profile) lose; −0.30 to 12,645 万元.**"
    assert linked(text, "cell-a") == (
        '**Of <a class="crm-made" href="#cell-a">1,186</a> customers on '
        '<a class="crm-made" href="#cell-a">2015-12-31</a> <a class="crm-made" href="#profile">−37 %</a> lose; '
        '<a class="crm-made" href="#cell-a">−0.30</a> to <a class="crm-made" href="#cell-a">12,645 万元</a>.**'
    )


def test_codes_years_formulas_and_numbers_of_lists_are_no_numbers():
    text = "1. A32 and C0a, `x = 3`, $y = 4$, Saaty (1980), chapter 4, top-20, \\begin{equation}5\\end{equation}"
    assert linked(text, "a") == text


def test_numbers_beside_chinese_words_are_found():
    assert linked("最大的20 %客户", "a") == '最大的<a class="crm-made" href="#a">20 %</a>客户'


def test_a_link_to_another_chapter_stays_one():
    assert linked("[7](06_scores.html#grades)", "a") == '<a class="crm-made" href="06_scores.html#grades">7</a>'


def test_code_is_folded_with_what_shows_nothing_and_prose_stands_beside_it(site_run):
    cells = cells_of(site_run)
    code = [cell for cell in cells if cell["cell_type"] == "code" and cell["metadata"]["tags"] != ["remove-input"]]
    assert [cell["metadata"]["tags"] for cell in code] == [["hide-input"], ["hide-input"], ["hide-cell"]]
    assert 'run = "jd"' not in json.dumps(cells)
    assert code[2]["outputs"][0]["text"] == ["cut_current: 49.03 points\n"]


def test_every_cell_has_a_place_that_links_lead_to(site_run):
    text = "\n".join(sources(site_run))
    for cell in ("parameters", "matrix", "check"):
        assert f'<span class="crm-cell" id="{anchor(cell)}"></span>' in text
    assert f'href="#{anchor("matrix")}">7 %</a>' in text
    assert '<span class="crm-cell" id="matrix"></span>\n\n## The matrix of all' in text


def test_figures_are_drawn_into_the_page_with_their_words_and_downloads(site_run):
    figure = next(text for text in sources(site_run) if "<figure" in text)
    assert 'role="img" aria-label="All &lt;customers&gt;"' in figure
    assert figure_links("matrix") in figure
    assert 'href="figures/matrix.csv"' in figure


def test_tables_scroll_and_tell_their_sides_in_short():
    html = scrolling('<table class="crm-table"><caption>A &amp; B</caption><td style="text-align:left">x</td></table>')
    assert html.startswith('<div class="crm-scroll" tabindex="0" role="region" aria-label="A &amp; B">')
    assert "style=" not in html
