from pathlib import Path

from crmlib.run.folder import RunFolder, json_bytes
from crmlib.run.progress import Progress, shown
from crmlib.run.state import RunPlan
from crmlib.words.messages import as_json, say
from crmlib.words.voice import Voice


def test_a_line_a_chapter_with_state_seconds_and_finding(capsys):
    tell = Progress()
    tell.began("matrix")
    tell.ended("matrix", "ran", 3.14, "84.1 % hold it.")
    tell.ended("scores", "failed")
    tell.pause()
    assert capsys.readouterr().out == "07_matrix       ran        3.1 s  84.1 % hold it.\n06_scores       failed\n"


def test_a_run_speaks_the_language_of_its_study(capsys):
    tell = Progress(Voice("zh"))
    tell.ended("matrix", "kept", 3.14, "铂金客户")
    tell.planned(RunPlan({"matrix": [say("run.why.new")]}, rest=[say("run.record_settings")]))
    first, second, last = capsys.readouterr().out.splitlines()
    assert first == "07_matrix       沿用        3.1秒  铂金客户"
    assert second == "07_matrix       运行     尚未运行"
    assert last.startswith("更改的参数")


def test_no_control_characters_where_nobody_watches(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    tell = Progress()
    tell.ended("matrix", "failed", 1.0, "x")
    tell.line("done")
    assert "\x1b" not in capsys.readouterr().out


def test_a_long_finding_is_cut(capsys):
    Progress().ended("matrix", "ran", 1.0, "word " * 60)
    line = capsys.readouterr().out
    assert line.endswith("…\n")
    assert len(line) < 140


def test_brackets_in_a_finding_are_text(capsys):
    Progress().line("an [interval] and [bold]")
    assert capsys.readouterr().out == "an [interval] and [bold]\n"


def test_the_end_tells_the_path_and_the_findings_of_the_first_screen(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    folder = RunFolder(tmp_path / "reports" / "jd")
    for section in ("book", "structure", "matrix"):
        folder.write(f"results/{section}.json", json_bytes({"findings": [f"First of {section}.", "Second."]}))
    notes = [say("model.all_alike"), say("model.flat", code="A41", name="cost ratio")]
    folder.write("results/model.json", json_bytes({"said": {"notes": as_json([notes])}}))
    Progress().finish(folder)
    assert capsys.readouterr().out == (
        "\nReport: reports/jd\n  03_structure  First of structure.\n  07_matrix  First of matrix.\n"
        "  A41 (cost ratio) drops out: it tells no customers apart.\n"
    )


def test_paths_are_short_below_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "reports" / "jd") == Path("reports/jd")
    assert shown(Path("/elsewhere/jd")) == Path("/elsewhere/jd")
