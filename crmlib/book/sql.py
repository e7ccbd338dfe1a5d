"""Tables given as SQL: a query over views of the files in ``book.raw``, run by DuckDB.

So data of another shape (invoices, a bank's own extract) become a book without Python. The query can read those files
and nothing else: no network, no extension, no other path.
"""

from pathlib import Path

import pyarrow as pa

from crmlib.book.sources import SUFFIXES, Source, broken_source, read_source, typed_source
from crmlib.errors import CrmError

CLOSED = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1}
"""No extension is fetched; one thread, since sums of floats depend on their order and a book must not."""
READERS = {".parquet": "read_parquet('{path}')", ".csv": "read_csv('{path}', all_varchar = true, header = true)"}


class Raw:
    """The files of a folder as views, for queries; made once, used for every table.

    Parameters
    ----------
    folder : str or None
        ``book.raw``.

    Raises
    ------
    CrmError
        Where the folder is not set, holds no file that can be read, or two files that would have one name.
    """

    def __init__(self, folder: str | None) -> None:
        import duckdb

        paths = _files(folder)
        self._error = duckdb.Error
        self._connection = duckdb.connect(config=CLOSED)
        self.forms = {path.name: self._add(path) for path in paths}
        self._connection.execute("SET allowed_paths = $paths", {"paths": [*map(str, paths)]})
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def query(self, path: Path, file: str) -> Source:
        """Result of the query in a file; a query that fails is a fault that shows DuckDB's reason."""
        try:
            result = self._connection.sql(path.read_text(encoding="utf-8-sig"))
            return typed_source(file, "SQL", _plain(result.to_arrow_table()))
        except self._error as error:
            return broken_source(file, "SQL", f"a query that runs; {' '.join(str(error).split())}")
        except (AttributeError, UnicodeDecodeError):
            return broken_source(file, "SQL", "one SELECT, in UTF-8")

    def _add(self, path: Path) -> str:
        """Make a view of a file, by DuckDB where it can read it, else through our reader; gives the form."""
        if path.suffix == ".parquet" or (path.suffix == ".csv" and _is_utf8(path)):
            name, reader = path.stem.replace('"', '""'), READERS[path.suffix].format(path=str(path).replace("'", "''"))
            self._connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM {reader}')
            return "Parquet" if path.suffix == ".parquet" else "CSV, UTF-8"
        source = read_source(path, path.name)
        if source.faults:
            raise CrmError(f"{path}: {source.faults[0].rule}.")
        self._connection.register(path.stem, source.data)
        return source.form


def _files(folder: str | None) -> list[Path]:
    """Files that become views, in order."""
    if folder is None:
        raise CrmError("book.raw is not set, and a table is given as SQL: --set book.raw=FOLDER, the files it reads.")
    paths = sorted(path.resolve() for path in Path(folder).glob("*") if path.suffix in SUFFIXES)
    if not paths:
        raise CrmError(f"book.raw: {folder} (seen from {Path.cwd()}) holds no {', '.join(SUFFIXES)} file.")
    stems = [path.stem for path in paths]
    if twice := sorted({stem for stem in stems if stems.count(stem) > 1}):
        raise CrmError(f"book.raw: {twice[0]} is given twice in {folder}: as {SUFFIXES[0]} and in another format.")
    return paths


def _is_utf8(path: Path) -> bool:
    """Whether a file is UTF-8 throughout; read line by line, since raw files can be larger than memory."""
    try:
        with path.open(encoding="utf-8") as lines:
            return not any(False for _ in lines)
    except UnicodeDecodeError:
        return False


def _plain(table: pa.Table) -> pa.Table:
    """Decimals and wide integers as floats; the rest as DuckDB gives it."""
    wide = [pa.float64() if pa.types.is_decimal(kind) or kind == pa.uint64() else kind for kind in table.schema.types]
    return table.cast(pa.schema(list(zip(table.schema.names, wide, strict=True))))
