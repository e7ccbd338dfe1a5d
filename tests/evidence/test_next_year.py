import numpy as np
import pandas as pd
import pytest

from crmlib.evidence.next_year import Middle, by_class, by_fifth, earned, held_by_middle, out_of_order
from crmlib.stats.intervals import UNKNOWN, Estimate
from crmlib.stats.shares import Part

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


@pytest.fixture
def quick(jd):
    return jd.model_copy(update={"evidence": jd.evidence.model_copy(update={"bootstrap": 200})})


def held(score, eva, headroom, study):
    return held_by_middle(score, eva, headroom, 0.1, study, np.random.default_rng(0))


def test_the_middle_of_an_even_book_holds_three_fifths(quick):
    score, even = pd.Series(range(100)), pd.Series(1.0, range(100))
    found = held(score, even, even, quick)
    (earned, share), headroom = found["eva"], found["headroom"]
    assert (earned.value, share.value, headroom.value) == pytest.approx((60, 0.6, 0.6))
    assert share.low < 0.6 < share.high
    assert found["gain"].value == pytest.approx(6) and found["lead"].value == pytest.approx(-54)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_branch_that_earns_nothing_turns_no_comparison_round(quick, sign):
    """The middle earns the same and has the same room, whether the others win or lose more than that."""
    score, room = pd.Series(range(100)), pd.Series(1000.0, range(100))
    eva = pd.Series(np.where(score < 20, -50.0 * sign, 1.0), score.index)
    found = held(score, eva, room, quick)
    assert np.isnan(found["eva"].share).all() == (sign > 0)
    assert found["lead"].value == pytest.approx(0.1 * 60_000 - 60) and found["lead"].low > 0


def test_what_the_middle_holds_does_not_depend_on_row_order(quick):
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"score": rng.integers(0, 20, 80), "eva": rng.normal(1, 1, 80), "headroom": rng.random(80)})
    mixed = data.sample(frac=1, random_state=4)
    assert held(*(data[name] for name in data), quick) == held(*(mixed[name] for name in data), quick)


def test_classes_hold_all_of_next_years_eva():
    rng = np.random.default_rng(5)
    classes = pd.Series(rng.choice(ORDER[:3], 90))
    eva = pd.Series(rng.normal(0.5, 1, size=90))
    table = by_class(classes, eva, ORDER, 100, 0.9, np.random.default_rng(0)).set_index("class")
    assert table["customers"].tolist()[-1] == 0 and np.isnan(table.loc["lead", "mean"])
    assert table["eva"].sum() == pytest.approx(eva.sum())
    filled = table.iloc[:3]
    assert (filled["low"] < filled["mean"]).all() and (filled["mean"] < filled["high"]).all()


def test_row_order_does_not_matter():
    rng = np.random.default_rng(5)
    classes, eva = pd.Series(rng.choice(ORDER, 60)), pd.Series(rng.normal(size=60))
    rows = rng.permutation(60)
    tables = [by_class(classes[at], eva[at], ORDER, 50, 0.9, np.random.default_rng(0)) for at in (range(60), rows)]
    pd.testing.assert_frame_equal(*tables)


def test_room_is_the_headroom_of_the_middle_alone():
    fifths = pd.DataFrame({"fifth": range(1, 6), "headroom": [1e4, 2e4, 3e4, 4e4, 5e4]})
    nothing = Estimate(0.0, 0.0, 0.0)
    middle = Middle(fifths, Part(nothing, UNKNOWN), nothing, nothing, nothing, pd.Timestamp("2014-12-31"))
    assert (middle.room, middle.even) == (9e4, 0.6)


def test_classes_that_are_no_better_in_mean_or_median_are_named():
    table = pd.DataFrame({"class": ["platinum", "gold", "iron"], "mean": [3.0, 2.0, 2.0], "median": [1.0, 2.0, 0.0]})
    assert out_of_order(table) == [("mean", "gold", "iron"), ("median", "platinum", "gold")]
    assert out_of_order(table.assign(mean=[3.0, 2.0, 1.0], median=[3.0, 2.0, 1.0])) == []
