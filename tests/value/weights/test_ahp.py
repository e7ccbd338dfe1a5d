"""AHP of one matrix."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.value.weights import WeightsError, ahp
from crmlib.value.weights.ahp import METHODS, RANDOM_INDEX

STEPS = [1 / 9, 1 / 7, 1 / 5, 1 / 3, 1.0, 3.0, 5.0, 7.0, 9.0]


def matrix(upper, labels):
    values = np.eye(len(labels))
    values[np.triu_indices(len(labels), 1)] = upper
    lower = np.tril_indices(len(labels), -1)
    values[lower] = 1 / values.T[lower]
    return pd.DataFrame(values, labels, labels)


@st.composite
def judged(draw, least=3, most=6):
    n = draw(st.integers(least, most))
    upper = draw(st.lists(st.sampled_from(STEPS), min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2))
    return matrix(upper, list("abcdefghij"[:n]))


@pytest.mark.parametrize("method", METHODS)
@given(weights=st.lists(st.floats(0.05, 1), min_size=3, max_size=10))
def test_judgements_without_contradiction_give_back_their_weights(method, weights):
    weights = np.array(weights) / np.sum(weights)
    result = ahp(weights[:, None] / weights[None, :], method)
    assert result.weights.to_numpy() == pytest.approx(weights, abs=1e-9)
    assert result.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert result.lambda_max == pytest.approx(len(weights))


@pytest.mark.parametrize("method", METHODS)
@given(judgements=judged(), data=st.data())
def test_order_of_the_elements_does_not_matter(method, judgements, data):
    order = data.draw(st.permutations(list(judgements.index)))
    straight, shuffled = ahp(judgements, method), ahp(judgements.loc[order, order], method)
    pd.testing.assert_series_equal(shuffled.weights[straight.weights.index], straight.weights, rtol=1e-8)
    assert shuffled.consistency_index == pytest.approx(straight.consistency_index, abs=1e-8)


@given(judgements=judged(least=3, most=3))
def test_both_methods_agree_on_three_elements(judgements):
    assert ahp(judgements).weights.to_numpy() == pytest.approx(ahp(judgements, "geometric_mean").weights.to_numpy())


@given(judgements=judged())
def test_a_transposed_sheet_is_as_consistent_and_says_the_opposite(judgements):
    straight, turned = ahp(judgements, "geometric_mean"), ahp(judgements.T, "geometric_mean")
    inverse = 1 / straight.weights
    assert ahp(judgements.T).consistency_index == pytest.approx(ahp(judgements).consistency_index, abs=1e-8)
    assert turned.weights.to_numpy() == pytest.approx((inverse / inverse.sum()).to_numpy())


@pytest.mark.parametrize("n", [1, 2])
def test_the_consistency_ratio_is_not_defined_below_three(n):
    result = ahp(np.ones((n, n)))
    assert result.consistency_ratio is None
    assert result.random_index is None
    assert result.consistency_index == 0
    assert result.weights.tolist() == [1 / n] * n


def test_the_result_carries_what_it_rests_on():
    judgements = matrix([3, 5, 2], ["lending", "deposits", "fees"])
    result = ahp(judgements)
    assert result.method == "eigenvector"
    assert result.random_index == RANDOM_INDEX[3] == 0.58
    assert result.consistency_ratio == pytest.approx((result.lambda_max - 3) / 2 / 0.58)
    pd.testing.assert_frame_equal(result.judgements, judgements)


def test_columns_in_another_order_are_read_by_their_labels():
    judgements = matrix([3, 5, 2], ["a", "b", "c"])
    pd.testing.assert_series_equal(ahp(judgements[["c", "a", "b"]]).weights, ahp(judgements).weights)


@pytest.mark.parametrize(
    ("i", "j", "value", "text"),
    [
        (0, 1, 4, "reciprocal: lending over fees is 4, so fees over lending must be 0.25, found 0.333333"),
        (0, 1, -3, "positive numbers: lending over fees is -3"),
        (1, 0, np.nan, "positive numbers: fees over lending is nan"),
        (1, 1, 2, "diagonal must be 1: fees over itself is 2"),
    ],
)
def test_a_faulty_judgement_is_named(i, j, value, text):
    judgements = matrix([3], ["lending", "fees"])
    judgements.iloc[i, j] = value
    with pytest.raises(WeightsError, match=text):
        ahp(judgements)


@pytest.mark.parametrize(
    ("judgements", "text"),
    [
        (np.ones((2, 3)), "square matrix, found 2 rows and 3 columns"),
        (np.ones((11, 11)), "11 elements compared at once, at most 10"),
        (
            pd.DataFrame(np.ones((2, 2)), ["a", "b"], ["a", "c"]),
            r"same labels.*rows \['a', 'b'\], columns \['a', 'c'\]",
        ),
    ],
)
def test_a_matrix_that_cannot_be_one_is_refused(judgements, text):
    with pytest.raises(WeightsError, match=text):
        ahp(judgements)


def test_an_unknown_method_names_the_nearest():
    with pytest.raises(ValueError, match=r"'eigenvektor' is not a method of AHP. Did you mean eigenvector\?"):
        ahp(np.ones((3, 3)), "eigenvektor")
