"""Which judgement makes an expert inconsistent, and what would mend it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.value.weights import WeightsError, ahp, repaired, suggestions
from crmlib.value.weights.ahp import METHODS
from crmlib.value.weights.repair import SCALE, changed


def consistent(weights=(8.0, 4.0, 2.0, 1.0), labels="abcd"):
    values = np.array(weights)
    return pd.DataFrame(values[:, None] / values[None, :], [*labels], [*labels])


@st.composite
def judged(draw, least=3, most=5):
    n = draw(st.integers(least, most))
    matrix = consistent([1.0] * n, "abcde"[:n])
    for i, left in enumerate(matrix.index):
        for right in matrix.index[i + 1 :]:
            matrix = changed(matrix, left, right, draw(st.sampled_from(list(SCALE))))
    return matrix


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pair", [("a", "c"), ("a", "d"), ("b", "d")])
def test_the_one_judgement_that_was_turned_round_is_found_and_repaired(pair, method):
    slip = changed(consistent(), *pair, consistent().loc[pair[::-1]])
    first = suggestions(slip, method=method).iloc[0]
    assert (first["left"], first["right"]) == pair
    assert first["ratio_after"] <= 0.1 < ahp(slip, method).consistency_ratio
    assert first["adds"] == pytest.approx(ahp(slip, method).consistency_ratio, abs=1e-9)


def test_what_is_consistent_adds_nothing_and_keeps_its_value():
    found = suggestions(consistent())
    assert len(found) == 6
    assert found["adds"].max() == pytest.approx(0, abs=1e-9)
    assert found["suggested"].tolist() == pytest.approx(found["value"].tolist())


@settings(max_examples=25, deadline=None)
@given(judged())
def test_a_suggestion_does_what_it_says(matrix):
    now = ahp(matrix).consistency_ratio
    found = suggestions(matrix)
    assert found["adds"].round(9).is_monotonic_decreasing
    for row in found.itertuples():
        after = ahp(changed(matrix, row.left, row.right, row.suggested)).consistency_ratio
        assert after == pytest.approx(row.ratio_after, abs=1e-8)
        # Within the limit the suggestion stays near what was judged; beyond it, nothing brings the ratio lower.
        assert after <= 0.1 + 1e-8 or after == pytest.approx(now - row.adds, abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(judged())
def test_repairing_ends_within_the_limit_or_with_every_judgement_changed_once(matrix):
    mended, applied = repaired(matrix)
    assert not applied.duplicated(["left", "right"]).any()
    pairs = len(matrix) * (len(matrix) - 1) // 2
    assert ahp(mended).consistency_ratio <= 0.1 + 1e-8 or len(applied) == pairs
    again = matrix
    for row in applied.itertuples():
        again = changed(again, row.left, row.right, row.suggested)
    pd.testing.assert_frame_equal(again, mended)


def test_nothing_is_applied_within_the_limit():
    mended, applied = repaired(consistent())
    assert applied.empty and mended.equals(consistent())


def test_three_judgements_contradict_together_so_the_smallest_change_comes_first():
    matrix = consistent([1, 1, 1], "abc")
    for left, right, value in (("a", "b", 3.0), ("b", "c", 3.0), ("a", "c", 1.0)):
        matrix = changed(matrix, left, right, value)
    found = suggestions(matrix, limit=0.05)
    assert found["adds"].tolist() == pytest.approx([found["adds"].iloc[0]] * 3)
    steps = np.abs(np.log(found["suggested"] / found["value"])).to_list()
    assert steps == sorted(steps)


def test_the_suggestion_is_the_nearest_step_that_suffices():
    slip = changed(consistent(), "a", "d", 1 / 8)
    steps = [step for step in SCALE if ahp(changed(slip, "a", "d", step)).consistency_ratio <= 0.1]
    assert suggestions(slip).iloc[0]["suggested"] == min(steps)


def test_pairs_left_open_are_passed_over():
    slip = changed(consistent(), "a", "d", 1 / 8)
    slip.loc["b", "c"] = slip.loc["c", "b"] = np.nan
    found = suggestions(slip)
    assert len(found) == 5 and (found["left"] + found["right"]).iloc[0] == "ad"
    mended, applied = repaired(slip)
    assert np.isnan(mended.loc["b", "c"]) and len(applied) == 1


def test_columns_in_another_order_change_nothing():
    slip = changed(consistent(), "a", "d", 1 / 8)
    pd.testing.assert_frame_equal(suggestions(slip[[*"dbca"]]), suggestions(slip))


@pytest.mark.parametrize("repair", [suggestions, repaired])
def test_two_elements_cannot_contradict_each_other(repair):
    with pytest.raises(WeightsError, match="judgements of 2 elements cannot contradict each other"):
        repair(consistent([1, 2], "ab"))
