"""The page for who brings own data: every command of it, word for word, and the files that it reads."""

import doctest
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crmlib.book.fault_kinds import KINDS
from crmlib.book.reading import read_book
from crmlib.study import Study

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "your-data.md").read_text(encoding="utf-8")
EXTRACTS = ROOT / "data" / "tutorial" / "extracts"


def commands():
    """Every command of the page with what it answers."""
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, answer = part.partition("\n")
            yield command, answer


@pytest.fixture
def shell(tmp_path):
    """Type a command in a project with the case and the tutorial; gives what it answers."""
    for name in ("jd", "tutorial"):
        shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name)
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    (tmp_path / "bin").mkdir()
    crm = tmp_path / "bin" / "crm"
    crm.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from crmlib.cli import main; main()" "$@"\n')
    crm.chmod(0o755)

    def shell(command):
        line = ["bash", "-c", f'PATH="{crm.parent}:$PATH"; unset CRM_REPORTS; {command}']
        done = subprocess.run(line, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.stdout.decode()

    return shell


@pytest.mark.slow
def test_every_command_of_the_page_answers_as_it_says(shell):
    checker, loosely = doctest.OutputChecker(), doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    for command, answer in commands():
        said = shell(command)
        assert checker.check_output(answer, said, loosely), f"$ {command}\n{said}"


def test_the_page_tells_every_kind_of_fault():
    table = PAGE.partition("| code | what is wrong | what to do |\n|---|---|---|\n")[2].splitlines()
    assert sorted(table) == sorted(f"| `{code}` | {kind.wrong} | {kind.advice} |" for code, kind in KINDS.items())


def test_the_tutorials_files_are_read_with_nothing_lost():
    book = read_book(Study.load("tutorial"))
    assert [len(book.tables[name]) for name in ("customers", "activity", "rates")] == [32, 1101, 36]
    # The control totals that stand below the balances, in 万元.
    sums = book.activity[["demand_deposit", "time_deposit"]].sum().div(1e4).round(2)
    assert sums.tolist() == pytest.approx([274_524.99, 230_462.70], abs=1)
    assert book.customers["customer_id"].str.fullmatch("[0-9]{6}").all()
    assert book.rates["ftp_loan"].between(0.03, 0.05).all()


def test_the_tutorials_files_are_those_that_its_script_writes(tmp_path):
    subprocess.run([sys.executable, ROOT / "tools" / "tutorial.py", tmp_path], check=True)
    made, stored = ({path.name: path for path in folder.iterdir()} for folder in (tmp_path, EXTRACTS))
    assert {*made} == {*stored}
    texts = [name for name in made if name.endswith(".csv")]
    assert len(texts) == 2 and all(made[name].read_bytes() == stored[name].read_bytes() for name in texts)
