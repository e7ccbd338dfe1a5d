"""Stakes: what the actions are about, in money, by kind."""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import needs
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
    sums : Series, index stake
        Sum of each kind, CNY.
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
    sums: pd.Series
    unknown: int
    in_default: int
    lost_once: float
    spent: float


@needs()
def stakes_of(actions: pd.DataFrame, profit: pd.DataFrame, study: Study) -> Stakes:
    """What is at stake with every action; see :class:`Stakes`."""
    table = actions.groupby(["stake", "action"])["value_at_stake"].agg(customers="size", value_at_stake="sum")
    sums = table["value_at_stake"].groupby("stake").sum().reindex(KINDS, fill_value=0.0)
    year = at(profit, pd.Timestamp(study.as_of)).reindex(actions.index)
    once = (actions["stake"] == "risk") & year["in_default"].eq(True)
    return Stakes(
        table=table.reset_index(),
        sums=sums,
        unknown=int(actions["value_at_stake"].isna().sum()),
        in_default=int(once.sum()),
        lost_once=actions.loc[once, "value_at_stake"].sum(),
        spent=year.loc[actions["stake"] == "grow", "hours"].sum() * study.profit.hourly_cost,
    )
