"""Coverage of the wallet regression: does the estimated room fit large and small customers alike?

By construction a quantile regression covers its share of all customers. What tells whether it may be trusted is its
coverage among small and among large ones, beside a baseline that knows sales alone.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib import profit as profits
from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.study import Study
from crmlib.value.references import References, accounts, graded_people, wallet_traits
from crmlib.value.wallet import fit_wallet, potential_lines, wallet_lines

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
        """The groups taken together, by ``wallet_line`` and ``wallet_model``."""
        return overall(self.by_sales).rename(columns={"line": "wallet_line", "model": "wallet_model"})

    @property
    def gain(self) -> float:
        """Share of the loss of sales alone that size and industry take away from the estimate of deposits."""
        loss = overall(self.by_sales).query("line == 'deposits'").set_index("model")["pinball"]
        return float(1 - loss[FULL] / loss[BASELINE])

    @property
    def coverage(self) -> tuple[float, float]:
        """Least and largest coverage of deposits in a group by sales."""
        shares = self.by_sales.query("line == 'deposits' and model == @FULL")["coverage"]
        return float(shares.min()), float(shares.max())


@needs("financials", "customers.industry")
def wallet_fit(book: Book, profit: pd.DataFrame, study: Study, references: References) -> WalletFit:
    """How the wallet regression of a model fits the customers that it was fitted on, beside sales alone."""
    if references.wallet is None or "deposits" not in references.wallet.coefficients:
        raise Lacking("model.no_wallet")
    as_of, settings = pd.Timestamp(study.as_of), study.model
    members = graded_people(book, as_of, study)
    year = profits.at(profit, as_of).reindex(members.index)
    known = wallet_traits(members, accounts(book, as_of).reindex(members.index))
    deposits, asked = year["mean_deposits"], (settings.wallet_quantile, settings.pool_under)
    could = potential_lines(references.wallet, known)["deposits"]
    table = pd.DataFrame({"sales": known["sales"], "deposits": deposits, "potential": could})
    return WalletFit(table, coverage_by_sales(deposits, year["mean_loan"], known, *asked), settings.wallet_quantile)


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
