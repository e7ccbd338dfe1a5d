import pytest

from crmlib.errors import RunError
from crmlib.run.fingerprint import files_digests
from crmlib.run.folder import RunFolder
from crmlib.run.state import RunPlan, load_state, notebook_of, save_state, why


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "ours")
    folder.write("tables/classes.csv", b"gold")
    return folder


@pytest.fixture
def state(folder):
    inputs = {"settings matrix.cut_current": "p70", "crmlib": "a", "07_matrix.ipynb": "b"}
    return {"inputs": inputs, "files": files_digests(folder, ["tables/classes.csv"]), "seconds": 0.1}


def test_a_state_comes_back_as_it_was_saved(folder, state):
    assert load_state(folder, "matrix") == {}
    save_state(folder, "matrix", state)
    assert load_state(folder, "matrix") == state
    assert load_state(folder, "scores") == {}


def test_a_chapter_with_the_same_inputs_and_files_holds(folder, state):
    assert why(folder, state, dict(state["inputs"])) == []


def test_a_chapter_that_has_not_run_says_so(folder):
    assert why(folder, {}, {"crmlib": "a"}) == ["not run yet"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"crmlib": "c"}, "crmlib changed"),
        ({"settings matrix.cut_current": "mean"}, "matrix.cut_current: p70 → mean"),
        ({"settings matrix.extra": True}, "matrix.extra: missing → true"),
        ({"data/jd/tables/rates.csv": "d"}, "data/jd/tables/rates.csv is new"),
    ],
)
def test_what_changed_is_told_in_words(folder, state, changes, told):
    assert why(folder, state, state["inputs"] | changes) == [told]


def test_what_is_gone_is_told(folder, state):
    now = {name: value for name, value in state["inputs"].items() if name == "crmlib"}
    assert why(folder, state, now) == ["matrix.cut_current: p70 → missing", "07_matrix.ipynb is gone"]


@pytest.mark.parametrize("content", [None, b"iron"])
def test_a_file_that_is_missing_or_was_changed_is_named(folder, state, content):
    (folder.path / "tables" / "classes.csv").unlink()
    if content:
        folder.write("tables/classes.csv", content)
    assert why(folder, state, dict(state["inputs"])) == ["tables/classes.csv is missing or was changed"]


def test_values_are_compared_as_they_come_back_from_the_file(folder, state):
    state["inputs"]["settings scores.grades"] = [20, 40]
    save_state(folder, "scores", state)
    now = state["inputs"] | {"settings scores.grades": (20, 40)}
    assert why(folder, load_state(folder, "scores"), now) == []


def test_a_plan_is_up_to_date_where_nothing_runs_and_nothing_is_recorded():
    assert RunPlan({"matrix": []}).up_to_date
    assert not RunPlan({"matrix": []}, record_settings=True).up_to_date
    assert not RunPlan({"matrix": ["crmlib changed"]}).up_to_date


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(RunError, match=r"/07_matrix\.ipynb: no such notebook. Every chapter has one"):
        notebook_of(tmp_path, "matrix")
