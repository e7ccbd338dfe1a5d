"""A new study: a folder with settings, indicator tree, data card, the experts' questionnaire, and tables to fill in.

It is like another study and may begin with that one's book. Without, each table has one example row, which a check
refuses until rows of one's own stand in its place.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from crmlib.book.columns import facts, rules
from crmlib.book.files import OPTIONAL
from crmlib.book.forms import write_form
from crmlib.book.load import load_book
from crmlib.book.schema import DATE, EXAMPLE, FLAG, ID, MONEY, MONTH, NUMBER, SCHEMAS, TEXT, WHOLE, empty, values_of
from crmlib.errors import SettingsError
from crmlib.study import MAPPING, Study, TableForm, data_root, slug

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

WORKBOOK, QUESTIONNAIRE = "tables.xlsx", "questionnaire.xlsx"
LAST_ROW = 1_048_575
EXPERTS = 3
FORMATS = {DATE: "%Y-%m-%d", MONTH: "%Y-%m"}
TYPICAL = {
    "industry": "C",
    "size": "small",
    "ownership": "private",
    "loan_rate": 0.06,
    "service_tier": 2,
    "outlook": 3.0,
}
"""Values of the example row that tell more than those of their kind."""
_STUDY = """\
# Only what differs from study {like} is written here; every setting, its meaning and its default: crm settings.
title: "{title}"
like: {like}
# The month-end at which customers are appraised.
as_of: {as_of}
book:
  source: tables
{raw}  # Unit in which the tables give money: CNY, 万元 or 亿元.
  money_unit: CNY
  # Tables (industries) and columns (customers.rm_id) that there are none of: each costs what is made of it.
  absent: {absent}
"""
_UNTIL_JUDGED = f"""\
# Until the experts have judged. Then move {QUESTIONNAIRE} to tables/judgements.xlsx, take judgements out of absent
# and delete this line.
model: {{weights: equal}}
"""
_CARD = """\
# Data card: {title}

| what it is | |
|---|---|
| source | {source} |
| delivered by, on | |
| terms: who may see it, and for what | |
| period | |
| money | |

## From files to tables

| table | rows | made of |
|---|---|---|
{tables}

## Oddities

* What was odd in the files, and what was done about it.
"""


def make_study(name: str, like: Study, form: TableForm, with_data: bool = False) -> Path:
    """Make the folder of a new study.

    Parameters
    ----------
    name : str
        Name of the study, which is that of its folder in ``data``.
    like : Study
        Study whose settings hold where the new one is silent; itself like no other.
    form : TableForm
    with_data : bool
        Whether the book of ``like`` is written into the tables.

    Returns
    -------
    Path
        The folder; whole, or not there at all.

    Raises
    ------
    SettingsError
        If the name cannot be one or is taken, if ``like`` is like another study, or a table is too long for a sheet.
    """
    folder = data_root() / slug(name)
    if folder.exists() or folder.is_symlink():
        raise SettingsError(f"{folder} is there already, and nothing is overwritten: take another name.")
    if like.like:
        raise SettingsError(f"{like.name} is itself like {like.like}: say --like {like.like}.")
    absent, tables = _of_book(like) if with_data else _examples(like)
    # Its reports must not look like those of real customers.
    kind = "simulated book" if like.book.source == "simulated" else "book"
    source = f"{kind} of {like.name}" if with_data else ""
    with TemporaryDirectory(dir=folder.parent, prefix=".new-") as draft:
        part = Path(draft) / name
        part.mkdir()
        _write(part, like, f"{name}: {source}" if source else name, absent, tables, form)
        rows = "\n".join(f"| {table} | {len(frame):,} | |" for table, frame in tables.items())
        (part / "README.md").write_text(_CARD.format(title=name, source=source, tables=rows), encoding="utf-8")
        part.rename(folder)
    return folder


def _of_book(like: Study) -> tuple[list[str], dict[str, pd.DataFrame]]:
    """What a book lacks, and its tables; the truth of a simulated one is no table of a bank."""
    book = load_book(like.model_copy(update={"unit": "customer"}))
    absent = [name for name in sorted(book.absent) if name not in OPTIONAL]
    return absent, _present({name: table for name, table in book.tables.items() if name != "truth"}, absent)


def _examples(like: Study) -> tuple[list[str], dict[str, pd.DataFrame]]:
    """What ``like`` lacks and experts have not said yet, and every table that must be given with one example row."""
    absent = [*dict.fromkeys([*like.book.absent, "judgements"])]
    measures = [like.tree[leaf].measure for leaf in like.tree.leaves if like.tree[leaf].measure]
    tables = {name: empty(name) for name in SCHEMAS if name not in OPTIONAL}
    if measures:
        tables["measures"] = empty("measures").reindex(columns=[*empty("measures"), *measures])
    examples = {name: pd.DataFrame([_example(name, [*table], like)]) for name, table in tables.items()}
    return absent, _present(examples, absent)


def _present(tables: Mapping[str, pd.DataFrame], absent: list[str]) -> dict[str, pd.DataFrame]:
    """Tables and columns that are not absent."""
    return {
        name: table[[column for column in table if f"{name}.{column}" not in absent]]
        for name, table in tables.items()
        if name not in absent
    }


def _example(name: str, columns: list[str], like: Study) -> dict[str, Any]:
    last = pd.Timestamp(like.as_of)
    of_kind = {ID: EXAMPLE, TEXT: "example", MONEY: 100_000.0, NUMBER: 0.02, FLAG: False, WHOLE: last.year - 1,
               DATE: last, MONTH: last.replace(day=1)}  # fmt: skip
    row = {}
    for column in columns:
        spec = SCHEMAS[name].columns.get(column)
        missing = spec is not None and spec.nullable
        usual = None if missing else of_kind[spec.metadata["kind"] if spec else NUMBER]
        row[column] = TYPICAL.get(column, usual)
    return row | ({"transactions": 20.0, "rm_hours": 2.0, "days_overdue": 0.0} if name == "activity" else {})


def _write(
    part: Path, like: Study, title: str, absent: list[str], tables: Mapping[str, pd.DataFrame], form: TableForm
) -> None:
    """Every file of a study but its data card."""
    raw = "  raw: raw\n" if form == "sql" else ""
    settings = _STUDY.format(title=title, like=like.name, as_of=like.as_of, raw=raw, absent=f"[{', '.join(absent)}]")
    settings += _UNTIL_JUDGED if "judgements" in absent else ""
    (part / "study.yaml").write_text(settings, encoding="utf-8")
    (part / "tree.yaml").write_bytes((like.folder / "tree.yaml").read_bytes())
    write_form(part / QUESTIONNAIRE, like.tree, [f"Expert {number}" for number in range(1, EXPERTS + 1)])
    if form == "xlsx":
        _write_workbook(part / WORKBOOK, tables)
        lines = (f"{name}: {{file: {WORKBOOK}, sheet: {name}}}\n" for name in tables)
        (part / MAPPING).write_text("".join(lines), encoding="utf-8")
        return
    (part / "tables").mkdir()
    folder = part / ("raw" if form == "sql" else "tables")
    folder.mkdir(exist_ok=True)
    for name, table in tables.items():
        _as_written(name, table).to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
        if form == "sql":
            (part / "tables" / f"{name}.sql").write_text(_query(name, [*table]), encoding="utf-8")


def _as_written(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table with its dates and months as text."""
    known = SCHEMAS[name].columns
    dates = {column: FORMATS.get(known[column].metadata["kind"]) for column in table if column in known}
    return table.assign(
        **{column: pd.to_datetime(table[column]).dt.strftime(how) for column, how in dates.items() if how}
    )


