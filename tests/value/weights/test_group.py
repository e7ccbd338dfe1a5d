"""Groups of experts at one node."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.value.weights import WeightsError, ahp, group_ahp

STEPS = [1 / 9, 1 / 7, 1 / 5, 1 / 3, 1.0, 3.0, 5.0, 7.0, 9.0]


@st.composite
def groups(draw, least=3):
    n, experts = draw(st.integers(least, 6)), draw(st.integers(1, 4))
    found = []
    for _ in range(experts):
        values = np.eye(n)
        for i in range(n):
            for j in range(i + 1, n):
                values[i, j] = draw(st.sampled_from(STEPS))
                values[j, i] = 1 / values[i, j]
        found.append(pd.DataFrame(values))
    return found


@given(groups(least=4))
def test_judgements_and_priorities_coincide_under_the_row_geometric_mean(matrices):
    by_judgements = group_ahp(matrices, "judgements", "geometric_mean").weights
    by_priorities = group_ahp(matrices, "priorities", "geometric_mean").weights
    pd.testing.assert_series_equal(by_judgements, by_priorities)


def test_they_differ_under_the_eigenvector():
    rng = np.random.default_rng(3)
    upper = np.triu(rng.choice(STEPS, (2, 4, 4)), 1)
    matrices = [np.eye(4) + part + np.tril(1 / np.where(part.T == 0, 1, part.T), -1) for part in upper]
    one, other = (group_ahp(matrices, aggregate).weights for aggregate in ("judgements", "priorities"))
    assert abs(one - other).max() > 1e-3


@given(groups())
def test_a_group_of_one_is_that_expert_and_order_does_not_matter(matrices):
    pd.testing.assert_series_equal(group_ahp(matrices[:1]).weights, ahp(matrices[0]).weights)
    assert group_ahp(matrices).weights.equals(group_ahp(matrices[::-1]).weights)


def test_faulty_groups_are_refused():
    with pytest.raises(WeightsError, match="at least one expert, found none"):
        group_ahp([])
    with pytest.raises(WeightsError, match="same elements: the first compares"):
        group_ahp([np.ones((2, 2)), np.ones((3, 3))])
    with pytest.raises(WeightsError, match=r"'judgments' cannot be aggregated. Did you mean judgements"):
        group_ahp([np.ones((2, 2))], "judgments")
