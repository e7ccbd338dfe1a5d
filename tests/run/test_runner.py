"""What a run makes, what it runs again, and what is left after it was interrupted; cells run in this process."""

import csv
import threading
import time

import pandas as pd
import pytest

from crmlib.errors import RunError, SettingsError
from crmlib.run import notebook, runner
from crmlib.run.progress import Progress
from crmlib.run.runner import Order
from crmlib.run.state import require_finished
from crmlib.run.swap import Places
from crmlib.study import CHAPTERS, Study
from crmlib.words.messages import say

pytestmark = pytest.mark.usefixtures("quick")

NOTEBOOKS = [
    "00_introduction", "01_book", "02_management", "03_structure", "04_problems", "05_model", "06_scores", "07_matrix",
    "08_strategy", "09_evidence", "10_conclusion",
]  # fmt: skip


def ran(states):
    return [name for name, state in states.items() if state == "ran"]


def value_of(tiny, section):
    return list(csv.reader(tiny.files()[f"tables/of_{section}.csv"].decode().splitlines()))[1:]


def test_a_run_makes_every_chapter_and_its_record(tiny, capsys):
    assert tiny.run() == dict.fromkeys(NOTEBOOKS, "ran")
    files = tiny.files()
    for section, name in zip(CHAPTERS, NOTEBOOKS, strict=True):
        assert {f"tables/of_{section}.csv", f"tables/of_{section}.parquet", f"notebooks/{name}.ipynb"} <= set(files)
    record = tiny.record()
    assert (record["study"], record["run"], record["differs"]) == ("tiny", "tiny", {})
    assert record["chapters"]["07_matrix"]["seconds"] >= 0
    assert {"crmlib", "packages", "tree", "notebooks/07_matrix.ipynb"} <= set(record["inputs"])
    assert [path.name for path in (tiny.root / "reports").iterdir() if path.is_dir()] == ["tiny"]
    told = capsys.readouterr().out
    assert "07_matrix       ran" in told
    assert told.index("Report: reports/tiny") < told.index("  07_matrix  study finding of matrix")


def test_a_second_run_does_nothing_and_says_so(tiny, capsys):
    tiny.run()
    before = tiny.files()
    capsys.readouterr()
    tiny.run()
    assert capsys.readouterr().out == "nothing to do: reports/tiny is up to date\n"
    assert tiny.files() == before


def test_a_setting_of_the_matrix_runs_its_chapter_and_those_that_read_it(tiny):
    tiny.run()
    states = tiny.run(settings={"matrix.cut_current": "mean"})
    assert ran(states) == ["07_matrix", "08_strategy", "09_evidence"]
    assert set(states.values()) == {"ran", "kept"}
    assert tiny.record()["differs"] == {"matrix.cut_current": {"study": "p70", "run": "mean"}}
    assert tiny.record()["settings"]["matrix.cut_current"] == "mean"


def test_a_title_runs_nothing_and_is_recorded(tiny):
    tiny.run()
    states = tiny.run(settings={"title": "Another title"})
    assert ran(states) == []
    assert tiny.record()["settings"]["title"] == "Another title"


def test_a_shared_setting_runs_everything(tiny):
    tiny.run()
    assert ran(tiny.run(settings={"profit.tax": 0.2})) == NOTEBOOKS


def test_a_chapter_whose_tables_come_out_the_same_runs_no_other(tiny):
    tiny.run()
    tiny.notebook("scores", code="# only a remark")
    assert ran(tiny.run()) == ["06_scores"]


def test_a_chapter_whose_tables_change_runs_those_that_read_them(tiny):
    tiny.run()
    tiny.notebook("scores", value="2.0")
    assert ran(tiny.run()) == NOTEBOOKS[6:]
    assert value_of(tiny, "scores") == [["2.0"]]


def test_a_file_of_the_report_that_was_changed_is_made_again(tiny):
    tiny.run()
    (tiny.root / "reports" / "tiny" / "tables" / "of_structure.csv").write_text("by hand")
    assert tiny.status().reasons["structure"] == [say("run.why.broken", name="tables/of_structure.csv")]
    assert ran(tiny.run()) == ["03_structure"]
    assert value_of(tiny, "structure") == [["1.0"]]


def test_nothing_that_a_chapter_no_longer_makes_is_left(tiny):
    tiny.notebook("structure", code="chapter.write('extra', pd.DataFrame({'value': [1]}))")
    tiny.run()
    assert "tables/extra.csv" in tiny.files()
    tiny.notebook("structure")
    tiny.run()
    assert "tables/extra.csv" not in tiny.files()


