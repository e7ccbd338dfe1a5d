"""Indicators: what each customer brings today and could bring tomorrow, each in its own unit.

A tree names them as formulas. A formula reads the book up to the as-of date and the references of the base year,
never an outcome and never the truth of a simulated book.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import is_known
from crmlib.book import Book
from crmlib.book.fault_table import Fault
from crmlib.book.products import eligible, held
from crmlib.default import probability_of_default
from crmlib.errors import SettingsError, did_you_mean
from crmlib.profit import full_months, lending_margin, window_rows
from crmlib.tree import Tree
from crmlib.value.references import ALL_INDUSTRIES, References, View
from crmlib.value.scaling import percentile_rank
from crmlib.value.wallet import headroom

TREND_FLOOR = 10_000.0
DEPOSITS = ("activity.demand_deposit", "activity.time_deposit")


@dataclass(frozen=True)
class Formula:
    """A built-in indicator: what it needs of a book, or its ``profit``, and how it is computed."""

    needs: tuple[str, ...]
    compute: Callable[[View], pd.Series]


def indicators(view: View) -> pd.DataFrame:
    """Every available indicator of every graded customer.

    Returns
    -------
    DataFrame, shape (customers, leaves)
        Index ``customer_id``; a column for each leaf of the study's tree that the book can tell, in the unit that the
        tree names. Missing values that the tree's policy fills are filled.

    Raises
    ------
    SettingsError
        If the tree names a formula or a measure that does not exist.
    """
    return fill_by_policy(indicators_with_gaps(view), view)


def indicators_with_gaps(view: View) -> pd.DataFrame:
    """Indicators as :func:`indicators`, before any missing value is filled."""
    columns = {}
    for leaf in view.study.tree.leaves:
        node = view.study.tree[leaf]
        if node.measure:
            columns[leaf] = _measure(view, node.measure)
        elif not view.lacks(*formula(node.formula).needs):
            columns[leaf] = formula(node.formula).compute(view)
    return pd.DataFrame(columns, index=view.people.index)


def fill_by_policy(raw: pd.DataFrame, view: View) -> pd.DataFrame:
    """Missing values filled by each leaf's policy: median of the size class, worst of all, or left to the siblings."""
    filled = raw.copy()
    for leaf, values in raw.items():
        node = view.study.tree[leaf]
        if node.missing == "median":
            own = values.groupby(view.people["size"]).transform("median")
            filled[leaf] = values.fillna(own).fillna(values.median())
        elif node.missing == "worst":
            filled[leaf] = values.fillna(values.max() if node.direction == "cost" else values.min())
    return filled


def formula(name: str | None) -> Formula:
    """A built-in indicator by name; raises SettingsError with the nearest right name."""
    if name not in FORMULAS:
        hint = did_you_mean(str(name), FORMULAS)
        raise SettingsError(f"{name} is no built-in indicator.{hint}\nIndicators: {', '.join(FORMULAS)}.")
    return FORMULAS[name]


def tree_faults(tree: Tree) -> Iterator[Fault]:
    """Leaves of a tree that name no built-in indicator."""
    for leaf in tree.leaves:
        name = tree[leaf].formula
        if name is not None and name not in FORMULAS:
            allowed = f"a built-in indicator.{did_you_mean(name, FORMULAS)}"
            yield Fault("unknown_formula", "tree.yaml", None, leaf, name, allowed)


def require_formulas(tree: Tree) -> None:
    """Raise SettingsError at the first leaf whose built-in indicator there is not."""
    for fault in tree_faults(tree):
        formula(fault.value)


