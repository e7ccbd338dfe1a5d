import pandas as pd
import pytest

from crmlib.book import Book, load_book
from crmlib.book.groups import by_group
from crmlib.book.rules import broken_rules
from crmlib.study import Study
from crmlib.value.references import accounts


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


def test_a_group_has_the_worst_rating_of_its_members_and_their_first_opening(jd, jd_book, grouped):
    members = jd_book.customers.dropna(subset=["group_id"])
    groups = grouped.customers.set_index("customer_id")
    opened = members.groupby("group_id")["opened"].min()
    assert (groups.loc[opened.index, "opened"] == opened).all()
    still = members[members["closed"].isna()]
    risk = still["rating"].map(jd.profit.pd_by_rating).groupby(still["group_id"]).max()
    own = groups.loc[risk.index, "rating"].map(jd.profit.pd_by_rating)
    pd.testing.assert_series_equal(own, risk, check_names=False)


@pytest.fixture(scope="module")
def left(jd_book):
    """A book with one group, the large first member of which left, and the accounts of both."""
    first, second = jd_book.customers["customer_id"].iloc[:2]
    two = jd_book.customers.head(2).assign(
        group_id="G1", size=["large", "micro"], rating=["CCC", "AA"], rm_id=["RM01", "RM02"], watch_list=[True, False],
        opened=pd.to_datetime(["2001-01-01", "2012-01-01"]), closed=pd.to_datetime(["2014-03-05", None]),
    )  # fmt: skip
    accounts = [(first, year, 100.0 * 1.1**place) for place, year in enumerate((2011, 2012, 2013, 2014))]
    accounts += [(second, 2013, 9_000.0), (second, 2014, 10_000.0)]
    money = {"total_assets": 1.0, "total_debt": 0.5, "net_profit": 0.1}
    financials = pd.DataFrame(accounts, columns=["customer_id", "year", "sales"]).assign(**money)
    rows = jd_book.activity[jd_book.activity["customer_id"].isin([first, second])]
    return Book({"customers": two, "financials": financials, "activity": rows})


def test_a_member_that_left_lends_neither_rating_nor_size_nor_manager(jd, left):
    group = by_group(left, jd).customers.set_index("customer_id").loc["G1"]
    assert group[["rating", "size", "rm_id", "watch_list"]].tolist() == ["AA", "micro", "RM02", False]
    assert pd.isna(group["closed"]) and group["opened"] == pd.Timestamp("2001-01-01")


def test_where_all_have_left_all_speak_for_the_group(jd, left):
    gone = left.customers.assign(closed=pd.to_datetime(["2014-03-05", "2015-06-01"]))
    group = by_group(Book({**left.tables, "customers": gone}), jd).customers.set_index("customer_id").loc["G1"]
    assert group[["rating", "size"]].tolist() == ["CCC", "large"]
    assert group["closed"] == pd.Timestamp("2015-06-01")


def test_sales_of_a_group_grow_like_for_like(jd, left):
    """Not by a member that has accounts of one of two years alone: 10,146 over 110 would be growth of 352 % a year."""
    found = accounts(by_group(left, jd), pd.Timestamp("2015-12-31"), jd.book).loc["G1"]
    assert found["growth"] == pytest.approx(0.1)
    assert found["sales"] == pytest.approx(100 * 1.1**3 + 10_000)
    assert by_group(left, jd).financials["year"].tolist() == [2013, 2014]


def test_no_group_of_the_case_grows_by_more_than_its_members(jd, jd_book, grouped, as_of):
    growth = accounts(grouped, as_of, jd.book)["growth"]
    alone = accounts(jd_book, as_of, jd.book)["growth"]
    assert growth.max() <= alone.max() and growth.min() >= alone.min()
