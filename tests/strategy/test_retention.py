"""The hazard finds the effects that made the losses, agrees with statsmodels, and refuses what cannot be fitted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.discrete.discrete_model import Logit

from crmlib.absent import Absent, not_in_book
from crmlib.book import Book
from crmlib.strategy.retention import attrition, fit_hazard, logit, size_rates, stays
from crmlib.words.voice import Voice

AS_OF = pd.Timestamp("2015-12-31")
EFFECTS = {"trend": -0.8, "closed": 0.4}


def simulated(rows=8000, seed=1, level=-3.0):
    """Customer-quarters whose losses follow EFFECTS on standard normal covariates."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.standard_normal((rows, 2)), columns=list(EFFECTS))
    odds = level + table @ pd.Series(EFFECTS)
    lost = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    ids = [f"{n % 2000:06d}" for n in range(rows)]
    keys = {
        "customer_id": ids,
        "origin": pd.Timestamp("2015-03-31"),
        "size": np.where(rng.random(rows) < 0.3, "a", "b"),
    }
    return table.assign(**keys, lost=lost, how=None)


@pytest.fixture(scope="module")
def quarters():
    return simulated()


def test_effects_that_made_the_losses_are_found(quarters):
    hazard = fit_hazard(quarters)
    assert hazard.quarters == len(quarters) and hazard.losses == quarters["lost"].sum()
    for name, effect in EFFECTS.items():
        row = hazard.effects.loc[name]
        assert row["low"] < effect * row["spread"] < row["high"] and row["high"] - row["low"] < 0.5


def test_predictions_are_those_of_statsmodels_and_average_to_the_losses(quarters):
    plain = Logit(quarters["lost"], quarters[list(EFFECTS)].assign(constant=1.0)).fit(disp=0)
    hazard = fit_hazard(quarters).predict(quarters)
    assert hazard.to_numpy() == pytest.approx(plain.predict().astype(float), abs=1e-6)
    assert hazard.mean() == pytest.approx(quarters["lost"].mean(), abs=1e-6)


def test_a_covariate_that_is_missing_stands_at_its_mean(quarters):
    hazard = fit_hazard(quarters)
    table = pd.DataFrame({"trend": [np.nan, -2.0], "closed": [np.nan, 0.0]})
    assert hazard.predict(table).iloc[0] == pytest.approx(1 / (1 + np.exp(-hazard.level)))
    assert hazard.shares(table).iloc[0].tolist() == [0.0, 0.0]
    assert hazard.main_reason(table).tolist() == ["none", "trend_low"]


def test_a_covariate_without_a_clear_effect_is_no_reason(quarters):
    hazard = fit_hazard(quarters.assign(volume=np.random.default_rng(5).standard_normal(len(quarters))))
    assert hazard.effects.loc["volume", "low"] < 0 < hazard.effects.loc["volume", "high"]
    reasons = hazard.main_reason(quarters.assign(volume=50.0))
    assert set(reasons) == {"none", "trend_low", "closed_high"}
    doubtful = replace(hazard, effects=hazard.effects.assign(low=-1.0, high=1.0))
    assert set(doubtful.main_reason(quarters.assign(volume=50.0))) == {"none"}


def test_a_covariate_that_tells_nobody_apart_is_left_out(quarters):
    hazard = fit_hazard(quarters.assign(borrower=0.0))
    assert hazard.effects.index.tolist() == list(EFFECTS)
    assert fit_hazard(quarters.assign(volume=np.nan)).effects.index.tolist() == list(EFFECTS)


def test_few_losses_and_losses_without_a_maximum_say_why():
    few = simulated(rows=300, level=-5.0)
    found = fit_hazard(few)
    assert isinstance(found, Absent)
    assert found.why.values == {"needed": 20, "losses": few["lost"].sum(), "quarters": 300}
    parted = simulated(rows=400).assign(lost=lambda table: (table["trend"] < 0).astype(float))
    assert fit_hazard(parted).why.key == "strategy.no_maximum"


def test_customers_that_nothing_tells_apart_give_no_hazard_and_no_count_of_zero_signs():
    """It was said that a hazard of 0 covariates needs 10 losses, found 0 in 0 quarters."""
    alike = simulated(rows=300).assign(trend=1.0, closed=0.0)
    found = fit_hazard(alike)
    assert found.why.key == "strategy.no_sign_differs"
    assert Voice().say(found.why) == "nothing known of the customers tells one of 300 customer-quarters from another"
    none = fit_hazard(alike.iloc[:0])
    assert Voice().say(none.why) == "a year ago nobody had been followed long enough to learn from"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_staying_a_year_is_staying_four_quarters(chances):
    found = stays(pd.Series(chances))
    assert found.tolist() == pytest.approx([(1 - chance) ** 4 for chance in chances])
    assert found.between(0, 1).all()


def test_no_size_class_is_sure_to_stay_because_nobody_left():
    table = pd.DataFrame({"size": ["large"] * 9 + ["micro"] * 4, "lost": [0.0] * 9 + [1.0, 0, 0, 0]})
    assert size_rates(table).to_dict() == {"large": 0.05, "micro": 0.3}


def test_the_interval_widens_with_coverage(quarters):
    lost, covariates = quarters["lost"].to_numpy(), quarters[["trend"]].to_numpy()
    narrow, wide = logit(lost, covariates, 0.5), logit(lost, covariates, 0.99)
    assert (narrow[:, 0] == wide[:, 0]).all()
    assert (wide[:, 1] < narrow[:, 1]).all() and (narrow[:, 2] < wide[:, 2]).all()


@pytest.fixture
def seven():
    rows = [
        ("1", "small", "2010-01-01", None), ("2", "small", "2010-01-01", "2015-06-30"),
        ("3", "small", "2010-01-01", "2014-12-31"), ("4", "large", "2015-02-01", "2015-09-30"),
        ("5", "micro", "2010-01-01", None), ("6", "small", "2010-01-01", "2016-02-01"), ("7", "medium", None, None),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["customer_id", "size", "opened", "closed"])
    return Book({"customers": table.astype({"opened": "datetime64[us]", "closed": "datetime64[us]"})})


def test_attrition_counts_those_open_a_year_before_and_never_looks_ahead(seven):
    table = attrition(seven, AS_OF).set_index("size")
    assert table.index.tolist() == ["medium", "micro", "small", "all"]
    assert table["customers"].tolist() == [1, 1, 3, 5] and table["closings"].tolist() == [0, 0, 1, 1]
    assert (table["left"] + table["retention"]).tolist() == [1] * 4


def test_nobody_is_sure_to_stay_because_nobody_closed(seven):
    table = attrition(seven, AS_OF).set_index("size")
    assert table["left"].tolist() == pytest.approx([0.5 / 2, 0.5 / 2, 1.5 / 4, 1.5 / 6])


def test_attrition_needs_closings_and_a_year_of_customers(seven):
    assert attrition(replace(seven, absent=frozenset({"customers.closed"})), AS_OF) == not_in_book("customers.closed")
    dated = Book({"customers": seven.customers.dropna(subset="opened")})
    assert attrition(dated, pd.Timestamp("2009-12-31")).why.key == "strategy.short_book"
