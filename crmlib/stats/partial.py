"""Partial correlation: what goes with what among customers that are alike in everything else that is given."""

import numpy as np


def partial_correlation(columns: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Correlation of the first two columns beyond the others, in every draw at once.

    Parameters
    ----------
    columns : array, shape (customers, columns)
    counts : array of int, shape (draws, customers)
        How often each customer is in each draw.

    Returns
    -------
    array, shape (draws,)
        Missing where a column does not vary beyond the others.

    References
    ----------
    Whittaker (1990), Graphical Models in Applied Multivariate Statistics.
    """
    standard = (columns - columns.mean(axis=0)) / np.where(columns.std(axis=0) > 0, columns.std(axis=0), 1.0)
    weights = counts / counts.sum(axis=1, keepdims=True)
    means = weights @ standard
    products = np.einsum("ci,cj->cij", standard, standard).reshape(len(standard), -1)
    covariance = (weights @ products).reshape(len(counts), *2 * [standard.shape[1]]) - means[:, :, None] * means[
        :, None
    ]
    known = np.linalg.eigvalsh(covariance)[:, 0] > 1e-9
    inverse = np.linalg.inv(covariance[known])
    found = np.full(len(counts), np.nan)
    found[known] = -inverse[:, 0, 1] / np.sqrt(inverse[:, 0, 0] * inverse[:, 1, 1])
    return found
