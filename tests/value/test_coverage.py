"""Coverage of the wallet regression by group of sales."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmlib.value.coverage import BASELINE, FULL, WalletFit, coverage_by_sales, wallet_fit


def customers(n=400, seed=2):
    rng = np.random.default_rng(seed)
    size = rng.choice(["small", "medium"], n)
    sales = np.exp(rng.normal(15, 1, n))
    deposits = pd.Series(0.1 * sales * np.exp(rng.normal(size=n) + (size == "medium")))
    traits = pd.DataFrame({"sales": sales, "size": size, "industry": "C"})
    return pd.DataFrame({"deposits": deposits, "loans": deposits * (rng.random(n) < 0.4)}), traits


def test_the_right_model_covers_every_group_and_all_together_its_quantile():
    found = coverage_by_sales(*customers(), quantile=0.8)
    deposits = found[(found["line"] == "deposits") & (found["model"] == FULL)]
    assert deposits["n"].tolist() == [80] * 5
    assert (deposits["coverage"] - 0.8).abs().max() < 0.12
    assert np.average(deposits["coverage"], weights=deposits["n"]) == pytest.approx(0.8, abs=0.02)
    assert set(found["model"]) == {FULL, BASELINE}
    assert set(found["line"]) == {"deposits", "loans"}


def test_row_order_does_not_matter_and_equal_sales_share_a_group():
    holds, traits = customers()
    traits["sales"] = traits["sales"].round(-6) + 1e5
    order = np.random.default_rng(0).permutation(len(traits))
    straight = coverage_by_sales(holds, traits)
    turned = coverage_by_sales(holds.iloc[order], traits.iloc[order])
    pd.testing.assert_frame_equal(turned, straight)


def test_customers_without_sales_are_left_out():
    holds, traits = customers()
    traits.loc[:9, "sales"] = np.nan
    found = coverage_by_sales(holds, traits)
    assert found.loc[(found["line"] == "deposits") & (found["model"] == FULL), "n"].sum() == len(traits) - 10


def test_a_wallet_fit_tells_what_size_and_industry_add_to_sales():
    by_sales = pd.DataFrame({
        "line": "deposits", "model": [FULL] * 2 + [BASELINE] * 2, "group": [1, 2] * 2, "n": [10, 30] * 2,
        "coverage": [0.88, 0.92, 0.8, 0.95], "pinball": [0.1, 0.1, 0.2, 0.2],
    })  # fmt: skip
    fit = WalletFit(pd.DataFrame(), by_sales, 0.9)
    assert fit.gain == pytest.approx(0.5) and fit.coverage == (0.88, 0.92)
    assert fit.overall["wallet_model"].tolist() == [FULL, BASELINE]


def test_the_wallet_of_a_book_is_fitted_on_its_graded_customers(jd, jd_book, jd_profit, jd_references):
    fit = wallet_fit(jd_book, jd_profit, jd, jd_references)
    assert fit.quantile == jd.model.wallet_quantile and fit.table["sales"].notna().any()
    assert wallet_fit(jd_book, jd_profit, jd, replace(jd_references, wallet={})).why.key == "model.no_wallet"
