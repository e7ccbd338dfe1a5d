import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmlib.stats.intervals import UNKNOWN, Estimate
from crmlib.stats.shares import Part, are_shares, part, shares, within

AMOUNTS = st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=40)
SEED = 7


def split(values):
    """Customers with an amount, in two groups."""
    amount = pd.Series(values)
    return amount, pd.Series(np.where(amount.index % 2, "odd", "even"))


def held(values):
    amount, groups = split(values)
    return amount.groupby(groups).sum(), shares(amount.to_frame("eva"), groups, SEED)["eva"]


@given(AMOUNTS)
def test_shares_lie_between_nothing_and_all_and_add_up_or_there_are_none(values):
    sums, found = held(values)
    assert found.isna().all() or (found.between(0, 1).all() and found.sum() == pytest.approx(1))
    assert found.isna().all() or (sums >= 0).all()


@given(AMOUNTS)
def test_of_a_total_and_its_opposite_at_most_one_has_shares(values):
    assert not (held(values)[1].notna().all() and held([-value for value in values])[1].notna().all())


@given(AMOUNTS, st.sampled_from([1e-4, 1e4]))
def test_the_unit_of_money_changes_no_share(values, unit):
    pd.testing.assert_series_equal(held(values)[1], held([unit * value for value in values])[1])


@given(AMOUNTS, st.randoms())
def test_row_order_decides_nothing(values, random):
    amount, groups = split(values)
    order = random.sample(range(len(values)), len(values))
    mixed = shares(amount.iloc[order].to_frame("eva"), groups.iloc[order], SEED)
    pd.testing.assert_frame_equal(mixed, shares(amount.to_frame("eva"), groups, SEED))


@given(AMOUNTS)
def test_amounts_of_one_sign_need_no_draws(values):
    amount = pd.Series(values).abs()
    assume(amount.sum() > 0)
    assert are_shares(amount, [amount.sum()], SEED)
    assert not are_shares(-amount, [-amount.sum()], SEED)


def test_a_total_that_another_draw_of_customers_turns_negative_has_no_shares():
    few_lose_much = pd.Series([10.0] * 99 + [-900.0])
    assert few_lose_much.sum() == 90.0
    assert not are_shares(few_lose_much, [90.0], SEED)
    assert are_shares(pd.Series([10.0] * 99 + [-90.0]), [900.0], SEED)


def test_a_negative_part_leaves_the_others_no_shares():
    amount = pd.Series([100.0] * 90 + [-1.0] * 10)
    assert are_shares(amount, [8990.0], SEED) and not are_shares(amount, [9000.0, -10.0], SEED)
    assert np.isnan(part(amount, amount > 0, SEED).share) and part(amount, amount > 0, SEED).amount == 9000.0


def test_a_share_whose_interval_is_none_is_missing():
    sure = Estimate(0.2, 0.0, 1.0)
    assert within(sure) is sure
    assert within(Estimate(0.03, -0.28, 0.17)) is within(Estimate(0.9, 0.5, 1.2)) is within(UNKNOWN) is UNKNOWN


def test_a_part_is_what_the_chosen_hold():
    assert part(pd.Series([3.0, 1.0, 0.0]), pd.Series([True, False, False]), SEED) == Part(3.0, 0.75)


def test_every_amount_is_shared_out_for_itself_and_groups_without_customers_hold_nothing():
    amounts = pd.DataFrame({"deposits": [3.0, 1.0, np.nan], "eva": [-1.0, -2.0, 1.0], "hours": 0.0})
    groups = pd.Series(pd.Categorical(["gold", "lead", "lead"], ["gold", "iron", "lead"]))
    found = shares(amounts, groups, SEED)
    assert found["deposits"].tolist() == [0.75, 0.0, 0.25]
    assert found[["eva", "hours"]].isna().all(axis=None) and list(found) == list(amounts)
