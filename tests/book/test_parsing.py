import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.book.parsing import as_text, parse
from crmlib.book.schema import DATE, FLAG, ID, MONEY, MONTH, NUMBER, WHOLE


def read(values, kind, unit="", money_unit="CNY"):
    parsed = parse(pa.chunked_array([pa.array(values, pa.string())]), kind, unit, money_unit)
    return parsed.values.tolist(), [bool(fault) for fault in parsed.faults]


@pytest.mark.parametrize(
    ("text", "number"),
    [("1234.5", 1234.5), ("1,234.50", 1234.5), (" 7 ", 7.0), ("−3", -3.0), ("1e6", 1e6), (".5", 0.5), ("１２", 12.0)],
)
def test_numbers_are_read_as_they_are_written(text, number):
    assert read([text], NUMBER) == ([number], [False])


@pytest.mark.parametrize("text", ["1.234,5", "12,34", "1,23,456", "abc", "1 234", "inf", "--1", "3%"])
def test_what_is_no_number_is_unread_and_never_a_guess(text):
    parsed, unread = read([text], NUMBER)
    assert pd.isna(parsed[0]) and unread == [True]


def test_percent_signs_are_read_for_shares_and_rates_alone():
    assert read(["3%", "0.03"], NUMBER, unit="1/year")[0] == pytest.approx([0.03, 0.03])
    assert read(["3%"], NUMBER, unit="hours")[1] == [True]


def test_fractions_are_read_for_judgements_alone():
    assert read(["1/3", "5"], NUMBER, unit="Saaty")[0] == pytest.approx([1 / 3, 5.0])
    assert read(["1/0"], NUMBER, unit="Saaty")[1] == [True]
    assert read(["1/3"], NUMBER)[1] == [True]


@pytest.mark.parametrize(("unit", "cny"), [("CNY", 12.0), ("万元", 120_000.0), ("亿元", 1.2e9)])
def test_money_comes_out_in_cny(unit, cny):
    assert read(["12"], MONEY, "CNY", unit)[0] == [cny]


def test_blank_is_missing_and_not_a_fault():
    parsed, unread = read(["", "  ", None, "1"], NUMBER)
    assert pd.isna(parsed[:3]).all() and unread == [False] * 4


@pytest.mark.parametrize(
    "text", ["2015-03-31", "2015/3/31", "20150331", "2015年3月31日", "2015-03-31 00:00:00", "42094"]
)
def test_a_date_in_every_way_that_banks_write_it(text):
    assert read([text], DATE) == ([pd.Timestamp("2015-03-31")], [False])


@pytest.mark.parametrize("text", ["31.03.2015", "03/31/2015", "2015-02-30", "2015-03", "12345678", "spring"])
def test_a_date_of_two_meanings_or_of_none_is_unread(text):
    parsed, unread = read([text], DATE)
    assert pd.isna(parsed[0]) and unread == [True]


@pytest.mark.parametrize("text", ["2015-03", "2015-03-01", "2015-03-31", "2015年3月", "201503"])
def test_a_month_needs_no_day(text):
    assert read([text], MONTH) == ([pd.Timestamp("2015-03-01")], [False])


def test_marks_are_read_in_both_languages():
    parsed, unread = read(["TRUE", "0", "是", "否", "yes"], FLAG)
    assert parsed[:4] == [True, False, True, False] and unread == [False] * 4 + [True]


def test_whole_numbers_have_no_fraction():
    parsed, unread = read(["3", "3.0", "3.5"], WHOLE)
    assert parsed[:2] == [3.0, 3.0] and unread == [False, False, True]


def test_ids_keep_their_zeros_and_floats_of_whole_numbers_lose_their_point():
    assert read(["000123"], ID)[0] == ["000123"]
    assert as_text(pa.chunked_array([pa.array([12.0, None])])).iloc[0] == "12"


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=20))
def test_a_number_written_out_comes_back_to_the_last_bit(numbers):
    assert read([repr(number) for number in numbers], NUMBER) == (numbers, [False] * len(numbers))