def _query(name: str, columns: list[str]) -> str:
    """A query over the file of the same name, with what each column must be."""
    known = SCHEMAS[name].columns
    told = {column: f"{facts(known[column])}: {known[column].description}" for column in columns if column in known}
    ends = [*[","] * (len(columns) - 1), ""]
    lines = [f'    "{column}"{end}  -- {told.get(column, NUMBER)}' for column, end in zip(columns, ends, strict=True)]
    return "\n".join([f"-- {name}: {SCHEMAS[name].description}", "SELECT", *lines, f'FROM "{name}"', ""])


def _write_workbook(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    from xlsxwriter import Workbook

    if long := [name for name, table in tables.items() if len(table) > LAST_ROW]:
        raise SettingsError(f"{long[0]} has more rows than a sheet takes ({LAST_ROW:,}): say --format csv.")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with Workbook(path, options) as workbook:
        workbook.set_properties({"created": dt.datetime(2000, 1, 1)})
        for name, table in tables.items():
            _write_sheet(workbook, workbook.add_worksheet(name), name, table)


def _write_sheet(workbook: "Workbook", sheet: "Worksheet", name: str, table: pd.DataFrame) -> None:
    """Head with comments, columns that take what they must hold, and the rows."""
    head = workbook.add_format({"bold": True, "bg_color": "#fff6d5"})
    # Text, so that Excel leaves the zeros of what is typed there.
    shown = {ID: "@", TEXT: "@", DATE: "yyyy-mm-dd", MONTH: "yyyy-mm"}
    for place, column in enumerate(table):
        spec = SCHEMAS[name].columns.get(column)
        kind = spec.metadata["kind"] if spec else NUMBER
        own = workbook.add_format({"num_format": shown.get(kind, "General")})
        sheet.set_column(place, place, 16, own)
        sheet.write_string(0, place, column, head)
        if spec:
            comment = "\n".join([f"{spec.description} ({facts(spec)})", *rules(spec)])
            sheet.write_comment(0, place, comment, {"x_scale": 2.5, "y_scale": 1 + len(rules(spec)) / 6})
        if spec and (listed := ["TRUE", "FALSE"] if kind == FLAG else values_of(spec)):
            said = {"validate": "list", "source": listed, "error_message": f"One of {', '.join(listed)}."}
            sheet.data_validation(1, place, LAST_ROW, place, said)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(table.itertuples(index=False, name=None), 1):
        for place, value in enumerate(row):
            if not pd.isna(value):
                sheet.write(line, place, value.to_pydatetime() if isinstance(value, pd.Timestamp) else value)
