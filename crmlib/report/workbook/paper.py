"""Paper: cells of the workbook by kind, so that text never becomes a formula or a link and money stands in its unit.

Heads and kinds of columns come from the texts, as in every table of the report.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from crmlib.report import palette
from crmlib.report.text import width
from crmlib.words.numbers import MISSING, unit_size
from crmlib.words.table import head, show_of
from crmlib.words.voice import Voice, capital

_INK, _MUTED, _ACCENT = (palette.COLOURS[name] for name in ("ink", "muted", "accent"))
FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
_LONGEST = 32_000
"""Characters that a cell may hold, nearly: the limit of the file format is 32,767."""
_NUMBERS = {
    "points": "0.0", "money": "#,##0.0;−#,##0.0;0.0", "percent": "0.0 %;−0.0 %;0.0 %",
    "whole": "#,##0", "date": "yyyy-mm-dd", "text": "@", "long": "@",
}  # fmt: skip
_LEFT = {"align": "left", "indent": 1}
_HEAD = {"bold": True, "bottom": 1, "bottom_color": _INK, "text_wrap": True, "valign": "bottom"}
KINDS: dict[str, dict[str, Any]] = {
    **{kind: {"num_format": shown} for kind, shown in _NUMBERS.items()},
    **{f"{kind}_left": {"num_format": shown, **_LEFT} for kind, shown in _NUMBERS.items()},
    "text": {"num_format": "@", **_LEFT},
    "long": {"num_format": "@", "text_wrap": True, **_LEFT},
    "title": {"bold": True, "font_size": 16, "font_color": _INK},
    "head": {"bold": True, "font_size": 12, "font_color": _ACCENT},
    "note": {"font_color": _MUTED, "italic": True},
    "finding": {"text_wrap": True},
    "top": {**_HEAD, **_LEFT},
    "top_right": {**_HEAD, "align": "right"},
    "label": {"font_color": _MUTED},
    "pick": {"num_format": "@", "bold": True, "font_size": 14, "bg_color": "#FFF2B3", "border": 1, "align": "center"},
    "strong": {"bold": True},
    "strong_left": {"bold": True, **_LEFT},
    "right": {"align": "right"},
}
SHOWS = {"money": "money", "percent": "percent", "whole": "whole", "date": "date", "fixed 1": "points"}
"""Kinds of the formats that columns have in the texts; all else is text."""
_WIDE, _LINE = 60, 13.5
"""Characters that columns of sentences are wide, and the height of a line of text in points."""
LONG = ("measure", "reason", "meaning", "value", "source")
"""Columns of sentences."""
GRID = {"major_gridlines": {"visible": True, "line": {"color": palette.COLOURS["grid"]}}}
"""How an axis of a chart shows where its numbers lie."""


class Paper:
    """A workbook in the making, in one language and unit of money."""

    def __init__(self, path: Path, voice: Voice, properties: dict[str, Any]) -> None:
        font = {"font_name": FONTS[voice.language], "font_size": 10, "font_color": _INK, "valign": "top"}
        options = {"strings_to_formulas": False, "strings_to_urls": False, "default_format_properties": font}
        self.book, self.voice = xlsxwriter.Workbook(path, options), voice
        self.book.set_properties(properties)
        self.formats = {kind: self.book.add_format(look) for kind, look in KINDS.items()}
        self._names: set[str] = set()

    def word(self, key: str, **values: Any) -> str:
        """A text in the workbook's language, with a capital."""
        return capital(self.voice.say(key, **values))

    def head(self, column: str) -> str:
        """Head of a column, with the unit where it holds money."""
        name = capital(head(column, self.voice))
        return self.voice.say("common.in_unit", what=name, unit=self.voice.unit) if kind(column) == "money" else name

    def sheet(self, name: str) -> Worksheet:
        """A sheet as wide as its page; its name made a legal one that no other sheet has."""
        sheet = self.book.add_worksheet(self._legal(name))
        sheet.hide_gridlines(2)
        sheet.set_row(0, 2 * _LINE)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, value: Any, look: str = "text") -> None:
        """A value in a look of :data:`KINDS`; a dash for what is not known."""
        sheet.write(row, column, self.value(value, look), self.formats[look])

    def value(self, value: Any, look: str) -> Any:
        """A value as a cell holds it: a dash for what is not known, and money in its unit."""
        if pd.isna(value):
            return MISSING
        if isinstance(value, str):
            return value[:_LONGEST]
        return value / unit_size(self.voice.unit) if look == "money" else value

    def table(
        self, sheet: Worksheet, row: int, table: pd.DataFrame, own: Mapping[str, tuple[str, str]] | None = None,
        still: int = 0,
    ) -> dict[str, str]:  # fmt: skip
        """An Excel table with each column as wide as it needs to be.

        Parameters
        ----------
        row : int
            That of its heads.
        own : mapping of str to (str, str)
            Head and look of columns that the texts do not know.
        still : int
            Columns that stay where they are when the rest is scrolled, with the heads, which then have filters.

        Returns
        -------
        dict
            Range of each column, for formulas.
        """
        tops, last = [], row + max(len(table), 1)
        looks = {column: (self.head(column), kind(column)) for column in table} | dict(own or {})
        for place, (column, (top, look)) in enumerate(looks.items()):
            longest = max(map(width, map(str, [top, *table[column]])))
            sheet.set_column(place, place, {"text": min(longest + 3, 46), "long": _WIDE}.get(look, 12))
            for below, value in enumerate(table[column], row + 1):
                self.put(sheet, below, place, value, look)
            side = "top" if look in ("text", "long") else "top_right"
            tops.append({"header": top, "header_format": self.formats[side]})
        sheet.set_row(row, 3 * _LINE)
        sentences = table[[column for column, (_, look) in looks.items() if look == "long"]].to_numpy()
        for below, texts in enumerate(sentences, row + 1):
            # Not all programs make rows as high as their text.
            sheet.set_row(below, _LINE * max([1, *(-(-width(str(text)) // _WIDE) for text in texts)]))
        look = {"columns": tops, "style": "Table Style Light 1", "autofilter": bool(still)}
        sheet.add_table(row, 0, last, len(tops) - 1, look)
        if still:
            sheet.freeze_panes(row + 1, still)
            sheet.repeat_rows(row)
        quoted = sheet.get_name().replace("'", "''")
        return {key: f"'{quoted}'!{xl_range_abs(row + 1, at, last, at)}" for at, key in enumerate(table)}

    def chart(
        self, sheet: Worksheet, place: tuple[int, int], key: str, series: list[dict[str, Any]], form: dict[str, Any]
    ) -> None:
        """A chart of some series under the text of a key; with a legend where there are several.

        Parameters
        ----------
        form : dict
            As :meth:`xlsxwriter.Workbook.add_chart` takes it, with ``x`` and ``y``, what its axes are like, and
            ``size``, (width, height) in pixels.
        """
        chart, title = self.book.add_chart(form), self.word(key)
        for each in series:
            chart.add_series(each)
        chart.set_title({"name": title, "name_font": {"size": 11}, "overlay": False})
        chart.set_legend({"position": "bottom"} if len(series) > 1 else {"none": True})
        chart.set_x_axis(form.get("x", {}))
        chart.set_y_axis(form.get("y", {}))
        chart.set_size(dict(zip(("width", "height"), form["size"], strict=True)))
        sheet.insert_chart(*place, chart, {"description": title, "object_position": 2})

    def _legal(self, name: str) -> str:
        """A sheet's name without the signs that Excel refuses, at most 31 characters, and unlike all others."""
        clean = "".join("_" if sign in "[]:*?/\\" or not sign.isprintable() else sign for sign in name).strip("' ")[:31]
        tries = [clean or "_", *(f"{clean[:27]} {count}" for count in range(2, 1000))]
        legal = next(each for each in tries if each.casefold() not in {*self._names, "history"})
        self._names.add(legal.casefold())
        return legal


def kind(column: str) -> str:
    """Kind of the cells of a column, by how the texts show it."""
    return "long" if column in LONG else SHOWS.get(show_of(column), "text")
