"""Lifetime value: published values, closed forms against sums and simulation, and attrition from a table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.errors import CrmError
from crmlib.strategy.lifetime import attrition_by_size, clv, markov_value, plain_retention, simulated_clv, year_by_year

AS_OF = pd.Timestamp("2015-12-31")


@pytest.mark.parametrize(("stay", "multiple"), [(0.6, 1.15), (0.7, 1.67), (0.8, 2.50), (0.9, 4.09)])
def test_margin_multiples_gupta_lehmann_2003(stay, multiple):
    """Gupta and Lehmann (2003), table of margin multiples at a discount rate of 12 %."""
    assert round(clv(1.0, stay, 0.12), 2) == multiple


@given(st.floats(-1e6, 1e6), st.floats(0, 0.95), st.floats(0.05, 0.5))
def test_the_closed_form_is_the_sum_over_the_years(margin, stay, discount):
    years = np.arange(1, 500)
    summed = (margin * (stay / (1 + discount)) ** years).sum()
    assert clv(margin, stay, discount) == pytest.approx(summed, rel=1e-6, abs=1e-6)


@given(st.floats(-1e6, 1e6), st.floats(0, 1), st.floats(0.01, 0.5), st.integers(1, 60))
def test_a_horizon_counts_its_years_alone(margin, stay, discount, horizon):
    table = year_by_year(margin, stay, discount, horizon)
    assert table["year"].tolist() == list(range(1, horizon + 1))
    assert clv(margin, stay, discount, horizon) == pytest.approx(table["so_far"].iloc[-1], rel=1e-9, abs=1e-6)
    assert abs(clv(margin, stay, discount, horizon)) <= abs(clv(margin, stay, discount)) + 1e-6


@pytest.mark.parametrize("stay", [0.0, 0.35, 0.9, 1.0])
def test_the_closed_form_is_the_mean_of_simulated_lives(stay):
    mean, error = simulated_clv(1000.0, stay, 0.11, 10, 40_000, np.random.default_rng(8))
    assert abs(mean - clv(1000.0, stay, 0.11, 10)) <= 4 * error + 1e-9


chains = st.integers(1, 5).flatmap(
    lambda size: st.lists(st.lists(st.floats(0.01, 1), min_size=size, max_size=size), min_size=size, max_size=size).map(
        lambda rows: np.array(rows) / np.sum(rows, axis=1, keepdims=True)
    )
)


@given(chains, st.floats(0.05, 1), st.integers(0, 4), st.data())
def test_the_markov_value_is_the_sum_over_the_years(chain, discount, horizon, data):
    reward = np.array(data.draw(st.lists(st.floats(-1e3, 1e3), min_size=len(chain), max_size=len(chain))))
    steps = [np.linalg.matrix_power(chain / (1 + discount), year) @ reward for year in range(400)]
    assert markov_value(chain, reward, discount, horizon) == pytest.approx(sum(steps[: horizon + 1]), abs=1e-6)
    assert markov_value(chain, reward, discount) == pytest.approx(sum(steps), rel=1e-6, abs=1e-4)


@given(chains, st.floats(0.05, 1), st.floats(0, 1e3), st.data())
def test_the_markov_value_never_falls_when_a_reward_rises(chain, discount, more, data):
    reward = np.array(data.draw(st.lists(st.floats(-1e3, 1e3), min_size=len(chain), max_size=len(chain))))
    raised = reward + more * (np.arange(len(chain)) == data.draw(st.integers(0, len(chain) - 1)))
    assert (markov_value(chain, raised, discount) >= markov_value(chain, reward, discount) - 1e-6).all()


@given(st.floats(-1e6, 1e6), st.floats(0, 1), st.floats(0.05, 0.5))
def test_one_class_that_is_kept_or_lost_is_the_lifetime_value_and_the_year_just_over(margin, stay, discount):
    chain = pd.DataFrame([[stay, 1 - stay], [0.0, 1.0]])
    value = markov_value(chain, pd.Series([margin, 0.0], ["kept", "lost"]), discount)
    assert value["kept"] == pytest.approx(margin + clv(margin, stay, discount), rel=1e-9, abs=1e-6)
    assert value["lost"] == 0


def test_what_is_no_chain_is_refused():
    with pytest.raises(ValueError, match=r"found in row 2: smallest 0.2, sum 0.7"):
        markov_value(np.array([[1.0, 0.0], [0.5, 0.2]]), np.zeros(2), 0.1)
    with pytest.raises(ValueError, match=r"found in row 1: smallest -0.5, sum 1"):
        markov_value(np.array([[1.5, -0.5], [0.5, 0.5]]), np.zeros(2), 0.1)
    with pytest.raises(ValueError, match="3 rewards need as many rows and columns, found 2 x 2"):
        markov_value(np.eye(2), np.zeros(3), 0.1)
    with pytest.raises(ValueError, match=r"the discount rate must be positive, found -0\.1"):
        markov_value(np.eye(2), np.zeros(2), -0.1)


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match=r"retention must lie between 0 and 1, found 1.2"):
        clv(pd.Series([1.0, 1.0]), pd.Series([0.9, 1.2]), 0.1)
    with pytest.raises(ValueError, match="the discount rate must be positive, found 0"):
        clv(1.0, 0.9, 0.0)
    with pytest.raises(ValueError, match="a horizon must be at least one year, found 0"):
        clv(1.0, 0.9, 0.1, 0)


@pytest.fixture
def customers():
    rows = [
        ("1", "small", "2010-01-01", None), ("2", "small", "2010-01-01", "2015-06-30"),
        ("3", "small", "2010-01-01", "2014-12-31"), ("4", "large", "2015-02-01", "2015-09-30"),
        ("5", "micro", "2010-01-01", None), ("6", "small", "2010-01-01", "2016-02-01"), ("7", "medium", None, None),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["customer_id", "size", "opened", "closed"])
    return table.astype({"opened": "datetime64[us]", "closed": "datetime64[us]"})


def test_attrition_counts_those_open_a_year_before_and_never_looks_ahead(customers):
    lost = attrition_by_size(customers, AS_OF)
    assert lost.round(4).to_dict() == {"medium": 0.0, "micro": 0.0, "small": 0.3333, "all": 0.2}


def test_a_size_class_without_a_last_year_takes_the_retention_of_all(customers):
    assert plain_retention(customers, AS_OF).round(4).to_dict()["4"] == 0.8


def test_attrition_needs_a_year_of_customers(customers):
    with pytest.raises(CrmError, match="needs customers that were open at 2008-12-31, found none"):
        attrition_by_size(customers.dropna(subset="opened"), pd.Timestamp("2009-12-31"))
