"""Migration: how customers move between classes from year to year, out of the branch included.

All years are seen through today's model and cuts. So it describes how customers moved on today's scale; it tests
nothing, since today's scale knows of all the years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.book.losses import IDLE, NEEDS, losses
from crmlib.matrix.classes import Cuts
from crmlib.profit import windows
from crmlib.stats.intervals import beta_interval, estimates
from crmlib.study import Study
from crmlib.value.appraisal import Scorer
from crmlib.value.indicators import business_trend, indicators
from crmlib.value.references import View

LOST = "lost"
PRIOR = 0.5
"""Customers added to every cell: Jeffreys' Dirichlet prior."""


@dataclass(frozen=True)
class Migration:
    """How customers moved between classes and out.

    Attributes
    ----------
    years : DataFrame
        As from :func:`classes_by_year`.
    lost : DataFrame
        Month in which each customer was lost, and how, as from :func:`crmlib.book.losses.losses`.
    chances : DataFrame
        As from :func:`move_chances`.
    trend_known : bool
        Whether a business trend can be told of the first of the years.
    """

    years: pd.DataFrame
    lost: pd.DataFrame
    chances: pd.DataFrame
    trend_known: bool

    @property
    def first(self) -> pd.Timestamp:
        """The first date at which customers are classed."""
        return self.years["as_of"].min()

    @property
    def last(self) -> pd.Timestamp:
        """The last one."""
        return self.years["as_of"].max()

    @property
    def moves(self) -> pd.DataFrame:
        """The chances of those who are not lost yet, by class."""
        return self.chances[self.chances["class"] != LOST].set_index("class")

    @property
    def counts(self) -> pd.DataFrame:
        """Customer-years of every class (rows) by where they stood a year later (columns)."""
        return transition_matrix(self.moves, "customers").rename_axis(columns="class_later")

    @property
    def stays(self) -> pd.Series:
        """Chance of still being in the same class a year later, by class."""
        return self.moves.query("`class` == next")["chance"]

    @property
    def losses(self) -> pd.DataFrame:
        """Customer-years that ended in a loss, ``closings`` and ``idle`` apart, and the ``chance`` of one within a year
        with its interval ``low`` to ``high``, by class.
        """
        found = self.moves.query("next == @LOST")
        return found.assign(closings=found["customers"] - found[IDLE])[["closings", IDLE, "chance", "low", "high"]]

    @property
    def with_intervals(self) -> pd.DataFrame:
        """Chances with their intervals, classes in rows and where they went in columns."""
        return transition_matrix(self.moves.assign(estimate=estimates(self.moves, "chance")), "estimate")


@needs(*NEEDS)
def migrate(book: Book, profit: pd.DataFrame, scorer: Scorer, cuts: Cuts, study: Study) -> Migration:
    """How customers moved in all years of a book; parameters as for :func:`classes_by_year`.

    Raises
    ------
    Lacking
        If the book covers one year alone.
    """
    years, as_of = classes_by_year(book, profit, scorer, cuts, study), pd.Timestamp(study.as_of)
    if years["as_of"].nunique() < 2:
        raise Lacking("matrix.one_year")
    lost = losses(book, as_of, study.book)
    chances = move_chances(yearly_moves(years, lost), cuts.classes, study.matrix.interval)
    known = bool(business_trend(book, years["as_of"].min()).notna().any())
    return Migration(years, lost, chances, known)


def classes_by_year(book: Book, profit: pd.DataFrame, scorer: Scorer, cuts: Cuts, study: Study) -> pd.DataFrame:
    """Class of every graded customer at the as-of date and whole years before it, by one model and its cuts.

    Parameters
    ----------
    book : Book
    profit : DataFrame
        From :func:`crmlib.profit.profit_table`.
    scorer : Scorer
    cuts : Cuts
    study : Study

    Returns
    -------
    DataFrame
        as_of (the earliest first), customer_id, class.
    """
    model, parts = scorer.model, []
    for as_of in sorted(windows(book, study)):
        scores = model.score(indicators(View(book, profit, as_of, study, scorer.references))).dropna().sort_index()
        own = cuts.classify(scores)
        parts.append(own.rename_axis("customer_id").reset_index().assign(as_of=as_of))
    return pd.concat(parts, ignore_index=True)[["as_of", "customer_id", "class"]]


