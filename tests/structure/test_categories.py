import pandas as pd
import pytest

from crmlib.absent import is_known
from crmlib.book import Book
from crmlib.structure.categories import BAD, CATEGORIES, bad, by_category

AS_OF = pd.Timestamp("2015-12-31")


def book(rows, **more):
    activity = pd.DataFrame(rows, columns=["customer_id", "month", "loan", "days_overdue"])
    return Book({"activity": activity.assign(month=pd.to_datetime(activity["month"]))}, **more)


@pytest.mark.parametrize(
    ("days", "category"),
    [(0, "normal"), (1, "special_mention"), (90, "special_mention"), (91, "substandard"), (270, "substandard"),
     (271, "doubtful"), (360, "doubtful"), (361, "loss"), (2000, "loss")],
)  # fmt: skip
def test_a_loan_falls_into_the_category_of_its_days(days, category):
    table = by_category(book([("a", "2015-12-01", 5.0, days)]), AS_OF).set_index("category")
    assert list(table.index) == list(CATEGORIES)
    assert table.loc[category].tolist() == [1, 5.0, 1.0] and table["customers"].sum() == 1
    assert bad(table.reset_index()) == float(category in BAD)


def test_only_loans_of_the_last_month_count():
    rows = [
        ("a", "2015-11-01", 9.0, 400),
        ("a", "2015-12-01", 3.0, 0),
        ("b", "2015-12-01", 1.0, 100),
        ("c", "2015-12-01", 0.0, 0),
    ]
    table = by_category(book(rows), AS_OF)
    assert table["loans"].sum() == 4.0 and bad(table) == 0.25


def test_without_loans_there_is_nothing_to_sort():
    assert not is_known(by_category(book([("a", "2015-12-01", 0.0, 0)]), AS_OF))
    assert not is_known(bad(by_category(book([("a", "2015-12-01", 0.0, 0)]), AS_OF)))
