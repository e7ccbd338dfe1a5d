"""Calibration of a simulated book: published figures beside what the book shows."""

import numpy as np
import pandas as pd
import yaml

from crmlib.book.book import Book
from crmlib.study import PROJECT, Study


def beside_sector(book: Book, profit: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Published figure, source, target band, obtained.

    Parameters
    ----------
    book : Book
        A simulated one.
    profit : DataFrame
        From :func:`crmlib.profit.profit_table`.
    study : Study

    Returns
    -------
    DataFrame, shape (figures,)
        Columns ``figure``, ``source``, ``low``, ``high``, ``obtained``, ``inside`` (bool) and ``unit``; money in CNY.
    """
    text = (PROJECT / "data" / "published" / "calibration.yaml").read_text(encoding="utf-8")
    obtained = _obtained(book, profit, pd.Timestamp(study.as_of))
    rows = [{**row, "obtained": obtained[row.pop("key")]} for row in yaml.safe_load(text)["figures"]]
    table = pd.DataFrame(rows)
    table["inside"] = table["obtained"].between(table["low"], table["high"])
    return table[["figure", "source", "low", "high", "obtained", "inside", "unit"]]


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
        "attrition": float(np.mean(list(yearly_attrition(book, as_of).values()))),
        "fee_share": year["fee_income"].sum() / year["income"].sum(),
        "npl": rows.loc[rows["days_overdue"] > 90, "loan"].sum() / max(rows["loan"].sum(), 1.0),
        "margin": margins / max(year["mean_deposits"].sum(), year["mean_loan"].sum()),
        "products": held.sum() / len(standing),
        "borrowers": float((standing["mean_loan"] > 0).mean()),
    }


def yearly_attrition(book: Book, as_of: pd.Timestamp) -> dict[int, float]:
    """Share of the customers open at the start of each calendar year that left in it."""
    people, first = book.customers, book.activity["month"].min()
    shares = {}
    for year in range(first.year, as_of.year + 1):
        start = pd.Timestamp(year, 1, 1)
        standing = people[(people["opened"] < start) & ~(people["closed"] < start)]
        shares[year] = float((standing["closed"] < pd.Timestamp(year + 1, 1, 1)).mean())
    return shares
