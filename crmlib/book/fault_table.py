"""Faults and notes: every place in a book's files that is not as it must be, and all that was read with a conversion.

A bank's extract has many faults at once; whoever mends it wants them all, each with its place, what is allowed and what
to do.
"""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from crmlib.book.fault_kinds import KINDS
from crmlib.errors import CrmError
from crmlib.words.voice import clean

MOST_SHOWN = 20
MOST_EXAMPLES = 3
MOST_LETTERS = 60


class Fault(NamedTuple):
    """One place that is not as it must be.

    Attributes
    ----------
    code : str
        Its kind, one of :data:`crmlib.book.fault_kinds.KINDS`.
    file : str
        Path as the reader of the fault knows it.
    row : int or None
        Line of the file, the first being 1; None where the whole file or column is meant.
    column : str
        Column, or several that make a key; empty where the row or the file is meant.
    value : str or None
        What was found, as it stands there; None where nothing is.
    allowed : str
        What must hold.
    table : str
        Table that the file is of; empty where none is.
    count : int
        Places that it stands for.
    """

    code: str
    file: str
    row: int | None = None
    column: str = ""
    value: str | None = None
    allowed: str = ""
    table: str = ""
    count: int = 1


class Note(NamedTuple):
    """Something that was accepted, and how: a conversion, what was passed over, an absent table.

    Attributes
    ----------
    what : str
        Its kind: the key of its text in ``words/text/check.ini``.
    file, column : str
        Where; empty where none is meant.
    count : int
        Places.
    detail : str
        What the text has a place for.
    """

    what: str
    file: str = ""
    column: str = ""
    count: int = 1
    detail: str = ""


class BookError(CrmError):
    """A book cannot be read; :attr:`faults` is the table of all its faults, its text the first of every kind."""

    def __init__(self, faults: pd.DataFrame) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return report(self.faults, MOST_SHOWN)


def fault_table(faults: Iterable[Fault]) -> pd.DataFrame:
    """All faults as one table, ordered by file, table, row and column.

    Returns
    -------
    DataFrame, shape (faults,)
        Columns ``file``, ``table``, ``row`` (nullable), ``column``, ``value`` (None where nothing was found), ``fault``
        (the code), ``message``, ``count``, ``allowed``.
    """
    table = pd.DataFrame(faults, columns=Fault._fields).rename(columns={"code": "fault"})
    table["message"] = [_message(*row) for row in zip(table["fault"], table["allowed"], strict=True)]
    table = table.astype({"row": "Int64", "count": "int64", "value": object})
    table["value"] = table["value"].where(table["value"].notna(), None)
    table = table[["file", "table", "row", "column", "value", "fault", "message", "count", "allowed"]]
    return table.sort_values(["file", "table", "row", "column", "fault"], na_position="first", ignore_index=True)


def report(faults: pd.DataFrame, most: int) -> str:
    """Faults as text: by file and kind, with how many, the first examples, what is allowed and what to do."""
    total = int(faults["count"].sum())
    lines = [f"{total:,} fault{'s' * (total != 1)} in the tables of the book:"]
    groups = list(faults.groupby(["file", "table", "fault", "column"], sort=False))
    several = faults.groupby("file")["table"].nunique().gt(1)
    for place, ((file, table, code, column), own) in enumerate(groups[:most]):
        if not place or groups[place - 1][0][:2] != (file, table):
            lines += ["", clean(f"{file}, {table}" if several[file] and table else file)]
        lines += _group(code, column, own)
    if len(groups) > most:
        lines += ["", f"and {len(groups) - most:,} kinds more: crm check shows all."]
    return "\n".join(lines)


def _group(code: str, column: str, own: pd.DataFrame) -> list[str]:
    """Lines of the faults of one kind in one column of a file."""
    count, kind = int(own["count"].sum()), KINDS[code]
    head = f"{column + ': ' if column else ''}{kind.wrong} ({count:,}) [{code}]"
    shown = [_example(*place) for place in zip(own["row"], own["value"], strict=True)][:MOST_EXAMPLES]
    found = "; ".join(example for example in shown if example) + (" …" if len(own) > MOST_EXAMPLES else "")
    allowed = own["allowed"].iloc[0]
    rest = {"found": found, "allowed": allowed, "do": kind.advice}
    return [f"  {clean(head)}", *(f"    {name + ':':9}{clean(text)}" for name, text in rest.items() if text)]


def _example(row: int, value: str | None) -> str:
    place = "" if row is pd.NA else f"line {row}"
    return ", ".join(text for text in (place, "" if value is None else _short(repr(value))) if text)


def _message(code: str, allowed: str) -> str:
    kind = KINDS[code]
    return f"{kind.wrong}{': ' + allowed if allowed else ''}; {kind.advice}."


def _short(text: str) -> str:
    """A long value with its middle left out."""
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 20]}…{text[-19:]}"
