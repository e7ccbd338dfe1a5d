"""Equations as MathML, which browsers show by themselves: no script, no fonts to load, and readers can read it aloud.

A Sphinx extension. Environments with a label get a number, and ``\\eqref`` becomes a link to it.
"""

import re
from html import escape
from typing import Any

from docutils.nodes import Element, SkipNode
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx

_ENVIRONMENT = re.compile(r"\\begin\{(equation|align)\*?\}(.*)\\end\{\1\*?\}", re.DOTALL)
_LABEL = re.compile(r"\\label\{([^}]*)\}")
_REFERENCE = re.compile(r"\\eqref\{([^}]*)\}")
# Where it is wider than the page it scrolls, which keys alone can do only if it can have the focus.
_BLOCK = '<div class="crm-equation" tabindex="0" role="group" aria-label="equation"'
# What LaTeX knows and docutils does not: sizes of brackets fit by themselves.
_PLAIN = {r"\\[bB]igg?[lrm]?(?![a-zA-Z])": "", r"\\dots(?![a-zA-Z])": r"\\ldots"}


def mathml(tex: str, block: bool = False) -> str:
    """A formula as MathML."""
    for found, plain in _PLAIN.items():
        tex = re.sub(found, plain, tex)
    return "".join(str(line) for line in tex2mathml(tex.strip(), as_block=block)).strip()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator: Any, node: Element) -> None:
    tex = node.astext()
    if found := _REFERENCE.fullmatch(tex.strip()):
        number = _number(translator, found[1])
        translator.body.append(f'<a class="crm-equation-link" href="#{_id(found[1])}">({number})</a>')
    else:
        translator.body.append(mathml(tex))
    raise SkipNode


def _block(translator: Any, node: Element) -> None:
    tex = node.astext()
    if found := _ENVIRONMENT.search(tex):
        tex = found[2]
    label = _LABEL.search(tex)
    formula = mathml(_LABEL.sub("", tex), block=True)
    if label:
        number = _number(translator, label[1])
        translator.body.append(
            f'{_BLOCK} id="{_id(label[1])}">{formula}<span class="crm-equation-number">({number})</span></div>\n'
        )
    else:
        translator.body.append(f"{_BLOCK}>{formula}</div>\n")
    raise SkipNode


def _number(translator: Any, label: str) -> int:
    """Number of an equation in its page: its place among the labels in the order in which they are met."""
    seen = translator.builder.env.metadata.setdefault(f"equations of {translator.docnames[0]}", {})
    return seen.setdefault(label, len(seen) + 1)


def _id(label: str) -> str:
    return escape(re.sub(r"[^a-z0-9]+", "-", label.lower()))
