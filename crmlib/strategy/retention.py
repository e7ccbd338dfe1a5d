"""Retention: the chance that a customer is lost within a quarter, told from what is known of it today.

A discrete-time hazard: a logistic regression on customer-quarters (Singer and Willett 1993). The plain alternative that
it must beat is the share of the customer's size class that was lost.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.errors import CrmError
from crmlib.strategy.panel import COVARIATES, KEYS

QUARTERS = 4
NO_SIGN = "no sign"
LOSSES_PER_COVARIATE = 10
"""Least losses behind each covariate (Peduzzi et al. 1996, Journal of Clinical Epidemiology 49(12))."""


class NoHazardError(CrmError, ValueError):
    """Customer-quarters on which no hazard can be fitted."""


@dataclass(frozen=True)
class Hazard:
    """A fitted hazard.

    Attributes
    ----------
    effects : DataFrame, index covariate
        mean and spread of the fitted quarters; effect with its interval low to high: log odds of a loss for one spread
        more.
    level : float
        Log odds of a loss in a quarter where all covariates are at their mean.
    quarters, losses : int
        What it was fitted on.
    """

    effects: pd.DataFrame
    level: float
    quarters: int
    losses: int

    def predict(self, table: pd.DataFrame) -> pd.Series:
        """Chance of being lost within a quarter, 1/quarter, rounded to 9 decimals; indexed like ``table``."""
        odds = self.level + self.shares(table).sum(axis=1)
        return (1 / (1 + np.exp(-odds))).round(9).clip(1e-9, 1 - 1e-9).rename("hazard")

    def shares(self, table: pd.DataFrame) -> pd.DataFrame:
        """What each covariate adds to a customer's log odds; 0 at the mean and where it is missing."""
        return _scaled(table, self.effects) * self.effects["effect"]

    def main_reason(self, table: pd.DataFrame) -> pd.Series:
        """What raises each customer's odds of a loss most, in words.

        Only covariates with a clear effect are named; ``no sign`` where none of them raises the odds by a tenth.
        """
        clear = self.effects[self.effects["low"] * self.effects["high"] > 0]
        if clear.empty:
            return pd.Series(NO_SIGN, table.index, dtype="str", name="main_reason")
        scaled = _scaled(table, clear)
        shares = scaled * clear["effect"]
        words = {name: (COVARIATES[name].low, COVARIATES[name].high) for name in scaled}
        named = pd.DataFrame({name: np.where(scaled[name] > 0, *words[name][::-1]) for name in scaled}, table.index)
        most = shares.to_numpy().argmax(axis=1)[:, None]
        found = np.take_along_axis(named.to_numpy(), most, axis=1)[:, 0]
        strong = np.take_along_axis(shares.to_numpy(), most, axis=1)[:, 0] > np.log(1.1)
        return pd.Series(np.where(strong, found, NO_SIGN), table.index, dtype="str", name="main_reason")


def fit_hazard(quarters: pd.DataFrame, coverage: float = 0.95) -> Hazard:
    """Fit the hazard by maximum likelihood.

    Parameters
    ----------
    quarters : DataFrame
        As from :func:`crmlib.strategy.panel.customer_quarters`, with known outcomes.
    coverage : float
        Coverage of the intervals of the effects.

    Returns
    -------
    Hazard

    Raises
    ------
    NoHazardError
        If there are under ten losses for each covariate, or no maximum (says which).

    References
    ----------
    Singer and Willett (1993), "It's about time: using discrete-time survival analysis to study duration and the timing
    of events", Journal of Educational Statistics 18(2).
    """
    scales = pd.DataFrame(
        {"mean": quarters.drop(columns=KEYS).mean(), "spread": quarters.drop(columns=KEYS).std(ddof=0)}
    )
    scales = scales[scales["spread"] > 0]
    losses, needed = int(quarters["lost"].sum()), LOSSES_PER_COVARIATE * max(len(scales), 1)
    if losses < needed:
        raise NoHazardError(
            f"a hazard of {len(scales)} covariates needs {needed} losses, found {losses} in {len(quarters):,} quarters."
        )
    found = logit(quarters["lost"].to_numpy(float), _scaled(quarters, scales).to_numpy(), coverage)
    effects = scales.assign(effect=found[1:, 0], low=found[1:, 1], high=found[1:, 2])
    return Hazard(effects.rename_axis("covariate"), float(found[0, 0]), len(quarters), losses)


def fit_or_reason(quarters: pd.DataFrame, coverage: float = 0.95) -> tuple[Hazard | None, str]:
    """The hazard, or None and why there is none."""
    try:
        return fit_hazard(quarters, coverage), ""
    except NoHazardError as error:
        return None, str(error).removesuffix(".")


def size_rates(quarters: pd.DataFrame) -> pd.Series:
    """Share of customer-quarters that ended in a loss, by size class, 1/quarter.

    Half a loss and half a stay are added to each class, so that none is sure to stay because nobody left.
    """
    by_size = quarters.groupby("size")["lost"]
    return (by_size.sum() + 0.5) / (by_size.size() + 1)


def stays(hazard: pd.Series) -> pd.Series:
    """Chance of being there after a year, 1/year, if the quarter's hazard stays as it is."""
    return ((1 - hazard) ** QUARTERS).rename("retention")


def logit(lost: np.ndarray, covariates: np.ndarray, coverage: float) -> np.ndarray:
    """Coefficients of a logistic regression with their intervals, the constant first, shape (1 + covariates, 3).

    Raises NoHazardError where the likelihood has no maximum.
    """
    from statsmodels.discrete.discrete_model import Logit  # the slowest import of the chapter, and of no other
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationError, PerfectSeparationWarning

    try:
        with warnings.catch_warnings(), np.errstate(over="ignore"):
            for kind in (ConvergenceWarning, PerfectSeparationWarning):
                warnings.simplefilter("error", kind)
            fitted = Logit(lost, np.column_stack([np.ones(len(lost)), covariates])).fit(disp=0)
    except (ConvergenceWarning, PerfectSeparationWarning, PerfectSeparationError, np.linalg.LinAlgError) as error:
        raise NoHazardError(f"the likelihood of {int(lost.sum())} losses has no maximum: {error}") from None
    return np.column_stack([fitted.params, fitted.conf_int(1 - coverage)])


def _scaled(table: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Covariates in spreads from their mean; missing ones at the mean."""
    return ((table[scales.index] - scales["mean"]) / scales["spread"]).fillna(0.0)
