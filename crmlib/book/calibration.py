"""Calibration of a simulated book: published figures beside what the book shows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import yaml

from crmlib.absent import Lacking, needs
from crmlib.book.book import Book
from crmlib.study import PROJECT, Study
from crmlib.words.messages import say


@dataclass(frozen=True)
class Calibration:
    """Figures of a simulated book beside their target bands.

    Attributes
    ----------
    table : DataFrame, shape (figures,)
        Columns ``figure`` (code), ``source``, ``low``, ``high``, ``obtained``, ``inside`` (bool) and ``unit``; money in
        CNY.
    customers : int
        Customers open at the as-of date.
    """

    table: pd.DataFrame
    customers: int

    @property
    def inside(self) -> int:
        """Number of figures within their band."""
        return int(self.table["inside"].sum())

    @property
    def outside(self) -> list[str]:
        """Codes of the figures outside their band."""
        return self.table.loc[~self.table["inside"], "figure"].tolist()

    @property
    def shown(self) -> pd.DataFrame:
        """The same for people: each ``found`` figure with its band, in its own unit."""
        found = [say(f"book.in_{row.unit}", value=(row.obtained, row.low, row.high)) for row in self.table.itertuples()]
        return self.table[["figure"]].assign(found=found, inside=self.table["inside"], origin=self.table["figure"])


@needs()
def beside_sector(book: Book, profit: pd.DataFrame, study: Study) -> Calibration:
    """What a simulated book shows beside the published figures; absent for another book.

    Parameters
    ----------
    book : Book
    profit : DataFrame
        From :func:`crmlib.profit.profit_table`.
    study : Study
    """
    if not book.simulated:
        raise Lacking("book.not_calibrated")
    text = (PROJECT / "data" / "published" / "calibration.yaml").read_text(encoding="utf-8")
    obtained = _obtained(book, profit, pd.Timestamp(study.as_of))
    table = pd.DataFrame(yaml.safe_load(text)["figures"])
    table["obtained"] = table["figure"].map(obtained)
    table["inside"] = table["obtained"].between(table["low"], table["high"])
    table = table[["figure", "source", "low", "high", "obtained", "inside", "unit"]]
    return Calibration(table, int((profit["open"] & (profit["as_of"] == pd.Timestamp(study.as_of))).sum()))


def _obtained(book: Book, profit: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, float]:
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
