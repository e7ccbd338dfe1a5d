"""Groups: fifths by rank, how alike two groupings are, and how far groups lie apart."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist


def fifths(score: pd.Series) -> pd.Series:
    """Fifth of each customer by score, 1 lowest; equal scores are in one fifth."""
    place = np.ceil(score.rank() / score.count() * 5)
    return place.clip(1, 5).astype("Int64").rename("fifth")


def same_sized(values: pd.Series, sizes: Sequence[int]) -> pd.Series:
    """Groups of given sizes by value, the largest values in group 0; equal values are in one group."""
    place = np.searchsorted(np.cumsum(sizes), values.rank(ascending=False))
    return pd.Series(place.clip(max=len(sizes) - 1), values.index)


def adjusted_rand(first: pd.Series | np.ndarray, second: pd.Series | np.ndarray) -> float:
    """Adjusted Rand index of two partitions of the same customers: 1 the same, 0 as alike as by chance.

    References
    ----------
    Hubert and Arabie (1985), Journal of Classification 2.
    """
    ones, others = (pd.factorize(labels)[0] for labels in (first, second))
    table = np.zeros((ones.max() + 1, others.max() + 1))
    np.add.at(table, (ones, others), 1)
    both, rows, columns, pairs = (
        (counts * (counts - 1) / 2).sum() for counts in (table, table.sum(axis=1), table.sum(axis=0), table.sum())
    )
    chance, most = rows * columns / max(pairs, 1), (rows + columns) / 2
    return float((both - chance) / (most - chance)) if most != chance else 1.0


def silhouette(points: np.ndarray, classes: np.ndarray) -> float:
    """Mean silhouette width: 1 for tight classes far apart, 0 for points between classes, below for wrong ones.

    Parameters
    ----------
    points : array, shape (customers, axes)
    classes : array, shape (customers,)
        Who is alone in a class counts as 0; where all are in one class there is nothing to compare, and no width.

    References
    ----------
    Rousseeuw (1987), Journal of Computational and Applied Mathematics 20.
    """
    names, own = np.unique(classes, return_inverse=True)
    if len(names) < 2:
        return np.nan
    member = np.eye(len(names))[own]
    sums, sizes = cdist(points, points) @ member, member.sum(axis=0)
    mine = sizes[own]
    within = sums[member > 0] / np.maximum(mine - 1, 1)
    between = np.where(member > 0, np.inf, sums / sizes).min(axis=1)
    widest = np.maximum(within, between)
    widths = np.divide(between - within, widest, out=np.zeros(len(own)), where=(widest > 0) & (mine > 1))
    return float(np.sort(widths).mean())
