"""The form on which experts judge the indicator tree: a workbook with one sheet an expert, and back into a table.

Each node of the tree is a small matrix of which only the upper triangle is filled in; Saaty's scale stands beside it.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from crmlib.tree import ROOT, Tree

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

TITLE = "How much more important is the row than the column?"
"""First cell of every sheet of a form: by it a form is told from a plain table."""
NOTE = (
    "Fill in the light cells: 3 if the row is moderately more important than the column, 1/3 if the column is. Leave "
    "blank what you cannot say."
)
VERBAL = {
    1: "as important as",
    2: "slightly more important than",
    3: "moderately more important than",
    4: "moderately to strongly more important than",
    5: "strongly more important than",
    6: "strongly to very strongly more important than",
    7: "very strongly more important than",
    8: "very strongly to extremely more important than",
    9: "extremely more important than",
}
"""Saaty's verbal scale (Saaty 2008, table 1)."""
STEPS = [*(str(step) for step in range(9, 0, -1)), *(f"1/{step}" for step in range(2, 10))]
COLUMNS = ("expert", "node", "left", "right", "value")
Cells = Sequence[Sequence[str | None]]
_JUDGEMENT = re.compile(r"\d+(\.\d+)?([eE]-\d+)?|\d+ *[/⁄] *\d+")
_FIRST_BLOCK = 3


def write_form(path: str | Path, tree: Tree, experts: Sequence[str]) -> None:
    """Write an empty form.

    Parameters
    ----------
    path : str or Path
        Workbook to write, ``.xlsx``.
    tree : Tree
        Every node with at least two children is asked for.
    experts : sequence of str
        Names of the experts, which are those of the sheets: at most 31 letters, none of ``[]:*?/\\``.
    """
    from xlsxwriter import Workbook

    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"created": dt.datetime(2000, 1, 1)})
        for expert in experts:
            _write_sheet(workbook, workbook.add_worksheet(expert), tree)


def answers(sheets: Mapping[str, Cells]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What experts filled in.

    Parameters
    ----------
    sheets : mapping of str to rows of cells
        Text of every cell of each expert's sheet, None where it is blank; both triangles are read.

    Returns
    -------
    (DataFrame, DataFrame)
        Judgements as text (expert, node, left, right, value) with the line of the sheet; and the cells in which
        something else stands (cell, line, value).
    """
    judged, unread = [], []
    for expert, cells in sheets.items():
        for line, column, node, left, right in _asked(cells):
            value = cells[line][column]
            if value is None or not value.strip():
                continue
            if _JUDGEMENT.fullmatch(value.strip()):
                judged.append((expert, node, left, right, value.strip(), line + 1))
            else:
                unread.append((f"expert {expert}: {left} over {right}", line + 1, value))
    return (
        pd.DataFrame(judged, columns=[*COLUMNS, "line"]),
        pd.DataFrame(unread, columns=["cell", "line", "value"]),
    )


def _asked(cells: Cells) -> Iterator[tuple[int, int, str, str, str]]:
    """Line and column (from 0), node, left and right of every cell off the diagonals of a sheet's matrices."""
    node, children = "", []
    for line, row in enumerate(cells[_FIRST_BLOCK:], start=_FIRST_BLOCK):
        codes = [cell.split()[0] for cell in takewhile(lambda cell: cell and cell.strip(), row)]
        if not codes:
            node = ""
        elif not node:
            node, *children = codes
        else:
            for place, right in enumerate(children, start=1):
                if right != codes[0] and place < len(row):
                    yield line, place, node, codes[0], right


def _write_sheet(workbook: "Workbook", sheet: "Worksheet", tree: Tree) -> None:
    head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    asked = workbook.add_format({"num_format": "@", "bg_color": "#fff6d5", "border": 1, "align": "center"})
    closed = workbook.add_format({"bg_color": "#d9d9d9", "border": 1})
    nodes = [node for node in tree.groups if len(tree.children(node)) > 1]
    scale = 2 + max(len(tree.children(node)) for node in nodes)
    sheet.write(0, 0, TITLE, workbook.add_format({"bold": True, "font_size": 14}))
    sheet.write(1, 0, NOTE)
    line = _FIRST_BLOCK
    for node in nodes:
        children = tree.children(node)
        labels = [f"{code} {tree[code].name}" for code in children]
        sheet.write_row(line, 0, [f"{node} {'customer value' if node == ROOT else tree[node].name}", *labels], head)
        for place, label in enumerate(labels, start=1):
            sheet.write(line + place, 0, label, head)
            for other in range(1, len(labels) + 1):
                sheet.write_blank(line + place, other, None, asked if other > place else closed)
            if place < len(labels):
                sheet.data_validation(line + place, place + 1, line + place, len(labels), _ONE_OF_SCALE)
        line += len(labels) + 2
    for step, words in VERBAL.items():
        sheet.write_row(_FIRST_BLOCK + step, scale, [step, words])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, scale - 1, 22)
    sheet.set_column(scale, scale, 4)


_ONE_OF_SCALE = {"validate": "list", "source": STEPS, "error_message": "A step of the scale: 1 to 9, or 1/2 to 1/9."}
