"""Retention: the chance that a customer is lost within a quarter, told from what is known of it today.

A discrete-time hazard: a logistic regression on customer-quarters (Singer and Willett 1993). The plain alternatives are
shares of the customer's size class: of its quarters that ended in a loss, which the hazard must beat, and of its
customers that closed in a year, which takes its place where it does not.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.strategy.panel import KEYS, YEAR

QUARTERS = 4
NO_SIGN = "none"
ALL = "all"
LOSSES_PER_COVARIATE = 10
"""Least losses behind each covariate (Peduzzi et al. 1996, Journal of Clinical Epidemiology 49(12))."""


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
        """What raises each customer's odds of a loss most: a covariate with ``_high`` or ``_low``.

        Only covariates with a clear effect are named; ``none`` where none of them raises the odds by a tenth.
        """
        effects = self.effects["effect"][self.effects["low"] * self.effects["high"] > 0]
        named = {name: f"{name}_{'high' if effect > 0 else 'low'}" for name, effect in effects.items()}
        raised = self.shares(table)[effects.index].rename(columns=named)
        raised.insert(0, NO_SIGN, np.log(1.1))
        return raised.idxmax(axis=1).astype("str").rename("main_reason")


@needs()
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
        Absent where under ten losses stand behind each covariate, or the likelihood has no maximum.

    References
    ----------
    Singer and Willett (1993), "It's about time: using discrete-time survival analysis to study duration and the timing
    of events", Journal of Educational Statistics 18(2).
    """
    covariates = quarters.drop(columns=KEYS)
    scales = pd.DataFrame({"mean": covariates.mean(), "spread": covariates.std(ddof=0)})
    scales = scales[scales["spread"] > 0]
    if quarters.empty:
        raise Lacking("strategy.not_followed")
    losses, needed = int(quarters["lost"].sum()), LOSSES_PER_COVARIATE * len(scales)
    if scales.empty:
        raise Lacking("strategy.no_sign_differs", quarters=len(quarters))
    if losses < needed:
        raise Lacking("strategy.few_losses", needed=needed, losses=losses, quarters=len(quarters))
    found = logit(quarters["lost"].to_numpy(float), _scaled(quarters, scales).to_numpy(), coverage)
    effects = scales.assign(effect=found[1:, 0], low=found[1:, 1], high=found[1:, 2])
    return Hazard(effects.rename_axis("covariate"), float(found[0, 0]), len(quarters), losses)


def size_rates(quarters: pd.DataFrame) -> pd.Series:
    """Share of customer-quarters that ended in a loss, by size class, 1/quarter.

    Half a loss and half a stay are added to each class, so that none is sure to stay because nobody left.
    """
    by_size = quarters.groupby("size")["lost"]
    return (by_size.sum() + 0.5) / (by_size.size() + 1)


@needs("customers.opened", "customers.closed")
def attrition(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Customers that closed in the year to a date, of those open at its start, by size class.

    Half a closing and half a stay are added to each class, as in :func:`size_rates`.

    Returns
    -------
    DataFrame
        size (``all`` the last), customers, closings, left (share that closes, 1/year) and retention (1 less that).
        Absent where nobody was open a year before.
    """
    start, people = as_of - pd.offsets.MonthEnd(YEAR), book.customers
    there = people[~(people["opened"] > start) & ~(people["closed"] <= start)]
    if there.empty:
        raise Lacking("strategy.short_book")
    closed = there["closed"] <= as_of
    table = closed.groupby(there["size"]).agg(customers="size", closings="sum")
    table.loc[ALL] = len(closed), closed.sum()
    left = (table["closings"] + 0.5) / (table["customers"] + 1)
    return table.assign(left=left, retention=1 - left).rename_axis("size").reset_index()


def stays(hazard: pd.Series) -> pd.Series:
    """Chance of being there after a year, 1/year, if the quarter's hazard stays as it is."""
    return ((1 - hazard) ** QUARTERS).rename("retention")


def logit(lost: np.ndarray, covariates: np.ndarray, coverage: float) -> np.ndarray:
    """Coefficients of a logistic regression with their intervals, the constant first, shape (1 + covariates, 3).

    Raises Lacking where the likelihood has no maximum.
    """
    from statsmodels.discrete.discrete_model import Logit  # the slowest import of the chapter, and of no other
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationError, PerfectSeparationWarning

    try:
        with warnings.catch_warnings(), np.errstate(over="ignore"):
            for kind in (ConvergenceWarning, PerfectSeparationWarning):
                warnings.simplefilter("error", kind)
            fitted = Logit(lost, np.column_stack([np.ones(len(lost)), covariates])).fit(disp=0)
    except (ConvergenceWarning, PerfectSeparationWarning, PerfectSeparationError, np.linalg.LinAlgError):
        raise Lacking("strategy.no_maximum", losses=int(lost.sum())) from None
    return np.column_stack([fitted.params, fitted.conf_int(1 - coverage)])


def _scaled(table: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Covariates in spreads from their mean; missing ones at the mean."""
    return ((table[scales.index] - scales["mean"]) / scales["spread"]).fillna(0.0)
