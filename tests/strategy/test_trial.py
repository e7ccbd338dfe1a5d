"""Trial: what rules win where the truth is known, and that no rule sees it."""

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import not_in_book
from crmlib.book import Book, load_book
from crmlib.seeds import hour_trial
from crmlib.strategy.allocation import CLASS_RULE, OPTIMUM, TODAY, hours_by_rule
from crmlib.strategy.trial import (
    FLAT,
    HEADROOM,
    KNOWN,
    LAWS,
    OFF,
    SHARE,
    against_today,
    by_law,
    followable,
    on_truth,
    survivor,
    won,
)
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
    own = results[results["law"] == SHARE].pivot_table("truth", "seed", "rule")
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
        on_truth(Book({**jd_book.tables, "truth": truth}, simulated=True), seen, jd).set_index(["law", "rule"])
        for truth in (jd_book.truth, doubled)
    )
    for law in LAWS:
        assert twice.loc[(law, TODAY), "truth"] > 1.5 * once.loc[(law, TODAY), "truth"]
        assert twice.loc[(law, OPTIMUM), "expected"] == once.loc[(law, OPTIMUM), "expected"]


def test_knowing_the_headroom_wins_most_by_headroom_and_equal_hours_tie_where_all_win_the_same(results):
    laws = by_law(results)
    assert laws.loc[HEADROOM]["truth"].idxmax() == KNOWN[0] and laws.loc[SHARE]["truth"].idxmax() == KNOWN[1]
    assert laws.loc[FLAT][["truth", "truth_low", "truth_high", "beats_today", "behind_today"]].eq(0).all(axis=None)


def test_hours_not_spent_are_behind_where_every_hour_wins_the_same(jd, jd_book):
    truth = jd_book.truth.head(2)
    table = pd.DataFrame({
        "rm_id": ["RM1", "RM2"], "size": "small", "class": "iron", "total": 50.0, "hours_now": [4.0, 6.0],
        "deposits": 1.0, "sales": 1.0, "headroom": [5.0, 0.0], "scale": 10.0, "potential_gain": [5.0, 0.0],
    }, pd.Index(truth["customer_id"]))  # fmt: skip
    found = on_truth(Book({"truth": truth}, simulated=True), table, jd).set_index(["law", "rule"])["truth"]
    assert found[FLAT, OPTIMUM] == pytest.approx(0.4 * found[FLAT, TODAY])
    assert found[FLAT, TODAY] == pytest.approx(found[SHARE, TODAY])


def laws(**rules):
    """Ten books in which a rule wins by headroom, by share and flat what is given, and today's hours 1."""
    given = {**dict.fromkeys([TODAY, CLASS_RULE, *KNOWN, *OFF], (1.0, 1.0, 1.0)), **rules}
    rows = [(seed, rule, law, 1.0, np.broadcast_to(won, 10)[seed])
            for rule, own in given.items() for law, won in zip((HEADROOM, SHARE, FLAT), own, strict=True)
            for seed in range(10)]  # fmt: skip
    return by_law(pd.DataFrame(rows, columns=["seed", "rule", "law", "expected", "truth"]))


NINE = [1.2] * 9 + [0.9]
EIGHT = [1.2] * 8 + [0.9] * 2


@pytest.mark.parametrize(
    ("rules", "recommended"),
    [
        ({"a": (NINE, NINE, 1.0)}, "a"),
        ({"a": (NINE, EIGHT, 1.0)}, TODAY),
        ({"a": (EIGHT, NINE, 1.0)}, TODAY),
        ({"a": (2.0, 2.0, [1.0] * 9 + [0.99])}, TODAY),
        ({"a": (1.9, 1.1, 1.0), "b": (1.2, 1.2, 1.0)}, "b"),
        ({KNOWN[1]: (2.0, 2.0, 1.0)}, TODAY),
        ({}, TODAY),
    ],
)
def test_a_rule_must_stand_under_every_law(rules, recommended):
    assert survivor(laws(**rules), 10) == recommended


def test_where_no_rule_was_tried_hours_stay_as_they_are():
    none = not_in_book("truth")
    assert survivor(by_law(none), none.books) == TODAY
