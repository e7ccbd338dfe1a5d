"""Counts: the ledger of claims, and how often each verdict came out over many books, as tables for the terminal."""

import pandas as pd
from rich.table import Table
from rich.text import Text

from crmlib.evidence.claims import words_of
from crmlib.seeds import AS_SET, NO_EFFECT
from crmlib.study import Study
from crmlib.words.numbers import MISSING
from crmlib.words.table import head
from crmlib.words.voice import Voice

STYLES = {"supported": "green", "depends": "yellow", "not_supported": "red"}


def ledger_table(ledger: pd.DataFrame, voice: Voice) -> Table:
    """The ledger of a run: claim, verdict, what was measured, what chance gives."""
    table = Table(title=voice.say("evidence.counts.ledger"), show_lines=True)
    for column in ("", "claim", "verdict", "statistic", "null"):
        table.add_column(head(column, voice))
    for row in ledger.to_dict("records"):
        verdict = Text(row["verdict"], style=STYLES.get(row["kind"], ""))
        table.add_row(row["claim"], Text(row["text"]), verdict, Text(row["statistic"]), Text(row["null"] or MISSING))
    return table


def tally_table(tally: pd.DataFrame, study: Study, voice: Voice) -> Table:
    """Verdicts over many books, with the effect of potential as set and with none.

    Parameters
    ----------
    tally : DataFrame
        From :func:`crmlib.seeds.tally`.
    study : Study
        Gives the names of the classes, and the effect of potential as set.
    voice : Voice
    """
    table = Table(title=voice.say("evidence.counts.tally", books=tally["books"].max()))
    for column in ("", "claim", "verdict"):
        table.add_column(head(column, voice))
    for column in ("as_set", "none"):
        table.add_column(voice.say(f"evidence.counts.{column}", gamma=study.book.gamma), justify="right")
    for claim, rows in tally.groupby("claim", sort=False):
        kinds = list(rows.groupby("kind", sort=False))
        for number, (kind, pair) in enumerate(kinds):
            first = (claim, voice.say(words_of(claim, study.matrix.labels))) if number == 0 else ("", "")
            shares = [_share(pair.loc[pair["gamma"] == own].iloc[0], voice) for own in (AS_SET, NO_EFFECT)]
            verdict = Text(voice.name("verdict", kind), style=STYLES.get(kind, ""))
            table.add_row(*map(Text, first), verdict, *map(Text, shares), end_section=number == len(kinds) - 1)
    return table


def _share(row: pd.Series, voice: Voice) -> str:
    share = (row["share"], row["low"], row["high"])
    return voice.say("evidence.counts.share", n=row["count"], books=row["books"], share=share)
