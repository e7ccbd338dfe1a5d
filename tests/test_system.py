import os
import signal
import subprocess
import sys

import pytest

from crmlib.system import has_room, settle

MAKER = """
import os, signal, subprocess, sys
made = subprocess.Popen([sys.executable, "-c", "import crmlib.run.warmed, os, signal; print(os.getpid(), flush=True); "
                         "os.kill(os.getpid(), signal.SIGSTOP)"])
os.waitid(os.P_PID, made.pid, os.WSTOPPED | os.WNOWAIT)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot")
def test_a_process_ends_with_its_maker_though_both_cannot_do_anything(wait_for):
    maker = subprocess.run([sys.executable, "-c", MAKER], stdout=subprocess.PIPE, text=True, check=False)
    assert maker.returncode == -signal.SIGKILL
    wait_for(lambda: not running(int(maker.stdout)))


def running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_sockets_have_room_in_short_paths_alone(tmp_path):
    assert not has_room(tmp_path / ("d" * 100))
    assert not has_room(tmp_path / "not there")
    assert not [*tmp_path.iterdir()]


def test_all_that_is_in_a_folder_is_put_on_the_disk(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_text("c")
    settled = []
    monkeypatch.setattr(os, "fsync", lambda file: settled.append(os.fstat(file).st_ino))
    settle(tmp_path)
    assert sorted(settled) == sorted(path.stat().st_ino for path in (tmp_path, tmp_path / "a", tmp_path / "a" / "b"))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot")
def test_a_process_whose_maker_is_gone_already_ends_at_once():
    ends = "from crmlib.system import end_with_parent; end_with_parent({}); print('goes on')"
    for parent, said in ((os.getpid(), "goes on\n"), (0, "")):
        done = subprocess.run(
            [sys.executable, "-c", ends.format(parent)], stdout=subprocess.PIPE, text=True, check=False
        )
        assert done.stdout == said
