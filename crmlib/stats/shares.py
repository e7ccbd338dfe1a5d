"""Shares: whether parts of a total are shares of it, and what to tell where they are not.

Of a total that might as well be zero or negative any part can be any percentage, and its sign turns every comparison
round. Parts of such a total, and of one with a negative part, are told in money.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from crmlib.stats.intervals import UNKNOWN, Estimate, percentile_interval, resample

STREAM = 2
DRAWS, COVERAGE = 1000, 0.95
"""Bootstrap draws of a total, and the coverage of the interval that must be positive."""


class Part(NamedTuple):
    """What some customers hold of an amount.

    Attributes
    ----------
    amount : float or Estimate
        CNY.
    share : float or Estimate
        Of the total; missing where it is none, so that the amount is told.
    """

    amount: float | Estimate
    share: float | Estimate


def are_shares(amount: pd.Series, parts: Iterable[float], seed: int) -> bool:
    """Whether the parts of a total are shares of it.

    Parameters
    ----------
    amount : Series, shape (customers,)
        Makes up the total; missing ones count as 0.
    parts : iterable of float
        Sums of groups of the customers.
    seed : int
        Of the study, for the bootstrap.

    Returns
    -------
    bool
        Whether the total is positive with all of its interval over customers, and no part is negative. Where no
        customer has a negative amount any total above 0 will do.
    """
    known = np.sort(amount.dropna().to_numpy(float))
    if not known.sum() > 0 or min(parts) < 0:
        return False
    if known[0] >= 0:
        return True
    counts = resample(known.size, DRAWS, np.random.default_rng([seed, STREAM]))
    return percentile_interval(counts @ known, COVERAGE)[0] > 0


def shares(amounts: pd.DataFrame, groups: pd.Series, seed: int) -> pd.DataFrame:
    """Shares of the total of each amount that groups of customers hold.

    Parameters
    ----------
    amounts : DataFrame, shape (customers, amounts)
    groups : Series, shape (customers,)
        Group of each customer, on the same index; categories that nobody has hold nothing.
    seed : int
        Of the study.

    Returns
    -------
    DataFrame, shape (groups, amounts)
        A column is missing where the parts are no shares (:func:`are_shares`).
    """
    parts = amounts.groupby(groups, observed=False, dropna=False).sum()
    told = [name for name in parts if are_shares(amounts[name], parts[name], seed)]
    return (parts[told] / parts[told].sum()).reindex(columns=parts.columns)


def within(share: Estimate) -> Estimate:
    """A share with its interval; missing where the interval leaves what a share can be, 0 to 1."""
    return share if share.low >= 0 and share.high <= 1 else UNKNOWN


def part(amount: pd.Series, chosen: pd.Series, seed: int) -> Part:
    """What the chosen customers hold of an amount, beside all others.

    Parameters
    ----------
    amount : Series, shape (customers,)
    chosen : Series of bool, shape (customers,)
    seed : int
        Of the study.
    """
    own, rest = amount[chosen].sum(), amount[~chosen].sum()
    share = own / (own + rest) if are_shares(amount, (own, rest), seed) else np.nan
    return Part(float(own), float(share))
