"""The example that is kept with the project is what the case gives today: every key number and every class."""

import importlib.util
import json
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from crmlib.run.compare import frames_differ, numbers_differ
from crmlib.study import PROJECT

EXAMPLE = PROJECT / "reports" / "example"


def kept(name):
    path = EXAMPLE / name
    assert path.is_file(), f"reports/example/{name} is missing: make example"
    return path


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_key_number_is_that_of_the_example(jd_run):
    example, made = read(kept("results.json")), read(jd_run.path / "results.json")
    assert list(made) == list(example)
    told = {name: numbers_differ(example[name]["value"], made[name]["value"]) for name in example}
    assert {name: text for name, text in told.items() if text} == {}
    for name, number in example.items():
        assert {**made[name], "value": None} == {**number, "value": None}


def test_every_class_is_exactly_that_of_the_example(jd_run):
    paths = kept("classes.csv"), jd_run.path / "classes.csv"
    example, made = (pd.read_csv(path, dtype={"customer_id": "str"}) for path in paths)
    assert frames_differ(example, made) is None
    texts = example.columns.difference(["current", "potential", "total"])
    assert {"customer_id", "class", "stage"} <= set(texts)
    pd.testing.assert_frame_equal(made[texts], example[texts], check_exact=True)


def test_every_graded_customer_has_a_row_and_a_class(jd_run):
    classes = pd.read_csv(jd_run.path / "classes.csv", dtype={"customer_id": "str"})
    numbers = read(jd_run.path / "results.json")
    assert classes["customer_id"].is_unique
    counts = classes["class"].value_counts()
    assert {name: numbers[f"matrix.customers_{name}"]["value"] for name in counts.index} == counts.to_dict()
    assert counts.sum() == numbers["scores.scored"]["value"]


def test_every_key_number_names_the_cell_that_made_it(jd_run):
    """By the anchor above it, or by its own identifier."""
    numbers = read(jd_run.path / "results.json")
    assert len(numbers) > 100
    names = {}
    for path in (PROJECT / "notebooks").glob("*.ipynb"):
        cells = read(path)["cells"]
        anchors = re.findall(r"^\(([\w-]+)\)=", "\n".join("".join(cell["source"]) for cell in cells), re.MULTILINE)
        names[path.stem] = {*anchors, *(cell["id"] for cell in cells if cell["cell_type"] == "code")}
    assert [name for name, made in numbers.items() if made["cell"] not in names[made["notebook"]]] == []


@pytest.mark.parametrize("name", ["classes.csv", "results.json", "model.json", "settings.yaml"])
def test_what_the_run_hands_over_is_there(jd_run, name):
    assert (jd_run.path / name).stat().st_size > 100


def words(path):
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout
    return text.split()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext: apt-get install poppler-utils")
def test_the_brief_says_what_the_example_says(jd_report):
    assert words(jd_report / "brief.pdf") == words(kept("brief.pdf")), "stale: make example"


def test_the_picture_of_the_matrix_is_that_of_the_run(jd_run):
    assert_alike(jd_run.path / "figures" / "matrix.png", PROJECT / "docs" / "images" / "matrix.png")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium: apt-get install chromium")
def test_the_picture_of_the_front_page_is_that_of_the_site(jd_report, tmp_path):
    spec = importlib.util.spec_from_file_location("example", PROJECT / "tools" / "example.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.photograph(jd_report / "site" / "index.html", tmp_path / "front.png")
    assert_alike(tmp_path / "front.png", PROJECT / "docs" / "images" / "front.png")


def assert_alike(made, kept):
    """But for the smoothing of edges, which differs between versions of what draws them."""
    first, second = (np.asarray(Image.open(path).convert("L"), dtype=float) for path in (made, kept))
    assert first.shape == second.shape, "stale: make example"
    assert (np.abs(first - second) > 64).mean() < 0.01, "stale: make example"
