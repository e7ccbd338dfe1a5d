import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crmlib.errors import CrmError
from crmlib.value.topsis import topsis

TABLES = arrays(float, st.tuples(st.integers(2, 12), st.just(3)), elements=st.integers(0, 50).map(float))


@given(TABLES, st.floats(0.01, 1000))
def test_units_row_order_and_the_size_of_weights_do_not_matter(values, factor):
    assume(np.ptp(values, axis=0).any())
    table, weights = pd.DataFrame(values), pd.Series([3.0, 2.0, 1.0])
    plain = topsis(table, weights)
    assert plain.between(0, 1).all()
    assert topsis(table * factor, weights * 7).to_numpy() == pytest.approx(plain.to_numpy())
    assert topsis(table[::-1], weights)[::-1].equals(plain)


def test_the_best_and_the_worst_in_everything_are_the_ends():
    table = pd.DataFrame({"profit": [9.0, 5.0, 1.0], "hours": [1.0, 5.0, 9.0]})
    assert topsis(table, pd.Series({"profit": 1, "hours": 2}), cost=["hours"]).tolist() == pytest.approx([1, 0.5, 0])


@pytest.mark.parametrize(
    ("values", "weights", "words"),
    [
        ([1.0, np.nan], 1.0, r"a has 1 missing, weight 1.0"),
        ([1.0, 2.0], -1.0, r"a has 0 missing, weight -1.0"),
        ([2.0, 2.0], 1.0, r"all 2 rows are alike"),
    ],
)
def test_what_cannot_be_compared_is_refused(values, weights, words):
    with pytest.raises(CrmError, match=words):
        topsis(pd.DataFrame({"a": values}), pd.Series({"a": weights}))
