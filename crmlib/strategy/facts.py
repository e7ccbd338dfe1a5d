"""Facts: what actions and hours must know of each customer beside its class and stage.

What a book does not have stays missing, and the rules that need it do not fire. Prospects are the customers among whom
hours are allocated; who is for the risk desk, has no known headroom or no manager is served as today.
"""

import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.book import Book
from crmlib.profit import at
from crmlib.strategy.lifetime import clv
from crmlib.study import Study
from crmlib.value.references import accounts

FACTS = (
    "name", "rm_id", "public_mandate", "watch_list", "days_overdue", "eva", "cost_to_serve", "expected_loss",
    "retention", "clv", "headroom", "trend",
)  # fmt: skip
"""Columns of the facts."""
HEADROOM, TREND = "wallet_headroom", "business_trend"


def customer_facts(
    book: Book,
    profit: pd.DataFrame | Absent,
    indicators: pd.DataFrame,
    as_of: pd.Timestamp,
    study: Study,
    retention: pd.Series | Absent,
) -> pd.DataFrame:
    """Facts of the graded customers.

    Parameters
    ----------
    book : Book
    profit : DataFrame or absent
        Profit table; without it there is no money in the facts.
    indicators : DataFrame, index customer_id
        Indicators at ``as_of`` of the customers to act on; the leaves with the formulas ``wallet_headroom``
        and ``business_trend`` are read.
    as_of : Timestamp
        Month-end.
    study : Study
        Uses its tree, ``profit.lgd``, ``profit.hurdle``, the discount rate of the lifetime value, and
        ``strategy.horizon``.
    retention : Series, index customer_id, or absent
        Chance that a customer is there after a year, as of :class:`crmlib.strategy.outlook.Outlook`; without it there
        is no lifetime value.

    Returns
    -------
    DataFrame, indexed like ``indicators``
        name, rm_id, public_mandate, watch_list, days_overdue (in the month of ``as_of``), eva, cost_to_serve,
        expected_loss (CNY a year; in default the loss given default, once), retention (1/year), clv (CNY, with EVA as
        margin), headroom (CNY), trend (log change of business within a year).
    """
    facts = book.customers.set_index("customer_id").reindex(indicators.index)
    facts["days_overdue"] = days_overdue(book, as_of)
    if is_known(profit):
        year = at(profit, as_of)
        lost = year["expected_loss"].mask(year["in_default"], study.profit.lgd * year["ead"])
        facts = facts.join(year[["eva", "cost_to_serve"]].assign(expected_loss=lost))
    if is_known(profit) and is_known(retention):
        facts = facts.join(retention.rename("retention"))
        facts["clv"] = clv(facts["eva"], facts["retention"], study.profit.hurdle, study.strategy.horizon)
    for name, formula in (("headroom", HEADROOM), ("trend", TREND)):
        if (leaf := study.tree.leaf_with(formula)) in indicators:
            facts[name] = indicators[leaf]
    return facts.reindex(columns=list(FACTS))


def days_overdue(book: Book, as_of: pd.Timestamp) -> pd.Series:
    """Days overdue in the month of a date, by customer."""
    month = book.activity[book.activity["month"] == as_of - pd.offsets.MonthBegin(1)]
    return month.set_index("customer_id")["days_overdue"]


@needs("customers.rm_id")
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
        (CNY), scale (kappa, hours a year), potential_gain (take-up · margin · headroom, CNY a year). Absent where no
        headroom is known.
    """
    if (leaf := study.tree.leaf_with(HEADROOM)) not in indicators or indicators[leaf].isna().all():
        raise Lacking("strategy.no_headroom")
    as_of, settings = pd.Timestamp(study.as_of), study.strategy
    people = book.customers.set_index("customer_id")[["rm_id", "size", "watch_list"]]
    table = classes[["class", "total"]].join(people).join(at(profit, as_of)[["hours", "mean_deposits"]])
    table = table.assign(
        sales=accounts(book, as_of, study.book)["sales"],
        headroom=indicators[leaf],
        overdue=days_overdue(book, as_of),
        scale=table["size"].map(settings.response_hours).astype(float),
    )
    risky = table["watch_list"] | (table["overdue"] > study.profit.overdue_days)
    kept = table[table["headroom"].notna() & table["rm_id"].notna() & ~risky].sort_index()
    if kept.empty:
        raise Lacking("strategy.no_prospect")
    kept = kept.assign(potential_gain=settings.take_up * settings.growth_margin * kept["headroom"])
    kept = kept.rename(columns={"hours": "hours_now", "mean_deposits": "deposits"})
    return kept.drop(columns=["watch_list", "overdue"])
