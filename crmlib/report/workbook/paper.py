"""Paper: cells of the workbook by kind, so that text never becomes a formula or a link and money stands in its unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from crmlib.report import palette
from crmlib.report.terms import say, term
from crmlib.report.text import width
from crmlib.words.numbers import UNITS

_INK, _MUTED, _ACCENT = (palette.COLOURS[name] for name in ("ink", "muted", "accent"))
FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
_LONGEST = 32_000
"""Characters that a cell may hold, nearly: the limit of the file format is 32,767."""
_NUMBERS = {
    "points": "0.0", "money": "#,##0.0;−#,##0.0;0.0", "percent": "0.0 %;−0.0 %;0.0 %", "hours": "#,##0.0",
    "whole": "#,##0", "date": "yyyy-mm-dd", "text": "@", "long": "@", "precise": "#,##0.000;−#,##0.000;0",
}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    **{kind: {"num_format": shown} for kind, shown in _NUMBERS.items()},
    "title": {"bold": True, "font_size": 16, "font_color": _INK},
    "head": {"bold": True, "font_size": 12, "font_color": _ACCENT},
    "note": {"font_color": _MUTED, "italic": True},
    "finding": {"text_wrap": True, "valign": "top"},
    "top": {"bold": True, "bottom": 1, "bottom_color": _INK, "text_wrap": True, "valign": "bottom"},
    "label": {"font_color": _MUTED},
    "pick": {"num_format": "@", "bold": True, "font_size": 14, "bg_color": "#FFF2B3", "border": 1, "align": "center"},
    "strong": {"bold": True},
}  # fmt: skip
for _kind in ("text", "long", "top"):
    KINDS[_kind] |= {"align": "left", "indent": 1}
KINDS["long"] |= {"text_wrap": True, "valign": "top"}
KINDS["top_right"] = KINDS["top"] | {"align": "right", "indent": 0}
KINDS["right"] = {"align": "right"}
KINDS |= {f"{kind}_left": KINDS[kind] | {"align": "left", "indent": 1} for kind in (*_NUMBERS, "strong")}
_LINE = 13.5
"""Height of a line of text, points."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its key in the table, its head, its kind (of :data:`KINDS`) and its width in characters."""

    key: str
    head: str
    kind: str = "text"
    width: float = 12


class Paper:
    """A workbook in the making, in one language and unit of money."""

    def __init__(self, path: Path, language: str, unit: str, properties: dict[str, Any]) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(path, options)
        self.language, self.unit = language, unit
        self.book.set_properties(properties)
        font = {"font_name": FONTS[language], "font_size": 10, "font_color": _INK, "valign": "top"}
        self.book.formats[0].set_font_name(FONTS[language])
        self.book.formats[0].set_font_size(10)
        self.formats = {kind: self.book.add_format({**font, **look}) for kind, look in KINDS.items()}
        self._names: set[str] = set()

    def word(self, key: str, **values: object) -> str:
        """A term in the workbook's language, with a capital."""
        text = term(key, self.language, **values)
        return text[:1].upper() + text[1:]

    def money_head(self, key: str) -> str:
        """A head of money with its unit."""
        return f"{self.word(key)}, {self.unit}"

    def say(self, text: Any) -> str:
        """A text of the run in the workbook's language."""
        return say(str(text), self.language)

    def sheet(self, name: str, *, wide: bool = False) -> Worksheet:
        """A sheet on landscape paper, as wide as the page; its name made a legal one that no other sheet has."""
        sheet = self.book.add_worksheet(self._legal(name))
        sheet.hide_gridlines(2)
        if wide:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, value: Any, kind: str = "text") -> None:
        """A value of a kind; missing ones leave the cell blank."""
        look = self.formats[kind]
        if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, pd.Timestamp):
            sheet.write_datetime(row, column, value.to_pydatetime(), look)
        elif isinstance(value, str):
            sheet.write_string(row, column, value[:_LONGEST], look)
        else:
            sheet.write_number(row, column, value / UNITS[self.unit] if kind == "money" else value, look)

    def rows(self, sheet: Worksheet, row: int, columns: Sequence[Column], table: pd.DataFrame) -> int:
        """Heads and rows of a plain table; returns the row below it."""
        for place, column in enumerate(columns):
            number = column.kind not in ("text", "long")
            self.put(sheet, row, place, column.head, "top_right" if number else "top")
        self._body(sheet, row + 1, columns, table)
        for below, line in enumerate(table[[each.key for each in columns]].itertuples(index=False), row + 1):
            lines = [
                -(-width(str(text)) // each.width)
                for each, text in zip(columns, line, strict=True)
                if each.kind == "long"
            ]
            sheet.set_row(below, _LINE * max([1, *lines]))
        return row + len(table) + 1

    def filtered(self, sheet: Worksheet, row: int, columns: Sequence[Column], table: pd.DataFrame, name: str) -> None:
        """The same as an Excel table with filters, its head and first two columns frozen."""
        self._body(sheet, row + 1, columns, table)
        heads = [{"header": column.head, "header_format": self.formats["top"]} for column in columns]
        look = {"columns": heads, "name": name, "style": "Table Style Light 1"}
        sheet.add_table(row, 0, row + max(len(table), 1), len(columns) - 1, look)
        sheet.freeze_panes(row + 1, 2)
        sheet.repeat_rows(row)

    def widths(self, sheet: Worksheet, columns: Sequence[Column]) -> None:
        """Set the widths of columns."""
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)

    def format(self, kind: str) -> Format:
        """Format of a kind of cell."""
        return self.formats[kind]

    def _body(self, sheet: Worksheet, row: int, columns: Sequence[Column], table: pd.DataFrame) -> None:
        for place, column in enumerate(columns):
            for below, value in enumerate(table[column.key]):
                self.put(sheet, row + below, place, value, column.kind)

    def title(self, sheet: Worksheet, text: str) -> None:
        """The title of a sheet, in its first row."""
        sheet.set_row(0, 26)
        self.put(sheet, 0, 0, text, "title")

    def _legal(self, name: str) -> str:
        """A sheet's name without the signs that Excel refuses, at most 31 characters, and unlike all others."""
        clean = "".join("_" if sign in "[]:*?/\\" or not sign.isprintable() else sign for sign in name).strip("' ")[:31]
        tries = [clean or "_", *(f"{clean[:27]} {count}" for count in range(2, 1000))]
        legal = next(each for each in tries if each.casefold() not in {*self._names, "history"})
        self._names.add(legal.casefold())
        return legal
