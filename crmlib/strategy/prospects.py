"""Prospects: who competes for a relationship manager's hours, and what each could bring.

Left out, and served as today: who is for the risk desk, whose headroom is not known, and who has no manager.
"""

import pandas as pd

from crmlib.book import Book
from crmlib.profit import at
from crmlib.strategy.facts import HEADROOM, days_overdue
from crmlib.study import Study
from crmlib.value.references import accounts


def prospects(
    book: Book, profit: pd.DataFrame, indicators: pd.DataFrame, classes: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """The customers among whom hours are allocated.

    Parameters
    ----------
    book : Book
    profit : DataFrame
        From :func:`crmlib.profit.profit_table`.
    indicators : DataFrame, index customer_id
        Indicators at the as-of date of the graded customers.
    classes : DataFrame, index customer_id
        ``class`` and ``total`` of the graded customers.
    study : Study
        Uses ``as_of``, the tree, ``strategy`` and ``profit.overdue_days``.

    Returns
    -------
    DataFrame, index customer_id, in its order
        rm_id, size, class, total (0-100), hours_now (in the last twelve months), deposits, sales (CNY a year), headroom
        (CNY), scale (kappa, hours a year), potential_gain (take-up · margin · headroom, CNY a year).
    """
    as_of, settings = pd.Timestamp(study.as_of), study.strategy
    people = book.customers.set_index("customer_id")[["rm_id", "size", "watch_list"]]
    table = classes[["class", "total"]].join(people).join(at(profit, as_of)[["hours", "mean_deposits"]])
    table = table.assign(
        sales=accounts(book, as_of)["sales"],
        headroom=indicators[study.tree.leaf_with(HEADROOM)],
        overdue=days_overdue(book, as_of),
        scale=table["size"].map(settings.response_hours).astype(float),
    )
    risky = table["watch_list"] | (table["overdue"] > study.profit.overdue_days)
    kept = table[table["headroom"].notna() & table["rm_id"].notna() & ~risky].sort_index()
    kept = kept.assign(potential_gain=settings.take_up * settings.growth_margin * kept["headroom"])
    kept = kept.rename(columns={"hours": "hours_now", "mean_deposits": "deposits"})
    return kept.drop(columns=["watch_list", "overdue"])
