"""Sources: one file of a table (CSV, Parquet, Excel) as columns of text or of its own types, with the line of each row.

Nothing is guessed here: CSV and Excel give text, so that the name NA stays a name, the ID 1E5 an ID, and leading zeros
stay. What kind of value a column holds is said by the schema, and read by :mod:`crmlib.book.parsing`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from crmlib.book.excel import MOST_BYTES, Sheets
from crmlib.book.fault_table import Fault, Note
from crmlib.book.forms import COLUMNS, answers
from crmlib.book.grid import Grid, grid
from crmlib.book.mapping import TEXTS, Extract
from crmlib.book.schema import kinds
from crmlib.book.text_files import FaultyText, decode, notes_of, rows_of, separator_of

SUFFIXES = (".csv", ".parquet", ".xlsx")
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
    faults, notes : tuple
        What is wrong with the file itself, and how it had to be read.
    spoilt : frozenset of int
        Lines that are no rows: their values mean nothing.
    unit : str
        Unit of money that a line above the header names; empty where none does.
    """

    file: str
    form: str
    data: pa.Table
    lines: np.ndarray
    faults: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()
    spoilt: frozenset[int] = frozenset()
    unit: str = ""


def read_source(path: Path, part: Extract, table: str) -> Source:
    """Read a file of a table; what is wrong with it is in its ``faults``."""
    suffix = path.suffix.lower()
    form, reader = _READERS.get("csv" if suffix in TEXTS else suffix[1:], ("", None))
    try:
        _require_file(path)
        if reader is None:
            raise FaultyText("file_type", value=path.suffix, allowed=f"one of {', '.join(SUFFIXES)}")
        return reader(path, part, table)
    except FaultyText as error:
        return broken_source(part.file, form, error.fault, table)
    except OSError as error:
        return broken_source(part.file, form, Fault("broken_file", "", allowed=str(error.strerror or error)), table)


def typed_source(file: str, form: str, data: pa.Table, table: str = "") -> Source:
    """A source of columns that have types already."""
    faults = [] if data.num_rows else [Fault("no_rows", file, allowed="at least one row", table=table)]
    columns: dict[str, pa.ChunkedArray] = {}
    for name, values in zip(data.column_names, data.columns, strict=True):
        if name in columns:
            faults.append(Fault("duplicate_column", file, 1, name, name, "a column stands once", table))
        elif (plain := _plain(values)) is None:
            said = "numbers, text, dates or marks"
            faults.append(Fault("column_type", file, 1, name, str(values.type), said, table))
        columns.setdefault(name, pa.nulls(len(values), pa.string()) if plain is None else plain)
    return Source(file, form, pa.table(columns), np.arange(data.num_rows) + FIRST_LINE, (*faults,))


def _plain(values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """A column of a kind that is read; None of any other, such as lists or bytes that are no text."""
    types, kind = pa.types, values.type
    if types.is_dictionary(kind):
        values, kind = values.cast(kind.value_type), kind.value_type
    if types.is_float16(kind) or types.is_decimal(kind) or kind == pa.uint64():
        return values.cast(pa.float64())
    if types.is_nested(kind) or types.is_duration(kind) or types.is_interval(kind):
        return None
    if types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind) or types.is_temporal(kind):
        return values
    try:
        return values.cast(pa.string())
    except pa.ArrowException:
        return None


def broken_source(file: str, form: str, fault: Fault, table: str = "") -> Source:
    """A source that cannot be read at all."""
    return Source(file, form, pa.table({}), np.empty(0, dtype=int), (fault._replace(file=file, table=table),))


def _require_file(path: Path) -> None:
    """Refuse what is not there, and pipes and devices, which never end."""
    if not path.exists():
        raise FaultyText("no_file", value=path.name, allowed=f"a file of {path.parent.name}/")
    if not path.is_file():
        raise FaultyText("not_a_file", value=path.name, allowed="a file")


