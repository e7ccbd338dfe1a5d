"""Change: where an indicator stands and how far it would have to move, in the units of those who could move it.

Sizes are rounded up to two digits, so that what is written is always enough.
"""

import math

from crmlib.report.tables import MISSING, money, percent
from crmlib.report.text import number
from crmlib.tree import Node
from crmlib.words.numbers import UNITS


def enough(size: float, up: bool = True) -> str:
    """A positive size rounded up (or down) to two digits: ``1.3`` for 1.21, ``4,600`` for 4,512."""
    places = 1 - math.floor(math.log10(size))
    # The tiny allowance keeps 0.3 from becoming 0.31 because of its last bit.
    digits = math.ceil(size * 10.0**places - 1e-9) if up else math.floor(size * 10.0**places + 1e-9)
    return f"{digits / 10.0**places:,.{max(places, 0)}f}"


def value_in_words(node: Node, raw: float, money_unit: str = "万元") -> str:
    """An indicator's value in units that people use: years of tenure and not their logarithm.

    Parameters
    ----------
    node : Node
        The indicator.
    raw : float
        Its value in its own unit; a dash where it is missing.
    money_unit : str
        Unit in which amounts of CNY are told.
    """
    if math.isnan(raw):
        return MISSING
    if node.formula == "tenure":
        return f"{math.expm1(raw):.1f} years"
    if node.formula == "credit_grade":
        return f"PD {percent(math.exp(-raw), 2)}"
    if node.formula == "business_trend":
        return f"{percent(math.expm1(raw))} a year"
    if node.unit == "CNY":
        return money(raw, money_unit)
    if node.unit in ("0-1", "1/year"):
        return percent(raw) + (" a year" if node.unit == "1/year" else "")
    return number(raw)


def in_words(node: Node, raw: float, change: float, money_unit: str = "万元", products: int | None = None) -> str:
    """A change of an indicator in words.

    Parameters
    ----------
    node : Node
        The indicator.
    raw, change : float
        Its value now and the change, in the indicator's own unit.
    money_unit : str
        Unit in which amounts of CNY are told.
    products : int, optional
        Number of products that fit the customer, of which the product gap is the share not held.

    Returns
    -------
    str
        Such as ``deposit margin +1.2 万元`` or ``2 more products``.
    """
    if node.formula == "product_gap" and products:
        count = math.ceil(abs(change) * products - 1e-6)
        return f"{count} {'fewer' if change > 0 else 'more'} product{'' if count == 1 else 's'}"
    sign = "+" if change > 0 else "−"
    if node.formula == "tenure":
        return f"tenure {sign}{enough(abs(math.expm1(raw + change) - math.expm1(raw)))} years"
    if node.formula == "credit_grade":
        chance = enough(100 * math.exp(-raw - change), up=change < 0)
        now = float(f"{100 * math.exp(-raw):.2g}")
        return f"probability of default {chance} % (now {now:g} %)"
    if node.formula == "business_trend":
        size = 100 * abs(math.exp(raw + change) - math.exp(raw))
        return f"{node.name} {sign}{enough(size)} percentage points a year"
    return f"{node.name} {sign}{_size(abs(change), node.unit, money_unit)}"


def _size(size: float, unit: str, money_unit: str) -> str:
    if unit == "CNY":
        return f"{enough(size / UNITS[money_unit])} {money_unit}"
    if unit in ("0-1", "1/year"):
        return f"{enough(100 * size)} percentage points{' a year' if unit == '1/year' else ''}"
    return enough(size) + (f" ({unit})" if unit not in ("", "-") else "")
