import json

import pytest

from crmlib.errors import RunError, SettingsError
from crmlib.run import publishing
from crmlib.run.fingerprint import files_digests
from crmlib.run.folder import RunFolder
from crmlib.run.publishing import report
from crmlib.words.voice import Voice


class Told:
    def __init__(self):
        self.lines = []

    def say(self, key, **values):
        self.lines.append(Voice().say(key, **values))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A finished run of a study, whose parts are published at once."""
    monkeypatch.setenv("CRM_REPORTS", str(tmp_path))
    run = RunFolder(tmp_path / "tiny")
    run.write("settings.yaml", b"study: tiny\n")
    run.write(".state/01_book.json", b'{"inputs": {}, "seconds": 1, "files": {"a": "1"}}')
    recorded(run, {"study": "tiny"})

    def publish(path):
        (path / "site").mkdir(exist_ok=True)
        for part in ("brief.pdf", "customers.xlsx", "site/index.html"):
            (path / part).write_text(f"{part}, made")
        return dict.fromkeys([*publishing.PARTS, "total"], 0.1)

    monkeypatch.setattr(publishing, "publish", publish)
    return run


def recorded(folder, record):
    """Write the record of a run as its files are."""
    files = files_digests(folder.path, ["settings.yaml", ".state/01_book.json"])
    folder.write("run.json", json.dumps(record | {"files": files}).encode())


def record(folder):
    return json.loads((folder.path / "run.json").read_text(encoding="utf-8"))


def test_the_time_of_every_part_is_kept_in_the_record(folder):
    report("tiny", "tiny", Told())
    assert record(folder)["publish"] == {"brief.pdf": 0.1, "customers.xlsx": 0.1, "site": 0.1, "total": 0.1}
    assert record(folder)["study"] == "tiny"


def test_nothing_is_published_twice(folder):
    report("tiny", "tiny", Told())
    again = Told()
    report("tiny", "tiny", again)
    assert again.lines == [f"nothing to publish: {folder.path} is up to date"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("brief.pdf", b"changed by hand"),
        (".state/01_book.json", b'{"files": {"a": "2"}}'),
        ("settings.yaml", b"study: tiny\ntitle: new\n"),
    ],
)
def test_what_changed_since_is_published_again(folder, name, content):
    report("tiny", "tiny", Told())
    folder.write(name, content)
    recorded(folder, record(folder))
    again = Told()
    report("tiny", "tiny", again)
    assert len(again.lines) == 3
    assert (folder.path / "brief.pdf").read_text() == "brief.pdf, made"


def test_a_part_that_was_removed_is_published_again(folder):
    report("tiny", "tiny", Told())
    (folder.path / "customers.xlsx").unlink()
    report("tiny", "tiny", Told())
    assert (folder.path / "customers.xlsx").is_file()


def test_without_a_finished_run_it_says_what_to_do(folder):
    with pytest.raises(RunError, match=r"no finished run of other\. This makes one: crm run other"):
        report("other", "other", Told())


@pytest.mark.parametrize("name", ["run.json", "settings.yaml", ".state/01_book.json"])
def test_a_damaged_run_is_not_published_and_the_command_that_mends_it_is_told(folder, name):
    (folder.path / name).write_bytes(b"")
    with pytest.raises(RunError, match=rf"{name} of run tiny is missing or was changed\. This mends it: crm run tiny"):
        report("tiny", "tiny", Told())


def test_a_run_of_another_study_is_refused(folder):
    with pytest.raises(SettingsError, match="Run tiny is a run of tiny, not of jd"):
        report("jd", "tiny", Told())
