import multiprocessing
import os
import signal
import tempfile
from pathlib import Path

import pytest

from crmlib.errors import RunError
from crmlib.run import swap
from crmlib.run.fingerprint import files_digests
from crmlib.run.folder import RunFolder, json_bytes
from crmlib.run.state import damaged
from crmlib.run.swap import Places


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path / "reports", "jd")


def finished(folder, text):
    """A finished run with something to know it by."""
    folder.mkdir(parents=True)
    (folder / "text").write_text(text)
    RunFolder(folder).write("run.json", json_bytes({"files": files_digests(folder, ["text"])}))


def found(places):
    return (places.last.path / "text").read_text()


def only_the_last_is_left(places):
    return [path.name for path in places.lock.parent.iterdir() if path != places.lock] == ["jd"]


def test_the_part_takes_the_place_of_the_last_run(places):
    finished(places.last.path, "old")
    finished(places.part.path, "new")
    places.swap()
    assert found(places) == "new"
    assert only_the_last_is_left(places)


def test_the_first_run_has_nothing_to_replace(places):
    finished(places.part.path, "new")
    places.swap()
    assert found(places) == "new"


def test_recovery_completes_an_exchange_that_had_not_begun(places):
    finished(places.last.path, "old")
    finished(places.part.path, "new")
    places.recover()
    assert found(places) == "new"
    assert only_the_last_is_left(places)


def test_recovery_completes_an_exchange_stopped_between_its_two_moves(places):
    finished(places.aside, "old")
    finished(places.part.path, "new")
    places.recover()
    assert found(places) == "new"
    assert only_the_last_is_left(places)


def test_recovery_completes_an_exchange_stopped_before_it_was_cleared(places):
    finished(places.aside, "older")
    finished(places.last.path, "old")
    finished(places.part.path, "new")
    places.recover()
    assert found(places) == "new"
    assert only_the_last_is_left(places)


def test_recovery_clears_what_an_exchange_left_aside(places):
    finished(places.aside, "old")
    finished(places.last.path, "new")
    places.part.path.parent.mkdir()
    places.recover()
    assert found(places) == "new"
    assert only_the_last_is_left(places)


def test_recovery_puts_the_last_run_back_where_the_new_one_is_not_complete(places):
    finished(places.aside, "old")
    places.part.path.mkdir(parents=True)
    places.recover()
    assert found(places) == "old"


def test_recovery_leaves_an_unfinished_part_to_go_on_with(places):
    finished(places.last.path, "old")
    places.part.path.mkdir(parents=True)
    (places.part.path / "table").write_text("done")
    places.recover()
    assert found(places) == "old"
    assert (places.part.path / "table").is_file()


def test_a_run_keeps_others_of_its_name_out_and_names_itself(places):
    other = Places(places.lock.parent, "cumcm2020c")
    with places.hold():
        with (
            pytest.raises(RunError, match=rf"jd is being run already, by process {os.getpid()} on .* since"),
            places.hold(),
        ):
            pass
        with other.hold():
            pass
    with places.hold():
        pass


def test_an_owner_that_has_not_written_its_name_yet(places):
    with places.hold():
        places.lock.write_text("")
        with pytest.raises(RunError, match="by a process that has just begun"), places.hold():
            pass


def test_a_lock_left_by_a_dead_process_is_taken_over(places):
    places.lock.parent.mkdir()
    places.lock.write_text('{"pid": 1, "host": "gone", "started": "2015"}')
    with places.hold():
        assert str(os.getpid()) in places.lock.read_text()


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="kills a fork of this process")
@pytest.mark.parametrize("step", ["settle", "rename", "rename 2", "rmtree", "rmtree 2"])
def test_a_run_killed_in_the_exchange_leaves_the_old_or_the_new_one_whole(places, monkeypatch, step):
    finished(places.last.path, "old")
    finished(places.part.path, "new")
    name, _, count = step.partition(" ")
    owner = {"settle": swap, "rename": Path, "rmtree": swap.shutil}[name]
    real, calls = getattr(owner, name), []

    def deadly(*arguments):
        calls.append(name)
        if len(calls) == int(count or 1):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)

    monkeypatch.setattr(owner, name, deadly)
    killed = multiprocessing.get_context("fork").Process(target=places.swap)
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    monkeypatch.undo()
    with places.hold():
        places.recover()
    assert found(places) == "new" and not damaged(places.last)
    assert only_the_last_is_left(places)


@pytest.mark.parametrize("damage", ["run.json", "text"])
def test_a_part_that_is_not_whole_does_not_replace_the_last_run(places, damage):
    finished(places.last.path, "old")
    finished(places.part.path, "new")
    (places.part.path / damage).write_bytes(b"")
    places.recover()
    assert found(places) == "old" and not places.part.finished


def test_temporary_files_stand_beside_the_part_and_go_with_the_lock(places):
    with places.hold():
        folder = Path(tempfile.gettempdir())
        assert os.environ["TMPDIR"] == str(folder) and folder.is_dir()
        (folder / "left").write_text("by a kernel")
    assert not folder.exists() and not places.part.path.parent.exists()
    assert Path(tempfile.gettempdir()) != folder
