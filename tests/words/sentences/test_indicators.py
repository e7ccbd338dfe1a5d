"""What is said of indicators."""

import math

import pytest

from crmlib.tree import Node
from crmlib.words.sentences.indicators import indicator_change, indicator_value
from crmlib.words.voice import Voice

EN, ZH = Voice(), Voice("zh")


def node(formula, unit, name="it"):
    return Node(code="X", name=name, formula=formula, unit=unit)


@pytest.mark.parametrize(
    ("formula", "unit", "raw", "change", "words", "in_chinese"),
    [
        ("deposit_margin", "CNY", 5e4, 11_900.0, "it +1.2 万元", "it+1.2 万元"),
        ("deposit_margin", "CNY", 5e4, -11_900.0, "it −1.2 万元", "it−1.2 万元"),
        ("sales_growth", "1/year", 0.1, 0.031, "it +3.1 percentage points a year", "it每年+3.1个百分点"),
        ("deposit_stability", "0-1", 0.1, -0.05, "it −5.0 percentage points", "it−5.0个百分点"),
        ("business_trend", "1/year", 0.1, -0.05, "it −5.4 percentage points a year", "it每年−5.4个百分点"),
        ("industry_outlook", "1-5", 3.0, 0.5, "it +0.50 (1-5)", "it+0.50（1-5）"),
        ("cost_ratio", "-", 0.5, -0.1, "it −0.10", "it−0.10"),
        ("tenure", "-", math.log(3), math.log(5) - math.log(3), "it +2.0 years", "it+2.0年"),
        ("credit_grade", "-", -math.log(0.02), math.log(2), "probability of default 1.0 % (now 2.00 %)",
         "违约概率1.0 %（现为2.00 %）"),
        ("credit_grade", "-", 0.0, math.log(2), "probability of default 50 % (now 100.00 %)",
         "违约概率50 %（现为100.00 %）"),
        ("product_gap", "0-1", 0.5, 0.11, "1 fewer product", "减少1种产品"),
        ("product_gap", "0-1", 0.5, -0.3, "2 more products", "增加2种产品"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_units_that_people_use(formula, unit, raw, change, words, in_chinese):
    told = indicator_change(node(formula, unit), raw, change, products=6)
    assert (EN.say(told), ZH.say(told)) == (words, in_chinese)


def test_an_indicator_of_the_field_has_its_chinese_name_and_any_other_its_own():
    told = indicator_change(node("deposit_margin", "CNY", "deposit margin"), 0.0, 2e4)
    assert ZH.say(told) == "存款收益+2.0 万元"
    assert Voice(html=True).say(indicator_change(node("m", "CNY", "<b>"), 0.0, 2e4)).startswith("&lt;b&gt; ")


@pytest.mark.parametrize(
    ("formula", "unit", "raw", "words", "in_chinese"),
    [
        ("deposit_margin", "CNY", 5e4, "5 万元", "5 万元"),
        ("tenure", "-", math.log(13.6), "12.6 years", "12.6年"),
        ("credit_grade", "-", -math.log(0.018), "PD 1.80 %", "违约概率1.80 %"),
        ("business_trend", "1/year", math.log(1.2), "20.0 % a year", "每年20.0 %"),
        ("sales_growth", "1/year", -0.05, "−5.0 % a year", "每年−5.0 %"),
        ("product_gap", "0-1", 0.25, "25.0 %", "25.0 %"),
        ("cost_ratio", "-", 0.5, "0.5", "0.5"),
        ("cost_ratio", "-", math.nan, "–", "–"),
        ("tenure", "-", math.nan, "–", "–"),
        ("sales_growth", "1/year", math.nan, "–", "–"),
    ],
)
def test_a_value_is_told_in_units_that_people_use(formula, unit, raw, words, in_chinese):
    told = indicator_value(node(formula, unit), raw)
    assert (EN.say(told), ZH.say(told)) == (words, in_chinese)
