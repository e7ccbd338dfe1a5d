"""Countermeasures: one for each problem, with the problem's threshold as target."""

import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.strategy.countermeasures import MEASURED, countermeasure_table, packaged_countermeasures
from crmlib.structure.problems import PROBLEMS


def problems(*keys):
    rows = [
        (key, key.replace("_", " "), "share of something", "share", 0.3, 0.2, "at most", n % 2 == 1)
        for n, key in enumerate(keys)
    ]
    return pd.DataFrame(rows, columns=list(MEASURED))


def test_the_countermeasures_are_those_of_the_problems():
    assert set(packaged_countermeasures()) == set(PROBLEMS)


def test_what_holds_comes_first_and_success_is_the_threshold():
    table = countermeasure_table(problems("tier_agreement", "hours_on_negative", "underpriced_loans"))
    assert table["problem"].tolist() == ["hours_on_negative", "tier_agreement", "underpriced_loans"]
    assert set(table["success"]) == {"share of something: at most 20 %"}
    assert table[["headline", "steps", "owner", "days"]].notna().all(axis=None)


def test_a_correlation_is_no_percentage():
    table = problems("tier_agreement").assign(unit="correlation", direction="at least", threshold=0.6)
    assert countermeasure_table(table)["success"].tolist() == ["share of something: at least 0.60"]


def test_no_problems_give_an_empty_table():
    assert countermeasure_table(problems()).empty


def test_a_problem_without_countermeasure_is_named():
    with pytest.raises(CrmError, match="every problem needs a countermeasure: sunspots have none"):
        countermeasure_table(problems("sunspots", "tier_agreement"))
