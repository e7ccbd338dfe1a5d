"""References: what the indicators learn from a base book, so that one customer scored alone gets the same value."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from crmlib.absent import Absent, is_known
from crmlib.book import Book
from crmlib.book.accounts import sales_growth
from crmlib.book.products import held
from crmlib.book.ratings import rated_at
from crmlib.default import mean_pd_by_size
from crmlib.errors import CrmError
from crmlib.profit import at, standing
from crmlib.study import BookSettings, Study
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
        What unrated customers are charged (:func:`crmlib.default.mean_pd_by_size`), by size class and ``all``.
    wallet : dict of str to dict
        From :func:`crmlib.value.wallet.fit_wallet`; empty where the book cannot tell (no profit or no accounts).
    usual_products : dict of str to list of str
        By ``size|industry`` (``size|*`` for cells with too few customers): the products that enough of them hold.
    roa_grid, equity_grid : list of float
        Quantiles of return on assets and of 1 - debt / assets.
    """

    as_of: str
    pd_by_size: dict[str, float]
    wallet: Wallet
    usual_products: dict[str, list[str]]
    roa_grid: list[float]
    equity_grid: list[float]


@dataclass(frozen=True)
class View:
    """The customers that can be graded at a date, as a book shows them then.

    Attributes
    ----------
    book : Book
    profit : DataFrame or Absent
        From :func:`crmlib.profit.profit_table`.
    as_of : Timestamp
        Month-end; nothing later is read.
    study : Study
    learned : References, optional
        Of the same or an earlier date; without it these customers are themselves the base.
    """

    book: Book
    profit: pd.DataFrame | Absent
    as_of: pd.Timestamp
    study: Study
    learned: References | None = None

    @cached_property
    def references(self) -> References:
        """What indicators are read against."""
        return self.learned or learn(self)

    @cached_property
    def people(self) -> pd.DataFrame:
        """The customers, rated as of the date, indexed by ID, in its order; raises CrmError where there are none."""
        marks = standing(self.book.customers, self.as_of, self.study.profit)
        people = rated_at(self.book, self.as_of).set_index("customer_id").loc[marks.index[marks["graded"]]]
        if people.empty:
            raise CrmError(f"no customer can be graded at {self.as_of:%Y-%m-%d}: none is open and old enough.")
        return people

    @cached_property
    def year(self) -> pd.DataFrame | Absent:
        """Profit in the twelve months to the date."""
        return at(self.profit, self.as_of).reindex(self.people.index)

    @cached_property
    def exposed(self) -> pd.Series:
        """Who has exposure; nobody where that is not known."""
        return self.year["ead"] > 0 if is_known(self.profit) else pd.Series(False, self.people.index)

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """Latest usable accounts, with return on assets ``roa`` and ``equity``, 1 - debt / assets."""
        books = accounts(self.book, self.as_of, self.study.book).reindex(self.people.index)
        assets = books["total_assets"].where(books["total_assets"] > 0)
        return books.assign(roa=books["net_profit"] / assets, equity=1 - books["total_debt"] / assets)

    @property
    def traits(self) -> pd.DataFrame:
        """What the wallet regression reads of each customer: ``size``, ``industry`` and ``sales`` (CNY a year)."""
        return self.people[["size", "industry"]].assign(sales=self.accounts["sales"])

    @property
    def holds(self) -> pd.DataFrame | Absent:
        """Twelve-month means of ``deposits`` and ``loans``, CNY."""
        return self.year[["mean_deposits", "mean_loan"]].set_axis(["deposits", "loans"], axis="columns")

    def lacks(self, *needs: str) -> list[str]:
        """Those of ``needs``, tables and columns of the book or its ``profit``, that there are not."""
        missing = [] if is_known(self.profit) else ["profit"]
        return [need for need in needs if need in missing or (need != "profit" and self.book.lacks(need))]


def learn(view: View) -> References:
    """Learn from the customers of a base book."""
    settings = view.study.model
    asked = (settings.wallet_quantile, settings.pool_under)
    return References(
        as_of=f"{view.as_of:%Y-%m-%d}",
        pd_by_size=mean_pd_by_size(view.people, view.exposed, view.study.profit).to_dict(),
        wallet=fit_wallet(view.holds, view.traits, *asked) if is_known(view.profit) else {},
        usual_products=_usual_products(view),
        roa_grid=quantile_grid(view.accounts["roa"]),
        equity_grid=quantile_grid(view.accounts["equity"]),
    )


def accounts(book: Book, as_of: pd.Timestamp, settings: BookSettings) -> pd.DataFrame:
    """Latest annual accounts that may be used at a date.

    Parameters
    ----------
    book : Book
    as_of : Timestamp
        Month-end.
    settings : BookSettings
        Year y ends in month ``fiscal_year_end`` of y; its accounts may be used ``accounts_after`` months later.

    Returns
    -------
    DataFrame
        Indexed by customer: ``year``, ``sales``, ``total_assets``, ``total_debt``, ``net_profit``, and ``growth`` of
        sales (1/year), from :func:`crmlib.book.accounts.sales_growth`.
    """
    months = 12 * as_of.year + as_of.month - settings.fiscal_year_end - settings.accounts_after
    usable = book.financials[book.financials["year"] <= months // 12]
    if "growth" not in usable:
        usable = usable.join(sales_growth(usable, usable["customer_id"]), on=["customer_id", "year"])
    return usable.sort_values("year").groupby("customer_id").tail(1).set_index("customer_id").sort_index()


def _usual_products(view: View) -> dict[str, list[str]]:
    """Products held by enough customers of the same size and industry; of the same size where the cell is small."""
    people, settings = view.people, view.study.model
    own, size = people["size"] + "|" + people["industry"], people["size"] + "|" + ALL_INDUSTRIES
    cells = pd.concat([own[own.map(own.value_counts()) >= settings.pool_under], size])
    shares = held(view.book, view.as_of).loc[cells.index].groupby(cells.to_numpy()).mean()
    return {cell: sorted(share.index[share >= settings.product_share]) for cell, share in shares.iterrows()}
