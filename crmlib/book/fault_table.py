"""Faults: every place in a book's files that is not as it must be, as one table.

A bank's extract has many faults at once; whoever mends it wants them all, each with its place and its rule.
"""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from crmlib.errors import CrmError

MOST_SHOWN = 20
MOST_LETTERS = 40


class Fault(NamedTuple):
    """One place that is not as it must be.

    Attributes
    ----------
    file : str
        Path as the reader of the fault knows it.
    row : int or None
        Line of the file, the header being 1; None where the whole file or column is meant.
    column : str
        Column, or several that make a key; empty where the row or the file is meant.
    value : str
        What was found.
    rule : str
        What must hold.
    """

    file: str
    row: int | None = None
    column: str = ""
    value: str = ""
    rule: str = ""


class BookError(CrmError):
    """A book cannot be read; :attr:`faults` is the table of all its faults, its text the first of every kind."""

    def __init__(self, faults: pd.DataFrame) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        count = len(self.faults)
        shown = f", {MOST_SHOWN} of them shown" if count > MOST_SHOWN else ""
        heading = f"{count:,} fault{'s' * (count > 1)} in the tables of the book{shown}:"
        return f"{heading}\n{_text(first_of_each_kind(self.faults, MOST_SHOWN))}"


def fault_table(faults: Iterable[Fault]) -> pd.DataFrame:
    """All faults as one table, ordered by file, row and column.

    Returns
    -------
    DataFrame, shape (faults,)
        Columns as the fields of :class:`Fault`; ``row`` is a nullable integer.
    """
    table = pd.DataFrame(faults, columns=Fault._fields).fillna({"value": ""})
    table = table.astype({"row": "Int64", **dict.fromkeys(("file", "column", "value", "rule"), "str")})
    return table.sort_values(["file", "row", "column", "rule"], na_position="first", ignore_index=True)


def first_of_each_kind(faults: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most ``most`` faults, so that each kind (file, column, rule) is seen before any is seen twice."""
    nth = faults.groupby(["file", "column", "rule"], sort=False).cumcount()
    return faults.loc[nth.sort_values(kind="stable").index[:most].sort_values()]


def _text(faults: pd.DataFrame) -> str:
    """Faults as lines of text under the names of the columns; the rule, the longest, stands last and as it is."""
    lines = [Fault._fields, *faults.itertuples(index=False)]
    cells = [[_short(cell) for cell in line[:-1]] for line in lines]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    padded = ["  ".join(map(str.ljust, line, widths)) for line in cells]
    return "\n".join(f"{start}  {line[-1]}" for start, line in zip(padded, lines, strict=True))


def _short(cell: object) -> str:
    """A cell on one line; a long one with its middle left out."""
    text = "" if cell is pd.NA else " ".join(str(cell).split())
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 10]}…{text[-9:]}"
