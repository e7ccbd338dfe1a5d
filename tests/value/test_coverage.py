"""Coverage of the wallet regression by group of sales."""

import numpy as np
import pandas as pd
import pytest

from crmlib.value.coverage import BASELINE, FULL, coverage_by_sales


def customers(n=400, seed=2):
    rng = np.random.default_rng(seed)
    size = rng.choice(["small", "medium"], n)
    sales = np.exp(rng.normal(15, 1, n))
    deposits = pd.Series(0.1 * sales * np.exp(rng.normal(size=n) + (size == "medium")))
    traits = pd.DataFrame({"sales": sales, "size": size, "industry": "C"})
    return deposits, deposits * (rng.random(n) < 0.4), traits


def test_the_right_model_covers_every_group_and_all_together_its_quantile():
    found = coverage_by_sales(*customers(), quantile=0.8)
    deposits = found[(found["line"] == "deposits") & (found["model"] == FULL)]
    assert deposits["n"].tolist() == [80] * 5
    assert (deposits["coverage"] - 0.8).abs().max() < 0.12
    assert np.average(deposits["coverage"], weights=deposits["n"]) == pytest.approx(0.8, abs=0.02)
    assert set(found["model"]) == {FULL, BASELINE}
    assert set(found["line"]) == {"deposits", "loans"}


def test_row_order_does_not_matter_and_equal_sales_share_a_group():
    deposits, loans, traits = customers()
    traits["sales"] = traits["sales"].round(-6) + 1e5
    order = np.random.default_rng(0).permutation(len(traits))
    straight = coverage_by_sales(deposits, loans, traits)
    turned = coverage_by_sales(deposits.iloc[order], loans.iloc[order], traits.iloc[order])
    pd.testing.assert_frame_equal(turned, straight)


def test_customers_without_sales_are_left_out():
    deposits, loans, traits = customers()
    traits.loc[:9, "sales"] = np.nan
    found = coverage_by_sales(deposits, loans, traits)
    assert found.loc[(found["line"] == "deposits") & (found["model"] == FULL), "n"].sum() == len(traits) - 10
