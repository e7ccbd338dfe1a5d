"""Outlook: who will still be a customer in a year, by the hazard if it earned that, else by the plain alternative.

The hazard is first fitted on what was known a year ago and judged on the year since. Only if it told losses clearly
better than the size classes is it fitted on everything and used.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.book import Book
from crmlib.strategy.foresight import beats_plain, foresight, hazard_calibration
from crmlib.strategy.panel import customer_quarters, split
from crmlib.strategy.retention import Hazard, fit_hazard, size_rates, stays
from crmlib.study import Study

STREAM = 8


@dataclass(frozen=True)
class Outlook:
    """Retention of every customer that can be told, and how far to trust it.

    Attributes
    ----------
    retention : Series, index customer_id, or absent
        Chance of being there after a year; 0 for who is idle and so lost already. Absent where the hazard is not used.
    main_reason : Series or absent
        What raises each customer's hazard most, see :meth:`crmlib.strategy.retention.Hazard.main_reason`; missing for
        who is idle.
    hazard : Hazard or absent
        As fitted on everything known.
    foresight, calibration : DataFrame or absent
        Of the last year, as from :mod:`crmlib.strategy.foresight`; foresight also (``of``: ``performing``) without
        customers in default. Absent where nothing could be fitted a year ago.
    """

    retention: pd.Series | Absent
    main_reason: pd.Series | Absent
    hazard: Hazard | Absent
    foresight: pd.DataFrame | Absent
    calibration: pd.DataFrame | Absent

    @property
    def used(self) -> bool:
        """Whether the hazard tells retention."""
        return is_known(self.retention)

    @property
    def idle(self) -> int:
        """Open customers that count as lost, because their accounts are idle; 0 where the hazard is not used."""
        return int((self.retention == 0).sum()) if self.used else 0


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
    judged = _judged(quarters, as_of, study)
    hazard = judged and fit_hazard(quarters.dropna(subset="lost"), study.strategy.interval)
    told = _told(hazard, judged, quarters, book, as_of)
    return Outlook(told["retention"], told["main_reason"], hazard, judged["foresight"], judged["calibration"])


@needs()
def _judged(quarters: pd.DataFrame, as_of: pd.Timestamp, study: Study) -> dict[str, pd.DataFrame]:
    """Foresight and calibration over the last year of a hazard that was fitted on what was known before it."""
    before, since = split(quarters, as_of)
    hazard, settings = fit_hazard(before), study.strategy
    if not is_known(hazard):
        return hazard
    told, plain = hazard.predict(since), since["size"].map(size_rates(before)).fillna(before["lost"].mean())
    days = np.expm1(since["overdue"]) if "overdue" in since else pd.Series(0.0, since.index)
    performing, parts = days <= study.profit.overdue_days, []
    for of, own in (("all", performing | True), ("performing", performing)):
        rng = np.random.default_rng([study.seed, STREAM])
        table = foresight(told[own], plain[own], since[own], settings.bootstrap, settings.interval, rng)
        parts.append(table.assign(of=of, losses=int(since.loc[own, "lost"].sum()), quarters=int(own.sum())))
    calibration = hazard_calibration(told, since["lost"], settings.interval)
    return {"foresight": pd.concat(parts, ignore_index=True), "calibration": calibration}


@needs()
def _told(
    hazard: Hazard, judged: Mapping[str, pd.DataFrame], quarters: pd.DataFrame, book: Book, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Retention and main reason of every open customer, if the hazard tells losses better than the size classes."""
    if not beats_plain(judged["foresight"].query("of == 'all'")):
        raise Lacking("strategy.no_better")
    now, people = (
        quarters[quarters["origin"] == as_of].set_index("customer_id"),
        book.customers.set_index("customer_id"),
    )
    still = people.index[(people["opened"] <= as_of) & ~(people["closed"] <= as_of)]
    told = pd.DataFrame({"retention": stays(hazard.predict(now)), "main_reason": hazard.main_reason(now)})
    return told.reindex(still.union(now.index)).fillna({"retention": 0.0})
