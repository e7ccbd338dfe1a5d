"""Pricing: the rate that keeps the most income."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.absent import not_in_book
from crmlib.book import Book
from crmlib.strategy.pricing import best_rates, incomes, rates

TABLE = pd.DataFrame({"rating": ["B", "B", "B", "A", "A"], "loan_rate": [0.06, 0.04, 0.05, 0.04, 0.08],
                      "lost": [0.40, 0.0, 0.10, 0.0, 0.5]})  # fmt: skip


def test_income_is_the_rate_of_those_who_stay():
    assert incomes(TABLE)["income"].tolist() == pytest.approx([0.04, 0.04, 0.04, 0.045, 0.036])


def test_the_best_rate_and_the_runner_up_by_hand():
    best = best_rates(TABLE).set_index("rating")
    assert best.loc["B", ["loan_rate", "next_rate"]].tolist() == [0.05, 0.04]
    assert best.loc["B", ["lost", "next_lost"]].tolist() == [0.1, 0.0]
    assert best.loc["A", "loan_rate"] == 0.04, "equal incomes: the rate that loses fewer"


responses = st.lists(
    st.tuples(st.floats(0.001, 0.3), st.floats(0, 1)), min_size=1, max_size=12, unique_by=lambda row: row[0]
)


@given(responses, st.floats(0, 0.1))
def test_no_rate_keeps_more_and_a_cost_of_funds_never_lowers_the_best_rate(rows, cost):
    table = pd.DataFrame(sorted(rows), columns=["loan_rate", "lost"]).assign(rating="A")
    table["lost"] = table["lost"].cummax()
    best = best_rates(table).iloc[0]
    assert (incomes(table)["income"] <= best["income"]).all()
    net = (table["loan_rate"] - cost) * (1 - table["lost"])
    at_least = net[table["loan_rate"] >= best["loan_rate"]].max()
    assert at_least >= net.max() - 1e-12
    assert best[["next_rate"]].isna().all() == (len(table) == 1)


def test_rates_count_the_graded_customers_of_each_rating():
    people = pd.DataFrame({"customer_id": ["1", "2", "3", "4"], "rating": ["A", "A", "C", "B"]})
    found = rates(Book({"customers": people, "price_response": TABLE}), pd.Index(["1", "2", "3"]))
    assert found.set_index("rating")["customers"].to_dict() == {"A": 2, "B": 0}
    assert found.drop(columns="customers").equals(best_rates(TABLE))
    assert rates(Book({"customers": people}, absent=frozenset({"price_response"})), pd.Index(["1"])) == not_in_book(
        "price_response"
    )
