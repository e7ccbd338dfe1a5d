"""Numbers and tables as people read them: money in 万元, percent, intervals, and tables for notebooks.

Text from the data is escaped, numbers stand right-aligned, and a missing value is a dash.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from crmlib.errors import CrmError, did_you_mean
from crmlib.report.terms import say
from crmlib.report.text import number
from crmlib.words.numbers import UNITS

MISSING = "–"
_LEFT, _RIGHT = "text-align:left", "text-align:right;font-variant-numeric:tabular-nums"
# Without the last two, JupyterLab and Sphinx would read a name with two dollar signs as mathematics.
_CLASS = "crm-table tex2jax_ignore mathjax_ignore"
Show = str | Callable[[Any], str]


def money(amount: float, unit: str = "万元") -> str:
    """An amount of CNY in a unit, such as ``12.3 万元``; a dash where it is missing."""
    if unit not in UNITS:
        raise CrmError(f"{unit!r} is not a unit of money.{did_you_mean(unit, UNITS)} Units: {', '.join(UNITS)}.")
    return MISSING if pd.isna(amount) else f"{number(amount / UNITS[unit])} {unit}"


def percent(share: float, digits: int = 1) -> str:
    """A fraction in percent, such as ``84.1 %``; a dash where it is missing."""
    if pd.isna(share):
        return MISSING
    shown = f"{share * 100:,.{digits}f}".replace("-", "−")
    return f"{shown.removeprefix('−') if not shown.strip('−0.') else shown} %"


def interval(low: float, high: float, show: Callable[[float], str] = percent) -> str:
    """An interval, such as ``80.9 to 86.7 %``; the unit stands once."""
    first, last = show(low), show(high)
    unit = last.rpartition(" ")[2]
    return f"{first.removesuffix(f' {unit}')} to {last}"


def plain(value: Any) -> str:
    """Any value of a table as text: numbers short, dates as days, missing as a dash."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return MISSING
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return number(value) if isinstance(value, int | float | np.number) else str(value)


def fixed(value: float, digits: int) -> str:
    """A number with as many decimals; a dash where it is missing."""
    return MISSING if pd.isna(value) else f"{value:,.{digits}f}".replace("-", "−")


FORMATS: dict[str, Callable[[Any], str]] = {
    "percent": percent,
    "year": lambda value: MISSING if pd.isna(value) else str(int(value)),
    "text": lambda value: MISSING if pd.isna(value) else str(value),
    **{f"{digits} digits": partial(fixed, digits=digits) for digits in range(5)},
}
"""Ways to show a column, by name; beside them ``money``, which takes the table's unit."""


@dataclass(frozen=True)
class Table:
    """A table to look at, as HTML in JupyterLab and on the site, as text elsewhere.

    Attributes
    ----------
    frame : DataFrame
        What is shown; an index that only counts rows is left out.
    caption : str
        Sentence above the table.
    formats : mapping of column to str or callable
        How a column is shown: money, percent, year, text, ``2 digits`` …, a format such as ``{:.1%}``, or a function;
        :func:`plain` otherwise.
    unit : str
        Unit of the columns shown as money, written into their heads.
    most : int
        Rows shown; of a longer table the first and the last ones.
    language : str
        Language of caption, heads and words: en or zh; what is no term stays as it is.
    """

    frame: pd.DataFrame
    caption: str = ""
    formats: Mapping[str, Show] = field(default_factory=dict)
    unit: str = "万元"
    most: int = 40
    language: str = "en"

    def __post_init__(self) -> None:
        for column, show in self.formats.items():
            if column not in (columns := self._flat().columns):
                raise CrmError(f"{column!r} is not a column.{did_you_mean(str(column), map(str, columns))}")
            if isinstance(show, str) and "{" not in show and show not in (*FORMATS, "money"):
                raise CrmError(f"{show!r} is not a format.{did_you_mean(show, (*FORMATS, 'money'))}")

    @property
    def _caption(self) -> str:
        return say(self.caption, self.language)

    def _flat(self) -> pd.DataFrame:
        counts_rows = isinstance(self.frame.index, pd.RangeIndex) and self.frame.index.name is None
        return self.frame.reset_index(drop=counts_rows)

    def texts(self) -> pd.DataFrame:
        """Every cell as text, heads included."""
        flat = self._flat()
        shown = [[say(self._show(column, value), self.language) for value in flat[column]] for column in flat.columns]
        texts = pd.DataFrame(dict(enumerate(shown)), dtype="str").set_axis(
            map(self._head, flat.columns), axis="columns"
        )
        if len(texts) <= self.most:
            return texts
        gap = pd.DataFrame([["…"] * texts.shape[1]], columns=texts.columns)
        return pd.concat([texts.head(self.most // 2), gap, texts.tail(self.most // 2)], ignore_index=True)

    def _head(self, column: Any) -> str:
        head = " ".join(map(str, column)) if isinstance(column, tuple) else str(column)
        return say(f"{head}, {self.unit}" if self.formats.get(column) == "money" else head, self.language)

    def _show(self, column: Any, value: Any) -> str:
        show = self.formats.get(column, plain)
        if show == "money":
            return money(value, self.unit).removesuffix(f" {self.unit}")
        if isinstance(show, str) and "{" in show:
            return MISSING if pd.isna(value) else show.format(value)
        return show(value) if callable(show) else FORMATS[show](value)

    def _repr_html_(self) -> str:
        texts, flat = self.texts(), self._flat()
        numeric = [is_numeric_dtype(flat[name]) and not is_bool_dtype(flat[name]) for name in flat.columns]
        style = [_RIGHT if right else _LEFT for right in numeric]
        body = "".join(_row("td", cells, style) for cells in texts.itertuples(index=False))
        caption = f'<caption style="caption-side:top;{_LEFT}">{escape(self._caption)}</caption>' if self.caption else ""
        head = f"<thead>{_row('th', texts.columns, style)}</thead>"
        return f'<table class="{_CLASS}">{caption}{head}<tbody>{body}</tbody></table>'

    def __repr__(self) -> str:
        shown = self.texts().to_string(index=False)
        return f"{self._caption}\n{shown}" if self.caption else shown


def _row(tag: str, cells: Iterable[str], styles: list[str]) -> str:
    inner = (f'<{tag} style="{style}">{escape(cell)}</{tag}>' for cell, style in zip(cells, styles, strict=True))
    return f"<tr>{''.join(inner)}</tr>"
