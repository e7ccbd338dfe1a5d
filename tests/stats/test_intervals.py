import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from crmlib.stats.intervals import (
    beta_interval,
    estimate,
    once_and_resampled,
    percentile_interval,
    resample,
    share_interval,
)


def rng():
    return np.random.default_rng([1, 2])


@given(st.integers(1, 50), st.integers(1, 20))
def test_every_draw_has_as_many_customers_as_the_book(customers, draws):
    counts = resample(customers, draws, rng())
    assert counts.shape == (draws, customers)
    assert (counts.sum(axis=1) == customers).all()


def test_an_interval_holds_its_coverage_and_skips_missing_draws():
    values = np.append(np.arange(101.0), np.nan)
    assert percentile_interval(values, 0.9) == pytest.approx((5.0, 95.0))
    assert np.isnan(percentile_interval(np.array([np.nan]), 0.9)).all()


@given(st.permutations(range(8)))
def test_row_order_changes_no_share(order):
    whole = pd.Series([1.0, 2, 3, 4, 5, 6, 7, 7])
    part = whole * [0, 1, 0, 1, 1, 0, 1, 0]
    mixed = share_interval(part.iloc[order], whole.iloc[order], 40, 0.9, rng())
    assert mixed == share_interval(part, whole, 40, 0.9, rng())


def test_the_share_of_nothing_is_missing():
    nothing = pd.Series([0.0, 0.0])
    assert np.isnan(share_interval(nothing, nothing, 10, 0.9, rng())).all()


def test_the_interval_of_a_share_matches_the_binomial():
    part = pd.Series([1.0] * 30 + [0.0] * 70)
    share, low, high = share_interval(part, part * 0 + 1, 4000, 0.95, rng())
    half = 1.96 * np.sqrt(0.3 * 0.7 / 100)
    assert share == pytest.approx(0.3)
    assert (low, high) == pytest.approx((0.3 - half, 0.3 + half), abs=0.015)


def test_an_estimate_is_of_the_customers_as_they_are_between_the_bounds_of_the_draws():
    ages = np.arange(40.0)
    found = estimate(once_and_resampled(40, 500, rng()) @ ages / 40, 0.9)
    assert found.value == ages.mean()
    assert found.low < found.value < found.high


def test_jeffreys_interval_is_what_statsmodels_gives():
    low, high = beta_interval(np.array([3.5, 0.5]), np.array([7.5, 10.5]), 0.95)
    assert (low[0], high[0]) == pytest.approx(proportion_confint(3, 10, method="jeffreys"))
    assert high[1] == pytest.approx(proportion_confint(0, 10, method="jeffreys")[1])
