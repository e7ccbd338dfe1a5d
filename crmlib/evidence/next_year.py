"""Next year: what customers earned in the twelve months after they were scored.

EVA of the scored year is part of the score, so agreement with it proves nothing. Here everything is scored at the
as-of date less twelve months, with anchors and cuts fitted there, and meets the realised EVA of the months since; who
left counts with what was earned until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from crmlib.stats.groups import fifths
from crmlib.stats.intervals import UNKNOWN, Estimate, estimate, once_and_resampled, percentile_interval, resample
from crmlib.stats.shares import Part, are_shares, within
from crmlib.study import Study

FIFTHS = (1, 2, 3, 4, 5)
MIDDLE = (2, 3, 4)
EVEN = len(MIDDLE) / len(FIFTHS)
"""Share of anything that the middle fifths hold by an even spread."""


@dataclass(frozen=True)
class Middle:
    """What the three middle fifths of a score hold.

    Attributes
    ----------
    table : DataFrame
        From :func:`by_fifth`.
    eva : Part
        What they earned of the next year's realised EVA, CNY and share each with its interval.
    gain, lead : Estimate
        What a growth action would win of their headroom in a year, after tax, and that less the EVA, CNY.
    headroom : Estimate
        Their share of the headroom.
    scored : Timestamp
        When the customers were scored.
    even : float
        Their share of anything spread evenly.
    """

    table: pd.DataFrame
    eva: Part
    gain: Estimate
    lead: Estimate
    headroom: Estimate
    scored: pd.Timestamp
    even: float = EVEN

    @property
    def room(self) -> float:
        """Headroom of the middle fifths, CNY."""
        return float(self.table.loc[self.table["fifth"].isin(MIDDLE), "headroom"].sum())


def earned(customers: pd.DataFrame, profit: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Customers scored a year before ``as_of`` with the realised EVA they earned since.

    Parameters
    ----------
    customers : DataFrame
        Table with ``customer_id``, as scored at ``as_of`` − 12 months.
    profit : DataFrame
        Table ``profit`` of chapter 1.
    as_of : Timestamp
        Month-end.

    Returns
    -------
    DataFrame
        ``customers`` whose EVA is known, with the column ``next_year_eva``, CNY.
    """
    eva = profit.loc[profit["as_of"] == as_of].set_index("customer_id")["eva_realised"]
    found = customers.assign(next_year_eva=customers["customer_id"].map(eva).astype(float))
    return found.dropna(subset="next_year_eva")


def by_fifth(score: pd.Series, eva: pd.Series, headroom: pd.Series) -> pd.DataFrame:
    """Customers, next-year realised EVA and headroom (CNY; unknown counts as none) of each fifth of the score."""
    amounts = pd.DataFrame({"customers": 1, "eva": eva, "headroom": headroom.fillna(0.0)})
    held = amounts.groupby(fifths(score)).sum().reindex(FIFTHS, fill_value=0)
    return held.rename_axis("fifth").reset_index()


def held_by_middle(
    score: pd.Series, eva: pd.Series, headroom: pd.Series, won: float, study: Study, rng: np.random.Generator
) -> dict[str, Part | Estimate]:
    """What the three middle fifths earn, what their headroom would win, and their share of it.

    Parameters
    ----------
    score, eva, headroom : Series, shape (customers,)
        Points, next-year realised EVA and headroom (CNY; unknown counts as none).
    won : float
        What a growth action wins of headroom in a year, after tax.
    study : Study
        Uses ``seed`` and the draws and coverage of ``evidence``.
    rng : numpy Generator

    Returns
    -------
    dict
        ``eva``, ``gain``, ``lead`` and ``headroom`` of :class:`Middle`, with bootstrap intervals over customers, whose
        fifths stay as they are.
    """
    settings, inner = study.evidence, fifths(score).isin(MIDDLE)
    amounts = np.column_stack([eva.to_numpy(float), headroom.fillna(0.0).to_numpy(float), inner])
    amounts = amounts[np.lexsort(amounts.T)]
    counts = once_and_resampled(len(amounts), settings.bootstrap, rng)
    (earned, room), (all_earned, all_room) = (counts @ (amounts[:, :2] * amounts[:, 2:])).T, (counts @ amounts[:, :2]).T
    drawn = {"earned": earned, "gain": won * room, "lead": won * room - earned, "headroom": room / all_room}
    found = {name: estimate(values, settings.interval) for name, values in drawn.items()}
    told = are_shares(eva, eva.groupby(inner).sum(), study.seed)
    share = within(estimate(earned / all_earned, settings.interval)) if told else UNKNOWN
    return {"eva": Part(found.pop("earned"), share), **found}


def by_class(
    classes: pd.Series, eva: pd.Series, order: Sequence[str], draws: int, coverage: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Next-year realised EVA of each class.

    Returns
    -------
    DataFrame
        One row a class in ``order``: class, customers, eva (CNY), mean with its bootstrap interval low, high, and
        median (CNY a customer); missing where a class is empty.
    """
    rows = []
    for name in order:
        own = np.sort(eva[classes == name].to_numpy(float))
        means = resample(own.size, draws, rng) @ own / own.size if own.size else np.array([])
        low, high = percentile_interval(means, coverage)
        mean, median = (own.mean(), np.median(own)) if own.size else (np.nan, np.nan)
        rows.append((name, own.size, own.sum(), mean, low, high, median))
    return pd.DataFrame(rows, columns=["class", "customers", "eva", "mean", "low", "high", "median"])


def out_of_order(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Measure, better and worse class, wherever the better one has no higher mean or median; the best class first."""
    pairs = list(pairwise(table.to_dict("records")))
    return [(measure, better["class"], worse["class"]) for measure in ("mean", "median") for better, worse in pairs
            if not better[measure] > worse[measure]]  # fmt: skip
