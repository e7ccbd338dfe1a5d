import pytest

from crmlib.report.site.source import Run


@pytest.fixture
def run(site_run):
    return Run(site_run)


def test_a_run_tells_tables_numbers_settings_and_chapters(run):
    assert len(run.table("classes")) == len(run.read_table("classes")) > 1000
    assert {"classes", "indicators", "actions"} <= set(run.tables())
    assert run.numbers["structure.deposits_top_share"]["value"] == 0.868
    assert (run.settings["study"], run.money_unit, run.labels["low_low"]) == ("jd", "万元", "lead")
    assert list(run.chapters) == ["03_structure", "07_matrix", "08_strategy", "09_evidence"]
    assert run.book.simulated


def test_what_a_run_does_not_have_is_empty(run):
    assert run.table("nothing").empty
    assert run.json("nothing.json") == {}
