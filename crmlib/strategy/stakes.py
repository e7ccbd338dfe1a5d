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
        Sum of each kind, CNY; missing where no amount of it is known.
    unknown, risk_unknown : int
        Customers to grow whose amount is not known, since their headroom is not; others, since their risk is not.
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
    risk_unknown: int
    in_default: int
    lost_once: float
    spent: float


@needs()
def stakes_of(actions: pd.DataFrame, profit: pd.DataFrame, study: Study) -> Stakes:
    """What is at stake with every action; see :class:`Stakes`."""
    at_stake = actions.groupby(["stake", "action"])["value_at_stake"]
    table = at_stake.size().to_frame("customers").assign(value_at_stake=at_stake.sum(min_count=1))
    sums = actions.groupby("stake")["value_at_stake"].sum(min_count=1).reindex(KINDS, fill_value=0.0)
    year = at(profit, pd.Timestamp(study.as_of)).reindex(actions.index)
    missing, grow = actions["value_at_stake"].isna(), actions["stake"] == "grow"
    once = (actions["stake"] == "risk") & year["in_default"].eq(True)
    return Stakes(
        table=table.reset_index(),
        sums=sums,
        unknown=int((missing & grow).sum()),
        risk_unknown=int((missing & ~grow).sum()),
        in_default=int(once.sum()),
        lost_once=actions.loc[once, "value_at_stake"].sum(),
        spent=year.loc[grow, "hours"].sum() * study.profit.hourly_cost,
    )
