"""Chapters: an executed notebook as a page. Code is folded away, and every number leads to the cell that made it."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from docutils.nodes import make_id
from markupsafe import Markup

from crmlib.absent import is_known
from crmlib.report.digest import Digest
from crmlib.report.site.markup import cell, figure, place, scrolling
from crmlib.words.bibliography import Work, with_citations
from crmlib.words.numbers import rounded
from crmlib.words.voice import Voice, linked

_ANCHOR = re.compile(r"^\((?P<name>[\w-]+)\)=\n+(?P<next>#+ (?P<heading>.*))?", re.MULTILINE)

SOURCES = "references"
"""Page of the works that chapters cite."""

Cell = dict[str, Any]


def chapters(digest: Digest) -> dict[str, dict[str, Any]]:
    """The run's chapters as notebooks for Sphinx, by name; key numbers with what they are on other books."""
    run = digest.run
    figures = {path.read_bytes(): path.stem for path in (run.path / "figures").glob("*.png")}
    made = {}
    for path in sorted((run.path / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for output in (output for each in notebook["cells"] for output in each.get("outputs", ())):
            if output["output_type"] == "stream":
                output["text"] = "".join(_beside_others("".join(output["text"]), path.stem[3:], digest))
        cells = list(_cells(notebook["cells"], figures, run.study.voice))
        made[path.stem] = {**notebook, "metadata": {"language_info": {"name": "python"}}, "cells": cells}
    return made


def _beside_others(printed: str, section: str, digest: Digest) -> Iterator[str]:
    """The key numbers that a chapter prints, each with its bounds on other books where it has such."""
    known = digest.bands.to_dict("index") if is_known(digest.bands) else {}
    for line in printed.splitlines():
        band = known.get(f"{section}.{line.partition(':')[0]}")
        beside = digest.voice.say("site.beside", low=rounded(band["low"]), high=rounded(band["high"])) if band else ""
        yield f"{line} {beside}".rstrip() + "\n"


def anchor(cell: str) -> str:
    """Name of the place of a cell in its page."""
    return f"cell-{cell}"


def _cells(cells: list[Cell], figures: dict[bytes, str], voice: Voice) -> Iterator[Cell]:
    """The cells of a page: code that shows nothing is folded together with the code that follows.

    Parameters
    ----------
    figures : mapping of bytes to str
        Name of every figure of the run by its PNG.
    """
    code: list[Cell] = []
    for each in cells:
        shown: list[Any] = []
        if each["cell_type"] != "code":
            shown = [with_citations(_ANCHOR.sub(_placed, "".join(each["source"])), _to_source)]
        elif "injected-parameters" not in each["metadata"].get("tags", []):
            # Outputs stand beside the folded code, so that prose is set and searched like any other.
            made = [_shown(output, each["id"], figures, voice) for output in each["outputs"]]
            shown = [html for html in made if html]
            code.append({**each, "outputs": [o for o, html in zip(each["outputs"], made, strict=True) if not html]})
        if shown:
            yield from _folded(code)
            code = []
            yield from map(cell, shown)
    yield from _folded(code)


def _folded(code: list[Cell]) -> Iterator[Cell]:
    """Cells of code as one that is folded away, with what else they put out."""
    if code:
        yield cell(Markup("").join(place(anchor(each["id"])) for each in code))
        outputs = [output for each in code for output in each["outputs"]]
        source = "\n\n".join("".join(each["source"]) for each in code)
        tag = "hide-cell" if outputs else "hide-input"
        yield {**code[0], "source": source, "outputs": outputs, "metadata": {"tags": [tag]}}


def _shown(output: Cell, cell: str, figures: dict[bytes, str], voice: Voice) -> Markup:
    """An output as HTML; empty where it is folded away with the code."""
    if output["output_type"] != "display_data":
        return Markup()
    data = {kind: "".join(content) for kind, content in output["data"].items()}
    if name := figures.get(base64.b64decode(data.get("image/png", ""))):
        return figure(name, output["metadata"].get("image/png", {}).get("alt", name), voice)
    # What chapters show as HTML was escaped by the words that made it.
    html = Markup(data.get("text/html", ""))
    return scrolling(html, voice.say("site.table")) if html.startswith("<table") else linked(html, anchor(cell))


def _placed(found: re.Match[str]) -> str:
    """An anchor as a place of this page alone: other chapters may have one of the same name."""
    if found["heading"] and make_id(found["heading"]) == found["name"]:
        return found["next"]
    return f"{place(found['name'])}\n\n{found['next'] or ''}"


def _to_source(citation: str, work: Work) -> str:
    """A citation as a link to the list of sources."""
    return f"[{' '.join(citation.split())}]({SOURCES}.html#{work.key})"
