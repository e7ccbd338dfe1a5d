import json
import re
from html import unescape
from xml.etree import ElementTree

import pytest

from crmlib.report.site.extension import SearchPairs, formulas
from crmlib.study import PROJECT

_FORMULA = re.compile(r"\\begin\{(equation|align)\}.*?\\end\{\1\}|(?<!\$)\$[^$\n]+\$", re.DOTALL)
CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "mover": 2, "munder": 2, "munderover": 3}
"""Parts that an element of MathML must have."""


def written():
    """The formulas of every notebook in their order."""
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        if found := [each[0] for each in _FORMULA.finditer(text)]:
            yield pytest.param(found, id=path.stem)


def read(tex, page=None):
    """A formula as a tree."""
    block = tex.startswith("\\begin")
    made = (page or formulas()).convert_with_global_state(tex.strip("$"), displaystyle=block)
    return ElementTree.fromstring(unescape(made.replace("&lt;", "\N{FULLWIDTH LESS-THAN SIGN}")))


def said(element) -> str:
    """A formula as one would say it: fractions and indices in brackets."""
    parts = [said(child) for child in element]
    bare = "".join(parts) + (element.text or "")
    signs = {"mfrac": "({}/{})", "msub": "{}_{}", "msup": "{}^{}", "mover": "{}{}"}
    return signs.get(element.tag, bare.replace("{", "").replace("}", "")).format(*parts)


@pytest.mark.parametrize("found", list(written()))
def test_formulas_of_the_notebooks_have_all_their_parts(found):
    page = formulas()
    for tex in found:
        tree = read(tex, page)
        for element in tree.iter():
            assert len(element) == CHILDREN.get(element.tag, len(element)), (tex, element.tag)
        fractions = len(re.findall(r"\\[td]?frac", tex))
        assert len(list(tree.iter("mfrac"))) == fractions, tex
        # An index under a hat is one of the whole: x̂ᵢ, never what stands above or below it.
        assert {each.tag for each in tree.iter() for child in each if child.tag == "mover"} <= {
            "math", "mrow", "mtd", "msub", "mfrac"
        }  # fmt: skip
        assert "??" not in "".join(tree.itertext()), tex


@pytest.mark.parametrize(
    ("tex", "read_back"),
    [
        (r"$\frac{n_{jk} + \tfrac12}{n_j + \tfrac K2}$", "(n_jk+(1/2)/n_j+(K/2))"),
        (r"$\hat y_i, \hat G_i$", "yˆ_i,Gˆ_i"),
        (r"$\tfrac12 [x_i = x_j]$", "(1/2)[x_i=x_j]"),
        (r"$\beta^\top x$", "β^⊤x"),
    ],
)
def test_fractions_and_hats_are_read_back(tex, read_back):
    assert said(read(tex)) == read_back


def test_a_number_leads_to_its_equation(site):
    page = (site / "07_matrix.html").read_text(encoding="utf-8")
    assert re.search(r'<div class="crm-equation" tabindex="0".*? id="eq:high"', page)
    assert 'See <a href="#eq:high">(1)</a>.' in page, "no formula around the link"


def test_signs_side_by_side_are_words_and_latin_ones_stay_whole():
    search = SearchPairs({})
    assert search.split("客户存款，EVA 20") == ["客户", "户存", "存款", "EVA", "20"]
    assert search.word_filter(search.stem("存款"))


def test_a_question_is_cut_by_a_script_of_ours():
    assert "var splitQuery" in SearchPairs.js_splitter_code
