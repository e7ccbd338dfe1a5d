"""A book: the tables of one study, checked, in CNY, at one place.

Made or read by :func:`crmlib.book.load.load_book`; ``save`` and ``open`` hand it from chapter to chapter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from crmlib.book.schema import SCHEMAS, empty, kinds
from crmlib.errors import CrmError, did_you_mean

FILES = ("table", "file", "form", "rows")
NOTES = ("what", "file", "column", "count", "detail")


@dataclass(frozen=True)
class Book:
    """Tables by name; an absent table reads as an empty one, an absent column as missing.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        The tables that the book has, as in :data:`crmlib.book.schema.SCHEMAS`.
    simulated : bool
        Whether the book was simulated.
    absent : frozenset of str
        Tables (``contacts``) and columns (``customers.rm_id``) that the book does not have.
    files : DataFrame
        What each table was read from (``table``, ``file``, ``form``, ``rows``); empty for a simulated book.
    notes : DataFrame
        How it had to be read, and what can hardly be true (columns of :class:`crmlib.book.fault_table.Note`).
    """

    tables: Mapping[str, pd.DataFrame]
    simulated: bool = False
    absent: frozenset[str] = frozenset()
    files: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*FILES]))
    notes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*NOTES]))

    @classmethod
    def open(cls, folder: Path) -> "Book":
        """The book that an earlier chapter saved in a folder."""
        marks = pd.read_json(folder / "book.json", typ="series")
        tables = {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
        told = {name: pd.DataFrame(marks[name], columns=[*own]) for name, own in (("files", FILES), ("notes", NOTES))}
        return cls(tables, simulated=bool(marks["simulated"]), absent=frozenset(marks["absent"]), **told)

    def save(self, folder: Path) -> None:
        """Write every table as Parquet."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            table.to_parquet(folder / f"{name}.parquet", index=False)
        marks = {"simulated": self.simulated, "absent": sorted(self.absent)}
        marks |= {"files": self.files.to_dict("records"), "notes": self.notes.to_dict("records")}
        pd.Series(marks).to_json(folder / "book.json")

    def has(self, *needs: str) -> bool:
        """Whether the book has tables (``contacts``) and columns (``customers.rm_id``)."""
        return not self.lacks(*needs)

    def lacks(self, *needs: str) -> list[str]:
        """Those of ``needs`` that the book does not have."""
        for need in needs:
            table, _, column = need.partition(".")
            if table not in SCHEMAS:
                raise CrmError(f"{need}: no such table.{did_you_mean(table, SCHEMAS)}")
            if column and column not in kinds(table) and table != "measures":
                raise CrmError(f"{need}: no such column.{did_you_mean(column, kinds(table))}")
        return [need for need in needs if {need, need.partition(".")[0]} & self.absent]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name not in SCHEMAS:
            raise AttributeError(f"a book has no table {name}.{did_you_mean(name, SCHEMAS)}")
        return self.tables[name] if name in self.tables else empty(name)
