"""Combined weights: those of experts and those of the data brought together, to see what hangs on the choice."""

from typing import Literal

import numpy as np
import pandas as pd

from crmlib.errors import WeightsError, did_you_mean

How = Literal["linear", "multiplicative", "game"]
HOW = ("linear", "multiplicative", "game")
_TOLERANCE = 1e-9


def combine(first: pd.Series, second: pd.Series, how: How = "linear", alpha: float = 0.7) -> pd.Series:
    """Two weightings of the same elements as one.

    Parameters
    ----------
    first, second : Series, shape (n,)
        Weights with the same labels; not negative, each summing to 1.
    how : {"linear", "multiplicative", "game"}
        ``linear``: α w₁ + (1 - α) w₂; ``multiplicative``: proportional to w₁ w₂; ``game``: the α₁, α₂ that solve
        Σⱼ αⱼ wᵢ·wⱼ = wᵢ·wᵢ, normalised, so that the result is as near to both as can be.
    alpha : float
        Share of the first, 0 to 1; for linear alone.

    Returns
    -------
    Series, shape (n,)
        Sums to 1, in the order of ``first``.

    Raises
    ------
    WeightsError
        If the labels differ, weights are negative or do not sum to 1, α leaves 0-1, nothing is weighed by both
        (multiplicative), or a raw α is negative (game; it is shown).

    Notes
    -----
    The game's equations are the conditions of the least sum of squared distances from the combination to both; theses
    that use them take the absolute value of a negative α, which gives weights that solve nothing.
    """
    pair = _checked(first, second)
    if how == "linear":
        if not 0 <= alpha <= 1:
            raise WeightsError(f"alpha must lie between 0 and 1, found {alpha:g}.")
        mixed = np.array([alpha, 1 - alpha]) @ pair
    elif how == "multiplicative":
        mixed = pair.prod(axis=0)
    elif how == "game":
        mixed = game_shares(first, second) @ pair
    else:
        near = did_you_mean(str(how), HOW)
        raise WeightsError(f"{how!r} is not a way to combine weights.{near} Ways: {', '.join(HOW)}.")
    if not mixed.sum() > 0:
        raise WeightsError("multiplicative weights need an element that both weigh: every product is 0.")
    return pd.Series(mixed / mixed.sum(), first.index, name="weight")


def game_shares(first: pd.Series, second: pd.Series) -> np.ndarray:
    """Shares of two weightings in their combination by game theory, summing to 1; errors as for :func:`combine`."""
    pair = _checked(first, second)
    products = pair @ pair.T
    raw = np.linalg.lstsq(products, np.diag(products), rcond=None)[0]
    # Equal weights get a share of exactly 0 beside any others, which rounding must not make negative.
    raw = np.where(np.abs(raw) < _TOLERANCE, 0.0, raw)
    if (raw < 0).any():
        raise WeightsError(
            f"the two weightings cannot be combined by game theory: raw α is {raw[0]:.4f} and {raw[1]:.4f}, and a "
            "negative share is no compromise. Use linear or multiplicative."
        )
    return raw / raw.sum()


def _checked(first: pd.Series, second: pd.Series) -> np.ndarray:
    """Both weightings as rows."""
    if set(first.index) != set(second.index) or first.index.has_duplicates:
        odd = ", ".join(map(str, first.index.symmetric_difference(second.index))) or "one stands twice"
        raise WeightsError(f"combined weights must be of the same elements; they differ in: {odd}.")
    pair = np.array([first, second[first.index]], dtype=float)
    if not (pair >= 0).all() or np.abs(pair.sum(axis=1) - 1).max() > 1e-6:
        sums = " and ".join(f"{total:g}" for total in pair.sum(axis=1))
        raise WeightsError(f"weights must not be negative and must sum to 1: least {pair.min():g}, sums {sums}.")
    return pair
