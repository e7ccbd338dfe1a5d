"""Rows as a table: which line is the header, which lines are no rows, which rows are not as wide as they must be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crmlib.book.fault_table import Fault, Note
from crmlib.book.text_files import FaultyText, Row
from crmlib.errors import did_you_mean

FOOTERS = ("合计", "总计", "小计", "本页合计", "共计", "total", "sum", "grand total", "subtotal")
SIGNED = ("制表", "填表", "审核", "复核", "备注", "说明", "注：", "注:", "单位：", "数据来源")
_UNIT = re.compile(r"单位[:：,\s]*(亿元|万元|元)")
FIRST_LINES = 20
MOST_SHOWN = 60


@dataclass
class Grid:
    """The rows of one table.

    Attributes
    ----------
    header : list of str
        Names of the columns; None over values that have none.
    rows : list of Row
        As wide as the header each.
    faults, notes : list
        What is wrong with header and rows, and what was left out.
    spoilt : set of int
        Lines whose values mean nothing.
    unit : str
        Unit of money that a line above the header names; empty where none does.
    """

    header: list[str | None]
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    spoilt: set[int] = field(default_factory=set)
    unit: str = ""


def grid(rows: Sequence[Row], known: set[str], header_row: int = 1, skip_footer: int = 0, even: bool = True) -> Grid:
    """Header and rows of a table.

    Parameters
    ----------
    rows : sequence of Row
        Lines of the file.
    known : set of str
        Names of columns that the table may have.
    header_row, skip_footer : int
        Line of the header; filled lines at the end that are no rows.
    even : bool
        Whether every row must be as wide as the header; in a workbook what is blank at its end is not there.

    Raises
    ------
    FaultyText
        Where no header stands in its line.
    """
    filled = [(line, row) for line, row in rows if any(value and value.strip() for value in row)]
    if not filled:
        raise FaultyText("empty_file", allowed="a header and rows")
    header = next((_names(row) for line, row in rows if line == header_row), [])
    _require_header(header, header_row, filled, known)
    below = [(line, row) for line, row in filled if line > header_row]
    last = max(filled[-1][0], header_row)
    blank = sum(header_row < line < last for line, row in rows) - sum(line < last for line, _ in below)
    skipped = below[len(below) - skip_footer :] if skip_footer else []
    found = Grid(header, below[: len(below) - len(skipped)])
    found.notes += [
        Note(what, count=count, detail=detail)
        for what, count, detail in (
            ("above_header", header_row - 1, ""),
            ("footer_skipped", len(skipped), _line(skipped[0][1]) if skipped else ""),
            ("blank_rows", blank, ""),
        )
        if count
    ]
    above = (_line(row) for line, row in filled if line < header_row)
    found.unit = next((told[1] for text in above if (told := _UNIT.search(text))), "")
    _see_to_rows(found, even)
    _see_to_names(found)
    if not found.rows:
        found.faults.append(Fault("no_rows", "", allowed="at least one row"))
    return found


def _names(row: list[str | None]) -> list[str | None]:
    return [" ".join(value.split()) or None if value else None for value in row]


def _require_header(header: list[str | None], header_row: int, filled: list[Row], known: set[str]) -> None:
    """Refuse a header that knows fewer columns than a later line, or none."""
    if not known:
        return
    here = len(known & set(header))
    scores = [(len(known & set(_names(row))), -line) for line, row in filled[:FIRST_LINES]]
    most, line = max(scores)
    if most > here and (most > 2 * here or here < 2):
        raise FaultyText(
            "header", header_row, _line(header), f"line {-line} looks like the header: header_row: {-line}"
        )
    if not here:
        near = next((hint for name in header if name and (hint := did_you_mean(name, known))), "")
        raise FaultyText("header", header_row, _line(header), f"names such as {', '.join(sorted(known)[:4])}.{near}")


def _see_to_rows(found: Grid, even: bool) -> None:
    """Mark footers, second headers and uneven rows, and make every row as wide as the header."""
    width, names = len(found.header), set(filter(None, found.header))
    for place, (line, row) in enumerate(found.rows):
        first = next((value.strip() for value in row if value and value.strip()), "")
        if first.lower() in FOOTERS or first.startswith(SIGNED):
            found.faults.append(Fault("footer", "", line, value=_line(row), allowed="a row of the table"))
        elif len(names & set(_names(row))) > len(names) / 2:
            found.faults.append(Fault("header_again", "", line, value=_line(row), allowed="one header"))
        elif even and len(row) != width:
            said = f"{width} values, as the header; found {len(row)}"
            found.faults.append(Fault("uneven_row", "", line, value=_line(row), allowed=said))
        else:
            continue
        found.spoilt.add(line)
        found.rows[place] = line, row
    wide = max([width, *(len(row) for line, row in found.rows if line not in found.spoilt)])
    found.header += [None] * (wide - width)
    found.rows = [(line, (row + [None] * wide)[:wide]) for line, row in found.rows]


def _see_to_names(found: Grid) -> None:
    """Faults of names that stand twice, and of values under none; columns without either are left out."""
    kept: list[int] = []
    for place, name in enumerate(found.header):
        some = next((value for line, row in found.rows if (value := row[place]) and line not in found.spoilt), None)
        if name is None and some:
            found.faults.append(Fault("unnamed_column", "", 1, f"{place + 1}", some, "every column has a name"))
        elif name is not None and name in [found.header[other] for other in kept]:
            found.faults.append(Fault("duplicate_column", "", 1, name, name, "a column stands once"))
        elif name is not None:
            kept.append(place)
    found.header = [found.header[place] for place in kept]
    found.rows = [(line, [row[place] for place in kept]) for line, row in found.rows]


def _line(row: Sequence[str | None]) -> str:
    text = ",".join(value or "" for value in row).rstrip(",")
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
