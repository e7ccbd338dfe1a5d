"""Sources: one file of a table (CSV, Parquet, Excel) as columns of text or of its own types, with the line of each row.

Nothing is guessed here: CSV and Excel give text, so that the name NA stays a name, the ID 1E5 an ID, and leading zeros
stay. What kind of value a column holds is said by the schema, and read by :mod:`crmlib.book.parsing`.
"""

import datetime as dt
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmlib.book.fault_table import Fault
from crmlib.book.forms import COLUMNS, TITLE, answers

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

SUFFIXES = (".csv", ".parquet", ".xlsx")
ENCODINGS = {"UTF-8": "utf-8-sig", "GB18030": "gb18030"}
"""Tried in this order, strictly; GB18030 reads all that GB2312 and GBK wrote."""
FIRST_LINE = 2


@dataclass(frozen=True)
class Source:
    """What a file holds.

    Attributes
    ----------
    file : str
        Path as a reader of faults knows it.
    form : str
        Format, and for text the encoding, such as ``CSV, GB18030``.
    data : Table
        Its columns under the names of its header.
    lines : array of int
        Line of each row in the file, the header being 1; rows are counted so in Parquet and SQL too.
    faults : tuple of Fault
        What is wrong with the file itself.
    """

    file: str
    form: str
    data: pa.Table
    lines: np.ndarray
    faults: tuple[Fault, ...] = ()


def read_source(path: Path, file: str) -> Source:
    """Read a CSV, Parquet or Excel file; what is wrong with it is in its ``faults``."""
    reader = {".csv": _read_csv, ".parquet": _read_parquet, ".xlsx": _read_excel}[path.suffix]
    return reader(path, file)


def typed_source(file: str, form: str, data: pa.Table) -> Source:
    """A source of columns that have types already."""
    return Source(file, form, data, np.arange(data.num_rows) + FIRST_LINE)


def broken_source(file: str, form: str, rule: str) -> Source:
    """A source that cannot be read at all."""
    return Source(file, form, pa.table({}), np.empty(0, dtype=int), (Fault(file, rule=rule),))


def _read_csv(path: Path, file: str) -> Source:
    content = path.read_bytes()
    for name, encoding in ENCODINGS.items():
        with suppress(UnicodeDecodeError):
            text, form = content.decode(encoding), f"CSV, {name}"
            break
    else:
        return broken_source(file, "CSV", "a CSV file is written in UTF-8 or GB18030")
    if text.count('"') % 2:
        return broken_source(file, form, "every quotation mark is closed")
    if not text.strip():
        return broken_source(file, form, "a file has a header")
    return _from_csv(text, file, form)


def _from_csv(text: str, file: str, form: str) -> Source:
    from pyarrow import csv

    uneven: list[csv.InvalidRow] = []

    def skip(row: csv.InvalidRow) -> str:
        uneven.append(row)
        return "skip"

    content = text.encode()
    every = {f"f{place}": pa.string() for place in range(text.partition("\n")[0].count(",") + 1)}
    table = csv.read_csv(
        pa.BufferReader(content),
        csv.ReadOptions(autogenerate_column_names=True, block_size=len(content) + 1, use_threads=False),
        csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip),
        csv.ConvertOptions(column_types=every, strings_can_be_null=True, null_values=[""]),
    )
    # Records that were skipped and line breaks within values count as lines.
    records = np.setdiff1d(np.arange(table.num_rows + len(uneven)) + 1, [row.number for row in uneven])
    breaks = sum(pc.fill_null(pc.count_substring(column, "\n"), 0).to_numpy() for column in table.columns)
    rule = f"a row has {table.num_columns} values, as the header"
    faults = [Fault(file, row.number, value=f"{row.actual_columns} values", rule=rule) for row in uneven]
    return _with_header(table, records + np.append(0, np.cumsum(breaks)[:-1]), file, form, faults)


def _read_parquet(path: Path, file: str) -> Source:
    from pyarrow import parquet

    try:
        return typed_source(file, "Parquet", parquet.read_table(path))
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
    with closing(workbook):
        sheet = workbook[path.stem] if path.stem in workbook.sheetnames else workbook.worksheets[0]
        rows = _rows(sheet)
        if rows and rows[0][:1] == [TITLE]:
            return _from_form({sheet.title: _rows(sheet) for sheet in workbook.worksheets}, file)
    if not rows:
        return broken_source(file, "Excel", "a file has a header")
    table = pa.table({f"f{place}": pa.array(column, pa.string()) for place, column in enumerate(zip_longest(*rows))})
    return _with_header(table, np.arange(len(rows)) + 1, file, "Excel", [])


def _rows(sheet: "ReadOnlyWorksheet") -> list[list[str | None]]:
    sheet.reset_dimensions()
    return [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def _cell(value: object) -> str | None:
    """An Excel cell as text: dates in ISO form, whole numbers without a decimal point."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return None if value is None else str(value)


def _from_form(sheets: dict[str, list[list[str | None]]], file: str) -> Source:
    judged, unread = answers(sheets)
    rule = "a judgement such as 3 or 1/3 (a date: Excel took 1/3 for the third of January; format the cell as text)"
    faults = tuple(Fault(file, row.line, row.cell, row.value, rule) for row in unread.itertuples())
    data = pa.table({name: pa.array(judged[name], pa.string()) for name in COLUMNS})
    return Source(file, "Excel, a form of judgements", data, judged["line"].to_numpy(int), faults)


def _with_header(table: pa.Table, lines: np.ndarray, file: str, form: str, faults: list[Fault]) -> Source:
    """Names of the columns taken from the first row; rows and columns without any value left out."""
    header = [(column[0].as_py() or "").strip() for column in table.columns]
    filled = [pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), ""), False) for column in table.columns]
    columns: dict[str, pa.ChunkedArray] = {}
    kept = np.zeros(len(lines), dtype=bool)
    for name, column, some in zip(header, table.columns, filled, strict=True):
        if not name and not pc.any(some).as_py():
            continue
        kept |= some.to_numpy()
        if name in columns:
            faults.append(Fault(file, 1, name, name, "a column stands once, with a name"))
        columns.setdefault(name, column)
    kept[0] = False
    return Source(file, form, pa.table(columns).filter(pa.array(kept)), lines[kept], tuple(faults))
