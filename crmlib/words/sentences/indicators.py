"""What is said of indicators: where one stands and how far it would have to move, in units that people use.

Sizes of changes are rounded up to two digits, so that what is written is always enough.
"""

import math
from typing import Any

from crmlib.words.messages import Message, say

KINDS = {"tenure": "years", "credit_grade": "default", "business_trend": "trend"}
"""Formulas whose own unit is not what people use: logarithms of years, of a chance, of a ratio."""
UNITS = {"CNY": "money", "0-1": "share", "1/year": "rate"}


def indicator_value(node: Any, raw: float) -> Message:
    """An indicator's value: years of tenure and not their logarithm.

    Parameters
    ----------
    node : Node of the tree
        The indicator.
    raw : float
        Its value in its own unit; missing is told as such.
    """
    kind = "number" if math.isnan(raw) else _kind(node)
    of = {"years": math.expm1, "default": lambda value: math.exp(-value), "trend": math.expm1}
    return say(f"indicators.{kind}", value=of.get(kind, float)(raw))


def indicator_change(node: Any, raw: float, change: float, products: int | None = None) -> Message:
    """A change of an indicator, such as ``deposit margin +1.2 万元`` or ``2 more products``.

    Parameters
    ----------
    node : Node of the tree
        The indicator.
    raw, change : float
        Its value now and the change, in the indicator's own unit.
    products : int, optional
        Number of products that fit the customer, of which the product gap is the share not held.
    """
    if node.formula == "product_gap" and products:
        count = math.ceil(abs(change) * products - 1e-6)
        return say("indicators.fewer_products" if change > 0 else "indicators.more_products", n=count)
    kind = _kind(node)
    if kind == "default":
        chance = 100 * math.exp(-raw - change)
        return say("indicators.default_change", chance=chance, up=change < 0, now=math.exp(-raw))
    size = say(f"indicators.{kind}_change", size=_size(kind, raw, change), more=change > 0, unit=node.unit.strip("-"))
    return say("indicators.named", indicator=node.name, change=size)


def _kind(node: Any) -> str:
    return KINDS.get(node.formula or "") or UNITS.get(node.unit, "number")


def _size(kind: str, raw: float, change: float) -> float:
    """How far an indicator moves, without its sign: CNY, years, percentage points, or its own unit."""
    if kind == "years":
        return abs(math.expm1(raw + change) - math.expm1(raw))
    if kind == "trend":
        return 100 * abs(math.exp(raw + change) - math.exp(raw))
    return abs(change) * (100 if kind in ("share", "rate") else 1)
