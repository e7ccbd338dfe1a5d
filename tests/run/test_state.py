import pytest

from crmlib.run.fingerprint import files_digests
from crmlib.run.folder import RunFolder
from crmlib.run.state import RunPlan, forget, load_state, save_state, why
from crmlib.words.messages import say


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "ours")
    folder.write("tables/classes.csv", b"gold")
    return folder


@pytest.fixture
def state(folder):
    inputs = {"file": {"crmlib": "a"}, "setting": {"matrix.cut_current": "p70"}, "chapter": {"06_scores": "b"}}
    return {"inputs": inputs, "files": files_digests(folder.path, ["tables/classes.csv"]), "seconds": 0.1}


def test_a_state_comes_back_as_it_was_saved(folder, state):
    assert load_state(folder, "matrix") == {}
    save_state(folder, "matrix", state)
    assert load_state(folder, "matrix") == state
    assert load_state(folder, "scores") == {}


def test_a_chapter_that_is_forgotten_leaves_nothing(folder, state):
    folder.write("results/matrix.json", b"{}")
    save_state(folder, "matrix", state)
    forget(folder, "matrix")
    assert [path for path in folder.path.rglob("*") if path.is_file()] == []


def test_a_chapter_with_the_same_inputs_and_files_holds(folder, state):
    assert why(folder, state, dict(state["inputs"])) == []


def test_a_chapter_that_has_not_run_says_so(folder):
    assert why(folder, {}, {"file": {"crmlib": "a"}}) == [say("run.why.new")]


@pytest.mark.parametrize(
    ("kind", "name", "value", "told"),
    [
        ("file", "crmlib", "c", say("run.why.file", name="crmlib", old="a", new="c")),
        ("file", "raw/rates.csv", "d", say("run.why.file", name="raw/rates.csv", old="–", new="d")),
        ("setting", "matrix.draws", 9, say("run.why.setting", name="matrix.draws", old="–", new="9")),
        ("setting", "matrix.extra", True, say("run.why.setting", name="matrix.extra", old="–", new="true")),
        ("chapter", "06_scores", "c", say("run.why.chapter", name="06_scores", old="b", new="c")),
    ],
)  # fmt: skip
def test_what_changed_is_told_by_its_name(folder, state, kind, name, value, told):
    now = state["inputs"] | {kind: state["inputs"][kind] | {name: value}}
    assert why(folder, state, now) == [told]


def test_what_is_gone_is_told(folder, state):
    now = state["inputs"] | {"setting": {}}
    assert why(folder, state, now) == [say("run.why.setting", name="matrix.cut_current", old="p70", new="–")]


@pytest.mark.parametrize("content", [None, b"iron"])
def test_a_file_that_is_missing_or_was_changed_is_named(folder, state, content):
    (folder.path / "tables" / "classes.csv").unlink()
    if content:
        folder.write("tables/classes.csv", content)
    assert why(folder, state, dict(state["inputs"])) == [say("run.why.broken", name="tables/classes.csv")]


def test_a_plan_is_up_to_date_where_nothing_runs_and_nothing_is_recorded():
    assert RunPlan({"matrix": []}).up_to_date
    assert not RunPlan({"matrix": []}, [say("run.record_settings")]).up_to_date
    assert not RunPlan({"matrix": [say("run.why.new")]}).up_to_date
