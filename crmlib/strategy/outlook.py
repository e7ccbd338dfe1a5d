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
from crmlib.book.describe import open_at
from crmlib.book.losses import CLOSED, IDLE, NEEDS, losses
from crmlib.strategy.foresight import RANKED, beats_plain, foresight, hazard_calibration
from crmlib.strategy.panel import customer_quarters, split
from crmlib.strategy.retention import ALL, Hazard, attrition, fit_hazard, size_rates, stays
from crmlib.study import Study

STREAM = 8
VALUED = ("valued_closed", "valued_idle")
"""Kinds of loss of the valued customers."""


@dataclass(frozen=True)
class Outlook:
    """Retention of every open customer, and how far to trust it.

    Attributes
    ----------
    retention : Series, index customer_id, or absent
        Chance of being there after a year; 0 for who is idle and so lost already. Absent where the book does not tell
        who closed.
    by_hazard : DataFrame, index customer_id, or absent
        ``retention`` and ``main_reason`` (see :meth:`crmlib.strategy.retention.Hazard.main_reason`) of who is not lost;
        absent, with why, where the hazard is not used.
    attrition : DataFrame or absent
        The plain alternative, from :func:`crmlib.strategy.retention.attrition`.
    hazard : Hazard or absent
        As fitted on everything known.
    foresight, calibration : DataFrame or absent
        Of the last year, as from :mod:`crmlib.strategy.foresight`; foresight by kind of loss (``of``: ``all``,
        ``closed`` of performing customers, ``idle``, and both of :func:`valued` customers alone, :data:`VALUED`) with
        its ``losses`` and ``quarters``. Absent where nothing could be fitted a year ago.
    """

    retention: pd.Series | Absent
    by_hazard: pd.DataFrame | Absent
    attrition: pd.DataFrame | Absent
    hazard: Hazard | Absent
    foresight: pd.DataFrame | Absent
    calibration: pd.DataFrame | Absent

    @property
    def used(self) -> bool:
        """Whether the hazard tells retention."""
        return is_known(self.by_hazard)

    @property
    def idle(self) -> int | Absent:
        """Open customers that count as lost, because their accounts are idle."""
        return self.retention.eq(0).sum()


@needs()
def valued(classes: pd.DataFrame, study: Study) -> pd.Series:
    """Customers of the two classes of high current value, from a table with ``customer_id`` and ``class``."""
    return classes.loc[classes["class"].isin(study.matrix.classes[:2]), "customer_id"]


def outlook(book: Book, as_of: pd.Timestamp, study: Study, valued: pd.Series | Absent | None = None) -> Outlook:
    """Fit, judge and apply the hazard.

    Parameters
    ----------
    book : Book
    as_of : Timestamp
        Month-end; nothing later is read.
    study : Study
        Uses ``seed``, ``profit.overdue_days``, the ``strategy`` settings and which accounts are idle.
    valued : Series or absent, optional
        Customers who were valued a year before, on whom the hazard is judged once more.
    """
    quarters, plain = customer_quarters(book, as_of, study.book), attrition(book, as_of)
    judged = _judged(quarters, as_of, study, valued if is_known(valued) else None)
    hazard = judged and fit_hazard(quarters.dropna(subset="lost"), study.strategy.interval)
    told = _told(hazard, judged, quarters, as_of)
    stay = told["retention"] if is_known(told) else _by_size(plain, book)
    retention = _of_open(stay, book, as_of, study)
    return Outlook(retention, told, plain, hazard, judged["foresight"], judged["calibration"])


@needs()
def _judged(
    quarters: pd.DataFrame, as_of: pd.Timestamp, study: Study, valued: pd.Series | None
) -> dict[str, pd.DataFrame]:
    """Foresight and calibration over the last year of a hazard that was fitted on what was known before it."""
    before, since = split(quarters, as_of)
    hazard, settings = fit_hazard(before), study.strategy
    if not is_known(hazard):
        return hazard
    told, plain = hazard.predict(since), since["size"].map(size_rates(before)).fillna(before["lost"].mean())
    parts = []
    for of, own in _kinds_of_loss(since, study.profit.overdue_days, valued).items():
        rng = np.random.default_rng([study.seed, STREAM])
        table = foresight(told[own], plain[own], since[own], settings.bootstrap, settings.interval, rng)
        table = table if of == ALL else table[table["measure"].isin(RANKED)]
        parts.append(table.assign(of=of, losses=int(since.loc[own, "lost"].sum()), quarters=int(own.sum())))
    calibration = hazard_calibration(told, since["lost"], settings.interval)
    return {"foresight": pd.concat(parts, ignore_index=True), "calibration": calibration}


def _kinds_of_loss(quarters: pd.DataFrame, overdue_days: float, valued: pd.Series | None) -> dict[str, pd.Series]:
    """Quarters on which each kind of loss is judged: those that ended so, and those of who stayed."""
    days = np.expm1(quarters["overdue"]) if "overdue" in quarters else pd.Series(0.0, quarters.index)
    how = quarters["how"]
    kinds = {CLOSED: (days <= overdue_days) & (how != IDLE), IDLE: how != CLOSED}
    own = quarters["customer_id"].isin(() if valued is None else valued)
    few = {name: kind & own for name, kind in zip(VALUED, kinds.values(), strict=True)}
    lost = {name: kind for name, kind in few.items() if how[kind].notna().any()}
    return {ALL: how.notna() | True, **kinds, **lost}


@needs()
def _told(
    hazard: Hazard, judged: Mapping[str, pd.DataFrame], quarters: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Retention and main reason of who is not lost, if the hazard tells losses better than the size classes."""
    if not beats_plain(judged["foresight"].query("of == @ALL")):
        raise Lacking("strategy.no_better")
    now = quarters[quarters["origin"] == as_of].set_index("customer_id")
    return pd.DataFrame({"retention": stays(hazard.predict(now)), "main_reason": hazard.main_reason(now)})


@needs()
def _by_size(plain: pd.DataFrame, book: Book) -> pd.Series:
    """Retention of every customer by its size class; that of all where nobody of the class was there a year ago."""
    by_size = plain.set_index("size")["retention"]
    return book.customers.set_index("customer_id")["size"].map(by_size).fillna(by_size[ALL]).rename("retention")


@needs()
def _of_open(stay: pd.Series, book: Book, as_of: pd.Timestamp, study: Study) -> pd.Series:
    """Retention of every open customer: 0 where the book tells that its account is idle."""
    people = book.customers.set_index("customer_id").sort_index()
    stay = stay.reindex(people.index[open_at(people, as_of)])
    if not book.has(*NEEDS):
        return stay
    return stay.mask(losses(book, as_of, study.book)["how"].reindex(stay.index) == IDLE, 0.0)
