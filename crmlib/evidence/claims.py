"""Claims: what the abstract of the case says, how each claim is tested, and the verdict so far.

A verdict is ``supported``, ``not supported``, ``depends on …`` (says on what), ``not testable`` (the statistic says
why) or ``not tested yet``. No claim is tuned: every test here can come out the other way.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, did_you_mean

SUPPORTED, NOT_SUPPORTED = "supported", "not supported"
NOT_TESTABLE, NOT_TESTED = "not testable", "not tested yet"
CLAIMS = {
    "C0a": "The study describes goals and principles of CRM, the customer structure, the state of management, concrete "
    "operations and their effects.",
    "C0b": "Key problems of today's management are found, and the model is built from them.",
    "C1a": "A considerable part of the customers is at the middle level of value.",
    "C1b": "There is much room to explore.",
    "C2": "Customers divide into platinum, gold, iron and lead, in the order of what they earn next.",
    "C3a": "There is a strategy for each class and each stage of the relationship.",
    "C3b": "Value is turned into profit as far as possible.",
    "C3c": "The valued customers are kept.",
}
"""Claims of the abstract, in our words."""
CHECKED = ("C0a", "C3a")
"""Claims that something was done: this is checked, and chance has no part in it."""


@dataclass(frozen=True)
class Verdict:
    """Outcome of one test.

    Attributes
    ----------
    verdict : str
        Supported, not supported, depends on …, not testable, not tested yet.
    test : str
        What was tested.
    statistic : str
        What was measured, as a sentence with numbers; or why nothing could be.
    null : str
        What chance or an even spread would give.
    chapter : str
        Chapter that measured it.
    value, low, high : float
        The figure that decides, with its interval; missing where there is none.
    """

    verdict: str
    test: str = ""
    statistic: str = ""
    null: str = ""
    chapter: str = ""
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan


def ledger(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """The claims in order, each with its verdict; one without a test is not tested yet.

    Returns
    -------
    DataFrame
        Columns claim, text, test, statistic, value, low, high, null, verdict, chapter; empty where not measured.

    Raises
    ------
    CrmError
        If a verdict belongs to no claim.
    """
    for claim in verdicts:
        if claim not in CLAIMS:
            raise CrmError(f"{claim} is not a claim.{did_you_mean(claim, CLAIMS)} Claims: {', '.join(CLAIMS)}.")
    rows = []
    for claim, text in CLAIMS.items():
        rows.append({"claim": claim, "text": text, **asdict(verdicts.get(claim, Verdict(NOT_TESTED)))})
    order = ["claim", "text", "test", "statistic", "value", "low", "high", "null", "verdict", "chapter"]
    return pd.DataFrame(rows)[order]


def not_testable(reason: str) -> Verdict:
    """The verdict on a claim for which the book has no data."""
    return Verdict(NOT_TESTABLE, statistic=reason)
