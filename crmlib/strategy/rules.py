"""Rules: simple ways to hand out hours, beside which the best allocation is judged.

Every rule but the last gives each manager's customers the very hours that they get today, in another order: the most
to the first. So the rules differ in who is served, not in how much is spent or how unevenly.
"""

import numpy as np
import pandas as pd

from crmlib.strategy.allocation import best_hours
from crmlib.study import Study

TODAY, CLASS_RULE, OPTIMUM = "today", "class rule", "optimum"


def hours_by_rule(prospects: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Hours of every customer by every rule; each manager spends what is spent today.

    Parameters
    ----------
    prospects : DataFrame, index customer_id
        From :func:`crmlib.strategy.prospects.prospects`.
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
        OPTIMUM: best(prospects, prospects["potential_gain"]),
    })  # fmt: skip


def handed_down(prospects: pd.DataFrame, place: pd.Series) -> pd.Series:
    """Today's hours of each manager, the most to the customer with the lowest place."""
    order = prospects.assign(place=place).sort_values(["rm_id", "place"], kind="stable").index
    hours = prospects.sort_values(["rm_id", "hours_now"], ascending=[True, False])["hours_now"]
    return pd.Series(hours.to_numpy(), order).reindex(prospects.index)


def best(prospects: pd.DataFrame, potential: pd.Series) -> pd.Series:
    """Hours that win the most, manager by manager, if customers would give ``potential``, CNY a year."""
    gives, scale, today = (column.to_numpy() for column in (potential, prospects["scale"], prospects["hours_now"]))
    hours = np.zeros(len(prospects))
    for own in prospects.groupby("rm_id").indices.values():
        hours[own] = best_hours(gives[own], scale[own], today[own].sum())[0]
    return pd.Series(hours, prospects.index)
