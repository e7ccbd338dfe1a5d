from functools import partial

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.case import Case
from crmlib.matrix import Cuts
from crmlib.study import Study
from crmlib.value.coverage import WalletFit, coverage_by_sales
from crmlib.value.model import ValueModel
from crmlib.value.references import View
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


def test_of_estimates_that_are_equally_good_the_highest_is_taken():
    """Nine tenths of ten rows: any value from the ninth to the tenth loses as little."""
    assert quantile_regression(np.ones((10, 1)), np.arange(1.0, 11.0), 0.9).tolist() == pytest.approx([10])
    design = np.kron(np.eye(2), np.ones((10, 1)))
    target = np.r_[np.arange(1.0, 11.0), 20.0 * np.arange(1.0, 11.0)]
    assert quantile_regression(design, target, 0.9).tolist() == pytest.approx([10, 200])


def refitted(case, room):
    """Classes of a case whose headroom is another."""
    weights, winsor = case.weights, case.study.model.winsor
    table = case.now.indicators.assign(B11=room.reindex(case.now.indicators.index))
    scores = ValueModel.fit(table, case.study.tree, weights, winsor).score(table)
    return Cuts.fit(scores, case.study.matrix.rules, case.study.matrix.labels).classed(scores)["class"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 202, 303, 20151231])
def test_headroom_and_classes_hang_on_neither_solver_nor_rows_nor_last_bits(seed, monkeypatch):
    case = Case.load(Study.load("jd", seed=seed), years=1)
    view = View(case.book, case.profit, case.as_of, case.study)
    holds, who, rng = view.holds, view.traits, np.random.default_rng(seed)
    room = headroom(fit_wallet(holds, who), holds, who)
    order, (noise, more) = rng.permutation(len(who)), 1 + 1e-12 * rng.standard_normal((2, len(who), 1))
    near = holds * noise, who.assign(sales=who["sales"] * more[:, 0])
    others = {
        "rows": headroom(fit_wallet(holds.iloc[order], who.iloc[order]), holds, who),
        "bits": headroom(fit_wallet(*near), *near),
    }
    for method in ("highs-ds", "highs-ipm"):
        with monkeypatch.context() as patch:
            patch.setattr(scipy.optimize, "linprog", partial(_solved_by, scipy.optimize.linprog, method))
            others[method] = headroom(fit_wallet(holds, who), holds, who)
    for name, other in others.items():
        assert (room - other).abs().max() <= 0.01 + 1e-6, name
        assert (refitted(case, other) == refitted(case, room)).all(), name


def _solved_by(linprog, instead, *args, method, **kwargs):
    return linprog(*args, method=instead, **kwargs)


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
