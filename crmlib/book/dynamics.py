"""How the simulated customers move: share of wallet, state of the relationship, hours, leaving, default.

The hidden truth of the simulated book. Share of wallet follows
d logit(share)/year = drift of the state + gamma · z(headroom) + beta · h / (h + kappa) + noise,
with h the relationship manager's hours a year. Every coefficient that is not a setting is an assumption.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.default import yearly_factor
from crmlib.study import Study

GROWING, STABLE, DECLINING = 0, 1, 2
DRIFT = np.array([0.20, -0.38, -0.90])
MOVES = np.array([[0.945, 0.05, 0.005], [0.010, 0.978, 0.012], [0.008, 0.035, 0.957]])
STEPS = MOVES.cumsum(axis=1)[:, :2]
LEAVING = np.array([0.7, 0.8, 5.0])
SHARE_NOISE = 0.25
CONTACT_RESPONSE = 0.10
MONTH = 30
"""Days overdue that a month without payment adds."""
TIER_SHARES = (0.06, 0.22)
HOURS = np.array([46.0, 17.0, 4.6])


@dataclass(frozen=True)
class Paths:
    """Monthly paths, arrays of shape (people, months); ``left`` is the month of leaving, or the number of months."""

    share: np.ndarray
    state: np.ndarray
    tier: np.ndarray
    hours: np.ndarray
    contact: np.ndarray
    unpaid: np.ndarray
    hazard: np.ndarray
    growth: np.ndarray
    left: np.ndarray
    kappa: np.ndarray


def evolve(people: pd.DataFrame, study: Study, chances: np.ndarray, rng: np.random.Generator) -> Paths:
    """Simulate everybody month by month.

    Parameters
    ----------
    people : DataFrame, shape (people,)
        From :func:`crmlib.book.population.population`.
    study : Study
        Uses the ``book`` settings, ``profit.default_spread`` and ``profit.overdue_days``.
    chances : array, shape (people,)
        One-year probability of default, 1/year.
    rng : numpy Generator
    """
    settings, n, months = study.book, len(people), study.book.months
    growth = _sales_paths(people, months, rng)
    logit = rng.normal(-0.8, 0.75, n) - 0.2 * (1.5 - people["size"].to_numpy())
    state = np.where(people["entry"] >= 0, GROWING, rng.choice(3, size=n, p=[0.17, 0.64, 0.19]))
    wallet = np.log(people["sales"].to_numpy() * people["wallet_ratio"].to_numpy())
    hazards = _default_hazards(chances, months, study.profit.default_spread, rng)
    stays = study.profit.overdue_days // MONTH + settings.workout_months
    size, everybody = people["size"].to_numpy(), np.arange(n)
    kappa = np.array([60.0, 24.0, 8.0, 4.0])[size]
    demand = HOURS[:, None] / 12 * np.array([1.7, 1.3, 1.0, 0.7])[size] * people["service"].to_numpy()
    entry, left = people["entry"].to_numpy(), np.full(n, months)
    unpaid = np.where(entry < 0, _unpaid_before(chances, stays, rng), 0)
    history = []
    for month in range(months):
        present = (entry <= month) & (left == months)
        share = 1 / (1 + np.exp(-logit))
        business = wallet + np.log(growth[:, month])
        if month % 12 == 0:
            tier = _tiers(business + np.log(share), present)
        contact = rng.random(n) < np.array([0.045, 0.028, 0.012])[tier] * np.where(state == DECLINING, 2.2, 1.0)
        hours = _hours(demand[tier, everybody], contact, rng)
        headroom = business + np.log1p(-share)
        step = DRIFT[state] + settings.gamma * ((headroom - headroom[present].mean()) / headroom[present].std())
        step += settings.beta * hours * 12 / (hours * 12 + kappa)
        logit = logit + step / 12 + SHARE_NOISE / np.sqrt(12) * rng.standard_normal(n) + CONTACT_RESPONSE * contact
        hazard = _hazard(state, share, present & (unpaid == 0), settings.attrition)
        history.append((share, state, tier, hours, contact, unpaid, hazard))
        leaves = present & ((rng.random(n) < hazard / 12) | (unpaid >= stays)) & (entry < max(month - 2, 0))
        left[leaves] = month
        unpaid = unpaid + ((unpaid > 0) | (present & (rng.random(n) < hazards[:, month])))
        state = _next_state(state, rng)
    return Paths(*(np.column_stack(values) for values in zip(*history, strict=True)), growth, left, kappa)


def _sales_paths(people: pd.DataFrame, months: int, rng: np.random.Generator) -> np.ndarray:
    """Sales relative to the start: trend by soundness and outlook, with yearly shocks spread over the months."""
    years = -(-months // 12)
    trend = 0.05 + 0.03 * people["strength"].to_numpy() + 0.015 * (people["outlook"].to_numpy() - 3)
    yearly = np.repeat(trend[:, None] + 0.10 * rng.standard_normal((len(people), years)), 12, axis=1)[:, :months]
    return np.exp(np.cumsum(yearly / 12, axis=1))


def _default_hazards(chances: np.ndarray, months: int, spread: float, rng: np.random.Generator) -> np.ndarray:
    """Chance in each month to stop paying, (people, months): the yearly one times a factor of the year, of mean 1.

    The factor is lognormal and the same for all; years are counted back from the last month.
    """
    factor = np.repeat(yearly_factor(spread, -(-months // 12), rng), 12)[-months:]
    return _monthly(np.clip(chances[:, None] * factor, 0, 1))


def _unpaid_before(chances: np.ndarray, stays: int, rng: np.random.Generator) -> np.ndarray:
    """Months without payment at the start: as many as there are for good when the same chances hold all the time."""
    odds = _monthly(chances) * stays
    late = rng.random(len(chances)) < odds / (1 + odds)
    return np.where(late, rng.integers(1, stays + 1, len(chances)), 0)


def _monthly(yearly: np.ndarray) -> np.ndarray:
    return 1 - (1 - yearly) ** (1 / 12)


def _tiers(log_deposits: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Service tiers by deposits, 0 the best: what the branch looks at."""
    first, second = np.quantile(log_deposits[present], [1 - TIER_SHARES[0], 1 - TIER_SHARES[0] - TIER_SHARES[1]])
    return np.where(log_deposits >= first, 0, np.where(log_deposits >= second, 1, 2))


def _hours(usual: np.ndarray, contact: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Hours of the month: scattered around those that are usual, and an hour and a half for a contact."""
    n = len(usual)
    return np.round(usual * rng.gamma(2.0, 0.5, n) * (rng.random(n) < 0.75) / 0.75 + 1.5 * contact, 1)


def _hazard(state: np.ndarray, share: np.ndarray, present: np.ndarray, attrition: float) -> np.ndarray:
    """Yearly probability of leaving; averages to the attrition asked for over those present."""
    relative = LEAVING[state] * np.exp(1.2 * (0.3 - share))
    return np.where(present, np.clip(attrition * relative / relative[present].mean(), 0, 0.9), 0.0)


def _next_state(state: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    first, second = STEPS[state].T
    drawn = rng.random(len(state))
    return (drawn > first).astype(int) + (drawn > second)
