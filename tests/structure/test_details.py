import pytest

from crmlib.profit import at
from crmlib.structure.details import hours_by_size, prices_by_rating, product_penetration, tier_table
from crmlib.structure.problems import problem_table


@pytest.fixture
def profit(jd_profit, as_of):
    return at(jd_profit, as_of)


@pytest.fixture
def value(jd, jd_book, profit):
    return problem_table(jd_book, profit, jd).set_index("problem")["value"]


def test_hours_by_size_add_up_to_the_problem(jd_book, profit, value):
    table = hours_by_size(jd_book, profit)
    assert table["customers"].sum() == len(profit)
    assert table["hours_on_negative"].sum() / table["hours"].sum() == pytest.approx(value["hours_on_negative"])


def test_both_tierings_count_every_graded_customer(jd_book, profit):
    table = tier_table(jd_book, profit)
    assert len(table) == 9
    assert table["customers"].sum() == profit["graded"].sum()
    by_tier, by_eva = (table.groupby(side)["customers"].sum().tolist() for side in ("tier", "eva_tier"))
    assert by_tier == by_eva


def test_penetration_by_product_adds_up_to_the_problem(jd_book, as_of, value):
    table = product_penetration(jd_book, as_of)
    assert (table["held"] <= table["eligible"]).all()
    assert table["share"].is_monotonic_increasing
    assert table["held"].sum() / table["eligible"].sum() == pytest.approx(value["product_penetration"])


def test_prices_by_rating_add_up_to_the_problem(jd, jd_book, profit, value):
    table = prices_by_rating(jd_book, profit, jd)
    assert table["loans"].sum() == pytest.approx(profit["mean_loan"].sum())
    assert table["underpriced"].sum() / table["loans"].sum() == pytest.approx(value["underpriced_loans"])
    assert table["rating"].tolist() == [
        name for name in (*jd.profit.pd_by_rating, "unrated") if name in set(table["rating"])
    ]
