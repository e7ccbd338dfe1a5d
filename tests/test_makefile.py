"""What a newcomer types: ``make help``, and what make says where pip is missing."""

import os
import re
import shutil
import subprocess
import tomllib

import pytest

from crmlib.study import PROJECT

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def make(folder, *arguments, path=""):
    """Run make, as if no other make ran the tests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environment["PATH"] = f"{path}{os.environ['PATH']}"
    command = ["make", "--no-print-directory", "-C", str(folder), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def clone(tmp_path):
    """What the Makefile needs of a clone before anything is set up."""
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copyfile(PROJECT / name, tmp_path / name)
    return tmp_path


def test_help_tells_every_command(clone):
    told = make(clone).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1].split()
    assert [line.split()[1] for line in told.splitlines()] == phony
    assert make(clone, "help").stdout == told


def test_without_pip_it_says_which_package_to_install(clone):
    (clone / "bin").mkdir()
    python = clone / "bin" / "python3"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    done = make(clone, "report", path=f"{clone / 'bin'}:")
    assert done.returncode
    assert "pip is missing. Install it (Debian, Ubuntu: apt-get install python3-pip" in done.stdout
    assert not (clone / ".venv").exists()


def test_clean_removes_reports_but_not_the_example(clone):
    for name in ("jd/run.json", "example/results.json", ".jd.lock", ".jd.part/jd/settings.yaml"):
        path = clone / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (clone / ".venv").mkdir()
    assert make(clone, "clean").returncode == 0
    assert [path.name for path in (clone / "reports").iterdir()] == ["example"]
    assert not (clone / ".venv").exists()


def test_clean_of_a_fresh_clone_is_no_error(clone):
    done = make(clone, "clean")
    assert (done.returncode, done.stderr) == (0, "")


UV = """#!/bin/sh
mkdir -p .venv/lib/python3.11/site-packages
echo "$LC_ALL" > language
pwd > .venv/lib/python3.11/site-packages/crmlib.pth
"""


@pytest.mark.parametrize(
    ("language", "set_up_in"), [("C", "C.UTF-8"), ("POSIX", "C.UTF-8"), ("zh_CN.UTF-8", "zh_CN.UTF-8")]
)
def test_no_path_is_written_that_a_system_without_chinese_could_not_read(clone, monkeypatch, language, set_up_in):
    uv = clone / ".tools" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text(UV)
    uv.chmod(0o755)
    monkeypatch.setenv("LC_ALL", language)
    assert make(clone, ".venv/.ready").returncode == 0
    (path,) = clone.glob(".venv/lib/*/site-packages/crmlib.pth")
    assert (path.parent / path.read_text().strip()).resolve() == clone
    assert (clone / "language").read_text().strip() == set_up_in


def test_nothing_is_downloaded_without_a_hash():
    lock = tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))
    for package in lock["package"]:
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
        assert package["source"] == {"editable": "."} or (files and all(file["hash"] for file in files)), package[
            "name"
        ]
    backend = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    (uv,) = re.findall(
        r"^uv==(\d+)\.(\d+)\..*\\\n +--hash=sha256:", (PROJECT / "tools" / "uv.txt").read_text(), re.MULTILINE
    )
    assert backend == [f"uv_build>={uv[0]}.{uv[1]},<{uv[0]}.{int(uv[1]) + 1}"]
    assert "--require-hashes --requirement tools/uv.txt" in (PROJECT / "Makefile").read_text(encoding="utf-8")
