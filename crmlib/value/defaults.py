"""Back-test of default rates: did as many customers default as their grades let expect?

Everybody with exposure and not in default at the start of a year is met with the twelve months that followed. It says
something only where the grades are those of the start: today's know who has defaulted since.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.book.describe import open_at
from crmlib.book.ratings import rated_at
from crmlib.default import (
    default_starts,
    exposure,
    in_default,
    mean_pd_by_size,
    probability_of_default,
    yearly_factor,
)  # fmt: skip
from crmlib.profit import WINDOW, windows
from crmlib.study import Study

UNRATED, ALL = "unrated", "all"
SUPPORTED, NOT_SUPPORTED, TOO_FEW = "supported", "not_supported", "too_few"
STREAM, DRAWS = 51, 20_000
NEEDS = ("customers.rating", "customers.size", "activity.days_overdue", "activity.loan", "activity.guarantees")


@needs(*NEEDS)
def ratings_at_starts(book: Book, study: Study) -> dict[pd.Timestamp, pd.Series]:
    """Ratings that were known at the start of every year that a following one tests, by customer.

    Absent where ratings have no history. Those of a simulated book never change, so today's are those of any start.
    """
    if not (book.simulated or "ratings" in book.tables):
        raise Lacking("model.ratings_of_today")
    starts = sorted(windows(book, study))[:-1]
    if not starts:
        raise Lacking("evidence.no_following_year")
    return {start: rated_at(book, start).set_index("customer_id")["rating"] for start in starts}


@needs(*NEEDS)
def followed_defaults(book: Book, ratings: Mapping[pd.Timestamp, pd.Series], study: Study) -> pd.DataFrame:
    """Who could default in each year, how likely it was by what was known at its start, and who did.

    Parameters
    ----------
    book : Book
    ratings : mapping of Timestamp to Series
        From :func:`ratings_at_starts`: month-ends with the ratings known there, by customer.
    study : Study

    Returns
    -------
    DataFrame
        One row a start and customer whose risk is known: ``start``, ``customer_id``, ``rating``, ``pd`` (1/year),
        ``defaulted``.
    """
    settings, began = study.profit, default_starts(book.activity, study.profit)
    people, parts = book.customers.set_index("customer_id"), []
    for start, known in ratings.items():
        there = people[open_at(people, start)].assign(rating=known)
        rows = book.activity[book.activity["month"] == start.replace(day=1)]
        rows = rows[(exposure(rows["loan"], rows["guarantees"], settings) > 0) & ~in_default(rows, settings)]
        exposed = pd.Series(there.index.isin(rows["customer_id"]), there.index)
        by_size = mean_pd_by_size(there, exposed, settings)
        chances = probability_of_default(there, exposed, by_size, settings)[exposed]
        within = began.loc[began["month"].between(start, start + pd.offsets.MonthEnd(WINDOW)), "customer_id"]
        found = pd.DataFrame({"start": start, "rating": there["rating"].fillna(UNRATED), "pd": chances})[exposed]
        parts.append(found.assign(defaulted=found.index.isin(within)).rename_axis("customer_id").reset_index())
    return pd.concat(parts, ignore_index=True).dropna(subset="pd")


@needs()
def default_test(followed: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Defaults expected and observed by grade and in all, with what chance alone allows.

    Parameters
    ----------
    followed : DataFrame
        From :func:`followed_defaults`.
    study : Study
        Uses ``seed``, ``profit.pd_by_rating``, ``profit.default_spread`` and ``model.interval``.

    Returns
    -------
    DataFrame
        ``rating`` (the last row is ``all``), ``customers`` (at the starts, added up), ``expected_defaults``,
        ``defaults``, ``by_chance`` (least and most of the interval, were the rates right), ``default_verdict``: not
        supported outside of it; inside, supported, but too few to tell where none at all would be inside too. Absent
        where nobody has exposure.

    Notes
    -----
    Defaults are drawn from the rates times a factor of the year that all customers share, so that a bad year alone
    refutes no rate.
    """
    if followed.empty:
        raise Lacking("model.nobody_exposed")
    cells = followed.groupby(["rating", "start", "pd"]).size().rename("customers").reset_index()
    drawn = pd.DataFrame(_drawn(cells, study)).groupby(cells["rating"]).sum()
    sums = followed.groupby("rating").agg(
        customers=("pd", "size"), expected_defaults=("pd", "sum"), defaults=("defaulted", "sum")
    )
    order = [name for name in (*study.profit.pd_by_rating, UNRATED) if name in sums.index]
    sums, drawn = (table.reindex(order) for table in (sums, drawn))
    sums.loc[ALL], drawn.loc[ALL] = sums.sum(), drawn.sum()
    tails = (1 - study.model.interval) / 2
    low, high = np.quantile(drawn.to_numpy(), [tails, 1 - tails], axis=1, method="inverted_cdf")
    table = sums.astype({"customers": int, "defaults": int}).assign(by_chance=list(zip(low, high, strict=True)))
    inside = table["defaults"].between(low, high)
    table["default_verdict"] = np.select([~inside, low == 0], [NOT_SUPPORTED, TOO_FEW], SUPPORTED)
    return table.rename_axis("rating").reset_index()


def _drawn(cells: pd.DataFrame, study: Study) -> np.ndarray:
    """Defaults of each cell in draws of years, int, shape (cells, draws)."""
    rng, (year, starts) = np.random.default_rng([study.seed, STREAM]), pd.factorize(cells["start"])
    factor = yearly_factor(study.profit.default_spread, (len(starts), DRAWS), rng)
    chances = np.clip(cells["pd"].to_numpy()[:, None] * factor[year], 0, 1)
    return rng.binomial(cells["customers"].to_numpy()[:, None], chances)
