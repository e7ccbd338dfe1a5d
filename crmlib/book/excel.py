"""Workbooks as rows: the one sheet that holds the table, its cells as text, with the line of each row.

What Excel did to a value (a date for 1/3, digits cut off after the fifteenth, a formula never calculated) is seen here.
"""

import datetime as dt
import warnings
import zipfile
from collections.abc import Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmlib.book.fault_table import Fault, Note
from crmlib.book.forms import TITLE
from crmlib.book.parsing import exact
from crmlib.book.schema import SCHEMAS
from crmlib.book.text_files import FaultyText, Row

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MOST_BYTES = 200_000_000
"""Unpacked size beyond which a workbook is refused before it is parsed."""
OLD = b"\xd0\xcf\x11\xe0"


class Sheets:
    """A workbook: the rows of the sheet that is asked for, or the forms of judgements that it holds.

    Parameters
    ----------
    path : Path

    Raises
    ------
    FaultyText
        Where it is no workbook, or too large a one.
    """

    def __init__(self, path: Path) -> None:
        from openpyxl import load_workbook

        _require_sound(path)
        try:
            # What openpyxl only warns of, such as a day beyond all calendars, is read as an error of Excel.
            with (
                warnings.catch_warnings(action="ignore"),
                closing(load_workbook(path, read_only=True, data_only=True)) as book,
            ):
                self._read(book)
            if _has_formulas(path):
                with closing(load_workbook(path, read_only=True)) as book:
                    self.formulas = {sheet.title: _uncalculated(sheet, self.rows) for sheet in book.worksheets}
        # openpyxl raises whatever it meets in a damaged file.
        except Exception as error:
            said = f"an Excel workbook (.xlsx) that can be opened; {type(error).__name__}: {error}"
            raise FaultyText("broken_file", allowed=said) from None

    def _read(self, book: "Workbook") -> None:
        self.formulas: dict[str, list[tuple[int, int, str]]] = {}
        self.hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        self.rows = {sheet.title: _rows(sheet) for sheet in book.worksheets}

    @property
    def forms(self) -> dict[str, list[list[str | None]]] | None:
        """Cells of every sheet, where the workbook is a form of judgements."""
        cells = {title: [row for _, row in rows] for title, rows in self.rows.items()}
        return cells if any(rows and rows[0][:1] == [TITLE] for rows in cells.values()) else None

    def choose(self, wanted: str | None, table: str, known: set[str]) -> str:
        """Title of the sheet that is wanted, or called like the table, or alone visible, or alone has a known column.

        Raises
        ------
        FaultyText
            Where none is, or several are.
        """
        visible = [title for title in self.rows if title not in self.hidden]
        if wanted or table in self.rows:
            found = [title for title in self.rows if title == (wanted or table)]
        else:
            found = visible if len(visible) == 1 else [title for title in visible if self._holds(title, known)]
        if len(found) != 1:
            said = f"one of {', '.join(self.rows)}"
            raise FaultyText("sheet", value=wanted, allowed=said)
        return found[0]

    def passed_over(self, chosen: str, stated: bool = False) -> list[Note]:
        """Notes on the sheets that are not read; where the mapping states sheets, others are those of other tables."""
        others = [title for title in self.rows if title != chosen and not (stated and title in SCHEMAS)]
        return [Note("sheet_passed_over", detail=", ".join(others), count=len(others))] if others else []

    def faults(self, chosen: str, header_row: int, names: Mapping[str, str]) -> list[Fault]:
        """Cells of a sheet whose formula was never calculated, from the header on."""
        header = dict(self.rows[chosen]).get(header_row, [])
        places = [place for place in self.formulas.get(chosen, []) if place[0] >= header_row]
        columns = [header[column] or "" if column < len(header) else "" for _, column, _ in places]
        return [
            Fault("formula", "", row, names.get(column, column), text, "a value")
            for column, (row, _, text) in zip(columns, places, strict=True)
        ]

    def _holds(self, title: str, known: set[str]) -> bool:
        return any(known & {(value or "").strip() for value in row} for _, row in self.rows[title][:20])


def _require_sound(path: Path) -> None:
    """Refuse what is no archive, and one that unpacks to too much, before any of it is parsed."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        with path.open("rb") as file:
            start = file.read(8)
        what = (
            "an old or encrypted Excel file" if start.startswith(OLD) else "text" if _is_text(start) else "no workbook"
        )
        raise FaultyText("broken_file", value=what, allowed="an Excel workbook (.xlsx) that can be opened") from None
    if size > MOST_BYTES:
        raise FaultyText("too_large", value=f"{size:,} bytes unpacked", allowed=f"at most {MOST_BYTES:,} bytes")


def _is_text(start: bytes) -> bool:
    return bool(start) and all(byte >= 0x20 or byte in b"\t\r\n" for byte in start)


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(b"<f>" in (content := archive.read(name)) or b"<f " in content for name in sheets)


def _uncalculated(sheet: "ReadOnlyWorksheet", rows: dict[str, list[Row]]) -> list[tuple[int, int, str]]:
    """Line, column (from 0) and text of formulas in whose place no value stands."""
    values = dict(rows[sheet.title])
    sheet.reset_dimensions()
    return [
        (line, place, str(cell.value))
        for line, row in enumerate(sheet.iter_rows(), 1)
        for place, cell in enumerate(row)
        if cell.data_type == "f" and (place >= len(values.get(line, [])) or values[line][place] is None)
    ]


def _rows(sheet: "ReadOnlyWorksheet") -> list[Row]:
    sheet.reset_dimensions()
    return [(line, [_cell(cell) for cell in row]) for line, row in enumerate(sheet.iter_rows(), 1)]


def _cell(cell: Any) -> str | None:
    """A cell as text: dates in ISO form, shares in percent as they are shown, whole numbers without a decimal point."""
    value = cell.value
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None if value is None else str(value)
    if "%" in (cell.number_format or ""):
        return f"{Decimal(repr(value)).scaleb(2).normalize():f}%"
    return exact(value)
