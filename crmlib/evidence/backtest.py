"""Out of time: does the score tell what customers earn in the year after, better than what anyone has at hand?

At every date that the book allows, references, scales and scores are made from what was known then, and meet the EVA
of the twelve months that followed. Last year's EVA and sales alone are the plain figures that the score must beat.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from crmlib.book import Book
from crmlib.evidence.next_year import earned
from crmlib.matrix.classes import Cuts
from crmlib.profit import WINDOW, at, windows
from crmlib.stats.intervals import estimate, once_and_resampled
from crmlib.stats.kendall import kendall
from crmlib.stats.order import neighbours
from crmlib.study import Study
from crmlib.value.appraisal import appraise
from crmlib.value.references import accounts

PREDICTORS = {"total": "score", "current": "its current value", "last_eva": "last year's EVA", "sales": "sales"}
"""What is compared, by column: the score, one of its two parts, then the baselines."""
SCALES = ("rank", "asinh")
"""Spearman's correlation, and Pearson's on asinh(x / θ), θ the median absolute value of the base year."""


def known_at(book: Book, profit: pd.DataFrame, as_of: pd.Timestamp, study: Study, weights: pd.Series) -> pd.DataFrame:
    """What can be said of each customer at a date, from what is known then.

    Parameters
    ----------
    book : Book
    profit : DataFrame
        From :func:`crmlib.profit.profit_table`.
    as_of : Timestamp
        Month-end; references, scales and scores are fitted here and nothing later is read.
    study : Study
    weights : Series
        Weight of each leaf in the total; experts are asked once, so they are the same at every date.

    Returns
    -------
    DataFrame, index customer_id
        current, potential, total (0-100), last_eva (CNY a year), and where the book has accounts sales (CNY a year).
    """
    made = appraise(book, profit, as_of, study, weights)
    known = made.scores.assign(last_eva=at(profit, as_of)["eva"])
    return known.assign(sales=accounts(book, as_of)["sales"]) if book.has("financials.sales") else known


def rounds(book: Book, profit: pd.DataFrame, study: Study, weights: pd.Series) -> pd.DataFrame:
    """Every date followed by twelve months of the book, the earliest first: what was known then, and what came.

    Returns
    -------
    DataFrame
        Columns base (the date), customer_id, those of :func:`known_at`, and next_year_eva (CNY): until they left, for
        customers who did. Empty where the book covers less than 24 months.
    """
    parts = []
    for as_of in sorted(windows(book, study))[:-1]:
        known = known_at(book, profit, as_of, study, weights).reset_index()
        parts.append(earned(known, profit, as_of + pd.offsets.MonthEnd(WINDOW)).assign(base=as_of))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"base": []})


def compare(table: pd.DataFrame, draws: int, coverage: float, seed: list[int]) -> pd.DataFrame:
    """How well the score and the baselines tell the next year's EVA, at every date.

    Parameters
    ----------
    table : DataFrame
        From :func:`rounds`; customers for whom a baseline is missing are left out for all.
    draws : int
        Bootstrap draws of customers, the same for all predictors.
    coverage : float
        Coverage of the intervals.
    seed : list of int

    Returns
    -------
    DataFrame
        One row a date, scale and predictor: base, scale, predictor, customers, correlation, low, high, lead (of the
        score over the predictor), lead_low, lead_high.
    """
    rows = []
    for base, part, counts in _drawn(table, draws, seed):
        predictors = [name for name in PREDICTORS if name in part]
        for scale in SCALES:
            found = {
                name: _correlation(*_on(scale, part, counts, name, "next_year_eva"), counts) for name in predictors
            }
            for name, values in found.items():
                lead = found["total"] - values
                row = (base, scale, PREDICTORS[name], len(part), *estimate(values, coverage))
                rows.append((*row, *estimate(lead, coverage)))
    names = ["base", "scale", "predictor", "customers", "correlation", "low", "high", "lead", "lead_low", "lead_high"]
    return pd.DataFrame(rows, columns=names)


def gain_of_potential(table: pd.DataFrame, draws: int, coverage: float, seed: list[int]) -> pd.DataFrame:
    """What potential adds to current value in telling the next year's EVA.

    Parameters are those of :func:`compare`.

    Returns
    -------
    DataFrame
        One row a date and scale: base, scale, customers, r_squared (of current value alone), gain (in R² with potential
        beside it), low, high. R² never falls when a predictor is added, so an interval close to 0 means nothing.
    """
    rows = []
    for base, part, counts in _drawn(table, draws, seed):
        for scale in SCALES:
            c, p, y = _on(scale, part, counts, "current", "potential", "next_year_eva")
            cy, py, cp = (_correlation(*pair, counts) for pair in ((c, y), (p, y), (c, p)))
            gain = (py - cy * cp) ** 2 / (1 - cp**2)
            rows.append((base, scale, len(part), cy[0] ** 2, *estimate(gain, coverage)))
    return pd.DataFrame(rows, columns=["base", "scale", "customers", "r_squared", "gain", "low", "high"])


def classes_in_order(
    table: pd.DataFrame,
    rules: tuple[str, str],
    labels: Mapping[str, str],
    lowest_first: Sequence[str],
    draws: int,
    coverage: float,
    seed: list[int],
) -> pd.DataFrame:
    """Whether the classes of every date were in the order of what they earned next; cuts are fitted at each date.

    Returns
    -------
    DataFrame
        One row a date: base, tau_b (Kendall's, of class and next year's EVA), low, high, weakest (least share of pairs
        of neighbouring classes in which the better one earned more), in_order (the interval is above 0, no class is
        empty, and the weakest share above one half).
    """
    rows = []
    for number, (base, part) in enumerate(table.groupby("base")):
        part = part.set_index("customer_id")
        classes, eva = Cuts.fit(part, rules, labels).classify(part), part["next_year_eva"]
        rng = np.random.default_rng([*seed, number])
        tau, low, high = kendall(eva, classes, lowest_first, draws, coverage, rng)
        steps = neighbours(eva, classes, lowest_first, coverage)["probability"]
        in_order = low > 0 and classes.nunique() == len(lowest_first) and steps.min() > 0.5
        rows.append((base, tau, low, high, steps.min(), bool(in_order)))
    return pd.DataFrame(rows, columns=["base", "tau_b", "low", "high", "weakest", "in_order"])


def _drawn(table: pd.DataFrame, draws: int, seed: list[int]) -> Iterable[tuple[pd.Timestamp, pd.DataFrame, np.ndarray]]:
    """Complete customers of each date, in order of value, and how often each is in every draw: first once each."""
    for number, (base, part) in enumerate(table.groupby("base")):
        known = part.drop(columns=["base", "customer_id"]).dropna()
        known = known.sort_values(list(known)).reset_index(drop=True)
        yield base, known, once_and_resampled(len(known), draws, np.random.default_rng([*seed, number]))


def _on(scale: str, part: pd.DataFrame, counts: np.ndarray, *names: str) -> list[np.ndarray]:
    """Columns on a scale, each of shape (draws, customers), or (1, customers) where draws do not matter."""
    if scale == "rank":
        return [_ranks(part[name].to_numpy(), counts) for name in names]
    sizes = part[["last_eva", "sales"] if "sales" in part else ["last_eva"]].abs()
    theta = sizes.where(sizes > 0).median().fillna(1.0)
    theta["next_year_eva"] = theta["last_eva"]
    values = (np.arcsinh(part[name] / theta[name]) if name in theta else part[name] for name in names)
    return [column.to_numpy()[None, :] for column in values]


def _ranks(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Rank of each customer in each draw; ties share their middle rank, and so do copies of one customer."""
    levels, place = np.unique(values, return_inverse=True)
    order = np.argsort(place, kind="stable")
    held = np.add.reduceat(counts[:, order], np.searchsorted(place[order], np.arange(len(levels))), axis=1)
    return (np.cumsum(held, axis=1) - held / 2)[:, place]


def _correlation(x: np.ndarray, y: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Pearson's correlation in every draw, shape (draws,)."""
    size = counts.sum(axis=1, keepdims=True)
    x, y = (v - (counts * v).sum(axis=1, keepdims=True) / size for v in (x, y))
    xy, xx, yy = ((counts * product).sum(axis=1) for product in (x * y, x * x, y * y))
    return np.divide(xy, np.sqrt(xx * yy), out=np.full(len(xy), np.nan), where=(xx > 0) & (yy > 0))
