"""All notebooks together are short: what they compute is in the library, what they say is in words."""

import json

from crmlib.run.graph import notebook_name
from crmlib.study import CHAPTERS, PROJECT

ALL_LINES = 1250


def lines(section):
    path = PROJECT / "notebooks" / f"{notebook_name(section)}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [line for cell in cells if cell["cell_type"] == "code" for line in "".join(cell["source"]).splitlines()]
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in code)


def test_all_notebooks_together_have_few_lines_of_code():
    assert sum(map(lines, CHAPTERS)) <= ALL_LINES
