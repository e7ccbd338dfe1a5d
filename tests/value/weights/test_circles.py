import numpy as np
import pandas as pd
import pytest

from crmlib.value.weights import ahp
from crmlib.value.weights.circles import strongest_circle

NAMES = list("ABCDE")


def judged(**pairs):
    """A matrix of five, as said: ``AB=2`` holds A twice as important as B; all else alike."""
    matrix = pd.DataFrame(1.0, NAMES, NAMES)
    for (left, right), value in pairs.items():
        matrix.loc[left, right], matrix.loc[right, left] = value, 1 / value
    return matrix


AROUND = {"AB": 2, "BC": 2, "CA": 2}
ABOVE = {f"{high}{low}": 3 for high in "DE" for low in "ABC"}


def test_a_circle_passes_with_a_consistency_ratio_of_070_and_is_named():
    found = ahp(judged(**AROUND, **ABOVE))
    assert found.consistency_ratio == pytest.approx(0.070, abs=5e-4)
    circle = strongest_circle(found)
    assert circle.around == ("A", "B", "C")
    assert (circle.left, circle.right, circle.value, circle.mends) == ("A", "B", 2, 1)


def test_the_judgement_that_breaks_it_is_the_one_that_runs_most_against_the_weights():
    sheet = judged(**AROUND | {"AB": 3, "AD": 5, "AE": 5, "DC": 2, "EC": 2})
    circle = strongest_circle(ahp(sheet))
    assert (circle.left, circle.right, circle.value) == ("C", "A", 2)
    assert circle.mends < 1
    sheet.loc["C", "A"], sheet.loc["A", "C"] = circle.mends, 1 / circle.mends
    assert strongest_circle(ahp(sheet)) is None


def test_of_two_circles_the_one_judged_more_firmly_is_named():
    assert strongest_circle(ahp(judged(**AROUND, CD=3, DE=3, EC=3))).around == ("C", "D", "E")


def test_who_only_exaggerates_judges_in_no_circle():
    ratios = np.array([9.0, 5, 3, 2, 1])
    assert strongest_circle(ahp(pd.DataFrame(np.divide.outer(ratios, ratios) ** 1.5, NAMES, NAMES))) is None
    assert strongest_circle(ahp(judged())) is None
