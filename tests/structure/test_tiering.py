import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from crmlib.structure.tiering import eva_tiers, tau_b, tier_agreement

tiers = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=2, max_size=40)


def rng():
    return np.random.default_rng(7)


@given(tiers)
def test_tau_b_agrees_with_scipy(pairs):
    first, second = (pd.Series(column) for column in zip(*pairs, strict=True))
    assume(len(set(first)) > 1 and len(set(second)) > 1)
    expected = kendalltau(first, second).statistic
    assert tau_b(pd.crosstab(first, second).to_numpy()) == pytest.approx(expected)


def test_tau_b_of_many_tables_is_that_of_each():
    tables = rng().integers(0, 9, (20, 3, 4))
    assert tau_b(tables) == pytest.approx([float(tau_b(table)) for table in tables])


@given(st.lists(st.integers(-5, 5), min_size=3, max_size=30), st.data())
def test_equal_eva_gives_equal_tiers_and_more_never_a_worse_one(eva, data):
    eva = pd.Series(eva, dtype=float)
    tier = pd.Series(data.draw(st.lists(st.integers(1, 3), min_size=len(eva), max_size=len(eva))))
    best = eva_tiers(eva, tier).groupby(eva).agg(["min", "max"])
    assert (best["min"] == best["max"]).all()
    assert best["min"].is_monotonic_decreasing


def test_tiers_by_eva_have_the_sizes_of_todays():
    tier = pd.Series([1] * 2 + [2] * 3 + [3] * 5)
    result = eva_tiers(pd.Series(np.arange(10.0)), tier)
    assert result.tolist() == [3] * 5 + [2] * 3 + [1] * 2
    assert result.value_counts().to_dict() == tier.value_counts().to_dict()


@given(tiers, st.randoms())
def test_row_order_changes_no_agreement(pairs, random):
    frame = pd.DataFrame(pairs, columns=["a", "b"])
    mixed = frame.sample(frac=1, random_state=random.randint(0, 99))
    first, second = (tier_agreement(table["a"], table["b"], 20, 0.9, rng()) for table in (frame, mixed))
    assert np.array_equal(first, second, equal_nan=True)


def test_one_tier_alone_has_no_agreement():
    assert np.isnan(tier_agreement(pd.Series([1, 1]), pd.Series([1, 2]), 5, 0.9, rng())).all()
