"""The form of the notebooks: parameters, beginning, no definitions, and a stored check at the end."""

import ast
import json
import re
import statistics

import pytest

from crmlib.run.graph import notebook_name
from crmlib.study import CHAPTERS, PROJECT

NOTEBOOKS = PROJECT / "notebooks"
CHECK = "# NBVAL_CHECK_OUTPUT"
MOST_LINES, MEDIAN_LINES, FIRST_FINDING = 12, 5, 12
"""Of a cell, of half of the cells, and before the first finding, parameters apart."""

pytestmark = pytest.mark.parametrize("section", CHAPTERS)


def cells(section, kind="code"):
    content = json.loads((NOTEBOOKS / f"{notebook_name(section)}.ipynb").read_text(encoding="utf-8"))
    return [{**cell, "source": "".join(cell["source"])} for cell in content["cells"] if cell["cell_type"] == kind]


def test_it_opens_with_its_title_and_question(section):
    title, *_ = cells(section, "markdown")[0]["source"].splitlines()
    assert title.startswith(f"# {CHAPTERS.index(section)} · ")
    assert "**Question.**" in cells(section, "markdown")[0]["source"]


def test_its_parameters_are_its_section_of_the_settings(section, parameters_cell):
    tagged = [cell for cell in cells(section) if "parameters" in cell["metadata"].get("tags", ())]
    assert tagged == cells(section)[:1]
    assert tagged[0]["source"] == parameters_cell(section)
    assert tagged[0]["metadata"]["jupyter"] == {"source_hidden": True}, "shown folded"


def test_its_first_cell_after_the_parameters_begins_the_chapter(section):
    begin = cells(section)[1]["source"]
    assert begin.endswith(f'\n\nchapter = Chapter.begin("{section}", globals())\nchapter')


def lines(source):
    """Lines of code, without blanks and comments."""
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in source.splitlines())


def test_its_code_is_short_calls_and_nothing_else(section):
    for cell in cells(section)[1:]:
        nodes = list(ast.walk(ast.parse(cell["source"])))
        refused = ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.If | ast.IfExp | ast.JoinedStr | ast.While
        assert [ast.unparse(node) for node in nodes if isinstance(node, refused)] == [], cell["id"]
        assert not [node for node in nodes if isinstance(node, ast.Attribute) and node.attr == "format"], cell["id"]
        assert lines(cell["source"]) <= MOST_LINES, cell["id"]
    assert statistics.median(lines(cell["source"]) for cell in cells(section)[1:]) <= MEDIAN_LINES


def test_its_first_finding_stands_early(section):
    before = []
    for cell in cells(section)[1:]:
        before.append(cell["source"])
        if "chapter.finding(" in cell["source"]:
            break
    assert lines("\n".join(before)) <= FIRST_FINDING


def test_its_cells_are_named_by_words(section):
    content = json.loads((NOTEBOOKS / f"{notebook_name(section)}.ipynb").read_text(encoding="utf-8"))
    names = [cell["id"] for cell in content["cells"]]
    assert [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name) or name.startswith("cell")] == []


def test_its_last_cell_checks_the_key_numbers_and_closes_the_chapter(section):
    content = json.loads((NOTEBOOKS / f"{notebook_name(section)}.ipynb").read_text(encoding="utf-8"))
    assert content["cells"][-1]["cell_type"] == "code"
    last = cells(section)[-1]["source"]
    assert last.startswith(f"{CHECK}\n")
    assert last.endswith("\nchapter.close()")
    assert "chapter.keep(" in last


def test_its_key_numbers_are_stored_and_nothing_else_is(section):
    *others, last = cells(section)
    assert last["outputs"], "no stored check output, so nbval would compare nothing: make example"
    assert last["execution_count"]
    assert [output["name"] for output in last["outputs"]] == ["stdout"]
    assert "Differs from run" not in "".join(last["outputs"][0]["text"])
    for cell in others:
        checked = cell["source"].startswith(CHECK)
        assert bool(cell["outputs"]) == (cell["execution_count"] is not None) == checked
