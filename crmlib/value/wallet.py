"""Wallet: what comparable customers keep with the branch at best, and the room that leaves.

The wallet at other banks is not observed. Following Perlich et al., it is estimated as a high conditional quantile of
what similar customers hold here: given sales, size and industry, the Q90 is what a customer could hold.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

Wallet = dict[str, dict[str, float]]
"""Coefficients of the quantile regression of each line that could be fitted: ``intercept``, ``ln_sales`` and one per
level, named ``size:small``, ``industry:F``; a level without one is among the reference."""
LINES = {"deposits": np.log1p, "loans": lambda amounts: np.log(amounts.where(amounts > 0))}
"""The dependent variable of each line: ln(1 + deposits), and ln loans of borrowers alone."""
NUDGE = 1e-6
"""Added to the quantile of a regression, so that one optimum alone is left."""


def fit_wallet(holds: pd.DataFrame, traits: pd.DataFrame, quantile: float = 0.9, pool_under: int = 30) -> Wallet:
    """Fit the Q90 of deposits and of loans on ln sales, size and industry.

    Parameters
    ----------
    holds : DataFrame, shape (customers, 2)
        ``deposits`` and ``loans``: twelve-month means, CNY.
    traits : DataFrame, shape (customers, 3)
        ``sales`` (CNY a year), ``size`` and ``industry``. Customers without sales are left out.
    quantile : float
    pool_under : int
        Industries with fewer customers are pooled.

    Returns
    -------
    dict of str to dict
        By line; one with too few customers is left out.

    References
    ----------
    Perlich, Rosset, Lawrence, Zadrozny (2007), "High-quantile modeling for customer wallet estimation and other
    applications", KDD. Koenker, Bassett (1978), "Regression quantiles", Econometrica 46.
    """
    wallet = {}
    for line, logarithm in LINES.items():
        target = logarithm(holds[line])
        known = target.notna() & (traits["sales"] > 0)
        rows = traits[known]
        names = ["intercept", "ln_sales", *_levels(rows["size"], 1), *_levels(rows["industry"], pool_under)]
        if len(rows) > 2 * len(names):
            beta = quantile_regression(_design(rows, names), target[known].to_numpy(), quantile)
            wallet[line] = dict(zip(names, beta.tolist(), strict=True))
    return wallet


def potential_lines(wallet: Wallet, traits: pd.DataFrame) -> pd.DataFrame:
    """What each customer could hold, CNY; missing without sales.

    Returns
    -------
    DataFrame, shape (customers, lines)
        Deposits and loans; loans as for a borrower, whether it borrows or not.
    """
    known = traits["sales"] > 0
    result = pd.DataFrame(index=traits.index, columns=list(wallet), dtype=float)
    for line, beta in wallet.items():
        level = np.exp(_design(traits[known], beta) @ np.array(list(beta.values())))
        result.loc[known, line] = np.maximum(level - 1, 0.0) if line == "deposits" else level
    return result


def headroom(wallet: Wallet, holds: pd.DataFrame, traits: pd.DataFrame) -> pd.Series:
    """Room in the wallet: what a customer could hold beyond what it holds, over deposits and, for borrowers, loans.

    Returns
    -------
    Series, shape (customers,)
        CNY to the fen, not negative; missing without sales.
    """
    room = pd.Series(0.0, index=traits.index).where(traits["sales"] > 0)
    for line, could in potential_lines(wallet, traits).items():
        gap = (could - holds[line]).clip(lower=0)
        room += gap if line == "deposits" else gap.where(holds[line] > 0, 0.0)
    # To the fen: who stands on the estimate itself has no room, whatever the last bits of a solver say.
    return room.round(2)


def quantile_regression(design: np.ndarray, target: np.ndarray, quantile: float) -> np.ndarray:
    """Coefficients of a linear quantile regression: the same by any solver, whatever the order of the rows.

    Solves the dual linear program, max y'a subject to X'a = (1 - q) X'1 and 0 <= a <= 1, whose multipliers are the
    coefficients. Where q times a number of rows is whole, many coefficients are as good, as any value between two is
    the median of four. So q is taken a millionth larger (:data:`NUDGE`): of the best, that leaves the one whose
    estimates are highest on average. Rows are sorted first, so that not even the last bits hang on their order.

    Parameters
    ----------
    design : array, shape (rows, columns)
    target : array, shape (rows,)
    quantile : float
        Up to .999.

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
    right = (1 - quantile - NUDGE) * design.sum(axis=0)
    solution = linprog(-target, A_eq=design.T, b_eq=right, bounds=(0, 1), method="highs")
    if solution.status != 0:
        raise RuntimeError(f"the wallet regression has no solution: {solution.message}")
    return -solution.eqlin.marginals


def _levels(values: pd.Series, least: int) -> list[str]:
    """Levels that get a coefficient: those common enough, without the first where nothing is pooled."""
    counts = values.value_counts()
    common = sorted(counts[counts >= least].index)
    pooled = len(common) < len(counts) or values.isna().any()
    return [f"{values.name}:{level}" for level in (common if pooled else common[1:])]


def _design(traits: pd.DataFrame, names: Iterable[str]) -> np.ndarray:
    """A column for each coefficient by name."""
    columns = {"intercept": np.ones(len(traits)), "ln_sales": np.log(traits["sales"].to_numpy(dtype=float))}
    for factor, level in (name.split(":", 1) for name in names if name not in columns):
        columns[f"{factor}:{level}"] = (traits[factor] == level).to_numpy(dtype=float)
    return pd.DataFrame(columns).to_numpy()
