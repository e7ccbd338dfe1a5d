"""Stakes: what the actions are about, in money, by kind."""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import Absent, is_known, needs
from crmlib.profit import at
from crmlib.study import Study

KINDS = ("keep", "grow", "cut", "risk")


@dataclass(frozen=True)
class Stakes:
    """What is at stake; lifetime values and yearly amounts do not add up.

    Attributes
    ----------
    table : DataFrame
        stake, action, customers, value_at_stake (CNY).
    unknown : int
        Customers whose amount is not known.
    in_default : int
        Customers at the risk desk that are in default.
    lost_once : float
        What is at stake with them, once and not every year, CNY.
    spent : float
        Cost of today's hours on customers to grow, CNY a year.
    """

    table: pd.DataFrame
    unknown: int
    in_default: int
    lost_once: float
    spent: float

    @property
    def sums(self) -> dict[str, float]:
        """Sum of each kind, CNY."""
        by_kind = self.table.groupby("stake")["value_at_stake"].sum()
        return {kind: float(by_kind.get(kind, 0.0)) for kind in KINDS}


@needs()
def stakes_of(actions: pd.DataFrame, profit: pd.DataFrame, study: Study) -> Stakes:
    """What is at stake with every action; see :class:`Stakes`."""
    groups = actions.groupby(["stake", "action"])
    table = groups.agg(customers=("action", "size"), value_at_stake=("value_at_stake", "sum")).reset_index()
    year = at(profit, pd.Timestamp(study.as_of)).reindex(actions.index)
    once = (actions["stake"] == "risk") & (year["pd"] == 1)
    hours = year.loc[actions["stake"] == "grow", "hours"].sum()
    return Stakes(table, int(actions["value_at_stake"].isna().sum()), int(once.sum()),
                  actions.loc[once, "value_at_stake"].sum(), hours * study.profit.hourly_cost)  # fmt: skip


def customers_by_kind(actions: pd.DataFrame) -> dict[str, int]:
    """Key numbers: customers by what is at stake."""
    return {f"customers_{kind}": int((actions["stake"] == kind).sum()) for kind in KINDS}


def sums_by_kind(stakes: Stakes | Absent) -> dict[str, float]:
    """Key numbers: sum of each kind, 万元; none where the book tells no profit."""
    return {f"at_stake_{kind}": value / 1e4 for kind, value in stakes.sums.items()} if is_known(stakes) else {}
