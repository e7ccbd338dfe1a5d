"""Outcome: does the score rank what became of the customers better than one plain figure does?

It is a forecast only where the book says when the outcome happened, and customers were scored before.
"""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.errors import CrmError, did_you_mean
from crmlib.profit import WINDOW
from crmlib.stats.intervals import estimates
from crmlib.stats.roc import discrimination, roc_curve
from crmlib.study import Study


@dataclass(frozen=True)
class Ranked:
    """Scores and a baseline beside what happened to the customers.

    Attributes
    ----------
    areas : DataFrame
        From :func:`crmlib.stats.roc.discrimination`: the score first, the baseline last, which bears its name.
    table : DataFrame
        Curves: columns score, false_positive, true_positive.
    n, cases : int
        Customers ranked, and those of them with the outcome.
    scored, since : Timestamp or None
        When they were scored, and the first day on which the outcome may have happened; None where nobody knows.
    """

    areas: pd.DataFrame
    table: pd.DataFrame
    n: int
    cases: int
    scored: pd.Timestamp | None = None
    since: pd.Timestamp | None = None

    @property
    def score(self) -> pd.Series:
        """Area of the score, and its lead over the baseline."""
        return self.areas.iloc[0]

    @property
    def rival(self) -> pd.Series:
        """Area of the baseline."""
        return self.areas.iloc[-1]

    @property
    def leads(self) -> pd.DataFrame:
        """Areas with intervals, and their lead over the baseline."""
        lead = estimates(self.areas, "lead", "lead_low", "lead_high")
        found = {"ranked_by": self.areas["score"], "auc": estimates(self.areas, "auc"), "lead_alone": lead}
        return pd.DataFrame(found)


@needs("outcomes")
def rank_outcome(book: Book, scores: pd.DataFrame, indicators: pd.DataFrame, study: Study) -> Ranked:
    """How well the score, its two parts and one indicator rank an outcome.

    Parameters
    ----------
    book : Book
    scores, indicators : DataFrame
        Tables of chapters 5 and 6, of which the rows of the last date before the outcome are taken, or today's where
        none is known.
    study : Study
        Uses ``book.outcomes_as_of``, ``evidence.baseline``, the indicator that the score must beat, and
        ``evidence.interval``.
    """
    basis, scored, since = last_before(scores, study)
    then = (table[table["basis"] == basis].drop(columns="basis") for table in (scores, indicators))
    baseline = study.evidence.baseline
    ranks, happened = beside_baseline(*then, book.outcomes, baseline)
    if happened.nunique() < 2:
        raise Lacking("evidence.one_outcome")
    ranks = ranks.rename(columns={baseline: study.tree[baseline].name})
    curves = pd.concat({score: roc_curve(ranks[score], happened) for score in ranks}, names=["score"])
    areas = discrimination(ranks, happened, study.evidence.interval)
    return Ranked(areas, curves.reset_index(level=0), len(happened), int(happened.sum()), scored, since)


def last_before(scores: pd.DataFrame, study: Study) -> tuple[str, pd.Timestamp, pd.Timestamp | None]:
    """Basis and date of the last scores before the outcome, and its first day; today's where none is known.

    Raises
    ------
    Lacking
        Where nobody was scored before that day.
    """
    today = pd.Timestamp(study.as_of)
    if study.book.outcomes_as_of is None:
        return "now", today, None
    since, dates = pd.Timestamp(study.book.outcomes_as_of), {"now": today, "base": today - pd.offsets.MonthEnd(WINDOW)}
    before = {basis: date for basis, date in dates.items() if date < since and (scores["basis"] == basis).any()}
    if not before:
        raise Lacking("evidence.no_score_before", since=since)
    basis = max(before, key=lambda basis: before[basis])
    return basis, before[basis], since


def beside_baseline(
    scores: pd.DataFrame, indicators: pd.DataFrame, outcomes: pd.DataFrame, baseline: str
) -> tuple[pd.DataFrame, pd.Series]:
    """Scores and the baseline indicator of the customers whose outcome is known.

    Parameters
    ----------
    scores, indicators : DataFrame
        One row a customer: customer_id with total, current, potential, and with the indicators by code.
    outcomes : DataFrame
        Table ``outcomes`` of the book.
    baseline : str
        Code of an indicator; where it is missing the customer is left out.

    Returns
    -------
    (DataFrame, Series)
        Columns total, current, potential and ``baseline``, and the outcome, both indexed by customer_id.

    Raises
    ------
    CrmError
        If there is no such indicator; names the nearest.
    """
    if baseline not in (codes := [name for name in indicators if name != "customer_id"]):
        near = did_you_mean(baseline, codes)
        raise CrmError(f"evidence.baseline: {baseline} is not an indicator.{near} Indicators: {', '.join(codes)}.")
    known = outcomes.set_index("customer_id")["outcome"]
    joined = scores.set_index("customer_id")[["total", "current", "potential"]]
    joined = joined.join(indicators.set_index("customer_id")[baseline]).join(known, how="inner").dropna()
    return joined.drop(columns="outcome"), joined["outcome"].astype(bool)
