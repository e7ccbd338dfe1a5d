"""The fixed text of every chapter stands in Chinese too, with the same places and equations."""

import json
import re

import pytest

from crmlib.run.graph import notebook_name
from crmlib.study import CHAPTERS, PROJECT
from crmlib.words.prose import prose

EQUATION = re.compile(r"\\begin\{(equation|align)\}.*?\\end\{\1\}", re.DOTALL)
PLACE = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
HEADING = re.compile(r"^#+", re.MULTILINE)


def fixed_text(section):
    path = PROJECT / "notebooks" / f"{notebook_name(section)}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"}


@pytest.mark.parametrize("section", CHAPTERS)
def test_every_cell_of_text_stands_in_chinese(section):
    english, chinese = fixed_text(section), prose(notebook_name(section), "zh")
    assert list(chinese) == list(english)
    for cell, text in chinese.items():
        assert re.search(r"[\u4e00-\u9fff]", text), cell
        assert PLACE.findall(text) == PLACE.findall(english[cell]), cell
        assert HEADING.findall(text) == HEADING.findall(english[cell]), cell
        found, expected = ([each[0] for each in EQUATION.finditer(own)] for own in (text, english[cell]))
        assert [re.sub(r"\s+", " ", each) for each in found] == [re.sub(r"\s+", " ", each) for each in expected], cell


def test_a_notebook_in_its_own_language_needs_no_other_text():
    assert prose("04_problems", "en") == {}
