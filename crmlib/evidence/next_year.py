"""Next year: what customers earned in the twelve months after they were scored.

EVA of the scored year is part of the score, so agreement with it proves nothing. Here everything is scored at the
as-of date less twelve months, with anchors and cuts fitted there, and meets the realised EVA of the months since; who
left counts with what was earned until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.stats.groups import fifths
from crmlib.stats.intervals import Estimate, estimate, once_and_resampled, percentile_interval, resample

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
    eva, headroom : Estimate
        Their share of the next year's realised EVA and of the headroom.
    lead : Estimate
        The second less the first.
    scored : Timestamp
        When the customers were scored.
    even : float
        Their share of anything spread evenly.
    """

    table: pd.DataFrame
    eva: Estimate
    headroom: Estimate
    lead: Estimate
    scored: pd.Timestamp
    even: float = EVEN

    @property
    def shares_eva(self) -> bool:
        """Whether what they earned is a share at all: where a few lose much, the sum may be next to nothing."""
        return self.eva.low >= 0 and self.eva.high <= 1

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
    score: pd.Series, eva: pd.Series, headroom: pd.Series, draws: int, coverage: float, rng: np.random.Generator
) -> list[Estimate]:
    """Shares of next-year realised EVA and of headroom held by the three middle fifths, and the second less the first.

    Bootstrap intervals over customers, whose fifths stay as they are.
    """
    inner = fifths(score).isin(MIDDLE).to_numpy()
    amounts = np.column_stack([eva.to_numpy(float), headroom.fillna(0.0).to_numpy(float), inner])
    amounts = amounts[np.lexsort(amounts.T)]
    counts = once_and_resampled(len(amounts), draws, rng)
    earned, room = (counts @ (amounts[:, :2] * amounts[:, 2:]) / (counts @ amounts[:, :2])).T
    return [estimate(values, coverage) for values in (earned, room, room - earned)]


def by_class(
    classes: pd.Series, eva: pd.Series, order: Sequence[str], draws: int, coverage: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Next-year realised EVA of each class.

    Returns
    -------
    DataFrame
        One row a class in ``order``: class, customers, eva (CNY), share (of the sum over classes, missing unless that
        is positive), mean with its bootstrap interval low, high, and median (CNY a customer); missing where a class is
        empty.
    """
    rows, total = [], eva.sum() if eva.sum() > 0 else np.nan
    for name in order:
        own = np.sort(eva[classes == name].to_numpy(float))
        means = resample(own.size, draws, rng) @ own / own.size if own.size else np.array([])
        low, high = percentile_interval(means, coverage)
        mean, median = (own.mean(), np.median(own)) if own.size else (np.nan, np.nan)
        rows.append((name, own.size, own.sum(), own.sum() / total, mean, low, high, median))
    return pd.DataFrame(rows, columns=["class", "customers", "eva", "share", "mean", "low", "high", "median"])
