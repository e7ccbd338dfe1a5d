"""Sheets of customers: all of them as a table to filter, and a list for each relationship manager."""

import pandas as pd

from crmlib.report.workbook.paper import Column, Paper
from crmlib.strategy.actions import named_lists

_A3 = 8
"""Number of the paper size in the file format."""


def customer_columns(paper: Paper, table: pd.DataFrame) -> list[Column]:
    """The columns of all customers, those that the run knows."""
    word, money = paper.word, paper.money_head
    columns = [
        Column("customer_id", word("term.id"), width=11),
        Column("name", word("term.name"), width=22),
        Column("rm_id", word("owner.rm"), width=9),
        Column("size", word("term.size"), width=9),
        Column("total", word("term.total"), "points", 9),
        Column("current", word("term.current"), "points", 9),
        Column("potential", word("term.potential"), "points", 9),
        Column("class", word("term.class"), width=10),
        Column("class_last_year", word("workbook.last_year"), width=10),
        Column("stage", word("term.stage"), width=12),
        Column("sure", word("term.acceptability"), "percent", 10),
        Column("headline", word("term.action"), width=46),
        Column("owner", word("term.owner"), width=13),
        Column("due", word("term.due"), "date", 11),
        Column("stake", word("term.stake"), width=8),
        Column("value_at_stake", money("term.value_at_stake"), "money", 12),
        Column("eva", money("term.eva"), "money", 11),
        Column("clv", money("term.clv"), "money", 12),
        Column("mean_deposits", money("term.deposits"), "money", 12),
        Column("mean_loan", money("term.loans"), "money", 12),
        Column("headroom", money("term.headroom"), "money", 12),
        Column("hours", word("term.hours"), "hours", 9),
        Column("measure", word("term.measure"), width=50),
        Column("reason", word("term.reason"), width=90),
    ]
    return [column for column in columns if column.key in table]


def customers_sheet(paper: Paper, table: pd.DataFrame) -> tuple[str, dict[str, str]]:
    """All graded customers; returns the sheet's name and the range of each column for formulas."""
    columns = customer_columns(paper, table)
    sheet = paper.sheet(paper.word("workbook.customers"), wide=True)
    paper.widths(sheet, columns)
    sheet.set_row(0, 42)
    sheet.set_paper(_A3)
    # On paper the two columns of sentences would make all others too small to read.
    shown = [place for place, column in enumerate(columns) if column.key not in ("measure", "reason")]
    sheet.print_area(0, 0, len(table), max(shown))
    paper.filtered(sheet, 0, columns, table, "customers")
    return sheet.get_name(), ranges(sheet.get_name(), 1, [column.key for column in columns], len(table))


def ranges(sheet: str, row: int, keys: list[str], length: int) -> dict[str, str]:
    """Absolute range of each column of a table whose body begins at a row (from 0)."""
    from xlsxwriter.utility import xl_range_abs

    quoted = sheet.replace("'", "''")
    last = row + max(length, 1) - 1
    return {key: f"'{quoted}'!{xl_range_abs(row, place, last, place)}" for place, key in enumerate(keys)}


def manager_sheets(paper: Paper, table: pd.DataFrame) -> list[str]:
    """A sheet for each relationship manager, the most at stake first; returns the managers."""
    if not {"rm_id", "headline", "value_at_stake"} <= set(table):
        return []
    lists = named_lists(table.assign(action=table["headline"]).set_index("customer_id"))
    for manager, own in lists.groupby("rm_id"):
        _list(paper, str(manager), own)
    return list(lists["rm_id"].unique())


def _list(paper: Paper, manager: str, own: pd.DataFrame) -> None:
    word = paper.word
    columns = [
        Column("rank", word("term.rank"), "whole", 6),
        Column("customer_id", word("term.id"), width=11),
        Column("name", word("term.name"), width=20),
        Column("class", word("term.class"), width=10),
        Column("stage", word("term.stage"), width=12),
        Column("headline", word("term.action"), "long", 32),
        Column("owner", word("term.owner"), width=13),
        Column("due", word("term.due"), "date", 11),
        Column("stake", word("term.stake"), width=8),
        Column("value_at_stake", paper.money_head("term.value_at_stake"), "money", 11),
        Column("measure", word("term.measure"), "long", 34),
        Column("reason", word("term.reason"), "long", 60),
    ]
    columns = [column for column in columns if column.key in own]
    sheet = paper.sheet(manager, wide=True)
    paper.widths(sheet, columns)
    paper.title(sheet, word("workbook.rm_title", rm=manager, n=f"{len(own):,}"))
    paper.put(sheet, 1, 0, word("workbook.rm_note"), "note")
    paper.rows(sheet, 3, columns, own)
    sheet.set_row(3, 28)
    sheet.autofilter(3, 0, 3 + len(own), len(columns) - 1)
    sheet.freeze_panes(4, 3)
    sheet.repeat_rows(3)
