import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.evidence.outcome import beside_baseline


@pytest.fixture
def tables():
    scores = pd.DataFrame({"customer_id": ["a", "b", "c"], "total": 1.0, "current": 2.0, "potential": 3.0})
    indicators = pd.DataFrame({"customer_id": ["c", "b", "a"], "A11": [5.0, np.nan, 7.0]})
    outcomes = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "outcome": [True, False, False, True]})
    return scores, indicators, outcomes


def test_only_customers_with_score_baseline_and_outcome_are_ranked(tables):
    ranked, outcome = beside_baseline(*tables, "A11")
    assert list(ranked) == ["total", "current", "potential", "A11"]
    assert ranked["A11"].to_dict() == {"a": 7.0, "c": 5.0} and outcome.to_dict() == {"a": True, "c": False}


def test_an_unknown_baseline_gets_the_nearest(tables):
    with pytest.raises(CrmError, match=r"A1 is not an indicator. Did you mean A11\? Indicators: A11"):
        beside_baseline(*tables, "A1")
