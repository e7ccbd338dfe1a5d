"""Tables given as SQL: a query over views of the files in ``book.raw``, run by DuckDB.

So data of another shape (invoices, a bank's own extract) become a book without Python. The query can read those files
and nothing else: no network, no extension, no other path.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from crmlib.book.fault_table import Fault
from crmlib.book.mapping import Extract
from crmlib.book.sources import SUFFIXES, Source, broken_source, read_source, typed_source
from crmlib.book.text_files import separator_of
from crmlib.errors import SettingsError

CLOSED = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1}
"""No extension is fetched; one thread, since sums of floats depend on their order and a book must not."""
DIALECT = "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', columns = $columns"
"""Nothing is guessed of a CSV file: DuckDB would take what it cannot fit into its guess for a preamble."""


class Raw:
    """The files of a folder as views, for queries; made once, used for every table.

    Parameters
    ----------
    folder : Path or None
        Of ``book.raw``.

    Attributes
    ----------
    forms : dict of str
        Format of each file.
    faults : list of Fault
        What is wrong with the files; no query is run while there is any.

    Raises
    ------
    SettingsError
        Where the folder is not set, holds no file that can be read, or two files that would have one name.
    """

    def __init__(self, folder: Path | None) -> None:
        import duckdb

        paths = _files(folder)
        self._duckdb = duckdb
        self._connection = duckdb.connect(config=CLOSED)
        self.faults: list[Fault] = []
        self.forms = {path.name: self._add(path) for path in paths}
        self._connection.execute("SET allowed_paths = $paths", {"paths": [*map(str, paths)]})
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def query(self, path: Path, file: str, table: str = "") -> Source:
        """Result of the query in a file; a query that fails is a fault that shows DuckDB's reason."""
        if self.faults:
            return Source(file, "SQL", pa.table({}), np.empty(0, dtype=int))
        try:
            text = path.read_text(encoding="utf-8-sig")
            kinds = [statement.type for statement in self._connection.extract_statements(text)]
            if kinds != [self._duckdb.StatementType.SELECT]:
                return broken_source(file, "SQL", Fault("query", file, allowed="one SELECT, in UTF-8"), table)
            return typed_source(file, "SQL", self._connection.sql(text).to_arrow_table(), table)
        except self._duckdb.Error as error:
            fault = Fault("query", file, allowed=f"a query that runs: {' '.join(str(error).split())}")
        except UnicodeDecodeError:
            fault = Fault("query", file, allowed="one SELECT, in UTF-8")
        return broken_source(file, "SQL", fault, table)

    def _add(self, path: Path) -> str:
        """Make a view of a file, by DuckDB where it can read it, else through our reader; gives the form."""
        name, is_pattern = path.stem.replace('"', '""'), bool(set("*?[") & set(str(path)))
        if path.suffix == ".parquet" and not is_pattern:
            try:
                self._connection.execute(
                    f"CREATE VIEW \"{name}\" AS SELECT * FROM read_parquet('{_quoted(str(path))}')"
                )
            except self._duckdb.Error as error:
                said = f"a Parquet file that can be read ({str(error).splitlines()[0]})"
                self.faults.append(Fault("broken_file", f"raw/{path.name}", allowed=said))
            return "Parquet"
        if path.suffix == ".csv" and not is_pattern and _is_utf8(path):
            header, faults = _looked_through(path)
            self.faults += faults
            if not faults:
                columns = ", ".join(f"'{_quoted(column)}': 'VARCHAR'" for column in header)
                how = DIALECT.replace("$columns", f"{{{columns}}}")
                self._connection.execute(
                    f"CREATE VIEW \"{name}\" AS SELECT * FROM read_csv('{_quoted(str(path))}', {how})"
                )
            return "CSV, UTF-8"
        source = read_source(path, Extract(file=f"raw/{path.name}"), "")
        self.faults += source.faults
        self._connection.register(path.stem, source.data)
        return source.form


def _looked_through(path: Path) -> tuple[list[str], list[Fault]]:
    """Header of a CSV file, and every line that does not fit it; line by line, since raw files can be large."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, strict=True)
        header: list[str] = []
        try:
            header = next(rows, [])
            faults = [*_misfits(rows, header, f"raw/{path.name}")]
        except csv.Error:
            said = "every quotation mark is closed"
            faults = [Fault("quotes", f"raw/{path.name}", rows.line_num, allowed=said)]
    return header, faults


def _misfits(rows: Iterator[list[str]], header: list[str], file: str) -> Iterator[Fault]:
    if not any(header):
        yield Fault("empty_file", file, allowed="a header and rows")
    # To SQL large and small letters are the same.
    small = [name.lower() for name in header]
    for place, name in enumerate(header):
        if not name and any(header):
            yield Fault("unnamed_column", file, 1, f"{place + 1}", None, "every column has a name")
        elif name and small.index(name.lower()) < place:
            yield Fault("duplicate_column", file, 1, name, name, "a column stands once")
    if len(header) == 1 and (sign := separator_of(header[0])):
        yield Fault("separator", file, 1, value=header[0][:60], allowed=f"a comma; found {sign}")
    for row in rows:
        if any("\0" in value for value in row):
            yield Fault("nul_byte", file, rows.line_num, allowed="text")
        if row and len(row) != len(header):
            allowed = f"{len(header)} values, as the header; found {len(row)}"
            yield Fault("uneven_row", file, rows.line_num, value=",".join(row)[:60], allowed=allowed)


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _files(folder: Path | None) -> list[Path]:
    """Files that become views, in order."""
    if folder is None:
        raise SettingsError(
            "book.raw is not set, and a table is given as SQL: --set book.raw=FOLDER, the files it reads."
        )
    found = sorted(path for path in folder.glob("*") if path.suffix in SUFFIXES)
    paths = [path.resolve() for path in found if path.is_file() and not path.is_symlink()]
    if not paths:
        raise SettingsError(f"book.raw: {folder} holds no {', '.join(SUFFIXES)} file.")
    stems = [path.stem.lower() for path in paths]
    if twice := [path.name for path, stem in zip(paths, stems, strict=True) if stems.count(stem) > 1]:
        raise SettingsError(f"book.raw: {' and '.join(twice)} in {folder} would be one table of the same name to SQL.")
    return paths


def _is_utf8(path: Path) -> bool:
    """Whether a file is UTF-8 throughout; read line by line, since raw files can be larger than memory."""
    try:
        with path.open(encoding="utf-8") as lines:
            return not any(False for _ in lines)
    except UnicodeDecodeError:
        return False
