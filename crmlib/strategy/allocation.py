"""Allocation: which customers get a relationship manager's hours, if the hours are to win the most.

The first hour with a customer wins more than the tenth: h hours a year win the share 1 - exp(-h/kappa) of what the
customer could give. An hour then has one price per manager, and everybody whose first hour is worth more gets hours
until the next one is worth no more than that. Beside this optimum stand simple rules, which give each manager's
customers the very hours that they get today, in another order: so they differ in who is served, not in how much is
spent or how unevenly.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crmlib.absent import needs
from crmlib.errors import CrmError
from crmlib.study import Study

TODAY, CLASS_RULE, OPTIMUM = "today", "class rule", "optimum"


def gain(potential: np.ndarray, scale: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """What hours win, CNY a year: potential · (1 - exp(-hours / scale))."""
    return -potential * np.expm1(-hours / scale)


def best_hours(potential: np.ndarray, scale: np.ndarray, budget: float) -> tuple[np.ndarray, float]:
    """Hours that win the most within a budget, and the price of an hour.

    Parameters
    ----------
    potential : array, shape (customers,)
        What each customer would give at unlimited hours, CNY a year, not negative.
    scale : array, shape (customers,)
        Hours a year kappa that win 63 % of it, positive.
    budget : float
        Hours a year.

    Returns
    -------
    hours : array, shape (customers,)
        h = kappa · max(0, ln(potential / (kappa · price))); they sum to the budget if anybody has potential.
    price : float
        What one more hour would win, CNY; 0 where nobody has potential.

    Raises
    ------
    CrmError
        If the budget or a potential is negative, or a scale is not positive.

    Notes
    -----
    The price needs no search. Serving a given set of customers costs the whole budget at one log price, and a set that
    is not the best one gives a lower price: the highest one over the customers in the order of their first hour is it.
    """
    _require(budget >= 0, "the hours to give must not be negative", budget)
    _require((potential >= 0).all(), "what a customer could give must not be negative", potential.min(initial=0.0))
    _require((scale > 0).all(), "the hours that win 63 % must be positive", scale.min(initial=1.0))
    served = potential > 0
    if not served.any():
        return np.zeros(len(potential)), 0.0
    kappa, worth = scale[served], np.log(potential[served] / scale[served])
    order = np.argsort(-worth, kind="stable")
    price = np.max((np.cumsum((kappa * worth)[order]) - budget) / np.cumsum(kappa[order]))
    hours = np.zeros(len(potential))
    hours[served] = kappa * np.maximum(worth - price, 0.0)
    return hours, float(np.exp(price))


def hours_worth(potential: np.ndarray, scale: np.ndarray, price: float) -> float:
    """Hours a year of which each wins at least ``price``, CNY; missing where an hour costs nothing."""
    if not price > 0:
        return np.nan
    served = potential > 0
    kappa = scale[served]
    return float((kappa * np.maximum(np.log(potential[served] / (kappa * price)), 0.0)).sum())


def best_levels(potential: np.ndarray, scale: np.ndarray, budget: float, levels: Sequence[float]) -> np.ndarray:
    """Service levels that win the most within a budget: one for each customer, for people to work by.

    Parameters are those of :func:`best_hours`; ``levels`` are hours a year, 0 among them.

    Returns
    -------
    array, shape (customers,)
        Hours a year, each one of the levels. Exact: a mixed-integer program, by HiGHS.
    """
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import csr_array, kron

    customers, hours = len(potential), np.asarray(levels, dtype=float)
    if not (potential > 0).any():
        return np.zeros(customers)
    wins = gain(potential[:, None], scale[:, None], hours[None, :])
    one_each = csr_array(kron(np.eye(customers), np.ones((1, hours.size))))
    rows = [LinearConstraint(one_each, 1, 1), LinearConstraint(np.tile(hours, (1, customers)), 0, budget)]
    unit = wins.max()
    chosen = milp(-wins.ravel() / unit, constraints=rows, integrality=1, bounds=(0, 1), options={"mip_rel_gap": 0})
    if chosen.status != 0:
        raise RuntimeError(f"no service levels found: {chosen.message}")
    return hours[chosen.x.reshape(wins.shape).argmax(axis=1)]


@needs()
def allocate(prospects: pd.DataFrame, levels: Sequence[float]) -> pd.DataFrame:
    """Best hours and service level of every customer, within what each manager spends today.

    Parameters
    ----------
    prospects : DataFrame, index customer_id
        From :func:`crmlib.strategy.facts.prospects`.
    levels : sequence of float
        Service levels, hours a year, 0 among them.

    Returns
    -------
    DataFrame, indexed like ``prospects``
        rm_id, size, class, hours_now, hours_exact, service_level (hours a year), potential_gain, gain_now, gain_exact,
        gain_level (CNY a year), price (of an hour of the customer's manager, CNY).
    """
    table = prospects[["rm_id", "size", "class", "hours_now", "potential_gain"]].copy()
    for _, own in prospects.groupby("rm_id"):
        own = own.sort_values(["potential_gain", "scale"])  # so that the order of the rows does not matter
        potential, scale, budget = own["potential_gain"].to_numpy(), own["scale"].to_numpy(), own["hours_now"].sum()
        table.loc[own.index, "hours_exact"], table.loc[own.index, "price"] = best_hours(potential, scale, budget)
        table.loc[own.index, "service_level"] = best_levels(potential, scale, budget, levels)
    for name, hours in (("now", "hours_now"), ("exact", "hours_exact"), ("level", "service_level")):
        table[f"gain_{name}"] = gain(prospects["potential_gain"], prospects["scale"], table[hours])
    return table[["rm_id", "size", "class", "hours_now", "hours_exact", "service_level", "potential_gain", "gain_now",
                  "gain_exact", "gain_level", "price"]]  # fmt: skip


def by_manager(allocation: pd.DataFrame) -> pd.DataFrame:
    """Each manager's hours, what they are expected to win, and the price of an hour.

    Returns
    -------
    DataFrame
        rm_id, customers, hours (a year), served (customers with best hours above 0), hours_moved (hours that change
        place, as a share), gain_now, gain_exact, gain_level (CNY a year), price (CNY an hour).
    """
    more = (allocation["hours_exact"] - allocation["hours_now"]).clip(lower=0)
    groups = allocation.assign(served=allocation["hours_exact"] > 0, hours_moved=more).groupby("rm_id")
    table = groups.agg(
        customers=("hours_now", "size"), hours=("hours_now", "sum"), served=("served", "sum"),
        hours_moved=("hours_moved", "sum"), gain_now=("gain_now", "sum"), gain_exact=("gain_exact", "sum"),
        gain_level=("gain_level", "sum"), price=("price", "first"),
    )  # fmt: skip
    return table.assign(hours_moved=table["hours_moved"] / table["hours"].where(table["hours"] > 0)).reset_index()


def hours_by_rule(prospects: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Hours of every customer by every rule; each manager spends what is spent today.

    Parameters
    ----------
    prospects : DataFrame, index customer_id
        From :func:`crmlib.strategy.facts.prospects`.
    study : Study
        Uses ``matrix.labels``: the order of the classes.

    Returns
    -------
    DataFrame, indexed like ``prospects``
        Hours a year: ``today``; ``class rule`` (classes in their order, by total score within a class), ``deposits
        first``, ``sales first``, ``headroom first``; ``same for all``; ``optimum``.
    """
    rank = {name: place for place, name in enumerate(study.matrix.classes)}
    by_class = 1000 * prospects["class"].map(rank) - prospects["total"]
    equal = prospects.groupby("rm_id")["hours_now"].transform("mean")
    return pd.DataFrame({
        TODAY: prospects["hours_now"],
        CLASS_RULE: handed_down(prospects, by_class),
        **{f"{by} first": handed_down(prospects, -prospects[by]) for by in ("deposits", "sales", "headroom")},
        "same for all": equal,
        OPTIMUM: best_by_manager(prospects, prospects["potential_gain"]),
    })  # fmt: skip


def handed_down(prospects: pd.DataFrame, place: pd.Series) -> pd.Series:
    """Today's hours of each manager, the most to the customer with the lowest place."""
    order = prospects.assign(place=place).sort_values(["rm_id", "place"], kind="stable").index
    hours = prospects.sort_values(["rm_id", "hours_now"], ascending=[True, False])["hours_now"]
    return pd.Series(hours.to_numpy(), order).reindex(prospects.index)


def best_by_manager(prospects: pd.DataFrame, potential: pd.Series) -> pd.Series:
    """Hours that win the most, manager by manager, if customers would give ``potential``, CNY a year."""
    gives, scale, today = (column.to_numpy() for column in (potential, prospects["scale"], prospects["hours_now"]))
    hours = np.zeros(len(prospects))
    for own in prospects.groupby("rm_id").indices.values():
        hours[own] = best_hours(gives[own], scale[own], today[own].sum())[0]
    return pd.Series(hours, prospects.index)


def _require(holds: bool, what: str, found: float) -> None:
    if not holds:
        raise CrmError(f"{what}, found {found:g}.")
