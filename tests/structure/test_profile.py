import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent, not_in_book
from crmlib.book import Book
from crmlib.book.schema import SECTIONS
from crmlib.errors import CrmError
from crmlib.profit import at
from crmlib.structure.profile import amounts, by_trait, customer_traits, roles
from crmlib.words.messages import say
from crmlib.words.texts import has

NO_PROFIT = not_in_book("rates")


@pytest.fixture(scope="module")
def money(jd_book, jd_profit, as_of):
    return amounts(jd_book, at(jd_profit, as_of), as_of)


def test_every_trait_shares_out_the_whole_book(jd, jd_book, money, as_of):
    told = customer_traits(jd_book, money.index, as_of, jd.profit.pd_by_rating)
    table = by_trait(money, told, jd.seed)
    assert list(told) == ["size", "industry", "ownership", "rating", "tenure", "products"]
    totals = table.groupby("trait")[["customers", "deposits", "eva"]].sum()
    for trait in told:
        assert totals.loc[trait].tolist() == pytest.approx([len(money), money["deposits"].sum(), money["eva"].sum()])


def test_categories_keep_their_order(jd, jd_book, money, as_of):
    table = by_trait(money, customer_traits(jd_book, money.index, as_of, jd.profit.pd_by_rating), jd.seed)
    assert table.loc[table["trait"] == "size", "value"].tolist() == ["large", "medium", "small", "micro"]
    assert table.loc[table["trait"] == "rating", "value"].tolist()[-1] == "unrated"


def test_without_profit_money_is_what_the_activity_tells(jd_book, as_of):
    told = amounts(jd_book, NO_PROFIT, as_of)
    year = jd_book.activity[jd_book.activity["month"] > as_of - pd.DateOffset(months=12)]
    still = jd_book.customers.loc[jd_book.customers["closed"].isna(), "customer_id"]
    assert list(told) == ["deposits", "loans", "inflow"]
    assert told["loans"].sum() == pytest.approx(year.loc[year["customer_id"].isin(still), "loan"].sum() / 12, rel=0.1)
    assert told["inflow"].sum() == pytest.approx(year.loc[year["customer_id"].isin(still), "inflow"].sum())


def test_a_book_without_money_says_what_it_lacks(jd_book, as_of):
    absent = frozenset(f"activity.{name}" for name in ("demand_deposit", "loan", "inflow"))
    with pytest.raises(CrmError, match=r"it has no activity\.demand_deposit, activity\.loan, activity\.inflow"):
        amounts(Book(jd_book.tables, absent=absent), NO_PROFIT, as_of)


def test_a_book_tells_only_the_traits_it_has(as_of):
    customers = pd.DataFrame({"customer_id": ["1", "2"], "rating": ["A", None]})
    absent = frozenset({"customers.size", "customers.industry", "customers.ownership", "customers.opened", "holdings"})
    told = customer_traits(Book({"customers": customers}, absent=absent), pd.Index(["1", "2"]), as_of, ["A"])
    assert told["rating"].tolist() == ["A", "unrated"]
    assert list(told) == ["rating"]


def test_roles_part_depositors_and_borrowers():
    money = pd.DataFrame({"deposits": [1.0, 2, 0, 0], "loans": [0.0, 5, 5, 0], "eva": [1.0, -1, 1, 0]}, index=[*"abcd"])
    table = roles(Book({}), money, 7).set_index("role")
    assert table["customers"].tolist() == [1, 1, 1, 1]
    assert table.loc["loans_only", "loans_share"] == 0.5
    assert roles(Book({}, absent=frozenset({"activity.loan"})), money, 7) == not_in_book("activity.loan")


def test_there_are_no_shares_of_a_total_that_is_not_positive():
    money = pd.DataFrame({"deposits": [1.0, 2], "loans": 0.0, "eva": [-2.0, 1]}, index=[*"ab"])
    table = roles(Book({}), money, 7)
    assert table[["loans_share", "eva_share"]].isna().all(axis=None) and table["deposits_share"].notna().all()


def test_every_value_of_every_trait_has_a_name(jd, jd_book, money, as_of):
    told = by_trait(money, customer_traits(jd_book, money.index, as_of, jd.profit.pd_by_rating), jd.seed)
    named = {(row.trait, row.value) for row in told.itertuples() if has(f"names.{row.trait}.{row.value}")}
    assert {row.trait for row in told.itertuples()} == {trait for trait, _ in named}
    unnamed = {(row.trait, row.value) for row in told.itertuples()} - named
    assert unnamed <= {("rating", rating) for rating in jd.profit.pd_by_rating}
    assert all(has(f"names.industry.{section}") for section in SECTIONS)


def test_a_book_by_which_nobody_can_be_told_apart_says_so(as_of):
    told = ("customers.size", "customers.industry", "customers.ownership", "customers.rating", "customers.opened")
    book = Book({"customers": pd.DataFrame({"customer_id": ["1"]})}, absent=frozenset({*told, "holdings"}))
    traits = customer_traits(book, pd.Index(["1"]), as_of)
    assert traits == Absent(say("structure.no_traits")) == by_trait(pd.DataFrame({"deposits": [1.0]}), traits, 7)


def test_tenure_counts_years_since_opening(as_of):
    opened = as_of - pd.to_timedelta(np.array([0.5, 2, 4, 7, 12]) * 365.25, unit="D")
    customers = pd.DataFrame({"customer_id": [*"abcde"], "opened": opened})
    absent = frozenset({"customers.size", "customers.industry", "customers.ownership", "customers.rating", "holdings"})
    told = customer_traits(Book({"customers": customers}, absent=absent), pd.Index([*"abcde"]), as_of)
    assert told["tenure"].astype(str).tolist() == list(told["tenure"].cat.categories)
