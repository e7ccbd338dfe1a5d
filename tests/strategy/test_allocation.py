"""Allocation: no hour could win more elsewhere, service levels lose little, and no budget is overspent."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from crmlib.errors import CrmError
from crmlib.strategy.allocation import (
    CLASS_RULE,
    OPTIMUM,
    TODAY,
    allocate,
    best_by_manager,
    best_hours,
    best_levels,
    by_manager,
    gain,
    handed_down,
    hours_by_rule,
    hours_worth,
)
from crmlib.study import Study

LEVELS = (0.0, 2.0, 6.0, 12.0, 30.0, 80.0, 200.0)
SCALES = st.sampled_from([5.0, 10.0, 20.0, 40.0])
POTENTIALS = st.one_of(st.just(0.0), st.floats(1.0, 1e6))


@st.composite
def lists(draw, most=30):
    """What the customers of one manager could give, their hours scale, and the hours to give."""
    size = draw(st.integers(1, most))
    potential, scale = (np.array(draw(st.lists(kind, min_size=size, max_size=size))) for kind in (POTENTIALS, SCALES))
    return potential, scale, draw(st.floats(0.0, 3000.0))


@given(lists())
def test_no_transfer_of_an_hour_wins_more(case):
    """Karush, Kuhn, Tucker: the next hour wins the price with everybody served, and no more with the others."""
    potential, scale, budget = case
    hours, price = best_hours(potential, scale, budget)
    next_hour = potential / scale * np.exp(-hours / scale)
    assert next_hour[hours > 0] == pytest.approx(price, rel=1e-6)
    assert (next_hour[hours == 0] <= price * (1 + 1e-9)).all()
    if (potential > 0).any():
        assert hours.sum() == pytest.approx(budget, abs=1e-6)


@given(lists(most=8), st.integers(0, 7), st.integers(0, 7), st.floats(0.01, 5.0))
def test_moving_hours_from_one_customer_to_another_wins_nothing(case, giver, taker, moved):
    potential, scale, budget = case
    hours, _ = best_hours(potential, scale, budget)
    other = hours.copy()
    giver, taker = giver % len(hours), taker % len(hours)
    moved = min(moved, other[giver])
    other[giver] -= moved
    other[taker] += moved
    assert gain(potential, scale, other).sum() <= gain(potential, scale, hours).sum() * (1 + 1e-12)


@given(lists())
def test_the_price_is_the_one_that_bisection_finds(case):
    potential, scale, budget = case
    hours, price = best_hours(potential, scale, budget)
    if (potential > 0).any() and budget > 1e-3:
        top = (potential / scale).max()
        low, high = np.log(top) - (budget + 1) / scale[potential > 0].min(), np.log(top)
        found = brentq(lambda log: hours_worth(potential, scale, np.exp(log)) - budget, low, high, xtol=1e-13)
        assert np.log(price) == pytest.approx(found, abs=1e-9)
        assert hours_worth(potential, scale, price) == pytest.approx(hours.sum(), abs=1e-6)


@given(lists(most=12), st.randoms(use_true_random=False))
def test_exact_hours_win_at_least_what_levels_win_and_levels_at_least_any_heuristic(case, chance):
    potential, scale, budget = case
    levels = best_levels(potential, scale, budget, LEVELS)
    assert set(levels) <= set(LEVELS)
    assert levels.sum() <= budget + 1e-6
    best = gain(potential, scale, levels).sum()
    assert best <= gain(potential, scale, best_hours(potential, scale, budget)[0]).sum() * (1 + 1e-9)
    order = list(range(len(potential)))
    for _ in range(5):
        chance.shuffle(order)
        assert gain(potential, scale, _greedy(order, budget)).sum() <= best * (1 + 1e-6)


def _greedy(order, budget):
    """Levels handed out in an order, each the highest that is left and within the sixth of the budget."""
    hours = np.zeros(len(order))
    for customer in order:
        fits = [level for level in LEVELS if level <= min(budget - hours.sum(), max(budget / 6, 2.0))]
        hours[customer] = max(fits)
    return hours


def test_levels_are_those_of_a_search_through_all_of_them():
    potential, scale, levels = (
        np.array([900.0, 500.0, 400.0, 90.0]),
        np.array([10.0, 5.0, 20.0, 5.0]),
        (0.0, 2.0, 6.0, 12.0),
    )
    every = np.stack(np.meshgrid(*[levels] * 4, indexing="ij"), axis=-1).reshape(-1, 4)
    allowed = every[every.sum(axis=1) <= 20]
    most = max(gain(potential, scale, hours).sum() for hours in allowed)
    assert gain(potential, scale, best_levels(potential, scale, 20.0, levels)).sum() == pytest.approx(most)


def test_two_customers_by_hand():
    """Equal scale 10, potentials in the ratio e: the better one gets ten hours more."""
    hours, price = best_hours(np.array([1000.0 * np.e, 1000.0]), np.array([10.0, 10.0]), 30.0)
    assert hours.tolist() == pytest.approx([20.0, 10.0])
    assert price == pytest.approx(100.0 * np.exp(-1))


def test_nobody_with_potential_gets_no_hours():
    hours, price = best_hours(np.zeros(3), np.ones(3), 50.0)
    assert hours.tolist() == [0, 0, 0]
    assert price == 0
    assert best_levels(np.zeros(3), np.ones(3), 50.0, LEVELS).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("potential", "scale", "budget", "message"),
    [
        ([1.0], [1.0], -2.0, "the hours to give must not be negative, found -2"),
        ([1.0, -3.0], [1.0, 1.0], 2.0, "what a customer could give must not be negative, found -3"),
        ([1.0], [0.0], 2.0, "the hours that win 63 % must be positive, found 0"),
    ],
)
def test_what_cannot_be_allocated_is_said(potential, scale, budget, message):
    with pytest.raises(CrmError, match=message):
        best_hours(np.array(potential), np.array(scale), budget)


@pytest.fixture
def prospects():
    rng = np.random.default_rng(4)
    n = 60
    table = pd.DataFrame({
        "rm_id": rng.choice(["RM1", "RM2", "RM3"], n), "size": "small", "class": "iron",
        "hours_now": rng.gamma(1.0, 12.0, n), "potential_gain": rng.lognormal(8, 1.5, n),
        "scale": rng.choice([5.0, 20.0], n),
    }, pd.Index([f"{k:06d}" for k in range(n)], name="customer_id"))  # fmt: skip
    table.loc[table.index[::7], "potential_gain"] = 0.0
    return table


def test_no_manager_spends_more_than_today(prospects):
    hours = allocate(prospects, LEVELS).groupby("rm_id")[["hours_now", "hours_exact", "service_level"]].sum()
    assert hours["hours_exact"].tolist() == pytest.approx(hours["hours_now"].tolist())
    assert (hours["service_level"] <= hours["hours_now"] + 1e-6).all()


def test_the_order_of_the_rows_changes_nothing(prospects):
    shuffled = allocate(prospects.sample(frac=1, random_state=3), LEVELS).loc[prospects.index]
    pd.testing.assert_frame_equal(shuffled, allocate(prospects, LEVELS))


def test_the_table_of_managers_adds_up(prospects):
    table = allocate(prospects, LEVELS)
    managers = by_manager(table)
    assert managers["customers"].sum() == len(prospects)
    assert managers["gain_exact"].sum() == pytest.approx(table["gain_exact"].sum())
    assert (managers["gain_exact"] >= managers["gain_level"]).all()
    assert (managers["gain_exact"] >= managers["gain_now"]).all()
    assert managers["hours_moved"].between(0, 1).all()
    first = table[table["rm_id"] == "RM1"]
    assert managers.loc[0, "price"] == first["price"].iloc[0]
    assert managers.loc[0, "served"] == (first["hours_exact"] > 0).sum()


def test_more_hours_win_more_but_each_less(prospects):
    potential, scale = prospects["potential_gain"].to_numpy(), prospects["scale"].to_numpy()
    found = [best_hours(potential, scale, budget) for budget in (50.0, 100.0, 150.0)]
    wins = [gain(potential, scale, hours).sum() for hours, _ in found]
    assert wins[1] - wins[0] > wins[2] - wins[1] > 0
    assert found[0][1] > found[1][1] > found[2][1]


STUDY = Study.load("jd")


@pytest.fixture
def candidates():
    rng = np.random.default_rng(8)
    n = 80
    return pd.DataFrame({
        "rm_id": rng.choice(["RM1", "RM2"], n), "class": rng.choice(["platinum", "gold", "iron", "lead"], n),
        "total": rng.uniform(0, 100, n), "hours_now": rng.gamma(1.0, 12.0, n), "deposits": rng.lognormal(13, 1, n),
        "sales": rng.lognormal(16, 1, n), "headroom": rng.lognormal(14, 1, n), "scale": rng.choice([5.0, 20.0], n),
    }, pd.Index([f"{k:06d}" for k in range(n)], name="customer_id")).assign(
        potential_gain=lambda table: 0.0015 * table["headroom"]
    )  # fmt: skip


def test_every_rule_spends_every_managers_hours(candidates):
    sums = hours_by_rule(candidates, STUDY).groupby(candidates["rm_id"]).sum()
    for rule in sums:
        assert sums[rule].tolist() == pytest.approx(sums[TODAY].tolist()), rule


def test_a_list_gives_the_very_hours_of_today_the_most_to_its_first(candidates):
    hours = hours_by_rule(candidates, STUDY)
    for rule in ("deposits first", "sales first", "headroom first"):
        by = rule.split()[0]
        for _, own in candidates.groupby("rm_id"):
            given = hours.loc[own.sort_values(by, ascending=False).index, rule]
            assert given.tolist() == sorted(own["hours_now"], reverse=True), rule


def test_the_class_rule_serves_classes_in_their_order_then_by_score(candidates):
    hours = hours_by_rule(candidates, STUDY)[CLASS_RULE]
    for _, own in candidates.groupby("rm_id"):
        for better, worse in (("platinum", "gold"), ("gold", "iron"), ("iron", "lead")):
            assert hours[own.index[own["class"] == better]].min() >= hours[own.index[own["class"] == worse]].max()
        gold = own[own["class"] == "gold"].sort_values("total")
        assert hours[gold.index].is_monotonic_increasing


def test_the_class_rule_follows_renamed_classes(candidates):
    names = {"high_high": "A", "high_low": "B", "low_high": "C", "low_low": "D"}
    renamed = candidates.assign(
        **{"class": candidates["class"].map(dict(zip(STUDY.matrix.labels.values(), names.values(), strict=True)))}
    )
    study = Study.load("jd", **{"matrix.labels": names})
    pd.testing.assert_frame_equal(hours_by_rule(renamed, study), hours_by_rule(candidates, STUDY))


def test_no_rule_is_expected_to_win_more_than_the_optimum(candidates):
    hours = hours_by_rule(candidates, STUDY)
    wins = {rule: gain(candidates["potential_gain"], candidates["scale"], own).sum() for rule, own in hours.items()}
    assert max(wins, key=wins.get) == OPTIMUM


def test_the_optimum_does_not_depend_on_the_unit_of_what_is_won(candidates):
    """Take-up and margin scale everybody alike: they set the price of an hour, not who gets it."""
    once, twice = (best_by_manager(candidates, factor * candidates["potential_gain"]) for factor in (1.0, 7.0))
    assert once.tolist() == pytest.approx(twice.tolist(), abs=1e-9)


def test_a_list_keeps_the_customers_in_their_rows(candidates):
    assert handed_down(candidates, -candidates["sales"]).index.equals(candidates.index)
