import numpy as np
import pandas as pd
import pytest

from crmlib.evidence.next_year import Middle, by_class, by_fifth, earned, held_by_middle
from crmlib.stats.intervals import Estimate

ORDER = ("platinum", "gold", "iron", "lead")


def test_who_left_counts_with_what_was_earned_until_then_and_who_is_not_known_not_at_all():
    ends = pd.to_datetime(["2014-12-31", "2015-12-31"])
    profit = pd.DataFrame({"as_of": ends[[0, 1, 1]], "customer_id": ["a", "a", "b"],
                           "eva_realised": [9.0, 1.0, -2.0], "eva": 5.0})  # fmt: skip
    customers = pd.DataFrame({"customer_id": ["b", "a", "unknown"], "class": "lead"})
    assert earned(customers, profit, ends[1])["next_year_eva"].tolist() == [-2.0, 1.0]


def test_by_fifth_keeps_every_yuan():
    rng = np.random.default_rng(3)
    score, eva = pd.Series(rng.random(53)), pd.Series(rng.normal(size=53))
    headroom = pd.Series(rng.random(53)).mask(score < 0.1)
    table = by_fifth(score, eva, headroom)
    assert table["fifth"].tolist() == [1, 2, 3, 4, 5] and table["customers"].sum() == 53
    assert table["eva"].sum() == pytest.approx(eva.sum())
    assert table["headroom"].sum() == pytest.approx(headroom.sum())


def test_the_middle_of_an_even_book_holds_three_fifths():
    score, even = pd.Series(range(100)), pd.Series(1.0, range(100))
    table = held_by_middle(score, even, even, 200, 0.95, np.random.default_rng(0))
    eva, headroom, lead = table
    assert (eva.value, headroom.value) == pytest.approx((0.6, 0.6)) and eva.low < 0.6 < eva.high
    assert lead == pytest.approx((0, 0, 0))


def test_what_the_middle_holds_does_not_depend_on_row_order():
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"score": rng.integers(0, 20, 80), "eva": rng.normal(1, 1, 80), "headroom": rng.random(80)})
    tables = [
        held_by_middle(*(rows[name] for name in data), 100, 0.9, np.random.default_rng(0))
        for rows in (data, data.sample(frac=1, random_state=4))
    ]
    assert tables[0] == tables[1]


def test_classes_hold_all_of_next_years_eva():
    rng = np.random.default_rng(5)
    classes = pd.Series(rng.choice(ORDER[:3], 90))
    eva = pd.Series(rng.normal(0.5, 1, size=90))
    table = by_class(classes, eva, ORDER, 100, 0.9, np.random.default_rng(0)).set_index("class")
    assert table["customers"].tolist()[-1] == 0 and np.isnan(table.loc["lead", "mean"])
    assert table["eva"].sum() == pytest.approx(eva.sum()) and table["share"].sum() == pytest.approx(1)
    loss = by_class(classes, -eva, ORDER, 10, 0.9, np.random.default_rng(0))
    assert loss["share"].isna().all(), "a loss has no shares"
    filled = table.iloc[:3]
    assert (filled["low"] < filled["mean"]).all() and (filled["mean"] < filled["high"]).all()


def test_row_order_does_not_matter():
    rng = np.random.default_rng(5)
    classes, eva = pd.Series(rng.choice(ORDER, 60)), pd.Series(rng.normal(size=60))
    rows = rng.permutation(60)
    tables = [by_class(classes[at], eva[at], ORDER, 50, 0.9, np.random.default_rng(0)) for at in (range(60), rows)]
    pd.testing.assert_frame_equal(*tables)


@pytest.mark.parametrize(
    ("eva", "shares"), [((0.2, 0.1, 0.6), True), ((-0.2, -5.7, 5.2), False), ((0.9, 0.5, 1.2), False)]
)
def test_what_the_middle_earns_is_a_share_only_between_nothing_and_all(eva, shares):
    fifths = pd.DataFrame({"fifth": range(1, 6), "headroom": [1e4, 2e4, 3e4, 4e4, 5e4]})
    middle = Middle(fifths, Estimate(*eva), Estimate(0.6, 0.5, 0.7), Estimate(0.1, 0, 0.2), pd.Timestamp("2014-12-31"))
    assert middle.shares_eva == shares
    assert (middle.room, middle.even) == (9e4, 0.6)
