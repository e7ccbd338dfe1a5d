"""Chapters: an executed notebook as a page. Code is folded away, and every number leads to the cell that made it."""

import base64
import json
import re
from html import escape
from pathlib import Path
from typing import Any

from docutils.nodes import make_id

from crmlib.report.site import markup
from crmlib.report.site.figures import Page
from crmlib.report.site.markup import Html, link

_LINK = r"\[[^\]]*\]\([^)]*\)"
_PROTECTED = re.compile(
    rf"(\$\$.*?\$\$|(?<!\\)\$[^$\n]+\$|\\begin\{{.*?\\end\{{\w+\*?\}}|`[^`]*`|<[^>]*>|{_LINK}|^\s*\d+\.(?=\s))",
    re.DOTALL | re.MULTILINE,
)
_TO_CELL = re.compile(r"\[([^\]]*)\]\((?:(\w+)(?:\.html))?#([\w-]+)\)")
# A bare 1980 is the year of a source: amounts have their thousands apart.
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.&#;-])(?<!chapter )(?<!chapters )(?!(?:1[89]|20)\d\d(?![\d,.-]))"
    r"(\d{4}-\d\d-\d\d|[−+]?\d[\d,]*(?:\.\d+)?(?: (?:%|万元|亿元|CNY))?)(?![A-Za-z0-9_]|[.-]\d)"
)
_CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
_ANCHOR = re.compile(r"^\((?P<name>[\w-]+)\)=\n+(?P<next>#+ (?P<heading>.*))?", re.MULTILINE)
_SIDES = {
    'class="crm-table': 'class="crm-plain crm-table',
    ' style="text-align:left"': "",
    ' style="text-align:right;font-variant-numeric:tabular-nums"': ' class="crm-number"',
}


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
    cells = _Cells(page, figures)
    for cell in notebook["cells"]:
        cells.add(cell)
    cells.fold()
    return {**notebook, "metadata": {"language_info": {"name": "python"}}, "cells": cells.made}


def linked(text: str, cell: str, notebook: str = "") -> str:
    """Markdown with a link from every number to the cell that made it.

    >>> linked("Of [1,186](#scores), 7 % are gold.", "cell-a")
    'Of <a class="crm-made" href="#scores">1,186</a>, <a class="crm-made" href="#cell-a">7 %</a> are gold.'
    """
    page = f"{notebook}.html" if notebook else ""
    parts = _PROTECTED.split(text)
    return "".join(_kept(part, page) if at % 2 else _numbers(part, f"{page}#{cell}") for at, part in enumerate(parts))


def anchor(cell: str) -> str:
    """Name of the place of a cell in its page."""
    return f"cell-{cell}"


def _kept(part: str, page: str) -> str:
    """A part that is no prose as it is, but a link to a cell in the form of all others."""
    if found := _TO_CELL.fullmatch(part):
        text, notebook, name = found.groups()
        there = f"{notebook}.html" if notebook else page
        return _made(escape(text), f"{there}#{name}")
    return part


def _numbers(prose: str, target: str) -> str:
    return _NUMBER.sub(lambda found: _made(found[0], target), prose)


def _made(text: str, target: str) -> str:
    return f'<a class="crm-made" href="{target}">{text}</a>'


class _Cells:
    """The cells of a page, in the making: code that shows nothing is folded together with the code that follows."""

    def __init__(self, page: Page, figures: dict[bytes, str]) -> None:
        self.page, self.figures = page, figures
        self.made: list[dict[str, Any]] = []
        self._code: list[dict[str, Any]] = []

    def add(self, cell: dict[str, Any]) -> None:
        """Take in a cell of the notebook."""
        if cell["cell_type"] != "code":
            self.fold()
            self.made.append(markup.cell(_ANCHOR.sub(_placed, "".join(cell["source"]))))
        elif "injected-parameters" not in cell["metadata"].get("tags", []):
            # Outputs stand beside the folded code, so that prose is set and searched like any other.
            shown = [self._shown(output, cell["id"]) for output in cell["outputs"]]
            rest = [output for output, text in zip(cell["outputs"], shown, strict=True) if not text]
            self._code.append({**cell, "outputs": rest})
            if any(shown):
                self.fold()
                self.made += [markup.cell(text) for text in shown if text]

    def fold(self) -> None:
        """Write the code that waits as one cell that is folded away, with what else it put out."""
        if not self._code:
            return
        places = "".join(f'<span class="crm-cell" id="{anchor(cell["id"])}"></span>' for cell in self._code)
        self.made.append(markup.cell(Html(places)))
        outputs = [output for cell in self._code for output in cell["outputs"]]
        source = "\n\n".join("".join(cell["source"]) for cell in self._code)
        tag = "hide-cell" if outputs else "hide-input"
        self.made.append({**self._code[0], "source": source, "outputs": outputs, "metadata": {"tags": [tag]}})
        self._code = []

    def _shown(self, output: dict[str, Any], cell: str) -> str:
        """An output as Markdown or HTML; empty where it is folded away with the code."""
        data = output.get("data", {})
        if "text/markdown" in data:
            return linked("".join(data["text/markdown"]), anchor(cell))
        if "text/html" in data and output["output_type"] == "display_data":
            return scrolling("".join(data["text/html"]))
        if "image/png" in data and (name := self.figures.get(base64.b64decode("".join(data["image/png"])))):
            alt = output["metadata"].get("image/png", {}).get("alt", name)
            return self.page.figure(name, alt, f"{escape(name)} · {figure_links(name)}")
        return ""


def _placed(found: re.Match[str]) -> str:
    """An anchor as a place of this page alone: other chapters may have one of the same name."""
    if found["heading"] and make_id(found["heading"]) == found["name"]:
        return found["next"]
    return f'<span class="crm-cell" id="{found["name"]}"></span>\n\n{found["next"] or ""}'


def scrolling(table: str) -> Html:
    """A table that scrolls sideways where the page is too narrow for it."""
    caption = _CAPTION.search(table)
    name = caption[1] if caption else "table"
    for style, short in _SIDES.items():
        table = table.replace(style, short)
    return Html(f'<div class="crm-scroll" tabindex="0" role="region" aria-label="{name}">{table}</div>')


def figure_links(name: str) -> Html:
    """Downloads of a figure and of the data behind it."""
    kinds = {"png": "PNG", "csv": "data (CSV)"}
    return Html(" · ".join(link(f"figures/{name}.{ending}", kind) for ending, kind in kinds.items()))
