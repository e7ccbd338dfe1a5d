"""Counts: the ledger of claims, and how often each verdict came out over many books, as tables for the terminal."""

import pandas as pd
from rich.table import Table
from rich.text import Text

from crmlib.report.tables import MISSING, percent
from crmlib.seeds import AS_SET, NO_EFFECT

STYLES = {"supported": "green", "depends": "yellow", "not supported": "red"}


def ledger_table(ledger: pd.DataFrame) -> Table:
    """The ledger of a run: claim, verdict, what was measured, what chance gives."""
    table = Table(title="Claims and their verdicts", show_lines=True)
    for head in ("", "claim", "verdict", "measured", "by chance"):
        table.add_column(head)
    for row in ledger.to_dict("records"):
        verdict = Text(row["verdict"], style=_style(row["verdict"]))
        table.add_row(row["claim"], Text(row["text"]), verdict, Text(row["statistic"]), Text(row["null"] or MISSING))
    return table


def tally_table(tally: pd.DataFrame, texts: dict[str, str], gamma: float) -> Table:
    """Verdicts over many books, with the effect of potential as set and with none.

    Parameters
    ----------
    tally : DataFrame
        From :func:`crmlib.seeds.tally`.
    texts : dict of str
        What each claim says.
    gamma : float
        Effect of potential as set.
    """
    books = int(tally["books"].max())
    table = Table(title=f"Verdicts over {books} simulated books; share of the books with its interval")
    for head in ("", "claim", "verdict", f"γ = {gamma:g}, as set", "γ = 0"):
        table.add_column(head, justify="right" if head.startswith("γ") else "left")
    for claim, rows in tally.groupby("claim", sort=False):
        kinds = list(rows.groupby("verdict", sort=False))
        for number, (verdict, pair) in enumerate(kinds):
            name, text = (claim, texts[claim]) if number == 0 else ("", "")
            cells = [Text(_share(pair.loc[pair["gamma"] == own].iloc[0])) for own in (AS_SET, NO_EFFECT)]
            last = number == len(kinds) - 1
            table.add_row(name, Text(text), Text(verdict, style=_style(verdict)), *cells, end_section=last)
    return table


def _share(row: pd.Series) -> str:
    low, high = percent(row["low"]).removesuffix(" %"), percent(row["high"])
    return f"{row['count']} of {row['books']}: {percent(row['share'])} ({low} to {high})"


def _style(verdict: str) -> str:
    return STYLES.get(verdict.split(" on ")[0], "")
