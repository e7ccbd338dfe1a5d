"""People: all that a finished run knows of each graded customer in one table."""

import pandas as pd

from crmlib.runs import Run
from crmlib.words.voice import Voice

NAMES = {
    "class": "class", "class_last_year": "class", "stage": "stage", "action": "action", "owner": "owner",
    "stake": "stake", "size": "size",
}  # fmt: skip
"""Columns of codes, with the group of their names."""


def people(run: Run) -> pd.DataFrame:
    """Every graded customer.

    Parameters
    ----------
    run : Run
        A finished run.

    Returns
    -------
    DataFrame, index customer_id
        name, rm_id, size, class, class_last_year, stage, current, potential, total, action and standard (codes), owner,
        due, stake, value_at_stake, reason_class, reason_stage, reason_action, reason, eva, clv, mean_deposits,
        mean_loan, hours, headroom (CNY and hours a year) and sure (share of weightings that keep the class); those that
        the run knows.
    """
    classes = run.table("classes").set_index("customer_id")
    actions = "action standard owner due stake value_at_stake reason_class reason_stage reason_action reason eva clv"
    sure = _columns(run.rows("acceptability"), "experts").rename(columns={"experts": "sure"})
    parts = [
        run.book.customers.set_index("customer_id").reindex(columns=["name", "rm_id", "size"]),
        _columns(run.rows("actions"), actions),
        _columns(_now(run.rows("profit")), "mean_deposits mean_loan hours eva"),
        _headroom(run),
        sure,
    ]
    for part in parts:
        classes = classes.join(part[part.columns.difference(classes.columns, sort=False)])
    return classes.dropna(axis="columns", how="all")


def told(table: pd.DataFrame, voice: Voice) -> pd.DataFrame:
    """The same customers with names in place of the codes of :data:`NAMES`, and what success of the action is."""
    table = table.assign(measure=table["action"]) if "action" in table else table
    groups = {**NAMES, "measure": "measure"}
    names = {
        column: table[column].map(lambda code, group=group: voice.name(group, code), na_action="ignore")
        for column, group in groups.items()
        if column in table
    }
    return table.assign(**names)


def _columns(table: pd.DataFrame, columns: str) -> pd.DataFrame:
    """Some columns of a table by customer; none where there is no table."""
    return table.set_index("customer_id").reindex(columns=columns.split()) if "customer_id" in table else pd.DataFrame()


def _now(profit: pd.DataFrame) -> pd.DataFrame:
    """The last window of the profit table."""
    return profit[profit["as_of"] == profit["as_of"].max()] if "as_of" in profit else profit


def _headroom(run: Run) -> pd.DataFrame:
    """Wallet headroom among the indicators, where the tree has it."""
    leaf = run.scorer.model.tree.leaf_with("wallet_headroom")
    return run.indicators()[[leaf]].set_axis(["headroom"], axis="columns") if leaf else pd.DataFrame()
