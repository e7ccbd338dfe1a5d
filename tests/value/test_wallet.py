import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.value.coverage import WalletFit, coverage_by_sales
from crmlib.value.wallet import fit_wallet, headroom, potential_lines, quantile_regression


@pytest.fixture(scope="module")
def jd_lines(jd_view):
    return jd_view.holds, jd_view.traits


def test_agrees_with_statsmodels_quantreg(jd_lines):
    """The iterative solver stops near the vertex that the linear program finds: no better loss, close coefficients."""
    holds, who = jd_lines
    known = who["sales"] > 0
    design = sm.add_constant(np.log(who.loc[known, ["sales"]].to_numpy()))
    target = np.log1p(holds.loc[known, "deposits"].to_numpy())
    exact = quantile_regression(design, target, 0.9)
    oracle = np.asarray(sm.QuantReg(target, design).fit(q=0.9, max_iter=5000).params)
    np.testing.assert_allclose(exact, oracle, atol=5e-3)
    loss = [np.maximum(0.9 * r, -0.1 * r).sum() for r in (target - design @ exact, target - design @ oracle)]
    assert loss[0] <= loss[1] + 1e-9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_row_order_never_matters(seed):
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(40), rng.normal(size=40), rng.integers(0, 2, 40)])
    target = np.round(rng.normal(size=40), 1)
    order = rng.permutation(40)
    first, second = (quantile_regression(design[o], target[o], 0.9) for o in (np.arange(40), order))
    assert first.tolist() == second.tolist()


def test_the_quantile_of_a_constant_is_the_quantile():
    target = np.arange(1.0, 102.0)
    assert quantile_regression(np.ones((101, 1)), target, 0.9)[0] == pytest.approx(91, abs=1)


def test_nine_in_ten_hold_no_more_than_the_estimate(jd_lines):
    table = WalletFit(pd.DataFrame(), coverage_by_sales(*jd_lines), 0.9).overall
    assert table["coverage"].between(0.88, 0.93).all()
    loss = table.pivot_table("pinball", "wallet_line", "wallet_model")
    assert (loss["sales, size, industry"] <= loss["sales alone"]).all()


def test_headroom_is_counted_for_loans_of_borrowers_alone(jd_lines):
    holds, who = jd_lines
    wallet = fit_wallet(holds, who)
    room = headroom(wallet, holds, who)
    could = potential_lines(wallet, who)
    pure = (holds["loans"] == 0) & (who["sales"] > 0)
    np.testing.assert_allclose(room[pure], (could["deposits"] - holds["deposits"])[pure].clip(lower=0), atol=0.005)
    assert (room.dropna() >= 0).all()


def test_who_stands_on_the_estimate_has_no_room_at_all(jd_lines):
    """A quantile regression passes through as many customers as it has coefficients."""
    holds, who = jd_lines
    wallet = fit_wallet(holds, who)
    could = potential_lines(wallet, who)["deposits"]
    on_it = (holds["loans"] == 0) & ((could - holds["deposits"]).abs() < 1e-9 * could)
    assert on_it.sum() >= 3
    assert (headroom(wallet, holds, who)[on_it] == 0).all()


def test_headroom_is_missing_without_sales(jd_lines):
    holds, who = jd_lines
    room = headroom(fit_wallet(holds, who), holds, who)
    assert room.isna().equals(~(who["sales"] > 0))
    assert room.isna().any()


def test_small_industries_are_pooled(jd_lines):
    holds, who = jd_lines
    wallet = fit_wallet(holds, who, pool_under=100)
    counts = who.loc[who["sales"] > 0, "industry"].value_counts()
    alone = {name.removeprefix("industry:") for name in wallet["deposits"] if name.startswith("industry:")}
    assert alone == set(counts.index[counts >= 100])


def test_a_line_with_too_few_customers_is_left_out(jd_lines):
    holds, who = jd_lines
    wallet = fit_wallet(holds.assign(loans=0.0), who)
    assert list(wallet) == ["deposits"]


def test_an_industry_never_seen_is_scored_as_pooled(jd_lines):
    wallet = fit_wallet(*jd_lines)
    stranger = pd.DataFrame({"sales": [1e7, 1e7], "size": ["small", "small"], "industry": ["T", "N"]})
    could = potential_lines(wallet, stranger)
    assert could["deposits"].iloc[0] == could["deposits"].iloc[1]
