"""Values as banks write them: numbers, dates, marks and IDs, from text to one type each.

Strict where a guess could be wrong: what has no single meaning is a fault and never a number.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmlib.book.schema import DATE, DTYPES, FLAG, ID, MONEY, MONTH, NUMBER, TEXT, WHOLE
from crmlib.words.numbers import UNITS

YES, NO = ("true", "1", "是"), ("false", "0", "否")
SHARES = ("1/year", "0-1")
SAATY = "Saaty"
RULES = {
    **dict.fromkeys((NUMBER, MONEY), "a number such as 1234.5 or 1,234.50"),
    WHOLE: "a whole number",
    FLAG: "true or false, 1 or 0, 是 or 否",
    DATE: "a date such as 2015-03-31, 2015/3/31, 20150331 or 2015年3月31日",
    MONTH: "a month such as 2015-03, or its first day",
    **dict.fromkeys((ID, TEXT), "text"),
}
"""What a value of each kind must look like."""

_NUMBER = r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d+)?|[+-]?\.\d+"
_DAY = (
    r"^(?P<y>\d{4})(?:[-/.年](?P<m>\d{1,2})(?:[-/.月](?P<d>\d{1,2})日?|月)?|(?P<m2>\d{2})(?P<d2>\d{2})?)"
    r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
_EXCEL_DAY_ONE = pd.Timestamp("1899-12-30")
_EXCEL_DAYS = (20_000, 60_000)


def parse(values: pa.ChunkedArray, kind: str, unit: str = "", money_unit: str = "CNY") -> tuple[pd.Series, np.ndarray]:
    """Values of a column as its kind.

    Parameters
    ----------
    values : ChunkedArray
        As a file gives them: text, or already typed (Parquet, SQL). Blank text is missing.
    kind : str
        Kind of the column in the schema.
    unit : str
        Its unit: percent signs are read for shares and rates, fractions such as 1/3 for judgements.
    money_unit : str
        Unit in which the file gives money; CNY comes out.

    Returns
    -------
    values : Series
        Of the kind's type; whole numbers as floats and marks as objects, since they may be missing here.
    unread : array of bool
        Where something stands that is no such value; it comes out as missing.
    """
    if kind in (ID, TEXT):
        parsed = as_text(values)
    elif kind == FLAG:
        parsed = _flags(values)
    elif kind in (DATE, MONTH):
        parsed = _dates(values, day_needed=kind == DATE)
    else:
        parsed = _numbers(values, unit)
        parsed = parsed.where(parsed == parsed.round()) if kind == WHOLE else parsed
    unread = parsed.isna().to_numpy() & pc.is_valid(_blank_is_missing(values)).to_numpy(zero_copy_only=False)
    if kind == MONEY and money_unit != "CNY":
        parsed = parsed * UNITS[money_unit]
    return parsed, unread


def as_text(values: pa.ChunkedArray) -> pd.Series:
    """Values as text without blanks around; whole numbers without a decimal point, so that IDs stay themselves."""
    if pa.types.is_floating(values.type):
        whole = pc.all(pc.equal(values, pc.round(values))).as_py() is not False
        values = pc.cast(values, pa.int64()) if whole else values
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    return _blank_is_missing(pc.cast(values, pa.string())).to_pandas().astype("str")


def _blank_is_missing(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_string(values.type) and not pa.types.is_large_string(values.type):
        return values
    stripped = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(stripped, ""), pa.scalar(None, stripped.type), stripped)


def _numbers(values: pa.ChunkedArray, unit: str) -> pd.Series:
    if pa.types.is_boolean(values.type):
        return pd.Series(np.nan, index=range(len(values)))
    try:
        numbers = pc.cast(_blank_is_missing(values), pa.float64()).to_pandas()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        numbers = _written_numbers(as_text(values), unit)
    return numbers.where(np.isfinite(numbers))


def _written_numbers(text: pd.Series, unit: str) -> pd.Series:
    """Numbers with thousands separators, full-width digits, percent signs (shares) or as fractions (judgements)."""
    text = text.str.normalize("NFKC").str.replace("−", "-").str.strip()
    percent = text.str.endswith("%") & (unit in SHARES)
    text = text.where(~percent, text.str.rstrip("%").str.strip())
    plain = text.where(text.str.fullmatch(_NUMBER)).str.replace(",", "")
    numbers = pc.cast(pa.array(plain, pa.string(), from_pandas=True), pa.float64()).to_pandas().set_axis(text.index)
    if unit == SAATY:
        parts = text.str.extract(r"^(\d+) *[/⁄] *(\d+)$").astype("float64")
        numbers = numbers.fillna(parts[0] / parts[1].where(parts[1] > 0))
    return numbers / np.where(percent, 100.0, 1.0)


def _flags(values: pa.ChunkedArray) -> pd.Series:
    if pa.types.is_boolean(values.type):
        return values.to_pandas().astype(object)
    text = as_text(values).str.normalize("NFKC").str.lower()
    return text.map({**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}).astype(object)


def _dates(values: pa.ChunkedArray, day_needed: bool) -> pd.Series:
    """Dates, each distinct text read once; a month without a day is its first day, unless a day is needed."""
    if pa.types.is_date(values.type) or pa.types.is_timestamp(values.type):
        return pd.to_datetime(values.to_pandas(date_as_object=False)).dt.normalize().astype(DTYPES[DATE])
    codes, distinct = pd.factorize(as_text(values))
    text = pd.Series(distinct, dtype="str").str.normalize("NFKC")
    parts = text.str.extract(_DAY)
    fields = pd.DataFrame({
        "year": parts["y"],
        "month": parts["m"].fillna(parts["m2"]),
        "day": parts["d"].fillna(parts["d2"]),
    }).astype("float64")  # fmt: skip
    if not day_needed:
        fields["day"] = fields["day"].fillna(1.0)
    dates = pd.to_datetime(fields, errors="coerce").fillna(_excel_days(text)).astype(DTYPES[DATE])
    return pd.Series(np.append(dates.to_numpy(), np.datetime64("NaT", "us"))[codes])


def _excel_days(text: pd.Series) -> pd.Series:
    """Dates of day counts such as 42094, which Excel leaves where a date loses its format."""
    days = text.where(text.str.fullmatch(r"\d{5}(\.0)?")).astype("float64")
    return _EXCEL_DAY_ONE + pd.to_timedelta(days.where(days.between(*_EXCEL_DAYS)), unit="D")
