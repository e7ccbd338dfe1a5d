"""Weights from the data alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crmlib.value.weights import WeightsError, critic, entropy, equal

tables = arrays(float, (12, 4), elements=st.integers(0, 100).map(float)).map(
    lambda a: pd.DataFrame(a, columns=list("abcd"))
)
varied = tables.filter(lambda table: (table.max() > table.min()).any())


@pytest.mark.parametrize("weigh", [entropy, critic])
@given(table=varied)
def test_weights_are_shares(weigh, table):
    weights = weigh(table)
    assert weights.index.tolist() == list("abcd")
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()


@pytest.mark.parametrize("weigh", [entropy, critic])
@given(table=varied, seed=st.integers(0, 99))
def test_order_of_rows_does_not_matter(weigh, table, seed):
    pd.testing.assert_series_equal(weigh(table.sample(frac=1, random_state=seed)), weigh(table), atol=1e-9)


@given(table=varied)
def test_entropy_does_not_depend_on_the_unit_and_critic_not_on_the_origin(table):
    pd.testing.assert_series_equal(entropy(table * 1e4), entropy(table), atol=1e-9)
    pd.testing.assert_series_equal(critic(table * 7 + 3), critic(table), atol=1e-7)


@pytest.mark.parametrize("weigh", [entropy, critic])
def test_a_constant_column_weighs_nothing(weigh):
    table = pd.DataFrame({"a": [1.0, 2, 5], "fixed": [0.1 + 0.2, 0.3, 0.3], "zero": 0.0, "b": [3.0, 1, 2]})
    weights = weigh(table)
    assert weights[["fixed", "zero"]].tolist() == [0, 0]
    assert weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("weigh", [entropy, critic])
def test_one_varying_column_takes_all(weigh):
    assert weigh(pd.DataFrame({"a": [1.0, 2, 5], "fixed": 3.0})).tolist() == [1, 0]


def test_entropy_accepts_zeros():
    assert np.isfinite(entropy(pd.DataFrame({"a": [0.0, 0, 4], "b": [1.0, 2, 3]}))).all()


def test_columns_that_repeat_each_other_share_alike_in_critic():
    assert critic(pd.DataFrame({"a": [1.0, 2, 3], "b": [10.0, 20, 30]})).tolist() == pytest.approx([0.5, 0.5])


def test_equal_weights():
    assert equal(["x", "y"]).to_dict() == {"x": 0.5, "y": 0.5}
    with pytest.raises(WeightsError, match="at least one label"):
        equal([])


def test_entropy_refuses_negatives_by_column():
    with pytest.raises(WeightsError, match="deposits has 2 negative, the least -3"):
        entropy(pd.DataFrame({"loans": [1, 2, 3], "deposits": [-1, -3, 2]}))


@pytest.mark.parametrize("weigh", [entropy, critic])
def test_faulty_tables_are_refused(weigh):
    with pytest.raises(WeightsError, match="deposits has 1 missing values of 3"):
        weigh(pd.DataFrame({"loans": [1.0, 2, 3], "deposits": [1, np.nan, 2]}))
    with pytest.raises(WeightsError, match=r"every column is constant \(loans, deposits\)"):
        weigh(pd.DataFrame({"loans": [1.0, 1], "deposits": [0.0, 0]}))
    with pytest.raises(WeightsError, match="at least one row and one column, found 0 and 1"):
        weigh(pd.DataFrame({"loans": []}))
