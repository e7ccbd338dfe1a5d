"""One value as banks write it: a number, date, month or mark from its text, and how it had to be read.

Strict where a guess could be wrong: what has no single meaning is a fault and never a number.
"""

import re
import unicodedata
from typing import Any, NamedTuple

import pandas as pd

from crmlib.book.schema import EXAMPLE

YES, NO = {"true": "", "1": "", "是": "yes_no"}, {"false": "", "0": "", "否": "yes_no"}
SHARES = ("1/year", "0-1")
SAATY = "Saaty"
POWERS = {"CNY": 0, "元": 0, "万": 4, "万元": 4, "亿": 8, "亿元": 8}
"""Powers of ten of CNY that a unit of money is."""
PERCENT = -2
LONGEST = 100
"""Letters beyond which a text is no number or date, whatever stands in it."""

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0xFFE5: 0xA5}
_BLANKS = "".join(chr(code) for code in (0x20, 0x09, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x3000))
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_SEPARATED = re.compile(r"[+-]?[0-9]+(?:[.,' ][0-9]+)+")
_UNIT = re.compile(r"(.*?)\s*(万元|亿元|万|亿|元)")
_FRACTION = re.compile(r"([0-9]+) *[/⁄] *([0-9]+)")
_DAY = re.compile(
    r"(?P<y>[0-9]{4})(?:[-/.年](?P<m>[0-9]{1,2})(?:[-/.月](?P<d>[0-9]{1,2})日?|月)?|(?P<m2>[0-9]{2})(?P<d2>[0-9]{2})?)"
    r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_DAY_FIRST = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}|[0-9]{4}\.[1-9]")
_UNSEEN = ("Cc", "Cf", "Co", "Zl", "Zp", "Zs")
_FORCED = re.compile(r'="(.*)"|\'([^\']*)')
NO_END = ("9999-12-31", "99991231")
"""How systems write that a date is not known yet."""
YEARS, MONTHS_OF = (1600, 2200), (1901, 2100)
"""First and last year that a date may be of, and a month."""
_EXCEL_DAY_ONE = pd.Timestamp("1899-12-30")
_EXCEL_DAYS = (20_000, 60_000)


class Reading(NamedTuple):
    """What a text means: its value (None where it has none), how it had to be read, or the code of its fault."""

    value: Any = None
    ways: tuple[str, ...] = ()
    fault: str = ""


def read_number(text: str, unit: str = "", power: int = 0, money: bool = False) -> Reading:
    """A number: thousands separators, full-width digits, brackets or a minus behind, percent signs, units of money.

    Parameters
    ----------
    text : str
    unit : str
        Unit of the column: percent signs are read for shares and rates, fractions such as 1/3 for judgements.
    power : int
        Power of ten that a number without a unit of its own is multiplied by.
    money : bool
        Whether units and signs of money may stand with it.
    """
    plain, ways = _unadorned(text)
    if plain in ("-", "—", "–", "--") and unit != SAATY:
        return Reading(0.0, (*ways, "dash"))
    if unit == SAATY and (parts := _FRACTION.fullmatch(plain)) and int(parts[2]):
        return Reading(int(parts[1]) / int(parts[2]), ways)
    minus = False
    if inner := re.fullmatch(r"\((.+)\)", plain):
        plain, minus, ways = inner[1], True, [*ways, "brackets"]
    if money:
        plain, power, ways = _without_money(plain, power, ways)
    if plain.endswith("%") and unit in SHARES:
        plain, power, ways = plain[:-1].rstrip(), PERCENT, [*ways, "percent_sign"]
    if plain.endswith("-") and not plain.startswith("-"):
        plain, minus, ways = plain[:-1].rstrip(), True, [*ways, "minus_behind"]
    if _THOUSANDS.fullmatch(plain):
        plain, ways = plain.replace(",", ""), [*ways, "thousands"]
    if not _PLAIN.fullmatch(plain) or (minus and plain[:1] in "+-"):
        return Reading(fault=_no_number(plain))
    # By its text, so that 6.14 % is 0.0614 to the last bit.
    number = float(plain) * 10.0**power if "e" in plain.lower() else float(f"{plain}e{power}")
    if abs(number) == float("inf"):
        return Reading(fault="infinite")
    return Reading(-number if minus else number, tuple(ways))


def _unadorned(text: str) -> tuple[str, list[str]]:
    """Text in ordinary signs without blanks around."""
    ways = []
    if (narrow := text.translate(_WIDE)) != text:
        ways.append("full_width")
    if "\u2212" in narrow:
        narrow, ways = narrow.replace("\u2212", "-"), [*ways, "minus_sign"]
    stripped = narrow.strip(_BLANKS)
    if stripped != narrow.strip(" \t\r\n"):
        ways.append("blanks")
    return stripped, ways


