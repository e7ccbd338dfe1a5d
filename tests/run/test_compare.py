import math

import pandas as pd
import pytest

from crmlib.run.compare import frames_differ, numbers_differ
from crmlib.words.voice import Voice


@pytest.mark.parametrize(
    ("stored", "value"), [(1e6, 1e6 + 0.9), (0.0, 1e-10), (3, 3.0), ("gold", "gold"), (None, None), (True, True)]
)
def test_numbers_equal_within_a_millionth_do_not_differ(stored, value):
    assert numbers_differ(stored, value) is None


@pytest.mark.parametrize(
    ("stored", "value", "told"),
    [
        (1e6, 1e6 + 2, "is 1000002.0, was 1000000.0"),
        (0.0, 1e-8, "is 1e-08, was 0.0"),
        ("gold", "iron", "is iron, was gold"),
        (None, 0.3, "is 0.3, was None"),
        (True, 2, "is 2, was True"),
        (math.inf, 1.0, "is 1.0, was inf"),
    ],
)
def test_numbers_that_differ_are_both_told(stored, value, told):
    assert Voice().say(numbers_differ(stored, value)) == told


def frame(**columns):
    return pd.DataFrame({"customer_id": ["1", "2", "3"], "eva": [1.0, float("nan"), 3.0], **columns})


def test_equal_tables_do_not_differ():
    assert frames_differ(frame(), frame()) is None
    assert frames_differ(frame(eva=[1.0, float("nan"), 3.0]), frame(eva=[1.0 + 1e-8, float("nan"), 3.0])) is None


@pytest.mark.parametrize(
    ("stored", "new", "told"),
    [
        (None, frame(), "not in the run"),
        (frame(), frame(grade="high"), "3 rows of customer_id, eva, grade, were 3 rows of customer_id, eva"),
        (frame(), frame().head(2), "2 rows of customer_id, eva, were 3 rows of customer_id, eva"),
        (frame(), frame(eva=[1.1, float("nan"), 3.1]), "eva in 2 of 3 rows"),
        (frame(), frame(eva=[1.0, 2.0, 3.0]), "eva in 1 of 3 rows"),
        (frame(), frame(customer_id=["1", "2", "4"], eva=[0.0, 0.0, 0.0]), "customer_id in 1, eva in 3 of 3 rows"),
        (frame(), frame(eva=["1", "2", "3"]), "eva in 3 of 3 rows"),
    ],
)
def test_what_differs_between_tables_is_told(stored, new, told):
    assert Voice().say(frames_differ(stored, new)) == told
