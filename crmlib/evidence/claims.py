"""Claims: what the abstract of the case says, and the verdict on each so far.

No claim is tuned: every test can come out the other way, but for those that say that something was done, which are
only checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, did_you_mean
from crmlib.matrix.classes import CLASSES
from crmlib.words.messages import Message, say
from crmlib.words.table import told
from crmlib.words.voice import Voice

SUPPORTED, DEPENDS, NOT_SUPPORTED, DONE = "supported", "depends", "not_supported", "done"
NOT_TESTABLE, NOT_TESTED = "not_testable", "not_tested"
KINDS = (SUPPORTED, DEPENDS, NOT_SUPPORTED, DONE, NOT_TESTABLE, NOT_TESTED)
CLAIMS = {
    "C0a": "all", "C0b": "problems", "C1a": "scores", "C1b": "evidence", "C2a": "evidence", "C2b": "evidence",
    "C3a": "strategy", "C3b": "strategy", "C3c": "strategy",
}  # fmt: skip
"""Claims of the abstract, each with the chapter that measures it; their words stand in ``words/text/evidence.ini``."""
CHECKED = ("C0a", "C3a")
"""Claims that something was done: where this is so nothing is supported, but built and checked."""
TEXTS = ("test", "statistic", "null")
"""What was tested; what was measured, or why nothing could be; what chance or an even spread would give."""
LEDGER = ["claim", "text", "kind", "on", "test", "statistic", "value", "low", "high", "null", "verdict", "chapter"]


@dataclass(frozen=True)
class Verdict:
    """Outcome of the test of one claim.

    Attributes
    ----------
    claim : str
        One of :data:`CLAIMS`.
    kind : str
        One of :data:`KINDS`.
    on : str
        What it depends on: yardstick, problem, pair, measure, year, rival, customers, scaling, book or stages.
    how : Message, optional
        In what way.
    value, low, high : float
        The figure that decides, with its interval; missing where there is none.
    values : mapping
        What stands in the places of the claim's :data:`TEXTS`.
    """

    claim: str
    kind: str
    on: str = ""
    how: Message | None = None
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, claim: str, holds: bool, doubts: Mapping[str, Any], *figure: float, **values: Any) -> Self:
        """Verdict of a test.

        Parameters
        ----------
        claim : str
        holds : bool
            Whether there is any support.
        doubts : mapping
            What it may depend on, each with the message that says how, or just true; what is false, or empty, is no
            doubt. The first one counts.
        *figure : float
            The figure that decides: value, low, high.
        **values
            What stands in the places of the claim's texts.
        """
        on = next((ground for ground, how in doubts.items() if how), "") if holds else ""
        kind = DEPENDS if on else NOT_SUPPORTED if not holds else DONE if claim in CHECKED else SUPPORTED
        how = doubts[on] if on and isinstance(doubts[on], Message) else None
        return cls(claim, kind, on, how, *figure, values=values)

    @property
    def message(self) -> Message:
        """The verdict to say."""
        if self.kind != DEPENDS:
            return say("evidence.verdict", kind=self.kind)
        return say("evidence.depends_how" if self.how else "evidence.depends", on=self.on, how=self.how)

    @property
    def texts(self) -> dict[str, Message]:
        """Those of :data:`TEXTS` that there is something to say for."""
        if self.kind == NOT_TESTABLE:
            return {"statistic": say("evidence.lacking", **self.values)}
        return {name: say(f"evidence.{self.claim}.{name}", **self.values) for name in TEXTS if self.kind != NOT_TESTED}


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
        Columns claim, text, kind, on, test, statistic, value, low, high, null, verdict, chapter (blank where nothing
        was tested).

    Raises
    ------
    CrmError
        If a verdict belongs to no claim.
    """
    for claim in verdicts:
        if claim not in CLAIMS:
            raise CrmError(f"{claim} is not a claim.{did_you_mean(claim, CLAIMS)} Claims: {', '.join(CLAIMS)}.")
    found = [verdicts.get(claim, Verdict(claim, NOT_TESTED)) for claim in CLAIMS]
    chapters = [CLAIMS[each.claim] if "test" in each.texts else "" for each in found]
    words = {"text": [words_of(claim, labels) for claim in CLAIMS], "verdict": [each.message for each in found]}
    texts = pd.DataFrame([each.texts for each in found], columns=TEXTS, dtype=object).fillna("")
    return told(pd.DataFrame(map(vars, found)).join(texts).assign(**words, chapter=chapters)[LEDGER], voice)


def verdict_numbers(ledger: pd.DataFrame) -> dict[str, str | int]:
    """The verdict on each claim, as the ledger says it, and how many are supported."""
    verdicts = {f"verdict_{row.claim.lower()}": row.verdict for row in ledger.itertuples()}
    return {**verdicts, "claims_supported": int((ledger["kind"] == SUPPORTED).sum())}


def words_of(claim: str, labels: Mapping[str, str] | None = None) -> Message:
    """A claim in our words; classes are named as the abstract does where the study does so too."""
    own = labels is not None and set(labels.values()) != set(CLASSES)
    return say("evidence.C2a_own" if claim == "C2a" and own else f"evidence.{claim}")
