"""Potential: does it tell which customers grow, beyond what their size and their trend tell already?

Potential is no part of what a customer earns now, so it is tested on what should come of it: growth of business and of
EVA in the one and two years after. Its trend indicator repeats the trend, and is set against size alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.profit import WINDOW, at, windows
from crmlib.stats.intervals import estimate, estimate_numbers, estimates, once_and_resampled
from crmlib.stats.partial import partial_correlation
from crmlib.study import Study
from crmlib.value.appraisal import appraise

STREAM = 93
YEARS = (1, 2)
TREND = "business_trend"
PARTS = ("wallet_headroom", "product_gap", TREND)
"""Formulas of those indicators of potential that are tested apart."""
UNIT = 10_000.0
"""Added to business before its logarithm, as in the trend of stages."""
COLUMNS = ["predictor", "growth_of", "years", "customers", "correlation", "low", "high"]


@dataclass(frozen=True)
class Growth:
    """How far potential and its parts go with what came.

    Attributes
    ----------
    table : DataFrame
        One row a predictor (``potential`` or one of :data:`PARTS`), growth_of (``business`` or ``eva``) and number of
        years: customers; correlation of ranks beyond size, trend and, for EVA, the EVA of the year before; low, high.
    """

    table: pd.DataFrame

    @property
    def shown(self) -> pd.DataFrame:
        """The table with intervals."""
        return self.table[COLUMNS[:4]].assign(correlation=estimates(self.table, "correlation"))

    @property
    def numbers(self) -> dict[str, float]:
        """Key numbers: those of potential as a whole."""
        own = self.table[self.table["predictor"] == "potential"].rename(columns={"correlation": "value"})
        names = [f"potential_and_growth_of_{row.growth_of}_{row.years}y" for row in own.itertuples()]
        return estimate_numbers(names, own)


@needs()
def growth(book: Book, profit: pd.DataFrame, weights: pd.DataFrame, study: Study) -> Growth:
    """Potential beside the growth of the one and the two years that follow, at the last date that has them.

    Parameters
    ----------
    book : Book
    profit : DataFrame
        From :func:`crmlib.profit.profit_table`.
    weights : DataFrame
        Table ``weights``: code, and local, the weight among siblings.
    study : Study
        Uses ``seed``, and the draws and coverage of ``evidence``.
    """
    leaves, dates = study.tree.leaf_weights(weights.set_index("code")["local"]), sorted(windows(book, study))
    rows = []
    for years in [years for years in YEARS if years < len(dates)]:
        as_of = dates[-1] - pd.offsets.MonthEnd(years * WINDOW)
        made = appraise(book, profit, as_of, study, leaves)
        known = pd.DataFrame({"potential": made.scores["potential"]})
        codes = {part: study.tree.leaf_with(part) for part in PARTS}
        known = known.assign(**{part: made.indicators[code] for part, code in codes.items() if code in made.indicators})
        # A part that nobody has yet, such as a trend in a book's first year, is neither tested nor held fixed.
        known = known.dropna(axis=1, how="all")
        rows += _told(known, changes(profit, as_of, dates[-1]), years, study)
    if not rows:
        raise Lacking("evidence.no_following_year")
    return Growth(pd.DataFrame(rows, columns=COLUMNS))


def changes(profit: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Size and EVA of every customer of a year, and how both grew to a later one; who left has none of either then.

    Returns
    -------
    DataFrame, index customer_id
        ``size``, the logarithm of deposits and loans; ``last_eva``, realised, on the asinh scale of its median size;
        ``business`` and ``eva``, the change of each.
    """
    before, after = at(profit, start), at(profit, end).reindex(at(profit, start).index)
    sizes = [np.log(each[["mean_deposits", "mean_loan"]].sum(axis=1) + UNIT) for each in (before, after)]
    eva = [before["eva_realised"], after["eva_realised"].where(after["open"].notna(), 0.0)]
    size = eva[0].abs()
    theta = size[size > 0].median()
    scaled = [np.arcsinh(each / theta) for each in eva]
    found = {"size": sizes[0], "last_eva": scaled[0], "business": sizes[1] - sizes[0], "eva": scaled[1] - scaled[0]}
    return pd.DataFrame(found)


def _told(known: pd.DataFrame, came: pd.DataFrame, years: int, study: Study) -> Iterator[tuple]:
    """Rows of the table for one number of years."""
    for number, predictor in enumerate(known):
        for outcome in ("business", "eva"):
            given = ["size"] + ["last_eva"] * (outcome == "eva")
            table = came.join(known, how="inner")
            beyond = [TREND] if TREND in known and predictor != TREND else []
            ranks = table[[outcome, predictor, *given, *beyond]].dropna().rank()
            ranks = ranks.sort_values(list(ranks))
            rng = np.random.default_rng([study.seed, STREAM, years, number])
            counts = once_and_resampled(len(ranks), study.evidence.bootstrap, rng)
            found = estimate(partial_correlation(ranks.to_numpy(), counts), study.evidence.interval)
            yield predictor, outcome, years, len(ranks), *found
