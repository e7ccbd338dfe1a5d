"""Outcome: does the score rank an outcome that it has not seen better than one plain figure does?"""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.errors import CrmError, did_you_mean
from crmlib.stats.intervals import estimates
from crmlib.stats.roc import discrimination, roc_curve


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
    """

    areas: pd.DataFrame
    table: pd.DataFrame
    n: int
    cases: int

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
def rank_outcome(
    book: Book, scores: pd.DataFrame, indicators: pd.DataFrame, baseline: str, name: str, coverage: float
) -> Ranked:
    """How well the score, its two parts and one indicator rank an outcome.

    Parameters
    ----------
    book : Book
    scores, indicators : DataFrame
        Tables of chapters 5 and 6, of which today's rows are taken.
    baseline : str
        Code of the indicator that the score must beat.
    name : str
        Its name.
    coverage : float
        Coverage of the intervals.
    """
    today = (table.query("basis == 'now'").drop(columns="basis") for table in (scores, indicators))
    ranks, happened = beside_baseline(*today, book.outcomes, baseline)
    if happened.nunique() < 2:
        raise Lacking("evidence.one_outcome")
    ranks = ranks.rename(columns={baseline: name})
    curves = pd.concat({score: roc_curve(ranks[score], happened) for score in ranks}, names=["score"])
    areas = discrimination(ranks, happened, coverage)
    return Ranked(areas, curves.reset_index(level=0), len(happened), int(happened.sum()))


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
