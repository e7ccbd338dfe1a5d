"""Coverage of the wallet regression: does the estimated room fit large and small customers alike?

By construction a quantile regression covers its share of all customers. What tells whether it may be trusted is its
coverage among small and among large ones, beside a baseline that knows sales alone.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.study import Study
from crmlib.value.references import References, View
from crmlib.value.wallet import LINES, fit_wallet, potential_lines

FIFTHS = 5
FULL, BASELINE = "sales, size, industry", "sales alone"


@dataclass(frozen=True)
class WalletFit:
    """How the wallet regression fits the deposits of the graded customers.

    Attributes
    ----------
    table : DataFrame, shape (customers, 3)
        ``sales`` (CNY a year), ``deposits`` and ``potential``, what each could hold (CNY).
    by_sales : DataFrame
        From :func:`coverage_by_sales`.
    quantile : float
        What the estimate should cover.
    """

    table: pd.DataFrame
    by_sales: pd.DataFrame
    quantile: float

    @property
    def overall(self) -> pd.DataFrame:
        """The groups taken together: wallet_line, wallet_model, n, coverage, pinball."""
        own = self.by_sales.rename(columns={"line": "wallet_line", "model": "wallet_model"})
        own = own.assign(**{name: own[name] * own["n"] for name in ("coverage", "pinball")})
        sums = own.groupby(["wallet_line", "wallet_model"], sort=False)[["n", "coverage", "pinball"]].sum()
        return sums.assign(coverage=sums["coverage"] / sums["n"], pinball=sums["pinball"] / sums["n"]).reset_index()

    @property
    def gain(self) -> float:
        """Share of the loss of sales alone that size and industry take away from the estimate of deposits."""
        loss = self.overall.query("wallet_line == 'deposits'").set_index("wallet_model")["pinball"]
        return float(1 - loss[FULL] / loss[BASELINE])

    @property
    def coverage(self) -> tuple[float, float]:
        """Least and largest coverage of deposits in a group by sales."""
        shares = self.by_sales.query("line == 'deposits' and model == @FULL")["coverage"]
        return float(shares.min()), float(shares.max())


@needs("financials", "customers.industry")
def wallet_fit(book: Book, profit: pd.DataFrame, study: Study, references: References) -> WalletFit:
    """How the wallet regression of a model fits the customers that it was fitted on, beside sales alone."""
    if "deposits" not in references.wallet:
        raise Lacking("model.no_wallet")
    view, settings = View(book, profit, pd.Timestamp(study.as_of), study), study.model
    table = view.traits[["sales"]].assign(
        deposits=view.holds["deposits"], potential=potential_lines(references.wallet, view.traits)["deposits"]
    )
    by_sales = coverage_by_sales(view.holds, view.traits, settings.wallet_quantile, settings.pool_under)
    return WalletFit(table, by_sales, settings.wallet_quantile)


def coverage_by_sales(
    holds: pd.DataFrame, traits: pd.DataFrame, quantile: float = 0.9, pool_under: int = 30
) -> pd.DataFrame:
    """Share of customers at or below the estimate, by group of sales, for the regression and for sales alone.

    Parameters are those of :func:`crmlib.value.wallet.fit_wallet`.

    Returns
    -------
    DataFrame
        One row per line, model and fifth by sales (group 1 has the smallest): line, model, group, n, coverage and
        pinball (mean loss, in logs).
    """
    rows = []
    for model, given in ((FULL, traits), (BASELINE, sales_alone(traits))):
        could = potential_lines(fit_wallet(holds, given, quantile, pool_under), given)
        for line in could:
            target, estimate = (LINES[line](amounts[line]) for amounts in (holds, could))
            known = target.notna() & could[line].notna()
            residual = (target - estimate)[known]
            loss = np.maximum(quantile * residual, (quantile - 1) * residual)
            covered = holds.loc[known, line] <= could.loc[known, line] * (1 + 1e-9)
            table = pd.DataFrame({"n": 1, "coverage": covered, "pinball": loss})
            parts = table.groupby(_group(traits.loc[known, "sales"]).rename("group"))
            found = parts.agg({"n": "sum", "coverage": "mean", "pinball": "mean"}).reset_index()
            rows.append(found.assign(line=line, model=model))
    return pd.concat(rows, ignore_index=True)[["line", "model", "group", "n", "coverage", "pinball"]]


def sales_alone(traits: pd.DataFrame) -> pd.DataFrame:
    """Traits of customers of whom sales alone are known."""
    return traits.assign(size="all", industry="all")


def _group(values: pd.Series) -> pd.Series:
    """Fifth of each value, from 1, by rank; equal values share one."""
    place = np.ceil(values.rank(method="max") / len(values) * FIFTHS - 1e-9)
    return place.clip(1, FIFTHS).astype(int)
