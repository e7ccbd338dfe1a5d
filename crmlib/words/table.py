"""Tables as people read them: heads and formats of columns come from the texts, so that each looks alike everywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup, escape
from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_object_dtype

from crmlib.errors import CrmError, did_you_mean
from crmlib.words import numbers
from crmlib.words.messages import Message
from crmlib.words.texts import entry, has
from crmlib.words.voice import Voice, clean

MOST_ROWS = 40
_LEFT, _RIGHT = "text-align:left", "text-align:right;font-variant-numeric:tabular-nums"
# Without the last two, JupyterLab would read a name with two dollar signs as mathematics.
_CLASS = "crm-table tex2jax_ignore mathjax_ignore"
FORMATS = (*numbers.FORMATS, "text", "name")
"""Ways to show a column; digits may follow, as in ``fixed 2``, or after ``money`` that it counts ones (``one``),
after ``name`` a group."""


@dataclass(frozen=True)
class Table:
    """A table to look at, as HTML in JupyterLab and on the site, as text elsewhere.

    Attributes
    ----------
    frame : DataFrame
        What is shown; an index that only counts rows is left out. Columns are codes, whose heads and formats stand in
        ``words/text/columns.ini``; a column without an entry is shown under its own name. A cell may hold a message, an
        estimate (value, low, high), or Markup, which a page shows as it is.
    voice : Voice
        Language and unit of money.
    caption : Message, optional
        Sentence above the table.
    formats : mapping of column to str
        Formats that differ from those of the columns, see :data:`FORMATS`.
    most : int
        Rows shown, the first ones.
    """

    frame: pd.DataFrame
    voice: Voice
    caption: Message | None = None
    formats: Mapping[str, str] = field(default_factory=dict)
    most: int = MOST_ROWS

    def __post_init__(self) -> None:
        columns = [str(column) for column in self._flat().columns]
        for column, show in self.formats.items():
            if column not in columns:
                raise CrmError(f"{column!r} is not a column.{did_you_mean(column, columns)}")
            if show.partition(" ")[0] not in FORMATS:
                raise CrmError(f"{show!r} is not a format.{did_you_mean(show, FORMATS)}")

    def texts(self) -> pd.DataFrame:
        """Every cell as text, heads included."""
        return pd.DataFrame(dict(enumerate(self._columns())), dtype="str").set_axis(self._heads(), axis="columns")

    def head(self, column: Any) -> str:
        """Head of a column, with the unit where it holds money."""
        name, (kind, _, one) = head(column, self.voice), self._show(str(column)).partition(" ")
        if kind != "money":
            return name
        return self.voice.say("common.in_unit", what=name, unit=self.voice.currency if one else self.voice.unit)

    def _flat(self) -> pd.DataFrame:
        return self.frame.reset_index(drop=not any(name is not None for name in self.frame.index.names))

    def _shows(self, flat: pd.DataFrame) -> dict[Any, str]:
        return {column: self._show(str(column)) for column in flat.columns}

    def _show(self, column: str) -> str:
        return self.formats.get(column) or show_of(column)

    def _columns(self) -> list[list[str]]:
        flat = self._flat().head(self.most)
        return [[cell(value, show, self.voice) for value in flat[column]] for column, show in self._shows(flat).items()]

    def _heads(self) -> list[str]:
        return [self.head(column) for column in self._flat().columns]

    def _caption(self) -> str:
        parts = [self.voice.say(self.caption)] if self.caption else []
        if len(self.frame) > self.most:
            parts.append(self.voice.say("common.part", shown=self.most, all=len(self.frame)))
        return "; ".join(parts) if self.voice.language == "en" else "；".join(parts)

    def _repr_html_(self) -> str:
        flat = self._flat()
        numeric = [_is_numeric(flat[name], show) for name, show in self._shows(flat).items()]
        style = [_RIGHT if right else _LEFT for right in numeric]
        body = "".join(_row("td", cells, style) for cells in zip(*self._columns(), strict=True))
        caption = self._caption()
        above = f'<caption style="caption-side:top;{_LEFT}">{escape(caption)}</caption>' if caption else ""
        heads = f"<thead>{_row('th', self._heads(), style)}</thead>"
        return f'<table class="{_CLASS}">{above}{heads}<tbody>{body}</tbody></table>'

    def __repr__(self) -> str:
        shown, caption = self.texts().to_string(index=False), self._caption()
        return f"{caption}\n{shown}" if caption else shown


def told(frame: pd.DataFrame, voice: Voice) -> pd.DataFrame:
    """A table with the messages in it said: text for a file that people read."""

    def tell(value: Any) -> Any:
        return voice.say(value) if isinstance(value, Message) else value

    return frame.assign(**{column: frame[column].map(tell) for column in frame if frame[column].dtype == object})


def named(frame: pd.DataFrame, voice: Voice, **shows: str) -> pd.DataFrame:
    """A table with names in place of codes; ``shows`` are formats that differ from those of the columns."""
    shows = {column: shows.get(column) or show_of(column) for column in frame}
    groups = {column: show.removeprefix("name ") for column, show in shows.items() if show.startswith("name ")}
    names = {name: frame[name].map(partial(voice.name, group), na_action="ignore") for name, group in groups.items()}
    return frame.assign(**names)


def show_of(column: str) -> str:
    """How a column is shown, as the texts have it; empty where they do not say."""
    key = f"columns.{column}"
    return entry(key).get("show", "") if has(key) else ""


def head(column: Any, voice: Voice) -> str:
    """Head of a column in a language; a class under its name, any other under its own."""
    if isinstance(column, tuple):
        return " ".join(head(part, voice) for part in column)
    key = f"columns.{column}"
    return voice.say(key) if has(key) else voice.name("class", column)


def cell(value: Any, show: str, voice: Voice) -> str:
    """A value as text by a format; without one numbers are short, dates days, missing a dash."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, Message):
        return voice.say(value)
    if isinstance(value, bool | np.bool_):
        return voice.name("truth", "yes" if value else "no")
    kind, _, how = show.partition(" ")
    if kind == "name":
        return voice.name(how, value)
    if isinstance(value, str) or kind == "text":
        return clean(value) if numbers.known(value) else numbers.MISSING
    if kind == "money":
        size = 1.0 if how else numbers.unit_size(voice.unit)
        return numbers.shown(value, lambda one: numbers.short(one / size), voice.language)
    one = numbers.FORMATS[kind or ("date" if isinstance(value, pd.Timestamp) else "number")]
    return numbers.shown(value, partial(one, digits=int(how)) if how else one, voice.language)


def _is_numeric(column: pd.Series, show: str) -> bool:
    kind = show.partition(" ")[0]
    if kind in ("name", "text", "date", "month"):
        return False
    # Estimates, and numbers beside Markup, are objects.
    return (is_numeric_dtype(column) and not is_bool_dtype(column)) or (bool(show) and is_object_dtype(column))


def _row(tag: str, cells: Iterable[str], styles: list[str]) -> str:
    inner = (f'<{tag} style="{style}">{escape(cell)}</{tag}>' for cell, style in zip(cells, styles, strict=True))
    return f"<tr>{''.join(inner)}</tr>"
