"""The study and its simulated book, made once a session, and a tiny project in which runs are made in seconds.

Tests that change a table copy it first.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from hypothesis import settings
from nbformat.v4 import new_code_cell, new_notebook

from crmlib.book import Book, load_book
from crmlib.errors import RunError
from crmlib.profit import profit_table
from crmlib.reference import flow, python_type
from crmlib.report.publish import PARTS
from crmlib.run import runner
from crmlib.run.folder import RunFolder
from crmlib.run.graph import notebook_name, upstream
from crmlib.run.progress import Progress
from crmlib.run.runner import Order
from crmlib.run.state import RunPlan
from crmlib.study import CHAPTERS, PROJECT, Study, section_type
from crmlib.value.indicators import indicators
from crmlib.value.references import References, View

TINY = """
title: A tiny study
as_of: 2015-12-31
other_books: 0
book: {customers: 60, months: 24, managers: 2}
"""

# A busy machine is no fault of a property, and the same tests must meet the same examples everywhere.
settings.register_profile("crmlib", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("crmlib")

# A shell that starts tests in the background has them ignore Ctrl-C, and commands that they start would take that over.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The main module is as thin as that of the installed command: forks of a kernel do not import it again.
COMMAND = [sys.executable, "-c", "from crmlib.cli import main; main()"]
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}


@pytest.fixture(scope="session")
def jd() -> Study:
    return Study.load("jd")


@pytest.fixture(scope="session")
def as_of(jd) -> pd.Timestamp:
    return pd.Timestamp(jd.as_of)


@pytest.fixture(scope="session")
def jd_book(jd) -> Book:
    return load_book(jd)


@pytest.fixture(scope="session")
def jd_profit(jd, jd_book) -> pd.DataFrame:
    return profit_table(jd_book, jd)


@pytest.fixture(scope="session")
def jd_view(jd, jd_book, jd_profit, as_of) -> View:
    return View(jd_book, jd_profit, as_of, jd)


@pytest.fixture(scope="session")
def jd_references(jd_view) -> References:
    return jd_view.references


@pytest.fixture(scope="session")
def jd_indicators(jd_view) -> pd.DataFrame:
    return indicators(jd_view)


@pytest.fixture(scope="session")
def jd_run(tmp_path_factory) -> RunFolder:
    """A run of the case by the command, made once for all tests that only read it, whichever process they are in.

    It begins as a copy of the run that ``make report`` left, if there is one: the command makes anew what has changed.
    """
    shared = tmp_path_factory.getbasetemp()
    root = (shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "reports"
    own = tmp_path_factory.mktemp("begun") / "jd"
    with suppress(OSError):
        shutil.copytree(PROJECT / "reports" / "jd", own, ignore=shutil.ignore_patterns(*PARTS))
        root.mkdir(exist_ok=True)
        # Who comes second finds that of the other there.
        own.rename(root / "jd")
    while (done := crm(PROJECT, "run", "jd", CRM_REPORTS=str(root))).returncode:
        # Another process of this session makes it: wait for that one.
        assert "is being run already" in done.stderr, done.stderr
        time.sleep(5)
    return RunFolder(root / "jd")


@pytest.fixture(scope="session")
def jd_report(jd_run, tmp_path_factory) -> Path:
    """Folder of a copy of that run with all that is published of it, without network where that can be had."""
    root = tmp_path_factory.mktemp("published")
    shutil.copytree(jd_run.path, root / "jd")
    done = crm(PROJECT, "report", "jd", prefix=unshared("-n"), CRM_REPORTS=str(root))
    assert done.returncode == 0, done.stderr
    return root / "jd"


@pytest.fixture
def tiny(tmp_path: Path, make_tiny: "Callable[[Path], Tiny]") -> "Tiny":
    """The working folder is a project with a study ``tiny`` and eleven notebooks that hand tables on."""
    return make_tiny(tmp_path)


@pytest.fixture
def make_tiny(monkeypatch: pytest.MonkeyPatch) -> "Callable[[Path], Tiny]":
    """The project of ``tiny`` in another folder, which is the working folder then."""

    def make(root: Path) -> Tiny:
        root.mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(root)
        monkeypatch.delenv("CRM_REPORTS", raising=False)
        return Tiny(root)

    return make


@pytest.fixture(scope="session")
def isolated() -> Callable[[str], list[str]]:
    """What to write before a command for it to have no network (``-n``) or mounts of its own (``-m``)."""

    return lambda what: unshared(what) or pytest.skip(f"unshare {what} is not allowed on this system")


def unshared(what: str) -> list[str]:
    """The words that isolate a command; none where the system does not allow it."""
    for command in (["unshare", what], ["unshare", "-r", what]):
        with suppress(OSError):
            if not subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
                return command
    return []


@pytest.fixture(scope="session")
def command() -> Callable[..., subprocess.CompletedProcess]:
    """Run ``crm`` in a folder, as ``command(folder, *arguments, **environment)``."""
    return crm


def crm(folder: Path, *arguments: str, prefix: Sequence[str] = (), **environment: str) -> subprocess.CompletedProcess:
    """Run ``crm`` in a folder, behind the words of ``prefix``."""
    own = {**os.environ, **environment}
    return subprocess.run([*prefix, *COMMAND, *arguments], cwd=folder, env=own, check=False, **PIPES)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of notebooks run in this process, in milliseconds, in place of papermill."""
    monkeypatch.setattr("crmlib.run.notebook.execute", run_cells)


