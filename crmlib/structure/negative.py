"""Negative EVA: which customers cost more than they bring, and by what: default, loan price, or the cost of service?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.profit import lending_margin
from crmlib.study import ProfitSettings

CAUSES = ("default", "pricing", "service", "several")


@dataclass(frozen=True)
class NegativeEva:
    """Open customers with negative EVA by its cause.

    Attributes
    ----------
    table : DataFrame, shape (causes,)
        ``cause``, ``customers``, ``without_exposure`` (those of them without loan and guarantee), ``eva`` (CNY a year)
        and ``eva_each`` (CNY a year and customer, missing where there is none).
    customers : int
        All of them.
    """

    table: pd.DataFrame
    customers: int

    @property
    def counts(self) -> pd.Series:
        """Customers by cause."""
        return self.table.set_index("cause")["customers"]

    @property
    def missed(self) -> float:
        """What customers that do not cover their service miss on average, CNY a year."""
        return -float(self.table.set_index("cause")["eva_each"]["service"])


@needs()
def negative_eva(year: pd.DataFrame, settings: ProfitSettings) -> NegativeEva:
    """Open customers with negative EVA under the first cause that holds, in the order of :data:`CAUSES`.

    ``default``: in default in a month of the year; ``pricing``: not negative but for loans priced under the hurdle;
    ``service``: not negative but for cost to serve and overheads; ``several``: none of them alone.

    Parameters
    ----------
    year : DataFrame, index customer_id
        One window of a profit table.
    settings : ProfitSettings
    """
    below = year[year["open"] & (year["eva"] < 0)]
    if below.empty:
        raise Lacking("structure.none_negative")
    kept = 1 - settings.tax
    lost = kept * lending_margin(below, settings).clip(upper=0)
    service = kept * (below["cost_to_serve"] + below["overhead"])
    holds = [below["ead_performing"] < below["ead"], (lost < 0) & (below["eva"] >= lost), below["eva"] + service >= 0]
    cause = np.select(holds, CAUSES[:-1], CAUSES[-1])
    parts = pd.DataFrame({"customers": 1, "without_exposure": (below["ead"] == 0).astype(int), "eva": below["eva"]})
    table = parts.groupby(cause).sum().reindex(list(CAUSES), fill_value=0).rename_axis("cause").reset_index()
    return NegativeEva(table.assign(eva_each=table["eva"] / table["customers"].replace(0, np.nan)), len(below))
