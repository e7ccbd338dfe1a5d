"""Customer-quarters: what was known of each customer at a quarter's end, and whether and how it was lost after that.

Covariates end one quarter before the quarter in which a loss is counted. Balances of a customer that is leaving fall
in its last weeks; a model that saw them would explain the past and warn of nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.book.losses import BALANCES, NEEDS, by_month, losses
from crmlib.study import BookSettings

QUARTER, HALF, YEAR = 3, 6, 12
FLOOR = 10_000.0
KEYS = ["customer_id", "origin", "size", "lost", "how"]
_FLOWS = ("inflow", "transactions", "days_overdue")


@dataclass(frozen=True)
class Past:
    """Everything up to the quarter's end in column ``at`` of the months."""

    months: pd.DatetimeIndex
    values: dict[str, np.ndarray]
    opened: np.ndarray
    holdings: dict[str, np.ndarray]
    at: int

    @property
    def end(self) -> pd.Timestamp:
        """The quarter's end."""
        return self.months[self.at] + pd.offsets.MonthEnd(0)

    def mean(self, name: str, months: int = HALF, back: int = 0) -> np.ndarray:
        """Mean over the last ``months``, or over as many that ended ``back`` months before."""
        last = self.at + 1 - back
        return self.values[name][:, last - months : last].mean(axis=1)

    def change(self, name: str, floor: float) -> np.ndarray:
        """Log change of the last half-year on the one before; missing for customers of less than a year."""
        change = np.log((self.mean(name) + floor) / (self.mean(name, back=HALF) + floor))
        return np.where(self.opened <= self.months[self.at - YEAR + 1].to_numpy(), change, np.nan)

    def years_open(self) -> np.ndarray:
        """Years since opening; 0 for who comes later."""
        days = (self.end - pd.to_datetime(self.opened)).days.to_numpy(float)
        return np.clip(days, 0, None) / 365.25

    def products(self, closed: bool) -> np.ndarray:
        """Products held, or closed within the last year, a customer."""
        held, end = self.holdings, self.end.to_datetime64()
        gone, since = held["closed"] <= end, (self.end - pd.offsets.MonthEnd(YEAR)).to_datetime64()
        counted = (gone & (held["closed"] > since) if closed else ~gone) & (held["opened"] <= end)
        return np.bincount(held["place"][counted], minlength=len(self.opened)).astype(float)


# RM hours are left out: they follow the signs of a loss, and whoever is called because of this
# model would look the more likely to leave.
COVARIATES: dict[str, tuple[tuple[str, ...], Callable[[Past], np.ndarray]]] = {
    "volume": ((), lambda past: np.log(past.mean("volume") + FLOOR)),
    "trend": ((), lambda past: past.change("volume", FLOOR)),
    "inflow": (("activity.inflow",), lambda past: past.change("inflow", FLOOR)),
    "transactions": (("activity.transactions",), lambda past: past.change("transactions", 1.0)),
    "tenure": ((), lambda past: np.log1p(past.years_open())),
    "products": (("holdings",), lambda past: past.products(closed=False)),
    "closed": (("holdings",), lambda past: past.products(closed=True)),
    "overdue": (("activity.days_overdue",), lambda past: np.log1p(past.mean("days_overdue", 1))),
    "borrower": ((), lambda past: (past.mean("loan", 1) > 0).astype(float)),
}
"""What the hazard may read, by name: what a book must have for it, and how it is computed."""


@needs(*NEEDS)
def customer_quarters(book: Book, as_of: pd.Timestamp, settings: BookSettings) -> pd.DataFrame:
    """Every customer at every quarter's end, counted back from a date, as long as it is not lost.

    Parameters
    ----------
    book : Book
        With what :data:`crmlib.book.losses.NEEDS` names.
    as_of : Timestamp
        Month-end; nothing later is read.
    settings : BookSettings
        Says which accounts are idle.

    Returns
    -------
    DataFrame
        customer_id, origin (the quarter's end), size, lost (1 or 0: within the three months that begin three months
        after; missing where these are not over), how (closed or idle; missing without a loss), and the covariates that
        the book can tell. Who is lost by the start of those three months is in no row. Sorted by origin and
        customer_id; absent where the book covers less than a year.
    """
    past, lost = _history(book, as_of), losses(book, as_of, settings)
    names = [name for name, (needed, _) in COVARIATES.items() if book.has(*needed)]
    people = book.customers.set_index("customer_id").sort_index()
    size = people["size"] if book.has("customers.size") else pd.Series("all", people.index)
    parts = [_quarter(past, at, lost, names).assign(size=size) for at in range(past.at, YEAR - 2, -QUARTER)]
    if not parts:
        raise Lacking("strategy.short_book")
    table = pd.concat(parts[::-1]).rename_axis("customer_id").reset_index()
    return table[[*KEYS, *names]]


def split(quarters: pd.DataFrame, as_of: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customer-quarters whose outcome was known a year before a date, and those whose outcome came in that year."""
    known = quarters.dropna(subset="lost")
    over = known["origin"] + pd.offsets.MonthEnd(2 * QUARTER)
    earlier = over <= as_of - pd.offsets.MonthEnd(YEAR)
    return known[earlier], known[~earlier]


def _history(book: Book, as_of: pd.Timestamp) -> Past:
    flows = [name for name in _FLOWS if book.has(f"activity.{name}")]
    wide = by_month(book, [*BALANCES, *flows], as_of)
    values = {name: wide[name].to_numpy() for name in (*BALANCES, *flows)}
    values["volume"] = sum(values[name] for name in BALANCES)
    months = wide["loan"].columns
    opened = book.customers.set_index("customer_id").loc[wide.index, "opened"].fillna(months[0]).to_numpy()
    holdings = {name: book.holdings[name].to_numpy() for name in ("opened", "closed")}
    holdings["place"] = wide.index.get_indexer(book.holdings["customer_id"])
    return Past(months, values, opened, holdings, len(months) - 1)


def _quarter(whole: Past, at: int, lost: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Covariates and outcome of everybody who can still be lost."""
    past = Past(whole.months, whole.values, whole.opened, whole.holdings, at)
    known = pd.DataFrame({name: COVARIATES[name][1](past) for name in names}, index=lost.index)
    start, end = (past.end + pd.offsets.MonthEnd(quarters * QUARTER) for quarters in (1, 2))
    seen = end <= whole.months[-1] + pd.offsets.MonthEnd(0)
    month = lost["lost"]
    then = (month > start) & (month <= end)
    known["lost"], known["how"] = then.astype(float) if seen else np.nan, lost["how"].where(then)
    return known.assign(origin=past.end)[(past.opened <= past.end.to_datetime64()) & ~(month <= start)]
