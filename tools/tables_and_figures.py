"""The list of every table and figure with the notebook, the cell and the function that makes it.

``python tools/tables_and_figures.py`` writes docs/tables-and-figures.md from the notebooks; a test says when it is
stale.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "tables-and-figures.md"
HEAD = """# Tables and figures

Every figure (`figures/<name>.svg`, `.png`, and its data as `.csv`) and every table (`tables/<name>.parquet`, `.csv`)
of a run, with the notebook and the cell that make it. Made by `python tools/tables_and_figures.py`.
"""


class Made(NamedTuple):
    """One table or figure."""

    kind: str
    name: str
    notebook: str
    cell: str
    function: str
    shows: str


def listed(notebooks: Path = ROOT / "notebooks") -> list[Made]:
    """Tables and figures in the order of the notebooks."""
    return [made for path in sorted(notebooks.glob("[0-9]*.ipynb")) for made in _of_notebook(path)]


def document(rows: list[Made]) -> str:
    """The list as Markdown: figures first, then tables."""
    figures = [
        f"| {m.name} | {m.notebook} | {m.cell} | `{m.function}` | {m.shows} |" for m in rows if m.kind == "figure"
    ]
    tables = [f"| {m.name} | {m.notebook} | {m.cell} |" for m in rows if m.kind == "write"]
    parts = [
        HEAD,
        "## Figures\n\n| figure | notebook | cell | function in `crmlib.report.figures` | shows |",
        "|---|---|---|---|---|",
        *figures,
        "\n## Tables\n\n| table | notebook | cell |",
        "|---|---|---|",
        *tables,
    ]
    return "\n".join(parts) + "\n"


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


if __name__ == "__main__":
    TARGET.write_text(document(listed()), encoding="utf-8")
