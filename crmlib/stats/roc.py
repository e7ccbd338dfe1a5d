"""Areas under ROC curves: does a score rank customers by what later happened to them?

The area under the ROC curve is the probability that a customer without the outcome (no default) scores higher than
one with it; 0.5 is chance. Scores are compared on the same customers, so their difference has an interval of its own.
"""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from crmlib.errors import CrmError


def discrimination(scores: pd.DataFrame, outcome: pd.Series, coverage: float = 0.95) -> pd.DataFrame:
    """Area under the ROC curve of each score, and its lead over the last one.

    Parameters
    ----------
    scores : DataFrame, shape (customers, scores)
        Higher is safer; no missing values. The last column is the baseline.
    outcome : Series of bool, shape (customers,)
        Whether it happened, on the same index.
    coverage : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        One row a score: score, auc, low, high, lead (over the baseline), lead_low, lead_high; areas in 0-1.

    Raises
    ------
    CrmError
        If nobody, or everybody, has the outcome, or a score is missing (names the column and how many).

    References
    ----------
    DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44; computed by mid-ranks after Sun and Xu (2014), IEEE
    Signal Processing Letters 21(11).
    """
    happened = outcome.reindex(scores.index).to_numpy(bool)
    _require_both(happened)
    _require_complete(scores)
    area, covariance = _delong(scores.to_numpy(float)[~happened], scores.to_numpy(float)[happened])
    lead = area - area[-1]
    spread = np.diag(covariance) + covariance[-1, -1] - 2 * covariance[:, -1]
    half = ndtri((1 + coverage) / 2) * np.sqrt(np.clip([np.diag(covariance), spread], 0, None))
    bounds = {"low": np.clip(area - half[0], 0, 1), "high": np.clip(area + half[0], 0, 1)}
    leads = {"lead": lead, "lead_low": lead - half[1], "lead_high": lead + half[1]}
    return pd.DataFrame({"score": scores.columns.astype("str"), "auc": area, **bounds, **leads})


def roc_curve(score: pd.Series, outcome: pd.Series) -> pd.DataFrame:
    """ROC curve: share of those with and without the outcome at or below each score, from the lowest score up.

    Returns
    -------
    DataFrame
        Columns false_positive (without the outcome) and true_positive (with it), from (0, 0) to (1, 1); equal
        scores are one point.
    """
    happened = outcome.reindex(score.index).to_numpy(bool)
    _require_both(happened)
    counts = pd.crosstab(score.to_numpy(), happened).sort_index()
    shares = (counts.cumsum() / counts.sum()).reset_index(drop=True)
    start = pd.DataFrame({False: [0.0], True: [0.0]})
    curve = pd.concat([start, shares], ignore_index=True)
    return pd.DataFrame({"false_positive": curve[False], "true_positive": curve[True]})


def drawn_areas(score: np.ndarray, happened: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Area under the ROC curve of a score that is higher where it happened, in each draw.

    Parameters
    ----------
    score : array, shape (customers,)
    happened : array of bool, shape (customers,)
    counts : array of int, shape (draws, customers)
        How often each customer is in each draw.

    Returns
    -------
    array, shape (draws,)
    """
    higher = np.sign(score[happened][:, None] - score[~happened]) / 2 + 0.5
    wins = ((counts[:, ~happened] @ higher.T) * counts[:, happened]).sum(axis=1)
    return wins / (counts[:, happened].sum(axis=1) * counts[:, ~happened].sum(axis=1))


def _delong(safe: np.ndarray, hit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Areas and their covariance, from scores of shape (customers without or with the outcome, scores)."""
    among_all = pd.DataFrame(np.concatenate([safe, hit])).rank().to_numpy()
    above = (among_all[: len(safe)] - pd.DataFrame(safe).rank().to_numpy()) / len(hit)
    below = 1 - (among_all[len(safe) :] - pd.DataFrame(hit).rank().to_numpy()) / len(safe)
    return above.mean(axis=0), _covariance(above) / len(safe) + _covariance(below) / len(hit)


def _covariance(parts: np.ndarray) -> np.ndarray:
    """Sample covariance of columns; a single row says nothing about its spread."""
    scores = parts.shape[1]
    return np.cov(parts, rowvar=False).reshape(scores, scores) if len(parts) > 1 else np.full((scores, scores), np.nan)


def _require_both(happened: np.ndarray) -> None:
    if happened.all() or not happened.any():
        raise CrmError(f"the outcome must differ between customers: {happened.sum()} of {happened.size} have it.")


def _require_complete(scores: pd.DataFrame) -> None:
    missing = scores.isna().sum()
    if missing.any():
        named = ", ".join(f"{name}: {count}" for name, count in missing[missing > 0].items())
        raise CrmError(f"scores must not be missing for any of {len(scores)} customers, found missing {named}.")
