"""A run is read in one way, finished or growing."""

import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.errors import RunError, SettingsError
from crmlib.run.folder import RunFolder, parquet_bytes
from crmlib.runs import Run
from crmlib.study import Study


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path / "ours")


def test_a_run_is_finished_once_it_has_its_record(folder):
    assert (folder.name, folder.finished) == ("ours", False)
    folder.write("run.json", b"{}")
    assert folder.finished


def test_recorded_settings_come_back_by_dotted_name(folder):
    assert folder.settings == {}
    folder.record_settings("jd", {"title": "价值", "matrix": {"cut_current": "mean", "labels": {"low_low": "lead"}}})
    assert folder.recorded("jd") == {
        "title": "价值",
        "matrix.cut_current": "mean",
        "matrix.labels": {"low_low": "lead"},
    }


def test_a_run_of_another_study_is_refused(folder):
    folder.record_settings("jd", {"seed": 1})
    with pytest.raises(SettingsError, match="Run ours is a run of jd, not of cumcm2020c"):
        folder.recorded("cumcm2020c")


def test_a_table_that_no_chapter_came_to_is_absent_and_one_that_none_makes_names_the_nearest(folder):
    assert isinstance(folder.table("classes"), Absent) and folder.rows("classes").empty
    folder.write("tables/classes.parquet", parquet_bytes(pd.DataFrame({"class": ["gold"]})))
    assert folder.table("classes")["class"].tolist() == ["gold"]
    assert folder.tables == ["classes"]
    with pytest.raises(RunError, match=r"clases is no table of the case\. Did you mean classes\?"):
        folder.table("clases")


def test_results_of_a_chapter_that_has_not_run_are_empty(folder):
    assert folder.results("matrix") == {}


def test_settings_are_those_recorded_last(folder):
    folder.record_settings("jd", {"seed": 1})
    assert folder.study.seed == 1
    folder.record_settings("jd", {"seed": 2})
    assert (folder.settings["seed"], folder.study.seed, folder.study.title) == (2, 2, Study.load("jd").title)


def test_a_run_of_the_case_tells_all_that_chapters_made(jd_run):
    run = Run(jd_run.path)
    assert len(run.table("classes")) > 1000
    assert {"classes", "indicators", "actions"} <= set(run.tables)
    assert 0.8 < run.numbers["structure.deposits_top_share"]["value"] < 0.9
    assert (run.study.name, run.money_unit, run.classes[-1], run.labels["low_low"]) == ("jd", "万元", "lead", "lead")
    assert next(iter(run.chapters)) == "00_introduction" and len(run.chapters) == 11
    assert run.book.simulated and run.json("nothing.json") == {}


def test_the_scorer_and_cuts_of_a_run_give_its_classes(jd_run):
    indicators, classes = jd_run.indicators(), jd_run.table("classes").set_index("customer_id")
    scores = jd_run.scorer.model.score(indicators[list(jd_run.scorer.model.tree.leaves)])
    assert jd_run.cuts.classify(scores).equals(classes["class"].loc[scores.index])
    assert jd_run.cuts.classes == jd_run.classes
