import datetime as dt

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


@pytest.fixture
def ours(jd):
    def ours(since=None):
        book = jd.book.model_copy(update={"outcomes_as_of": since})
        return jd.model_copy(update={"book": book, "evidence": jd.evidence.model_copy(update={"baseline": "A11"})})

    return ours


def many(outcome, study, bases=("now", "base")):
    """Customers c0 to c59, scored on each basis: on ``base`` those with the outcome lowest, on ``now`` highest."""
    rng, ids = np.random.default_rng(3), [f"c{at}" for at in range(60)]
    scores, indicators = [], []
    for basis, side in zip(bases, (1, -1), strict=False):
        own = pd.DataFrame(rng.normal(size=(60, 3)) + 9 * side * np.array(outcome)[:, None])
        own.columns = ["total", "current", "potential"]
        scores.append(own.assign(customer_id=ids, basis=basis))
        indicators.append(pd.DataFrame({"customer_id": ids, "basis": basis, "A11": rng.normal(size=60)}))
    book = Book({"outcomes": pd.DataFrame({"customer_id": ids, "outcome": outcome})}, simulated=False)
    return rank_outcome(book, pd.concat(scores), pd.concat(indicators), study)


QUARTER = [at % 4 == 0 for at in range(60)]


def test_score_and_baseline_are_ranked_by_what_happened(ours):
    found = many(QUARTER, ours())
    assert (found.n, found.cases) == (60, 15)
    assert found.score["score"] == "total" and found.rival["score"] == ours().tree["A11"].name
    assert set(found.table["score"]) == {"total", "current", "potential", found.rival["score"]}
    assert found.leads["auc"].iloc[0] == tuple(found.score[["auc", "low", "high"]])


@pytest.mark.parametrize(
    ("since", "scored", "area"),
    [(None, "2015-12-31", 0.0), ("2016-02-01", "2015-12-31", 0.0), ("2015-12-31", "2014-12-31", 1.0)],
)
def test_the_last_score_before_the_outcome_is_met(ours, since, scored, area):
    found = many(QUARTER, ours(since and dt.date.fromisoformat(since)))
    assert found.score["auc"] == area
    assert (found.scored, found.since) == (pd.Timestamp(scored), since and pd.Timestamp(since))


def test_an_outcome_before_all_scores_is_not_met_with_a_later_one(ours):
    day = dt.date(2015, 6, 30)
    assert many(QUARTER, ours(day), ["now"]) == Absent(say("evidence.no_score_before", since=pd.Timestamp(day)))


def test_an_outcome_that_all_share_ranks_nobody(ours):
    assert many([False] * 60, ours()) == Absent(say("evidence.one_outcome"))


def test_a_book_without_outcomes_says_so(ours):
    book = Book({}, simulated=False, absent=frozenset({"outcomes"}))
    found = rank_outcome(book, pd.DataFrame(), pd.DataFrame(), ours())
    assert found == Absent(say("common.not_in_book", what=["outcomes"]))