def _known(part: Extract, table: str) -> set[str]:
    """Names that a header may hold."""
    return set(part.columns) | {*kinds(table)} - {*part.columns.values()} if table else set()


def _read_csv(path: Path, part: Extract, table: str) -> Source:
    text, name = decode(path.read_bytes(), part.encoding)
    if not text.strip():
        raise FaultyText("empty_file", allowed="a header and rows")
    known = _known(part, table)
    if part.separator == "," and (sign := separator_of(text)):
        shown = {"\t": "a tab"}.get(sign, sign)
        raise FaultyText("separator", value=text.splitlines()[0][:60], allowed=f"a comma; found {shown}")
    rows = [*rows_of(text, part.separator)]
    return _source(
        grid(rows, known, part.header_row, part.skip_footer), part, f"CSV, {name}", table, notes_of(name, rows)
    )


def _read_excel(path: Path, part: Extract, table: str) -> Source:
    """The sheet of the table; a form of judgements is read whole."""
    sheets = _sheets(path, path.stat().st_mtime_ns)
    if table == "judgements" and sheets.forms:
        return _from_form(sheets, part)
    known = _known(part, table)
    title = sheets.choose(part.sheet, table, known)
    found = grid(sheets.rows[title], known, part.header_row, part.skip_footer, even=False)
    found.faults += sheets.faults(title, part.header_row, part.columns)
    return _source(found, part, "Excel", table, sheets.passed_over(title, part.sheet is not None))


@lru_cache(maxsize=1)
def _sheets(path: Path, _changed: int) -> Sheets:
    """A workbook: one that holds several tables is opened once for all of them."""
    return Sheets(path)


def _from_form(sheets: Sheets, part: Extract) -> Source:
    judged, unread = answers(sheets.forms or {})
    said = "a judgement such as 3 or 1/3 (a date: Excel took 1/3 for the third of January; format the cell as text)"
    faults = tuple(
        Fault("judgement", part.file, row.line, row.cell, row.value, said, "judgements") for row in unread.itertuples()
    )
    if judged.empty and not faults:
        faults = (Fault("no_rows", part.file, allowed="at least one judgement", table="judgements"),)
    data = pa.table({name: pa.array(judged[name], pa.string()) for name in COLUMNS})
    return Source(part.file, "Excel, a form of judgements", data, judged["line"].to_numpy(int), faults)


def _read_parquet(path: Path, part: Extract, table: str) -> Source:
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
        groups = (file.metadata.row_group(place).total_byte_size for place in range(file.metadata.num_row_groups))
        if (size := sum(groups)) > MOST_BYTES:
            raise FaultyText("too_large", value=f"{size:,} bytes unpacked", allowed=f"at most {MOST_BYTES:,} bytes")
        return typed_source(part.file, "Parquet", file.read(), table)
    except (pa.ArrowException, OSError) as error:
        said = f"a Parquet file that can be read ({str(error).splitlines()[0]})"
        raise FaultyText("broken_file", allowed=said) from None


def _source(found: Grid, part: Extract, form: str, table: str, notes: Iterable[Note]) -> Source:
    columns = zip(*(row for _, row in found.rows), strict=True) if found.rows else ([] for _ in found.header)
    data = pa.table({name: pa.array(column, pa.string()) for name, column in zip(found.header, columns, strict=True)})
    own = tuple(fault._replace(file=part.file, table=table) for fault in found.faults)
    told = tuple(note._replace(file=part.file) for note in (*notes, *found.notes))
    lines = np.array([line for line, _ in found.rows], int)
    return Source(part.file, form, data, lines, own, told, frozenset(found.spoilt), found.unit)


_Reader = Callable[[Path, Extract, str], Source]
_READERS: dict[str, tuple[str, _Reader]] = {
    "csv": ("CSV", _read_csv),
    "xlsx": ("Excel", _read_excel),
    "parquet": ("Parquet", _read_parquet),
}
