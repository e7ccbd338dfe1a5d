"""Claims: what the abstract of the case says, and the verdict on each so far.

No claim is tuned: every test can come out the other way, but for those that say that something was done, which are
only checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, did_you_mean
from crmlib.matrix.classes import CLASSES
from crmlib.words.messages import Message, say
from crmlib.words.voice import Voice

SUPPORTED, DEPENDS, NOT_SUPPORTED = "supported", "depends", "not_supported"
NOT_TESTABLE, NOT_TESTED = "not_testable", "not_tested"
KINDS = (SUPPORTED, DEPENDS, NOT_SUPPORTED, NOT_TESTABLE, NOT_TESTED)
CLAIMS = ("C0a", "C0b", "C1a", "C1b", "C2", "C3a", "C3b", "C3c")
"""Claims of the abstract; their words stand in ``words/text/evidence.ini``."""
CHECKED = ("C0a", "C3a")
"""Claims that something was done: this is checked, and chance has no part in it."""


@dataclass(frozen=True)
class Verdict:
    """Outcome of one test.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS`.
    on : str
        What it depends on: yardstick, problem, pair, year, rival, customers, scaling, book or stages.
    how : Message, optional
        In what way.
    test, statistic, null : Message, optional
        What was tested; what was measured, or why nothing could be; what chance or an even spread would give.
    chapter : str
        Chapter that measured it, or ``all``.
    value, low, high : float
        The figure that decides, with its interval; missing where there is none.
    """

    kind: str
    on: str = ""
    how: Message | None = None
    test: Message | None = None
    statistic: Message | None = None
    null: Message | None = None
    chapter: str = ""
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan

    @property
    def message(self) -> Message:
        """The verdict to say."""
        if self.kind != DEPENDS:
            return say("evidence.verdict", kind=self.kind)
        return say("evidence.depends_how" if self.how else "evidence.depends", on=self.on, how=self.how)


def ledger(verdicts: Mapping[str, Verdict], voice: Voice, labels: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The claims in order, each with its verdict; one without a test is not tested yet.

    Parameters
    ----------
    verdicts : mapping of claim to Verdict
    voice : Voice
        Language of the texts.
    labels : mapping, optional
        The study's names of the classes.

    Returns
    -------
    DataFrame
        Columns claim, text, kind, on, test, statistic, value, low, high, null, verdict, chapter.

    Raises
    ------
    CrmError
        If a verdict belongs to no claim.
    """
    for claim in verdicts:
        if claim not in CLAIMS:
            raise CrmError(f"{claim} is not a claim.{did_you_mean(claim, CLAIMS)} Claims: {', '.join(CLAIMS)}.")
    rows = []
    for claim in CLAIMS:
        found = verdicts.get(claim, Verdict(NOT_TESTED))
        texts = {name: _said(getattr(found, name), voice) for name in ("test", "statistic", "null")}
        figures = {name: getattr(found, name) for name in ("kind", "on", "value", "low", "high", "chapter")}
        words = {"text": voice.say(words_of(claim, labels)), "verdict": voice.say(found.message)}
        rows.append({"claim": claim, **words, **texts, **figures})
    order = ["claim", "text", "kind", "on", "test", "statistic", "value", "low", "high", "null", "verdict", "chapter"]
    return pd.DataFrame(rows)[order]


def verdict_numbers(ledger: pd.DataFrame) -> dict[str, str | int]:
    """The verdict on each claim, as the ledger says it, and how many are supported."""
    verdicts = {f"verdict_{row.claim.lower()}": row.verdict for row in ledger.itertuples()}
    return {**verdicts, "claims_supported": int((ledger["kind"] == SUPPORTED).sum())}


def words_of(claim: str, labels: Mapping[str, str] | None = None) -> Message:
    """A claim in our words; classes are named as the abstract does where the study does so too."""
    own = labels is not None and set(labels.values()) != set(CLASSES)
    return say("evidence.C2_own" if claim == "C2" and own else f"evidence.{claim}")


def not_testable(why: Message) -> Verdict:
    """The verdict on a claim for which the book has no data."""
    return Verdict(NOT_TESTABLE, statistic=say("evidence.lacking", why=why))


def _said(message: Message | None, voice: Voice) -> str:
    return voice.say(message) if message else ""
