"""Saves: whose leaving would cost most, and who is to call them."""

from collections.abc import Sequence

import pandas as pd

from crmlib.absent import Lacking, is_known, needs
from crmlib.strategy.outlook import Outlook

COLUMNS = (
    "rank", "customer_id", "name", "rm_id", "class", "stage", "eva", "loss", "clv", "value_at_risk", "main_reason",
)  # fmt: skip
"""Columns of the save list."""


@needs()
def lifetimes(classes: pd.DataFrame, facts: pd.DataFrame, leaving: Outlook) -> pd.DataFrame:
    """Lifetime value of every graded customer, and what of it is at risk.

    Returns
    -------
    DataFrame, index customer_id
        class, stage where it is known, name, rm_id, eva, retention, clv, main_reason, and what
        :func:`with_value_at_risk` adds. Absent where the book tells no profit.
    """
    if facts["clv"].isna().all():
        raise Lacking("common.not_in_book", what=["profit"])
    known = classes.filter(["class", "stage"]).join(facts[["name", "rm_id", "eva", "retention", "clv"]])
    known["main_reason"] = leaving.main_reason if is_known(leaving.main_reason) else pd.Series(dtype="str")
    return with_value_at_risk(known)


def with_value_at_risk(customers: pd.DataFrame) -> pd.DataFrame:
    """Chance and cost of losing each customer within a year.

    Parameters
    ----------
    customers : DataFrame, index customer_id
        ``retention`` (1/year) and ``clv`` (CNY).

    Returns
    -------
    DataFrame
        ``customers`` with loss (1 − retention) and value_at_risk (CNY: loss times lifetime value; 0 where the lifetime
        value is negative, since nothing is lost with such a customer).
    """
    loss = 1 - customers["retention"]
    return customers.assign(loss=loss, value_at_risk=loss * customers["clv"].clip(lower=0))


@needs()
def risk_by_class(customers: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Lifetime value and what of it is at risk, by class.

    Parameters
    ----------
    customers : DataFrame
        As from :func:`with_value_at_risk`, with ``class``.
    order : sequence of str
        The classes; one without customers is a row of zeros.

    Returns
    -------
    DataFrame
        class, customers, losses (expected within a year; who is idle is lost already and not counted), worth (lifetime
        value of those above 0, CNY), value_at_risk (CNY), share (of all value at risk), at_risk (value at risk as a
        share of worth). Absent where nothing is at risk.
    """
    losses = customers["loss"].where(customers["retention"] > 0, 0.0)
    parts = {"customers": 1, "losses": losses, "worth": customers["clv"].clip(lower=0)}
    table = customers[["class"]].assign(**parts, value_at_risk=customers["value_at_risk"]).groupby("class").sum()
    table = table.reindex(list(order), fill_value=0).rename_axis("class").reset_index()
    lost = table["value_at_risk"]
    if not lost.sum() > 0:
        raise Lacking("strategy.nothing_at_risk")
    return table.assign(share=lost / lost.sum(), at_risk=lost / table["worth"])


@needs()
def save_list(customers: pd.DataFrame, length: int) -> pd.DataFrame:
    """The customers with most value at risk, the most first; ties by customer_id; absent where nothing is at risk.

    Parameters
    ----------
    customers : DataFrame, index customer_id
        As from :func:`with_value_at_risk`, with the columns of :data:`COLUMNS` that are known.
    length : int
        Customers on the list; fewer where no more have value at risk.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`, what is not known missing; ``rank`` from 1, ``customer_id`` as text.
    """
    worth = customers[customers["value_at_risk"] > 0].rename_axis("customer_id").reset_index()
    if worth.empty:
        raise Lacking("strategy.nothing_at_risk")
    worth = worth.sort_values(["value_at_risk", "customer_id"], ascending=[False, True]).head(length)
    return worth.assign(rank=range(1, len(worth) + 1)).reindex(columns=list(COLUMNS)).reset_index(drop=True)


@needs()
def share_listed(saved: pd.DataFrame, by_class: pd.DataFrame) -> float:
    """Share of all value at risk that the save list holds."""
    return saved["value_at_risk"].sum() / by_class["value_at_risk"].sum()


@needs()
def beside_moves(worth: pd.DataFrame, lives: pd.DataFrame) -> pd.DataFrame:
    """A customer of each class: class, to_come (by the moves between classes), lifetime (as it is), CNY."""
    mean = lives.groupby("class")["clv"].mean().rename("lifetime")
    return worth[["class", "to_come"]].join(mean, on="class")
