"""People: all that a finished run knows of each graded customer in one table."""

from collections.abc import Iterator

import pandas as pd

from crmlib.report.terms import say
from crmlib.runs import Run
from crmlib.strategy.facts import HEADROOM
from crmlib.words.voice import Voice

TOLD = ("class", "class_last_year", "stage", "stake", "size")
"""Columns of words, which are said in the language of the report."""
NAMED = {"headline": "action", "measure": "measure", "owner": "owner"}
"""Columns of codes with the group of their names."""


def people(run: Run) -> pd.DataFrame:
    """Every graded customer.

    Parameters
    ----------
    run : Run
        A finished run.

    Returns
    -------
    DataFrame, index customer_id
        name, rm_id, size, class, class_last_year, stage, current, potential, total, headline and measure (of the
        action, by its code), owner, due, stake, value_at_stake, reason_stage, reason_action, eva, clv, mean_deposits,
        mean_loan, hours, headroom (CNY and hours a year) and sure (share of weightings that keep the class); those that
        the run knows.
    """
    classes = run.rows("classes").set_index("customer_id")
    parts = [
        run.book.customers.set_index("customer_id").reindex(columns=["name", "rm_id", "size"]),
        _acts(run),
        _indexed(_now(run.rows("profit")), "mean_deposits mean_loan hours eva"),
        _indexed(_headroom(run), "headroom"),
        _indexed(run.rows("acceptability").rename(columns={"experts": "sure"}), "sure"),
    ]
    for part in parts:
        classes = classes.join(part[part.columns.difference(classes.columns, sort=False)])
    return classes.dropna(axis="columns", how="all")


def call_first(run: Run, everybody: pd.DataFrame) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
    """Whom to call first, the most at stake first.

    Parameters
    ----------
    run : Run
    everybody : DataFrame
        From :func:`people`.

    Yields
    ------
    tuple
        ``save`` or ``grow``; the key of the note on that list; the column of the amount (CNY); and the customers.
    """
    if "value_at_stake" not in everybody:
        return
    ordered = everybody.sort_values("value_at_stake", ascending=False, kind="stable")
    saves, keep = run.rows("save_list"), ordered[ordered["stake"] == "keep"]
    falling = keep[keep["stage"] == "decline"] if "stage" in keep else keep.iloc[:0]
    if len(saves):
        chance = saves.set_index("customer_id")[["loss", "value_at_risk"]]
        yield "save", "brief.risk_note", "value_at_risk", chance.join(everybody)
    elif len(falling):
        yield "save", "brief.save_note", "value_at_stake", falling
    else:
        yield "save", "brief.keep_note", "value_at_stake", keep
    yield "grow", "brief.grow_note", "value_at_stake", ordered[ordered["stake"] == "grow"]


def told(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """The same customers with the words of :data:`TOLD` in a language."""
    words = {
        name: table[name].map(lambda word: say(word, language), na_action="ignore") for name in TOLD if name in table
    }
    voice = Voice(language)
    names = {
        name: table[name].map(lambda code, group=group: voice.name(group, code), na_action="ignore")
        for name, group in NAMED.items()
        if name in table
    }
    return table.assign(**words, **names)


def _acts(run: Run) -> pd.DataFrame:
    """What is done with each customer, and why."""
    columns = "action owner due stake value_at_stake reason_stage reason_action eva clv"
    acts = _indexed(run.rows("actions"), columns)
    return acts.rename(columns={"action": "headline"}).assign(measure=acts["action"]) if len(acts) else acts


def _indexed(table: pd.DataFrame, columns: str) -> pd.DataFrame:
    """Some columns of a table by customer; none where the run has no such table."""
    if table.empty:
        return pd.DataFrame()
    return table.set_index("customer_id").reindex(columns=columns.split())


def _now(profit: pd.DataFrame) -> pd.DataFrame:
    """The last window of the profit table."""
    return profit if profit.empty else profit[profit["as_of"] == profit["as_of"].max()]


def _headroom(run: Run) -> pd.DataFrame:
    """Wallet headroom among the indicators, whatever its code and name in the tree."""
    leaf = run.scorer.model.tree.leaf_with(HEADROOM)
    return run.rows("indicators").query("basis == 'now'").rename(columns={leaf: "headroom"})
