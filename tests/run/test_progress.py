from pathlib import Path

import pytest

from crmlib.run.folder import RunFolder, json_bytes
from crmlib.run.progress import Progress, plain_text, shown


def test_a_line_a_chapter_with_state_seconds_and_finding(capsys):
    tell = Progress()
    tell.running(["matrix"])
    tell.ended("matrix", "ran", 3.14, "**[84.1 %](#top)** hold it.")
    tell.ended("scores", "failed")
    tell.running([])
    assert capsys.readouterr().out == "07_matrix     ran        3.1 s  84.1 % hold it.\n06_scores     failed\n"


def test_no_control_characters_where_nobody_watches(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    tell = Progress()
    tell.ended("matrix", "failed", 1.0, "x")
    tell.say("done")
    assert "\x1b" not in capsys.readouterr().out


def test_a_long_finding_is_cut_at_a_word(capsys):
    Progress().ended("matrix", "ran", 1.0, "word " * 60)
    line = capsys.readouterr().out
    assert line.endswith("word …\n")
    assert len(line) < 140


def test_brackets_in_a_finding_are_text(capsys):
    Progress().say("an [interval] and [bold]")
    assert capsys.readouterr().out == "an [interval] and [bold]\n"


def test_the_end_tells_the_path_and_the_findings_of_the_first_screen(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    folder = RunFolder(tmp_path / "reports" / "jd")
    for section in ("book", "structure", "matrix"):
        folder.write(f"results/{section}.json", json_bytes({"findings": [f"First of {section}.", "Second."]}))
    Progress().finish(folder)
    assert capsys.readouterr().out == (
        "\nReport: reports/jd\n  03_structure: First of structure.\n  07_matrix: First of matrix.\n"
    )


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Bold** and `code`", "Bold and code"),
        ("[84.1 %](03_structure.html#top) of it", "84.1 % of it"),
        (r"5 \$ and a\_b", "5 $ and a_b"),
        ("two\nlines", "two lines"),
    ],
)
def test_findings_are_told_without_marks(markdown, text):
    assert plain_text(markdown) == text


def test_paths_are_short_below_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "reports" / "jd") == "reports/jd"
    assert shown(Path("/elsewhere/jd")) == "/elsewhere/jd"
