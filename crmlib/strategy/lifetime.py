"""Lifetime value: what a relationship is worth while it lasts, what of it may leave within a year, and whom to call.

With a constant yearly margin and retention the sum over the years has a closed form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.strategy.outlook import Outlook
from crmlib.study import Study

Amount = TypeVar("Amount", float, pd.Series)
COLUMNS = (
    "rank", "customer_id", "name", "rm_id", "class", "stage", "warning", "eva", "loss", "clv", "would_go", "may_leave",
    "main_reason",
)  # fmt: skip
"""Columns of the save list."""
CARE = ("rank", "customer_id", "name", "rm_id", "class", "stage", "eva", "loss", "clv")
"""Columns of the list of those to care for."""
DECLINE, FALLING, LIKELY = "decline", "falling", "hazard"
"""Warnings that a customer is leaving: its stage, its volume, and its chance by the hazard."""
TOP = 0.1
"""Share of customers whose hazard is a warning, the highest."""
LIVES = 20_000
"""Simulated lives beside a lifetime value."""


def clv(margin: Amount, retention: float | pd.Series, discount: float, horizon: int | None = None) -> Amount:
    """Customer lifetime value: the sum of m·rᵗ/(1 + i)ᵗ over the years t = 1, 2, …; over all years m·r/(1 + i − r).

    Parameters
    ----------
    margin : float or Series
        Constant margin m a year, CNY; the first one comes after one year.
    retention : float or Series
        Share r of customers that stay from one year to the next, 0-1.
    discount : float
        Discount rate i a year, above 0.
    horizon : int, optional
        Years that are counted; without it all of them.

    Returns
    -------
    float or Series
        CNY; negative where the margin is.

    Raises
    ------
    ValueError
        If retention leaves 0-1, the discount rate is not positive or the horizon is under one year.

    References
    ----------
    Gupta and Lehmann (2003), "Customers as assets", Journal of Interactive Marketing 17(1).
    """
    outside = np.asarray(retention, dtype=float)
    outside = outside[(outside < 0) | (outside > 1)]
    if outside.size:
        raise ValueError(f"retention must lie between 0 and 1, found {outside[0]:g}.")
    if not discount > 0:
        raise ValueError(f"the discount rate must be positive, found {discount:g}.")
    if horizon is not None and horizon < 1:
        raise ValueError(f"a horizon must be at least one year, found {horizon:g}.")
    counted = 1.0 if horizon is None else 1 - (retention / (1 + discount)) ** horizon
    return margin * retention / (1 + discount - retention) * counted


def year_by_year(margin: float, retention: float, discount: float, horizon: int) -> pd.DataFrame:
    """The sum behind :func:`clv`, one row a year: year, there (chance), discounted (CNY a CNY), value, so_far (CNY)."""
    year = np.arange(1, horizon + 1)
    table = pd.DataFrame({"year": year, "there": retention**year, "discounted": (1 + discount) ** -year.astype(float)})
    value = margin * table["there"] * table["discounted"]
    return table.assign(value=value, so_far=value.cumsum())


def simulated_clv(
    margin: float, retention: float, discount: float, horizon: int, lives: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Mean of discounted margins over simulated lives, CNY, and its standard error.

    Each life draws every year whether the customer stays, so that nothing of the closed form is taken for granted.
    """
    there = (rng.random((lives, horizon)) < retention).cumprod(axis=1)
    values = margin * there @ ((1 + discount) ** -np.arange(1.0, horizon + 1))
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(lives))


@dataclass(frozen=True)
class Life:
    """The lifetime value of one customer, step by step.

    Attributes
    ----------
    customer : Series
        A row of the save list.
    stays, hurdle : float
        Chance that it stays and discount rate, 1/year.
    table : DataFrame
        From :func:`year_by_year`.
    mean, error, for_ever : float
        Mean of simulated lives and its standard error; by the closed form over all years; CNY.
    """

    customer: pd.Series
    stays: float
    hurdle: float
    table: pd.DataFrame
    mean: float
    error: float
    for_ever: float

    @property
    def agrees(self) -> bool:
        """Whether closed form and simulated lives are within three standard errors."""
        value = self.customer["clv"]
        return abs(self.mean - value) <= 3 * self.error + 1e-9 * abs(value)


@needs()
def one_life(customer: pd.Series, study: Study) -> Life:
    """The lifetime value of a customer: one row of :func:`save_list`."""
    eva, stays, hurdle, years = customer["eva"], 1 - customer["loss"], study.profit.hurdle, study.strategy.horizon
    drawn = simulated_clv(eva, stays, hurdle, years, LIVES, np.random.default_rng([study.seed, 8, 1]))
    return Life(customer, stays, hurdle, year_by_year(eva, stays, hurdle, years), *drawn, clv(eva, stays, hurdle))


def may_leave(value: pd.Series, retention: pd.Series) -> pd.Series:
    """Lifetime value that may leave within a year: p · V / (1 − p), with p = 1 − r the chance of leaving.

    V, as from :func:`clv`, already counts p: its first margin comes after a year, so that every term m·rᵗ/(1 + i)ᵗ,
    t = 1 … T, holds the r of this year, whatever the horizon T. A customer that stays this year is worth V / r, one
    that leaves nothing; so p · V / r = V / r − V may leave.

    Returns
    -------
    Series
        CNY. 0 where the value is negative, since nothing is lost with such a customer, and where retention is 0: who
        is lost already cannot leave.
    """
    stays = retention.where(retention > 0)
    return ((1 - retention) * value.clip(lower=0) / stays).mask(retention == 0, 0.0).rename("may_leave")


