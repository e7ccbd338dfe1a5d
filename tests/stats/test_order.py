from itertools import combinations

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from crmlib.errors import CrmError
from crmlib.stats.order import jonckheere, neighbours

ORDER = ("lead", "iron", "gold", "platinum")


def long(samples):
    pairs = [(value, group) for group, values in samples.items() for value in values]
    return pd.DataFrame(pairs, columns=["value", "group"])


@st.composite
def grouped(draw):
    """Values on a coarse grid, so that ties are common, in at least two groups."""
    rows = draw(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(ORDER)), min_size=4, max_size=30))
    frame = pd.DataFrame(rows, columns=["value", "group"])
    assume(len(set(frame["group"])) > 1 and len(set(frame["value"])) > 1)
    return frame


@given(grouped())
def test_j_counts_pairs_in_order(data):
    place = data["group"].map(ORDER.index)
    count = 0.0
    for one, two in combinations(data.index, 2):
        low, high = sorted((one, two), key=lambda row: place[row])
        if place[low] != place[high]:
            count += (data["value"][low] < data["value"][high]) + (data["value"][low] == data["value"][high]) / 2
    assert jonckheere(data["value"], data["group"], ORDER).statistic == count


@given(grouped(), st.randoms())
def test_row_order_and_labels_do_not_matter(data, random):
    rows = list(data.index)
    random.shuffle(rows)
    assert jonckheere(data["value"][rows], data["group"][rows], ORDER) == jonckheere(
        data["value"], data["group"], ORDER
    )


@given(grouped())
def test_reversing_the_order_turns_z(data):
    there, back = (jonckheere(data["value"], data["group"], order) for order in (ORDER, ORDER[::-1]))
    assert back.z == pytest.approx(-there.z) and back.variance == pytest.approx(there.variance)


def test_two_groups_are_the_mann_whitney_test():
    data = long({"lead": [1, 2, 2, 3, 5], "gold": [2, 4, 4, 6]})
    oracle = mannwhitneyu(
        [2, 4, 4, 6], [1, 2, 2, 3, 5], alternative="greater", method="asymptotic", use_continuity=False
    )
    trend = jonckheere(data["value"], data["group"], ("lead", "gold"))
    assert (trend.statistic, trend.p) == (oracle.statistic, pytest.approx(oracle.pvalue))


def test_neighbours_compare_each_class_with_the_one_below():
    data = long({"lead": [1, 2, 3], "iron": [2, 3, 4], "gold": [0, 0, 0]})
    pairs = neighbours(data["value"], data["group"], ORDER[:3], 0.95)
    assert pairs["higher"].tolist() == ["iron", "gold"]
    assert pairs["probability"].tolist() == [pytest.approx(7 / 9), 0.0]


def test_an_empty_class_is_passed_over():
    data = long({"lead": [1, 2], "gold": [0, 3]})
    assert neighbours(data["value"], data["group"], ORDER, 0.95)[["higher", "lower"]].to_numpy().tolist() == [
        ["gold", "lead"]
    ]


def test_an_unknown_group_is_refused():
    data = long({"lead": [1, 2], "silver": [3]})
    with pytest.raises(CrmError, match="among lead, iron, gold, platinum; found silver"):
        jonckheere(data["value"], data["group"], ORDER)


def test_equal_values_and_single_groups_are_refused():
    data = long({"lead": [1, 1], "gold": [1]})
    with pytest.raises(CrmError, match="all 3 values are equal"):
        jonckheere(data["value"], data["group"], ORDER)
    with pytest.raises(CrmError, match="at least two groups with customers, found 1"):
        jonckheere(data["value"][:2], data["group"][:2], ORDER)
