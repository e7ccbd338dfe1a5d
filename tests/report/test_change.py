import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.report.change import enough, in_words, value_in_words
from crmlib.tree import Node


@given(st.floats(1e-6, 1e12))
def test_what_is_written_is_enough_and_hardly_more(size):
    up, down = (float(enough(size, up=up).replace(",", "")) for up in (True, False))
    assert size * (1 - 1e-9) <= up <= size * 1.1 + 1e-12
    assert size / 1.1 - 1e-12 <= down <= size * (1 + 1e-9)


@pytest.mark.parametrize(
    ("size", "text"), [(1.21, "1.3"), (4512, "4,600"), (0.3, "0.30"), (0.0301, "0.031"), (99.5, "100")]
)
def test_sizes_are_rounded_up_to_two_digits(size, text):
    assert enough(size) == text


@pytest.mark.parametrize(
    ("formula", "unit", "raw", "change", "words"),
    [
        ("deposit_margin", "CNY", 5e4, 11_900.0, "it +1.2 万元"),
        ("deposit_margin", "CNY", 5e4, -11_900.0, "it −1.2 万元"),
        ("sales_growth", "1/year", 0.1, 0.031, "it +3.1 percentage points a year"),
        ("deposit_stability", "0-1", 0.1, -0.05, "it −5.0 percentage points"),
        ("business_trend", "1/year", 0.1, -0.05, "it −5.4 percentage points a year"),
        ("industry_outlook", "1-5", 3.0, 0.5, "it +0.50 (1-5)"),
        ("cost_ratio", "-", 0.5, -0.1, "it −0.10"),
        ("tenure", "-", math.log(3), math.log(5) - math.log(3), "tenure +2.0 years"),
        ("credit_grade", "-", -math.log(0.02), math.log(2), "probability of default 1.0 % (now 2 %)"),
        ("credit_grade", "-", 0.0, math.log(2), "probability of default 50 % (now 100 %)"),
        ("product_gap", "0-1", 0.5, 0.11, "1 fewer product"),
        ("product_gap", "0-1", 0.5, -0.3, "2 more products"),
    ],
)
def test_a_change_is_told_in_units_that_people_use(formula, unit, raw, change, words):
    assert in_words(Node(code="X", name="it", formula=formula, unit=unit), raw, change, products=6) == words


@pytest.mark.parametrize(
    ("formula", "unit", "raw", "words"),
    [
        ("deposit_margin", "CNY", 5e4, "5 万元"),
        ("tenure", "-", math.log(13.6), "12.6 years"),
        ("credit_grade", "-", -math.log(0.018), "PD 1.80 %"),
        ("business_trend", "1/year", math.log(1.2), "20.0 % a year"),
        ("sales_growth", "1/year", -0.05, "−5.0 % a year"),
        ("product_gap", "0-1", 0.25, "25.0 %"),
        ("cost_ratio", "-", 0.5, "0.5"),
        ("cost_ratio", "-", math.nan, "–"),
    ],
)
def test_a_value_is_told_in_units_that_people_use(formula, unit, raw, words):
    assert value_in_words(Node(code="X", name="it", formula=formula, unit=unit), raw) == words
