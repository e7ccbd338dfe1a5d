"""Out of time: does the score tell what customers earn in the year after, better than what anyone has at hand?

At every date that the book allows, references, scales and scores are made from what was known then, and meet the
realised EVA of the twelve months that followed. Last year's and sales alone are the plain figures that the score must
beat.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.book import Book
from crmlib.evidence.next_year import earned, out_of_order
from crmlib.matrix.classes import Cuts
from crmlib.profit import WINDOW, at, windows
from crmlib.stats.intervals import estimate, estimates, once_and_resampled
from crmlib.stats.kendall import kendall
from crmlib.stats.order import neighbours
from crmlib.study import Study
from crmlib.value.appraisal import appraise
from crmlib.value.references import accounts

PREDICTORS = ("total", "current", "last_eva", "sales")
"""What is compared: the score, one of its two parts, then the plain figures."""
PLAIN = PREDICTORS[2:]
STREAM = 91
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
        current, potential, total (0-100), last_eva (realised, CNY a year), and sales (CNY a year) where the book has
        accounts.
    """
    made = appraise(book, profit, as_of, study, weights)
    known = made.scores.assign(last_eva=at(profit, as_of)["eva_realised"])
    return known.assign(sales=accounts(book, as_of, study.book)["sales"]) if book.has("financials.sales") else known


@needs()
def rounds(book: Book, profit: pd.DataFrame, study: Study, weights: pd.Series) -> pd.DataFrame:
    """Every date followed by twelve months of the book, the earliest first: what was known then, and what came.

    Returns
    -------
    DataFrame
        Columns base (the date), customer_id, those of :func:`known_at`, and next_year_eva (realised, CNY): until they
        left, for customers who did. Absent where the book covers less than 24 months.
    """
    parts = []
    for as_of in sorted(windows(book, study))[:-1]:
        known = known_at(book, profit, as_of, study, weights).reset_index()
        parts.append(earned(known, profit, as_of + pd.offsets.MonthEnd(WINDOW)).assign(base=as_of))
    if not parts:
        raise Lacking("evidence.no_following_year")
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class OutOfTime:
    """How well the score and plain figures told the next year's realised EVA, at every date.

    Attributes
    ----------
    table : DataFrame
        From :func:`compare`.
    gain : DataFrame
        From :func:`gain_of_potential`.
    years : DataFrame
        From :func:`classes_in_order`.
    """

    table: pd.DataFrame
    gain: pd.DataFrame
    years: pd.DataFrame

    @property
    def base(self) -> pd.Timestamp:
        """The last date that a year followed."""
        return self.table["base"].max()

    @property
    def by_rank(self) -> pd.DataFrame:
        """Rows on ranks, by predictor."""
        return self.table[self.table["scale"] == "rank"].set_index("predictor")

    @property
    def last(self) -> pd.DataFrame:
        """Those at the last date."""
        return self.by_rank[self.by_rank["base"] == self.base]

    @property
    def leads(self) -> pd.DataFrame:
        """The same with intervals, and the lead of the score over each."""
        lead = estimates(self.last, "lead", "lead_low", "lead_high")
        table = self.last[["customers"]].assign(correlation=estimates(self.last, "correlation"), score_lead=lead)
        return table.reset_index()

    @property
    def simplest(self) -> pd.Series:
        """Of what is simpler than the score, what told the last year best."""
        others = self.last.drop(index="total")
        return others.loc[others["correlation"].idxmax()]

    @property
    def against(self) -> pd.DataFrame:
        """By plain figure: years, and those in which the score is clearly better (``won``) or worse (``lost``)."""
        plain = self.by_rank.drop(index=["total", "current"], errors="ignore")
        counted = plain.assign(years=1, won=plain["lead_low"] > 0, lost=plain["lead_high"] < 0)
        return counted.groupby("predictor")[["years", "won", "lost"]].sum()

    @property
    def of_years(self) -> str:
        """Unit of a number of the years."""
        return f"of {len(self.years)} years"

    @property
    def numbers(self) -> dict[str, float]:
        """Correlations of the last year on ranks, and the lead of the score over each plain figure."""
        told = {"spearman_score": self.last.loc["total", "correlation"]}
        for figure, row in self.last.filter(PLAIN, axis="index").to_dict("index").items():
            told[f"spearman_{figure}"] = row["correlation"]
            told |= {f"lead_over_{figure}{end}": row[f"lead{end}"] for end in ("", "_low", "_high")}
        return told


@needs()
def out_of_time(book: Book, profit: pd.DataFrame, weights: pd.DataFrame, study: Study) -> OutOfTime | Absent:
    """Score, classes and plain figures of every date beside what customers earned in the year after.

    Parameters
    ----------
    book, profit, study
        As for :func:`known_at`.
    weights : DataFrame
        Table ``weights``: code, and local, the weight among siblings.
    """
    found = rounds(book, profit, study, study.tree.leaf_weights(weights.set_index("code")["local"]))
    if not is_known(found):
        return found
    return OutOfTime(compare(found, study), gain_of_potential(found, study), classes_in_order(found, study))


