import dataclasses
import re

import pytest

from crmlib.report.findings import findings, sureness
from crmlib.runs import Run


@pytest.fixture
def run(report_run):
    return Run(report_run)


def test_both_languages_say_the_same_numbers(run):
    for told in (findings, sureness):
        english, chinese = told(run, "en"), told(run, "zh")
        assert len(english) == len(chinese) > 1
        for first, second in zip(english, chinese, strict=True):
            assert sorted(re.findall(r"[\d.,]*\d", first)) == sorted(re.findall(r"[\d.,]*\d", second))


def test_the_classes_are_told_with_their_shares(run):
    counts = run.table("classes")["class"].value_counts(normalize=True)
    assert any(
        sentence.startswith(f"Platinum, {counts['platinum']:.0%}".replace("%", " %"))
        and sentence.endswith("bring −37 % and take 18 % of the relationship managers' hours.")
        for sentence in findings(run, "en")
    )


@pytest.mark.parametrize(
    ("score", "said"), [(0.81, "last year's EVA is the better guide"), (0.95, "ranks next year's EVA better")]
)
def test_which_guide_is_better_the_numbers_decide(run, score, said):
    run.numbers["evidence.spearman_score"] = {"value": score, "unit": ""}
    assert any(said in sentence for sentence in sureness(run, "en"))


def test_a_run_without_numbers_says_what_it_can(run, tmp_path):
    (tmp_path / "settings.yaml").write_bytes((run.path / "settings.yaml").read_bytes())
    assert findings(Run(tmp_path), "en") == sureness(Run(tmp_path), "zh") == []


def test_runs_are_read_only(run):
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.path = None
