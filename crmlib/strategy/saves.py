"""Saves: whose leaving would cost most, and who is to call them."""

from collections.abc import Sequence

import pandas as pd

COLUMNS = (
    "rank", "customer_id", "name", "rm_id", "class", "stage", "eva", "loss", "clv", "value_at_risk", "main_reason",
)  # fmt: skip
"""Columns of the save list."""


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
        value of those above 0, CNY), value_at_risk (CNY), share (of all value at risk; missing where there is none),
        at_risk (value at risk as a share of worth).
    """
    losses = customers["loss"].where(customers["retention"] > 0, 0.0)
    parts = {"customers": 1, "losses": losses, "worth": customers["clv"].clip(lower=0)}
    table = customers[["class", "value_at_risk"]].assign(**parts).groupby("class").sum()
    table = table.reindex(list(order), fill_value=0).rename_axis("class")[[*parts, "value_at_risk"]]
    total = table["value_at_risk"].sum()
    shares = {"share": table["value_at_risk"] / total, "at_risk": table["value_at_risk"] / table["worth"]}
    return table.assign(**shares).reset_index()


def save_list(customers: pd.DataFrame, length: int) -> pd.DataFrame:
    """The customers with most value at risk, the most first; ties by customer_id.

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
    worth = worth.sort_values(["value_at_risk", "customer_id"], ascending=[False, True]).head(length)
    return worth.assign(rank=range(1, len(worth) + 1)).reindex(columns=list(COLUMNS)).reset_index(drop=True)
