"""Reading a study's tables: found, typed, checked, and either a book or the table of all faults.

A table lies in ``data/<study>/tables/`` as ``<table>.csv``, ``.parquet``, ``.xlsx`` or ``.sql``, once.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa

from crmlib.book.book import Book
from crmlib.book.fault_table import BookError, fault_table, joined
from crmlib.book.parsing import RULES, as_text, parse
from crmlib.book.rules import broken_rules
from crmlib.book.schema import COMPULSORY, DTYPES, FLAG, NUMBER, SCHEMAS, WHOLE, kinds
from crmlib.book.sources import SUFFIXES, Source, read_source
from crmlib.book.sql import open_raw
from crmlib.errors import SettingsError, did_you_mean
from crmlib.study import Study

OPTIONAL = ("outcomes", "price_response", "contacts", "measures", "truth")
"""Tables that need not be named in ``book.absent`` where a study has none."""
OPEN_ENDED = "measures"


@dataclass
class _Delivery:
    """What was delivered: typed tables, where their rows come from, and all that is wrong."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    faults: list[pd.DataFrame] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    raw: dict[str, str] = field(default_factory=dict)


def read_book(study: Study) -> Book:
    """The book that a study's tables make.

    Parameters
    ----------
    study : Study
        Uses its folder, ``book.raw``, ``book.absent``, ``book.money_unit``, the allowed ratings and the tree.

    Returns
    -------
    Book
        Tables in CNY, each in the order of its key.

    Raises
    ------
    BookError
        If there is any fault; its ``faults`` is the table of all of them.
    SettingsError
        If ``book.absent`` names what cannot be absent.
    """
    delivery = _deliver(study)
    found = _all_faults(delivery, study)
    if len(found):
        raise BookError(found)
    absent = set(study.book.absent) | {name for name in OPTIONAL if name not in delivery.tables}
    tables = {name: _in_key_order(name, table) for name, table in delivery.tables.items()}
    return Book(tables, absent=frozenset(absent), files=_files(delivery))


def faults(study: Study) -> pd.DataFrame:
    """Every fault of every table of a study.

    Returns
    -------
    DataFrame, shape (faults,)
        Columns ``file``, ``row`` (line of the file, the header being 1), ``column``, ``value``, ``rule``; empty where
        the tables make a book, and for a simulated one.
    """
    return _all_faults(_deliver(study), study) if study.book.source == "tables" else joined([])


def _all_faults(delivery: _Delivery, study: Study) -> pd.DataFrame:
    """Faults of files and values, and broken rules except where the value itself could not be read."""
    written = joined(delivery.faults)
    ruled = []
    if set(COMPULSORY) <= set(delivery.tables):
        broken = broken_rules(delivery.tables, study, frozenset(delivery.unread))
        for (table, column, rule), places in broken.groupby(["table", "column", "rule"]):
            source, index = delivery.sources[table], places["index"]
            rows = [None if pd.isna(place) else int(source.lines[place]) for place in index]
            ruled.append(fault_table(source.file, rows, column, list(places["value"]), rule))
    known = pd.MultiIndex.from_frame(written[["file", "row", "column"]])
    ruled = joined(ruled)
    anew = ~pd.MultiIndex.from_frame(ruled[["file", "row", "column"]]).isin(known)
    return joined([written, ruled[anew]])


def _deliver(study: Study) -> _Delivery:
    _require_absentable(study.book.absent)
    folder, delivery = study.folder / "tables", _Delivery()
    paths = {name: sorted(folder.glob(f"{name}.*")) for name in SCHEMAS}
    delivery.faults += _file_faults(folder, paths, study.book.absent)
    with ExitStack() as stack:
        raw = None
        for name, found in paths.items():
            if len(found) != 1 or found[0].suffix not in (*SUFFIXES, ".sql"):
                continue
            if found[0].suffix == ".sql" and raw is None:
                raw = open_raw(study.book.raw)
                stack.callback(raw.close)
                delivery.raw = raw.forms
            file = f"tables/{found[0].name}"
            source = raw.query(found[0], file) if found[0].suffix == ".sql" else read_source(found[0], file)
            _take(name, source, study, delivery)
    return delivery


def _require_absentable(absent: tuple[str, ...]) -> None:
    """Refuses names in ``book.absent`` that are no table or column, or that every book needs."""
    columns = {f"{name}.{column}" for name, schema in SCHEMAS.items() for column in schema.columns}
    fixed = {*COMPULSORY, *(f"{name}.{column}" for name, schema in SCHEMAS.items() for column in schema.unique or ())}
    for name in absent:
        if name in fixed:
            raise SettingsError(f"book.absent: {name} cannot be absent; every book needs it.")
        if name not in SCHEMAS and name not in columns:
            raise SettingsError(f"book.absent: {name} is no table or column.{did_you_mean(name, {*SCHEMAS, *columns})}")


