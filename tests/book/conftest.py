"""A small bank as CSV files in a temporary folder, and ways to spoil it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from crmlib.book.reading import Delivery, deliver
from crmlib.study import Study
from crmlib.words.texts import has

SETTINGS = """
title: A bank
like: jd
as_of: 2015-12-31
book:
  source: tables
  absent: [financials, judgements, industries]
model: {weights: equal}
"""
CUSTOMERS = [
    "customer_id,name,group_id,industry,size,ownership,public_mandate,watch_list,founded,opened,rating,rm_id,"
    "service_tier,closed",
    "000001,First,,C,large,state,false,false,1999-05-01,2010-03-31,AA,R1,1,",
    "000002,Second,,F,small,private,false,false,,2011-06-15,,R1,2,",
    "000003,NA,,C,medium,foreign,true,false,,2015-03-10,BB,R2,3,",
    "000004,Fourth,G1,E,micro,private,false,true,,2012-01-05,B,R2,3,2015-09-20",
]
ACTIVITY = (
    "customer_id,month,demand_deposit,time_deposit,loan,loan_rate,guarantees,inflow,outflow,transactions,"
    "fee_settlement,fee_trade,fee_guarantee,fee_agency,rm_hours,days_overdue"
)
HOLDINGS = ["customer_id,product,opened,closed", "000001,P1,2012-02-01,", "000002,P2,2013-02-01,2014-03-01"]
PRODUCTS = ["product,name,eligibility", "P1,Loan,borrower", "P2,Cash,"]
RATES = "month,ftp_demand,ftp_time,ftp_loan,rate_demand,rate_time"


def months(start: str, end: str) -> list[str]:
    return [f"{month:%Y-%m}" for month in pd.period_range(start, end, freq="M")]


def activity() -> list[str]:
    lives = {"000001": ("2015-01", "2015-12"), "000002": ("2015-01", "2015-12"), "000003": ("2015-03", "2015-12"),
             "000004": ("2015-01", "2015-09")}  # fmt: skip
    rows = [
        f"{customer},{month},{1000 * int(customer)}.5,2000,50000,0.06,0,3000,2500,12,30,5,0,1,2.5,0"
        for customer, life in lives.items()
        for month in months(*life)
    ]
    return [ACTIVITY, *rows]


class Bank:
    """The folder of a study whose tables can be spoilt; ``lines`` holds the text of each as lines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables = folder / "tables"
        self.tables.mkdir(parents=True)
        (folder / "study.yaml").write_text(SETTINGS, encoding="utf-8")
        rates = [RATES, *(f"{month},0.02,0.03,0.04,0.003,0.025" for month in months("2015-01", "2015-12"))]
        self.lines = {"customers": CUSTOMERS, "activity": activity(), "holdings": HOLDINGS, "products": PRODUCTS,
                      "rates": rates}  # fmt: skip
        for name, lines in self.lines.items():
            self.write(name, lines)

    def write(self, name: str, lines: list[str], encoding: str = "utf-8", ending: str = "\n") -> Path:
        self.lines = {**self.lines, name: lines}
        path = self.tables / f"{name}.csv"
        path.write_bytes((ending.join(lines) + ending).encode(encoding))
        return path

    def rows(self, name: str) -> list[list[str]]:
        return [*csv.reader(io.StringIO("\n".join(self.lines[name])))]

    def edit(self, name: str, line: int, column: str, value: str) -> None:
        """Put a value into a line (the header is 1) of a table."""
        rows = self.rows(name)
        rows[line - 1][rows[0].index(column)] = value
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        self.lines = {**self.lines, name: text.getvalue().splitlines()}
        (self.tables / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")

    def column(self, name: str, column: str, change: Callable[[str], str]) -> None:
        """Change every value of a column."""
        for line, row in enumerate(self.rows(name)[1:], 2):
            self.edit(name, line, column, change(row[self.rows(name)[0].index(column)]))

    def excel(self, name: str, change: Callable = lambda workbook: None) -> Path:
        """Give a table as a workbook in place of its CSV, text as text and numbers as numbers, then changed."""
        from openpyxl import Workbook

        workbook = Workbook()
        workbook.active.title = name
        for row in self.rows(name):
            workbook.active.append([self._typed(value) for value in row])
        change(workbook)
        (self.tables / f"{name}.csv").unlink()
        path = self.tables / f"{name}.xlsx"
        workbook.save(path)
        return path

    @staticmethod
    def _typed(value: str) -> str | float | None:
        try:
            return value if value.startswith("0000") else float(value)
        except ValueError:
            return value or None

    def study(self, **settings: object) -> Study:
        return Study.load(self.folder, **settings)

    def deliver(self, **settings: object) -> Delivery:
        return deliver(self.study(**settings))

    def found(self, **settings: object) -> set[tuple]:
        """Code, table, row and column of every fault."""
        return {(fault.code, fault.table, fault.row, fault.column) for fault in self.deliver(**settings).faults}

    def noted(self, **settings: object) -> dict[str, int]:
        """Notes that are no absent table, with how many places they stand for."""
        delivery = self.deliver(**settings)
        assert not delivery.faults
        assert all(has(f"check.note.{note.what}") for note in delivery.notes)
        notes = [note for note in delivery.notes if not note.what.startswith("absent")]
        return {what: sum(note.count for note in notes if note.what == what) for what in {note.what for note in notes}}


@pytest.fixture
def bank(tmp_path, monkeypatch) -> Bank:
    return Bank(tmp_path / "bank")
