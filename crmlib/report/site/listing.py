"""What the chapters show and where: figures, tables, findings and sentences by the calls in their notebooks."""

import json
import re
from pathlib import Path
from typing import NamedTuple

_CALL = re.compile(r'\bchapter\.(\w+)\(\s*"([\w-]+)"')


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
    return [
        Made(kind, name, path.stem, cell["id"])
        for path in sorted(notebooks.glob("[0-9]*.ipynb"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
        for kind, name in _CALL.findall("".join(cell["source"]))
    ]
