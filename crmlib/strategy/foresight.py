"""Foresight: how well the hazard told, a year ahead of its own data, which customers would be lost.

Measured on customer-quarters that came after those it was fitted on, beside the loss rates of the size classes, which
anybody has; on all losses, on closings of performing customers alone and on accounts that fell idle alone, since what
is easily told of the latter says little of the former. Intervals draw customers, so that the quarters of one customer
stay together.
"""

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.stats.intervals import (
    UNKNOWN,
    Estimate,
    beta_interval,
    estimate,
    estimate_numbers,
    estimates,
    once_and_resampled,
)
from crmlib.stats.roc import drawn_areas
from crmlib.strategy.retention import logit

TOP = 0.1
MEASURES = ("auc", "auc_lead", "skill", "lift", "slope")
"""Measures of foresight."""
RANKED = ("auc", "auc_lead", "lift")
"""Those that hang on the order of the customers alone; the others are of all losses, whose chance the hazard tells."""


def foresight(
    hazard: pd.Series, plain: pd.Series, quarters: pd.DataFrame, draws: int, coverage: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Measures of foresight with bootstrap intervals over customers.

    Parameters
    ----------
    hazard, plain : Series, shape (customer-quarters,)
        Chance of a loss by the hazard and by the plain alternative, 1/quarter, in 0-1.
    quarters : DataFrame
        customer_id and lost of the same customer-quarters.
    draws : int
        Bootstrap draws.
    coverage : float
        Coverage of the intervals.
    rng : numpy Generator

    Returns
    -------
    DataFrame
        One row a measure: measure (one of :data:`MEASURES`), value, low, high. All but ``slope`` (interval by its
        standard error) are bootstrapped.
    """
    lost = quarters["lost"].to_numpy(float)
    names, who = np.unique(quarters["customer_id"].to_numpy(str), return_inverse=True)
    counts = once_and_resampled(len(names), draws, rng)[:, who]
    own, other = hazard.to_numpy(), plain.to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        area = drawn_areas(own, lost > 0, counts)
        found = {
            "auc": area,
            "auc_lead": area - drawn_areas(other, lost > 0, counts),
            "skill": 1 - (counts @ _loss(own, lost)) / (counts @ _loss(other, lost)),
            "lift": _share(counts, lost, own >= np.quantile(own, 1 - TOP)) / _share(counts, lost, own >= 0),
        }
    rows = [(name, *estimate(values, coverage)) for name, values in found.items()]
    return pd.DataFrame([*rows, ("slope", *_slope(own, lost, coverage))], columns=["measure", "value", "low", "high"])


def hazard_calibration(hazard: pd.Series, lost: pd.Series, coverage: float, groups: int = 10) -> pd.DataFrame:
    """Losses expected and seen in groups of equal size by hazard.

    Returns
    -------
    DataFrame
        One row a group, the lowest hazard first: group, quarters, losses, expected and seen (1/quarter), low, high
        (Jeffreys' interval of what was seen).
    """
    group = (np.ceil(hazard.rank(method="first") / len(hazard) * groups)).astype(int)
    table = pd.DataFrame({"group": group, "expected": hazard, "lost": lost}).groupby("group")
    found = table.agg(quarters=("lost", "size"), losses=("lost", "sum"), expected=("expected", "mean"))
    found["seen"] = found["losses"] / found["quarters"]
    low, high = beta_interval(found["losses"] + 0.5, found["quarters"] - found["losses"] + 0.5, coverage)
    return found.assign(low=low, high=high).reset_index()


def beats_plain(table: pd.DataFrame) -> bool:
    """Whether the hazard is to be used: its log-loss skill over the size classes is above 0 in the whole interval."""
    return bool(table.set_index("measure").loc["skill", "low"] > 0)


@needs()
def explained(table: pd.DataFrame) -> pd.DataFrame:
    """Measures beside each other.

    Parameters
    ----------
    table : DataFrame
        As :attr:`crmlib.strategy.outlook.Outlook.foresight`.

    Returns
    -------
    DataFrame
        A row for each kind of loss: ``judged_on``, ``losses``, ``quarters``, and each measure as (value, low, high).
    """
    found = table.assign(estimate=estimates(table, "value")).rename(columns={"of": "judged_on"})
    wide = found.pivot_table("estimate", ["judged_on", "losses", "quarters"], "measure", aggfunc="first")
    return wide[list(MEASURES)].rename_axis(columns=None).reset_index()


@needs()
def foresight_numbers(table: pd.DataFrame) -> dict[str, float]:
    """Key numbers of foresight, each with its interval; of closings and of idle accounts that of ``auc`` alone."""
    kept = table[table["measure"].ne("auc_lead") & (table["of"].eq("all") | table["measure"].eq("auc"))]
    return estimate_numbers("hazard_" + kept["measure"] + "_" + kept["of"], kept)


def _loss(chance: np.ndarray, lost: np.ndarray) -> np.ndarray:
    return -(lost * np.log(chance) + (1 - lost) * np.log1p(-chance))


def _share(counts: np.ndarray, lost: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Share lost of the chosen, in each draw."""
    return (counts @ (lost * chosen)) / (counts @ chosen.astype(float))


def _slope(chance: np.ndarray, lost: np.ndarray, coverage: float) -> Estimate:
    """Slope of the log odds of a loss on the log odds foretold; missing where it cannot be told."""
    odds = np.log(chance) - np.log1p(-chance)
    try:
        return Estimate(*logit(lost, odds[:, None], coverage)[1].tolist())
    except Lacking:
        return UNKNOWN