def measures_at(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """A study's own measures that hold at a month-end, by customer; no column where the book has none."""
    table = book.measures
    return table[table["as_of"] == as_of].set_index("customer_id").drop(columns="as_of")


def _measure(view: View, column: str) -> pd.Series:
    rows = measures_at(view.book, view.as_of)
    if column not in rows:
        found = f"\nIts columns: {', '.join(rows)}." if len(rows.columns) else " The book has none."
        raise SettingsError(f"{column} is no column of the table measures.{did_you_mean(column, rows)}{found}")
    return rows[column].reindex(view.people.index).astype(float)


def business_trend(book: Book, as_of: pd.Timestamp, months: int = 12) -> pd.Series:
    """Change of a customer's business within a year, or so many ``months``, before clipping.

    ln((V + u) / (V' + u)) with V the mean of deposits and loans over the last six months, V' over the six months that
    ended a year before, u = 10,000 CNY.

    Returns
    -------
    Series
        1/year, for every customer with activity; missing if open or recorded for under 6 full months before that.
    """
    rows = full_months(book.activity[book.activity["month"] <= as_of], book)
    age = 12 * (as_of.year - rows["month"].dt.year) + as_of.month - rows["month"].dt.month
    volume = rows["demand_deposit"] + rows["time_deposit"] + rows["loan"]
    ids = rows["customer_id"]
    now = volume.where(age < 6).groupby(ids).sum() / 6
    before = volume.where((age >= months) & (age < months + 6)).groupby(ids).sum() / 6
    recorded = age.groupby(ids).max() >= months + 5
    return np.log((now + TREND_FLOOR) / (before + TREND_FLOOR)).where(recorded)


def fitting_products(book: Book, as_of: pd.Timestamp, people: pd.DataFrame, references: References) -> pd.DataFrame:
    """Which products each customer may hold and most of its like do.

    Parameters
    ----------
    book : Book
    as_of : Timestamp
        Month-end.
    people : DataFrame
        Customers, indexed by ID, with ``size`` and ``industry``.
    references : References

    Returns
    -------
    DataFrame of bool, shape (customers, products)
    """
    usual, could = references.usual_products, eligible(book, as_of).loc[people.index]
    own, size = people["size"] + "|" + people["industry"], people["size"] + "|" + ALL_INDUSTRIES
    places, cells = pd.factorize(own.where(own.isin(usual), size))
    return could & np.array([could.columns.isin(usual.get(cell, [])) for cell in cells])[places]


def count_fitting(book: Book, customers: pd.Index, references: References) -> pd.Series:
    """How many products fit each customer (:func:`fitting_products`) at the date of the references."""
    people = book.customers.set_index("customer_id").loc[customers]
    return fitting_products(book, pd.Timestamp(references.as_of), people, references).sum(axis=1).astype(int)


def _deposit_stability(view: View) -> pd.Series:
    rows = window_rows(view.book, view.as_of)
    deposits = (rows["demand_deposit"] + rows["time_deposit"]).groupby(rows["customer_id"])
    mean, spread = deposits.mean(), deposits.std(ddof=0)
    return (1 - (spread / mean.where(mean > 0)).clip(upper=1.0)).reindex(view.people.index)


def _inflow(view: View) -> pd.Series:
    """Settlement inflow over twelve months, CNY a year."""
    sums = window_rows(view.book, view.as_of).groupby("customer_id")["inflow"].sum()
    months = view.year["months_open"].clip(1, 12) if is_known(view.profit) else 12
    return sums.reindex(view.people.index, fill_value=0.0) * 12 / months


def _cost_ratio(view: View) -> pd.Series:
    income = view.year["income"]
    return (view.year["cost_to_serve"] / income.where(income > 0)).clip(0, 3).fillna(3.0)


def _product_gap(view: View) -> pd.Series:
    expected = fitting_products(view.book, view.as_of, view.people, view.references)
    has, count = held(view.book, view.as_of).loc[expected.index], expected.sum(axis=1).astype(float)
    return 1 - (expected & has).sum(axis=1) / count.where(count > 0)


def _credit_grade(view: View) -> pd.Series:
    by_size = pd.Series(view.references.pd_by_size, dtype=float)
    chance = probability_of_default(view.people, view.exposed, by_size, view.study.profit)
    return -np.log(chance.mask(view.year["in_default"] == 1, 1.0) if is_known(view.profit) else chance)


def _financial_strength(view: View) -> pd.Series:
    grids = {"roa": view.references.roa_grid, "equity": view.references.equity_grid}
    roa, equity = (percentile_rank(view.accounts[name].to_numpy(), grid) for name, grid in grids.items())
    return pd.Series((roa + equity) / 2, index=view.people.index)


def _settlement_share(view: View) -> pd.Series:
    sales = view.accounts["sales"]
    return (_inflow(view) / sales.where(sales > 0)).clip(upper=1.0)


def _headroom(view: View) -> pd.Series:
    return headroom(view.references.wallet, view.holds, view.traits)


def _industry_outlook(view: View) -> pd.Series:
    return view.people["industry"].map(view.book.industries.set_index("industry")["outlook"])


def _tenure(view: View) -> pd.Series:
    return np.log1p((view.as_of - view.people["opened"]).dt.days / 365.25)


def _business_trend(view: View) -> pd.Series:
    return business_trend(view.book, view.as_of).reindex(view.people.index).clip(-1, 1)


FORMULAS: dict[str, Formula] = {
    "risk_adjusted_loan_margin": Formula(("profit",), lambda view: lending_margin(view.year, view.study.profit)),
    "deposit_margin": Formula(("profit",), lambda view: view.year["deposit_margin"]),
    "deposit_stability": Formula(DEPOSITS, _deposit_stability),
    "fee_income": Formula(("profit",), lambda view: view.year["fee_income"]),
    "settlement_inflow": Formula(("activity.inflow",), _inflow),
    "cost_ratio": Formula(("profit",), _cost_ratio),
    "wallet_headroom": Formula(("profit", "financials", "customers.industry"), _headroom),
    "product_gap": Formula(("holdings", "products", "customers.size", "customers.industry"), _product_gap),
    "credit_grade": Formula(("customers.rating",), _credit_grade),
    "sales_growth": Formula(("financials",), lambda view: view.accounts["growth"]),
    "financial_strength": Formula(("financials",), _financial_strength),
    "industry_outlook": Formula(("industries", "customers.industry"), _industry_outlook),
    "tenure": Formula(("customers.opened",), _tenure),
    "settlement_share": Formula(("financials", "activity.inflow"), _settlement_share),
    "business_trend": Formula((*DEPOSITS, "activity.loan", "customers.opened"), _business_trend),
}
"""The built-in indicators by name."""
