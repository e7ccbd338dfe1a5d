"""Markov value: what a customer is worth that moves between classes by the same chances every year."""

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.matrix.migration import LOST, PRIOR, Migration, transition_matrix
from crmlib.stats.intervals import percentile_interval, resample
from crmlib.study import Study

STREAM = 7


@needs()
def worth(moved: Migration, classes: pd.Series, year: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Markov value of a customer of each class, with what the classes earned in the year just over as rewards.

    Parameters
    ----------
    moved : Migration
    classes : Series of str, index customer_id
        Class of every graded customer.
    year : DataFrame, index customer_id
        Profit of the year just over; ``eva`` is read.
    study : Study
        Uses ``seed``, ``profit.hurdle`` as the discount rate, and ``matrix.draws`` and ``matrix.interval``.

    Returns
    -------
    DataFrame
        As :func:`markov_values`; absent where a class has nobody whose EVA is known: customers of every class may come
        to it, so that all values hang on its reward.
    """
    earned = year["eva"].reindex(classes.index).dropna()
    earned = earned.set_axis(classes[earned.index])
    if without := [name for name in study.matrix.classes if name not in earned.index]:
        raise Lacking("matrix.no_earner", classes=without)
    rng = np.random.default_rng([study.seed, STREAM])
    return markov_values(moved.chances, earned, study.profit.hurdle, study.matrix.draws, study.matrix.interval, rng)


def markov_values(
    table: pd.DataFrame, earned: pd.Series, discount: float, draws: int, coverage: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Markov value of a customer of each class.

    Parameters
    ----------
    table : DataFrame
        As from :func:`migration`.
    earned : Series, index class
        Margin of each customer in the year just over, CNY; the reward of a class is the mean of its customers.
    discount : float
        Discount rate a year.
    draws : int
        Matrices drawn from the Dirichlet distribution of each row, each with the rewards of a bootstrap draw of
        customers.
    coverage : float
        Coverage of the intervals.
    rng : numpy Generator

    Returns
    -------
    DataFrame
        One row a class: class, reward (the year just over, not discounted), value, low, high, to_come (value less
        reward), CNY a customer.
    """
    classes = [name for name in dict.fromkeys(table["class"]) if name != LOST]
    rewards = earned.groupby(level=0).mean().reindex(classes)
    rewards[LOST] = 0.0
    value = markov_value(transition_matrix(table), rewards, discount)
    counts = transition_matrix(table, "customers").loc[classes].to_numpy() + PRIOR
    drawn = np.stack([rng.dirichlet(row, draws) for row in counts], axis=1)
    drawn = np.concatenate([drawn, np.broadcast_to(np.eye(len(rewards))[-1], (draws, 1, len(rewards)))], axis=1)
    means = [_means(earned[earned.index == name], draws, rng) for name in classes]
    rewarded = np.column_stack([*means, np.zeros(draws)])
    values = np.linalg.solve(np.eye(len(rewards)) - drawn / (1 + discount), rewarded[:, :, None])[:, :, 0]
    bounds = [percentile_interval(values[:, place], coverage) for place in range(len(classes))]
    found = pd.DataFrame({"class": classes, "reward": rewards[classes].to_numpy(), "value": value[classes].to_numpy()})
    found[["low", "high"]] = bounds
    return found.assign(to_come=found["value"] - found["reward"])


def _means(earned: pd.Series, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Means of bootstrap draws of customers."""
    return resample(earned.size, draws, rng) @ np.sort(earned.to_numpy()) / earned.size


def markov_value(
    transition: pd.DataFrame | np.ndarray, reward: pd.Series | np.ndarray, discount: float, horizon: int | None = None
) -> pd.Series | np.ndarray:
    """Value of a customer in each state of a Markov chain, all to come included.

    Σ (P/(1 + i))ᵗ R over t = 0 … T, so that the first reward is not discounted; for ever it is (I − P/(1 + i))⁻¹ R.

    Parameters
    ----------
    transition : DataFrame or array, shape (states, states)
        Chance of going from the state of the row to that of the column within a year; rows sum to 1.
    reward : Series or array, shape (states,)
        What a customer in each state brings a year, CNY; 0 for who is lost.
    discount : float
        Discount rate i a year, above 0.
    horizon : int, optional
        T: the last year that is counted, 0 for the first reward alone; without it all years.

    Returns
    -------
    Series or array, as ``reward``, shape (states,)
        CNY.

    Raises
    ------
    ValueError
        If a chance is negative, a row does not sum to 1 (names it), shapes differ, or the discount rate is not
        positive.

    References
    ----------
    Pfeifer and Carraway (2000), "Modeling customer relationships as Markov chains", Journal of Interactive Marketing
    14(2).
    """
    chances, rewards = np.asarray(transition, dtype=float), np.asarray(reward, dtype=float)
    _require_chain(chances, rewards)
    if not discount > 0:
        raise ValueError(f"the discount rate must be positive, found {discount:g}.")
    yearly = chances / (1 + discount)
    if horizon is None:
        value = np.linalg.solve(np.eye(len(rewards)) - yearly, rewards)
    else:
        value = rewards.copy()
        for _ in range(horizon):
            value = rewards + yearly @ value
    return pd.Series(value, reward.index) if isinstance(reward, pd.Series) else value


def _require_chain(chances: np.ndarray, rewards: np.ndarray) -> None:
    if chances.shape != (rewards.size, rewards.size):
        raise ValueError(
            f"{rewards.size} rewards need as many rows and columns, found {' x '.join(map(str, chances.shape))}."
        )
    for row, chance in enumerate(chances, start=1):
        if (chance < 0).any() or abs(chance.sum() - 1) > 1e-9:
            found = f"smallest {chance.min():g}, sum {chance.sum():g}"
            raise ValueError(f"chances of a row must not be negative and must sum to 1, found in row {row}: {found}.")
