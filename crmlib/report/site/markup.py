"""Pieces of pages: tables, links and blocks of HTML between our own Markdown. Text from the data is always escaped.

A page is a list of parts. Markdown is what we wrote ourselves; all that is made from data or settings is Markup, and
reaches Sphinx as the output of a notebook's cell, in which no Markdown is looked for.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from crmlib.words.table import Table
from crmlib.words.voice import Voice

MARKS = ("●", "■", "▲", "◆")
FACES = {"light": "", "dark": "-dark"}
"""Ends of a figure's file name, by the face of the page that shows it."""
# Figures are saved at 160 dots an inch, of which a page has 96.
_IMAGE = Markup('<img class="only-{0}" alt="{1}" src="{2}" srcset="{2} 1.667x" loading="lazy">')


def literal(text: object) -> str:
    """Text of the data within Markdown, such as a heading: one line, in which no sign has a meaning."""
    return re.sub(r"([!-/:-@[-`{-~])", r"\\\1", " ".join(str(text).split()))


def untrusted(markdown: str) -> Markup:
    """Markdown by others, one level down: no HTML, no pictures, no links but to the web."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.validateLink = lambda target: target.startswith(("https://", "http://", "mailto:"))
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    return Markup(reader.renderer.render(tokens, reader.options, {}))


def cell(part: str) -> dict[str, Any]:
    """A part of a page as the cell of a notebook; MyST passes over cells without a source."""
    if not isinstance(part, Markup):
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


def tag(name: str, content: object, look: str = "", **attributes: str) -> Markup:
    """An element with content, its classes, and further attributes."""
    given = {"class": look, **attributes}
    told = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in given.items() if value)
    return Markup("<{0}{1}>{2}</{0}>").format(name, told, content)


def joined(name: str, parts: Iterable[object], look: str = "") -> Markup:
    """An element with parts one after the other."""
    return tag(name, Markup("").join(parts), look)


def link(target: str, content: object, look: str = "") -> Markup:
    """A link."""
    return tag("a", content, look, href=target)


def figure(name: str, alt: str, voice: Voice, caption: object = None) -> Markup:
    """A figure of the run in the face of the page, its words for those who do not see it, and a caption: downloads."""
    faces = (_IMAGE.format(face, alt, f"figures/{name}{ending}.png") for face, ending in FACES.items())
    told = Markup("{} · {}").format(name, figure_links(name, voice)) if caption is None else caption
    parts = (scrolling(Markup("").join(faces), voice.say("site.figure", name=name)), tag("figcaption", told))
    return joined("figure", parts, "crm-figure")


def figure_links(name: str, voice: Voice) -> Markup:
    """Downloads of a figure and of the data behind it."""
    kinds = {"png": "PNG", "csv": voice.say("site.data")}
    return Markup(" · ").join(link(f"figures/{name}.{ending}", kind) for ending, kind in kinds.items())


def badge(place: int, name: str) -> Markup:
    """Name of a class with its colour and mark; ``place`` is that of its quadrant."""
    mark = Markup('<i aria-hidden="true">{}</i>{}').format(MARKS[place], name)
    return tag("span", mark, f"crm-badge crm-q{place}")


def verdict(kind: str, said: str) -> Markup:
    """A verdict as a label in the look of its kind."""
    return tag("span", said, f"crm-verdict crm-{kind}")


def place(name: str) -> Markup:
    """A place in a page that links lead to."""
    return tag("span", "", "crm-cell", id=name)


def scrolling(content: object, name: str) -> Markup:
    """Something wide under its name: it scrolls sideways where the page is narrow."""
    return tag("div", content, "crm-scroll", tabindex="0", role="group", **{"aria-label": name})


def table(voice: Voice, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """A table: heads and formats by the codes of its columns, see :class:`crmlib.words.table.Table`."""
    frame = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    return scrolling(Markup(Table(frame, voice, most=len(frame))._repr_html_()), name)
