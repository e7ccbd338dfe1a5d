"""Trial: what rules win where the truth is known, and that no rule sees it."""

import numpy as np
import pandas as pd
import pytest

from crmlib.book import Book, load_book
from crmlib.seeds import hour_trial
from crmlib.strategy.allocation import OPTIMUM, TODAY, hours_by_rule
from crmlib.strategy.trial import KNOWN, OFF, against_today, followable, on_truth, won
from crmlib.study import Study
from crmlib.value.weights import tree_weights

SMALL = Study.load("jd", **{"book.customers": 150, "book.months": 30, "book.managers": 3})


@pytest.fixture(scope="module")
def weights():
    return SMALL.tree.leaf_weights(tree_weights(load_book(SMALL).judgements, SMALL.tree, SMALL.model).local)


@pytest.fixture(scope="module")
def results(weights):
    return hour_trial(SMALL, weights, range(1, 4))


def test_a_known_response_by_hand():
    """Logit share of 0 plus 0.3 · 30 / (30 + 30) = 0.15 of a wallet of a million, at 1.5 %."""
    truth = pd.DataFrame({"wallet_deposits": [8e5], "wallet_loans": [2e5], "share_of_wallet": [0.5], "kappa": [30.0],
                          "hours_response": [0.3]})  # fmt: skip
    expected = 0.015 * 1e6 * (1 / (1 + np.exp(-0.15)) - 0.5)
    assert won(truth, pd.Series([30.0]), 0.015).tolist() == pytest.approx([expected])
    assert won(truth, pd.Series([0.0]), 0.015).tolist() == pytest.approx([0.0])


def test_no_rule_promises_more_than_the_optimum_in_any_book(results):
    promised = results.pivot_table("expected", "seed", "rule")
    assert promised.le(promised[OPTIMUM] * (1 + 1e-9), axis=0).all(axis=None)


def test_knowing_the_response_wins_at_least_what_the_estimate_wins(results):
    table = against_today(results)
    assert table.loc[KNOWN[1], "truth"] > table.loc[OPTIMUM, "truth"]


def test_rules_are_compared_with_today_book_by_book(results):
    table = against_today(results)
    assert table.loc[TODAY, ["expected", "truth", "beats_today"]].tolist() == [0, 0, 0]
    own = results.pivot_table("truth", "seed", "rule")
    relative = own["sales first"] / own[TODAY] - 1
    found = table.loc["sales first", ["truth", "truth_low", "truth_high", "beats_today"]].tolist()
    assert found == pytest.approx([relative.mean(), relative.min(), relative.max(), (relative > 0).sum()])
    assert table["truth"].is_monotonic_decreasing


def test_where_hours_win_nothing_no_rule_is_better_than_todays(weights):
    idle = Study.load("jd", **{"book.customers": 150, "book.months": 30, "book.managers": 3, "book.beta": 0.0})
    table = against_today(hour_trial(idle, weights, [1]))
    assert table["truth"].isna().all() and table.index[0] == TODAY
    assert followable(table)["beats_today"].eq(0).all()


def test_only_rules_that_a_bank_can_follow_may_be_recommended(results):
    table = against_today(results)
    kept = followable(table)
    assert set(table.index) - set(kept.index) == {*KNOWN, *OFF}
    assert kept["truth"].is_monotonic_decreasing


def test_rules_see_nothing_of_the_truth(jd, jd_book, jd_profit, jd_indicators):
    from crmlib.strategy.facts import prospects

    classes = pd.DataFrame({"class": "iron", "total": 50.0}, jd_indicators.index)
    blind = Book({name: table for name, table in jd_book.tables.items() if name != "truth"})
    seen, unseen = (prospects(book, jd_profit, jd_indicators, classes, jd) for book in (jd_book, blind))
    pd.testing.assert_frame_equal(hours_by_rule(seen, jd), hours_by_rule(unseen, jd))
    doubled = jd_book.truth.assign(hours_response=2 * jd_book.truth["hours_response"])
    once, twice = (
        on_truth(Book({**jd_book.tables, "truth": truth}, simulated=True), seen, jd).set_index("rule")
        for truth in (jd_book.truth, doubled)
    )
    assert twice.loc[TODAY, "truth"] > 1.5 * once.loc[TODAY, "truth"]
    assert twice.loc[OPTIMUM, "expected"] == once.loc[OPTIMUM, "expected"]
