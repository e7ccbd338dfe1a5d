"""Followed: what became, within a year, of the customers scored a year before the as-of date."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.evidence import next_year
from crmlib.evidence.next_year import Middle
from crmlib.profit import WINDOW
from crmlib.stats.intervals import Estimate, estimates
from crmlib.stats.kendall import kendall
from crmlib.stats.order import Trend, jonckheere, neighbours
from crmlib.stats.shares import Part, shares
from crmlib.strategy.facts import HEADROOM
from crmlib.study import Study
from crmlib.words.messages import say

Tables = Mapping[str, "pd.DataFrame | Absent"]
"""Tables of a run by name, as far as chapters handed them over."""
STREAM = 9


@dataclass(frozen=True)
class Followed:
    """What became, within a year, of the customers scored a year before the as-of date.

    Attributes
    ----------
    base : DataFrame
        Those customers, with class and next_year_eva, realised.
    table : DataFrame
        From :func:`crmlib.evidence.next_year.by_class`, with the ``share`` of the EVA of all classes, missing where it
        is none.
    trend : Trend
        Jonckheere–Terpstra over the classes.
    tau : Estimate
        Kendall's τ-b with its interval.
    pairs : DataFrame
        Neighbouring classes, the best first, from :func:`crmlib.stats.order.neighbours`.
    middle : Middle or Absent
        What the three middle fifths hold.
    scored : Timestamp
        When the customers were scored.
    """

    base: pd.DataFrame
    table: pd.DataFrame
    trend: Trend
    tau: Estimate
    pairs: pd.DataFrame
    middle: Middle | Absent
    scored: pd.Timestamp

    @property
    def summary(self) -> pd.DataFrame:
        """Realised EVA of each class, its mean with the interval."""
        named = self.table.rename(columns={"eva": "eva_realised", "median": "median_realised"})
        named = named.assign(mean_realised=estimates(self.table, "mean"))
        return named[["class", "customers", "eva_realised", "share", "mean_realised", "median_realised"]]

    @property
    def best(self) -> Part:
        """What the best class earned of the next year's realised EVA."""
        return Part(*self.table.loc[0, ["eva", "share"]])

    @property
    def weakest(self) -> pd.Series:
        """The pair of neighbouring classes whose better one earned more least often."""
        return self.pairs.loc[self.pairs["probability"].idxmin()]

    @property
    def overlapping(self) -> list[tuple[str, str]]:
        """Neighbouring classes, the better first, whose intervals of the mean overlap."""
        rows = self.table[self.table["customers"] > 0].itertuples(index=False)
        return [(better[0], worse[0]) for better, worse in pairwise(rows) if worse.high >= better.low]


def follow(tables: Tables, study: Study) -> Followed | Absent:
    """Meet last year's classes and scores with what came."""
    return _followed(given(tables, "profit"), given(tables, "classes_base"), tables, study)


def given(tables: Tables, name: str) -> "pd.DataFrame | Absent":
    """A table of a run; absent where it is not there or has no row."""
    table = tables.get(name, ())
    return table if not is_known(table) or len(table) else Absent(say("common.not_in_run", what=[name]))


@needs()
def _followed(profit: pd.DataFrame, classed: pd.DataFrame, tables: Tables, study: Study) -> Followed:
    as_of, lowest_first = pd.Timestamp(study.as_of), study.matrix.classes[::-1]
    base = next_year.earned(classed, profit, as_of)
    eva, classes, rng = base["next_year_eva"], base["class"], np.random.default_rng([study.seed, STREAM])
    if min(eva.nunique(), classes.nunique()) < 2:
        raise Lacking("evidence.nothing_to_order")
    drawn = (study.evidence.bootstrap, study.evidence.interval, rng)
    table = next_year.by_class(classes, eva, study.matrix.classes, *drawn)
    held = shares(base[["next_year_eva"]], pd.Categorical(classes, study.matrix.classes), study.seed)
    return Followed(
        base=base,
        table=table.assign(share=held["next_year_eva"].to_numpy()),
        trend=jonckheere(eva, classes, lowest_first),
        tau=kendall(eva, classes, lowest_first, *drawn),
        pairs=neighbours(eva, classes, lowest_first, study.evidence.interval)[::-1],
        middle=_middle(given(tables, "scores"), given(tables, "indicators"), profit, study, rng),
        scored=as_of - pd.offsets.MonthEnd(WINDOW),
    )


@needs()
def _middle(
    scores: pd.DataFrame, indicators: pd.DataFrame, profit: pd.DataFrame, study: Study, rng: np.random.Generator
) -> Middle:
    """What the middle fifths of last year's score hold."""
    as_of, leaf = pd.Timestamp(study.as_of), study.tree.leaf_with(HEADROOM)
    if leaf not in indicators:
        raise Lacking("evidence.no_headroom")
    room = indicators.query("basis == 'base'").set_index("customer_id")[leaf]
    ranked = next_year.earned(scores.query("basis == 'base'"), profit, as_of)
    score, eva, headroom = ranked["total"], ranked["next_year_eva"], ranked["customer_id"].map(room)
    if not headroom.sum() > 0:
        raise Lacking("evidence.no_headroom")
    won = study.strategy.take_up * study.strategy.growth_margin * (1 - study.profit.tax)
    held = next_year.held_by_middle(score, eva, headroom, won, study, rng)
    table = next_year.by_fifth(score, eva, headroom)
    return Middle(table=table, **held, scored=as_of - pd.offsets.MonthEnd(WINDOW))