def run_cells(path: Path, parameters: dict[str, str], *how: object) -> bytes:
    """Stand in for :func:`crmlib.run.notebook.execute`."""
    notebook, names = nbformat.read(path, as_version=4), {}
    for number, cell in enumerate(notebook.cells):
        try:
            exec(cell.source, names)
        except Exception as error:
            raise RunError(f"{path.stem}, cell {number}: {type(error).__name__}: {error}") from None
        if "parameters" in cell.metadata.get("tags", ()):
            names |= parameters
    return nbformat.writes(notebook).encode()


def parameters_of(section: str) -> str:
    """Text of the parameters cell of a chapter: every setting ``None``, with jd's value as comment."""
    values = Study.load("jd").settings()[section]
    fields = section_type(section).model_json_schema()["properties"]
    lines = [f"{name}: {python_type(field)} = None  # {flow(values[name])}" for name, field in fields.items()]
    return "\n".join(['study = "jd"', "run: str = None", *lines])


@pytest.fixture(scope="session")
def parameters_cell() -> Callable[[str], str]:
    """Text that the parameters cell of a chapter must have, as ``parameters_cell(section)``."""
    return parameters_of


class Tiny:
    """A project in a temporary folder, and ways to run and to change it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.study = root / "data" / "tiny"
        self.study.mkdir(parents=True)
        (self.study / "study.yaml").write_text(TINY, encoding="utf-8")
        (self.study / "tree.yaml").write_bytes((PROJECT / "data" / "jd" / "tree.yaml").read_bytes())
        for section in CHAPTERS:
            self.notebook(section)

    def notebook(self, section: str, code: str = "", value: str = "1.0") -> None:
        """Write the notebook of a chapter: it reads the tables of those before it, and writes one with ``value``."""
        reads = [f"chapter.table('of_{name}')" for name in upstream(section)]
        table = f"chapter.write('of_{section}', pd.DataFrame({{'value': [{value}]}}))"
        cells = [
            new_code_cell(parameters_of(section), metadata={"tags": ["parameters"]}, id="parameters"),
            new_code_cell(
                "import pandas as pd\nfrom crmlib.run.chapter import Chapter\nfrom crmlib.words.messages import say\n"
                f"chapter = Chapter.begin('{section}', globals())\nchapter",
                id="begin",
            ),
            new_code_cell("\n".join([*reads, code, table]), id="work"),
            new_code_cell(
                f"chapter.finding(say('common.study', name='finding of {section}'))\n"
                f"chapter.keep('work', 'x', key={value})\nchapter.close()",
                id="close",
            ),
        ]
        path = self.root / "notebooks" / f"{notebook_name(section)}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(new_notebook(cells=cells), path)

    def order(self, run: str = "tiny", settings: dict | None = None, **how) -> Order:
        """An order to run the study, with settings by dotted name; ordinary kernels, where there are any."""
        return Order(Study.load("tiny", **settings or {}), run, cold=True, **how)

    def run(self, **how) -> dict[str, str]:
        """Make a run in this process; returns the state of every chapter."""
        return self.states(runner.run(self.order(**how), Progress()).name)

    def status(self, **how) -> RunPlan:
        """What would run."""
        return runner.run_status(self.order(**how))

    def crm(self, *arguments: str, **how: Any) -> subprocess.CompletedProcess:
        """Run ``crm`` in the project."""
        return crm(self.root, *arguments, **how)

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start ``crm`` in the project and go on."""
        return subprocess.Popen([*COMMAND, *arguments], cwd=self.root, **PIPES)

    def states(self, run: str = "tiny") -> dict[str, str]:
        """State of every chapter in a run."""
        return {name: chapter["state"] for name, chapter in self.record(run)["chapters"].items()}

    def record(self, run: str = "tiny") -> dict:
        """What ``run.json`` of a run says."""
        return json.loads((self.root / "reports" / run / "run.json").read_text(encoding="utf-8"))

    def files(self, run: str = "tiny") -> dict[str, bytes]:
        """Every file of a run with its content."""
        folder = self.root / "reports" / run
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def wait_for() -> Callable[[Callable[[], bool]], None]:
    """Wait until something holds; fails after two minutes."""

    def wait(holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 120
        while not holds():
            assert time.monotonic() < end, "waited for two minutes in vain"
            time.sleep(0.02)

    return wait
