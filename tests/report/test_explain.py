import shutil

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from crmlib.cli import app
from crmlib.errors import CrmError
from crmlib.matrix.classes import CLASSES
from crmlib.report.explain import Explanation, explain
from crmlib.run.folder import RunFolder
from crmlib.words.voice import Voice


@pytest.fixture(scope="module")
def explained(jd_run):
    """Three customers of each class, explained."""
    classes = jd_run.table("classes").groupby("class").head(3)
    found = [explain(jd_run, customer) for customer in classes["customer_id"]]
    assert {one.in_class for one in found} == set(CLASSES)
    return found


def indicators_of(run, customer):
    return run.indicators().loc[[customer]]


def test_contributions_sum_to_the_score(explained):
    for found in explained:
        assert sum(step.contribution for step in found.steps) == pytest.approx(found.total, abs=1e-9)
        assert sum(step.weight for step in found.steps) == pytest.approx(1, abs=1e-12)


def test_every_suggested_change_leads_to_the_class_it_names_and_one_percent_less_does_not(jd_run, explained):
    model, cuts = jd_run.scorer.model, jd_run.cuts
    for found in explained:
        others = {side.axis: side.other for side in found.sides}
        ways = [((step.alone,), others[step.axis]) for step in found.steps if step.alone]
        ways += [(side.pair, side.other) for side in found.sides if side.pair]
        assert ways
        for changes, other in ways:
            for share, expected in ((1.0, other), (0.99, found.in_class)):
                moved = indicators_of(jd_run, found.customer_id)
                for change in changes:
                    moved[change.code] += share * change.change
                scores = model.score(moved)
                assert cuts.classify(scores).tolist() == [expected]


def test_an_explanation_tells_stage_action_and_certainty_as_the_tables_have_them(jd_run, explained):
    actions = jd_run.table("actions").set_index("customer_id")
    certain = jd_run.table("acceptability").set_index("customer_id")
    for found in explained:
        row, kept = actions.loc[found.customer_id], certain.loc[found.customer_id]
        assert found.act.action == Voice().name("action", row["action"])
        assert (found.act.reason, found.stage) == (row["reason_action"], row["stage"])
        assert found.kept == {way: kept[way] for way in ("experts", "flat")}
        assert sum(found.acceptability.values()) == pytest.approx(1)
        assert found.acceptability[found.in_class] == found.kept["experts"]


def test_a_wrong_id_names_the_nearest_and_a_customer_without_class_says_why(jd_run):
    with pytest.raises(CrmError, match=r"has no customer '11'. The nearest IDs: 000011, "):
        explain(jd_run, "11")
    with pytest.raises(CrmError, match=r"has no customer '0000ll'. The nearest IDs: 00\d{4}, "):
        explain(jd_run, "0000ll")
    young = jd_run.table("not_graded")["customer_id"].iloc[0]
    with pytest.raises(CrmError, match=f"{young} has no class in run jd: too new to grade"):
        explain(jd_run, young)


def test_a_run_that_ends_at_the_matrix_explains_what_it_knows(jd_run, tmp_path):
    short = RunFolder(tmp_path / "short")
    shutil.copytree(jd_run.path, short.path)
    for name in ("actions", "acceptability"):
        (short.path / "tables" / f"{name}.parquet").unlink()
    customer = short.table("classes")["customer_id"].iloc[0]
    found = explain(short, customer)
    assert (found.act, found.kept, found.acceptability) == (None, {}, {})
    assert found.sides == explain(jd_run, customer).sides


def command(monkeypatch, run, *arguments):
    monkeypatch.setenv("CRM_REPORTS", str(run.path.parent))
    return CliRunner().invoke(app, ["explain", "jd", *arguments])


def test_the_command_shows_a_card_or_json(jd_run, explained, monkeypatch):
    found = explained[0]
    shown = command(monkeypatch, jd_run, found.customer_id)
    assert shown.exit_code == 0 and found.act.owner in shown.output
    told = command(monkeypatch, jd_run, found.customer_id, "--json")
    assert Explanation.model_validate_json(told.output) == found


def test_the_command_refuses_a_wrong_id_and_says_how_to_make_a_run(jd_run, monkeypatch):
    assert "The nearest IDs: " in str(command(monkeypatch, jd_run, "nobody").exception)
    missing = command(monkeypatch, jd_run, "000001", "--as", "other").exception
    assert str(missing).endswith("crm run jd --as other")


def test_an_explanation_survives_json(explained):
    for found in explained:
        assert Explanation.model_validate_json(found.model_dump_json()) == found


def test_an_explanation_cannot_be_changed_or_hold_more_than_it_says(explained):
    with pytest.raises(ValidationError, match="frozen"):
        explained[0].total = 100.0
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Explanation.model_validate({**explained[0].model_dump(), "mood": "good"})
