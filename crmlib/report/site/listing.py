"""What the chapters show and where: figures, tables, findings and sentences by the calls in their notebooks."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Made(NamedTuple):
    """Something that a chapter shows: the method that shows it, its name, and where."""

    kind: str
    name: str
    notebook: str
    cell: str

    @property
    def function(self) -> str:
        """The function of ``crmlib.report.figures`` that draws it, if it is a figure."""
        return f"{self.notebook[3:]}.{self.name}"

    @property
    def alt(self) -> str:
        """Key of the text that says what it shows, if it is a figure."""
        return f"{self.notebook[3:]}.figure.{self.name}.alt"


def listed(notebooks: Path) -> list[Made]:
    """Every call ``chapter.kind("name", …)`` in the notebooks of a folder, in their order."""
    return [made for path in sorted(notebooks.glob("[0-9]*.ipynb")) for made in _of_notebook(path)]


def _of_notebook(path: Path) -> Iterator[Made]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                match node:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id="chapter"), attr=kind), args=[ast.Constant(value=name), *_]
                    ):
                        yield Made(kind, name, path.stem, cell["id"])