def _file_faults(folder: Path, paths: dict[str, list[Path]], absent: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    """Tables that are missing, given twice, or given although the study says they are absent; files of no table."""
    for name, found in paths.items():
        if len(found) > 1:
            files = ", ".join(path.name for path in found)
            yield fault_table(f"tables/{name}.*", values=[files], rule="a table is given once")
        if found and name in absent:
            rule = "named in book.absent, so it must not be given"
            yield fault_table(f"tables/{found[0].name}", values=[name], rule=rule)
        if not found and name not in absent and name not in OPTIONAL:
            rule = "every book has it" if name in COMPULSORY else f"given, or {name} named in book.absent"
            yield fault_table(f"tables/{name}.*", rule=f"table missing: {rule}")
    for path in sorted(folder.glob("*")):
        if path.stem not in SCHEMAS or path.suffix not in (*SUFFIXES, ".sql"):
            hint = did_you_mean(path.stem, SCHEMAS) if path.stem not in SCHEMAS else ""
            forms = ", ".join((*SUFFIXES, ".sql"))
            yield fault_table(f"tables/{path.name}", rule=f"a table of a book as {forms}.{hint}")


def _take(name: str, source: Source, study: Study, delivery: _Delivery) -> None:
    """Type the columns of a source and note its faults."""
    delivery.sources[name] = source
    delivery.faults += source.faults
    if not source.data.num_columns:
        return
    absent = {column for column in SCHEMAS[name].columns if f"{name}.{column}" in study.book.absent}
    given = source.data.column_names
    delivery.faults += _header_faults(name, source.file, given, absent)
    wanted = {column: kind for column, kind in kinds(name).items() if column in given and column not in absent}
    extra = dict.fromkeys((c for c in given if c not in kinds(name)), NUMBER) if name == OPEN_ENDED else {}
    columns = {}
    for column, kind in {**wanted, **extra}.items():
        columns[column] = _column(name, column, kind, source, study.book.money_unit, delivery)
    lacking = [column for column in kinds(name) if column not in wanted]
    delivery.unread |= {f"{name}.{column}" for column in lacking}
    columns |= {column: _missing(kinds(name)[column], len(source.lines)) for column in lacking}
    delivery.tables[name] = pd.DataFrame({column: columns[column] for column in (*kinds(name), *extra)})


def _header_faults(name: str, file: str, given: list[str], absent: set[str]) -> Iterator[pd.DataFrame]:
    expected = kinds(name)
    unknown = [] if name == OPEN_ENDED else [column for column in given if column not in expected]
    missing = [column for column in expected if column not in given and column not in absent]
    for column in unknown:
        rule = f"no column of {name}.{did_you_mean(column, missing or expected)}"
        yield fault_table(file, [1], column, [column], rule)
    for column in missing:
        needed = column in (SCHEMAS[name].unique or ())
        rule = "every row needs it" if needed else f"given, or {name}.{column} named in book.absent"
        yield fault_table(file, [1], column, rule=f"column missing: {rule}.{did_you_mean(column, unknown)}")
    for column in sorted(absent & set(given)):
        yield fault_table(file, [1], column, [column], "named in book.absent, so it must not be given")


def _column(name: str, column: str, kind: str, source: Source, money_unit: str, delivery: _Delivery) -> pd.Series:
    """One typed column; what cannot be read or is missing where it must not be is a fault, and filled."""
    spec = SCHEMAS[name].columns.get(column)
    values, unread = parse(source.data[column], kind, spec.metadata["unit"] if spec else "", money_unit)
    missing = values.isna().to_numpy() & ~unread
    if spec is None or spec.nullable:
        missing[:] = False
    for broken, rule in ((unread, RULES[kind]), (missing, "must not be missing")):
        if broken.any():
            found = as_text(source.data[column].filter(pa.array(broken)))
            delivery.faults.append(fault_table(source.file, list(source.lines[broken]), column, found, rule))
    if kind in (FLAG, WHOLE):
        values = values.where(values.notna(), 0)
    return values.astype(DTYPES[kind])


def _missing(kind: str, rows: int) -> pd.Series:
    """An absent column: all missing; a mark is false, and a whole number becomes a float, which can be missing."""
    fill = False if kind == FLAG else None
    return pd.Series([fill] * rows, dtype="float64" if kind == WHOLE else DTYPES[kind])


def _in_key_order(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of the key, so that a book does not depend on that of the files."""
    return table.sort_values(list(SCHEMAS[name].unique), ignore_index=True)


def _files(delivery: _Delivery) -> pd.DataFrame:
    """What each table was read from, and the raw files behind SQL."""
    rows = [(name, source.file, source.form, len(source.lines)) for name, source in delivery.sources.items()]
    rows += [("", f"raw/{file}", form, None) for file, form in delivery.raw.items()]
    return pd.DataFrame(rows, columns=["table", "file", "form", "rows"]).astype({"rows": "Int64"})
