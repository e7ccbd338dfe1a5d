import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.value.scaling import fit_scaling, percentile_rank, quantile_grid

KINDS = ("asinh", "linear", "minmax", "z", "rank")
amounts = st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), min_size=3, max_size=40).filter(
    lambda v: len(set(v)) > 2
)


@pytest.mark.parametrize("kind", KINDS)
@given(values=amounts)
def test_points_lie_between_0_and_100_and_keep_the_order(kind, values):
    series = pd.Series(values)
    scaling = fit_scaling(series, kind, winsor=0.0)
    if scaling.flat:
        return
    points = scaling.points(series)
    assert points.between(-1e-9, 100 + 1e-9).all()
    order = series.argsort()
    assert (np.diff(points.iloc[order]) >= -1e-9).all()


@pytest.mark.parametrize("kind", KINDS)
def test_equal_values_get_equal_points_and_missing_stays_missing(kind):
    points = fit_scaling(pd.Series([1.0, 5, 5, 9, 20]), kind).points(pd.Series([5.0, 5, np.nan]))
    assert points[0] == points[1]
    assert np.isnan(points[2])


def test_asinh_does_not_break_on_large_negatives():
    scaling = fit_scaling(pd.Series([-1e8, -1e4, 0, 1e4, 1e8]), "asinh", winsor=0.0)
    assert scaling.points(pd.Series([-1e8, 0.0, 1e8])).tolist() == pytest.approx([0, 50, 100])


@given(values=amounts, factor=st.floats(1e-4, 1e4))
def test_money_in_another_unit_gets_the_same_points(values, factor):
    one, other = pd.Series(values), pd.Series(values) * factor
    first, second = fit_scaling(one, "asinh"), fit_scaling(other, "asinh")
    if first.flat or second.flat:
        return
    np.testing.assert_allclose(first.points(one), second.points(other), atol=1e-6)


def test_values_beyond_the_anchors_count_as_the_anchors():
    scaling = fit_scaling(pd.Series(np.arange(101.0)), "linear", winsor=0.01)
    assert (scaling.low, scaling.high) == (1.0, 99.0)
    assert scaling.points(pd.Series([-50.0, 1.0, 50.0, 99.0, 500.0])).tolist() == [0, 0, 50, 100, 100]


@pytest.mark.parametrize("values", [[3.0, 3, 3], [np.nan, np.nan], []])
def test_what_tells_nobody_apart_is_flat(values):
    assert fit_scaling(pd.Series(values, dtype=float), "asinh").flat


@pytest.mark.parametrize("kind", KINDS)
def test_points_can_be_read_backwards(kind):
    scaling = fit_scaling(pd.Series([-5e5, -1e5, 0, 1e4, 2e6]), kind, winsor=0.0)
    values = pd.Series([-2e5, 0.0, 1.5e6])
    assert scaling.value(scaling.points(values)) == pytest.approx(values, abs=1e-3)
    assert scaling.value(np.array([-20.0, 120.0])) == pytest.approx([-5e5, 2e6])


def test_ties_share_the_middle_rank():
    grid = quantile_grid(np.array([0.0] * 50 + [1.0] * 51))
    low, high = percentile_rank(np.array([0.0, 1.0]), grid)
    assert (low, high) == pytest.approx((0.25, 0.75), abs=0.01)
    assert percentile_rank(np.array([7.0]), [7.0] * 101).tolist() == [0.5]
