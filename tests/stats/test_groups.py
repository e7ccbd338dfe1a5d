import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.stats.groups import adjusted_rand, fifths, same_sized, silhouette

LABELS = st.lists(st.sampled_from("abc"), min_size=2, max_size=30)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_equal_scores_are_in_one_fifth(scores):
    table = pd.DataFrame({"score": pd.Series(scores, dtype=float)})
    table["fifth"] = fifths(table["score"])
    assert table["fifth"].between(1, 5).all()
    assert len(table.drop_duplicates(["score", "fifth"])) == len(set(scores))
    assert table.sort_values("score")["fifth"].is_monotonic_increasing


def test_fifths_of_a_hundred_are_twenty_each():
    assert fifths(pd.Series(range(100))).value_counts().tolist() == [20] * 5


def test_adjusted_rand_of_a_split_pair():
    """Four customers, one pair of which the other partition splits: (1 - 2/6) / (1.5 - 2/6)."""
    assert adjusted_rand(pd.Series([*"aabb"]), pd.Series([*"aabc"])) == pytest.approx(4 / 7)


@given(LABELS, st.permutations("abc"))
def test_adjusted_rand_does_not_know_names(labels, other):
    first = pd.Series(labels)
    assert adjusted_rand(first, first.map(dict(zip("abc", other, strict=True)))) == pytest.approx(1)


def test_adjusted_rand_of_unrelated_partitions_is_about_zero():
    rng = np.random.default_rng(1)
    values = [adjusted_rand(*(pd.Series(rng.integers(0, 4, 200)) for _ in range(2))) for _ in range(50)]
    assert abs(np.mean(values)) < 0.005


def test_silhouette_by_hand():
    """0, 1 | 10, 11: own distance 1, to the other class 10.5 from the ends and 9.5 from the inner two."""
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    assert silhouette(points, np.array([*"aabb"])) == pytest.approx((9.5 / 10.5 + 8.5 / 9.5) / 2)
    assert silhouette(points, np.array([*"abab"])) < 0


def test_who_is_alone_counts_as_zero():
    points = np.array([[0.0], [1.0], [10.0]])
    assert silhouette(points, np.array([*"aab"])) == pytest.approx((9 / 10 + 8 / 9 + 0) / 3)


def test_one_class_has_no_silhouette():
    assert np.isnan(silhouette(np.array([[0.0], [1.0]]), np.array(["a", "a"])))


def test_groups_have_the_sizes_asked_for_the_largest_values_first_and_equal_values_share_one():
    assert same_sized(pd.Series([1.0, 9.0, 5.0, 7.0]), [1, 2, 1]).tolist() == [2, 0, 1, 1]
    assert same_sized(pd.Series([3.0, 3.0, 3.0, 1.0]), [2, 2]).tolist() == [0, 0, 0, 1]
