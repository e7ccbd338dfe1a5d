"""Sources: one file of a table (CSV, Parquet, Excel) as columns of text or of its own types, with the line of each row.

Nothing is guessed here: CSV and Excel give text, so that the name NA stays a name, the ID 1E5 an ID, and leading zeros
stay. What kind of value a column holds is said by the schema, and read by :mod:`crmlib.book.parsing`.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmlib.book.fault_table import fault_table
from crmlib.book.forms import COLUMNS, TITLE, answers

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

SUFFIXES = (".csv", ".parquet", ".xlsx")
ENCODINGS = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}
FIRST_LINE = 2


@dataclass(frozen=True)
class Source:
    """What a file holds.

    Attributes
    ----------
    file : str
        Path as a reader of faults knows it.
    data : Table
        Its columns under the names of its header.
    lines : array of int
        Line of each row in the file, the header being 1; rows are counted so in Parquet and SQL too.
    form : str
        Format, and for text the encoding, such as ``CSV, GB18030``.
    faults : tuple of DataFrame
        What is wrong with the file itself.
    """

    file: str
    data: pa.Table
    lines: np.ndarray
    form: str
    faults: tuple[pd.DataFrame, ...] = field(default=())


def read_source(path: Path, file: str) -> Source:
    """Read a CSV, Parquet or Excel file; what is wrong with it is in its ``faults``."""
    reader = {".csv": _read_csv, ".parquet": _read_parquet, ".xlsx": _read_excel}[path.suffix]
    return reader(path, file)


def typed_source(data: pa.Table, file: str, form: str) -> Source:
    """A source of columns that have types already."""
    return Source(file, data, np.arange(data.num_rows) + FIRST_LINE, form)


def broken_source(file: str, form: str, rule: str) -> Source:
    """A source that cannot be read at all."""
    return Source(file, pa.table({}), np.empty(0, dtype=int), form, (fault_table(file, rule=rule),))


def decode(content: bytes) -> tuple[str, str]:
    """Text of a file and its encoding: UTF-8 strictly, else GB18030, which reads all that GB2312 and GBK wrote.

    Raises
    ------
    UnicodeDecodeError
        If it is neither.
    """
    try:
        return content.decode("utf-8-sig"), "utf-8-sig"
    except UnicodeDecodeError:
        return content.decode("gb18030"), "gb18030"


def _read_csv(path: Path, file: str) -> Source:
    try:
        text, encoding = decode(path.read_bytes())
    except UnicodeDecodeError:
        return broken_source(file, "CSV", "a CSV file is written in UTF-8 or GB18030")
    form = f"CSV, {ENCODINGS[encoding]}"
    if text.count('"') % 2:
        return broken_source(file, form, "every quotation mark is closed")
    if not text.strip():
        return broken_source(file, form, "a file has a header")
    return _from_csv(text, file, form)


def _from_csv(text: str, file: str, form: str) -> Source:
    import pyarrow.csv as pc_csv

    uneven: list[tuple[int, int, int]] = []

    def skip(row: pc_csv.InvalidRow) -> str:
        uneven.append((row.number, row.actual_columns, row.expected_columns))
        return "skip"

    content = text.encode()
    width = len(content) + 1
    names = pc_csv.ReadOptions(autogenerate_column_names=True, block_size=width, use_threads=False)
    shape = pc_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip)
    every = {f"f{place}": pa.string() for place in range(text.partition("\n")[0].count(",") + 1)}
    cells = pc_csv.ConvertOptions(column_types=every, strings_can_be_null=True, null_values=[""])
    table = pc_csv.read_csv(pa.BufferReader(content), names, shape, cells)
    lines = _lines(table, [number for number, *_ in uneven])
    faulty = [
        fault_table(file, [number], values=[f"{found} values"], rule=f"a row has {due} values, as the header")
        for number, found, due in uneven
    ]
    return _with_header(table, lines, file, form, faulty)


def _lines(table: pa.Table, skipped: Sequence[int]) -> np.ndarray:
    """Line where each row begins: records that were skipped and line breaks within values count."""
    records = np.setdiff1d(np.arange(table.num_rows + len(skipped)) + 1, skipped)
    breaks = sum(pc.fill_null(pc.count_substring(column, "\n"), 0).to_numpy() for column in table.columns)
    return records + np.append(0, np.cumsum(breaks)[:-1])


def _read_parquet(path: Path, file: str) -> Source:
    import pyarrow.parquet as parquet

    try:
        return typed_source(parquet.read_table(path), file, "Parquet")
    except (pa.ArrowInvalid, OSError) as error:
        return broken_source(file, "Parquet", f"a Parquet file that can be read ({str(error).splitlines()[0]})")


def _read_excel(path: Path, file: str) -> Source:
    """The sheet named like the file, else the first; cells as text. A form of judgements is read whole."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError):
        return broken_source(file, "Excel", "an Excel workbook (.xlsx) that can be opened")
    sheet = workbook[path.stem] if path.stem in workbook.sheetnames else workbook.worksheets[0]
    rows = _rows(sheet)
    if rows and rows[0][:1] == [TITLE]:
        return _from_form({sheet.title: _rows(sheet) for sheet in workbook.worksheets}, file)
    workbook.close()
    if not rows:
        return broken_source(file, "Excel", "a file has a header")
    width = max(map(len, rows))
    columns = zip(*(row + [None] * (width - len(row)) for row in rows), strict=True)
    table = pa.table({f"f{place}": pa.array(column, pa.string()) for place, column in enumerate(columns)})
    return _with_header(table, np.arange(len(rows)) + 1, file, "Excel", [])


def _rows(sheet: "ReadOnlyWorksheet") -> list[list[str | None]]:
    sheet.reset_dimensions()
    return [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def _from_form(sheets: dict[str, list[list[str | None]]], file: str) -> Source:
    judged, unread = answers(sheets)
    rule = "a judgement such as 3 or 1/3 (a date: Excel took 1/3 for the third of January; format the cell as text)"
    faults = tuple(fault_table(file, [row.line], row.cell, [row.value], rule) for row in unread.itertuples())
    data = pa.table({name: pa.array(judged[name], pa.string()) for name in COLUMNS})
    return Source(file, data, judged["line"].to_numpy(int), "Excel, a form of judgements", faults)


def _cell(value: object) -> str | None:
    """An Excel cell as text: dates in ISO form, whole numbers without a decimal point."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return None if value is None else str(value)


def _with_header(table: pa.Table, lines: np.ndarray, file: str, form: str, faulty: Iterable[pd.DataFrame]) -> Source:
    """Names of the columns taken from the first row; rows and columns without any value left out."""
    header = [(table.column(place)[0].as_py() or "").strip() for place in range(table.num_columns)]
    filled = [pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), ""), False) for column in table.columns]
    named = [place for place, name in enumerate(header) if name or pc.any(filled[place]).as_py()]
    kept = np.logical_or.reduce([filled[place].to_numpy() for place in named] or [np.zeros(len(lines), bool)])
    kept[0] = False
    names = [header[place] for place in named]
    twice = sorted({name for name in names if names.count(name) > 1})
    found = [fault_table(file, [1], name, [name], "a column stands once, with a name") for name in twice]
    first = {name: table.column(place) for name, place in zip(reversed(names), reversed(named), strict=True)}
    data = pa.table({name: first[name] for name in dict.fromkeys(names)}).filter(pa.array(kept))
    return Source(file, data, lines[kept], form, (*faulty, *found))
