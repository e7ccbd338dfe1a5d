"""Indicators: what each customer brings today and could bring tomorrow, each in its own unit.

A tree names them as formulas. A formula reads the book up to the as-of date and the references of the base year,
never an outcome and never the truth of a simulated book.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from crmlib.absent import Absent
from crmlib.book import Book
from crmlib.book.products import eligible, held
from crmlib.errors import SettingsError, did_you_mean
from crmlib.profit import NEEDS, at, probability_of_default, window_rows
from crmlib.study import Study
from crmlib.tree import Tree
from crmlib.value.references import ALL_INDUSTRIES, References, accounts, graded_people, wallet_traits
from crmlib.value.scaling import percentile_rank
from crmlib.value.wallet import headroom

TREND_FLOOR = 10_000.0
TREND_MONTHS = 18
DEPOSITS = ("activity.demand_deposit", "activity.time_deposit")


@dataclass(frozen=True)
class View:
    """The book as seen at one as-of date, through the references of a base year."""

    book: Book
    profit: pd.DataFrame | Absent | None
    as_of: pd.Timestamp
    references: References
    study: Study

    @property
    def has_profit(self) -> bool:
        """Whether the book tells what its customers earn."""
        return isinstance(self.profit, pd.DataFrame)

    @cached_property
    def people(self) -> pd.DataFrame:
        """Graded customers, indexed by ID."""
        return graded_people(self.book, self.as_of, self.study)

    @cached_property
    def year(self) -> pd.DataFrame:
        """Profit of the graded customers in the window."""
        return at(self.profit, self.as_of).reindex(self.people.index)

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """Latest usable accounts of the graded customers."""
        return accounts(self.book, self.as_of).reindex(self.people.index)

    @cached_property
    def inflow(self) -> pd.Series:
        """Settlement inflow over twelve months, CNY a year."""
        rows = window_rows(self.book, self.as_of)
        sums = rows.groupby("customer_id")["inflow"].sum().reindex(self.people.index, fill_value=0.0)
        months = at(self.profit, self.as_of)["months_open"].reindex(self.people.index) if self.has_profit else 12
        return sums * 12 / np.clip(months, 1, 12)


@dataclass(frozen=True)
class Formula:
    """A built-in indicator: what the book must have, and how it is computed."""

    needs: tuple[str, ...]
    compute: Callable[[View], pd.Series]


def indicators(
    book: Book, profit: pd.DataFrame | Absent | None, as_of: pd.Timestamp, references: References, study: Study
) -> pd.DataFrame:
    """Every available indicator of every graded customer.

    Parameters
    ----------
    book : Book
    profit : DataFrame, Absent or None
        From :func:`crmlib.profit.profit_table`, where the book has profit.
    as_of : Timestamp
        Month-end; nothing later is read.
    references : References
        From :func:`crmlib.value.references.fit_references`, of the same or an earlier date.
    study : Study

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
    return fill_by_policy(indicators_with_gaps(book, profit, as_of, references, study), book, study)


def fill_by_policy(raw: pd.DataFrame, book: Book, study: Study) -> pd.DataFrame:
    """Indicators from :func:`indicators_with_gaps` with the missing values that the tree's policy fills."""
    sizes = book.customers.set_index("customer_id")["size"]
    return pd.DataFrame({leaf: _filled(raw[leaf], study.tree, sizes) for leaf in raw}, index=raw.index)


def indicators_with_gaps(
    book: Book, profit: pd.DataFrame | Absent | None, as_of: pd.Timestamp, references: References, study: Study
) -> pd.DataFrame:
    """Indicators as :func:`indicators`, before any missing value is filled."""
    view = View(book, profit, as_of, references, study)
    columns = {}
    for leaf in study.tree.leaves:
        node = study.tree[leaf]
        if node.measure:
            columns[leaf] = _measure(view, node.measure)
        elif not book.lacks(*formula(node.formula).needs) and not (_by_profit(node.formula) and not view.has_profit):
            columns[leaf] = formula(node.formula).compute(view)
    return pd.DataFrame(
        {leaf: values for leaf, values in columns.items() if values is not None}, index=view.people.index
    )


def formula(name: str | None) -> Formula:
    """A built-in indicator by name; raises SettingsError with the nearest right name."""
    if name not in FORMULAS:
        known = ", ".join(FORMULAS)
        raise SettingsError(
            f"{name} is no built-in indicator.{did_you_mean(str(name), FORMULAS)}\nIndicators: {known}."
        )
    return FORMULAS[name]


def business_trend(book: Book, as_of: pd.Timestamp) -> pd.Series:
    """Change of a customer's business within a year, before clipping.

    ln((V + u) / (V' + u)) with V the mean of deposits and loans over the last six months, V' over the same months a
    year before, u = 10,000 CNY.

    Returns
    -------
    Series
        1/year, for every customer with activity; missing if open or recorded for under 18 months.
    """
    rows = book.activity[book.activity["month"] <= as_of]
    age = 12 * (as_of.year - rows["month"].dt.year) + as_of.month - rows["month"].dt.month
    volume = rows["demand_deposit"] + rows["time_deposit"] + rows["loan"]
    ids = rows["customer_id"]
    now = volume.where(age < 6).groupby(ids).sum() / 6
    before = volume.where((age >= 12) & (age < TREND_MONTHS)).groupby(ids).sum() / 6
    recorded = age.groupby(ids).max() >= TREND_MONTHS - 1
    return np.log((now + TREND_FLOOR) / (before + TREND_FLOOR)).where(recorded)


def settlement_share(view: View) -> pd.Series:
    """Settlement inflow as a share of annual sales, at most 1; missing without sales."""
    sales = view.accounts["sales"]
    return (view.inflow / sales.where(sales > 0)).clip(upper=1.0)


