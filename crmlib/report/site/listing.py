"""Which notebook, cell and function made every table and figure, read from the notebooks' own calls."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Made(NamedTuple):
    """One table or figure."""

    kind: str
    name: str
    notebook: str
    cell: str
    function: str
    shows: str


def listed(notebooks: Path) -> list[Made]:
    """Tables (kind ``write``) and figures (``figure``) in the order of the notebooks of a folder."""
    return [made for path in sorted(notebooks.glob("[0-9]*.ipynb")) for made in _of_notebook(path)]


def _of_notebook(path: Path) -> Iterator[Made]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                if made := _made(node):
                    kind, name, function, shows = made
                    yield Made(kind, name, path.stem, cell["id"], function, shows)


def _made(node: ast.AST) -> tuple[str, str, str, str] | None:
    """Kind, name, function and alternative text of a call of ``chapter.figure`` or ``chapter.write``."""
    if not (isinstance(node, ast.Call) and ast.unparse(node.func) in ("chapter.figure", "chapter.write")):
        return None
    drawn = node.args[1]
    function = ast.unparse(drawn.func) if isinstance(drawn, ast.Call) else ""
    alt = next((keyword.value for keyword in node.keywords if keyword.arg == "alt"), None)
    return ast.unparse(node.func).split(".")[1], _text(node.args[0]), function.split(".")[-1], _text(alt)


def _text(node: ast.expr | None) -> str:
    """The words of a string, with … for what is computed."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "…" if node is not None else ""
