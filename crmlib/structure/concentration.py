"""Concentration: how much of the branch rests on how few customers.

Takes one amount a customer (deposits, loans, profit) and gives the Lorenz curve, the Gini coefficient, the share of
the top and the Herfindahl-Hirschman index, each with a bootstrap interval. EVA can be negative, and shares of a sum of
both signs mean nothing: value created and value destroyed are measured apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.stats.intervals import Estimate, estimate_numbers, estimates, percentile_interval, resample
from crmlib.stats.shares import Part, part
from crmlib.study import ProfitSettings, StructureSettings

STREAM = 3
RARE = "_of_those_with_any"
"""What the name of an amount ends with where only customers that have any are measured."""


@dataclass(frozen=True)
class BookConcentration:
    """How much of each amount hangs on how few customers.

    Attributes
    ----------
    table : DataFrame
        From :func:`concentration`. Amounts that most customers have none of are also measured among those with any
        (``loans_of_those_with_any``); ``value_created`` and ``value_destroyed`` are EVA by its sign,
        where it is known of all.
    main : str
        The first amount that anybody has: deposits where the book has them.
    customers : int
    top, coverage : float
        Share of the customers called the top, and coverage of the intervals.
    """

    table: pd.DataFrame
    main: str
    customers: int
    top: float
    coverage: float

    def of(self, amount: str, statistic: str) -> Estimate:
        """A statistic of an amount with its interval."""
        own = (self.table["amount"] == amount) & (self.table["statistic"] == statistic)
        return estimates(self.table[own], "value")[0]

    @property
    def shown(self) -> pd.DataFrame:
        """The table for people, with intervals beside what they are of."""
        parts = self.table[["amount", "statistic", "n"]].set_axis(["amount", "concentration", "with_any"], axis=1)
        return parts.assign(estimate=estimates(self.table, "value"))

    @property
    def rare(self) -> pd.DataFrame:
        """Amounts that most customers have none of: ``amount``, ``n`` who have any, ``share`` of the top of these."""
        rows = self.table[(self.table["statistic"] == "top_share") & self.table["amount"].str.endswith(RARE)]
        return rows.assign(amount=rows["amount"].str.removesuffix(RARE), share=rows["value"])[["amount", "n", "share"]]

    @property
    def numbers(self) -> dict[str, float]:
        """Key numbers: every statistic with its interval."""
        return estimate_numbers(self.table["amount"] + "_" + self.table["statistic"], self.table)


@dataclass(frozen=True)
class ValueCreated:
    """EVA by its sign.

    Attributes
    ----------
    table : DataFrame
        From :func:`whale_curve`.
    created, destroyed : float
        CNY a year, both positive.
    negative, worst, unknown : int
        Customers with negative EVA, how many of the worst are looked at, and those whose EVA is not known.
    worst_share, risk : float
        What these destroy of all that is destroyed (missing where nothing is), and their expected loss, CNY a year.
    """

    table: pd.DataFrame
    created: float
    destroyed: float
    negative: int
    worst: int
    unknown: int
    worst_share: float
    risk: float


@dataclass(frozen=True)
class LargestCustomers:
    """The customers with most of an amount.

    Attributes
    ----------
    table : DataFrame
        Their amounts, indexed by customer, and ``share_so_far`` of the total of that amount.
    amount : str
    share : float
        Their share of the amount.
    eva : Part
        Their EVA, missing where it is not known.
    """

    table: pd.DataFrame
    amount: str
    share: float
    eva: Part


def book_concentration(amounts: pd.DataFrame, settings: StructureSettings, seed: int) -> BookConcentration:
    """Concentration of all that customers have with the branch.

    Parameters
    ----------
    amounts : DataFrame, shape (customers, amounts)
        From :func:`crmlib.structure.profile.amounts`.
    settings : StructureSettings
    seed : int
        Of the study, for the bootstrap.
    """
    holdings, rng = held_amounts(amounts), np.random.default_rng([seed, STREAM])
    known = "eva" in amounts and amounts["eva"].notna().all()
    parts = holdings.join(by_sign(amounts["eva"])) if known else holdings
    rule = {"top": settings.top, "draws": settings.bootstrap, "coverage": settings.interval, "rng": rng}
    tables = [concentration(parts.loc[:, parts.sum() > 0], **rule)]
    for name, own in holdings.items():
        if (own > 0).mean() < 0.5:
            tables.append(concentration(own[own > 0].to_frame(f"{name}{RARE}"), **rule))
    table = pd.concat(tables, ignore_index=True)
    return BookConcentration(table, holdings.columns[0], len(amounts), settings.top, settings.interval)


def held_amounts(amounts: pd.DataFrame) -> pd.DataFrame:
    """Amounts that anybody has, without EVA."""
    holdings = amounts.drop(columns="eva", errors="ignore")
    return holdings.loc[:, holdings.sum() > 0]


def concentration(
    amounts: pd.DataFrame, top: float, draws: int, coverage: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Concentration of every column, with intervals from the same bootstrap draws.

    Parameters
    ----------
    amounts : DataFrame, shape (customers, amounts)
        Non-negative amounts, CNY; customers without any count with 0.
    top : float
        Share of the customers called the top, in (0, 1]; the last of them counts in part, so that ties and small
        books give the same answer in any order.
    draws : int
        Bootstrap draws.
    coverage : float
        Coverage of the intervals.
    rng : numpy Generator

    Returns
    -------
    DataFrame, shape (amounts x statistics,)
        Columns ``amount``, ``statistic`` (gini, top_share, hhi: 1/n when all are equal to 1 when one has all),
        ``value``, ``low``, ``high`` and ``n``, the customers with more than 0.

    Raises
    ------
    ValueError
        If an amount is negative or missing (names the first customers) or a column has none above 0.

    References
    ----------
    Lorenz (1905), "Methods of measuring the concentration of wealth"; Gini (1912), "Variabilità e mutabilità".
    """
    _require_amounts(amounts)
    ordered = amounts.sort_values(list(amounts.columns))
    counts, rows = resample(len(ordered), draws, rng), []
    kernels: dict[str, Callable] = {"gini": _gini, "top_share": partial(_top_share, top=top), "hhi": _hhi}
    for name, column in ordered.items():
        order = np.argsort(column.to_numpy(), kind="stable")
        ascending, once = column.to_numpy()[order], np.ones(len(order), dtype=int)
        for statistic, kernel in kernels.items():
            bounds = percentile_interval(kernel(ascending, counts[:, order]), coverage)
            rows.append((name, statistic, float(kernel(ascending, once)), *bounds, int((column > 0).sum())))
    return pd.DataFrame(rows, columns=["amount", "statistic", "value", "low", "high", "n"])