def test_a_fresh_run_runs_every_chapter_and_comes_out_the_same(tiny):
    tiny.run()
    before = tiny.files()
    assert ran(tiny.run(fresh=True)) == NOTEBOOKS
    after = tiny.files()
    assert set(after) == set(before)
    assert {name for name in after if after[name] != before[name]} <= {
        "run.json",
        *(name for name in after if name.startswith(".state/")),
    }


def test_a_run_under_another_name_takes_over_what_holds_and_leaves_the_first_alone(tiny):
    tiny.run()
    before, changed = tiny.files(), {"matrix.cut_current": "mean"}
    assert [name for name, why in tiny.status(run="variant", settings=changed).reasons.items() if why] == [
        "matrix", "strategy", "evidence", "conclusion",
    ]  # fmt: skip
    states = tiny.run(run="variant", settings=changed)
    assert ran(states) == ["07_matrix", "08_strategy", "09_evidence"] and states["01_book"] == "kept"
    assert tiny.files() == before
    assert tiny.record("variant")["run"] == "variant"
    # Begun from the variant, whose last chapters do not hold here.
    assert tiny.run(run="part", last="book") == dict.fromkeys(NOTEBOOKS[:7], "kept")
    assert "tables/of_scores.csv" in tiny.files("part") and "tables/of_matrix.csv" not in tiny.files("part")


def test_a_run_takes_nothing_over_where_it_is_to_be_fresh_or_the_other_is_being_made(tiny):
    tiny.run()
    assert ran(tiny.run(run="anew", fresh=True)) == NOTEBOOKS
    newest = Places(tiny.root / "reports", "anew")
    with newest.hold():
        assert ran(tiny.run(run="variant")) == NOTEBOOKS


def test_a_run_of_another_study_is_not_replaced(tiny):
    tiny.run()
    tiny.study.rename(tiny.root / "data" / "other")
    with pytest.raises(SettingsError, match="Run tiny is a run of tiny, not of other"):
        runner.run(Order(Study.load("other"), "tiny", fresh=True), Progress())
    assert tiny.record()["study"] == "tiny"


def test_a_run_up_to_a_chapter_leaves_the_others_out(tiny, capsys):
    states = tiny.run(last="scores")
    assert states == dict.fromkeys(["01_book", "05_model", "06_scores"], "ran")
    assert "07_matrix       left out" in capsys.readouterr().out
    assert ran(tiny.run()) == ["00_introduction", "02_management", "03_structure", "04_problems", *NOTEBOOKS[7:]]


def test_a_run_up_to_a_chapter_keeps_later_ones_that_still_hold(tiny):
    tiny.run()
    tiny.notebook("scores", code="# only a remark")
    assert tiny.run(last="scores") == dict.fromkeys(NOTEBOOKS, "kept") | {"06_scores": "ran"}


def test_a_chapter_that_fails_leaves_the_last_report_as_it_was(tiny, capsys):
    tiny.run()
    before = tiny.files()
    tiny.notebook("matrix", code="raise ValueError('no such class')")
    with pytest.raises(RunError, match="07_matrix, cell 2: ValueError: no such class"):
        tiny.run()
    assert "07_matrix       failed" in capsys.readouterr().out
    assert tiny.files() == before


def test_after_a_failure_the_next_run_goes_on_where_it_stopped(tiny):
    tiny.notebook("matrix", code="raise ValueError('no such class')")
    with pytest.raises(RunError, match="no such class"):
        tiny.run()
    assert not (tiny.root / "reports" / "tiny").exists()
    tiny.notebook("matrix")
    states = tiny.run()
    assert ran(states)[0] == "07_matrix"
    assert states["01_book"] == states["06_scores"] == "kept"


def test_what_ran_beside_a_chapter_that_failed_is_kept(tiny, monkeypatch):
    failed = threading.Event()
    monkeypatch.setattr("crmlib.run.chapter.failed", failed, raising=False)
    wait = "from crmlib.run import chapter as module\n"
    tiny.notebook("management", code=f"{wait}module.failed.set()\nraise ValueError('no hours')")
    tiny.notebook("structure", code=f"{wait}assert module.failed.wait(20)")
    with pytest.raises(RunError, match="02_management"):
        tiny.run(jobs=2)
    tiny.notebook("management")
    assert tiny.run()["03_structure"] == "kept"


