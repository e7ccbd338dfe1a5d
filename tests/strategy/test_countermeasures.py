"""Countermeasures: one for each problem, with the problem's threshold as target."""

import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.strategy.countermeasures import answers, countermeasures
from crmlib.study import Study


def problems(*keys):
    rows = [(key, key.replace("_", " "), "share of something", 0.3, 0.2, n % 2 == 1) for n, key in enumerate(keys)]
    return pd.DataFrame(rows, columns=["problem", "title", "statistic", "value", "threshold", "holds"])


def test_every_problem_that_an_indicator_answers_has_a_countermeasure():
    tree = Study.load("jd").tree
    assert {tree[leaf].answers for leaf in tree.leaves} <= set(answers())


def test_what_holds_comes_first_and_the_target_is_the_threshold():
    table = countermeasures(problems("tier_agreement", "hours_on_negative", "underpriced_loans"))
    assert table["problem"].tolist() == ["hours_on_negative", "tier_agreement", "underpriced_loans"]
    assert table["target"].tolist() == [0.2, 0.2, 0.2]
    assert table["gap"].round(9).tolist() == [0.1, 0.1, 0.1]
    assert table[["headline", "steps", "owner", "days", "better"]].notna().all(axis=None)


def test_no_problems_give_an_empty_table():
    assert countermeasures(problems()).empty


def test_a_problem_without_countermeasure_is_named():
    with pytest.raises(CrmError, match="every problem needs a countermeasure: sunspots have none"):
        countermeasures(problems("sunspots", "tier_agreement"))
