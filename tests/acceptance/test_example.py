"""The example that is kept with the project is what the case gives today: every key number and every class."""

import json
import re

import pandas as pd
import pytest

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
    assert frames_differ(example, made) == ""
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
