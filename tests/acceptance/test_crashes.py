"""Runs that are killed, hang, or meet a system that gives them nothing: how each ends, and what it leaves.

The runs are made by the command, with forked kernels, in a project whose path is short enough for sockets.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from crmlib.run.server import can_fork
from crmlib.study import PROJECT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux" or not can_fork(), reason="reads /proc, of forked kernels"),
]
BEGUN = "import os, re, signal, sys, time\nopen('begun', 'w').close()\n"
SLEEPS, STOPPED = "time.sleep(600)", "os.kill(os.getpid(), signal.SIGSTOP)"
HOLDS = "re.match('(a+)+$', 'a' * 60 + 'b')"
DIED = "01_book: its kernel died."
KEPT = {".tiny.lock", ".tiny.part", "tiny"}


@pytest.fixture
def project(make_tiny, quick):
    """A project with a good report of one chapter, and a folder for temporary files."""
    root = Path(tempfile.mkdtemp(prefix="c", dir="/tmp"))
    tiny = make_tiny(root / "支行")
    (tiny.root / "tmp").mkdir()
    tiny.run(last="book")
    yield tiny
    shutil.rmtree(root)


def run(project, *arguments, prefix=(), **environment):
    how = {"TMPDIR": str(project.root / "tmp"), **environment}
    return project.crm("run", "tiny", "--to", "book", *arguments, prefix=prefix, **how)


def processes(project):
    """Processes that were started with temporary files below the project."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if os.fsencode(project.root) in path.read_bytes():
                yield path.parent.name
        except OSError:
            pass


def left(project):
    """Names in the reports folder and in that of temporary files."""
    return {path.name for folder in ("reports", "tmp") for path in (project.root / folder).iterdir()}


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGKILL, SLEEPS), (signal.SIGKILL, HOLDS), (signal.SIGKILL, STOPPED), (signal.SIGTERM, STOPPED)],
)
def test_a_run_that_is_killed_leaves_no_process_and_one_folder(project, wait_for, monkeypatch, number, code):
    before = project.files()
    project.notebook("book", code=BEGUN + code)
    monkeypatch.setenv("TMPDIR", str(project.root / "tmp"))
    runner = project.start("run", "tiny", "--to", "book")
    wait_for((project.root / "begun").exists)
    runner.send_signal(number)
    _, said = runner.communicate(timeout=60)
    if number == signal.SIGTERM:
        assert (runner.returncode, said.splitlines()[0]) == (130, "Stopped.")
        assert "What is done so far is in reports/.tiny.part: the next run goes on from there." in said
    wait_for(lambda: not [*processes(project)])
    assert left(project) == KEPT
    assert project.files() == before
    project.notebook("book")
    assert project.run(last="book") == {"01_book": "ran"}
    assert left(project) == KEPT - {".tiny.part"}


@pytest.mark.parametrize(
    ("code", "ends", "said"),
    [
        ("sys.exit(0)", 1, "01_book, cell 3: SystemExit: every cell must run to its end."),
        (HOLDS, 4, "01_book takes longer than the 0.1 minutes that a chapter may. For more: --set time_limit=MINUTES"),
        ("os.kill(os.getpid(), 9)", 5, f"{DIED} If memory ran out, run fewer side by side: --jobs 1."),
    ],
)  # fmt: skip
def test_a_cell_that_does_not_end_well_is_told_with_a_code_of_its_own(project, code, ends, said):
    before = project.files()
    project.notebook("book", code=BEGUN + code)
    done = run(project, *(["--set", "time_limit=0.1"] if ends == 4 else []))
    assert (done.returncode, done.stderr.splitlines()[0]) == (ends, said)
    assert not [*processes(project)]
    assert left(project) == KEPT
    assert project.files() == before


MOUNTED = "mount -t tmpfs -o size={size} none reports && cp -a good reports/tiny && {then} && "
RUN = '"$0" "$@"; code=$?; diff -r good reports/tiny && ls -A reports && exit $code'
FULL, READ_ONLY = "No space left on device. Make room on that disk, or", "Read-only file system. Let CRM_REPORTS name"


@pytest.mark.parametrize(
    ("room", "then", "kept", "said"),
    [
        (1.5, "true", KEPT, FULL),
        (2.5, "true", KEPT, FULL),
        (9.0, "mount -o remount,ro none reports", {"tiny"}, READ_ONLY),
    ],
)
def test_a_disk_that_takes_nothing_is_told_with_path_and_advice(project, isolated, room, then, kept, said):
    size = sum(len(content) + 4096 for content in project.files().values())
    rows = size // 4
    project.notebook("book", code=f"chapter.write('large', pd.DataFrame({{'value': range({rows})}}))")
    (project.root / "reports" / "tiny").rename(project.root / "good")
    script = MOUNTED.format(size=round(room * size), then=then) + RUN
    done = run(project, prefix=(*isolated("-m"), "sh", "-c", script))
    assert (done.returncode, "Traceback" in done.stderr) == (6, False), done.stderr
    assert "/reports/.tiny." in done.stderr.splitlines()[0] and said in done.stderr
    assert set(done.stdout.splitlines()[-len(kept) :]) == kept


def test_a_run_needs_neither_network_nor_short_paths_nor_a_language(project, isolated):
    offline = "import socket, pytest\nwith pytest.raises(OSError):\n    socket.create_connection(('127.0.0.1', 9), 1)"
    project.notebook("book", code=offline)
    folder = project.root / ("t" * 110)
    folder.mkdir()
    done = run(project, prefix=isolated("-n"), TMPDIR=str(folder), LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    assert project.states() == {"01_book": "ran"}
    assert left(project) == KEPT - {".tiny.part"} and not [*folder.iterdir()]


WEIGH = """
from crmlib.seeds import weigh_books
from crmlib.study import Study
study = Study.load("jd")
weigh_books(study, study.tree.leaf_weights(study.tree.reference_weights()), range(1, 100), 2)
"""


def test_workers_that_weigh_books_end_with_the_command(project, wait_for):
    environment = {**os.environ, "TMPDIR": str(project.root / "tmp")}
    parent = subprocess.Popen([sys.executable, "-c", WEIGH], cwd=PROJECT, env=environment)
    wait_for(lambda: len([*processes(project)]) >= 4)
    parent.kill()
    parent.wait()
    wait_for(lambda: not [*processes(project)])
    assert left(project) == KEPT - {".tiny.part"}