def lorenz_curve(amounts: pd.Series) -> pd.DataFrame:
    """Cumulative share of customers, smallest first, and of the amount, both from 0 to 1."""
    _require_amounts(amounts.to_frame())
    ascending = np.sort(amounts.to_numpy())
    shares = np.append(0.0, ascending.cumsum() / ascending.sum())
    return pd.DataFrame({"customers": np.linspace(0, 1, len(shares)), "share": shares})


def lorenz_curves(amounts: pd.DataFrame) -> pd.DataFrame:
    """Lorenz curve of every amount that anybody has: ``amount``, ``customers`` and ``share``."""
    curves = {name: lorenz_curve(own) for name, own in held_amounts(amounts).items()}
    return pd.concat(curves, names=["amount"]).reset_index(level=0)


def whale_curve(profit: pd.Series) -> pd.DataFrame:
    """Cumulative profit from the most to the least profitable customer, relative to the total.

    Above 1 is what some customers earn and others lose again. Kaplan & Narayanan (2001), "Measuring and managing
    customer profitability", Journal of Cost Management 15(5).

    Returns
    -------
    DataFrame
        ``customers`` from 0 to 1, ``profit`` (CNY, cumulative).
    """
    descending = np.sort(profit.to_numpy())[::-1]
    customers = np.linspace(0, 1, len(descending) + 1)
    return pd.DataFrame({"customers": customers, "profit": np.append(0.0, descending.cumsum())})


