"""Pieces of pages: tables, links and blocks of HTML between our own Markdown. Text from the data is always escaped.

A page is a list of parts. Markdown is what we wrote ourselves; all that is made from data or settings is :class:`Html`,
and reaches Sphinx as the output of a notebook's cell, in which no Markdown is looked for.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from html import escape
from typing import Any

MARKS = ("●", "■", "▲", "◆")


class Html(str):
    """Text that is HTML already."""


def text(value: object) -> str:
    """Anything as HTML, escaped unless it is HTML."""
    return value if isinstance(value, Html) else escape(str(value))


def literal(text: object) -> str:
    """Text of the data within Markdown, such as a heading: one line, in which no sign has a meaning."""
    return re.sub(r"([!-/:-@[-`{-~])", r"\\\1", " ".join(str(text).split()))


def untrusted(markdown: str) -> Html:
    """Markdown by others, one level down: no HTML, no pictures, no links but to the web."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.validateLink = lambda target: target.startswith(("https://", "http://", "mailto:"))
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    return Html(reader.renderer.render(tokens, reader.options, {}))


def cell(part: str) -> dict[str, Any]:
    """A part of a page as the cell of a notebook; MyST passes over cells without a source."""
    if not isinstance(part, Html):
        return {"cell_type": "markdown", "metadata": {}, "source": part}
    shown = {"output_type": "display_data", "data": {"text/html": part}, "metadata": {}}
    return {
        "cell_type": "code", "source": "#", "metadata": {"tags": ["remove-input"]}, "execution_count": None,
        "outputs": [shown],
    }  # fmt: skip


def notebook(parts: Iterable[str], **metadata: Any) -> dict[str, Any]:
    """A page as a notebook; empty parts are left out."""
    cells = [cell(part) for part in parts if part]
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}


def link(target: str, content: object, look: str = "") -> Html:
    """A link."""
    return Html(f'<a{_class(look)} href="{escape(target)}">{text(content)}</a>')


def tag(name: str, content: object, look: str = "") -> Html:
    """An element with content."""
    return Html(f"<{name}{_class(look)}>{text(content)}</{name}>")


def badge(place: int, name: str) -> Html:
    """Name of a class with its colour and mark; ``place`` is that of its quadrant."""
    return Html(f'<span class="crm-badge crm-q{place}"><i aria-hidden="true">{MARKS[place]}</i>{escape(name)}</span>')


def verdict(kind: str, said: str) -> Html:
    """A verdict as a label in the look of its kind."""
    return tag("span", said, f"crm-verdict crm-{kind.replace('_', '-')}")


def table(
    name: str, heads: Sequence[object], rows: Iterable[Sequence[object]], numbers: Collection[int] = (), look: str = ""
) -> Html:
    """A table that scrolls sideways where the page is narrow; the columns at ``numbers`` stand right."""
    head = "".join(f'<th scope="col"{_side(at, numbers)}>{text(cell)}</th>' for at, cell in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{_side(at, numbers)}>{text(cell)}</td>" for at, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return Html(
        f'<div class="crm-scroll" tabindex="0" role="region" aria-label="{escape(name)}">'
        f'<table class="crm-plain {look}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _side(at: int, numbers: Collection[int]) -> str:
    return ' class="crm-number"' if at in numbers else ""


def _class(look: str) -> str:
    return f' class="{look}"' if look else ""
