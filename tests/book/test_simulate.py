import pandas as pd
import pytest

from crmlib.book.simulate import simulate
from crmlib.study import Study


def test_as_many_customers_are_open_as_the_study_says(jd, jd_book):
    assert jd_book.customers["closed"].isna().sum() == jd.book.customers


def test_balances_are_those_of_the_branch(jd_book, as_of):
    last = jd_book.activity[jd_book.activity["month"] == as_of.replace(day=1)]
    assert last[["demand_deposit", "time_deposit"]].to_numpy().sum() == pytest.approx(4e9, abs=10)
    assert last["loan"].sum() == pytest.approx(3e9, abs=10)


def test_the_same_seed_gives_the_same_book_and_another_seed_another(jd, jd_book):
    again = simulate(jd)
    for name, table in jd_book.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table)
    other = simulate(Study.load("jd", seed=1))
    assert not other.customers["opened"].equals(jd_book.customers["opened"])


def test_nobody_is_active_before_opening_or_after_leaving(jd_book):
    rows = jd_book.activity.merge(jd_book.customers[["customer_id", "opened", "closed"]], on="customer_id")
    assert (rows["month"] + pd.offsets.MonthEnd(0) >= rows["opened"]).all()
    assert not (rows["month"] > rows["closed"]).any()


def test_every_month_between_is_there(jd_book):
    months = jd_book.activity.groupby("customer_id")["month"].agg(["min", "max", "size"])
    span = 12 * (months["max"].dt.year - months["min"].dt.year) + months["max"].dt.month - months["min"].dt.month + 1
    assert (span == months["size"]).all()


def test_products_are_held_by_customers_while_they_are_customers(jd_book):
    held = jd_book.holdings.merge(
        jd_book.customers[["customer_id", "opened", "closed"]], on="customer_id", suffixes=("", "_customer")
    )
    assert (held["opened"] >= held["opened_customer"].dt.normalize()).all()
    assert not (held["closed"] < held["opened"]).any()
    gone = held["closed_customer"].notna()
    assert held.loc[gone, "closed"].notna().all()


def test_truth_stands_apart_and_covers_who_is_open(jd_book):
    still_open = jd_book.customers.loc[jd_book.customers["closed"].isna(), "customer_id"]
    assert jd_book.truth["customer_id"].tolist() == still_open.tolist()
    for name in set(jd_book.tables) - {"truth"}:
        assert not set(jd_book.tables[name]) & (set(jd_book.truth) - {"customer_id"})


def test_dials_turn_the_book():
    small = simulate(
        Study.load("jd", **{"book.customers": 150, "book.months": 30, "book.borrowers": 0.0, "book.managers": 3})
    )
    assert small.customers["closed"].isna().sum() == 150
    assert small.activity["month"].nunique() == 30
    assert small.activity["loan"].sum() == 0
    assert set(small.customers["rm_id"]) == {"RM01", "RM02", "RM03"}
