"""Tiers: how far today's tiers, set by deposits, are those that profit would set."""

import numpy as np
import pandas as pd


def eva_tiers(eva: pd.Series, tier: pd.Series) -> pd.Series:
    """Tiers by EVA, each as large as today's tier of the same number.

    Parameters
    ----------
    eva : Series, shape (customers,)
        CNY a year.
    tier : Series, shape (customers,)
        Today's tier, 1 the best, on the same index.

    Returns
    -------
    Series of int
        Customers of equal EVA share a tier, the better one, so that sizes differ from today's where a tie spans a cut.
    """
    ends = tier.value_counts().sort_index().cumsum()
    place = eva.rank(ascending=False, method="min")
    return pd.Series(ends.index.to_numpy()[np.searchsorted(ends, place)], index=eva.index, name="eva_tier")
