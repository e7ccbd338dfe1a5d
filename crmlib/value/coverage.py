"""Coverage of the wallet regression: does the estimated room fit large and small customers alike?

By construction a quantile regression covers its share of all customers. What tells whether it may be trusted is its
coverage among small and among large ones, beside a baseline that knows sales alone.
"""

import numpy as np
import pandas as pd

from crmlib.value.wallet import fit_wallet, potential_lines, wallet_lines

FIFTHS = 5
FULL, BASELINE = "sales, size, industry", "sales alone"


def coverage_by_sales(
    deposits: pd.Series,
    loans: pd.Series,
    traits: pd.DataFrame,
    quantile: float = 0.9,
    pool_under: int = 30,
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

    Returns
    -------
    DataFrame
        One row per line, model and fifth by sales (group 1 has the smallest): line, model, group, n, coverage and
        pinball (mean loss, in logs).
    """
    rows = []
    for name, given in ((FULL, traits), (BASELINE, traits.assign(size="all", industry="all"))):
        estimate = potential_lines(fit_wallet(deposits, loans, given, quantile, pool_under), given)
        for line, target in wallet_lines(deposits, loans).items():
            if line in estimate:
                own = deposits if line == "deposits" else loans
                known = target.notna() & estimate[line].notna()
                residual = target[known] - wallet_lines(estimate[line], estimate[line])[line][known]
                loss = np.maximum(quantile * residual, (quantile - 1) * residual)
                covered = own[known] <= estimate.loc[known, line] * (1 + 1e-9)
                table = pd.DataFrame({"n": 1, "coverage": covered, "pinball": loss})
                table = table.groupby(_group(traits.loc[known, "sales"]).rename("group"))
                table = table.agg({"n": "sum", "coverage": "mean", "pinball": "mean"})
                rows.append(table.reset_index().assign(line=line, model=name))
    columns = ["line", "model", "group", "n", "coverage", "pinball"]
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


def overall(by_sales: pd.DataFrame) -> pd.DataFrame:
    """The groups of :func:`coverage_by_sales` taken together: line, model, n, coverage, pinball."""
    weighted = by_sales.assign(**{name: by_sales[name] * by_sales["n"] for name in ("coverage", "pinball")})
    sums = weighted.groupby(["line", "model"], sort=False)[["n", "coverage", "pinball"]].sum()
    return sums.assign(coverage=sums["coverage"] / sums["n"], pinball=sums["pinball"] / sums["n"]).reset_index()


def _group(values: pd.Series) -> pd.Series:
    """Fifth of each value, from 1, by rank; equal values share one."""
    place = np.ceil(values.rank(method="max") / len(values) * FIFTHS - 1e-9)
    return place.clip(1, FIFTHS).astype(int)
