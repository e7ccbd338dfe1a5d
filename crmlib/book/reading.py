"""Reading a study's tables: found, typed, checked, and either a book or the table of all faults.

A table lies in ``data/<study>/tables/`` as ``<table>.csv``, ``.parquet``, ``.xlsx`` or ``.sql``, once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa

from crmlib.book.book import Book
from crmlib.book.fault_table import BookError, Fault, fault_table
from crmlib.book.parsing import RULES, as_text, parse
from crmlib.book.rules import broken_rules
from crmlib.book.schema import COMPULSORY, DTYPES, FLAG, NUMBER, SCHEMAS, WHOLE, kinds
from crmlib.book.sources import SUFFIXES, Source, read_source
from crmlib.book.sql import Raw
from crmlib.errors import SettingsError, did_you_mean
from crmlib.study import Study

OPTIONAL = ("outcomes", "price_response", "contacts", "measures", "truth")
"""Tables that need not be named in ``book.absent`` where a study has none."""
OPEN_ENDED = "measures"
SQL = ".sql"
FORMS = (*SUFFIXES, SQL)
NOT_GIVEN = "named in book.absent, so it must not be given"


@dataclass
class _Delivery:
    """What was delivered: files, the typed tables they give, and all that is wrong with either."""

    sources: dict[str, Source] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


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
    if delivery.faults:
        raise BookError(fault_table(delivery.faults))
    absent = {*study.book.absent, *(name for name in OPTIONAL if name not in delivery.tables)}
    # In the order of the key, so that a book does not depend on that of the files.
    tables = {
        name: table.sort_values(SCHEMAS[name].unique, ignore_index=True) for name, table in delivery.tables.items()
    }
    return Book(tables, absent=frozenset(absent), files=_files(delivery))


def faults(study: Study, others: Iterable[Fault] = ()) -> pd.DataFrame:
    """Every fault of every table of a study, and others that were found in its folder.

    Returns
    -------
    DataFrame, shape (faults,)
        Columns ``file``, ``row`` (line of the file, the header being 1), ``column``, ``value``, ``rule``; empty where
        the tables make a book, and for a simulated one.
    """
    return fault_table([*others, *(_deliver(study).faults if study.book.source == "tables" else [])])


def _deliver(study: Study) -> _Delivery:
    _require_absentable(study.book.absent)
    delivery = _Delivery()
    folder, raw = study.folder / "tables", None
    for path in sorted(folder.glob("*")):
        if path.stem not in SCHEMAS or path.suffix not in FORMS:
            hint = did_you_mean(path.stem, SCHEMAS) if path.stem not in SCHEMAS else ""
            rule = f"a table of a book as {', '.join(FORMS)}.{hint}"
            delivery.faults.append(Fault(f"tables/{path.name}", rule=rule))
    for name in SCHEMAS:
        paths = sorted(folder.glob(f"{name}.*"))
        delivery.faults += _file_faults(name, paths, study.book.absent)
        if len(paths) != 1 or paths[0].suffix not in FORMS:
            continue
        file = f"tables/{paths[0].name}"
        if paths[0].suffix == SQL:
            raw = raw or Raw(study.book.raw)
            delivery.raw = raw.forms
        source = raw.query(paths[0], file) if paths[0].suffix == SQL else read_source(paths[0], file)
        delivery.sources[name] = source
        delivery.faults += source.faults
        if source.data.num_columns:
            _take(name, source, study, delivery)
    if set(COMPULSORY) <= set(delivery.tables):
        delivery.faults += _rule_faults(delivery, study)
    return delivery


def _require_absentable(absent: tuple[str, ...]) -> None:
    """Refuses names in ``book.absent`` that are no table or column, or that every book needs."""
    columns = {f"{name}.{column}" for name, schema in SCHEMAS.items() for column in schema.columns}
    fixed = {*COMPULSORY, *(f"{name}.{column}" for name, schema in SCHEMAS.items() for column in schema.unique)}
    for name in absent:
        if name in fixed:
            raise SettingsError(f"book.absent: {name} cannot be absent; every book needs it.")
        if name not in SCHEMAS and name not in columns:
            raise SettingsError(f"book.absent: {name} is no table or column.{did_you_mean(name, {*SCHEMAS, *columns})}")


def _file_faults(name: str, paths: list[Path], absent: tuple[str, ...]) -> Iterator[Fault]:
    """A table that is missing, given twice, or given although the study says it is absent."""
    if len(paths) > 1:
        files = ", ".join(path.name for path in paths)
        yield Fault(f"tables/{name}.*", value=files, rule="a table is given once")
    if paths and name in absent:
        yield Fault(f"tables/{paths[0].name}", value=name, rule=NOT_GIVEN)
    if not paths and name not in absent and name not in OPTIONAL:
        rule = "every book has it" if name in COMPULSORY else f"given, or {name} named in book.absent"
        yield Fault(f"tables/{name}.*", rule=f"table missing: {rule}")


def _take(name: str, source: Source, study: Study, delivery: _Delivery) -> None:
    """Type the columns of a source and note its faults; a study's own measures are numbers."""
    given = source.data.column_names
    absent = {column for column in kinds(name) if f"{name}.{column}" in study.book.absent}
    own = {column: NUMBER for column in given if name == OPEN_ENDED and column not in kinds(name)}
    expected = kinds(name) | own
    delivery.faults += _header_faults(name, source.file, [*expected], given, absent)
    table = {}
    for column, kind in expected.items():
        if column in given and column not in absent:
            table[column] = _column(name, column, kind, source, study.book.money_unit, delivery.faults)
        else:
            table[column] = _missing(kind, len(source.lines))
            delivery.unread.add(f"{name}.{column}")
    delivery.tables[name] = pd.DataFrame(table)


