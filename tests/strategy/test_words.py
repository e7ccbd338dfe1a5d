"""Words: amounts as people read them."""

import pytest

from crmlib.strategy.words import money


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [(1_234_567.0, "万元", "123 万元"), (-52_300.0, "万元", "−5.2 万元"), (300.0, "万元", "0.03 万元"),
     (98_765.0, "CNY", "98,765 CNY"), (0.0, "CNY", "0.00 CNY")],
)  # fmt: skip
def test_money_has_about_three_digits(amount, unit, text):
    assert money(amount, unit) == text
