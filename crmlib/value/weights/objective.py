"""Weights from the data alone: entropy, CRITIC and equal weights, to see how much the experts' weights matter.

Takes one row per customer and one column per indicator; gives one weight per column.
"""

from collections.abc import Callable, Hashable, Iterable

import numpy as np
import pandas as pd

from crmlib.errors import WeightsError

# A column whose range is this small beside its values is constant but for rounding.
_CONSTANT = 1e-12


def equal(labels: Iterable[Hashable]) -> pd.Series:
    """The same weight for each label; raises WeightsError where there is none."""
    index = pd.Index(list(labels))
    if index.empty:
        raise WeightsError("equal weights need at least one label, found none.")
    return pd.Series(1.0 / len(index), index=index, name="weight")


def entropy(table: pd.DataFrame) -> pd.Series:
    """Weights by entropy: the more unevenly a column is spread over the rows, the more it weighs.

    Parameters
    ----------
    table : DataFrame, shape (rows, columns)
        Non-negative. On a study's own indicators: the scaled, direction-corrected columns.

    Returns
    -------
    Series, shape (columns,)
        w ∝ 1 - e with e = -Σ p ln p / ln m and p = x / Σx; 0 for a constant column; they sum to 1.

    Raises
    ------
    WeightsError
        If a value is missing or negative (names the column), or every column is constant.

    References
    ----------
    Shannon (1948); Zeleny (1982), "Multiple Criteria Decision Making".
    """
    for column in table.columns[(table < 0).any()]:
        negative = table.loc[table[column] < 0, column]
        raise WeightsError(
            f"entropy weights need values that are not negative: {column} has {len(negative)} negative, "
            f"the least {negative.min():g}. Scale the columns to 0-100 first."
        )
    return _weights(table, _entropy)


def critic(table: pd.DataFrame) -> pd.Series:
    """Weights by CRITIC: a column weighs by its spread and by how little the other columns repeat it.

    Parameters
    ----------
    table : DataFrame, shape (rows, columns)
        Direction-corrected: more is better in every column (negate a cost).

    Returns
    -------
    Series, shape (columns,)
        w_j ∝ σ_j Σ_k (1 - r_jk) on min-max scaled columns, Pearson's r; 0 for a constant column; they sum to 1.

    Raises
    ------
    WeightsError
        If a value is missing (names the column), or every column is constant.

    References
    ----------
    Diakoulaki, Mavrotas and Papayannakis (1995), Computers & Operations Research 22(7).
    """
    return _weights(table, _critic)


def _entropy(values: np.ndarray) -> np.ndarray:
    """1 - e of columns that are not constant and hold no negative value."""
    shares = values / values.sum(axis=0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.maximum(0.0, 1.0 + (shares * logs).sum(axis=0) / np.log(len(values)))


def _critic(values: np.ndarray) -> np.ndarray:
    """Information of columns that are not constant."""
    low, high = values.min(axis=0), values.max(axis=0)
    scaled = (values - low) / (high - low)
    spread = scaled.std(axis=0)
    repeated = np.corrcoef(scaled, rowvar=False).reshape(len(spread), len(spread))
    conflict = np.maximum(0.0, 1.0 - repeated).sum(axis=1)
    # Columns that all say the same leave nothing to tell them apart but their spread.
    return spread * conflict if conflict.max() > _CONSTANT else spread


def _weights(table: pd.DataFrame, information: Callable[[np.ndarray], np.ndarray]) -> pd.Series:
    """Weights in proportion to the information of the columns that vary; 0 for the others."""
    values = table.to_numpy(dtype=float)
    for column in table.columns[~np.isfinite(values).all(axis=0)]:
        missing = int((~np.isfinite(table[column].to_numpy(dtype=float))).sum())
        raise WeightsError(f"{column} has {missing} missing values of {len(table)}; weights need every value.")
    if not values.size:
        rows, columns = values.shape
        raise WeightsError(f"weights need at least one row and one column, found {rows} and {columns}.")
    varying = np.ptp(values, axis=0) > _CONSTANT * np.abs(values).max(axis=0)
    if not varying.any():
        names = ", ".join(map(str, table.columns))
        raise WeightsError(f"every column is constant ({names}): nothing tells them apart.")
    weights = np.zeros(values.shape[1])
    weights[varying] = information(values[:, varying])
    return pd.Series(weights / weights.sum(), index=table.columns, name="weight")
