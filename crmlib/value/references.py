"""References: what the indicators learn from a base book, so that one customer scored alone gets the same value."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlib.absent import Absent
from crmlib.book import Book
from crmlib.book.products import held
from crmlib.errors import CrmError
from crmlib.profit import at, mean_pd_by_size, standing
from crmlib.study import Study
from crmlib.value.scaling import quantile_grid
from crmlib.value.wallet import Wallet, fit_wallet

ALL_INDUSTRIES = "*"


@dataclass(frozen=True)
class References:
    """What was learned from the customers graded at ``as_of``.

    Attributes
    ----------
    as_of : str
        Month-end of the base year.
    pd_by_size : dict of str to float
        Mean probability of default of rated customers by size class, and ``all``.
    wallet : Wallet or None
        None where the book cannot tell (no profit table or no accounts).
    usual_products : dict of str to list of str
        By ``size|industry`` (``size|*`` for cells with too few customers): the products that enough of them hold.
    roa_grid, equity_grid : list of float
        Quantiles of return on assets and of 1 - debt / assets.
    """

    as_of: str
    pd_by_size: dict[str, float]
    wallet: Wallet | None
    usual_products: dict[str, list[str]]
    roa_grid: list[float]
    equity_grid: list[float]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "References":
        """The references from :meth:`as_dict`."""
        return cls(**{**data, "wallet": Wallet(**data["wallet"]) if data["wallet"] else None})


def fit_references(book: Book, profit: pd.DataFrame | Absent | None, as_of: pd.Timestamp, study: Study) -> References:
    """Learn from the customers of a base book.

    Parameters
    ----------
    book : Book
    profit : DataFrame, Absent or None
        From :func:`crmlib.profit.profit_table`, where the book has profit.
    as_of : Timestamp
        Month-end of the base year.
    study : Study

    Returns
    -------
    References
    """
    people = graded_people(book, as_of, study)
    books = accounts(book, as_of).reindex(people.index)
    return References(
        as_of=f"{as_of:%Y-%m-%d}",
        pd_by_size={key: float(value) for key, value in mean_pd_by_size(people, study.profit).items()},
        wallet=_wallet(book, profit, as_of, study, people, books),
        usual_products=_usual_products(book, as_of, study, people) if book.has("holdings", "products") else {},
        roa_grid=_grid(books["net_profit"] / books["total_assets"]),
        equity_grid=_grid(1 - books["total_debt"] / books["total_assets"]),
    )


def graded_people(book: Book, as_of: pd.Timestamp, study: Study) -> pd.DataFrame:
    """Customers graded at the as-of date, indexed by customer, in order of ID."""
    marks = standing(book.customers, as_of, study.profit)
    people = book.customers.set_index("customer_id").loc[marks.index[marks["graded"]]].sort_index()
    if people.empty:
        raise CrmError(f"no customer can be graded at {as_of:%Y-%m-%d}: none is open and old enough.")
    return people


def accounts(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Latest annual accounts that may be used at the as-of date: year y from May of y + 1 on.

    Returns
    -------
    DataFrame
        Indexed by customer: ``year``, ``sales``, ``total_assets``, ``total_debt``, ``net_profit``, and ``growth``, the
        compound annual growth of sales over three years, or two where there is no account three years back (1/year).
    """
    usable = book.financials[book.financials["year"] <= as_of.year - (1 if as_of.month >= 5 else 2)]
    latest = usable.sort_values("year").groupby("customer_id").tail(1).set_index("customer_id").sort_index()
    sales = usable.set_index(["customer_id", "year"])["sales"]
    growth = pd.Series(np.nan, index=latest.index)
    for back in (2, 3):
        keys = pd.MultiIndex.from_arrays([latest.index, latest["year"] - back])
        before = sales.reindex(keys).set_axis(latest.index)
        ratio = (latest["sales"] / before).where((before > 0) & (latest["sales"] > 0))
        growth = (ratio ** (1 / back) - 1).fillna(growth)
    return latest.assign(growth=growth)


def wallet_traits(people: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    """What the wallet regression reads of each customer: sales, size, industry."""
    return people[["size", "industry"]].assign(sales=books["sales"])


def _grid(ratio: pd.Series) -> list[float]:
    known = ratio[np.isfinite(ratio)]
    return quantile_grid(known.to_numpy()) if len(known) else []


def _wallet(
    book: Book,
    profit: pd.DataFrame | Absent | None,
    as_of: pd.Timestamp,
    study: Study,
    people: pd.DataFrame,
    books: pd.DataFrame,
) -> Wallet | None:
    if not isinstance(profit, pd.DataFrame) or not book.has("financials"):
        return None
    year = at(profit, as_of).reindex(people.index)
    settings = study.model
    own = wallet_traits(people, books)
    return fit_wallet(year["mean_deposits"], year["mean_loan"], own, settings.wallet_quantile, settings.pool_under)


def _usual_products(book: Book, as_of: pd.Timestamp, study: Study, people: pd.DataFrame) -> dict[str, list[str]]:
    """Products held by enough customers of the same size and industry; of the same size where the cell is small."""
    holds = held(book, as_of).loc[people.index]
    own, size = people["size"] + "|" + people["industry"], people["size"] + "|" + ALL_INDUSTRIES
    cells = pd.concat([own[own.map(own.value_counts()) >= study.model.pool_under], size])
    shares = holds.loc[cells.index].groupby(cells.to_numpy()).mean()
    return {cell: sorted(share.index[share >= study.model.product_share]) for cell, share in shares.iterrows()}