def _header_faults(name: str, file: str, expected: list[str], given: list[str], absent: set[str]) -> Iterator[Fault]:
    unknown = [column for column in given if column not in expected]
    missing = [column for column in expected if column not in given and column not in absent]
    for column in unknown:
        yield Fault(file, 1, column, column, f"no column of {name}.{did_you_mean(column, missing or expected)}")
    for column in missing:
        needed = column in SCHEMAS[name].unique
        rule = "every row needs it" if needed else f"given, or {name}.{column} named in book.absent"
        yield Fault(file, 1, column, rule=f"column missing: {rule}.{did_you_mean(column, unknown)}")
    for column in sorted(absent & set(given)):
        yield Fault(file, 1, column, column, NOT_GIVEN)


def _column(name: str, column: str, kind: str, source: Source, money_unit: str, faults: list[Fault]) -> pd.Series:
    """One typed column; what cannot be read or is missing where it must not be is a fault, and filled."""
    spec = SCHEMAS[name].columns.get(column)
    values, unread = parse(source.data[column], kind, spec.metadata["unit"] if spec else "", money_unit)
    missing = values.isna().to_numpy() & ~unread & (spec is not None and not spec.nullable)
    for broken, rule in ((unread, RULES[kind]), (missing, "must not be missing")):
        if broken.any():
            found = as_text(source.data[column].filter(pa.array(broken)))
            lines = source.lines[broken]
            faults += [Fault(source.file, line, column, value, rule) for line, value in zip(lines, found, strict=True)]
    return (values.fillna(0) if kind in (FLAG, WHOLE) else values).astype(DTYPES[kind])


def _missing(kind: str, rows: int) -> pd.Series:
    """An absent column: all missing; a mark is false, and a whole number becomes a float, which can be missing."""
    fill = False if kind == FLAG else None
    return pd.Series([fill] * rows, dtype="float64" if kind == WHOLE else DTYPES[kind])


def _rule_faults(delivery: _Delivery, study: Study) -> Iterator[Fault]:
    """Broken rules, except where the value itself could not be read."""
    known = {fault[:3] for fault in delivery.faults}
    broken = broken_rules(delivery.tables, study, frozenset(delivery.unread))
    for table, index, column, value, rule in broken.itertuples(index=False):
        source = delivery.sources[table]
        place = source.file, None if pd.isna(index) else source.lines[index], column
        if place not in known:
            yield Fault(*place, value, rule)


def _files(delivery: _Delivery) -> pd.DataFrame:
    """What each table was read from, and the raw files behind SQL."""
    rows = [(name, source.file, source.form, len(source.lines)) for name, source in delivery.sources.items()]
    rows += [("", f"raw/{file}", form, None) for file, form in delivery.raw.items()]
    return pd.DataFrame(rows, columns=["table", "file", "form", "rows"]).astype({"rows": "Int64"})
