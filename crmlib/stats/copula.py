"""Copula: books of other customers, whose columns keep their values and how far they go together.

Customers are drawn from a normal distribution, and in every column the smallest draw gets the smallest value, so that
mass points such as zeros, and missing values, keep their share.

Rank correlations are kept but for those of columns full of ties, which come out a little closer to 0.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST = 1e-6
"""Eigenvalue that a correlation matrix has at least."""


@dataclass(frozen=True)
class Copula:
    """How the columns of a table go together.

    Attributes
    ----------
    known : array of bool, shape (customers, columns)
        Where there are values, in an order that does not depend on that of the customers.
    correlation : array, shape (columns, columns)
        Of the normal distribution.
    mended : float
        The most by which a correlation had to be changed to make them possible together; 0 where they were.
    """

    known: np.ndarray
    correlation: np.ndarray
    mended: float

    @classmethod
    def fit(cls, table: pd.DataFrame) -> "Copula":
        """The normal copula with the rank correlations of a table of numbers, some of which may be missing."""
        known = table.notna().to_numpy()
        known = known[np.lexsort(known.T)]
        return cls(known, *mended(2 * np.sin(np.pi / 6 * rank_correlation(table.rank().to_numpy()))))

    def orders(self, books: int, rng: np.random.Generator) -> np.ndarray:
        """Places of the customers of books in each sorted column, missing values last: (books, customers, columns)."""
        normal = rng.standard_normal((books, *self.known.shape)) @ np.linalg.cholesky(self.correlation).T
        places = np.where(self.known, normal, np.inf).argsort(axis=1, kind="stable")
        return places.argsort(axis=1, kind="stable")


def rank_correlation(ranks: np.ndarray) -> np.ndarray:
    """Correlation of every pair of columns over the rows where both are known; 0 where one does not vary there."""
    known = np.isfinite(ranks)
    centred = np.where(known, ranks - np.nansum(ranks, axis=0) / known.sum(axis=0).clip(1), 0.0)
    own = (centred**2).T @ known
    scale = np.sqrt(own * own.T)
    found = np.divide(centred.T @ centred, scale, out=np.zeros_like(scale), where=scale > 0)
    np.fill_diagonal(found, 1.0)
    return found


def mended(correlation: np.ndarray) -> tuple[np.ndarray, float]:
    """The matrix with no eigenvalue under :data:`LEAST`, and the most by which an entry was changed."""
    values, vectors = np.linalg.eigh(correlation)
    if values[0] >= LEAST:
        return correlation, 0.0
    lifted = (vectors * values.clip(LEAST)) @ vectors.T
    scale = np.sqrt(np.diag(lifted))
    possible = lifted / np.outer(scale, scale)
    return possible, float(np.abs(possible - correlation).max())