def _loan_margin(view: View) -> pd.Series:
    year, settings = view.year, view.study.profit
    charge = settings.hurdle * year["economic_capital"] / (1 - settings.tax)
    return year["loan_margin"] - year["expected_loss"] - charge + year["capital_benefit"]


def _deposit_stability(view: View) -> pd.Series:
    rows = window_rows(view.book, view.as_of)
    deposits = (rows["demand_deposit"] + rows["time_deposit"]).groupby(rows["customer_id"])
    mean, spread = deposits.mean(), deposits.std(ddof=0)
    return (1 - (spread / mean.where(mean > 0)).clip(upper=1.0)).reindex(view.people.index)


def _cost_ratio(view: View) -> pd.Series:
    income = view.year["income"]
    return (view.year["cost_to_serve"] / income.where(income > 0)).clip(0, 3).fillna(3.0)


def _headroom(view: View) -> pd.Series | None:
    if view.references.wallet is None:
        return None
    own = wallet_traits(view.people, view.accounts)
    return headroom(view.references.wallet, view.year["mean_deposits"], view.year["mean_loan"], own)


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
    cells = (people["size"] + "|" + people["industry"]).where(
        lambda keys: keys.isin(usual), people["size"] + "|" + ALL_INDUSTRIES
    )
    places, known = pd.factorize(cells)
    return could & np.array([could.columns.isin(usual.get(cell, [])) for cell in known])[places]


def count_fitting(book: Book, customers: pd.Index, references: References) -> pd.Series:
    """How many products fit each customer (:func:`fitting_products`) at the date of the references."""
    people = book.customers.set_index("customer_id").loc[customers]
    return fitting_products(book, pd.Timestamp(references.as_of), people, references).sum(axis=1).astype(int)


def _product_gap(view: View) -> pd.Series:
    expected = fitting_products(view.book, view.as_of, view.people, view.references)
    has, count = held(view.book, view.as_of).loc[expected.index], expected.sum(axis=1).astype(float)
    return 1 - (expected & has).sum(axis=1) / count.where(count > 0)


def _credit_grade(view: View) -> pd.Series:
    exposed = view.year["ead"] > 0 if view.has_profit else pd.Series(False, index=view.people.index)
    chance = probability_of_default(view.people, exposed, pd.Series(view.references.pd_by_size), view.study.profit)
    if view.has_profit:
        chance = chance.mask(view.year["pd"] == 1.0, 1.0)
    return -np.log(chance)


def _financial_strength(view: View) -> pd.Series:
    books, references = view.accounts, view.references
    assets = books["total_assets"].where(books["total_assets"] > 0)
    roa = percentile_rank((books["net_profit"] / assets).to_numpy(), references.roa_grid)
    equity = percentile_rank((1 - books["total_debt"] / assets).to_numpy(), references.equity_grid)
    return pd.Series((roa + equity) / 2, index=view.people.index)


def _industry_outlook(view: View) -> pd.Series:
    return view.people["industry"].map(view.book.industries.set_index("industry")["outlook"])


def _tenure(view: View) -> pd.Series:
    return np.log1p((view.as_of - view.people["opened"]).dt.days / 365.25)


def _business_trend(view: View) -> pd.Series:
    return business_trend(view.book, view.as_of).reindex(view.people.index).clip(-1, 1)


_TREND_NEEDS = (*DEPOSITS, "activity.loan", "customers.opened")
FORMULAS: dict[str, Formula] = {
    "risk_adjusted_loan_margin": Formula(NEEDS, _loan_margin),
    "deposit_margin": Formula(NEEDS, lambda view: view.year["deposit_margin"]),
    "deposit_stability": Formula(DEPOSITS, _deposit_stability),
    "fee_income": Formula(NEEDS, lambda view: view.year["fee_income"]),
    "settlement_inflow": Formula(("activity.inflow",), lambda view: view.inflow),
    "cost_ratio": Formula(NEEDS, _cost_ratio),
    "wallet_headroom": Formula((*NEEDS, "financials", "customers.industry"), _headroom),
    "product_gap": Formula(("holdings", "products", "customers.size", "customers.industry"), _product_gap),
    "credit_grade": Formula(("customers.rating",), _credit_grade),
    "sales_growth": Formula(("financials",), lambda view: view.accounts["growth"]),
    "financial_strength": Formula(("financials",), _financial_strength),
    "industry_outlook": Formula(("industries", "customers.industry"), _industry_outlook),
    "tenure": Formula(("customers.opened",), _tenure),
    "settlement_share": Formula(("financials", "activity.inflow"), settlement_share),
    "business_trend": Formula(_TREND_NEEDS, _business_trend),
}
"""The built-in indicators by name."""


def _by_profit(name: str | None) -> bool:
    return NEEDS[0] in formula(name).needs


def _measure(view: View, column: str) -> pd.Series:
    table = view.book.measures
    if column not in table:
        known = [name for name in table if name not in ("customer_id", "as_of")]
        found = f"\nIts columns: {', '.join(known)}." if known else " The book has none."
        raise SettingsError(f"{column} is no column of the table measures.{did_you_mean(column, known)}{found}")
    rows = table[table["as_of"] == view.as_of].set_index("customer_id")
    return rows[column].reindex(view.people.index).astype(float)


def _filled(values: pd.Series, tree: Tree, sizes: pd.Series) -> pd.Series:
    """Missing values filled by the leaf's policy: median of the size class, worst of all, or left to the siblings."""
    node = tree[str(values.name)]
    if node.missing == "median":
        own = values.groupby(sizes.reindex(values.index)).transform("median")
        return values.fillna(own).fillna(values.median())
    if node.missing == "worst":
        return values.fillna(values.max() if node.direction == "cost" else values.min())
    return values
