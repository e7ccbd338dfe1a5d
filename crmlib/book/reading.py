"""Reading a study's tables: found, typed, checked, and either a book or the table of all faults.

A table lies in ``data/<study>/tables/`` as ``<table>.csv``, ``.parquet``, ``.xlsx`` or ``.sql``, once; or
``mapping.yaml`` names its files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from crmlib.book.book import Book
from crmlib.book.fault_table import BookError, Fault, Note, fault_table
from crmlib.book.files import Found, find_files
from crmlib.book.plausible import doubts
from crmlib.book.repairs import repaired
from crmlib.book.rules import broken_rules
from crmlib.book.schema import COMPULSORY, DTYPES, FLAG, SCHEMAS, WHOLE, kinds
from crmlib.book.sources import Source, read_source
from crmlib.book.sql import Raw
from crmlib.book.typed import Typed, put_together, typed
from crmlib.errors import SettingsError, did_you_mean
from crmlib.study import Study

LOOKED_UP = ("customers", "products", "industries", "rates")
"""Tables in which others look a key up: where one cannot be read there, nothing is said of those that lack it."""
ROWS_LOST = ("no_partner", "no_rows", "formula", "uneven_row", "no_row")
"""Faults by which a table lacks rows or values that it has."""
MADE = (("activity", "gap"), ("judgements", "judgement"))
"""Faults whose value is made of several."""


@dataclass
class Delivery:
    """What was delivered: files, the typed tables they give, and all that is to say of them.

    Attributes
    ----------
    tables : dict of Typed
    sources : dict of list of Source
        By table, in the order of its files.
    raw : Raw or None
        The files behind SQL, once a table is given so.
    faults, notes : list
    """

    tables: dict[str, Typed] = field(default_factory=dict)
    sources: dict[str, list[Source]] = field(default_factory=dict)
    raw: Raw | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read_book(study: Study) -> Book:
    """The book that a study's tables make.

    Parameters
    ----------
    study : Study
        Uses its folder, its mapping, the settings ``book``, the allowed ratings and the tree.

    Returns
    -------
    Book
        Tables in CNY, each in the order of its key.

    Raises
    ------
    BookError
        If there is any fault; its ``faults`` is the table of all of them.
    SettingsError
        If ``book.absent`` names what cannot be absent, or the mapping what does not exist.
    """
    delivery = deliver(study)
    if delivery.faults:
        raise BookError(fault_table(delivery.faults))
    read = {name: own.table for name, own in delivery.tables.items()}
    read["activity"], repairs = repaired(read, study, {"activity": delivery.tables["activity"].parts[0].file})
    absent = {*study.book.absent, *(name for name in SCHEMAS if name not in read)}
    # In the order of the key, so that a book does not depend on that of the files.
    tables = {name: table.sort_values(SCHEMAS[name].unique, ignore_index=True) for name, table in read.items()}
    notes = pd.DataFrame([*delivery.notes, *repairs], columns=Note._fields)
    return Book(tables, absent=frozenset(absent), files=_files(delivery), notes=notes)


def faults(study: Study) -> pd.DataFrame:
    """Every fault of every table of a study, as :func:`crmlib.book.fault_table.fault_table`."""
    return fault_table(deliver(study).faults)


def deliver(study: Study) -> Delivery:
    """All tables of a study, read as far as they can be, with all faults and notes.

    Raises
    ------
    SettingsError
        If ``book.absent`` names what cannot be absent, or the mapping what does not exist.
    """
    _require_absentable(study.book.absent)
    found, delivery = find_files(study), Delivery()
    delivery.faults, delivery.notes = [*found.faults], [*found.notes]
    if study.book.source == "simulated":
        return delivery
    for name in SCHEMAS:
        if name in found.parts:
            _take(name, found, study, delivery)
        elif name in study.book.absent:
            delivery.notes.append(Note("absent_table", detail=name))
    delivery.notes += [Note("absent_column", detail=name) for name in study.book.absent if "." in name]
    _check(delivery, study)
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


def _take(name: str, found: Found, study: Study, delivery: Delivery) -> None:
    """Read and type the files of a table; one that cannot be read leaves its table out, and no more is said of it."""
    absent = {column for column in kinds(name) if f"{name}.{column}" in study.book.absent}
    sources = [
        _views(study, delivery).query(path, part.file, name) if path.suffix.lower() == ".sql"
        else read_source(path, part, name)
        for path, part in found.parts[name]
    ]  # fmt: skip
    delivery.sources[name] = sources
    if any(not source.data.num_columns for source in sources):
        delivery.faults += [fault for source in sources for fault in source.faults]
        return
    parts = [
        typed(name, source, part, study.book.money_unit, absent)
        for source, (_, part) in zip(sources, found.parts[name], strict=True)
    ]
    whole = put_together(parts)
    delivery.faults += [*whole.faults, *_missing_columns(whole, absent)]
    delivery.notes += whole.notes
    if set(SCHEMAS[name].unique) <= set(whole.table):
        delivery.tables[name] = whole
    for column, kind in kinds(name).items():
        if column not in whole.table:
            whole.table[column] = _missing(kind, len(whole.table))
    own = [column for column in whole.table if column not in kinds(name)]
    whole.table = whole.table[[*kinds(name), *own]]


def _views(study: Study, delivery: Delivery) -> Raw:
    """The raw files as views, made for the first table that asks for them."""
    if delivery.raw is None:
        delivery.raw = Raw(study.raw if study.book.raw else None)
        delivery.faults += delivery.raw.faults
    return delivery.raw


def _missing_columns(whole: Typed, absent: set[str]) -> Iterator[Fault]:
    """Columns that no file gives, unless the mapping was already found to name one that is not there."""
    name, said = whole.name, {fault.column for fault in whole.faults if fault.code == "missing_column"}
    missing = [column for column in kinds(name) if column not in {*whole.table, *absent, *said}]
    unnamed = sum(fault.code in ("unnamed_column", "duplicate_column") for fault in whole.faults)
    unknown = [fault.value for fault in whole.faults if fault.code in ("unknown_column", "invisible") and fault.value]
    # One that stands there under a wrong name, or under none, was told already.
    misspelt = {did_you_mean(head, missing) for head in unknown}
    missing = [column for column in missing if f" Did you mean {column}?" not in misspelt]
    for column in missing if len(missing) > unnamed else ():
        needed = column in SCHEMAS[name].unique
        allowed = "every row needs it" if needed else f"or {name}.{column} in book.absent"
        yield Fault("missing_column", whole.parts[0].file, 1, column, None, allowed, name)


def _missing(kind: str, rows: int) -> pd.Series:
    """An absent column: all missing; a mark is false, and a whole number becomes a float, which can be missing."""
    fill = False if kind == FLAG else None
    return pd.Series([fill] * rows, dtype="float64" if kind == WHOLE else DTYPES[kind])


def _check(delivery: Delivery, study: Study) -> None:
    """Add broken rules, except where the value itself could not be read; doubts are noted where nothing is wrong."""
    if not set(COMPULSORY) <= set(delivery.tables):
        return
    tables = {name: own.table for name, own in delivery.tables.items()}
    # By table too, since one file may give several.
    places = {
        (fault.table, fault.file, fault.row, column) for fault in delivery.faults for column in fault.column.split(", ")
    }
    broken = broken_rules(tables, study, _unread(delivery))
    for table, code, index, column, value, allowed, count in broken.itertuples(index=False):
        file, row = delivery.tables[table].place(index, column)
        known = any((table, file, row, name) in places for name in column.split(", "))
        if not known and (file, row) not in delivery.tables[table].spoilt:
            value = value if (table, code) in MADE else delivery.tables[table].found(index, column) or value or None
            delivery.faults.append(Fault(code, file, row, column, value, str(allowed), table, int(count)))
    if not delivery.faults:
        delivery.notes += doubts(tables, {name: own.parts[0].file for name, own in delivery.tables.items()}, study)


def _unread(delivery: Delivery) -> frozenset[str]:
    """Columns that no file gives, and tables that lack rows, of which rules between tables would say untrue things."""
    columns = {
        f"{name}.{column}"
        for name, own in delivery.tables.items()
        for column in kinds(name)
        if not any(column in part.columns for part in own.parts)
    }
    broken = {fault.table for fault in delivery.faults if fault.code in ROWS_LOST}
    keyless = {
        fault.table
        for fault in delivery.faults
        if fault.table in LOOKED_UP and fault.column in SCHEMAS[fault.table].unique and fault.code != "invisible"
    }
    return frozenset(columns | broken | keyless)


def _files(delivery: Delivery) -> pd.DataFrame:
    """What each table was read from, and the raw files behind SQL."""
    rows = [
        (name, source.file, source.form, len(source.lines))
        for name, sources in delivery.sources.items()
        for source in sources
    ]
    rows += [("", f"raw/{file}", form, None) for file, form in (delivery.raw.forms if delivery.raw else {}).items()]
    return pd.DataFrame(rows, columns=["table", "file", "form", "rows"]).astype({"rows": "Int64"})