@needs()
def value_created(amounts: pd.DataFrame, profit: pd.DataFrame, worst: int) -> ValueCreated:
    """Value created and destroyed, and how much of it by the ``worst`` customers; absent without profit."""
    eva = amounts["eva"].dropna()
    created, destroyed = by_sign(eva).sum()
    lowest = eva.nsmallest(worst).clip(upper=0)
    share = -lowest.sum() / destroyed if destroyed > 0 else float("nan")
    risk = profit.loc[lowest.index, "expected_loss"].sum()
    counts = int((eva < 0).sum()), worst, len(amounts) - len(eva)
    return ValueCreated(whale_curve(eva), created, destroyed, *counts, share, risk)


def largest_customers(amounts: pd.DataFrame, amount: str, count: int, seed: int) -> LargestCustomers:
    """The ``count`` customers with most of an amount; ``seed`` of the study."""
    table = amounts.sort_values(amount, ascending=False).head(count)
    table["share_so_far"] = (table[amount] / amounts[amount].sum()).cumsum()
    chosen = amounts.index.to_series().isin(table.index)
    eva = part(amounts["eva"], chosen, seed) if "eva" in amounts else Part(np.nan, np.nan)
    return LargestCustomers(table, amount, table["share_so_far"].iloc[-1], eva)


@needs()
def largest_exposures(profit: pd.DataFrame, group_id: pd.Series, settings: ProfitSettings) -> pd.DataFrame:
    """The largest exposure to one customer and to one group, beside their limits.

    Parameters
    ----------
    profit : DataFrame
        Profit of one window, indexed by customer.
    group_id : Series
        Group of each customer; one without a group is a group by itself.
    settings : ProfitSettings
        Gives ``capital`` and the limits, shares of it.

    Returns
    -------
    DataFrame, shape (2,)
        ``one`` (customer, group), ``who`` (its ID), ``exposure`` (CNY, mean of the window), ``share`` (of capital),
        ``limit``. Absent where the study gives no capital.
    """
    if settings.capital is None:
        raise Lacking("structure.no_capital")
    still = profit[profit["open"]]
    customer, member = still["ead"].idxmax(), still["group_ead"].idxmax()
    groups = group_id.reindex(still.index).fillna(still.index.to_series())
    table = pd.DataFrame({
        "one": ["customer", "group"], "who": [customer, groups[member]],
        "exposure": [still.loc[customer, "ead"], still.loc[member, "group_ead"]],
        "limit": [settings.limit_customer, settings.limit_group],
    })  # fmt: skip
    return table.assign(share=table["exposure"] / settings.capital)


def by_sign(profit: pd.Series) -> pd.DataFrame:
    """Value created and value destroyed by each customer, both non-negative, CNY a year."""
    return pd.DataFrame({"value_created": profit.clip(lower=0), "value_destroyed": -profit.clip(upper=0)})


def _gini(ascending: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Gini coefficient of amounts in ascending order, each held by ``counts`` customers; over the last axis."""
    upto = counts.cumsum(axis=-1)
    ranks = counts * (upto - (counts - 1) / 2)
    n = upto[..., -1]
    return 2 * (ranks @ ascending) / (n * _total(ascending, counts)) - (n + 1) / n


def _top_share(ascending: np.ndarray, counts: np.ndarray, top: float) -> np.ndarray:
    """Share of the largest ``top`` of the customers."""
    richer = counts[..., ::-1].cumsum(axis=-1)[..., ::-1] - counts
    inside = np.clip(top * counts.sum(axis=-1, keepdims=True) - richer, 0, counts)
    return (inside @ ascending) / _total(ascending, counts)


def _hhi(ascending: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Sum of squared shares."""
    return (counts @ ascending**2) / _total(ascending, counts) ** 2


def _total(ascending: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Sum of each draw; missing where a draw has nothing above 0."""
    total = counts @ ascending
    return np.where(total > 0, total, np.nan)


def _require_amounts(amounts: pd.DataFrame) -> None:
    for name, column in amounts.items():
        bad = column[~(column >= 0)]
        if len(bad):
            first = "; ".join(f"{customer}: {value:,.2f}" for customer, value in bad.head(3).items())
            who = "1 customer is" if len(bad) == 1 else f"{len(bad)} customers are"
            raise ValueError(
                f"{name} must not be negative or missing: {who} ({first}). Measure gains and losses apart with by_sign."
            )
        if not column.sum() > 0:
            raise ValueError(f"{name}: no customer has any, so there is no concentration to measure.")