@needs()
def lifetimes(
    classes: pd.DataFrame, facts: pd.DataFrame, leaving: Outlook, fall: float = np.inf
) -> pd.DataFrame | Absent:
    """Lifetime value of every graded customer, and what of it may leave.

    Parameters
    ----------
    classes, facts : DataFrame, index customer_id
        From chapter 7, and from :func:`crmlib.strategy.facts.customer_facts`.
    leaving : Outlook
    fall : float
        Log fall of business within a year that is a warning.

    Returns
    -------
    DataFrame, index customer_id
        class, stage where it is known, name, rm_id, eva, retention, clv, main_reason where the hazard tells one, loss
        (chance of leaving within a year), :func:`may_leave`, would_go (what is lost with one that leaves: its value if
        it stays this year, at least 0) and warning (the first of DECLINE, FALLING, LIKELY that holds; missing where
        none does). Absent where the book tells no profit, or not who closed.
    """
    if not is_known(leaving.retention):
        return leaving.retention
    if facts["clv"].isna().all():
        raise Lacking("common.not_in_book", what=["profit"])
    known = classes.filter(["class", "stage"]).join(facts[["name", "rm_id", "eva", "retention", "clv"]])
    known["main_reason"] = leaving.by_hazard["main_reason"] if leaving.used else pd.Series(dtype="str")
    stays, worth = known["retention"], known["clv"].clip(lower=0)
    known = known.assign(
        loss=1 - stays, may_leave=may_leave(known["clv"], stays), would_go=worth / stays.where(stays > 0)
    )
    likely = known["loss"] >= known["loss"].quantile(1 - TOP)
    signs = {
        DECLINE: known["stage"] == DECLINE if "stage" in known else False,
        FALLING: facts["trend"].reindex(known.index) < -fall,
        LIKELY: likely if leaving.used else False,
    }
    return known.assign(warning=_first_that_holds(signs, known.index))


def _first_that_holds(signs: Mapping[str, pd.Series | bool], index: pd.Index) -> pd.Series:
    """The name of the first sign that holds of each customer; missing where none does."""
    found = pd.Series(pd.NA, index, dtype="str")
    for name in reversed(signs):
        found = found.mask(pd.Series(signs[name], index).fillna(False), name)
    return found


@needs()
def leaving_by_class(lives: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Lifetime value and what of it may leave, by class.

    Parameters
    ----------
    lives : DataFrame
        As from :func:`lifetimes`.
    order : sequence of str
        The classes; one without customers is a row of zeros.

    Returns
    -------
    DataFrame
        class, customers, losses (expected within a year; who is idle is lost already and not counted), worth (lifetime
        value of those above 0, CNY), may_leave (CNY), share (of all that may leave; missing where nothing may) and part
        (what may leave as a share of what the class is worth if all stay this year).
    """
    losses = lives["loss"].where(lives["retention"] > 0, 0.0)
    parts = {"customers": 1, "losses": losses, "worth": lives["clv"].clip(lower=0), "may_leave": lives["may_leave"]}
    table = lives[["class"]].assign(**parts).groupby("class").sum()
    table = table.reindex(list(order), fill_value=0).rename_axis("class").reset_index()
    lost = table["may_leave"]
    stays = table["worth"] + lost
    return table.assign(share=lost / (lost.sum() or np.nan), part=lost / stays.where(stays > 0))


@needs()
def save_list(lives: pd.DataFrame, length: int, valued: Sequence[str] = ()) -> pd.DataFrame:
    """Who is leaving, what would be lost with them first; ties by customer_id; absent where nothing is lost with any.

    Parameters
    ----------
    lives : DataFrame, index customer_id
        As from :func:`lifetimes`.
    length : int
        Customers on the list; fewer where no more are leaving and worth something, more where more are of a ``valued``
        class and in decline: all of these are on it.
    valued : sequence of str
        Classes.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`, what is not known missing; ``rank`` from 1, ``customer_id`` as text.
    """
    leaves = lives[(lives["may_leave"] > 0) & lives["warning"].notna()].rename_axis("customer_id").reset_index()
    if leaves.empty:
        raise Lacking("strategy.nothing_may_leave")
    certain = ~(leaves["class"].isin(valued) & (leaves["warning"] == DECLINE))
    order = ["certain", "would_go", "customer_id"]
    chosen = leaves.assign(certain=certain).sort_values(order, ascending=[True, False, True])
    chosen = chosen.head(max(length, int((~certain).sum())))
    return _ranked(chosen.sort_values(["would_go", "customer_id"], ascending=[False, True]), COLUMNS)


@needs()
def care_list(lives: pd.DataFrame, saved: pd.DataFrame | Absent, length: int) -> pd.DataFrame:
    """Who is worth most without being on the save list: to care for, before there is a warning.

    Parameters are those of :func:`save_list`, with the list. Returns the columns of :data:`CARE`.
    """
    worth = lives[(lives["clv"] > 0) & ~lives.index.isin(saved["customer_id"])].rename_axis("customer_id").reset_index()
    if worth.empty:
        raise Lacking("strategy.nobody_to_care_for")
    return _ranked(worth.sort_values(["clv", "customer_id"], ascending=[False, True]).head(length), CARE)


def _ranked(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return table.assign(rank=range(1, len(table) + 1)).reindex(columns=list(columns)).reset_index(drop=True)


@needs()
def share_listed(saved: pd.DataFrame, by_class: pd.DataFrame) -> float:
    """Share of all that may leave that the save list holds."""
    return saved["may_leave"].sum() / by_class["may_leave"].sum()


@needs()
def beside_moves(worth: pd.DataFrame, lives: pd.DataFrame) -> pd.DataFrame:
    """A customer of each class: class, to_come (by the moves between classes), lifetime (as it is), CNY."""
    mean = lives.groupby("class")["clv"].mean().rename("lifetime")
    return worth[["class", "to_come"]].join(mean, on="class")
