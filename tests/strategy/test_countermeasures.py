"""Countermeasures: one for each problem, with the problem's threshold as target."""

import pandas as pd
import pytest

from crmlib.absent import not_in_book
from crmlib.errors import CrmError
from crmlib.strategy.countermeasures import (
    MEASURED,
    countermeasure_table,
    explained_countermeasures,
    weight_without_problem,
)
from crmlib.strategy.plan import action_plan
from crmlib.structure.problems import PROBLEMS
from crmlib.words.texts import has
from crmlib.words.voice import Voice

PLAN = action_plan()
AS_OF = pd.Timestamp("2015-12-31")
LABELS = {"high_high": "A", "high_low": "B", "low_high": "C", "low_low": "D"}


def problems(*keys, quiet=()):
    rows = [(key, "share", 0.3, 0.2, "at most", key not in quiet) for key in keys]
    return pd.DataFrame(rows, columns=list(MEASURED))


def told(table, labels=LABELS, language="en"):
    """Steps and success of each countermeasure, said."""
    shown = explained_countermeasures(table, PLAN, AS_OF, labels).set_index("problem")
    return shown.assign(**{name: shown[name].map(Voice(language).say) for name in ("steps", "success")})


def test_the_countermeasures_are_those_of_the_problems_and_have_their_names_and_steps():
    assert set(PLAN.countermeasures) == set(PROBLEMS)
    for code, task in PLAN.countermeasures.items():
        assert has(f"names.countermeasure.{code}") and all(has(f"actions.step.{step}") for step in task.steps)


def test_only_what_shows_is_countered_and_its_target_is_missed_today():
    """Those of other problems stood beside them, with a target that was reached."""
    keys = ("tier_agreement", "hours_on_negative", "underpriced_loans")
    table = countermeasure_table(problems(*keys, quiet=["hours_on_negative"]), PLAN)
    assert table["problem"].tolist() == ["tier_agreement", "underpriced_loans"]
    assert (table["value"] > table["threshold"]).all()
    shown = told(table)
    assert shown.loc["underpriced_loans", "success"] == (
        "share of loan volume with a negative risk-adjusted margin: at most 20.0 %"
    )
    assert shown["deadline"].tolist() == [AS_OF + pd.Timedelta(days=days) for days in table["days"]]


def test_a_correlation_is_no_percentage():
    table = problems("tier_agreement").assign(unit="correlation", direction="at least", threshold=0.6)
    shown = told(countermeasure_table(table, PLAN))
    assert shown["success"].tolist() == ["Kendall's tau-b of today's tier with the tier by EVA: at least 0.60"]


def test_no_countermeasure_moves_hours_to_a_class_or_a_tier():
    """Service was to go by value and hours by deposits, in one report."""
    shown = told(countermeasure_table(problems("hours_on_negative", "tier_agreement"), PLAN))["steps"]
    assert "give hours by the rule for hours, whatever the tier" in shown.iloc[1]
    assert "service level" not in shown.iloc[0] and "routine service" in shown.iloc[0]


def test_no_problems_give_no_countermeasures():
    assert countermeasure_table(problems(), PLAN).why.key == "strategy.no_problem_measured"
    none = countermeasure_table(problems("tier_agreement", quiet=["tier_agreement"]), PLAN)
    assert none.why.key == "strategy.no_problem_shows"
    absent = not_in_book("profit")
    assert countermeasure_table(absent, PLAN) == absent == explained_countermeasures(absent, PLAN, AS_OF, LABELS)


def test_weight_without_a_problem_is_that_of_the_leaves_in_use():
    table = problems("tier_agreement", "hours_on_negative", quiet=["tier_agreement"])
    answers = ["tier_agreement", "tier_agreement", "hours_on_negative"]
    weights = pd.DataFrame({"code": ["a", "b", "c"], "answers": answers, "weight": [0.2, 0.3, 0.5]})
    assert weight_without_problem(table, weights, pd.DataFrame(columns=["a", "c"])) == 0.2


def test_a_problem_without_countermeasure_is_named():
    with pytest.raises(CrmError, match="every problem needs a countermeasure: sunspots have none"):
        countermeasure_table(problems("sunspots", "tier_agreement"), PLAN)
