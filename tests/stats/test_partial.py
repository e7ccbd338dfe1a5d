import numpy as np
import pytest

from crmlib.stats.intervals import resample
from crmlib.stats.partial import partial_correlation


def residuals(column, given):
    design = np.column_stack([np.ones(len(given)), given])
    return column - design @ np.linalg.lstsq(design, column, rcond=None)[0]


def test_it_is_the_correlation_of_what_the_others_leave_in_every_draw():
    rng = np.random.default_rng(1)
    given = rng.normal(size=(60, 2))
    columns = np.column_stack([given.sum(axis=1) + rng.normal(size=60), given[:, 0] + rng.normal(size=60), given])
    counts = np.vstack([np.ones(60, int), resample(60, 3, rng)])
    for count, found in zip(counts, partial_correlation(1e6 * columns, counts), strict=True):
        drawn = np.repeat(columns, count, axis=0)
        first, second = (residuals(drawn[:, place], drawn[:, 2:]) for place in (0, 1))
        assert found == pytest.approx(np.corrcoef(first, second)[0, 1])


def test_what_only_a_common_cause_links_is_not_correlated_beyond_it():
    rng = np.random.default_rng(2)
    cause = rng.normal(size=4000)
    columns = np.column_stack([cause + rng.normal(size=4000), cause + rng.normal(size=4000), cause])
    assert abs(partial_correlation(columns, np.ones((1, 4000), int))[0]) < 0.05


def test_a_column_that_does_not_vary_has_no_correlation():
    columns = np.column_stack([np.arange(9.0), np.ones(9), np.arange(9.0) ** 2])
    assert np.isnan(partial_correlation(columns, np.ones((1, 9), int))).all()
