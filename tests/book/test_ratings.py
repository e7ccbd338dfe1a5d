import pandas as pd
import pytest

from crmlib.book import Book
from crmlib.book.ratings import rated_at, rating_at, worst_of_groups
from crmlib.book.rules import broken_rules

PD = {"AA": 0.0, "BB": 0.01, "B": 0.03}
HISTORY = pd.DataFrame({
    "customer_id": ["1", "1", "2", "3"], "rating": ["AA", "B", "BB", "AA"],
    "since": pd.to_datetime(["2013-01-01", "2015-06-30", "2014-01-01", "2016-01-01"]),
})  # fmt: skip


@pytest.mark.parametrize(
    ("day", "ratings"),
    [("2012-12-31", [None, None, None]), ("2013-12-31", ["AA", None, None]), ("2015-06-29", ["AA", "BB", None]),
     ("2015-06-30", ["B", "BB", None]), ("2016-01-01", ["B", "BB", "AA"])],
)  # fmt: skip
def test_a_rating_holds_from_its_day_to_the_next(day, ratings):
    people = pd.DataFrame({"customer_id": ["1", "2", "3"], "rating": "CCC"})
    found = rated_at(Book({"customers": people, "ratings": HISTORY.sample(frac=1, random_state=2)}), pd.Timestamp(day))
    assert found["rating"].astype(object).where(found["rating"].notna(), None).tolist() == ratings


def test_without_a_history_todays_ratings_hold():
    people = pd.DataFrame({"customer_id": ["1"], "rating": ["BB"]})
    assert rated_at(Book({"customers": people}), pd.Timestamp("2011-12-31"))["rating"].tolist() == ["BB"]


def test_a_group_has_the_worst_rating_of_its_members_at_every_date():
    unit = pd.Series({"1": "G", "2": "G", "3": "3"})
    groups = worst_of_groups(HISTORY, unit, PD)
    at = {day: rating_at(groups, pd.Timestamp(day)).to_dict() for day in ("2013-12-31", "2014-12-31", "2016-12-31")}
    assert at == {"2013-12-31": {"G": "AA"}, "2014-12-31": {"G": "BB"}, "2016-12-31": {"G": "B", "3": "AA"}}


@pytest.mark.parametrize(
    ("change", "column", "allowed"),
    [
        ({"customer_id": "nobody"}, "customer_id", "customer_id stands in customers"),
        ({"rating": "A+++"}, "rating", "one of profit.pd_by_rating"),
        ({"since": pd.Timestamp("2013-01-01")}, "customer_id, since", "one row for each customer_id, since"),
        ({"rating": "CCC"}, "rating", "its last one in ratings to that date"),
    ],
)
def test_faults_of_the_history_are_found(jd, jd_book, change, column, allowed):
    rated = jd_book.customers.dropna(subset="rating").reset_index(drop=True)
    history = pd.concat([rated.assign(since=pd.Timestamp(day))[["customer_id", "since", "rating"]]
                         for day in ("2013-01-01", "2015-01-01")], ignore_index=True)  # fmt: skip
    tables = {"customers": rated, "ratings": history}
    assert broken_rules(tables, jd).empty
    last = history.index[-1] if rated["rating"].iloc[-1] != "CCC" else history.index[-2]
    history.loc[last, list(change)] = list(change.values())
    found = broken_rules(tables, jd)
    assert (found["column"] == column).any() and found["allowed"].str.startswith(allowed).any()
