"""Five categories: how good the loans are by the scale that Chinese banks report (五级分类), told from days overdue.

A bank's own category knows more than the days: collateral, other banks' claims, the borrower's accounts. By days alone
a loan is at least as bad as it stands here.
"""

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book

CATEGORIES = {"normal": 0, "special_mention": 90, "substandard": 270, "doubtful": 360, "loss": np.inf}
"""Each category with the most days overdue that it allows."""
BAD = ("substandard", "doubtful", "loss")
"""Categories that are non-performing."""


@needs("activity.loan", "activity.days_overdue")
def by_category(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Loans of the month that ends at a date, by category.

    Returns
    -------
    DataFrame
        One row a category, the best first: category, customers, loans (CNY) and share of all loans. Absent where
        nobody borrows.
    """
    activity = book.activity
    rows = activity[(activity["month"] == as_of.replace(day=1)) & (activity["loan"] > 0)]
    if rows.empty:
        raise Lacking("structure.no_loans")
    place = np.searchsorted(list(CATEGORIES.values()), rows["days_overdue"])
    category = pd.Categorical.from_codes(place, list(CATEGORIES))
    table = rows.groupby(category, observed=False)["loan"].agg(customers="size", loans="sum")
    return table.assign(share=table["loans"] / table["loans"].sum()).rename_axis("category").reset_index()


@needs()
def bad(table: pd.DataFrame) -> float:
    """Share of the loans that are non-performing."""
    return float(table.loc[table["category"].isin(BAD), "share"].sum())
