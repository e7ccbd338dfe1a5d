"""Counts: the ledger of claims, and how often each verdict came out over many books, as tables for the terminal."""

from typing import Any

import pandas as pd

from crmlib.evidence.claims import words_of
from crmlib.evidence.others import AS_SET, NO_EFFECT
from crmlib.study import Study
from crmlib.words.messages import Message, say
from crmlib.words.table import Table
from crmlib.words.voice import Voice


def ledger_table(ledger: pd.DataFrame, voice: Voice) -> Table:
    """The ledger of a run: claim, verdict, what was measured, what chance gives."""
    shown = ledger[["claim", "text", "verdict", "statistic", "null"]]
    return Table(shown.replace("", None), voice, say("evidence.counts.ledger"))


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
    shares = {(row.claim, row.kind, row.gamma): _share(row) for row in tally.itertuples()}
    rows = [
        (claim, words_of(claim, study.matrix.labels), voice.name("verdict", kind),
         *(shares[claim, kind, gamma] for gamma in (AS_SET, NO_EFFECT)))
        for claim, kind in dict.fromkeys(zip(tally["claim"], tally["kind"], strict=True))
    ]  # fmt: skip
    gammas = (voice.say(f"evidence.counts.{own}", gamma=study.book.gamma) for own in ("as_set", "none"))
    table = pd.DataFrame(rows, columns=["claim", "text", "verdict", *gammas])
    return Table(table, voice, say("evidence.counts.tally", books=tally["books"].max()))


def _share(row: Any) -> Message:
    return say("evidence.counts.share", n=row.count, books=row.books, share=(row.share, row.low, row.high))
