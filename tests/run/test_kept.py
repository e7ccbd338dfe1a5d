import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.run.folder import RunFolder
from crmlib.run.kept import KEPT, kept
from crmlib.study import Study
from crmlib.words.messages import say


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path / "run")


@pytest.fixture
def counted():
    """A function that counts how often it is asked."""

    def seeds(study):
        seeds.asked += 1
        return pd.DataFrame({"seed": [study.seed]})

    seeds.asked = 0
    return seeds


def test_what_is_kept_is_computed_once(folder, counted, jd):
    first, again = (kept(counted, "book", jd, folder) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert counted.asked == 1


@pytest.mark.parametrize(
    ("change", "asked"),
    [({"seed": 7}, 2), ({"book.gamma": 0.5}, 2), ({"other_books": 3}, 2), ({"language": "zh"}, 1),
     ({"report.money_unit": "CNY"}, 1), ({"matrix.cut_current": "mean"}, 1)],
)  # fmt: skip
def test_what_a_chapter_reads_but_for_looks_makes_it_new(folder, counted, jd, change, asked):
    kept(counted, "book", jd, folder)
    found = kept(counted, "book", Study.load("jd", **change), folder)
    assert counted.asked == asked and found["seed"].tolist() == [change.get("seed", jd.seed)]
    assert len([*folder.path.glob(f"{KEPT}/*")]) == 1


def test_other_code_makes_it_new(folder, counted, jd, monkeypatch):
    kept(counted, "book", jd, folder)
    monkeypatch.setattr("crmlib.run.kept.code_digest", lambda: "other")
    kept(counted, "book", jd, folder)
    assert counted.asked == 2


def test_a_finished_run_is_read_and_not_written(folder, counted, jd):
    kept(counted, "book", jd, folder)
    folder.write("run.json", b"{}")
    assert kept(counted, "book", jd, folder)["seed"].tolist() == [jd.seed] and counted.asked == 1
    assert kept(counted, "book", Study.load("jd", seed=8), folder)["seed"].tolist() == [8]
    assert kept(counted, "book", jd, folder)["seed"].tolist() == [jd.seed] and counted.asked == 2


def test_what_is_absent_is_not_kept(folder, jd):
    absent = Absent(say("book.not_calibrated"))
    assert kept(lambda study: absent, "book", jd, folder) is absent
    assert not folder.path.exists()


def test_what_is_damaged_is_made_again(folder, counted, jd):
    kept(counted, "book", jd, folder)
    (path,) = folder.path.glob(f"{KEPT}/*")
    path.write_bytes(path.read_bytes()[:20])
    assert kept(counted, "book", jd, folder)["seed"].tolist() == [jd.seed] and counted.asked == 2