def _without_money(plain: str, power: int, ways: list[str]) -> tuple[str, int, list[str]]:
    """A number without the sign of its currency; a unit of its own holds in place of the file's."""
    sign = re.fullmatch(r"([+-]?)(?:¥|CNY|RMB)\s*(.+)", plain)
    if sign:
        plain, ways = sign[1] + sign[2], [*ways, "currency"]
    if own := _UNIT.fullmatch(plain):
        return own[1], POWERS[own[2]], [*ways, "own_unit"]
    return plain, power, ways


def _no_number(plain: str) -> str:
    """The code of what stands in place of a number."""
    if plain.endswith("%"):
        return "percent_sign"
    if plain.lstrip("+-").lower() in ("inf", "infinity", "nan", "∞"):
        return "infinite"
    if plain.startswith("#"):
        return "excel_error"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.*", plain):
        return "date_for_number"
    return "number_format" if _SEPARATED.fullmatch(plain) else "not_a_number"


def read_whole(text: str, unit: str = "") -> Reading:
    """A whole number, with or without a decimal point."""
    found = read_number(text, unit)
    return found if found.fault or found.value == round(found.value) else Reading(fault="not_whole")


def read_date(text: str, month: bool = False) -> Reading:
    """A date, with or without a time of day; for a ``month`` its first day, from one without a day or a month's end."""
    plain, ways = _unadorned(text)
    if plain[:10] in NO_END and not month:
        return Reading(None, (*ways, "no_end"))
    if re.fullmatch(r"[0-9]{5}(\.0)?", plain) and _EXCEL_DAYS[0] <= float(plain) <= _EXCEL_DAYS[1]:
        day, ways = _EXCEL_DAY_ONE + pd.Timedelta(days=int(float(plain))), [*ways, "serial"]
    else:
        parts = _DAY.fullmatch(plain)
        if _DAY_FIRST.fullmatch(plain):
            return Reading(fault="ambiguous_date")
        if not parts or not (month or parts["d"] or parts["d2"]):
            return Reading(fault="not_a_month" if month else "not_a_date")
        fields = (parts["y"], parts["m"] or parts["m2"], parts["d"] or parts["d2"] or "1")
        try:
            day = pd.Timestamp(*map(int, fields))
        except ValueError:
            return Reading(fault="not_a_month" if month else "not_a_date")
        ways = [*ways, "chinese_date"] if "年" in plain else ways
    first, last = MONTHS_OF if month else YEARS
    if not first <= day.year <= last:
        return Reading(fault="not_a_month" if month else "not_a_date")
    return _as_month(day, ways) if month else Reading(day, tuple(ways))


def _as_month(day: pd.Timestamp, ways: list[str]) -> Reading:
    if day.is_month_start:
        return Reading(day, tuple(ways))
    return Reading(day.replace(day=1), (*ways, "month_end")) if day.is_month_end else Reading(fault="not_a_month")


def read_mark(text: str) -> Reading:
    """True or false, 1 or 0, 是 or 否."""
    plain, ways = _unadorned(text)
    for value, words in ((True, YES), (False, NO)):
        if plain.lower() in words:
            return Reading(value, tuple(filter(None, (*ways, words[plain.lower()]))))
    return Reading(fault="not_a_mark")


def read_text(text: str, code: bool = False) -> Reading:
    """A name, or a ``code`` such as an ID, in which no blank but a plain one may stand."""
    if "\ufffd" in text:
        return Reading(text, fault="lost_characters")
    if code and text.strip() == EXAMPLE:
        return Reading(EXAMPLE, fault="example")
    ordinary = " " if code else " \u3000\n"
    if unseen := [sign for sign in text if sign not in ordinary and unicodedata.category(sign) in _UNSEEN]:
        # Without them, so that nothing follows on the fault.
        return Reading("".join(sign for sign in text if sign not in unseen).strip(), fault="invisible")
    if code and re.fullmatch(r"[0-9](\.[0-9]+)?E\+[0-9]{2,}", text):
        return Reading(text, fault="precision")
    plain, ways = text.strip(), () if text.strip() == text else ("blanks",)
    if code and (forced := _FORCED.fullmatch(plain)):
        plain, ways = forced[1] or forced[2] or plain, (*ways, "forced_text")
    if code and (narrow := plain.translate(_WIDE)) != plain and narrow.isascii():
        plain, ways = narrow, (*ways, "full_width")
    return Reading(plain, ways)


def code_points(text: str) -> str:
    """The unseen characters of a text, as ``U+00A0 NO-BREAK SPACE``."""
    unseen = dict.fromkeys(sign for sign in text if unicodedata.category(sign) in _UNSEEN)
    names = (f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip() for sign in unseen if sign != " ")
    return ", ".join(names)
