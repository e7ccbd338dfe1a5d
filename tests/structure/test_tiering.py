import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from crmlib.structure.tiering import eva_tiers


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
