import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.book import Book
from crmlib.errors import CrmError
from crmlib.evidence.outcome import beside_baseline, rank_outcome
from crmlib.words.messages import say


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


def many(outcome):
    rng = np.random.default_rng(3)
    ids = [f"c{at}" for at in range(60)]
    scores = pd.DataFrame(rng.normal(size=(60, 3)), columns=["total", "current", "potential"])
    scores = scores.assign(customer_id=ids, basis="now")
    indicators = pd.DataFrame({"customer_id": ids, "basis": "now", "A11": rng.normal(size=60)})
    book = Book({"outcomes": pd.DataFrame({"customer_id": ids, "outcome": outcome})}, simulated=False)
    return rank_outcome(book, scores, indicators, "A11", "deposit margin", 0.9)


def test_score_and_baseline_are_ranked_by_what_happened():
    found = many([at % 4 == 0 for at in range(60)])
    assert (found.n, found.cases) == (60, 15)
    assert found.score["score"] == "total" and found.rival["score"] == "deposit margin"
    assert set(found.table["score"]) == {"total", "current", "potential", "deposit margin"}
    assert found.leads["auc"].iloc[0] == tuple(found.score[["auc", "low", "high"]])


def test_an_outcome_that_all_share_ranks_nobody():
    assert many([False] * 60) == Absent(say("evidence.one_outcome"))


def test_a_book_without_outcomes_says_so():
    book = Book({}, simulated=False, absent=frozenset({"outcomes"}))
    found = rank_outcome(book, pd.DataFrame(), pd.DataFrame(), "A11", "deposit margin", 0.9)
    assert found == Absent(say("common.not_in_book", what=["outcomes"]))
