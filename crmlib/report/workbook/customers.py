"""Sheets of customers: all of them as a table to filter, and a list for each relationship manager."""

import pandas as pd

from crmlib.report.workbook.paper import Paper
from crmlib.strategy.actions import named_lists

_A3 = 8
"""Number of the paper size in the file format."""
WIDTHS = {
    "customer_id": 11, "name": 22, "rm_id": 9, "size": 9, "total": 9, "current": 9, "potential": 9, "class": 10,
    "class_last_year": 10, "stage": 12, "sure": 10, "action": 46, "owner": 13, "due": 11, "stake": 8,
    "value_at_stake": 12, "eva": 11, "clv": 12, "mean_deposits": 12, "mean_loan": 12, "headroom": 12, "hours": 9,
    "measure": 50, "reason": 90,
}  # fmt: skip
"""Columns of all customers, those that the run knows, with their widths."""
LIST = {
    "rank": 6, "customer_id": 11, "name": 20, "class": 10, "stage": 12, "action": 32, "owner": 13, "due": 11,
    "stake": 8, "value_at_stake": 11, "measure": 34, "reason": 60,
}  # fmt: skip
"""Columns of the list of a relationship manager."""


def customers_sheet(paper: Paper, table: pd.DataFrame) -> dict[str, str]:
    """All graded customers; returns the range of each column for formulas."""
    widths = {column: wide for column, wide in WIDTHS.items() if column in table}
    sheet = paper.sheet(paper.word("workbook.customers"), wide=True)
    sheet.set_paper(_A3)
    # On paper the two columns of sentences would make all others too small to read.
    shown = [place for place, column in enumerate(widths) if column not in ("measure", "reason")]
    sheet.print_area(0, 0, len(table), max(shown))
    return paper.filtered(sheet, widths, table, "customers", {})


def manager_sheets(paper: Paper, table: pd.DataFrame) -> None:
    """A sheet for each relationship manager, the most at stake first."""
    if not {"rm_id", "action", "value_at_stake"} <= set(table):
        return
    for manager, own in named_lists(table.set_index("customer_id")).groupby("rm_id"):
        widths = {column: wide for column, wide in LIST.items() if column in own}
        sheet = paper.sheet(str(manager), wide=True)
        paper.title(sheet, paper.word("workbook.rm_title", rm=manager, n=len(own)))
        paper.put(sheet, 1, 0, paper.word("workbook.rm_note"), "note")
        paper.rows(sheet, 3, widths, own)
        sheet.set_row(3, 28)
        sheet.autofilter(3, 0, 3 + len(own), len(widths) - 1)
        sheet.freeze_panes(4, 3)
        sheet.repeat_rows(3)
