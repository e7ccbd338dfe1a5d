"""TOPSIS: how close each customer is to the best that any customer is on every indicator, and how far from the worst.

An alternative to the weighted sum, which the study uses; see how much the choice between them matters in chapter 9.
"""

from collections.abc import Collection, Hashable

import numpy as np
import pandas as pd

from crmlib.errors import CrmError


def topsis(table: pd.DataFrame, weights: pd.Series, cost: Collection[Hashable] = ()) -> pd.Series:
    """Relative closeness to the ideal.

    Parameters
    ----------
    table : DataFrame, shape (customers, columns)
        Any units: each column is divided by its Euclidean norm.
    weights : Series, by column
        Not negative; only their proportions count.
    cost : collection of columns
        Columns of which less is better.

    Returns
    -------
    Series, shape (customers,)
        d⁻ / (d⁺ + d⁻), from 0 (worst in every column) to 1 (best in every column).

    Raises
    ------
    CrmError
        If a value or weight is missing (names the column), a weight is negative, or all customers are alike.

    References
    ----------
    Hwang and Yoon (1981), "Multiple Attribute Decision Making".
    """
    own = weights.reindex(table.columns)
    for column in table.columns[~np.isfinite(table.astype(float)).all() | ~(own >= 0)]:
        missing = int((~np.isfinite(table[column].astype(float))).sum())
        raise CrmError(f"TOPSIS needs every value: {column} has {missing} missing, weight {own[column]}.")
    signs = np.where(table.columns.isin(list(cost)), -1.0, 1.0)
    closeness = _closeness(table.to_numpy(float), own.to_numpy(float) * signs)
    if np.isnan(closeness).any():
        raise CrmError(f"all {len(table)} rows are alike: no one is closer to the ideal.")
    return pd.Series(closeness, table.index, name="closeness")


def _closeness(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Closeness without checks; a negative weight marks a cost."""
    # Added in order of size, so that the order of the rows cannot change the last digit.
    norms = np.sqrt(np.sort(values**2, axis=0).sum(axis=0))
    weighted = np.divide(values, norms, out=np.zeros_like(values), where=norms > 0) * weights
    to_best, to_worst = (np.sqrt(((weighted - end(weighted, axis=0)) ** 2).sum(axis=1)) for end in (np.max, np.min))
    away = to_best + to_worst
    return np.divide(to_worst, away, out=np.full(len(values), np.nan), where=away > 0)
