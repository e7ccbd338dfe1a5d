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
from crmlib.words.numbers import UNITS
from crmlib.words.table import head
from crmlib.words.texts import entry, has
from crmlib.words.voice import Voice, capital

_INK, _MUTED, _ACCENT = (palette.COLOURS[name] for name in ("ink", "muted", "accent"))
FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
_LONGEST = 32_000
"""Characters that a cell may hold, nearly: the limit of the file format is 32,767."""
_NUMBERS = {
    "points": "0.0", "money": "#,##0.0;−#,##0.0;0.0", "percent": "0.0 %;−0.0 %;0.0 %", "hours": "#,##0.0",
    "whole": "#,##0", "date": "yyyy-mm-dd", "text": "@", "long": "@",
}  # fmt: skip
_LEFT = {"align": "left", "indent": 1}
_HEAD = {"bold": True, "bottom": 1, "bottom_color": _INK, "text_wrap": True, "valign": "bottom"}
KINDS: dict[str, dict[str, Any]] = {
    **{kind: {"num_format": shown} for kind, shown in _NUMBERS.items()},
    **{f"{kind}_left": {"num_format": shown, **_LEFT} for kind, shown in _NUMBERS.items()},
    "text": {"num_format": "@", **_LEFT},
    "long": {"num_format": "@", "text_wrap": True, "valign": "top", **_LEFT},
    "title": {"bold": True, "font_size": 16, "font_color": _INK},
    "head": {"bold": True, "font_size": 12, "font_color": _ACCENT},
    "note": {"font_color": _MUTED, "italic": True},
    "finding": {"text_wrap": True, "valign": "top"},
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
LONG = ("measure", "reason", "meaning", "value", "source")
"""Columns of sentences."""
WIDE, LONG_WIDE = 12, 40
_LINE = 13.5
"""Height of a line of text, points."""


class Paper:
    """A workbook in the making, in one language and unit of money."""

    def __init__(self, path: Path, voice: Voice, properties: dict[str, Any]) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book, self.voice = xlsxwriter.Workbook(path, options), voice
        self.book.set_properties(properties)
        font = {"font_name": FONTS[voice.language], "font_size": 10, "font_color": _INK, "valign": "top"}
        self.book.formats[0].set_font_name(FONTS[voice.language])
        self.book.formats[0].set_font_size(10)
        self.formats = {kind: self.book.add_format({**font, **look}) for kind, look in KINDS.items()}
        self._names: set[str] = set()

    def word(self, key: str, **values: Any) -> str:
        """A text in the workbook's language, with a capital."""
        return capital(self.voice.say(key, **values))

    def head(self, column: str) -> str:
        """Head of a column, with the unit where it holds money."""
        name = capital(head(column, self.voice))
        return self.voice.say("common.in_unit", what=name, unit=self.voice.unit) if kind(column) == "money" else name

    def sheet(self, name: str, *, wide: bool = False) -> Worksheet:
        """A sheet as wide as its page; its name made a legal one that no other sheet has."""
        sheet = self.book.add_worksheet(self._legal(name))
        sheet.hide_gridlines(2)
        if wide:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, value: Any, look: str = "text") -> None:
        """A value in a look of :data:`KINDS`; missing ones leave the cell blank."""
        form = self.formats[look]
        if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, pd.Timestamp):
            sheet.write_datetime(row, column, value.to_pydatetime(), form)
        elif isinstance(value, str):
            sheet.write_string(row, column, value[:_LONGEST], form)
        else:
            sheet.write_number(row, column, value / UNITS[self.voice.unit] if look == "money" else value, form)

    def title(self, sheet: Worksheet, text: str) -> None:
        """The title of a sheet, in its first row."""
        sheet.set_row(0, 26)
        self.put(sheet, 0, 0, text, "title")

    def rows(self, sheet: Worksheet, row: int, widths: Mapping[str, float], table: pd.DataFrame) -> int:
        """Heads and rows of a plain table; returns the row below it.

        Parameters
        ----------
        widths : mapping of str to float
            The columns that are shown, with their width in characters.
        """
        for place, (column, wide) in enumerate(widths.items()):
            sheet.set_column(place, place, wide)
            self.put(sheet, row, place, self.head(column), "top" if kind(column) in ("text", "long") else "top_right")
        self._body(sheet, row + 1, {column: kind(column) for column in widths}, table)
        long = {column: wide for column, wide in widths.items() if kind(column) == "long"}
        for below, line in enumerate(table[list(long)].to_dict("records"), row + 1):
            lines = (-(-width(str(line[column])) // wide) for column, wide in long.items())
            sheet.set_row(below, _LINE * max([1, *lines]))
        return row + len(table) + 1

    def filtered(
        self, sheet: Worksheet, widths: Mapping[str, float], table: pd.DataFrame, name: str, heads: Mapping[str, str]
    ) -> dict[str, str]:
        """An Excel table with filters, its head and first two columns frozen.

        Parameters
        ----------
        widths, table
            As for :meth:`rows`.
        name : str
            Name of the table in the workbook.
        heads : mapping of str to str
            Columns of points, whose heads are not in the texts.

        Returns
        -------
        dict
            Range of each column, for formulas.
        """
        for place, wide in enumerate(widths.values()):
            sheet.set_column(place, place, wide)
        sheet.set_row(0, 42)
        self._body(sheet, 1, {each: "points" if each in heads else kind(each) for each in widths}, table)
        tops = [{"header": heads.get(each) or self.head(each), "header_format": self.formats["top"]} for each in widths]
        look = {"columns": tops, "name": name, "style": "Table Style Light 1"}
        last = max(len(table), 1)
        sheet.add_table(0, 0, last, len(widths) - 1, look)
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        quoted = sheet.get_name().replace("'", "''")
        return {key: f"'{quoted}'!{xl_range_abs(1, place, last, place)}" for place, key in enumerate(widths)}

    def _body(self, sheet: Worksheet, row: int, looks: Mapping[str, str], table: pd.DataFrame) -> None:
        for place, (column, look) in enumerate(looks.items()):
            for below, value in enumerate(table[column]):
                self.put(sheet, row + below, place, value, look)

    def _legal(self, name: str) -> str:
        """A sheet's name without the signs that Excel refuses, at most 31 characters, and unlike all others."""
        clean = "".join("_" if sign in "[]:*?/\\" or not sign.isprintable() else sign for sign in name).strip("' ")[:31]
        tries = [clean or "_", *(f"{clean[:27]} {count}" for count in range(2, 1000))]
        legal = next(each for each in tries if each.casefold() not in {*self._names, "history"})
        self._names.add(legal.casefold())
        return legal


def kind(column: str) -> str:
    """Kind of the cells of a column, by how the texts show it."""
    key = f"columns.{column}"
    shown = entry(key).get("show", "") if has(key) else ""
    return "long" if column in LONG else SHOWS.get(shown, "text")
