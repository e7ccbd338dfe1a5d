"""The command line as a user meets it: what it says, what it returns, what it leaves."""

import csv
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from crmlib import cli
from crmlib.book import load_book
from crmlib.errors import BusyError, DiedError, FileError, SettingsError, TimeLimitError
from crmlib.study import CHAPTERS, Study, section_type

LEFT = "What is done so far is in reports/.tiny.part: the next run goes on from there. The last report is as it was."
ROOM = "Make room on that disk, or let CRM_REPORTS name a folder on another."


@pytest.fixture
def crm(tiny, quick, monkeypatch, capsys):
    """Run a command in this process; returns exit code, output and errors."""

    def stop(code):
        raise SystemExit(code)

    # The command ends its process at once, and listens to signals, which here is the tests' own.
    monkeypatch.setattr(cli.os, "_exit", stop)
    monkeypatch.setattr(cli.signal, "signal", lambda number, handler: None)

    def crm(*arguments):
        capsys.readouterr()
        monkeypatch.setattr("sys.argv", ["crm", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return stopped.value.code or 0, said.out, said.err

    return crm


@pytest.fixture
def tables(tiny):
    """The tiny study with its book as CSV files."""
    book = load_book(Study.load("tiny"))
    folder = tiny.study / "tables"
    folder.mkdir()
    for name in set(book.tables) - {"truth"}:
        book.tables[name].to_csv(folder / f"{name}.csv", index=False)
    settings = {"title": "Tables", "as_of": "2015-12-31", "book": {"source": "tables"}}
    (tiny.study / "study.yaml").write_text(yaml.safe_dump(settings))
    return folder


def break_customers(tables):
    """Put three faults into customers.csv; returns the text that mends it."""
    path = tables / "customers.csv"
    lines = path.read_text().splitlines()
    columns = lines[0].split(",")
    for row, column, value in ((2, "size", "huge"), (3, "service_tier", "7"), (4, "opened", "soon")):
        cells = lines[row].split(",")
        cells[columns.index(column)] = value
        lines[row] = ",".join(cells)
    mended = path.read_text()
    path.write_text("\n".join(lines) + "\n")
    return mended


def test_help_lists_the_commands(crm):
    code, out, _ = crm("--help")
    assert code == 0
    assert all(name in out for name in ("run", "status", "check", "settings", "info"))


def test_a_run_a_second_one_and_its_status(crm):
    code, out, _ = crm("run", "tiny")
    assert code == 0
    assert "07_matrix       ran" in out
    assert crm("run", "tiny") == (0, "nothing to do: reports/tiny is up to date\n", "")
    code, out, _ = crm("status", "tiny", "--set", "matrix.cut_current=mean")
    assert code == 0
    assert out.splitlines()[6:9] == [
        "06_scores       keep",
        "07_matrix       run      matrix.cut_current: p70 → mean",
        "08_strategy     run      matrix.cut_current: p70 → mean",
    ]
    code, out, _ = crm("status", "tiny", "--set", "title=Another")
    assert out.splitlines()[-1] == "settings changed that no chapter reads: they are recorded, nothing runs"


def test_a_variant_has_a_name_of_its_own(crm, tiny):
    assert crm("run", "tiny", "--set", "matrix.cut_current=mean", "--as", "by-mean", "--to", "7")[0] == 0
    assert list(tiny.record("by-mean")["differs"]) == ["matrix.cut_current"]
    assert list(tiny.states("by-mean")) == ["01_book", "05_model", "06_scores", "07_matrix"]
    assert not (tiny.root / "reports" / "tiny").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "matrix.cut_curent=mean"], "matrix.cut_curent is not a setting. Did you mean cut_current?"),
        (["--set", "matix.cut_current=mean"], "matix is not a setting. Did you mean matrix?"),
        (["--set", "matrix.cut_current=men"], "found 'men'. Did you mean mean?"),
        (["--set", "matrix.cut_current"], "--set matrix.cut_current: write section.key=value"),
        (["--set", "name=x"], "name is not a setting: a study is called like its folder."),
        (["--set", "folder=/x"], "folder is not a setting: a study is called like its folder."),
        (["--set", "as_of=9999-12-31"], "as_of: Input should be less than 2100-01-01"),
        (["--to", "matrx"], "'matrx' is no chapter. Did you mean matrix?"),
        (["--as", "../elsewhere"], "'../elsewhere' cannot name a study or run"),
        (["--as", "/tmp/elsewhere"], "'/tmp/elsewhere' cannot name a study or run"),
        (["--as", "example"], "'example' cannot name a study or run"),
    ],
)
@pytest.mark.parametrize("command", ["run", "status"])
def test_a_wrong_word_fails_at_once_and_names_the_right_one(crm, tiny, command, arguments, said):
    code, out, err = crm(command, "tiny", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert not (tiny.root / "reports").exists()


@pytest.mark.parametrize("name", ["../tiny", "data/tinny", "/tmp/tiny", "..", ".", "published"])
def test_a_study_is_never_a_path(crm, name):
    code, _, err = crm("run", name)
    assert code == 2
    assert f"{name!r} cannot name a study or run" in err


def test_a_path_of_a_study_is_told_its_name(crm):
    assert crm("run", "data/tiny") == (2, "", "data/tiny is a path; a study is run by its name: tiny.\n")


@pytest.mark.parametrize("arguments", [["report", "tiny"], ["explain", "tiny", "000001"]])
def test_what_reads_a_run_says_so_where_there_is_none(crm, tiny, arguments):
    code, out, err = crm(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith("no finished run of tiny")
    code, _, err = crm(*arguments, "--as", "../elsewhere")
    assert code == 2
    assert "cannot name a study or run" in err


def test_an_unknown_study_names_the_nearest(crm):
    code, _, err = crm("run", "tinny")
    assert code == 2
    assert "tinny is not a study. Did you mean tiny?" in err


@pytest.mark.parametrize("command", [["report"], ["explain", "000001"], ["status"], ["claims"], ["pilot"]])
def test_a_run_that_is_taken_for_a_study_is_told_how_to_be_named(crm, tiny, command):
    crm("run", "tiny", "--as", "zh")
    code, _, err = crm(command[0], "zh", *command[1:])
    assert (code, err) == (2, "zh is a run of study tiny, not a study. Say tiny --as zh.\n")


def test_a_run_without_a_pilot_is_told_so(crm, tiny):
    crm("run", "tiny")
    code, out, _ = crm("pilot", "tiny")
    assert code == 0 and "pilot" in out


def test_a_part_does_not_take_the_place_of_a_whole_run_unless_named(crm, tiny):
    crm("run", "tiny")
    before = tiny.files()
    changed = ("run", "tiny", "--to", "matrix", "--set", "matrix.cut_current=mean")
    code, _, err = crm(*changed)
    assert code == 1
    assert "tiny has 08_strategy, 09_evidence, 10_conclusion, which do not hold with what has changed: a run to" in err
    assert "--as tiny-matrix" in err
    assert tiny.files() == before
    assert crm(*changed, "--as", "tiny-matrix")[0] == 0
    assert crm(*changed, "--as", "tiny")[0] == 0
    assert tiny.files() != before


def test_what_was_published_stays_apart_until_it_is_published_anew(crm, tiny, monkeypatch):
    def publish(folder):
        (folder / "site").mkdir(exist_ok=True)
        for name in ("brief.pdf", "customers.xlsx", "site/index.html"):
            (folder / name).write_text("published")
        return dict.fromkeys(("brief.pdf", "customers.xlsx", "site", "total"), 0.1)

    monkeypatch.setattr("crmlib.run.publishing.publish", publish)
    crm("run", "tiny")
    crm("report", "tiny")
    run = tiny.root / "reports" / "tiny"
    for value in ("mean", "midpoint"):
        _, out, _ = crm("run", "tiny", "--set", f"matrix.cut_current={value}")
        assert "Published before, until crm report replaces it: " in out
        assert not (run / "site").exists() and not (run / "brief.pdf").exists()
        assert (run / "earlier" / "site" / "index.html").read_text() == "published"


@pytest.mark.parametrize("arguments", [["explain", "tiny", "000001"], ["claims", "tiny"], ["pilot", "tiny"]])
def test_a_damaged_run_is_told_with_what_mends_it_and_no_traceback(crm, tiny, arguments):
    crm("run", "tiny", "--to", "book")
    path = tiny.root / "reports" / "tiny" / "tables" / "of_book.parquet"
    path.write_bytes(path.read_bytes()[:100])
    said = "tables/of_book.parquet of run tiny is missing or was changed. This mends it: crm run tiny\n"
    assert crm(*arguments) == (1, "", said)


@pytest.mark.parametrize(
    "arguments", [["run"], ["run", "tiny", "--jobs", "0"], ["rnu", "tiny"], ["run", "tiny", "--st"]]
)
def test_a_command_that_is_not_understood_is_told_how_to_be(crm, arguments):
    code, _, err = crm(*arguments)
    assert code == 2
    assert "Usage" in err


def test_a_chapter_that_fails_is_named_and_the_last_report_stays(crm, tiny):
    crm("run", "tiny")
    before = tiny.files()
    tiny.notebook("matrix", code="raise ValueError('no such class')")
    code, out, err = crm("run", "tiny")
    assert code == 1
    assert "07_matrix       failed" in out
    assert err == (f"07_matrix, cell 2: ValueError: no such class\n{LEFT}\n")
    assert tiny.files() == before


def test_a_sound_book_has_no_faults(crm, tables):
    code, out, err = crm("check", "tiny")
    assert (code, out.splitlines()[-1], err) == (0, "tiny: no faults", "")


def test_faults_are_told_by_file_and_kind_with_examples_and_what_to_do(crm, tables):
    break_customers(tables)
    code, out, err = crm("check", "tiny")
    assert (code, err) == (1, "")
    assert out.splitlines()[:7] == [
        "3 faults in the tables of the book:",
        "",
        "tables/customers.csv",
        "  size: not one of the allowed values (1) [category]",
        "    found:   line 3, 'huge'",
        "    allowed: one of large, medium, small, micro",
        "    do:      translate it with values: in mapping.yaml, or correct the file",
    ]
    assert out.endswith("tiny: 3 faults\n")


def test_the_same_faults_are_told_to_a_program(crm, tables):
    break_customers(tables)
    code, out, _ = crm("check", "tiny", "--json")
    told = json.loads(out)
    assert (code, [*told], told["study"]) == (1, ["study", "faults", "notes"], "tiny")
    keys = ["file", "table", "row", "column", "value", "fault", "message", "count"]
    assert all([*fault] == keys for fault in told["faults"])
    assert [tuple(fault.values())[:6] for fault in told["faults"]] == [
        ("tables/customers.csv", "customers", 3, "size", "huge", "category"),
        ("tables/customers.csv", "customers", 4, "service_tier", "7", "range"),
        ("tables/customers.csv", "customers", 5, "opened", "soon", "not_a_date"),
    ]
    assert told["faults"][1]["message"].startswith("out of range: from 1 to 3; ")


def test_a_fault_of_a_file_has_neither_row_nor_value_and_notes_name_what_is_absent(crm, tables, tiny):
    (tables / "holdings.csv").write_text("")
    (tables / "financials.csv").unlink()
    _, out, _ = crm("check", "tiny", "--json", "--set", "book.absent=[financials]")
    told = json.loads(out)
    assert [(fault["row"], fault["value"], fault["fault"]) for fault in told["faults"]] == [(None, None, "empty_file")]
    what = "the study says that it has no table financials"
    assert {"file": "", "column": "", "what": what, "count": 1} in told["notes"]


def test_settings_that_name_what_the_study_lacks_are_faults_before_a_run(crm, tables):
    (tables / "outcomes.csv").write_text("customer_id,outcome\n")
    wrong = ("--set", "evidence.criterion=sales", "--set", "evidence.baseline=A3")
    code, out, _ = crm("check", "tiny", "--json", *wrong)
    told = {fault["fault"]: fault for fault in json.loads(out)["faults"]}
    assert (code, [*told]) == (1, ["settings", "no_rows"])
    assert (told["settings"]["file"], told["settings"]["value"]) == ("study.yaml", "sales")
    people = (tables / "customers.csv").read_text().splitlines()
    (tables / "outcomes.csv").write_text(f"customer_id,outcome\n{people[1].split(',')[0]},1\n")
    _, out, _ = crm("check", "tiny", "--json", *wrong)
    assert [fault["value"] for fault in json.loads(out)["faults"]] == ["A3", "sales"]
    assert "Did you mean A32" in json.loads(out)["faults"][0]["message"]


def test_a_fault_of_the_actions_ends_a_check_with_2(crm, tiny):
    (tiny.study / "actions.yaml").write_text("cels: {}")
    code, out, err = crm("check", "tiny", "--json")
    assert code == 2 and "actions.yaml, line 1: cels is unknown. Did you mean cells?" in err
    (fault,) = json.loads(out)["faults"]
    assert (fault["fault"], Path(fault["file"]).name) == ("settings", "actions.yaml")


def test_faults_are_a_csv_file_that_no_spreadsheet_runs(crm, tables, tmp_path):
    lines = (tables / "customers.csv").read_text().splitlines()
    place = lines[0].split(",").index("size")
    cells = lines[1].split(",")
    cells[place] = "=HYPERLINK(1)"
    (tables / "customers.csv").write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n")
    assert crm("check", "tiny", "--csv", "faults.csv")[0] == 1
    rows = [*csv.DictReader(Path("faults.csv").read_text(encoding="utf-8-sig").splitlines())]
    assert [(row["row"], row["value"], row["fault"]) for row in rows] == [("2", "'=HYPERLINK(1)", "category")]


def test_settings_that_cannot_be_read_are_told_to_a_program_too(crm, tables, tiny):
    (tiny.study / "mapping.yaml").write_text("custmers: {file: a.csv}")
    code, out, err = crm("check", "tiny", "--json")
    (fault,) = json.loads(out)["faults"]
    assert (code, fault["fault"]) == (2, "settings")
    assert fault["file"].endswith("mapping.yaml") and "custmers is not a table" in fault["message"]
    assert "custmers is not a table" in err


def test_the_tree_is_checked_too(crm, tables, tiny):
    path = tiny.study / "tree.yaml"
    tree = path.read_text()
    path.write_text(tree.replace("formula: fee_income", "formula: fee_incme"))
    code, out, _ = crm("check", "tiny")
    assert code == 1 and "no indicator that is built in" in out and "Did you mean fee_income?" in out
    path.write_text(tree)
    (tables / "financials.csv").unlink()
    _, out, _ = crm("check", "tiny", "--set", "book.absent=[financials]")
    assert "tree.yaml: indicator B22 sales growth drops out: the book does not tell it (1)" in out
    assert "tree.yaml: weights of the tree that count for nothing: A, B, A1" in out


def test_a_check_writes_no_input_and_is_whole_when_piped(crm, tables, tiny):
    break_customers(tables)
    before = {path: path.read_bytes() for path in tiny.study.rglob("*") if path.is_file()}
    done = tiny.crm("check", "tiny", COLUMNS="40")
    assert {path: path.read_bytes() for path in tiny.study.rglob("*") if path.is_file()} == before
    assert (done.returncode, done.stderr) == (1, "")
    assert "    do:      translate it with values: in mapping.yaml, or correct the file" in done.stdout.splitlines()


def test_a_run_stops_at_faults_and_the_last_good_report_stays(crm, tiny, tables):
    assert crm("run", "tiny")[0] == 0
    before = tiny.files()
    mended = break_customers(tables)
    code, out, err = crm("run", "tiny")
    assert code == 1
    assert out.splitlines()[-1] == "01_book         failed"
    assert "3 faults in the tables of the book" in err
    assert all(value in err for value in ("huge", "service_tier", "soon"))
    assert tiny.files() == before
    (tables / "customers.csv").write_text(mended)
    assert crm("run", "tiny")[1] == "nothing to do: reports/tiny is up to date\n"


def test_a_study_is_checked_wherever_it_lies(crm, tables, tiny, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("bank") / "ours"
    tiny.study.rename(elsewhere)
    code, out, _ = crm("check", str(elsewhere))
    assert (code, out.splitlines()[-1]) == (0, "ours: no faults")
    code, _, err = crm("check", str(elsewhere.parent))
    assert code == 2
    assert "no study.yaml in this folder" in err


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_new_study_with_data_checks_clean_and_one_without_says_what_is_to_be_done(crm, tiny, form):
    code, out, err = crm("new", "ours", "--like", "tiny", "--format", form, "--with-data")
    assert (code, out, err) == (
        0,
        "Made data/ours: its tables and its data card (README.md) are yours to fill. To see how far it is: "
        "crm check ours\n",
        "",
    )
    code, out, _ = crm("check", "ours")
    assert (code, out.splitlines()[-1]) == (0, "ours: no faults")
    crm("new", "fresh", "--format", form)
    code, out, err = crm("check", "fresh")
    assert (code, out.splitlines()[-1], err) == (1, "fresh: 6 faults", "")
    assert "    do:      put your own rows in its place" in out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tiny"], "tiny is there already, and nothing is overwritten: take another name.\n"),
        (["../x"], "'../x' cannot name a study or run"),
        (["x", "--like", "tinny"], "tinny is not a study. Did you mean tiny?"),
        (["x", "--like", "data/tiny"], "'data/tiny' cannot name a study or run"),
        (["x", "--format", "pdf"], "'pdf' is not one of"),
        (["x", "--like", "cumcm2020c", "--with-data"], "book.raw is not set"),
    ],
)
def test_a_study_that_cannot_be_made_is_told_why(crm, tiny, arguments, said):
    code, out, err = crm("new", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert [path.name for path in (tiny.root / "data").iterdir()] == ["tiny"]


def test_tables_are_told_whole_when_piped(tiny):
    done = tiny.crm("tables", COLUMNS="40", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    assert "                   C manufacturing 制造业" in done.stdout.splitlines()


def test_a_table_that_is_none_is_told(crm):
    code, out, err = crm("tables", "custmers")
    assert (code, out) == (2, "")
    assert err.startswith("custmers is no table. Did you mean customers?")


def test_every_setting_is_listed(crm):
    code, out, _ = crm("settings")
    assert code == 0
    assert "matrix.cut_current: p70  (str like" in out
    assert all(f"\n{section}." in f"\n{out}" for section in CHAPTERS if section_type(section).model_fields)


def test_versions_are_listed(crm):
    code, out, _ = crm("info")
    assert code == 0
    assert {"python", "numpy", "system"} <= {line.split()[0] for line in out.splitlines()}


def test_a_run_with_nothing_to_do_does_not_wait_for_pandas():
    code = "import sys, crmlib.cli, crmlib.run.progress, crmlib.run.runner; print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"


def test_values_of_settings_are_read_as_yaml():
    sets = ["seed=7", "scores.grades=[1, 2, 3, 4]", "title=a=b", "book.raw=null"]
    assert cli.overrides(sets) == {"seed": 7, "scores.grades": [1, 2, 3, 4], "title": "a=b", "book.raw": None}
    assert cli.overrides(["book.raw=raw"]) == {"book.raw": str(Path.cwd() / "raw")}
    assert cli.overrides(["title=[not yaml"]) == {"title": "[not yaml"}
    assert cli.overrides(None) == {}
    with pytest.raises(SettingsError, match=r"write section\.key=value"):
        cli.overrides(["=7"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(28, "No space left", "a/b"), 6, f"a/b: No space left. {ROOM}\n"),
        (OSError(30, "Read-only file system", "a"), 6, "a: Read-only file system. Let CRM_REPORTS name a folder that "
         "you may write.\n"),
        (shutil.Error([("a", "b", "[Errno 28] No space left: 'b'")]), 6, f"b: No space left. {ROOM}\n"),
        (BusyError("by another"), 3, "by another\n"),
        (TimeLimitError("too long"), 4, "too long\n"),
        (DiedError("it died"), 5, "it died\n"),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
    ],
)  # fmt: skip
def test_each_end_has_its_code_and_its_line(crm, monkeypatch, error, code, said):
    def fail(order, tell):
        raise error

    monkeypatch.setattr("crmlib.run.runner.run", fail)
    assert crm("run", "tiny") == (code, "", said)


@pytest.mark.slow
def test_with_real_kernels_a_run_is_interrupted_and_goes_on(tiny, wait_for):
    tiny.notebook("model", code="import pathlib, time\npathlib.Path('waits').touch()\ntime.sleep(100)")
    first = tiny.start("run", "tiny", "--to", "model")
    wait_for((tiny.root / "waits").exists)
    second = tiny.crm("run", "tiny")
    assert second.returncode == 3
    assert f"tiny is being run already, by process {first.pid} on" in second.stderr
    first.send_signal(signal.SIGINT)
    out, err = first.communicate(timeout=90)
    assert first.returncode == 130
    assert err == f"Stopped.\n{LEFT}\n"
    assert "01_book         ran" in out
    assert not (tiny.root / "reports" / "tiny").exists()
    tiny.notebook("model")
    done = tiny.crm("run", "tiny", "--to", "model")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert tiny.states() == {"01_book": "kept", "05_model": "ran"}


def test_help_tells_what_each_command_ends_with(crm):
    _, out, _ = crm("--help")
    said = " ".join(out.split())
    assert all(f"{error.code}:" in said for error in (SettingsError, BusyError, TimeLimitError, DiedError, FileError))


@pytest.mark.skipif(not hasattr(signal, "SIGTERM"), reason="no such signal")
def test_to_be_ended_is_to_be_stopped(tiny, monkeypatch):
    handlers = {}
    monkeypatch.setattr(cli.signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(cli.signal, "getsignal", lambda number: signal.SIG_DFL)
    monkeypatch.setattr(cli, "app", lambda: None)
    cli.main()
    assert handlers[signal.SIGTERM] is signal.default_int_handler
