"""Every notebook by nbval on a finished run: its key numbers must be those that are stored with it.

Copies are run, in a folder of their own, with forks of a warmed kernel as in a run.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from xml.etree import ElementTree

import pytest

from crmlib.run.fingerprint import file_digest
from crmlib.run.graph import notebook_name
from crmlib.study import CHAPTERS, PROJECT

NOTEBOOKS = [notebook_name(section) for section in CHAPTERS]
NBVAL = """
import pytest
from crmlib.run.server import ready
with ready():
    pytest.main(["--nbval-lax", "-p", "no:cacheprovider", "--junitxml=found.xml", "notebooks"])
"""

# Drawn where a book has outcomes and responses to prices, which the simulated one has not.
OTHER_BOOKS = {"outcome_roc", "rates"}


def edit(notebook):
    """Change the last digit of the first key number that is stored with a notebook."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    output = content["cells"][-1]["outputs"][0]
    first, *rest = "".join(output["text"]).splitlines(keepends=True)
    output["text"] = [re.sub(r"\d(?=\D*$)", lambda digit: str((int(digit[0]) + 1) % 10), first), *rest]
    notebook.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="module")
def found(jd_run, tmp_path_factory):
    """What nbval found wrong in each notebook, and in ``edited``, of which a stored number was changed."""
    folder = tmp_path_factory.mktemp("nbval")
    shutil.copytree(PROJECT / "data" / "jd", folder / "data" / "jd")
    (folder / "notebooks").mkdir()
    for name in NOTEBOOKS:
        shutil.copyfile(PROJECT / "notebooks" / f"{name}.ipynb", folder / "notebooks" / f"{name}.ipynb")
    edited = folder / "notebooks" / "edited.ipynb"
    shutil.copyfile(jd_run.path / "notebooks" / "04_problems.ipynb", edited)
    edit(edited)
    environment = os.environ | {"CRM_REPORTS": str(jd_run.path.parent)}
    command = [sys.executable, "-c", NBVAL]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (folder / "found.xml").is_file(), done.stdout + done.stderr
    wrong = defaultdict(list)
    for cell in ElementTree.parse(folder / "found.xml").iter("testcase"):
        name = cell.get("classname").removeprefix("notebooks.").removesuffix(".ipynb")
        wrong[name] += [fault.text for fault in cell if fault.tag in ("failure", "error")]
    return wrong


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_and_shows_the_key_numbers_that_are_stored(found, name):
    assert name in found
    assert not found[name], "\n".join(found[name])


def test_a_stored_number_that_was_edited_is_found(found):
    assert ["Cell outputs differ" in text for text in found["edited"]] == [True]


def test_notebooks_write_nothing_into_the_run_that_they_show(found, jd_run):
    record = json.loads((jd_run.path / "run.json").read_text(encoding="utf-8"))
    for name in record["chapters"]:
        state = json.loads((jd_run.path / ".state" / f"{name}.json").read_text(encoding="utf-8"))
        for file, digest in state["files"].items():
            assert file_digest(jd_run.path / file) == digest, file


def test_every_figure_that_is_listed_is_drawn_and_has_its_data(jd_run):
    page = (PROJECT / "docs" / "tables-and-figures.md").read_text(encoding="utf-8")
    figures = page.partition("## Figures")[2].partition("## Tables")[0]
    listed = set(re.findall(r"^\| (\w+) \| \d\d_", figures, re.MULTILINE))
    for suffix in ("svg", "png", "csv"):
        drawn = {path.stem for path in (jd_run.path / "figures").glob(f"*.{suffix}")}
        assert drawn == listed - OTHER_BOOKS, suffix
