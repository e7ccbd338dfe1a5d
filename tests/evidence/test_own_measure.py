import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.book import Book
from crmlib.errors import CrmError
from crmlib.evidence.own_measure import told_by_score
from crmlib.words.messages import say

BEFORE, TODAY = pd.Timestamp("2014-12-31"), pd.Timestamp("2015-12-31")


@pytest.fixture
def ours(jd):
    def ours(criterion):
        changed = {"criterion": criterion, "bootstrap": 50}
        return jd.model_copy(update={"evidence": jd.evidence.model_copy(update=changed)})

    return ours


def book_of(last, this, dates=(BEFORE, TODAY)):
    ids = [f"c{at}" for at in range(len(last))]
    parts = [
        pd.DataFrame({"customer_id": ids, "as_of": date, "sales": values})
        for date, values in zip(dates, (last, this), strict=False)
    ]
    return Book({"measures": pd.concat(parts, ignore_index=True)}, simulated=False)


def scores_of(total, basis="base"):
    ids = [f"c{at}" for at in range(len(total))]
    other = np.random.default_rng(1).normal(size=(len(total), 2))
    return pd.DataFrame(
        {"customer_id": ids, "basis": basis, "total": total, "current": other[:, 0], "potential": other[:, 1]}
    )


def test_a_score_that_orders_next_year_beats_the_year_before(ours):
    this = np.arange(40.0)
    last = np.random.default_rng(2).permutation(this)
    found = told_by_score(book_of(last, this), scores_of(this), ours("sales"))
    assert (found.name, found.scored) == ("sales", BEFORE)
    assert found.table.loc["total", "correlation"] == pytest.approx(1)
    expected = np.corrcoef(last, this)[0, 1]
    assert found.table.loc["last_value", "correlation"] == pytest.approx(expected)
    assert found.numbers["criterion_lead"] == pytest.approx(1 - expected)
    assert found.table.loc["last_value", "lead_low"] > 0


def test_customers_without_a_value_a_year_later_are_left_out(ours):
    this = np.arange(40.0)
    this[:5] = np.nan
    found = told_by_score(book_of(np.arange(40.0)[::-1], this), scores_of(np.arange(40.0)), ours("sales"))
    assert found.leads["customers"].tolist() == [35, 35, 35]


def test_without_a_measure_named_or_a_year_before_nothing_is_told(ours):
    book, scores = book_of(np.arange(9.0), np.arange(9.0)), scores_of(np.arange(9.0))
    assert told_by_score(book, scores, ours(None)) == Absent(say("evidence.no_criterion"))
    lacks = Absent(say("model.no_year_before"))
    assert told_by_score(book, scores_of(np.arange(9.0), "now"), ours("sales")) == lacks
    assert told_by_score(book_of(np.arange(9.0), [], (TODAY,)), scores, ours("sales")) == lacks


def test_a_measure_that_is_none_names_the_nearest(ours):
    with pytest.raises(CrmError, match=r"evidence.criterion: sale is no measure of the book. Did you mean sales\?"):
        told_by_score(book_of([1.0], [1.0]), scores_of([1.0]), ours("sale"))
