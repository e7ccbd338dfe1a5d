"""Weights brought together from two sources."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.value.weights import WeightsError, combine, equal
from crmlib.value.weights.combine import HOW, game_shares

FIRST = pd.Series([0.5, 0.3, 0.2], [*"abc"])
SECOND = pd.Series([0.4, 0.2, 0.4], [*"abc"])


@st.composite
def weightings(draw, size=None):
    n = size or draw(st.integers(2, 6))
    raw = np.array(draw(st.lists(st.floats(0.01, 1), min_size=n, max_size=n)))
    return pd.Series(raw / raw.sum(), [*"abcdef"[:n]])


@given(weightings(4), weightings(4), st.floats(0, 1))
def test_a_linear_combination_lies_between_the_two(first, second, alpha):
    mixed = combine(first, second, alpha=alpha)
    assert mixed.sum() == pytest.approx(1)
    assert (mixed >= np.minimum(first, second) - 1e-12).all() and (mixed <= np.maximum(first, second) + 1e-12).all()


def test_the_share_of_the_first_is_seven_tenths_unless_given():
    assert combine(FIRST, SECOND).tolist() == pytest.approx([0.47, 0.27, 0.26])
    assert combine(FIRST, SECOND, alpha=1).tolist() == pytest.approx(FIRST.tolist())


@given(weightings(3), weightings(3))
def test_multiplying_does_not_ask_which_comes_first_and_equal_weights_change_nothing(first, second):
    pd.testing.assert_series_equal(combine(first, second, "multiplicative"), combine(second, first, "multiplicative"))
    kept = combine(first, equal(first.index), "multiplicative")
    assert kept.to_numpy() == pytest.approx(first.to_numpy())


@given(weightings(5), weightings(5))
def test_the_games_shares_solve_its_equations_or_are_refused(first, second):
    pair = np.array([first, second])
    try:
        shares = game_shares(first, second)
    except WeightsError as error:
        assert "raw α is" in str(error)
        raw = np.linalg.solve(pair @ pair.T, (pair**2).sum(axis=1))
        assert raw.min() < 0
        return
    assert shares.sum() == pytest.approx(1) and (shares >= 0).all()
    left = pair @ (pair.T @ shares)
    assert left * (pair[0] @ pair[0]) / left[0] == pytest.approx((pair**2).sum(axis=1), rel=1e-5)


@given(weightings())
def test_the_game_leaves_alone_what_is_the_same(weights):
    assert combine(weights, weights, "game").to_numpy() == pytest.approx(weights.to_numpy())


@given(weightings())
def test_beside_equal_weights_the_game_keeps_the_other_and_rounding_does_not_refuse_it(weights):
    if np.ptp(weights) < 1e-3:
        return
    assert combine(equal(weights.index), weights, "game").to_numpy() == pytest.approx(weights.to_numpy())


def test_a_negative_share_is_shown_and_not_made_positive():
    """w₁ nearly repeats w₂ but is longer, so that the equations push w₂ beyond it."""
    first, second = pd.Series([0.9, 0.05, 0.05], [*"abc"]), pd.Series([0.6, 0.3, 0.1], [*"abc"])
    raw = np.linalg.solve([[0.815, 0.56], [0.56, 0.46]], [0.815, 0.46])
    assert raw.min() < 0
    with pytest.raises(WeightsError, match=rf"raw α is {raw[0]:.4f} and {raw[1]:.4f}"):
        combine(first, second, "game")


@pytest.mark.parametrize("how", HOW)
def test_labels_in_another_order_are_read_by_name(how):
    pd.testing.assert_series_equal(combine(FIRST, SECOND[["c", "a", "b"]], how), combine(FIRST, SECOND, how))


@pytest.mark.parametrize(
    ("first", "second", "options", "text"),
    [
        (FIRST, SECOND.rename({"c": "d"}), {}, "same elements; they differ in: c, d"),
        (FIRST, SECOND * 2, {}, "must sum to 1: least 0.2, sums 1 and 2"),
        (FIRST, SECOND - [0.5, -0.5, 0], {}, "must not be negative and must sum to 1: least -0.1, sums 1 and 1"),
        (FIRST, SECOND * np.nan, {}, "must not be negative and must sum to 1: least nan"),
        (FIRST, SECOND, {"alpha": 1.2}, "alpha must lie between 0 and 1, found 1.2"),
        (FIRST, SECOND, {"how": "linaer"}, "'linaer' is not a way to combine weights. Did you mean linear"),
        (FIRST * 0 + [1, 0, 0], SECOND * 0 + [0, 1, 0], {"how": "multiplicative"}, "every product is 0"),
    ],
)
def test_what_cannot_be_combined_is_refused(first, second, options, text):
    with pytest.raises(WeightsError, match=text):
        combine(first, second, **options)
