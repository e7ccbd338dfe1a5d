"""Facts: what the actions must know of each customer beside its class and stage.

What a book does not have stays missing, and the rules that need it do not fire.
"""

import pandas as pd

from crmlib.book import Book
from crmlib.profit import at
from crmlib.strategy.lifetime import clv, plain_retention
from crmlib.study import Study

FACTS = (
    "name", "rm_id", "public_mandate", "watch_list", "days_overdue", "eva", "cost_to_serve", "expected_loss",
    "retention", "clv", "headroom",
)  # fmt: skip
"""Columns of the facts."""
HEADROOM = "wallet_headroom"


def customer_facts(
    book: Book,
    profit: pd.DataFrame | None,
    indicators: pd.DataFrame,
    as_of: pd.Timestamp,
    study: Study,
    stays: pd.Series | None = None,
) -> pd.DataFrame:
    """Facts of the graded customers.

    Parameters
    ----------
    book : Book
    profit : DataFrame or None
        Profit table; without it there is no money in the facts.
    indicators : DataFrame, index customer_id
        Indicators at ``as_of`` of the customers to act on; the leaf with the formula ``wallet_headroom`` is read.
    as_of : Timestamp
        Month-end.
    study : Study
        Uses its tree, ``profit.hurdle``, the discount rate of the lifetime value, and ``strategy.horizon``.
    stays : Series, optional
        Retention of customers for whom it is known better than by last year's attrition of their size class, 1/year.

    Returns
    -------
    DataFrame, indexed like ``indicators``
        name, rm_id, public_mandate, watch_list, days_overdue (in the month of ``as_of``), eva, cost_to_serve,
        expected_loss (CNY a year), retention (1/year), clv (CNY, with EVA as margin), headroom (CNY).
    """
    facts = book.customers.set_index("customer_id").reindex(indicators.index)
    facts["days_overdue"] = days_overdue(book, as_of)
    if profit is not None:
        facts = facts.join(at(profit, as_of)[["eva", "cost_to_serve", "expected_loss"]])
        plain = plain_retention(book.customers, as_of).reindex(facts.index)
        facts["retention"] = plain if stays is None else stays.reindex(facts.index).fillna(plain)
        facts["clv"] = clv(facts["eva"], facts["retention"], study.profit.hurdle, study.strategy.horizon)
    if (leaf := study.tree.leaf_with(HEADROOM)) in indicators:
        facts["headroom"] = indicators[leaf]
    return facts.reindex(columns=list(FACTS))


def days_overdue(book: Book, as_of: pd.Timestamp) -> pd.Series:
    """Days overdue in the month of a date, by customer."""
    month = book.activity[book.activity["month"] == as_of - pd.offsets.MonthBegin(1)]
    return month.set_index("customer_id")["days_overdue"]
