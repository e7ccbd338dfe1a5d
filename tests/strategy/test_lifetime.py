"""Lifetime value: published values, closed forms against sums and simulation, and attrition from a table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.book import Book
from crmlib.errors import CrmError
from crmlib.strategy.lifetime import (
    attrition_by_size,
    attrition_table,
    clv,
    one_life,
    plain_retention,
    simulated_clv,
    year_by_year,
)
from crmlib.study import Study

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


@pytest.mark.parametrize("loss", [0.0, 0.2, 1.0])
def test_one_life_agrees_with_its_simulation_even_where_nothing_is_left_to_chance(loss):
    study = Study.load("jd")
    worth = clv(1e5, 1 - loss, study.profit.hurdle, study.strategy.horizon)
    life = one_life(pd.Series({"customer_id": "1", "name": "A", "eva": 1e5, "loss": loss, "clv": worth}), study)
    assert life.agrees and life.for_ever >= worth == pytest.approx(life.table["so_far"].iloc[-1])


def test_who_left_is_shown_by_size_with_what_stayed():
    people = pd.DataFrame({"size": ["large", "small", "small"], "opened": pd.Timestamp("2010-01-01"),
                           "closed": [pd.NaT, pd.Timestamp("2015-06-30"), pd.NaT]})  # fmt: skip
    table = attrition_table(Book({"customers": people}), AS_OF)
    assert table["size"].tolist() == ["large", "small", "all"]
    assert table["left"].tolist() == pytest.approx([0.0, 0.5, 1 / 3])
    assert (table["left"] + table["retention"]).tolist() == [1, 1, 1]