def compare(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """How well the score and the baselines tell the next year's EVA, at every date.

    Parameters
    ----------
    table : DataFrame
        From :func:`rounds`; customers for whom a baseline is missing are left out for all.
    study : Study
        Draws of customers are the same for all predictors.

    Returns
    -------
    DataFrame
        One row a date, scale and predictor: base, scale, predictor, customers, correlation, low, high, lead (of the
        score over the predictor), lead_low, lead_high.
    """
    rows, coverage = [], study.evidence.interval
    for base, part, counts in _drawn(table, study):
        for scale in SCALES:
            names = [name for name in PREDICTORS if name in part]
            *shown, later = _on(scale, part, counts, *names, "next_year_eva")
            told = {name: _correlation(own, later, counts) for name, own in zip(names, shown, strict=True)}
            for name, own in told.items():
                leads = estimate(told["total"] - own, coverage)
                rows.append((base, scale, name, len(part), *estimate(own, coverage), *leads))
    names = ["base", "scale", "predictor", "customers", "correlation", "low", "high", "lead", "lead_low", "lead_high"]
    return pd.DataFrame(rows, columns=names)


def gain_of_potential(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """What potential adds to current value in telling the next year's EVA.

    Parameters are those of :func:`compare`.

    Returns
    -------
    DataFrame
        One row a date and scale: base, scale, customers, r_squared (of current value alone), gain (in R² with potential
        beside it), low, high. R² never falls when a predictor is added, so an interval close to 0 means nothing.
    """
    rows, coverage = [], study.evidence.interval
    for base, part, counts in _drawn(table, study):
        for scale in SCALES:
            c, p, y = _on(scale, part, counts, "current", "potential", "next_year_eva")
            cy, py, cp = (_correlation(*pair, counts) for pair in ((c, y), (p, y), (c, p)))
            gain = (py - cy * cp) ** 2 / (1 - cp**2)
            rows.append((base, scale, len(part), cy[0] ** 2, *estimate(gain, coverage)))
    return pd.DataFrame(rows, columns=["base", "scale", "customers", "r_squared", "gain", "low", "high"])


@needs()
def classes_in_order(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Whether the classes of every date were in the order of what they earned next; cuts are fitted at each date.

    Returns
    -------
    DataFrame
        One row a date: base, tau_b (Kendall's, of class and next year's EVA), low, high, weakest (least share of pairs
        of neighbouring classes in which the better one earned more), in_order (the interval is above 0, no class is
        empty, that of every such share is above one half, and means and medians are in order).
    """
    rows, best_first, coverage = [], study.matrix.classes, study.evidence.interval
    for number, (base, part) in enumerate(table.groupby("base")):
        part = part.set_index("customer_id")
        classes = Cuts.fit(part, study.matrix.rules, study.matrix.labels).classify(part)
        eva, rng = part["next_year_eva"], np.random.default_rng([study.seed, STREAM, number])
        tau, low, high = kendall(eva, classes, best_first[::-1], study.evidence.bootstrap, coverage, rng)
        steps = neighbours(eva, classes, best_first[::-1], coverage)
        typical = eva.groupby(classes).agg(["mean", "median"]).reindex(best_first).rename_axis("class").reset_index()
        in_order = low > 0 and steps["low"].min() > 0.5 and not out_of_order(typical)
        rows.append((base, tau, low, high, steps["probability"].min(), bool(in_order)))
    return pd.DataFrame(rows, columns=["base", "tau_b", "low", "high", "weakest", "in_order"])


def _drawn(table: pd.DataFrame, study: Study) -> Iterable[tuple[pd.Timestamp, pd.DataFrame, np.ndarray]]:
    """Complete customers of each date, in order of value, and how often each is in every draw: first once each."""
    for number, (base, part) in enumerate(table.groupby("base")):
        known = part.drop(columns=["base", "customer_id"]).dropna()
        known = known.sort_values(list(known)).reset_index(drop=True)
        rng = np.random.default_rng([study.seed, STREAM, number])
        yield base, known, once_and_resampled(len(known), study.evidence.bootstrap, rng)


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
    x, y = (v - (_summed(v, counts) / counts.sum(axis=1))[:, None] for v in (x, y))
    xy, xx, yy = (_summed(product, counts) for product in (x * y, x * x, y * y))
    return np.divide(xy, np.sqrt(xx * yy), out=np.full(len(xy), np.nan), where=(xx > 0) & (yy > 0))


def _summed(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.einsum("di,di->d", counts, np.broadcast_to(values, counts.shape))
