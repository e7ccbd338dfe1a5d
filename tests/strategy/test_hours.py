"""Hours: the rule to follow, what it frees, and what an hour is worth."""

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import not_in_book
from crmlib.strategy.allocation import OPTIMUM, TODAY
from crmlib.strategy.hours import (
    gain_numbers,
    hours_of_managers,
    kept_rules,
    levels_by_class,
    prices_of_hours,
    with_hours,
)
from crmlib.strategy.trial import FLAT, HEADROOM, KNOWN, LAWS, OFF, SHARE
from crmlib.study import Study

STUDY = Study.load("jd")
IDS = pd.Index([f"{n:06d}" for n in range(6)], name="customer_id")
PROSPECTS = pd.DataFrame({
    "rm_id": ["RM01"] * 3 + ["RM02"] * 3, "size": "small", "class": ["platinum", "gold", "iron"] * 2,
    "total": [80.0, 60.0, 50.0] * 2, "hours_now": [10.0, 4.0, 1.0, 8.0, 2.0, 2.0], "deposits": [1.0, 5.0, 3.0] * 2,
    "sales": [2.0, 1.0, 3.0] * 2, "headroom": [9.0, 1.0, 4.0] * 2, "scale": 10.0,
    "potential_gain": [900.0, 100.0, 400.0] * 2,
}, IDS)  # fmt: skip
ACTIONS = pd.DataFrame({"owner": ["rm", "rm", "e_channel"] * 2}, IDS)
UNVISITED = ACTIONS["owner"] == "e_channel"


NO_TRUTH = not_in_book("truth")


@pytest.fixture(scope="module")
def untested():
    return hours_of_managers(PROSPECTS, NO_TRUTH, ACTIONS, STUDY)


def tried(untested, truth):
    """Hours tried on ten books in which each rule wins ``truth`` (a number, or one a book) by any law; the others 1."""
    rules = [*untested.promised.index, *KNOWN, *OFF]
    rows = [(seed, rule, law, 1.0, 1.0 if law == FLAT and won > 0 else won)
            for seed in range(10) for rule in rules for law in LAWS
            for won in [np.broadcast_to(truth.get(rule, 1.0), 10)[seed]]]  # fmt: skip
    results = pd.DataFrame(rows, columns=["seed", "rule", "law", "expected", "truth"])
    return hours_of_managers(PROSPECTS, results, ACTIONS, STUDY)


def test_without_a_truth_hours_stay_as_today_and_nothing_is_kept(untested):
    """The optimum by assumption was recommended on every real book."""
    assert untested.table["hours_recommended"].equals(untested.table["hours_now"].mask(UNVISITED, 0.0))
    assert untested.recommended == TODAY
    assert untested.drawn == untested.tried == kept_rules(untested.laws, TODAY) == NO_TRUTH
    assert untested.shown.columns.tolist() == ["hours_rule", "promises"]
    assert untested.promised[TODAY] == 0 and untested.promised.idxmax() == OPTIMUM


def test_the_rule_that_stands_under_every_law_is_recommended(untested):
    hours = tried(untested, {"deposits first": [1.5] * 8 + [1.05] * 2, "sales first": 1.1})
    assert hours.recommended == "deposits first"
    assert hours.of_books == "of 10 books"
    assert hours.surplus(SHARE) == hours.surplus(HEADROOM) == pytest.approx((0.41, 0.05, 0.5))
    assert hours.surplus(FLAT) == (0, 0, 0)
    kept = kept_rules(hours.laws, hours.recommended)
    assert kept.loc["hours_deposits_first_by_headroom"].tolist() == pytest.approx([0.41, 10])
    assert kept["beats_today"].sum() == 20 and len(kept) == 6
    first = hours.shown.iloc[0]
    assert len(hours.shown) == len(hours.tried) - len(OFF) and first["by_share"] == pytest.approx((0.41, 0.05, 0.5))
    assert (first["ahead_headroom"], first["by_flat"]) == (10, (0, 0, 0))


def test_optimum_is_given_in_levels_where_it_stands(untested):
    hours = tried(untested, {OPTIMUM: 1.5})
    assert hours.table["hours_recommended"].equals(hours.table["service_level"].mask(UNVISITED, 0.0))


def test_todays_hours_stay_where_no_rule_wins_more(untested):
    hours = tried(untested, {})
    assert hours.recommended == TODAY and not hours.win_nothing
    assert hours.table["hours_recommended"].tolist() == [10.0, 4.0, 0.0, 8.0, 2.0, 0.0]
    nothing = tried(untested, dict.fromkeys([*untested.promised.index, *KNOWN, *OFF], 0.0))
    assert nothing.win_nothing and nothing.recommended == TODAY


def test_hours_of_customers_of_the_e_channel_are_free_for_others(untested):
    hours = tried(untested, {"deposits first": 2.0})
    assert hours.table["hours_recommended"].tolist() == [1.0, 10.0, 0.0, 2.0, 8.0, 0.0]
    assert (hours.freed, hours.unvisited, hours.moved, hours.total) == (6.0, 2, 12.0, 27.0)


def test_where_no_hours_are_spent_nothing_is_promised_and_nothing_moves(untested):
    idle = hours_of_managers(PROSPECTS.assign(hours_now=0.0), NO_TRUTH, ACTIONS, STUDY)
    assert idle.total == 0 and idle.promised.isna().all()
    prices = prices_of_hours(idle, STUDY)
    assert prices.hours == 0 == prices.table[["gain_exact", "gain_level"]].sum().sum()
    assert prices.table["hours_moved"].isna().all()


def test_prices_add_up_over_the_managers(untested):
    prices = prices_of_hours(untested, STUDY)
    assert prices.customers == 6 and prices.hours == 27 and prices.cost == STUDY.profit.hourly_cost
    assert prices.take_up == STUDY.strategy.take_up
    exact, levels = prices.table["gain_exact"].sum(), prices.table["gain_level"].sum()
    assert exact == pytest.approx(untested.table["gain_exact"].sum())
    assert levels <= exact <= prices.pooled * (1 + 1e-9)
    assert gain_numbers(prices)["hours_gain_exact"] == exact / 1e4


def test_levels_count_every_customer_in_its_class(untested):
    table = levels_by_class(untested, STUDY).set_index("class")
    assert list(table.index) == list(STUDY.matrix.classes)
    assert table.to_numpy().sum() == 6 and table.loc["lead"].sum() == 0


def test_lists_show_hours_where_they_are_known(untested):
    listed = pd.DataFrame({"customer_id": ["000001", "9"]})
    assert with_hours(listed, untested)["hours_now"].fillna(-1).tolist() == [4.0, -1.0]
    assert with_hours(listed, not_in_book("customers.rm_id")) is listed


def test_without_prospects_there_are_no_hours():
    absent = not_in_book("customers.rm_id")
    hours = hours_of_managers(absent, NO_TRUTH, ACTIONS, STUDY)
    assert hours == prices_of_hours(hours, STUDY) == levels_by_class(hours, STUDY) == absent
