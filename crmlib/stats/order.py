"""Order: do values rise from group to group, and by how much more than chance would give?

With a thousand customers every difference is significant, so the size of the order is told first (Kendall's τ-b and
how often the higher group has the larger value), and the Jonckheere–Terpstra test stands beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.special import ndtr

from crmlib.errors import CrmError
from crmlib.stats.kendall import require_known
from crmlib.stats.roc import discrimination


@dataclass(frozen=True)
class Trend:
    """Result of the Jonckheere–Terpstra test with what it is made of.

    Attributes
    ----------
    statistic : float
        J: pairs in which the customer of the higher group has the larger value; ties count half.
    mean, variance : float
        Of J where the groups do not differ, ties included.
    z, p : float
        Standardised J, and the one-sided probability of one as large.
    """

    statistic: float
    mean: float
    variance: float
    z: float
    p: float


def jonckheere(values: pd.Series, groups: pd.Series, order: Sequence[str]) -> Trend:
    """Jonckheere–Terpstra test that values rise from group to group.

    Parameters
    ----------
    values : Series, shape (customers,)
        Any numbers.
    groups : Series, shape (customers,)
        Group of each, on the same index.
    order : sequence of str
        The groups, the lowest first.

    Returns
    -------
    Trend

    Raises
    ------
    CrmError
        If a group is unknown, fewer than two have customers, or all values are equal.

    References
    ----------
    Jonckheere (1954), Biometrika 41; variance with ties: Hollander, Wolfe and Chicken (2014), Nonparametric
    Statistical Methods, 3rd ed., equation 6.19.
    """
    require_known(groups, order)
    samples = [values[groups == group].to_numpy(float) for group in order]
    samples = [sample for sample in samples if sample.size]
    if len(samples) < 2:
        raise CrmError(f"an order needs at least two groups with customers, found {len(samples)}.")
    statistic, (mean, variance) = _pairs_in_order(samples), _moments(samples)
    if not variance > 0:
        raise CrmError(f"all {len(values)} values are equal: there is nothing to order.")
    z = (statistic - mean) / variance**0.5
    return Trend(statistic, mean, variance, z, float(ndtr(-z)))


def neighbours(values: pd.Series, groups: pd.Series, order: Sequence[str], coverage: float) -> pd.DataFrame:
    """How often a customer of the next higher group with customers has the larger value; 0.5 is chance.

    Returns
    -------
    DataFrame
        One row a pair of neighbours: higher, lower, probability, low, high (DeLong's interval).
    """
    rows = []
    present = [group for group in order if (groups == group).any()]
    for lower, higher in pairwise(present):
        pair = groups.isin([lower, higher])
        table = discrimination(values[pair].to_frame("value"), groups[pair] == lower, coverage)
        rows.append({"higher": higher, "lower": lower, **table.loc[0, ["auc", "low", "high"]]})
    table = pd.DataFrame(rows, columns=["higher", "lower", "auc", "low", "high"])
    return table.rename(columns={"auc": "probability"})


def _pairs_in_order(samples: list[np.ndarray]) -> float:
    """J: for each group, wins over all groups below it, by ranks."""
    wins, below = 0.0, samples[0]
    for sample in samples[1:]:
        ranks = pd.Series(np.concatenate([sample, below])).rank().to_numpy()[: sample.size]
        wins += ranks.sum() - sample.size * (sample.size + 1) / 2
        below = np.concatenate([below, sample])
    return float(wins)


def _moments(samples: list[np.ndarray]) -> tuple[float, float]:
    """Mean and variance of J under no difference, with ties."""
    sizes = np.array([sample.size for sample in samples], dtype=float)
    ties = np.unique(np.concatenate(samples), return_counts=True)[1].astype(float)
    n = sizes.sum()

    def third(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) * (2 * counts + 5)).sum())

    def falling(counts: np.ndarray, factors: int) -> float:
        return float(np.prod([counts - step for step in range(factors)], axis=0).sum())

    variance = (third(np.array([n])) - third(sizes) - third(ties)) / 72
    variance += falling(sizes, 2) * falling(ties, 2) / (8 * n * (n - 1))
    if n > 2:
        variance += falling(sizes, 3) * falling(ties, 3) / (36 * n * (n - 1) * (n - 2))
    return float((n**2 - (sizes**2).sum()) / 4), float(variance)
