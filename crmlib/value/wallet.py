"""Wallet: what comparable customers keep with the branch at best, and the room that leaves.

The wallet at other banks is not observed. Following Perlich et al., it is estimated as a high conditional quantile of
what similar customers hold here: given sales, size and industry, the Q90 is what a customer could hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

_FACTORS = ("size", "industry")


@dataclass(frozen=True)
class Wallet:
    """Fitted quantile regressions, one per line; a line that could not be fitted is left out.

    Attributes
    ----------
    coefficients : dict of str to dict
        For each line: ``intercept``, ``ln_sales`` and one coefficient per level, named ``size:small``,
        ``industry:F``; a level without one is among the reference.
    levels : dict of str to dict
        For each line and factor: the levels that were not pooled.
    quantile : float
    """

    coefficients: dict[str, dict[str, float]]
    levels: dict[str, dict[str, list[str]]]
    quantile: float


def wallet_lines(deposits: pd.Series, loans: pd.Series) -> dict[str, pd.Series]:
    """The dependent variable of each line: ln(1 + deposits), and ln loans of borrowers alone."""
    return {"deposits": np.log1p(deposits), "loans": np.log(loans.where(loans > 0))}


def fit_wallet(
    deposits: pd.Series, loans: pd.Series, traits: pd.DataFrame, quantile: float = 0.9, pool_under: int = 30
) -> Wallet:
    """Fit the Q90 of deposits and of loans on ln sales, size and industry.

    Parameters
    ----------
    deposits, loans : Series, shape (customers,)
        Twelve-month means, CNY.
    traits : DataFrame, shape (customers, 3)
        ``sales`` (CNY a year), ``size`` and ``industry``. Customers without sales are left out.
    quantile : float
    pool_under : int
        Industries with fewer customers are pooled.

    Returns
    -------
    Wallet

    References
    ----------
    Perlich, Rosset, Lawrence, Zadrozny (2007), "High-quantile modeling for customer wallet estimation and other
    applications", KDD. Koenker, Bassett (1978), "Regression quantiles", Econometrica 46.
    """
    coefficients, levels = {}, {}
    for line, target in wallet_lines(deposits, loans).items():
        known = target.notna() & (traits["sales"] > 0)
        rows = traits[known]
        kept = {factor: _levels(rows[factor], pool_under if factor == "industry" else 1) for factor in _FACTORS}
        design = _design(rows, kept)
        if len(rows) <= 2 * design.shape[1]:
            continue
        beta = quantile_regression(design.to_numpy(), target[known].to_numpy(), quantile)
        coefficients[line] = dict(zip(design.columns, beta.tolist(), strict=True))
        levels[line] = kept
    return Wallet(coefficients, levels, quantile)


def potential_lines(wallet: Wallet, traits: pd.DataFrame) -> pd.DataFrame:
    """What each customer could hold, CNY; missing without sales.

    Returns
    -------
    DataFrame, shape (customers, lines)
        Deposits and loans; loans as for a borrower, whether it borrows or not.
    """
    known = traits["sales"] > 0
    result = pd.DataFrame(index=traits.index, columns=list(wallet.coefficients), dtype=float)
    for line, coefficients in wallet.coefficients.items():
        design = _design(traits[known], wallet.levels[line])
        level = np.exp(design.to_numpy() @ np.array([coefficients[name] for name in design.columns]))
        result.loc[known, line] = np.maximum(level - 1, 0.0) if line == "deposits" else level
    return result


def headroom(wallet: Wallet, deposits: pd.Series, loans: pd.Series, traits: pd.DataFrame) -> pd.Series:
    """Room in the wallet: what a customer could hold beyond what it holds, over deposits and, for borrowers, loans.

    Returns
    -------
    Series, shape (customers,)
        CNY to the fen, not negative; missing without sales.
    """
    potential = potential_lines(wallet, traits)
    room = pd.Series(0.0, index=traits.index).where(traits["sales"] > 0)
    for line, own in (("deposits", deposits), ("loans", loans)):
        if line in potential:
            gap = (potential[line] - own).clip(lower=0)
            room += gap if line == "deposits" else gap.where(own > 0, 0.0)
    # To the fen: who stands on the estimate itself has no room, whatever the last bits of a solver say.
    return room.round(2)


def quantile_regression(design: np.ndarray, target: np.ndarray, quantile: float) -> np.ndarray:
    """Coefficients of a linear quantile regression, exact and whatever the order of the rows.

    Solves the dual linear program, max y'a subject to X'a = (1 - q) X'1 and 0 <= a <= 1, whose multipliers are the
    coefficients; rows are sorted first, so that the same set of rows gives the same vertex.

    Parameters
    ----------
    design : array, shape (rows, columns)
    target : array, shape (rows,)
    quantile : float

    Returns
    -------
    array, shape (columns,)

    References
    ----------
    Koenker, Bassett (1978), "Regression quantiles", Econometrica 46. Koenker (2005), "Quantile Regression", ch. 6.
    """
    from scipy.optimize import linprog

    order = np.lexsort((*design.T, target))
    design, target = design[order], target[order]
    right = (1 - quantile) * design.sum(axis=0)
    solution = linprog(-target, A_eq=design.T, b_eq=right, bounds=(0, 1), method="highs")
    if solution.status != 0:
        raise RuntimeError(f"the wallet regression has no solution: {solution.message}")
    return -solution.eqlin.marginals


def _levels(values: pd.Series, least: int) -> list[str]:
    """Levels that get a coefficient: those common enough, without the first where nothing is pooled."""
    counts = values.value_counts()
    common = sorted(counts[counts >= least].index)
    return common if len(common) < len(counts) or values.isna().any() else common[1:]


def _design(traits: pd.DataFrame, levels: Mapping[str, list[str]]) -> pd.DataFrame:
    columns = {"intercept": np.ones(len(traits)), "ln_sales": np.log(traits["sales"].to_numpy(dtype=float))}
    for factor in _FACTORS:
        columns |= {f"{factor}:{level}": (traits[factor] == level).to_numpy(dtype=float) for level in levels[factor]}
    return pd.DataFrame(columns, index=traits.index)
