"""Chapters: an executed notebook as a page. Code is folded away, and every number leads to the cell that made it."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils.nodes import make_id
from markupsafe import Markup

from crmlib.report.site import markup
from crmlib.report.site.figures import Page
from crmlib.report.site.markup import link
from crmlib.words.voice import Voice, linked

_ANCHOR = re.compile(r"^\((?P<name>[\w-]+)\)=\n+(?P<next>#+ (?P<heading>.*))?", re.MULTILINE)

Cell = dict[str, Any]


def chapter(path: Path, page: Page, figures: dict[bytes, str]) -> dict[str, Any]:
    """The notebook of a page.

    Parameters
    ----------
    path : Path
        The executed notebook.
    page : Page
        Takes the figures in.
    figures : mapping of bytes to str
        Name of every figure of the run by its PNG.

    Returns
    -------
    dict
        A notebook for Sphinx.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = list(_cells(notebook["cells"], page, figures))
    return {**notebook, "metadata": {"language_info": {"name": "python"}}, "cells": cells}


def anchor(cell: str) -> str:
    """Name of the place of a cell in its page."""
    return f"cell-{cell}"


def figure_links(name: str, voice: Voice) -> Markup:
    """Downloads of a figure and of the data behind it."""
    kinds = {"png": "PNG", "csv": voice.say("site.data")}
    return Markup(" · ").join(link(f"figures/{name}.{ending}", kind) for ending, kind in kinds.items())


def _cells(cells: list[Cell], page: Page, figures: dict[bytes, str]) -> Iterator[Cell]:
    """The cells of a page: code that shows nothing is folded together with the code that follows."""
    code: list[Cell] = []
    for cell in cells:
        if cell["cell_type"] != "code":
            yield from _folded(code)
            code = []
            yield markup.cell(_ANCHOR.sub(_placed, "".join(cell["source"])))
        elif "injected-parameters" not in cell["metadata"].get("tags", []):
            # Outputs stand beside the folded code, so that prose is set and searched like any other.
            shown = [_shown(output, cell["id"], page, figures) for output in cell["outputs"]]
            rest = [output for output, html in zip(cell["outputs"], shown, strict=True) if not html]
            code.append({**cell, "outputs": rest})
            if any(shown):
                yield from _folded(code)
                code = []
                yield from (markup.cell(html) for html in shown if html)
    yield from _folded(code)


def _folded(code: list[Cell]) -> Iterator[Cell]:
    """Cells of code as one that is folded away, with what else they put out."""
    if code:
        yield markup.cell(Markup("").join(markup.place(anchor(cell["id"])) for cell in code))
        outputs = [output for cell in code for output in cell["outputs"]]
        source = "\n\n".join("".join(cell["source"]) for cell in code)
        tag = "hide-cell" if outputs else "hide-input"
        yield {**code[0], "source": source, "outputs": outputs, "metadata": {"tags": [tag]}}


def _shown(output: Cell, cell: str, page: Page, figures: dict[bytes, str]) -> Markup:
    """An output as HTML; empty where it is folded away with the code."""
    data = {kind: "".join(content) for kind, content in output.get("data", {}).items()}
    if output["output_type"] != "display_data":
        return Markup()
    if name := figures.get(base64.b64decode(data.get("image/png", ""))):
        alt = output["metadata"].get("image/png", {}).get("alt", name)
        return page.figure(name, alt, Markup("{} · {}").format(name, figure_links(name, page.voice)))
    # What chapters show as HTML was escaped by the words that made it.
    html = Markup(data.get("text/html", ""))
    if html.startswith("<table"):
        return markup.scrolling(html, page.voice.say("site.table"))
    return linked(html, anchor(cell))


def _placed(found: re.Match[str]) -> str:
    """An anchor as a place of this page alone: other chapters may have one of the same name."""
    if found["heading"] and make_id(found["heading"]) == found["name"]:
        return found["next"]
    return f"{markup.place(found['name'])}\n\n{found['next'] or ''}"
