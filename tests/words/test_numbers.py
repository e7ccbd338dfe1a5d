import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.errors import CrmError
from crmlib.words import numbers
from crmlib.words.numbers import day, enough, fixed, known, money, percent, rounded, short, shown, signed, year


def test_a_short_number_has_no_needless_zeros_and_a_true_minus():
    assert [short(value) for value in (1234.5, 12.34, 1.205, 2.0, 0.5, -0.001, -3.1)] == [
        "1,234", "12.3", "1.21", "2", "0.5", "0", "−3.1",
    ]  # fmt: skip


def test_zero_never_has_a_sign():
    assert [fixed(-0.004, 2), percent(-0.0001), signed(-0.001, 2), signed(0.001, 2)] == [
        "0.00",
        "0.0 %",
        "0.00",
        "0.00",
    ]
    assert [signed(0.5, 1), signed(-0.5, 1), percent(-0.0123, 2)] == ["+0.5", "−0.5", "−1.23 %"]


def test_money_is_shown_in_its_unit():
    assert [money(123_456), money(-98.5), money(5e9, "亿元"), money(20_500)] == [
        "12.3 万元", "−0.01 万元", "50 亿元", "2.05 万元",
    ]  # fmt: skip


@pytest.mark.parametrize("unit", ["万", "dozen EUR", "thousand euro"])
def test_an_unknown_unit_gets_the_nearest(unit):
    with pytest.raises(CrmError, match=rf"'{unit}' is not a unit of money.*Units: CNY, 万元, 亿元"):
        money(1.0, unit)


@pytest.mark.parametrize(
    ("unit", "english", "chinese"),
    [("CNY", "1,234,567 EUR", "1,234,567 EUR"), ("万元", "1,235 thousand EUR", "1,235 千EUR"),
     ("亿元", "1.23 million EUR", "1.23 百万EUR")],
)  # fmt: skip
def test_other_money_is_counted_in_thousands_and_millions(unit, english, chinese):
    units = [numbers.unit_in("EUR", unit, language) for language in ("en", "zh")]
    assert [money(1_234_567, each) for each in units] == [english, chinese]
    assert {numbers.currency(each) for each in units} == {"EUR"}
    one = units[0]
    assert shown((1e6, 2e6), lambda value: money(value, one)) == f"{money(1e6, one).split()[0]} to {money(2e6, one)}"


def test_an_interval_names_its_unit_once_and_an_estimate_its_value_first():
    assert shown((0.809, 0.867), percent) == "80.9 to 86.7 %"
    assert shown((0.841, 0.809, 0.867), percent) == "84.1 % (80.9 to 86.7 %)"
    assert shown((0.841, 0.809, 0.867), percent, "zh") == "84.1 %（80.9至86.7 %）"
    assert shown((0.5, np.nan, np.nan), percent) == "50.0 % (–)"


@pytest.mark.parametrize("value", [None, np.nan, math.inf, -math.inf, pd.NA, pd.NaT, float("nan")])
def test_what_is_not_known_is_a_dash(value):
    assert not known(value)
    assert shown(value, percent) == "–"


@pytest.mark.parametrize("value", [0, -1.5, np.float64(2), np.int64(3), "", "nan", pd.Timestamp("2015-01-01")])
def test_what_is_known(value):
    assert known(value)


def test_dates_and_years():
    assert [day(pd.Timestamp("2015-12-31")), day("2015-12-31"), numbers.month("2015-12-31")] == [
        "2015-12-31", "2015-12-31", "2015-12",
    ]  # fmt: skip
    assert [year(2014), year(np.int64(2014)), year(pd.Timestamp("2014-12-31"))] == ["2014"] * 3


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


def test_places_in_an_order():
    assert [numbers.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 70, 93)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "70th", "93rd",
    ]  # fmt: skip


def test_a_key_number_is_printed_to_four_digits():
    assert [rounded(value) for value in (0.84126, 123456.7, 1200, None, "gold")] == [
        "0.8413", "123,457", "1,200", "–", "gold",
    ]  # fmt: skip
