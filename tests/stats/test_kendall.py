import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from crmlib.stats.intervals import resample
from crmlib.stats.kendall import kendall, tau_b, tau_draws

ORDER = ("lead", "iron", "gold")
tiers = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=2, max_size=40)


def rng():
    return np.random.default_rng(7)


def test_it_has_an_interval_around_it():
    data = pd.DataFrame([(float(value), name) for name, low in (("lead", 0), ("iron", 10), ("gold", 20))
                         for value in range(low, low + 40)], columns=["value", "group"])  # fmt: skip
    tau, low, high = kendall(data["value"], data["group"], ORDER, 200, 0.95, rng())
    assert low < tau < high
    assert tau == pytest.approx(kendalltau(data["value"], data["group"].map(ORDER.index)).statistic)
    shuffled = data.sample(frac=1, random_state=1)
    assert (tau, low, high) == kendall(shuffled["value"], shuffled["group"], ORDER, 200, 0.95, rng())


@given(st.integers(0, 10_000), st.integers(2, 4))
def test_tau_of_every_draw_is_that_of_its_customers(seed, groups):
    """Kendall (1945), as SciPy computes it one draw at a time."""
    rng = np.random.default_rng(seed)
    values, ranks = rng.integers(0, 8, 30).astype(float), rng.integers(0, groups, 30)
    counts = np.vstack([np.ones(30, int), resample(30, 5, rng)])
    expected = [kendalltau(np.repeat(values, count), np.repeat(ranks, count)).statistic for count in counts]
    assert tau_b(values, ranks, counts) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@given(tiers, st.randoms())
def test_row_order_changes_nothing(pairs, random):
    frame = pd.DataFrame(pairs, columns=["a", "b"])
    mixed = frame.sample(frac=1, random_state=random.randint(0, 99))
    first, second = (kendall(table["b"], table["a"], (1, 2, 3), 20, 0.9, rng()) for table in (frame, mixed))
    assert np.array_equal(first, second, equal_nan=True)


def test_one_group_alone_has_no_order():
    assert np.isnan(kendall(pd.Series([1, 2]), pd.Series([1, 1]), [1], 5, 0.9, rng())).all()


def test_groupings_share_their_draws_so_that_two_alike_never_differ():
    data = pd.DataFrame(rng().integers(0, 5, (40, 2)), columns=["value", "group"])
    ranks = data[["group"]].assign(same=data["group"], reverse=-data["group"])
    own, same, reverse = tau_draws(data["value"], ranks, 30, rng())
    assert own.shape == (31,) and np.array_equal(own, same) and own == pytest.approx(-reverse)
