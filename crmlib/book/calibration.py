"""Calibration of a simulated book: published figures beside what the book shows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import yaml

from crmlib.absent import Lacking, needs
from crmlib.book.book import Book
from crmlib.study import PROJECT, Study
from crmlib.words.messages import say

CHECKED = "checked"
OTHERS = (0.05, 0.95)
"""Quantiles over other books between which a figure is shown."""


@dataclass(frozen=True)
class Calibration:
    """Figures of a simulated book beside their published bands, and beside the same figures of other books.

    Attributes
    ----------
    table : DataFrame, shape (figures,)
        Columns ``figure`` (code), ``how`` (construction: a dial of the simulator asks for it; checked: it comes out),
        ``source``, ``low``, ``high``, ``obtained``, ``inside`` (bool), ``unit``, ``p5``, ``p95`` (missing without other
        books) and ``books_inside`` (other books within the band); money in CNY.
    customers : int
        Customers open at the as-of date.
    books, books_all_inside : int
        Other books; those of them in which every checked figure lies within its band.
    """

    table: pd.DataFrame
    customers: int
    books: int
    books_all_inside: int

    @property
    def checked(self) -> pd.DataFrame:
        """The figures that can fail."""
        return self.table[self.table["how"] == CHECKED]

    @property
    def scaled(self) -> list[str]:
        """Codes of the figures that lie in their band by construction."""
        return self.table.loc[self.table["how"] != CHECKED, "figure"].tolist()

    @property
    def inside(self) -> int:
        """Number of checked figures within their band."""
        return int(self.checked["inside"].sum())

    @property
    def outside(self) -> list[str]:
        """Codes of the checked figures outside their band."""
        return self.checked.loc[~self.checked["inside"], "figure"].tolist()

    @property
    def shown(self) -> pd.DataFrame:
        """The same for people: each figure with its band, in its own unit, and what it is in other books."""
        rows = [self._shown(row) for row in self.table.itertuples()]
        table = pd.DataFrame(rows, columns=["figure", "found", "placed", "in_others", "others_inside", "origin"])
        return table if self.books else table.drop(columns=["in_others", "others_inside"])

    def _shown(self, row: Any) -> tuple:
        unit, can_fail = f"book.in_{row.unit}", row.how == CHECKED
        placed = ("inside" if row.inside else "outside") if can_fail else row.how
        counted = say("book.others_inside", inside=row.books_inside, books=self.books) if can_fail else None
        found, others = (say(unit, value=value) for value in ((row.obtained, row.low, row.high), (row.p5, row.p95)))
        return row.figure, found, placed, others, counted, row.figure


@needs()
def beside_sector(book: Book, profit: pd.DataFrame, others: pd.DataFrame, study: Study) -> Calibration:
    """What a simulated book shows beside the published figures; absent for another book.

    Parameters
    ----------
    book : Book
    profit : DataFrame
        From :func:`crmlib.profit.profit_table`.
    others : DataFrame, shape (books, figures)
        The :func:`figures` of other books of the same making.
    study : Study
    """
    if not book.simulated:
        raise Lacking("book.not_calibrated")
    table, as_of = _published(), pd.Timestamp(study.as_of)
    table["obtained"] = pd.Series(figures(book, profit, as_of))
    table["inside"] = table["obtained"].between(table["low"], table["high"])
    others = others.reindex(columns=table.index)
    table["p5"], table["p95"] = (others.quantile(share) for share in OTHERS)
    inside = others.ge(table["low"]) & others.le(table["high"])
    table["books_inside"] = inside.sum()
    customers = int((profit["open"] & (profit["as_of"] == as_of)).sum())
    whole = int(inside.loc[:, table["how"] == CHECKED].all(axis=1).sum())
    return Calibration(table.reset_index(), customers, len(others), whole)


def _published() -> pd.DataFrame:
    text = (PROJECT / "data" / "published" / "calibration.yaml").read_text(encoding="utf-8")
    return pd.DataFrame(yaml.safe_load(text)["figures"]).set_index("figure")


def figures(book: Book, profit: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, float]:
    """What a book shows of every published figure, by its code; money in CNY, margin and attrition a year."""
    rows = book.activity[book.activity["month"] == as_of.replace(day=1)]
    deposits = (rows["demand_deposit"] + rows["time_deposit"]).sort_values(ascending=False).to_numpy()
    year = profit[profit["as_of"] == as_of]
    standing = year[year["open"]]
    held = book.holdings["customer_id"].isin(standing["customer_id"]) & ~(book.holdings["closed"] <= as_of)
    margins = year["loan_margin"].sum() + year["deposit_margin"].sum()
    return {
        "deposits": deposits.sum(),
        "loans": rows["loan"].sum(),
        "top20_deposits": deposits[: round(0.2 * len(deposits))].sum() / deposits.sum(),
        "eva_negative": float((standing["eva"] < 0).mean()),
        "attrition": float(np.mean(list(attrition_by_calendar_year(book, as_of).values()))),
        "fee_share": year["fee_income"].sum() / year["income"].sum(),
        "npl": rows.loc[rows["days_overdue"] > 90, "loan"].sum() / max(rows["loan"].sum(), 1.0),
        "margin": margins / max(year["mean_deposits"].sum(), year["mean_loan"].sum()),
        "products": held.sum() / len(standing),
        "borrowers": float((standing["mean_loan"] > 0).mean()),
    }


def attrition_by_calendar_year(book: Book, as_of: pd.Timestamp) -> dict[int, float]:
    """Share of the customers open at the start of each calendar year that left in it."""
    people, first = book.customers, book.activity["month"].min()
    shares = {}
    for year in range(first.year, as_of.year + 1):
        start = pd.Timestamp(year, 1, 1)
        standing = people[(people["opened"] < start) & ~(people["closed"] < start)]
        shares[year] = float((standing["closed"] < pd.Timestamp(year + 1, 1, 1)).mean())
    return shares
