"""Columns as their kinds: each distinct text is read once, by :mod:`crmlib.book.values`; typed columns as they are."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmlib.book.schema import DATE, DTYPES, FLAG, ID, MONEY, MONTH, NUMBER, TEXT, WHOLE
from crmlib.book.values import (
    MONTHS_OF,
    NO_END,
    PERCENT,
    POWERS,
    YEARS,
    Reading,
    read_date,
    read_mark,
    read_number,
    read_text,
    read_whole,
)

ALLOWED = {
    **dict.fromkeys((NUMBER, MONEY), "a number such as 1234.5 or 1,234.50"),
    WHOLE: "a whole number",
    FLAG: "true or false, 1 or 0, 是 or 否",
    DATE: "a date such as 2015-03-31, 2015/3/31, 20150331 or 2015年3月31日",
    MONTH: "a month such as 2015-03, its first or its last day",
    **dict.fromkeys((ID, TEXT), "text without characters that nobody sees"),
}
"""What a value of each kind must look like."""
EXACT = 1e15
"""From here on not every whole number is a float, nor one of Excel's."""
TIME_ZONE = "Asia/Shanghai"
"""A time with a zone is of the day that it was in China."""


@dataclass(frozen=True)
class Parsed:
    """A column that was read.

    Attributes
    ----------
    values : Series
        Of the kind's type; whole numbers as floats and marks as objects, since they may be missing here.
    faults : array of str
        Code of what stands in each row in place of a value; empty where nothing is wrong.
    ways : mapping of str to int
        Conversions, and of how many values.
    """

    values: pd.Series
    faults: np.ndarray
    ways: dict[str, int] = field(default_factory=dict)


def parse(values: pa.ChunkedArray, kind: str, unit: str = "", money_unit: str = "CNY", percent: bool = False) -> Parsed:
    """Values of a column as its kind.

    Parameters
    ----------
    values : ChunkedArray
        As a file gives them: text, or already typed (Parquet, SQL). Blank text is missing.
    kind : str
        Kind of the column in the schema.
    unit : str
        Its unit.
    money_unit : str
        Unit in which the file gives money; CNY comes out.
    percent : bool
        Whether the file gives numbers of the column in percent.

    Returns
    -------
    Parsed
    """
    power = PERCENT if percent else POWERS[money_unit] if kind == MONEY else 0
    if kind in (NUMBER, MONEY, WHOLE) and not pa.types.is_boolean(values.type):
        ready = _plain_numbers(values, power)
        if ready is not None and kind != WHOLE:
            return Parsed(ready, np.full(len(ready), ""))
    if kind in (DATE, MONTH) and (pa.types.is_date(values.type) or pa.types.is_timestamp(values.type)):
        return _typed_dates(values, kind)
    readers: dict[str, Callable[[str], Reading]] = {
        ID: partial(read_text, code=True),
        TEXT: read_text,
        FLAG: read_mark,
        DATE: read_date,
        MONTH: partial(read_date, month=True),
        NUMBER: partial(read_number, unit=unit, power=power),
        MONEY: partial(read_number, unit=unit, power=power, money=True),
        WHOLE: partial(read_whole, unit=unit),
    }
    return _read(as_text(values), readers[kind], kind)


def as_text(values: pa.ChunkedArray) -> pd.Series:
    """Values as text without blanks around; whole numbers without a decimal point, so that IDs stay themselves."""
    if pa.types.is_floating(values.type):
        whole = pc.and_(pc.equal(values, pc.round(values)), pc.less(pc.abs(values), EXACT))
        if pc.all(whole).as_py() is not False:
            values = pc.cast(values, pa.int64())
        elif pc.any(pc.greater_equal(pc.abs(values), EXACT)).as_py():
            values = pa.chunked_array([[None if value is None else exact(value) for value in values.to_pylist()]])
    text = pc.utf8_trim(pc.cast(values, pa.string()), characters=" \t\r\n")
    blank = pc.equal(pc.utf8_trim_whitespace(text), "")
    return pc.if_else(blank, pa.scalar(None, pa.string()), text).to_pandas().astype("str")


def exact(value: float) -> str:
    """A number as text; as Excel shows it where a float does not hold all digits, so that an ID is seen to be cut."""
    if abs(value) >= EXACT:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)


def _plain_numbers(values: pa.ChunkedArray, power: int) -> pd.Series | None:
    """Numbers, times a power of ten, of a column of finite plain ones and blanks alone; None of any other."""
    written = pa.types.is_string(values.type)
    if written:
        text = pc.utf8_trim(values, characters=" \t\r\n")
        values = pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)
        # By its text, so that 374.22 万元 are 3742200 to the last bit.
        values = pc.binary_join_element_wise(values, f"e{power}", "") if power else values
    try:
        numbers = pc.cast(values, pa.float64())
        numbers = numbers if written or not power else pc.multiply(numbers, 10.0**power)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return numbers.to_pandas() if pc.all(pc.is_finite(numbers)).as_py() is not False else None


def _typed_dates(values: pa.ChunkedArray, kind: str) -> Parsed:
    days, ways = pd.to_datetime(values.to_pandas(date_as_object=False)), {}
    if days.dt.tz is not None:
        days, ways = days.dt.tz_convert(TIME_ZONE).dt.tz_localize(None), {"time_zone": int(days.notna().sum())}
    days = days.dt.normalize().astype(DTYPES[DATE])
    faults = np.full(len(days), "", dtype=object)
    if kind == DATE and (endless := days == pd.Timestamp(NO_END[0])).any():
        days, ways = days.mask(endless), ways | {"no_end": int(endless.sum())}
    far = days.notna() & ~days.dt.year.between(*(MONTHS_OF if kind == MONTH else YEARS))
    days, faults[far.to_numpy()] = days.mask(far), "not_a_month" if kind == MONTH else "not_a_date"
    if kind == MONTH:
        end = days.dt.is_month_end & days.notna()
        ways |= {"month_end": int(end.sum())} if end.any() else {}
        faults[(days.dt.day.ne(1) & ~end & days.notna()).to_numpy()] = "not_a_month"
        days = days.dt.to_period("M").dt.to_timestamp().astype(DTYPES[DATE])
    return Parsed(days, faults, ways)


def _read(text: pd.Series, read: Callable[[str], Reading], kind: str) -> Parsed:
    codes, distinct = pd.factorize(text)
    # At the end what a missing value reads as, which factorize calls -1.
    readings = [*map(read, distinct), Reading()]
    counts, ways = np.bincount(codes[codes >= 0], minlength=len(distinct)), Counter()
    for count, reading in zip(counts, readings, strict=False):
        ways.update(dict.fromkeys(reading.ways, int(count)))
    dtype = {WHOLE: "float64", FLAG: object}.get(kind, DTYPES[kind])
    values = pd.Series([reading.value for reading in readings], dtype=dtype)
    faults = np.array([reading.fault for reading in readings], dtype=object)
    return Parsed(values.iloc[codes].reset_index(drop=True), faults[codes], dict(ways))
