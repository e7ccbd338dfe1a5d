"""Migration: how customers move between classes from year to year, out of the branch included, and what that is worth.

All years are seen through today's model and cuts. So it describes how customers moved on today's scale; it tests
nothing, since today's scale knows of all the years.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from crmlib.book import Book
from crmlib.matrix.classes import Cuts
from crmlib.profit import windows
from crmlib.stats.intervals import beta_interval, percentile_interval, resample
from crmlib.strategy.lifetime import markov_value
from crmlib.study import Study
from crmlib.value.appraisal import Scorer
from crmlib.value.indicators import indicators

LOST = "lost"
PRIOR = 0.5
"""Customers added to every cell: Jeffreys' Dirichlet prior."""


def classes_by_year(
    book: Book,
    profit: pd.DataFrame,
    scorer: Scorer,
    cuts: Cuts,
    study: Study,
    scored: Mapping[pd.Timestamp, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Class of every graded customer at the as-of date and whole years before it, by one model and its cuts.

    Parameters
    ----------
    book : Book
    profit : DataFrame
        From :func:`crmlib.profit.profit_table`.
    scorer : Scorer
    cuts : Cuts
    study : Study
    scored : mapping of date to DataFrame, optional
        Scores that this model gave already, by date.

    Returns
    -------
    DataFrame
        as_of (the earliest first), customer_id, class.
    """
    model, parts = scorer.model, []
    for as_of in sorted(windows(book, study)):
        known = (scored or {}).get(as_of)
        scores = model.score(indicators(book, profit, as_of, scorer.references, study)) if known is None else known
        scores = scores.dropna().sort_index()
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
        Month in which each customer was lost, as from :func:`crmlib.strategy.losses.lost_in`.

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


def migration(moved: pd.DataFrame, classes: Sequence[str], coverage: float) -> pd.DataFrame:
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
    """A column of :func:`migration` as a matrix, classes in rows and where they went in columns, in their order."""
    states = list(dict.fromkeys(table["class"]))
    return table.pivot_table(column, "class", "next").loc[states, states]


def markov_values(
    table: pd.DataFrame, earned: pd.Series, discount: float, draws: int, coverage: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Markov value of a customer of each class.

    Parameters
    ----------
    table : DataFrame
        As from :func:`migration`.
    earned : Series, index class
        Margin of each customer in the year just over, CNY; the reward of a class is the mean of its customers.
    discount : float
        Discount rate a year.
    draws : int
        Matrices drawn from the Dirichlet distribution of each row, each with the rewards of a bootstrap draw of
        customers.
    coverage : float
        Coverage of the intervals.
    rng : numpy Generator

    Returns
    -------
    DataFrame
        One row a class: class, reward (the year just over, not discounted), value, low, high, to_come (value less
        reward), CNY a customer.
    """
    classes = [name for name in dict.fromkeys(table["class"]) if name != LOST]
    rewards = earned.groupby(level=0).mean().reindex([*classes, LOST]).fillna(0.0)
    value = markov_value(transition_matrix(table), rewards, discount)
    counts = transition_matrix(table, "customers").loc[classes].to_numpy() + PRIOR
    drawn = np.stack([rng.dirichlet(row, draws) for row in counts], axis=1)
    drawn = np.concatenate([drawn, np.broadcast_to(np.eye(len(rewards))[-1], (draws, 1, len(rewards)))], axis=1)
    means = [_means(earned[earned.index == name], draws, rng) for name in classes]
    rewarded = np.column_stack([*means, np.zeros(draws)])
    values = np.linalg.solve(np.eye(len(rewards)) - drawn / (1 + discount), rewarded[:, :, None])[:, :, 0]
    bounds = [percentile_interval(values[:, place], coverage) for place in range(len(classes))]
    found = pd.DataFrame({"class": classes, "reward": rewards[classes].to_numpy(), "value": value[classes].to_numpy()})
    found[["low", "high"]] = bounds
    return found.assign(to_come=found["value"] - found["reward"])


def _means(earned: pd.Series, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Means of bootstrap draws of customers; 0 where there is none."""
    if earned.empty:
        return np.zeros(draws)
    return resample(earned.size, draws, rng) @ np.sort(earned.to_numpy()) / earned.size


def memory(classes: pd.DataFrame, lost: pd.Series, table: pd.DataFrame) -> pd.DataFrame:
    """What the chain foretells from the first year to the last, beside what was seen.

    A chain forgets where a customer came from. If customers have a class of their own to which they return, more of
    them are seen in their first class than foretold.

    Returns
    -------
    DataFrame
        One row a class: class, customers, kept_foretold, kept_seen (share in the same class in the last year),
        lost_foretold, lost_seen (share lost by then).
    """
    dates = sorted(classes["as_of"].unique())
    first_and_last = classes[classes["as_of"].isin([dates[0], dates[-1]])]
    states = list(dict.fromkeys(table["class"]))
    steps = np.linalg.matrix_power(transition_matrix(table).to_numpy(), len(dates) - 1)
    seen = migration(yearly_moves(first_and_last, lost), states[:-1], 0.5)
    counts = transition_matrix(seen, "customers").to_numpy()
    rows = [
        (name, counts[place].sum(), steps[place, place], counts[place, place], steps[place, -1], counts[place, -1])
        for place, name in enumerate(states[:-1])
    ]
    names = ["class", "customers", "kept_foretold", "kept_seen", "lost_foretold", "lost_seen"]
    found = pd.DataFrame(rows, columns=names)
    return found.assign(**{name: found[name] / found["customers"] for name in ("kept_seen", "lost_seen")})
