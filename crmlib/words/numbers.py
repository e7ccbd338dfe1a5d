"""Numbers as people read them: the one place where a value becomes text.

A dash stands for what is not known: missing values and infinity. An interval, any pair of numbers, shows its unit once;
an estimate, any triple, is a value with its interval.
"""

import math
import re
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

from crmlib.errors import CrmError, did_you_mean

MISSING = "–"
CURRENCY = "[A-Z]{3}"
UNITS = {"CNY": 1.0, "万元": 1e4, "亿元": 1e8}
"""CNY in each unit of money."""
OTHER_UNITS = {"en": ("", "thousand ", "million "), "zh": ("", "千", "百万")}
"""What stands before another currency in place of each: nobody counts euros by the ten thousand in English, and in
Chinese both can be read."""
_SIZES = {scale: 1e3**power for scales in OTHER_UNITS.values() for power, scale in enumerate(scales)}
TO = {"en": "{} to {}", "zh": "{}至{}"}
BESIDE = {"en": "{} ({})", "zh": "{}（{}）"}


def known(value: Any) -> bool:
    """Whether a value is one: not missing, and finite if it is a number."""
    if isinstance(value, Real):
        return math.isfinite(value)
    # By name, so that settings can be read without waiting for pandas.
    return value is not None and type(value).__name__ not in ("NaTType", "NAType")


def short(value: float) -> str:
    """A number as short as it can be read: thousands apart, no needless zeros, a true minus."""
    digits = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 10 else 2
    shown = fixed(value, digits)
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def fixed(value: float, digits: int = 0) -> str:
    """A number with as many decimals, thousands apart, a true minus, and no minus before zero."""
    shown = f"{value:,.{digits}f}"
    return shown.removeprefix("-") if not shown.strip("-0.,") else shown.replace("-", "−")


def signed(value: float, digits: int = 0) -> str:
    """The same with its sign, plus too."""
    shown = fixed(value, digits)
    return shown if shown.startswith("−") or not shown.strip("0.,") else f"+{shown}"


def percent(share: float, digits: int = 1) -> str:
    """A fraction in percent, such as ``84.1 %``."""
    return f"{fixed(100 * share, digits)} %"


def money(amount: float, unit: str = "万元") -> str:
    """An amount of money in a unit, such as ``12.3 万元``."""
    return f"{short(amount / unit_size(unit))} {unit}"


def unit_in(currency: str, unit: str, language: str) -> str:
    """Name of a unit of money in a currency: 万元 of yuan, but thousands of euros.

    >>> unit_in("CNY", "万元", "en"), unit_in("EUR", "万元", "en"), unit_in("EUR", "亿元", "zh")
    ('万元', 'thousand EUR', '百万EUR')
    """
    return unit if currency == "CNY" else OTHER_UNITS[language][list(UNITS).index(unit)] + currency


def unit_size(unit: str) -> float:
    """How much money a unit is, such as 10,000 for 万元 and 1,000 for thousand EUR."""
    if unit in UNITS:
        return UNITS[unit]
    if unit[:-3] not in _SIZES or not re.fullmatch(CURRENCY, unit[-3:]):
        raise CrmError(f"{unit!r} is not a unit of money.{did_you_mean(unit, UNITS)} Units: {', '.join(UNITS)}.")
    return _SIZES[unit[:-3]]


def currency(unit: str) -> str:
    """Currency that a unit of money counts, such as CNY of 万元."""
    return "CNY" if unit in UNITS else unit[-3:]


def ordinal(value: float) -> str:
    """A place in an order, such as ``70th``."""
    place = int(value)
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{fixed(place)}{ending}"


def points(share: float, digits: int = 0) -> str:
    """A fraction in percentage points, without their name."""
    return fixed(100 * share, digits)


def day(value: Any) -> str:
    """A date, such as ``2015-12-31``; text in ISO form is one too."""
    return str(value)[:10]


def month(value: Any) -> str:
    """Year and month of a date, such as ``2015-12``."""
    return day(value)[:7]


def year(value: Any) -> str:
    """Year of a date, or a year that is a number."""
    return str(int(value)) if isinstance(value, Real) else day(value)[:4]


def enough(size: float, up: bool = True) -> str:
    """A positive size rounded up (or down) to two digits, so that what is said is always enough: 1.3 for 1.21."""
    places = 1 - math.floor(math.log10(size))
    # The tiny allowance keeps 0.3 from becoming 0.31 because of its last bit.
    digits = math.ceil(size * 10.0**places - 1e-9) if up else math.floor(size * 10.0**places + 1e-9)
    return fixed(digits / 10.0**places, max(places, 0))


def money_enough(amount: float, unit: str = "万元") -> str:
    """A positive amount of money in a unit, as :func:`enough` rounds it."""
    return f"{enough(amount / unit_size(unit))} {unit}"


def fraction(value: float) -> str:
    """A judgement as it is written on Saaty's scale.

    >>> fraction(1 / 3), fraction(4.0), fraction(2.5)
    ('1/3', '4', '2.5')
    """
    return f"{value:.3g}" if value >= 1 else f"1/{1 / value:.3g}"


def rounded(value: Any) -> str:
    """A key number as the check at the end of a chapter prints it: four digits that count, or all before the point."""
    if value is None or isinstance(value, str):
        return MISSING if value is None else value
    return f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 1000 else f"{value:.4g}"


FORMATS: dict[str, Callable[..., str]] = {
    "number": short, "whole": fixed, "fixed": fixed, "signed": signed, "percent": percent, "points": points,
    "money": money, "money_enough": money_enough, "enough": enough, "fraction": fraction, "date": day, "month": month,
    "year": year, "ordinal": ordinal,
}  # fmt: skip
"""Ways to show one number, by the names that texts and columns call them by."""


def shown(value: Any, show: Callable[[Any], str], language: str = "en") -> str:
    """A number, an interval (two numbers) or an estimate (value, low, high) by a function for one number."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        *first, low, high = value
        span = _span(low, high, show, language)
        return BESIDE[language].format(shown(first[0], show, language), span) if first else span
    return show(value) if known(value) else MISSING


def has_share(part: Sequence) -> bool:
    """Whether a part of a total, amount and share, is told as a share; else its amount is told."""
    share = part[1]
    return known(share[0] if isinstance(share, Sequence) else share)


def _span(low: float, high: float, show: Callable[[Any], str], language: str) -> str:
    """An interval, such as ``80.9 to 86.7 %``: the unit stands once."""
    if not (known(low) and known(high)):
        return MISSING
    first, last = show(low), show(high)
    unit = last.partition(" ")[2]
    return TO[language].format(first.removesuffix(f" {unit}"), last)
