import pandas as pd
import pytest

from crmlib.book import load_book
from crmlib.book.groups import by_group
from crmlib.book.rules import broken_rules
from crmlib.study import Study


@pytest.fixture(scope="module")
def grouped(jd_book):
    return by_group(jd_book, Study.load("jd"))


def test_a_study_of_groups_loads_and_breaks_no_rule():
    study = Study.load("jd", unit="group")
    book = load_book(study)
    assert len(broken_rules(book.tables, study, book.absent)) == 0
    assert set(book.customers["customer_id"]) >= set(book.customers["group_id"].dropna())


def test_money_is_neither_lost_nor_made(jd_book, grouped):
    for column in ("demand_deposit", "time_deposit", "loan", "inflow", "rm_hours"):
        assert grouped.activity[column].sum() == pytest.approx(jd_book.activity[column].sum())


def test_a_group_has_the_worst_rating_and_the_first_opening_of_its_members(jd, jd_book, grouped):
    members = jd_book.customers.dropna(subset=["group_id"])
    groups = grouped.customers.set_index("customer_id")
    opened = members.groupby("group_id")["opened"].min()
    assert (groups.loc[opened.index, "opened"] == opened).all()
    risk = members["rating"].map(jd.profit.pd_by_rating).groupby(members["group_id"]).max()
    pd.testing.assert_series_equal(
        groups.loc[risk.index, "rating"].map(jd.profit.pd_by_rating), risk, check_names=False
    )
