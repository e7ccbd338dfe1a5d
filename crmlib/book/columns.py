"""The tables of a book as people look them up: every column with its unit, its values, whether it may be missing."""

from collections.abc import Iterator
from textwrap import wrap

from pandera.pandas import Column

from crmlib.book.files import OPTIONAL
from crmlib.book.parsing import ALLOWED
from crmlib.book.schema import COMPULSORY, SCHEMAS, values_of
from crmlib.errors import SettingsError, did_you_mean
from crmlib.words.voice import Voice

WIDTH, NAME = 80, 19
"""Columns of a terminal, and those that the name of a column takes."""
VOICES = Voice("en"), Voice("zh")


def listing(table: str | None = None) -> str:
    """All tables with all their columns, or those of one; SettingsError where there is no such table."""
    if table is not None and table not in SCHEMAS:
        hint = did_you_mean(table, SCHEMAS)
        raise SettingsError(f"{table} is no table.{hint}\nTables: {', '.join(SCHEMAS)}.")
    lines = [line for name in ([table] if table else SCHEMAS) for line in (*_table(name), "")]
    return "\n".join([*lines, "Kinds of columns:", *_kinds()])


def facts(column: Column) -> str:
    """Kind and unit of a column, and whether it may be missing."""
    unit, missing = column.metadata["unit"], "may be missing" if column.nullable else ""
    return ", ".join(filter(None, (column.metadata["kind"], unit, missing)))


def rules(column: Column) -> list[str]:
    """What a column may hold: a line for each of its values with the name it has, else its rules."""
    values = values_of(column)
    return [_value(column.name, value) for value in values] or [str(check.error) for check in column.checks]


def _value(column: str, value: str) -> str:
    """A value with its names in English and Chinese."""
    names = dict.fromkeys(voice.name(column, value) for voice in VOICES)
    return " ".join([value, *(name for name in names if name != value)])


def _table(name: str) -> Iterator[str]:
    schema = SCHEMAS[name]
    need = "every book has it" if name in COMPULSORY else "given, or named in book.absent"
    need = "may be left out" if name in OPTIONAL else need
    yield from wrap(f"{name}: {schema.description}", WIDTH)
    yield from wrap(f"  one row for each {', '.join(schema.unique)}; {need}", WIDTH, subsequent_indent="  ")
    for column in schema.columns.values():
        head = f"  {column.name:{NAME - 2}}{facts(column)}: {column.description}"
        yield from wrap(head, WIDTH, subsequent_indent=" " * NAME)
        yield from (" " * NAME + rule for rule in rules(column))


def _kinds() -> Iterator[str]:
    for kind, text in ALLOWED.items():
        yield from wrap(f"  {kind:9}{text}", WIDTH, subsequent_indent=" " * 11)
