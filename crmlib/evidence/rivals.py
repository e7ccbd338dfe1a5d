"""Rivals: does anything that a bank has at hand order its customers as well as the classes do?

Customers are put into groups of the sizes of the classes by one plain figure of the same date, and today's tier is
taken as it is. All meet the realised EVA of the year after.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.evidence.followed import Followed
from crmlib.profit import at
from crmlib.stats.groups import same_sized
from crmlib.stats.intervals import estimate, estimate_numbers, estimates
from crmlib.stats.kendall import tau_draws
from crmlib.study import Study
from crmlib.value.references import accounts

STREAM = 92
COLUMNS = ["rival", "customers", "classes", "tau_b", "low", "high", "lead", "lead_low", "lead_high", "side"]


@dataclass(frozen=True)
class Rivals:
    """The classes of a year before beside other groupings of the same customers.

    Attributes
    ----------
    table : DataFrame
        One row a rival, the strongest first: rival; customers for whom it is known; ``classes``, Kendall's τ-b of the
        classes with what these earned next; ``tau_b`` of the rival, low, high; lead of the classes, lead_low,
        lead_high; side, ``ahead``, ``alike`` or ``behind``.
    """

    table: pd.DataFrame

    @property
    def strongest(self) -> pd.Series:
        """The rival over which the classes lead least."""
        return self.table.iloc[0]

    @property
    def shown(self) -> pd.DataFrame:
        """The table with intervals."""
        lead = estimates(self.table, "lead", "lead_low", "lead_high")
        own = self.table[["rival", "customers", "classes"]]
        return own.assign(tau_b=estimates(self.table, "tau_b"), class_lead=lead)

    @property
    def numbers(self) -> dict[str, float]:
        """Key numbers: the lead over each rival."""
        leads = self.table[["lead", "lead_low", "lead_high"]].set_axis(["value", "low", "high"], axis="columns")
        return estimate_numbers("class_lead_over_" + self.table["rival"], leads)

    def that_are(self, *sides: str) -> list[str]:
        """The rivals of which the classes are on one of some sides."""
        return self.table.loc[self.table["side"].isin(sides), "rival"].tolist()


@needs()
def against_rivals(followed: Followed, book: Book, profit: pd.DataFrame, study: Study) -> Rivals:
    """The classes of a year before beside their rivals, in the same bootstrap draws of customers.

    Parameters
    ----------
    followed : Followed
        Those classed a year before the as-of date, and what they earned since.
    book : Book
    profit : DataFrame
        From :func:`crmlib.profit.profit_table`.
    study : Study
        Uses the classes, ``seed``, and the draws and coverage of ``evidence``.
    """
    base = followed.base.set_index("customer_id")
    known, rows = plain_figures(book, profit, followed.scored, study).reindex(base.index), []
    rank = base["class"].map({name: -place for place, name in enumerate(study.matrix.classes)})
    for number, rival in enumerate(known):
        own = known[rival].dropna()
        sizes = rank[own.index].value_counts().sort_index(ascending=False)
        groups = own if rival == "service_tier" else same_sized(own, sizes)
        if min(groups.nunique(), len(sizes)) > 1:
            ranks = pd.DataFrame({"classes": rank[own.index], "rival": -groups})
            rng = np.random.default_rng([study.seed, STREAM, number])
            drawn = tau_draws(base.loc[own.index, "next_year_eva"], ranks, study.evidence.bootstrap, rng)
            rows.append((rival, len(own), *_against(*drawn, study.evidence.interval)))
    if not rows:
        raise Lacking("evidence.no_rival")
    return Rivals(pd.DataFrame(rows, columns=COLUMNS).sort_values("lead", ignore_index=True))


def plain_figures(book: Book, profit: pd.DataFrame, as_of: pd.Timestamp, study: Study) -> pd.DataFrame:
    """What a bank knows of each customer at a date without any model: deposits, sales, EVA, and today's tier."""
    year = at(profit, as_of)
    known = pd.DataFrame({"last_eva": year["eva_realised"], "deposits": year["mean_deposits"]})
    if book.has("financials.sales"):
        known["sales"] = accounts(book, as_of, study.book)["sales"]
    if book.has("customers.service_tier"):
        known["service_tier"] = book.customers.set_index("customer_id")["service_tier"]
    return known


def _against(classes: np.ndarray, rival: np.ndarray, coverage: float) -> tuple[float | str, ...]:
    """From τ-b of both in the same draws: those of :data:`COLUMNS` after the first two."""
    lead = estimate(classes - rival, coverage)
    side = "ahead" if lead.low > 0 else "behind" if lead.high < 0 else "alike"
    return classes[0], *estimate(rival, coverage), *lead, side
