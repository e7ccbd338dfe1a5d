import re
import shutil
import subprocess

import pytest

from crmlib.report.brief import brief, content
from crmlib.report.digest import Digest
from crmlib.study import Study

HOSTILE = ["=1+1", "$x$ _a_ <b> #strong[x] \\", "*bold* `code` @ref", "龘 有限公司", '"); DROP']


@pytest.fixture
def run(finished_run):
    return finished_run


@pytest.fixture
def digest(run):
    return Digest(run)


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


def test_every_finding_is_in_the_brief(run, digest, tmp_path):
    brief(run, tmp_path / "brief.pdf")
    said = " ".join(text_of(tmp_path / "brief.pdf").replace("\u00a0", " ").split())
    for sentence in content(digest)["findings"]:
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


def test_lists_hold_ten_customers_each_by_their_amount(digest):
    lists = content(digest)["lists"]
    assert [found["title"] for found in lists] == ["Save list", "Growth list"]
    for found in lists:
        amounts = [float(row[-1].replace(",", "")) for row in found["rows"]]
        assert len(amounts) == 10
        assert amounts == sorted(amounts, reverse=True)


def test_a_book_without_money_and_stages_has_no_lists(digest):
    digest.__dict__["customers"] = digest.customers.drop(columns=["value_at_stake", "stage"])
    found = content(digest)
    assert found["lists"] == []
    assert found["plan"]["stages"] == []
    assert all(len(row["cells"]) == 1 for row in found["plan"]["rows"])


def test_a_run_without_headroom_lists_customers_without_it(digest):
    digest.__dict__["customers"] = digest.customers.drop(columns="headroom")
    grow = content(digest)["lists"][1]
    assert len(grow["heads"]) == len(grow["rows"][0]) == 6
    assert not any("headroom" in head for head in grow["heads"])
