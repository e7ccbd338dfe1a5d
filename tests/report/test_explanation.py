import pytest
from pydantic import ValidationError

from crmlib.report.explain import explain
from crmlib.report.explanation import Explanation


@pytest.fixture(scope="module")
def explained(jd_run):
    """One customer of each class, explained."""
    classes = jd_run.table("classes").groupby("class").head(1)
    return [explain(jd_run, customer) for customer in classes["customer_id"]]


def test_an_explanation_survives_json(explained):
    for found in explained:
        assert Explanation.model_validate_json(found.model_dump_json()) == found


def test_an_explanation_cannot_be_changed_or_hold_more_than_it_says(explained):
    with pytest.raises(ValidationError, match="frozen"):
        explained[0].total = 100.0
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Explanation.model_validate({**explained[0].model_dump(), "mood": "good"})
