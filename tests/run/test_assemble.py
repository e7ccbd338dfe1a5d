import json

import pytest

from crmlib.run.assemble import complete, differs
from crmlib.run.folder import RunFolder, json_bytes
from crmlib.study import Study


@pytest.fixture
def part(tmp_path):
    return RunFolder(tmp_path / ".jd.part" / "jd")


def made(part, **files):
    """State of a chapter that made files."""
    for name, content in files.items():
        part.write(name, content)
    return {
        "state": "ran",
        "seconds": 1.5,
        "inputs": {"file": dict.fromkeys(files, "y")},
        "files": dict.fromkeys(files, "x"),
    }


@pytest.fixture
def states(part):
    matrix = {"numbers": {"gold": {"value": 3, "unit": "customers"}}, "findings": ["Three."]}
    scores = {"numbers": {"scored": {"value": 9, "unit": "customers"}}, "findings": ["Nine."]}
    return {
        "matrix": made(part, **{"results/matrix.json": json_bytes(matrix), "tables/classes.csv": b"class\ngold\n"}),
        "scores": made(part, **{"results/scores.json": json_bytes(scores)}),
    }


def read(part, name):
    return json.loads((part.path / name).read_text())


def test_what_differs_from_the_study_is_listed(jd):
    other = Study.load("jd", **{"matrix.cut_current": "mean", "seed": 7})
    assert differs(other) == {
        "matrix.cut_current": {"study": "p70", "run": "mean"},
        "seed": {"study": jd.seed, "run": 7},
    }
    assert differs(jd) == {}


def test_the_record_tells_how_the_run_was_made(jd, part, states):
    complete(part, Study.load("jd", seed=7), states)
    record = read(part, "run.json")
    assert list(record["chapters"]) == ["06_scores", "07_matrix"]
    assert record["chapters"]["07_matrix"] == {"state": "ran", "seconds": 1.5, "findings": ["Three."]}
    assert record["settings"]["matrix.cut_current"] == "p70"
    assert list(record["differs"]) == ["seed"]
    assert record["inputs"]["results/matrix.json"] == "y"
    assert "numpy" in record["versions"]


def test_key_numbers_stand_in_the_order_of_the_chapters(jd, part, states):
    complete(part, jd, states)
    assert list(read(part, "results.json")) == ["scores.scored", "matrix.gold"]
    assert (part.path / "classes.csv").read_bytes() == b"class\ngold\n"


def test_the_model_is_references_weights_and_cuts(jd, part, states):
    states["scores"] |= made(part, **{"model_now.json": b'{"model": 1}', "cuts.json": b"[55, 50]"})
    states["scores"]["files"]["results/scores.json"] = "x"
    complete(part, jd, states)
    assert read(part, "model.json") == {"model": 1, "cuts": [55, 50]}


def test_a_run_without_a_model_has_none(jd, part, states):
    complete(part, jd, states)
    assert not (part.path / "model.json").exists()


def test_what_no_chapter_made_is_removed(jd, part, states):
    part.write("tables/left_behind.csv", b"old")
    part.write("settings.yaml", b"study: jd\n")
    complete(part, jd, states)
    files = {path.relative_to(part.path).as_posix() for path in part.path.rglob("*") if path.is_file()}
    assert "tables/left_behind.csv" not in files
    assert {"settings.yaml", "tables/classes.csv", "results/matrix.json", "run.json"} <= files
