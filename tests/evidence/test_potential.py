import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.book import Book
from crmlib.evidence.potential import COLUMNS, PARTS, Growth, changes, growth

START, END = pd.Timestamp("2014-12-31"), pd.Timestamp("2015-12-31")


@pytest.fixture(scope="module")
def weights(jd):
    return jd.tree.reference_weights().rename_axis("code").rename("local").reset_index()


def test_growth_is_that_of_business_and_eva_and_who_left_has_none_of_either():
    rows = [(START, "a", True, 5e4, 4e4, 10.0), (START, "b", True, 0.0, 9e4, -10.0), (END, "a", True, 1e5, 9e4, 20.0)]
    profit = pd.DataFrame(rows, columns=["as_of", "customer_id", "open", "mean_deposits", "mean_loan", "eva_realised"])
    found = changes(profit, START, END)
    assert found["size"].tolist() == pytest.approx([np.log(1e5)] * 2)
    assert found["business"].tolist() == pytest.approx([np.log(2), np.log(0.1)])
    assert found["eva"].tolist() == pytest.approx([np.arcsinh(2) - np.arcsinh(1), np.arcsinh(1)])


def test_potential_and_its_parts_meet_one_and_two_years(jd_book, jd_profit, weights, quick):
    found = growth(jd_book, jd_profit, weights, quick)
    assert list(found.table) == COLUMNS and len(found.table) == 2 * 2 * (1 + len(PARTS))
    assert (found.table["low"] < found.table["correlation"]).all()
    assert found.table["correlation"].between(-0.9, 0.9).all()
    assert found.shown["correlation"][0] == tuple(found.table.loc[0, ["correlation", "low", "high"]])
    assert len(found.numbers) == 12 and "potential_and_growth_of_eva_2y_high" in found.numbers


def test_a_figure_that_knows_what_comes_is_told_from_one_that_does_not(jd_book, jd_profit, weights, quick, monkeypatch):
    """The growth itself, a little blurred, stands in for the scores."""
    came = changes(jd_profit, START, END)["business"].sort_index().rename("potential")
    came += 0.02 * np.random.default_rng(0).normal(size=len(came))
    made = type("Made", (), {"scores": came.to_frame(), "indicators": pd.DataFrame(index=came.index)})
    monkeypatch.setattr("crmlib.evidence.potential.appraise", lambda *given: made)
    table = growth(jd_book, jd_profit, weights, quick).table.set_index(["predictor", "growth_of", "years"])
    assert table.loc[("potential", "business", 1), "low"] > 0.9
    assert table.loc[("potential", "eva", 1), "correlation"] < 0.9


def test_a_book_of_one_year_has_no_growth(jd_book, jd_profit, weights, jd):
    recent = jd_book.activity[jd_book.activity["month"] > START]
    short = Book({**jd_book.tables, "activity": recent})
    assert isinstance(growth(short, jd_profit, weights, jd), Absent)


def test_a_trend_that_nobody_has_yet_is_left_out(jd_book, jd_profit, weights, quick):
    recent = jd_book.activity[jd_book.activity["month"] >= "2013-01"]
    table = growth(Book({**jd_book.tables, "activity": recent}), jd_profit, weights, quick).table
    told = {years: {*own["predictor"]} for years, own in table.groupby("years")}
    assert told == {1: {"potential", *PARTS}, 2: {"potential", *PARTS} - {"business_trend"}}
    assert table["correlation"].notna().all()


def test_rows_in_another_order_change_nothing(jd_book, jd_profit, weights, quick):
    mixed = jd_profit.sample(frac=1, random_state=1)
    straight, turned = (growth(jd_book, profit, weights, quick) for profit in (jd_profit, mixed))
    assert isinstance(straight, Growth)
    pd.testing.assert_frame_equal(straight.table, turned.table)