def yearly_moves(classes: pd.DataFrame, lost: pd.DataFrame) -> pd.DataFrame:
    """Where every customer of a class stood a year later.

    Parameters
    ----------
    classes : DataFrame
        As from :func:`classes_by_year`.
    lost : DataFrame
        Month in which each customer was lost, and how, as from :func:`crmlib.book.losses.losses`.

    Returns
    -------
    DataFrame
        as_of (of the first of two years), customer_id, class, next (a class or ``lost``), idle (lost so). Who was lost
        before the first year or cannot be graded in the second is left out.
    """
    parts = []
    for (start, first), (end, second) in pairwise(classes.groupby("as_of")):
        month, how = (first["customer_id"].map(lost[name]) for name in ("lost", "how"))
        then = first["customer_id"].map(second.set_index("customer_id")["class"]).mask(month <= end, LOST)
        parts.append(first.assign(next=then, idle=(month <= end) & (how == IDLE))[~(month <= start)])
    none = pd.DataFrame(columns=["as_of", "customer_id", "class", "next", IDLE])
    return pd.concat(parts, ignore_index=True).dropna(subset="next") if parts else none


def move_chances(moved: pd.DataFrame, classes: Sequence[str], coverage: float) -> pd.DataFrame:
    """Chance of every move within a year, with its interval.

    Parameters
    ----------
    moved : DataFrame
        As from :func:`yearly_moves`.
    classes : sequence of str
        The classes in their order; ``lost`` comes after.
    coverage : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        One row a move: class, next, customers, idle (those of them lost by falling idle), chance, low, high. Each row
        of chances is the mean of a Dirichlet distribution with ½ added to every cell, low to high the interval of its
        margin, a Beta distribution. Who is lost stays lost.
    """
    states = [*classes, LOST]
    pairs = pd.MultiIndex.from_product([classes, states], names=["class", "next"])
    counts = moved.groupby(pairs.names)[IDLE].agg(customers="size", idle="sum")
    table = counts.reindex(pairs, fill_value=0).astype(int).reset_index()
    parts = table["customers"] + PRIOR
    whole = table.groupby("class")["customers"].transform("sum") + PRIOR * len(states)
    low, high = beta_interval(parts, whole - parts, coverage)
    gone = pd.DataFrame({"class": LOST, "next": states, "customers": 0, IDLE: 0})
    gone = gone.assign(**dict.fromkeys(("chance", "low", "high"), (gone["next"] == LOST).astype(float)))
    return pd.concat([table.assign(chance=parts / whole, low=low, high=high), gone], ignore_index=True)


def transition_matrix(table: pd.DataFrame, column: str = "chance") -> pd.DataFrame:
    """A column of :func:`move_chances` as a matrix, classes in rows and where they went in columns, in their order."""
    return table.pivot_table(column, "class", "next", aggfunc="first", sort=False)


@needs()
def memory(moved: Migration) -> pd.DataFrame:
    """What the chain foretells from the first year to the last, beside what was seen.

    A chain forgets where a customer came from. If customers have a class of their own to which they return, more of
    them are seen in their first class than foretold.

    Returns
    -------
    DataFrame
        One row a class: class, customers, kept_foretold, kept_seen (share in the same class in the last year),
        lost_foretold, lost_seen (share lost by then).
    """
    table, years = transition_matrix(moved.chances), moved.years
    steps = np.linalg.matrix_power(table.to_numpy(), years["as_of"].nunique() - 1)
    ends = years[years["as_of"].isin([moved.first, moved.last])]
    chances = move_chances(yearly_moves(ends, moved.lost), table.index[:-1], 0.5)
    seen = transition_matrix(chances, "customers").drop(LOST)
    found = pd.DataFrame({"customers": seen.sum(axis=1)})
    found["kept_foretold"], found["kept_seen"] = np.diag(steps)[:-1], np.diag(seen) / found["customers"]
    found["lost_foretold"], found["lost_seen"] = steps[:-1, -1], seen[LOST] / found["customers"]
    return found.reset_index()
