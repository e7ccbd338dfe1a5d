"""The mapping of a study: which files its tables come from, and how their columns and values are called there.

``mapping.yaml`` beside study.yaml names for a table a file, or several whose rows are put together by the table's key.
So an extract of a bank's department becomes a table without SQL; the files stay as they are.
"""

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, field_validator

from crmlib.book.schema import FLAG, SCHEMAS, TEXT, kinds
from crmlib.book.values import SHARES
from crmlib.errors import SettingsError, did_you_mean
from crmlib.strict_yaml import read_yaml, refusal
from crmlib.study import MAPPING, Section, Study

OPEN_ENDED = "measures"
"""The table that may have columns of a study's own."""
TEXTS = (".csv", ".txt", ".tsv")
MEANT_FOR = {
    "sheet": (".xlsx",), "encoding": TEXTS, "separator": TEXTS, "header_row": (*TEXTS, ".xlsx"),
    "skip_footer": (*TEXTS, ".xlsx"),
}  # fmt: skip
"""Kinds of files for which a setting means something."""


def _as_written(value: Any) -> Any:
    """A number or truth value of YAML as the text that it stands for."""
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int | float) else value


Text = Annotated[str, BeforeValidator(_as_written)]


class Extract(Section):
    """One file of a table."""

    file: str = Field(description="Path of the file, seen from book.raw, else from the study's folder.")
    sheet: str | None = Field(None, description="Sheet of a workbook; by default the table's name, or the only one.")
    header_row: Annotated[int, Field(ge=1)] = Field(1, description="Line of the header.")
    skip_footer: Annotated[int, Field(ge=0)] = Field(0, description="Lines below the table that are no rows of it.")
    encoding: str | None = Field(None, description="Encoding of a text file; by default UTF-8, UTF-16 or GB18030.")
    separator: Literal[",", ";", "\t", "|"] = Field(",", description="What stands between the values of a text file.")
    money_unit: Literal["CNY", "元", "万元", "亿元"] | None = Field(
        None, description="Unit of money in the file; by default book.money_unit."
    )
    percent: tuple[str, ...] = Field((), description="Columns that the file gives in percent without the sign.")
    id_width: Annotated[int, Field(ge=1, le=40)] | None = Field(
        None, description="Digits of a customer's ID: shorter ones get their lost zeros back."
    )
    columns: dict[Text, str] = Field({}, description="Column of the table for each of the file (客户号: customer_id).")
    values: dict[Text, Text | dict[Text, Text]] = Field(
        {}, description="Values of the file (制造业: C), in all columns of words and marks, or in one that is named."
    )

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        try:
            # What Python would also take, such as base64, is no encoding of text.
            known = name is None or codecs.lookup(name)._is_text_encoding
        except LookupError:
            known = False
        if not known:
            raise ValueError(f"must be an encoding such as utf-8, gb18030, big5 or utf-16, found {name!r}")
        return name

    def translations(self, table: str, column: str) -> dict[str, str]:
        """What values of the file are in a column of the table."""
        kind = kinds(table).get(column)
        words = kind == FLAG or (kind == TEXT and column != "name")
        everywhere = {old: new for old, new in self.values.items() if isinstance(new, str) and words}
        own = self.values.get(column, {})
        return everywhere | (own if isinstance(own, dict) else {})


Parts = tuple[Extract, ...]


def mapping_of(study: Study) -> Mapping[str, Parts]:
    """The files of each table that ``mapping.yaml`` of a study names; empty where it has none.

    Raises
    ------
    SettingsError
        For everything in it that is unknown or not allowed, with its line.
    """
    path = study.folder / MAPPING
    if not path.exists():
        return {}
    given = read_yaml(path)
    if not isinstance(given, dict):
        raise SettingsError(f"{path}: a mapping names tables, as `customers: {{file: …}}`.")
    lists = {name: value if isinstance(value, list) and value else [value] for name, value in given.items()}
    try:
        parts = TypeAdapter(dict[str, Parts]).validate_python(lists)
    except ValidationError as error:
        places = [_fault(item, given) for item in error.errors()]
    else:
        places = [*_unknown(parts, given)]
    if places:
        raise refusal(path, places)
    return parts


def _fault(item: Any, given: Mapping[str, Any]) -> tuple[tuple, str]:
    """Where in the file, and what, one of pydantic's faults is."""
    table, _, *rest = item["loc"]
    where = item["loc"] if isinstance(given[table], list) else (table, *rest)
    if item["type"] == "missing":
        return where, f"{table}: {rest[-1]} is not set."
    if item["type"] == "extra_forbidden":
        allowed = [*Extract.model_fields]
        return where, f"{rest[0]} is not a setting of a file.{did_you_mean(str(rest[0]), allowed)} {_list(allowed)}"
    text = item["msg"].removeprefix("Value error, ")
    found = "" if "found" in text else f", found {item['input']!r}"
    return where, f"{'.'.join(map(str, (table, *rest)))}: {text}{found}."


def _unknown(mapping: Mapping[str, Parts], given: Mapping[str, Any]) -> Iterator[tuple[tuple, str]]:
    """Tables and columns that do not exist."""
    for table, parts in mapping.items():
        if table not in SCHEMAS:
            yield (table,), f"{table} is not a table.{did_you_mean(table, SCHEMAS)} {_list(SCHEMAS)}"
            continue
        known = [*kinds(table)]
        for place, part in enumerate(parts):
            above = (table, place) if isinstance(given[table], list) else (table,)
            named = [(("columns", old), new) for old, new in part.columns.items()]
            named += [(("percent",), column) for column in part.percent]
            named += [(("values", name), name) for name, new in part.values.items() if isinstance(new, dict)]
            for where, column in named:
                if column not in known and table != OPEN_ENDED:
                    yield (
                        (*above, *where),
                        f"{column} is no column of {table}.{did_you_mean(column, known)} {_list(known)}",
                    )
            yield from _idle(table, part, above)


def _idle(table: str, part: Extract, above: tuple) -> Iterator[tuple[tuple, str]]:
    """Settings that would change nothing, or what nobody can mean."""
    suffix, columns = Path(part.file).suffix.lower(), SCHEMAS[table].columns
    for setting, suffixes in MEANT_FOR.items():
        if setting in part.model_fields_set and suffix in (*TEXTS, ".xlsx", ".parquet") and suffix not in suffixes:
            yield (*above, setting), f"{setting} means nothing for a {suffix} file."
    for column in part.percent:
        if column in columns and columns[column].metadata["unit"] not in SHARES:
            yield (*above, "percent"), f"{column} is no rate or share, which alone can be given in percent."
    if part.id_width and "customer_id" not in columns:
        yield (*above, "id_width"), f"id_width means nothing for {table}, which names no customers."


def _list(names: Any) -> str:
    return f"Allowed: {', '.join(names)}."


def path_of(study: Study, part: Extract) -> Path:
    """Where a file of the mapping lies."""
    return study.raw / part.file
