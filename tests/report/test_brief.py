import re
import shutil
import subprocess

import pytest

from crmlib.report import brief as module
from crmlib.report.brief import brief, content
from crmlib.runs import Run
from crmlib.study import Study

HOSTILE = ["=1+1", "$x$ _a_ <b> #strong[x] \\", "*bold* `code` @ref", "龘 有限公司", '"); DROP']


@pytest.fixture
def run(report_run):
    return Run(report_run)


def text_of(path):
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext on this machine: apt-get install poppler-utils")
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_brief_is_four_to_six_pages_and_the_same_bytes_each_time(run, tmp_path, language):
    run.__dict__["study"] = Study.load("jd", language=language)
    for name in ("one.pdf", "two.pdf"):
        brief(run, tmp_path / name)
    one = (tmp_path / "one.pdf").read_bytes()
    assert one == (tmp_path / "two.pdf").read_bytes()
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", one)) <= 6


def test_every_finding_is_in_the_brief(run, tmp_path):
    brief(run, tmp_path / "brief.pdf")
    said = " ".join(text_of(tmp_path / "brief.pdf").replace("\u00a0", " ").split())
    for sentence in content(run)["findings"]:
        assert sentence[:40] in said
    assert "simulated data, not JD Branch" in said


def test_hostile_names_are_shown_as_they_are(run, tmp_path):
    names = dict(zip(run.table("actions")["customer_id"], HOSTILE * 1000, strict=False))
    run.book.customers["name"] = run.book.customers["customer_id"].map(names).fillna("x")
    brief(run, tmp_path / "brief.pdf")
    said = text_of(tmp_path / "brief.pdf")
    assert "=1+1" in said
    assert "$x$ _a_ <b> #strong[x] \\" in said
    assert "*bold* `code` @ref" in said
    assert "〓 有限公司" in said


def test_lists_hold_ten_customers_each_by_their_amount(run):
    lists = content(run)["lists"]
    assert [found["title"] for found in lists] == ["Save list", "Growth list"]
    for found in lists:
        amounts = [float(row[-1].replace(",", "")) for row in found["rows"]]
        assert len(amounts) == 10
        assert amounts == sorted(amounts, reverse=True)


def test_a_book_without_money_and_stages_has_no_lists(run):
    actions = run.table("actions")
    bare = {"actions": actions.assign(value_at_stake=float("nan"), eva=float("nan"), clv=float("nan"))}
    stageless = run.table("classes").assign(stage=None)
    tables = {"classes": stageless, **bare, "profit": actions.iloc[:0]}
    found = content(_Without(run, tables))
    assert found["lists"] == []
    assert found["plan"]["stages"] == []
    assert [measure["name"] for measure in found["profile"]] == ["Customers", "Wallet headroom"]


class _Without:
    """A run with some tables replaced."""

    def __init__(self, run, tables) -> None:
        self._run, self._tables = run, tables

    def __getattr__(self, name):
        return getattr(self._run, name)

    def rows(self, name):
        return self._tables[name] if name in self._tables else self._run.rows(name)


def test_a_run_without_headroom_lists_customers_without_it(run, monkeypatch):
    everybody = module.people(run).drop(columns="headroom")
    monkeypatch.setattr(module, "people", lambda run: everybody)
    grow = content(run)["lists"][1]
    assert len(grow["heads"]) == len(grow["rows"][0]) == 6
    assert not any("headroom" in head for head in grow["heads"])
