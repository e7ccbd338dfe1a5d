"""What the site adds to Sphinx: equations as MathML, a search in Chinese, and no page that pulls in a file.

Browsers show equations by themselves, without a script or fonts to load, and readers can read them aloud; equations are
numbered in each page, and ``\\eqref`` is a link to one that stands before it. Chinese has no spaces between words: two
signs side by side are one word, where Sphinx' own way finds nothing without a dictionary (jieba).
"""

import re
from functools import partial
from typing import Any

from docutils.nodes import Element, SkipNode
from markupsafe import Markup
from math_core import LatexToMathML
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.search.zh import SearchChinese

from crmlib.words.texts import text

# Where it is wider than the page it scrolls, which keys alone can do only if it can have the focus.
_BLOCK = Markup('<div class="crm-equation" tabindex="0" role="group" aria-label="{}">{}</div>\n')
_RUN = re.compile(r"[\u3400-\u9fff]+")
# A screen reader takes a formula for a picture: a link within one is out of its reach.
_REFERENCE = re.compile(r"<math><mtext>(<a [^<]*</a>)</mtext></math>")
_UNKNOWN = "(??)"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_html_math_renderer("mathml", *((partial(_formula, block=block), None) for block in (False, True)))
    app.add_search_language(SearchPairs)
    app.connect("builder-inited", _shut)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def formulas() -> LatexToMathML:
    """What sets the formulas of one page: it counts the equations, and knows their labels."""
    return LatexToMathML(fancy_error=False)


class SearchPairs(SearchChinese):
    """Pairs of Chinese signs, and words in Latin letters."""

    # Names the stemmer of its script, which is that of English.
    language_name = "English"
    # A question is cut into pairs that do not overlap, so that 存款客户 is found where 存款 and 客户 stand apart.
    js_splitter_code = r"""
var splitQuery = (query) =>
  (query.match(/[\u3400-\u9fff]+|[A-Za-z0-9_]+/g) || []).flatMap((word) =>
    /\w/.test(word) || word.length < 3 ? [word] : [...word.match(/../g), word.slice(-2)]);
"""

    def split(self, input: str) -> list[str]:
        """The words of a page."""
        pairs = [run[at : at + 2] for run in _RUN.findall(input) for at in range(len(run) - 1)]
        latin = self.latin1_letters.findall(input)
        self.latin_terms.update(latin)
        return pairs + latin


def _shut(app: Sphinx) -> None:
    """Let no directive pull in a file or write HTML, whatever text found its way into a page."""
    app.env.settings.update(file_insertion_enabled=False, raw_enabled=False)


def _formula(translator: Any, node: Element, *, block: bool) -> None:
    """Set a formula; SphinxError where it is no TeX, or its equation is not known."""
    # Sphinx has one translator a page.
    page = vars(translator).setdefault("crm_formulas", formulas())
    made = Markup(_REFERENCE.sub(r"\1", page.convert_with_global_state(node.astext(), displaystyle=block)))
    if _UNKNOWN in made:
        raise SphinxError(f"{node.astext()}: no equation before it has this label.")
    name = text("site.equation", translator.config.language[:2])
    translator.body.append(_BLOCK.format(name, made) if block else made)
    raise SkipNode