def test_an_interrupted_run_goes_on_where_it_stopped(tiny, monkeypatch):
    execute = notebook.execute

    def interrupted(path, parameters, *how):
        if path.stem == "06_scores":
            raise KeyboardInterrupt
        return execute(path, parameters, *how)

    monkeypatch.setattr(notebook, "execute", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tiny.run(jobs=1)
    monkeypatch.setattr(notebook, "execute", execute)
    states = tiny.run()
    assert ran(states) == NOTEBOOKS[6:]


def test_a_second_run_at_once_is_told_who_runs(tiny):
    with (
        Places(tiny.root / "reports", "tiny").hold(),
        pytest.raises(
            RunError, match=r"tiny is being run already, by process \d+ on .+ since 20.*Wait for it, or use --as"
        ),
    ):
        tiny.run()
    assert ran(tiny.run(last="book")) == ["01_book"]


def test_a_chapter_that_does_not_close_is_told(tiny):
    tiny.notebook("structure", code="chapter.close = lambda: None")
    with pytest.raises(RunError, match=r"03_structure: its last cell must be `chapter.close\(\)`"):
        tiny.run()


def test_two_chapters_that_make_one_table_are_told(tiny):
    tiny.notebook("structure", code="chapter.write('of_book', chapter.table('of_book'))")
    with pytest.raises(RunError, match=r"01_book and 03_structure both make tables/of_book.csv, .*a name of its own"):
        tiny.run()


def test_a_missing_notebook_is_told(tiny):
    (tiny.root / "notebooks" / "04_problems.ipynb").unlink()
    with pytest.raises(RunError, match=r"notebooks/04_problems\.ipynb: no such notebook"):
        tiny.run()


def test_status_tells_what_would_run_and_why(tiny):
    assert tiny.status().reasons == {section: [say("run.why.new")] for section in CHAPTERS}
    tiny.run()
    assert tiny.status().up_to_date
    plan = tiny.status(settings={"matrix.cut_current": "mean", "title": "Another"})
    assert plan.reasons["scores"] == []
    assert plan.reasons["matrix"] == [say("run.why.setting", name="matrix.cut_current", old="p70", new="mean")]
    assert not plan.up_to_date
    plan = tiny.status(settings={"title": "Another"})
    assert (plan.rest, plan.up_to_date) == ([say("run.record_settings")], False)
    tiny.notebook("scores", value="2.0")
    (changed,) = tiny.status().reasons["scores"]
    assert (changed.key, changed.values["name"]) == ("run.why.file", "notebooks/06_scores.ipynb")
    assert tiny.status().reasons["matrix"] == [say("run.why.waits", name="06_scores")]


def test_the_tables_and_numbers_of_a_run_are_those_of_its_chapters(tiny):
    tiny.notebook("model", code="chapter.save('model_now.json', lambda path: path.write_text('{\"theta\": 1}'))")
    tiny.notebook(
        "matrix",
        code="chapter.save('cuts.json', lambda path: path.write_text('[55, 50]'))\n"
        "chapter.write('classes', pd.DataFrame({'class': ['gold']}))",
    )
    tiny.run()
    files = tiny.files()
    assert files["classes.csv"] == b"class\ngold\n"
    assert b'"theta": 1' in files["model.json"]
    assert b"cuts" in files["model.json"]
    assert b'"matrix.key"' in files["results.json"]


def test_a_plain_loop_over_the_notebooks_makes_a_run_too(tiny):
    for name in NOTEBOOKS:
        notebook.execute(tiny.root / "notebooks" / f"{name}.ipynb", {"study": "tiny", "run": "loop"})
    files = tiny.files("loop")
    assert {"settings.yaml", *(f"tables/of_{section}.csv" for section in CHAPTERS)} <= set(files)
    assert {f"results/{section}.json" for section in CHAPTERS} <= set(files)
    assert not (tiny.root / "reports" / "tiny").exists()


def test_other_books_are_made_beside_the_chapters_and_kept_for_the_last_one(tiny, monkeypatch):
    asked = []

    def other_books(study, jobs, watch):
        asked.append(threading.current_thread().name)
        return pd.DataFrame({"seed": list(watch([study.seed]))})

    monkeypatch.setattr("crmlib.seeds.other_books", other_books)
    tiny.run()
    assert len(asked) == 1 and asked[0] != threading.main_thread().name
    assert any(name.startswith(".kept/other_books-") for name in tiny.files())
    tiny.run(fresh=True, last="matrix", part=True)
    tiny.run(fresh=True, jobs=1)
    assert len(asked) == 1


def test_a_chapter_that_fails_stops_the_other_books(tiny, monkeypatch):
    made = []

    def other_books(study, jobs, watch):
        for book in watch(range(10_000)):
            made.append(book)
            time.sleep(0.01)

    monkeypatch.setattr("crmlib.seeds.other_books", other_books)
    tiny.notebook("structure", code="raise ValueError('broken')")
    with pytest.raises(RunError, match="broken"):
        tiny.run()
    assert 0 < len(made) < 10_000


@pytest.mark.parametrize(
    ("name", "part"),
    [("run.json", 0), ("run.json", 2), ("settings.yaml", 0), ("settings.yaml", 2), ("results.json", 2),
     (".state/07_matrix.json", 0), ("tables/of_matrix.parquet", 2)],
)  # fmt: skip
def test_a_damaged_file_is_told_and_made_again(tiny, name, part):
    tiny.run()
    before = tiny.files()
    (tiny.root / "reports" / "tiny" / name).write_bytes(before[name][: len(before[name]) // part] if part else b"")
    assert say("run.why.broken", name=name) in tiny.status().rest
    with pytest.raises(RunError, match=rf"{name} of run tiny is missing or was changed. This mends it: crm run tiny$"):
        require_finished(Places(tiny.root / "reports", "tiny").last, "tiny")
    tiny.run()
    assert tiny.status().up_to_date
    after = tiny.files()
    assert {name for name in after if after[name] != before.get(name)} <= {"run.json", ".state/07_matrix.json"}
    assert set(after) == set(before)


def test_what_is_kept_is_not_trusted_where_the_record_is_damaged(tiny, monkeypatch):
    monkeypatch.setattr("crmlib.seeds.other_books", lambda study, **how: pd.DataFrame({"seed": [study.seed]}))
    tiny.run()
    (kept,) = (name for name in tiny.files() if name.startswith(".kept/"))
    run = tiny.root / "reports" / "tiny"
    for damaged in (kept, "run.json"):
        (run / kept).write_bytes(b"PAR1")
        (run / damaged).write_bytes(b"")
        tiny.run()
        assert pd.read_parquet(run / kept)["seed"].tolist() == [Study.load("tiny").seed]


def test_an_empty_record_in_a_half_made_folder_does_not_replace_the_last_report(tiny):
    tiny.run()
    before = tiny.files()
    part = Places(tiny.root / "reports", "tiny").part
    part.write("run.json", b"")
    tiny.run()
    assert tiny.files() == before
    assert not part.path.parent.exists()


@pytest.mark.parametrize("again", ["", "chapter.folder.write('settings.yaml', b'study: tiny')"])
def test_a_half_made_folder_that_is_taken_away_is_told(tiny, again):
    tiny.run()
    before = tiny.files()
    tiny.notebook("model", code=f"chapter.folder.path.parent.rename('gone')\n{again}")
    with pytest.raises(RunError, match=r"^reports/\.tiny\.part, where the run was made, was taken away meanwhile"):
        tiny.run(fresh=True, jobs=1)
    assert tiny.files() == before


def test_a_half_made_folder_that_nobody_needs_is_removed(tiny):
    tiny.run()
    tiny.notebook("matrix", code="raise ValueError('no')")
    with pytest.raises(RunError) as error:
        tiny.run()
    assert "What is done so far is in reports/.tiny.part" in error.value.__notes__[0]
    tiny.notebook("matrix")
    tiny.run()
    assert [path.name for path in (tiny.root / "reports").iterdir() if path.is_dir()] == ["tiny"]


def test_after_a_fresh_run_it_says_how_to_go_on(tiny):
    tiny.notebook("matrix", code="raise ValueError('no')")
    with pytest.raises(RunError) as error:
        tiny.run(fresh=True)
    assert "goes on from there, unless it is `--fresh` too" in error.value.__notes__[0]


def test_a_run_that_is_a_link_is_refused_and_stays(tiny):
    tiny.run()
    run = tiny.root / "reports" / "tiny"
    run.rename(tiny.root / "elsewhere")
    run.symlink_to(tiny.root / "elsewhere")
    with pytest.raises(RunError, match=r"reports/tiny is a link, and a run is put in its place whole\. Remove it"):
        tiny.run()
    assert run.is_symlink() and (run / "run.json").is_file()


def test_a_study_that_is_a_link_is_called_like_the_link(tiny):
    tiny.study.rename(tiny.root / "vault")
    tiny.study.symlink_to(tiny.root / "vault")
    runner.run(Order(Study.load(Study.load("tiny").folder), "tiny", cold=True), Progress())
    assert tiny.record()["study"] == "tiny" and tiny.status().up_to_date
