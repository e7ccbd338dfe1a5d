"""The case as a whole: the same inputs give the same bytes, and a change runs what hangs on it and no more."""

import shutil

import pytest

from crmlib.book.population import RATINGS
from crmlib.run.folder import RunFolder
from crmlib.study import PROJECT

pytestmark = pytest.mark.slow
FEW = (
    "book.customers=80", "other_books=2", "evidence.draws=200", "evidence.bootstrap=100", "scores.null_books=20",
    "structure.bootstrap=50", "problems.bootstrap=50", "strategy.bootstrap=50", "matrix.draws=200",
)  # fmt: skip


def chosen(settings):
    """Arguments of a command that say these settings."""
    return [word for setting in settings for word in ("--set", setting)]


def files(folder):
    """Every file of a run but what tells how and when it was made."""
    paths = {path.relative_to(folder.path).as_posix(): path for path in folder.path.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes() for name, path in paths.items() if name != "run.json" and not name.startswith(".state/")
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory, command):
    """A finished run of a small book."""
    root = tmp_path_factory.mktemp("reports")
    assert command(PROJECT, "run", "jd", *chosen(FEW), CRM_REPORTS=str(root)).returncode == 0
    return RunFolder(root / "jd")


@pytest.fixture
def again(small, tmp_path, command):
    """Run the case in a copy of the finished run; returns the run and what was told."""
    shutil.copytree(small.path, tmp_path / "jd")

    def again(*arguments, prefix=()):
        done = command(PROJECT, "run", "jd", *chosen(FEW), *arguments, prefix=prefix, CRM_REPORTS=str(tmp_path))
        assert done.returncode == 0, done.stderr
        return RunFolder(tmp_path / "jd"), done.stdout

    return again


def test_a_fresh_run_without_network_and_with_ordinary_kernels_gives_the_same_bytes(small, again, isolated):
    run, _ = again("--fresh", "--cold", "--jobs", "1", prefix=isolated("-n"))
    before, after = files(small), files(run)
    assert set(after) == set(before)
    assert [name for name in after if after[name] != before[name]] == []


def test_a_setting_of_the_matrix_runs_chapters_7_to_10(again):
    run, told = again("--set", "matrix.cut_current=mean")
    states = {line.split()[0]: line.split()[1] for line in told.splitlines() if line[:2].isdigit()}
    assert [name for name, state in states.items() if state == "ran"] == [
        "07_matrix",
        "08_strategy",
        "09_evidence",
        "10_conclusion",
    ]
    assert run.settings["matrix"]["cut_current"] == "mean"


def test_a_title_runs_nothing(small, again):
    run, told = again("--set", "title=Another title")
    assert " ran " not in told
    before, after = files(small), files(run)
    assert [name for name in after if after[name] != before[name]] == ["settings.yaml"]


@pytest.mark.parametrize(
    "book",
    [
        ["book.beta=0"],
        ["book.borrowers=0"],
        ["book.attrition=0", "profit.pd_floor=1e-6", f"profit.pd_by_rating={dict.fromkeys(RATINGS.tolist(), 0.0)}"],
        ["book.months=24", "book.managers=1", "book.experts=2", "unit=group", "report.money_unit=CNY"],
    ],
    ids=lambda book: book[0],
)
def test_a_book_unlike_the_usual_runs_to_its_end_and_is_published(tmp_path, command, book):
    """Hours that win nothing, nobody who borrows, nobody who leaves, two years of one manager."""
    for arguments in (["run", "jd", *chosen([*FEW, *book])], ["report", "jd"]):
        done = command(PROJECT, *arguments, CRM_REPORTS=str(tmp_path))
        assert done.returncode == 0, done.stdout + done.stderr
