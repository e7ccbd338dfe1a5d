"""Kendall's τ-b of values and a few ordered groups, with its interval: how far the one rises with the other."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import pandas as pd

from crmlib.errors import CrmError
from crmlib.stats.intervals import Estimate, estimate, resample

_AT_ONCE = 1_000_000
"""Customers times draws held in memory at a time."""


def kendall(
    values: pd.Series, groups: pd.Series, order: Sequence[str], draws: int, coverage: float, rng: np.random.Generator
) -> Estimate:
    """Kendall's τ-b of values and groups, with its bootstrap interval over customers."""
    require_known(groups, order)
    rank = groups.map({group: place for place, group in enumerate(order)})
    return estimate(tau_draws(values, rank.to_frame(), draws, rng)[0], coverage)


def tau_draws(values: pd.Series, ranks: pd.DataFrame, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Kendall's τ-b of values with each of several groupings, in the same draws, so that differences can be told.

    Parameters
    ----------
    values : Series, shape (customers,)
    ranks : DataFrame of int, shape (customers, groupings)
        Rank of each customer's group, on the same index.
    draws : int
    rng : numpy Generator

    Returns
    -------
    array, shape (groupings, 1 + draws)
        Of the customers as they are, then of each draw, as :func:`crmlib.stats.intervals.estimate` takes it up.
    """
    sorts = np.lexsort([values.to_numpy(float), *ranks.to_numpy(int).T[::-1]])
    own, columns = values.to_numpy(float)[sorts], ranks.to_numpy(int)[sorts].T
    block = max(1, _AT_ONCE // own.size)
    sizes = [min(block, draws - first) for first in range(0, draws, block)]
    blocks = chain([np.ones((1, own.size), int)], (resample(own.size, size, rng) for size in sizes))
    return np.hstack([[tau_b(own, rank, counts) for rank in columns] for counts in blocks])


def tau_b(values: np.ndarray, ranks: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Kendall's τ-b of values and a few ranks, in every draw at once.

    Parameters
    ----------
    values : array, shape (customers,)
    ranks : array of int, shape (customers,)
        Rank of each customer's group.
    counts : array of int, shape (draws, customers)
        How often each customer is in each draw; copies of one customer tie with each other.

    Returns
    -------
    array, shape (draws,)
        Missing where a draw holds one value or one rank alone.

    References
    ----------
    Kendall (1945), Biometrika 33.
    """
    order = np.argsort(values, kind="stable")
    counts, ranks, values = counts[:, order].astype(float), ranks[order], values[order]
    lower = np.searchsorted(values, values)  # how many come before with a smaller value
    members = {rank: np.flatnonzero(ranks == rank) for rank in np.unique(ranks)}
    in_order = np.zeros(len(counts))
    for rank in members:
        below = np.cumsum(np.pad(counts * (ranks == rank), ((0, 0), (1, 0))), axis=1)
        for other, theirs in members.items():
            if other != rank:
                in_order += np.sign(other - rank) * np.einsum("dc,dc->d", counts[:, theirs], below[:, lower[theirs]])
    same_value = np.add.reduceat(counts, np.unique(lower), axis=1)
    same_rank = np.column_stack([counts[:, own].sum(axis=1) for own in members.values()])
    ties = [_pairs(tied).sum(axis=1) for tied in (same_value, same_rank)]
    scale = np.sqrt(np.prod([_pairs(counts.sum(axis=1)) - tied for tied in ties], axis=0))
    return np.divide(in_order, scale, out=np.full(len(counts), np.nan), where=scale > 0)


def require_known(groups: pd.Series, order: Sequence[str]) -> None:
    """Raise CrmError if a group is not among those that have an order."""
    if unknown := sorted(set(groups) - set(order)):
        raise CrmError(f"groups must be among {', '.join(order)}; found {', '.join(map(str, unknown))}.")


def _pairs(count: np.ndarray) -> np.ndarray:
    return count * (count - 1) / 2
