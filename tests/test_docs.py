import re
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from crmlib.study import Study
from crmlib.words.texts import has

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def listing():
    sys.path.insert(0, str(ROOT / "tools"))
    import tables_and_figures

    sys.path.remove(str(ROOT / "tools"))
    return tables_and_figures


def test_the_list_of_tables_and_figures_is_current(listing):
    current = listing.document(listing.listed(ROOT / "notebooks"))
    stored = listing.TARGET.read_text(encoding="utf-8")
    assert stored == current, "docs/tables-and-figures.md is stale: python tools/tables_and_figures.py"


def test_names_of_figures_and_tables_are_unique(listing):
    made = listing.listed(ROOT / "notebooks")
    names = [(each.kind, each.name) for each in made if each.kind in ("figure", "write")]
    assert len(names) == len(set(names))


def test_every_figure_is_drawn_by_a_figure_function_and_says_what_it_shows(listing):
    import importlib

    for made in listing.listed(ROOT / "notebooks"):
        if made.kind == "figure":
            chapter, _, name = made.function.partition(".")
            function = getattr(importlib.import_module(f"crmlib.report.figures.{chapter}"), name, None)
            assert callable(function), f"{made.notebook}: no function {name} in figures/{chapter}.py"
            assert function.__annotations__["return"] is Figure and has(made.alt), f"{made.notebook}, {made.name}"


def test_settings_named_in_the_assumptions_log_exist():
    settings = set(Study.load("jd").flat())
    sections = {name.partition(".")[0] for name in settings}
    named = re.findall(r"`([a-z_]+\.[a-z_]+)`", (DOCS / "assumptions.md").read_text(encoding="utf-8"))
    wrong = [name for name in named if name.partition(".")[0] in sections and name not in settings]
    assert not wrong and named


def test_files_named_in_the_docs_exist():
    for page in DOCS.glob("*.md"):
        for name in re.findall(r"`((?:crmlib|docs|tests|tools)/[\w/.-]+)`", page.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), f"{page.name} names {name}"
