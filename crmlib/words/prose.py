"""Prose: the fixed text of the chapters, which stands in their Markdown cells and here in Chinese.

A file a chapter, ``words/prose/<notebook>.zh.md``; a line ``<!-- cell name -->`` begins the text of that cell.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("prose")
_CELL = re.compile(r"^<!-- cell ([\w-]+) -->\n", re.MULTILINE)


@cache
def prose(notebook: str, language: str) -> dict[str, str]:
    """Text of each Markdown cell of a notebook by the cell's name; empty in the notebook's own language."""
    path = FOLDER / f"{notebook}.{language}.md"
    if not path.is_file():
        return {}
    _, *parts = _CELL.split(path.read_text(encoding="utf-8"))
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
