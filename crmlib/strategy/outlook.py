"""Outlook: who will still be a customer in a year, by the hazard if it earned that, else by the plain alternative.

The hazard is first fitted on what was known a year ago and judged on the year since. Only if it told losses clearly
better than the size classes is it fitted on everything and used.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Absent, is_known
from crmlib.book import Book
from crmlib.strategy.foresight import beats_plain, foresight, hazard_calibration
from crmlib.strategy.panel import customer_quarters, split
from crmlib.strategy.retention import Hazard, fit_hazard, size_rates, stays
from crmlib.study import Study
from crmlib.words.messages import say

STREAM = 8


@dataclass(frozen=True)
class Outlook:
    """Retention of every customer that can be told, and how far to trust it.

    Attributes
    ----------
    retention : Series, index customer_id, or absent
        Chance of being there after a year; 0 for who is idle and so lost already. Absent where the hazard is not used.
    main_reason : Series or absent
        What raises each customer's hazard most, see :meth:`crmlib.strategy.retention.Hazard.main_reason`.
    hazard : Hazard or absent
        As fitted on everything known.
    foresight, calibration : DataFrame or absent
        Of the last year, as from :mod:`crmlib.strategy.foresight`; foresight also (``of``: ``performing``) without
        customers in default. Absent where nothing could be fitted a year ago.
    idle : int
        Open customers that count as lost, because their accounts are idle; 0 where the hazard is not used.
    """

    retention: pd.Series | Absent
    main_reason: pd.Series | Absent
    hazard: Hazard | Absent
    foresight: pd.DataFrame | Absent
    calibration: pd.DataFrame | Absent
    idle: int = 0

    @property
    def used(self) -> bool:
        """Whether the hazard tells retention."""
        return is_known(self.retention)


def outlook(book: Book, as_of: pd.Timestamp, study: Study) -> Outlook:
    """Fit, judge and apply the hazard.

    Parameters
    ----------
    book : Book
    as_of : Timestamp
        Month-end; nothing later is read.
    study : Study
        Uses ``seed``, ``profit.overdue_days`` and the ``matrix`` and ``strategy`` settings.
    """
    quarters = customer_quarters(book, as_of, study.matrix)
    if not is_known(quarters):
        return Outlook(*[quarters] * 5)
    before, since = split(quarters, as_of)
    tried = fit_hazard(before)
    if not is_known(tried):
        return Outlook(*[tried] * 5)
    told, plain = tried.predict(since), since["size"].map(size_rates(before)).fillna(before["lost"].mean())
    judged = _judged(told, plain, since, study)
    calibrated = hazard_calibration(told, since["lost"], study.strategy.interval)
    hazard = fit_hazard(quarters.dropna(subset="lost"), study.strategy.interval)
    if is_known(hazard) and not beats_plain(judged[judged["of"] == "all"]):
        no_better = Absent(say("strategy.no_better"))
        return Outlook(no_better, no_better, hazard, judged, calibrated)
    if not is_known(hazard):
        return Outlook(hazard, hazard, hazard, judged, calibrated)
    now = quarters[quarters["origin"] == as_of].set_index("customer_id")
    people = book.customers.set_index("customer_id")
    still = people.index[(people["opened"] <= as_of) & ~(people["closed"] <= as_of)]
    idle = still.difference(now.index)
    retention = pd.concat([stays(hazard.predict(now)), pd.Series(0.0, idle)]).sort_index().rename("retention")
    return Outlook(retention, hazard.main_reason(now), hazard, judged, calibrated, len(idle))


def _judged(told: pd.Series, plain: pd.Series, since: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Foresight over all customers, and over those not in default, who leave by being written off."""
    days = np.expm1(since["overdue"]) if "overdue" in since else pd.Series(0.0, since.index)
    performing = days <= study.profit.overdue_days
    settings, parts = study.strategy, []
    for of, own in (("all", performing | True), ("performing", performing)):
        rng = np.random.default_rng([study.seed, STREAM])
        table = foresight(told[own], plain[own], since[own], settings.bootstrap, settings.interval, rng)
        parts.append(table.assign(of=of, losses=int(since.loc[own, "lost"].sum()), quarters=int(own.sum())))
    return pd.concat(parts, ignore_index=True)
