"""Coverage of the wallet regression: does the estimated room fit large and small customers alike?

By construction a quantile regression covers its share of all customers. What tells whether it may be trusted is its
coverage among small and among large ones, beside a baseline that knows sales alone.
"""

import numpy as np
import pandas as pd

from crmlib.value.wallet import fit_wallet, potential_lines, wallet_lines

FULL, BASELINE = "sales, size, industry", "sales alone"


def coverage_by_sales(
    deposits: pd.Series,
    loans: pd.Series,
    traits: pd.DataFrame,
    quantile: float = 0.9,
    pool_under: int = 30,
    groups: int = 5,
) -> pd.DataFrame:
    """Share of customers at or below the estimate, by group of sales, for the regression and for sales alone.

    Parameters
    ----------
    deposits, loans : Series, shape (customers,)
        Twelve-month means, CNY.
    traits : DataFrame
        ``sales`` (CNY a year), ``size`` and ``industry``.
    quantile, pool_under : float, int
        As in :func:`crmlib.value.wallet.fit_wallet`.
    groups : int
        Groups of equal size by sales.

    Returns
    -------
    DataFrame
        One row per line, model and group (1 is the smallest sales): line, model, group, n, coverage.
    """
    rows = []
    for name, given in ((FULL, traits), (BASELINE, traits.assign(size="all", industry="all"))):
        estimate = potential_lines(fit_wallet(deposits, loans, given, quantile, pool_under), given)
        for line, target in wallet_lines(deposits, loans).items():
            if line in estimate:
                own = deposits if line == "deposits" else loans
                known = target.notna() & estimate[line].notna()
                covered = own[known] <= estimate.loc[known, line] * (1 + 1e-9)
                group = _group(traits.loc[known, "sales"], groups)
                found = covered.groupby(group).agg(["size", "mean"])
                rows += [(line, name, int(at), int(n), float(share)) for at, n, share in found.itertuples()]
    return pd.DataFrame(rows, columns=["line", "model", "group", "n", "coverage"])


def _group(values: pd.Series, groups: int) -> pd.Series:
    """Group of each value, 1 to ``groups``, by rank; equal values share a group."""
    place = np.ceil(values.rank(method="max") / len(values) * groups - 1e-9)
    return place.clip(1, groups).astype(int)
