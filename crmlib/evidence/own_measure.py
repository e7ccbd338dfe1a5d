"""Own measure: does the score of a year before tell a measure of the following year better than that measure itself?

For a book that knows no profit: a study names a column of its own table ``measures`` (sales, say), which takes the
place that next year's EVA has elsewhere. Whoever has no value of it at the as-of date is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.errors import CrmError, did_you_mean
from crmlib.evidence.backtest import compare
from crmlib.profit import WINDOW
from crmlib.stats.intervals import estimates
from crmlib.study import Study
from crmlib.value.indicators import measures_at

LAST = "last_value"
"""The plain figure to beat: the same measure, a year before."""


@dataclass(frozen=True)
class Told:
    """How well the score told the following year's measure.

    Attributes
    ----------
    name : str
        What the measure is called.
    scored : Timestamp
        When the customers were scored.
    table : DataFrame
        From :func:`crmlib.evidence.backtest.compare`, on ranks, indexed by predictor.
    """

    name: str
    scored: pd.Timestamp
    table: pd.DataFrame

    @property
    def leads(self) -> pd.DataFrame:
        """Correlations with intervals, and the lead of the score over each."""
        lead = estimates(self.table, "lead", "lead_low", "lead_high")
        found = self.table[["customers"]].assign(correlation=estimates(self.table, "correlation"), score_lead=lead)
        return found.reset_index()

    @property
    def numbers(self) -> Mapping[str, float]:
        """Correlations of the score and of the measure a year before, and the lead with its interval."""
        last = self.table.loc[LAST]
        leads = {f"criterion_lead{end}": last[f"lead{end}"] for end in ("", "_low", "_high")}
        return {
            "criterion_score": self.table.loc["total", "correlation"],
            "criterion_last": last["correlation"],
            **leads,
        }


@needs()
def told_by_score(book: Book, scores: pd.DataFrame, study: Study) -> Told:
    """Scores of a year before beside a measure of the year since.

    Parameters
    ----------
    book : Book
    scores : DataFrame
        Table of chapter 6, whose rows on ``base`` are taken.
    study : Study
        Uses ``evidence.criterion``; seed, draws and coverage as :func:`crmlib.evidence.backtest.compare` does.

    Raises
    ------
    CrmError
        If the measure is none of the book's; names the nearest.
    """
    measure, today = study.evidence.criterion, pd.Timestamp(study.as_of)
    if measure is None:
        raise Lacking("evidence.no_criterion")
    before, then = today - pd.offsets.MonthEnd(WINDOW), scores[scores["basis"] == "base"]
    this, last = _at(book, measure, today), _at(book, measure, before)
    if then.empty or this.empty or last.empty:
        raise Lacking("model.no_year_before")
    ids = then["customer_id"]
    met = then.assign(base=before, last_eva=ids.map(last), next_year_eva=ids.map(this)).drop(columns="basis")
    found = compare(met, study).query("scale == 'rank'").replace({"predictor": {"last_eva": LAST}})
    leaf = next((study.tree[leaf] for leaf in study.tree.leaves if study.tree[leaf].measure == measure), None)
    return Told(leaf.name if leaf else measure, before, found.set_index("predictor"))


def _at(book: Book, measure: str, date: pd.Timestamp) -> pd.Series:
    """A measure at a date, by customer, where it is known."""
    known = measures_at(book, date)
    if measure not in known:
        near = did_you_mean(measure, known)
        raise CrmError(f"evidence.criterion: {measure} is no measure of the book.{near} Measures: {', '.join(known)}.")
    return known[measure].dropna()
