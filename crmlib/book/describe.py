"""A book described: its tables, the rules that were tried on them, what is missing, and the data card of a study."""

import pandas as pd

from crmlib.book.book import Book
from crmlib.book.rules import RELATIONS, broken_rules
from crmlib.book.schema import SCHEMAS
from crmlib.study import Study


def book_tables(book: Book) -> pd.DataFrame:
    """The tables that a book has.

    Returns
    -------
    DataFrame, shape (tables,)
        Columns ``table``, ``holds``, ``rows``, and ``file``, ``form`` for books that were read.
    """
    rows = [(name, SCHEMAS[name].description, len(table)) for name, table in book.tables.items()]
    tables = pd.DataFrame(rows, columns=["table", "holds", "rows"])
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


def missing_values(book: Book) -> pd.DataFrame:
    """Columns with missing values, most often missing first; absent columns are not counted.

    Returns
    -------
    DataFrame, shape (columns,)
        Columns ``table``, ``column``, ``rows``, ``missing``, ``share`` (0-1) and ``meaning`` of the column.
    """
    rows = [
        (name, column, len(table), int(table[column].isna().sum()), _meaning(name, column))
        for name, table in book.tables.items()
        for column in table
        if f"{name}.{column}" not in book.absent
    ]
    counts = pd.DataFrame(rows, columns=["table", "column", "rows", "missing", "meaning"])
    counts = counts[counts["missing"] > 0].assign(share=lambda own: own["missing"] / own["rows"])
    counts = counts.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)
    return counts[["table", "column", "rows", "missing", "share", "meaning"]]


def _meaning(table: str, column: str) -> str:
    """Meaning of a column; a study's own measures are not in the schema."""
    known = SCHEMAS[table].columns
    return known[column].description if column in known else "measure of the study"


def readme(study: Study) -> str:
    """Text of the study's README.md, its headings two levels down; a line that says so where there is none."""
    path = study.folder / "README.md"
    if not path.is_file():
        return f"The study has no data card: write `data/{study.name}/README.md`."
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(f"##{line}" if line.startswith("#") else line for line in lines)
