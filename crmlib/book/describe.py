"""A book described: its tables, the rules that were tried on them, and what is missing."""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book.book import Book
from crmlib.book.mapping import OPEN_ENDED
from crmlib.book.plausible import DOUBTS
from crmlib.book.rules import RELATIONS, broken_rules
from crmlib.book.schema import SCHEMAS, kinds
from crmlib.study import Study
from crmlib.words.messages import say


@dataclass(frozen=True)
class BookSummary:
    """How much a book holds.

    Attributes
    ----------
    simulated : bool
    as_of : Timestamp
    tables, open, months, activity_rows : int
        Tables; customers open at the as-of date; months and rows of activity.
    rules, broken : int
        Rules that were tried on it, and places that break one.
    """

    simulated: bool
    as_of: pd.Timestamp
    tables: int
    open: int
    months: int
    activity_rows: int
    rules: int
    broken: int


def summary(book: Book, rules: pd.DataFrame, study: Study) -> BookSummary:
    """How much a book holds; ``rules`` are those of :func:`rules_table`."""
    as_of, activity = pd.Timestamp(study.as_of), book.activity
    still = int(open_at(book.customers, as_of).sum())
    tried, broken = (int(rules[name].sum()) for name in ("rules", "broken"))
    return BookSummary(
        book.simulated, as_of, len(book.tables), still, activity["month"].nunique(), len(activity), tried, broken
    )


def open_at(customers: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Which customers are open at a day; one whose opening is not known was opened before."""
    return ~(customers["opened"] > day) & ~(customers["closed"] <= day)


def book_tables(book: Book) -> pd.DataFrame:
    """The tables that a book has.

    Returns
    -------
    DataFrame, shape (tables,)
        Columns ``table``, ``tells`` (what it is about: its name again), ``rows``, and ``file``, ``form`` for books that
        were read.
    """
    rows = [(name, name, len(table)) for name, table in book.tables.items()]
    tables = pd.DataFrame(rows, columns=["table", "tells", "rows"])
    return tables if book.simulated else tables.merge(book.files[["table", "file", "form"]], on="table", how="left")


def rules_table(book: Book, study: Study) -> pd.DataFrame:
    """How many rules were tried on each table, and how many places break them.

    Returns
    -------
    DataFrame, shape (tables,)
        Columns ``table``, ``rules`` (of columns, of keys and between tables), ``broken`` (places).
    """
    places = broken_rules(book.tables, study, book.absent)["table"].value_counts()
    rows = [(name, _rules(name), int(places.get(name, 0))) for name in book.tables]
    return pd.DataFrame(rows, columns=["table", "rules", "broken"])


def _rules(name: str) -> int:
    schema = SCHEMAS[name]
    of_columns = sum(1 + (not column.nullable) + len(column.checks) for column in schema.columns.values())
    return of_columns + bool(schema.unique) + sum(relation.tables[0] == name for relation in RELATIONS)


@needs()
def notes_table(book: Book) -> pd.DataFrame:
    """How the files of a book had to be read, and what in them can hardly be true, doubts first.

    Returns
    -------
    DataFrame, shape (notes,)
        Columns ``file``, ``column``, ``noted`` (a message), ``doubt`` (whether it can hardly be true), ``count``.
    """
    notes = book.notes[~book.notes["what"].str.startswith("absent").astype(bool)]
    if notes.empty:
        raise Lacking("book.as_given")
    noted = [
        say(f"check.note.{what}", detail=detail) for what, detail in zip(notes["what"], notes["detail"], strict=True)
    ]
    table = notes[["file", "column", "count"]].assign(noted=noted, doubt=notes["what"].isin(DOUBTS).to_numpy())
    table = table[["file", "column", "noted", "doubt", "count"]]
    return table.sort_values("doubt", ascending=False, kind="stable", ignore_index=True)


@needs()
def missing_values(book: Book) -> pd.DataFrame:
    """Columns with missing values, most often missing first; those absent, or made of others, are not counted.

    Returns
    -------
    DataFrame, shape (columns,)
        Columns ``table``, ``column``, ``tells`` (what it is about: both names), ``rows``, ``missing``, ``share`` (0-1).
    """
    rows = [
        (name, column, f"{name}.{column}", len(table), int(table[column].isna().sum()))
        for name, table in book.tables.items()
        for column in table
        if f"{name}.{column}" not in book.absent and (column in kinds(name) or name == OPEN_ENDED)
    ]
    counts = pd.DataFrame(rows, columns=["table", "column", "tells", "rows", "missing"])
    counts = counts[counts["missing"] > 0].assign(share=lambda own: own["missing"] / own["rows"])
    if counts.empty:
        raise Lacking("book.no_gaps")
    return counts.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)


@needs("rates")
def prices_by_month(book: Book) -> pd.DataFrame:
    """Transfer prices and rates paid to customers, the first month first."""
    return book.rates.sort_values("month", ignore_index=True)


def data_card(study: Study) -> str:
    """Where the study says what its data are, as people write it; nothing where it does not."""
    return f"{study.folder.name}/README.md" if (study.folder / "README.md").is_file() else ""
