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
from crmlib.matrix import losses
from crmlib.matrix.classes import Cuts
from crmlib.profit import windows
from crmlib.stats.intervals import beta_interval
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
    lost : Series
        Month in which each customer was lost, as from :func:`crmlib.matrix.losses.lost_in`.
    chances : DataFrame
        As from :func:`move_chances`.
    trend_known : bool
        Whether a business trend can be told of the first of the years.
    """

    years: pd.DataFrame
    lost: pd.Series
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
    def counts(self) -> pd.DataFrame:
        """Customer-years of every class (rows) by where they stood a year later (columns)."""
        table = transition_matrix(self.chances, "customers").drop(LOST)
        return table.rename_axis(index="class", columns="class_later").astype(int)

    @property
    def stays(self) -> pd.Series:
        """Chance of still being in the same class a year later, by class."""
        own = self.chances[(self.chances["class"] == self.chances["next"]) & (self.chances["class"] != LOST)]
        return own.set_index("class")["chance"]

    @property
    def losses(self) -> pd.DataFrame:
        """Chance of being lost within a year, with its interval: ``chance``, ``low``, ``high`` by class."""
        own = self.chances[(self.chances["next"] == LOST) & (self.chances["class"] != LOST)]
        return own.set_index("class")[["chance", "low", "high"]]

    @property
    def with_intervals(self) -> pd.DataFrame:
        """Chances with their intervals, classes in rows and where they went in columns."""
        told = self.chances[self.chances["class"] != LOST]
        cells = told.set_index("class").assign(
            cell=list(told[["chance", "low", "high"]].itertuples(index=False, name=None))
        )
        return pd.DataFrame({then: own["cell"] for then, own in cells.groupby("next", sort=False)})


@needs(*losses.NEEDS)
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
    lost = losses.lost_in(book, as_of, study.matrix)
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


def yearly_moves(classes: pd.DataFrame, lost: pd.Series) -> pd.DataFrame:
    """Where every customer of a class stood a year later.

    Parameters
    ----------
    classes : DataFrame
        As from :func:`classes_by_year`.
    lost : Series
        Month in which each customer was lost, as from :func:`crmlib.matrix.losses.lost_in`.

    Returns
    -------
    DataFrame
        as_of (of the first of two years), customer_id, class, next (a class or ``lost``). Who was lost before the first
        year or cannot be graded in the second is left out.
    """
    parts = []
    for (start, first), (end, second) in pairwise(classes.groupby("as_of")):
        month = first["customer_id"].map(lost)
        then = first["customer_id"].map(second.set_index("customer_id")["class"]).mask(month <= end, LOST)
        parts.append(first.assign(next=then)[~(month <= start)])
    none = pd.DataFrame(columns=["as_of", "customer_id", "class", "next"])
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
        One row a move: class, next, customers, chance, low, high. Each row of chances is the mean of a Dirichlet
        distribution with ½ added to every cell, low to high the interval of its margin, a Beta distribution. Who is
        lost stays lost.
    """
    states = [*classes, LOST]
    counts = pd.crosstab(moved["class"], moved["next"]).reindex(index=list(classes), columns=states, fill_value=0)
    table = counts.rename_axis("class").reset_index().melt("class", var_name="next", value_name="customers")
    table = table.set_index("class").loc[list(classes)].reset_index()
    parts = table["customers"] + PRIOR
    whole = table["class"].map(counts.sum(axis=1)) + PRIOR * len(states)
    low, high = beta_interval(parts, whole - parts, coverage)
    gone = pd.DataFrame({"class": LOST, "next": states, "customers": 0})
    gone = gone.assign(**dict.fromkeys(("chance", "low", "high"), (gone["next"] == LOST).astype(float)))
    return pd.concat([table.assign(chance=parts / whole, low=low, high=high), gone], ignore_index=True)


def transition_matrix(table: pd.DataFrame, column: str = "chance") -> pd.DataFrame:
    """A column of :func:`move_chances` as a matrix, classes in rows and where they went in columns, in their order."""
    states = list(dict.fromkeys(table["class"]))
    return table.pivot_table(column, "class", "next").loc[states, states]


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
    states, dates = list(table.index), years["as_of"].nunique()
    steps = np.linalg.matrix_power(table.to_numpy(), dates - 1)
    ends = years[years["as_of"].isin([moved.first, moved.last])]
    seen = move_chances(yearly_moves(ends, moved.lost), states[:-1], 0.5)
    counts = transition_matrix(seen, "customers").to_numpy()
    rows = [
        (name, counts[place].sum(), steps[place, place], counts[place, place], steps[place, -1], counts[place, -1])
        for place, name in enumerate(states[:-1])
    ]
    names = ["class", "customers", "kept_foretold", "kept_seen", "lost_foretold", "lost_seen"]
    found = pd.DataFrame(rows, columns=names)
    return found.assign(**{name: found[name] / found["customers"] for name in ("kept_seen", "lost_seen")})
