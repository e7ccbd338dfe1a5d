import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.default import default_starts, mean_pd_by_size, probability_of_default
from crmlib.study import ProfitSettings

SETTINGS = ProfitSettings()


def months_overdue(late, months=48, customer="1"):
    """Activity of a customer from January 2012, 100 days overdue in the months given, counted from 0."""
    month = pd.date_range("2012-01-01", periods=months, freq="MS")
    return pd.DataFrame({
        "customer_id": customer, "month": month, "days_overdue": [100.0 * (n in late) for n in range(months)],
    })  # fmt: skip


def starts(late):
    return [(12 * (at.year - 2012) + at.month - 1) for at in default_starts(months_overdue(late), SETTINGS)["month"]]


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ([], []),
        ([5], [5]),
        (range(5, 40), [5]),
        (range(6), []),
        ([0, 11], []),
        ([5, 6, 18], [5]),
        ([5, 6, 19], [5, 19]),
        ([5, 17, 29], [5]),
        ([0, 13], [13]),
    ],
    ids=["never", "one month", "over three year-ends", "before the data", "before the data, cured, back within a year",
         "cured and back within twelve months", "back after more", "back twice", "anew long after one before the data"],
)  # fmt: skip
def test_a_default_begins_once(late, expected):
    assert starts(late) == expected


@given(st.sets(st.integers(0, 47)))
def test_no_default_begins_within_twelve_months_of_a_month_in_default(late):
    found = starts(late)
    assert set(found) <= late - {0}
    assert all(start - earlier > 12 for start in found for earlier in late if earlier < start)


def test_ninety_days_are_not_yet_a_default():
    rows = months_overdue([3]).assign(days_overdue=90.0)
    assert default_starts(rows, SETTINGS).empty


def test_customers_are_told_apart_and_row_order_does_not_matter():
    rows = pd.concat([months_overdue([5], customer="1"), months_overdue([6], customer="2")])
    found = default_starts(rows.sample(frac=1, random_state=0), SETTINGS)
    assert found["customer_id"].tolist() == ["1", "2"]


def test_the_basel_floor_holds():
    people = pd.DataFrame({"rating": ["AAA", "AA"], "size": ["large", "large"]})
    assert mean_pd_by_size(people, people["size"] == "large", SETTINGS)["all"] == 0.0003


def test_the_unrated_take_the_mean_of_their_size_where_they_have_exposure():
    people = pd.DataFrame({"rating": ["B", "BB", None, None, None], "size": ["micro"] * 3 + ["large", "micro"]})
    exposed = pd.Series([True, True, True, True, False])
    found = probability_of_default(people, exposed, mean_pd_by_size(people, exposed, SETTINGS), SETTINGS)
    assert found[[2, 3]].tolist() == pytest.approx([0.0224, 0.0224]) and pd.isna(found[4])


@pytest.mark.parametrize(
    ("rated", "given", "unrated"),
    [(1, None, 0.0376), (0, None, None), (0, 0.05, 0.05), (1, 0.05, 0.0376)],
    ids=["a fifth is rated", "nobody is", "nobody is, and the study says", "a fifth is, and the study says"],
)
def test_the_unrated_are_unknown_where_under_a_fifth_with_exposure_is_rated(rated, given, unrated):
    people = pd.DataFrame({"rating": ["B"] * rated + [None] * (5 - rated) + ["CCC"], "size": "small"})
    exposed, settings = pd.Series([True] * 5 + [False]), ProfitSettings(pd_unrated=given)
    found = probability_of_default(people, exposed, mean_pd_by_size(people, exposed, settings), settings)
    if rated:
        unrated = (0.0376 + 0.2678) / 2
    assert found[4] == pytest.approx(unrated) if unrated else pd.isna(found[4])
    assert found[5] == 0.2678


def test_a_book_without_any_rating_has_no_probability_at_the_floor():
    people = pd.DataFrame({"rating": [None, None], "size": "small"})
    assert mean_pd_by_size(people, pd.Series([False, False]), SETTINGS).empty
