from dataclasses import replace

import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.case import Case
from crmlib.matrix.realised import realised, with_won
from crmlib.words.messages import say


@pytest.fixture(scope="module")
def case(jd):
    few = jd.book.model_copy(update={"customers": 150, "months": 24, "experts": 2})
    return Case.load(jd.model_copy(update={"book": few}), jd.tree.leaf_weights(jd.tree.reference_weights()), years=1)


@pytest.fixture(scope="module")
def won(case):
    return realised(case.book, case.now, case.cuts, case.cuts.classify(case.now.scores), case.study)


def test_the_path_begins_at_the_scores_of_today(case, won):
    classes = case.cuts.classify(case.now.scores)
    today = won.table[won.table["won"] == 0].set_index("class")
    means = case.now.scores.groupby(classes)[["current", "potential"]].mean()
    pd.testing.assert_frame_equal(today[["current", "potential"]].sort_index(), means, check_names=False, rtol=1e-12)
    assert today["customers"].to_dict() == classes.value_counts().to_dict()


def test_potential_that_is_realised_becomes_current_value(won):
    assert won.change["current_gained"] > 0 > won.change["potential_gained"]
    assert won.moves.sum(axis=1).tolist() == pytest.approx([1.0] * len(won.moves))
    gained = won.shown.set_index("class")
    ends = won.table.set_index(["class", "won"])["current"]
    assert gained.loc["iron", "current_gained"] == pytest.approx(ends["iron", 1.0] - ends["iron", 0.0])


def test_balances_are_multiplied_and_nothing_else_changes(case):
    book = case.book
    ids = book.customers["customer_id"]
    factors = pd.DataFrame({"deposits": 2.0, "loans": 3.0}, index=ids.iloc[:1])
    before, after = book.activity, with_won(book, factors).activity
    own = before["customer_id"] == ids.iloc[0]
    assert after.loc[own, "demand_deposit"].tolist() == pytest.approx((2 * before.loc[own, "demand_deposit"]).tolist())
    assert after.loc[own, "loan"].tolist() == pytest.approx((3 * before.loc[own, "loan"]).tolist())
    assert after[~own].equals(before[~own])
    deposits = with_won(book, factors[["deposits"]]).activity
    assert deposits["loan"].equals(before["loan"]), "nobody borrows"
    others = before.columns.difference(["demand_deposit", "time_deposit", "loan"])
    assert after[others].equals(before[others])


def test_without_headroom_among_the_indicators_nothing_is_won(case):
    bare = replace(case.now, references=replace(case.now.references, wallet={}))
    classes = case.cuts.classify(case.now.scores)
    found = realised(case.book, bare, case.cuts, classes, case.study)
    assert found == Absent(say("matrix.no_headroom"))
