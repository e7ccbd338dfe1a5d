"""A source as a typed table: columns named and translated as the mapping says, every value read or a fault."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from crmlib.book.fault_table import Fault, Note
from crmlib.book.mapping import OPEN_ENDED, Extract
from crmlib.book.parsing import ALLOWED, Parsed, as_text, parse
from crmlib.book.schema import DTYPES, FLAG, ID, MONEY, NUMBER, SCHEMAS, TEXT, WHOLE, kinds
from crmlib.book.sources import Source
from crmlib.book.values import code_points
from crmlib.errors import did_you_mean

_HEAD_UNIT = re.compile(r"(亿元|万元|元)[)）]?$")
ID_COLUMN = "customer_id"
UNREADABLE = ("missing_value", "not_a_number", "not_a_date", "not_a_month", "not_a_mark")
LEAST = 4
"""Values of a line that must be unreadable before the line itself is in doubt."""


@dataclass(frozen=True)
class FilePart:
    """What one file gave of a table: the heads of its columns, and its line of each row (missing where it has none)."""

    source: Source
    columns: Mapping[str, str]
    lines: pd.Series

    @property
    def file(self) -> str:
        """Path as a reader of faults knows it."""
        return self.source.file


@dataclass
class Typed:
    """A typed table, where each of its values stands, and what is to say of it.

    Attributes
    ----------
    name : str
    table : DataFrame
        Columns of the schema that its files give, each of its kind.
    parts : tuple of FilePart
    spoilt : set of (str, int)
        File and line of what is no row.
    faults, notes : list
    """

    name: str
    table: pd.DataFrame
    parts: tuple[FilePart, ...]
    spoilt: set[tuple[str, int]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def place(self, row: int | None, column: str) -> tuple[str, int | None]:
        """File and line of a value; of a key or a whole row, those of the first file that has it."""
        if pd.isna(row):
            return self.parts[0].file, None
        part = self._part(row, column)
        return part.file, int(part.lines.iloc[row])

    def found(self, row: int | None, column: str) -> str | None:
        """A value as it stands in its file; None of a key of several columns, and where no row is meant."""
        if pd.isna(row) or not any(column in part.columns for part in self.parts):
            return None
        part = self._part(row, column)
        place = row if len(self.parts) == 1 else np.flatnonzero(part.source.lines == part.lines.iloc[row])[0]
        value = as_text(part.source.data[part.columns[column]].slice(place, 1)).iloc[0]
        return None if pd.isna(value) else value

    def _part(self, row: int, column: str) -> FilePart:
        """The first file that gives a row its value of a column, else the first that has the row."""
        having = [part for part in self.parts if not pd.isna(part.lines.iloc[row])]
        return next((part for part in having if column in part.columns), having[0])


def typed(name: str, source: Source, extract: Extract, money_unit: str, absent: set[str]) -> Typed:
    """One file of a table with its columns typed.

    Parameters
    ----------
    name : str
        The table.
    source : Source
    extract : Extract
        How columns and values are called in the file, and in what units they stand.
    money_unit : str
        Unit of money, where the extract names none.
    absent : set of str
        Columns that must not be given.
    """
    given = Typed(name, pd.DataFrame(), (), {(source.file, line) for line in source.spoilt})
    given.faults, given.notes = [*source.faults], [*source.notes]
    unit, columns, table = extract.money_unit or money_unit, _named(name, source, extract, given), {}
    own = [column for column in columns if column not in kinds(name)] if name == OPEN_ENDED else []
    for column, kind in (kinds(name) | dict.fromkeys(own, NUMBER)).items():
        if column in absent and column in columns:
            allowed = f"{name}.{column} is named in book.absent"
            given.faults.append(Fault("must_be_absent", source.file, extract.header_row, column, column, allowed, name))
        elif column in columns:
            if kind == MONEY:
                _see_to_unit(columns[column], column, unit, source, extract, given)
            table[column] = _column(column, kind, columns[column], source, extract, unit, given)
    _see_to_lines(given, source, sum(kinds(name).get(column) not in (ID, TEXT) for column in table))
    given.table = pd.DataFrame(table, index=range(len(source.lines)))
    heads = {column: columns[column] for column in table}
    given.parts = (FilePart(source, heads, pd.Series(source.lines, dtype="Int64")),)
    return given


def _see_to_lines(given: Typed, source: Source, width: int) -> None:
    """One fault in place of those of a line most of whose values cannot be read: a second header, units, a note.

    ``width`` is the number of columns that hold no text, which is always read.
    """
    lines = Counter(fault.row for fault in given.faults if fault.code in UNREADABLE)
    spoilt = {line for line, count in lines.items() if count >= LEAST and count > width / 2}
    first = {fault.row: fault.value or "" for fault in reversed(given.faults) if fault.row in spoilt and fault.value}
    given.faults = [fault for fault in given.faults if fault.row not in spoilt]
    for line in sorted(spoilt):
        said = f"a row of {given.name}; {lines[line]} of its values cannot be read"
        given.faults.append(Fault("no_row", source.file, line, "", first.get(line), said, given.name))
    given.spoilt |= {(source.file, line) for line in spoilt}


def _named(name: str, source: Source, extract: Extract, given: Typed) -> dict[str, str]:
    """Name in the file by column of the table; what has none is a fault, or passed over where columns are mapped."""
    allowed, heads = [*kinds(name)], source.data.column_names
    columns: dict[str, str] = {}
    for head in heads:
        column = extract.columns.get(head, head)
        if column in columns:
            say = f"one column is {column}; also {columns[column]}"
            given.faults.append(Fault("duplicate_column", source.file, extract.header_row, column, head, say, name))
        elif column in allowed or name == OPEN_ENDED:
            columns[column] = head
        elif code_points(head):
            said = f"no {code_points(head)}"
            given.faults.append(Fault("invisible", source.file, extract.header_row, column, head, said, name))
        elif extract.columns:
            given.notes.append(Note("column_passed_over", source.file, head))
        else:
            hint = did_you_mean(column, [own for own in allowed if own not in heads] or allowed)
            given.faults.append(
                Fault(
                    "unknown_column", source.file, extract.header_row, column, head, f"a column of {name}.{hint}", name
                )
            )
    for head in extract.columns:
        if head not in heads:
            say = f"mapping.yaml names {head}.{did_you_mean(head, heads)}"
            given.faults.append(
                Fault("missing_column", source.file, extract.header_row, extract.columns[head], None, say, name)
            )
    return columns


def _see_to_unit(head: str, column: str, unit: str, source: Source, extract: Extract, given: Typed) -> None:
    """A head or a line above it that names another unit of money than the file is said to be in."""
    stated = "元" if unit == "CNY" else unit
    own = found[1] if (found := _HEAD_UNIT.search(head)) else source.unit
    if own and own != stated:
        say = f"the file is said to be in {stated}"
        given.faults.append(
            Fault("money_unit", source.file, extract.header_row, column, f"{head} {own}", say, given.name)
        )


def _column(
    column: str, kind: str, head: str, source: Source, extract: Extract, money_unit: str, given: Typed
) -> pd.Series:
    """One typed column; what cannot be read or is missing where it must not be is a fault, and filled."""
    spec = SCHEMAS[given.name].columns.get(column)
    values = _translated(source.data[head], column, source, extract, given)
    parsed = parse(values, kind, spec.metadata["unit"] if spec else "", money_unit, column in extract.percent)
    given.notes += [Note(way, source.file, column, count) for way, count in parsed.ways.items() if count]
    missing = parsed.values.isna().to_numpy() & (parsed.faults == "") & (spec is not None and not spec.nullable)
    codes = np.where(missing, "missing_value", parsed.faults)
    codes[[line in source.spoilt for line in source.lines]] = ""
    if any(fault.code == "column_type" and fault.column == head for fault in source.faults):
        codes[:] = ""
    given.faults += _value_faults(column, kind, codes, source, values, given.name)
    if column == ID_COLUMN and extract.id_width:
        parsed = _padded(parsed, extract.id_width, source, given)
    return (parsed.values.fillna(0) if kind in (FLAG, WHOLE) else parsed.values).astype(DTYPES[kind])


def _translated(
    values: pa.ChunkedArray, column: str, source: Source, extract: Extract, given: Typed
) -> pa.ChunkedArray:
    """Values under their names in the table, where the mapping gives them others."""
    words = extract.translations(given.name, column)
    if not words:
        return values
    text = as_text(values).fillna("")
    meant = text.map(words)
    if count := int(meant.notna().sum()):
        given.notes.append(Note("translated", source.file, column, count))
    return pa.chunked_array([pa.array(meant.fillna(text), pa.string())])


def _value_faults(
    column: str, kind: str, codes: np.ndarray, source: Source, values: pa.ChunkedArray, table: str
) -> Iterator[Fault]:
    places = np.flatnonzero(codes != "")
    found = as_text(values.take(pa.array(places)))
    for place, value in zip(places, found, strict=True):
        code, value = str(codes[place]), None if pd.isna(value) else value
        allowed = "a value in every row" if code == "missing_value" else ALLOWED[kind]
        if code in ("invisible", "lost_characters"):
            allowed = f"no {code_points(value) or 'U+FFFD'}"
        allowed = "rows of your own" if code == "example" else allowed
        yield Fault(code, source.file, int(source.lines[place]), column, value, allowed, table)


def _padded(parsed: Parsed, width: int, source: Source, given: Typed) -> Parsed:
    """IDs with their lost zeros; only what is digits alone is one that can have lost any."""
    short = parsed.values.str.fullmatch(r"[0-9]+").fillna(False) & (parsed.values.str.len() < width)
    if short.any():
        given.notes.append(Note("padded", source.file, ID_COLUMN, int(short.sum()), str(width)))
    return Parsed(parsed.values.where(~short, parsed.values.str.zfill(width)), parsed.faults, parsed.ways)


def put_together(parts: list[Typed]) -> Typed:
    """The files of a table put together by its key, as one table.

    A row may have its columns from several files, and files may have different rows; a value that two files give for
    one key, and a row that lacks in a file what the others have there, are faults.
    """
    name, key = parts[0].name, SCHEMAS[parts[0].name].unique
    whole = Typed(name, parts[0].table, parts[0].parts, set().union(*(part.spoilt for part in parts)))
    for part in parts:
        whole.faults, whole.notes = whole.faults + part.faults, whole.notes + part.notes
    if len(parts) == 1 or any(set(key) - set(part.table) for part in parts):
        return whole
    firsts = [_firsts(part, key, whole) for part in parts]
    together = pd.concat([own.drop(columns="line") for own in firsts])
    table = together.groupby(key, sort=False, dropna=False)
    whole.table = table.first().reset_index()
    index = pd.MultiIndex.from_frame(whole.table[key])
    lines = [own.set_index(key)["line"].reindex(index).reset_index(drop=True) for own in firsts]
    whole.parts = tuple(
        FilePart(part.parts[0].source, part.parts[0].columns, own.astype("Int64"))
        for part, own in zip(parts, lines, strict=True)
    )
    whole.faults += [*_twice(table.count().reset_index(drop=True), whole), *_unmatched(whole, key)]
    kinds_here = {column: DTYPES[kind] for column, kind in kinds(name).items() if column in whole.table}
    blank = {column: 0 for column in kinds_here if kinds(name)[column] in (FLAG, WHOLE)}
    whole.table = whole.table.fillna(blank).astype(kinds_here)
    return whole


def _firsts(part: Typed, key: list[str], whole: Typed) -> pd.DataFrame:
    """The first row of each key with its line; the others are duplicates."""
    rows = part.table.assign(line=part.parts[0].lines.to_numpy())
    again = rows.duplicated(key)
    for line in rows.loc[again, "line"]:
        if (part.parts[0].file, line) not in part.spoilt:
            say = f"one row for each {', '.join(key)}"
            whole.faults.append(Fault("duplicate", part.parts[0].file, int(line), ", ".join(key), None, say, part.name))
    return rows[~again]


def _twice(counts: pd.DataFrame, whole: Typed) -> Iterator[Fault]:
    """Values that two files give for one key."""
    for column in counts:
        rows = counts.index[counts[column] > 1]
        if len(rows):
            givers = [part.file for part in whole.parts if column in part.columns]
            say = f"one file gives it; here {' and '.join(givers)}"
            yield Fault("given_twice", *whole.place(rows[0], column), column, None, say, whole.name, len(rows))


def _unmatched(whole: Typed, key: list[str]) -> Iterator[Fault]:
    """Rows that lack in one file the columns that only it gives."""
    for part in whole.parts:
        others = [other for other in whole.parts if other is not part]
        lacks = part.lines.isna() & ~np.logical_or.reduce(
            [other.lines.notna() & (set(part.columns) <= set(other.columns)) for other in others]
        )
        for row in whole.table.index[lacks]:
            value = ", ".join(_shown(whole.table.loc[row, column]) for column in key)
            place = whole.place(row, "")
            if place not in whole.spoilt:
                yield Fault("no_partner", *place, ", ".join(key), value, f"a row for it in {part.file}", whole.name)


def _shown(value: object) -> str:
    return f"{value:%Y-%m}" if isinstance(value, pd.Timestamp) and value.day == 1 else str(value)
