"""Equations as MathML, which browsers show by themselves: no script, no fonts to load, and readers can read it aloud.

A Sphinx extension. Equations are numbered in each page, and ``\\eqref`` is a link to one that stands before it.
"""

from functools import partial
from typing import Any

from docutils.nodes import Element, SkipNode
from math_core import LatexToMathML
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

# Where it is wider than the page it scrolls, which keys alone can do only if it can have the focus.
_BLOCK = '<div class="crm-equation" tabindex="0" role="group" aria-label="equation">{}</div>\n'
_UNKNOWN = "(??)"


def formulas() -> LatexToMathML:
    """What sets the formulas of one page: it counts the equations, and knows their labels."""
    return LatexToMathML(fancy_error=False)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_html_math_renderer("mathml", (partial(_set, "{}", False), None), (partial(_set, _BLOCK, True), None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _set(frame: str, block: bool, translator: Any, node: Element) -> None:
    """Write a formula into the page; SphinxError where it is no TeX, or its equation is not known."""
    # Sphinx has one translator a page.
    page = vars(translator).setdefault("crm_formulas", formulas())
    made = page.convert_with_global_state(node.astext(), displaystyle=block)
    if _UNKNOWN in made:
        raise SphinxError(f"{node.astext()}: no equation before it has this label.")
    translator.body.append(frame.format(made))
    raise SkipNode
