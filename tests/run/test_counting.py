import json
from concurrent.futures.process import BrokenProcessPool

import pandas as pd
import pytest

from crmlib import seeds
from crmlib.errors import DiedError
from crmlib.run.counting import CSV, JSON, count_claims
from crmlib.run.folder import RunFolder, parquet_bytes
from crmlib.run.progress import Progress
from crmlib.study import Study


@pytest.fixture
def folder(tmp_path):
    study = Study.load("jd")
    run = RunFolder(tmp_path / "jd")
    run.record_settings("jd", {**study.settings(), "seed": 7})
    local = study.tree.reference_weights()
    run.write("tables/weights.parquet", parquet_bytes(local.rename("local").rename_axis("code").reset_index()))
    return run


def test_counts_stand_beside_the_run_with_its_settings_and_the_seeds_after_its_own(folder, monkeypatch):
    def weighed(ask, study, weights, gamma, seed):
        assert weights.sum() == pytest.approx(1)
        kind = "supported" if gamma == seeds.AS_SET else "depends"
        return pd.DataFrame([(gamma, seed, "C2a", kind)], columns=["gamma", "seed", "claim", "kind"])

    monkeypatch.setattr(seeds, "_asked_of", weighed)
    tally = count_claims(folder, "jd", 3, 1, Progress())
    pd.testing.assert_frame_equal(pd.read_csv(folder.path / CSV, dtype={"gamma": "str"}), tally, check_dtype=False)
    document = json.loads((folder.path / JSON).read_text(encoding="utf-8"))
    assert document["seeds"] == [8, 10] and len(document["verdicts"]) == 6
    assert document["counts"][0]["count"] == 3


def test_a_worker_that_died_is_told(folder, monkeypatch):
    def died(*arguments):
        raise BrokenProcessPool

    monkeypatch.setattr(seeds, "weigh_books", died)
    with pytest.raises(DiedError, match=r"weighs books died\. If memory ran out, take fewer: --jobs 1"):
        count_claims(folder, "jd", 3, 2, Progress())
