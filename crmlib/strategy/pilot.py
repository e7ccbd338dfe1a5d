"""Pilot: do more hours win more business? Told by a draw, where otherwise a law of response must be believed.

Some customers get more hours and the others keep theirs; who does is drawn among the customers of one manager and
class, so that after a fixed time the arms differ by these hours and by chance alone. The extra hours come from outside.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Absent, Lacking, needs
from crmlib.book import Book
from crmlib.stats.intervals import Estimate
from crmlib.study import Study
from crmlib.value.indicators import business_trend

NEEDS = (
    "customers.rm_id", "customers.opened", "activity.demand_deposit", "activity.time_deposit", "activity.loan",
)  # fmt: skip
ARMS = MORE, AS_TODAY = ("more", "as_today")
MONTHS = (6, 12, 18, 24)
"""Lengths of a pilot beside the one that the settings ask for."""
POWER, LEVEL = 0.8, 0.05
"""Chance that an effect of the size stated is seen, and that one is seen where there is none."""
STREAM, FEWEST, LIMIT = 88, 30, 1.0
CELL = ["rm_id", "class"]


@dataclass(frozen=True)
class Pilot:
    """The design of a pilot.

    Attributes
    ----------
    table : DataFrame
        months, spread (standard deviation of the log change of business, beyond what the year before tells),
        years_seen (part of a year's effect that shows), needed (customers), least (effect a year that all who can take
        part would show).
    listed : DataFrame or absent
        customer_id, rm_id, class, arm, hours_now and extra_hours (a year) of who takes part; absent where there are too
        few customers.
    effect : float
        Log change of business a year that is to be seen.
    months, available : int
        Its length, and the customers that can take part.
    hourly_cost : float
        CNY.
    end : Timestamp
        Month-end at which it is evaluated, once.
    """

    table: pd.DataFrame
    listed: pd.DataFrame | Absent
    effect: float
    months: int
    available: int
    hourly_cost: float
    end: pd.Timestamp

    @property
    def own(self) -> pd.Series:
        """The row of the table of the length asked for."""
        return self.table.set_index("months").loc[self.months]

    @property
    def enough(self) -> list[int]:
        """Lengths for which there are customers enough, in months."""
        return self.table.loc[self.table["needed"] <= self.available, "months"].tolist()

    @property
    def extra(self) -> float | Absent:
        """Hours a year that the pilot takes."""
        return self.listed["extra_hours"].sum()


@dataclass(frozen=True)
class Outcome:
    """What came of a pilot: log change of business a year that more hours made, with its interval, and customers."""

    effect: Estimate
    more: int
    as_today: int


@needs(*NEEDS)
def design(book: Book, prospects: pd.DataFrame, study: Study) -> Pilot:
    """How many customers for how long, and who.

    Parameters
    ----------
    book : Book
    prospects : DataFrame
        From :func:`crmlib.strategy.facts.prospects`; who is known for under 18 months takes no part.
    study : Study
        Uses ``as_of``, ``seed``, ``profit.hourly_cost`` and ``strategy.pilot_effect`` and ``pilot_months``.

    Returns
    -------
    Pilot
        Absent where the book is too short to tell how business scatters.
    """
    as_of, settings = pd.Timestamp(study.as_of), study.strategy
    known = business_trend(book, as_of).reindex(prospects.index).notna()
    paired = pairs(prospects[known], np.random.default_rng([study.seed, STREAM]))
    managers = paired["rm_id"].nunique()
    if managers < 2:
        raise Lacking("strategy.pilot_managers")
    lengths = sorted({*MONTHS, settings.pilot_months})
    table = pd.DataFrame({"months": lengths, "spread": [_spread(book, as_of, months) for months in lengths]})
    table = table.dropna(ignore_index=True).assign(years_seen=lambda rows: seen(rows["months"]))
    if settings.pilot_months not in set(table["months"]):
        raise Lacking("strategy.pilot_short")
    scale = table["spread"] / table["years_seen"] * 2 * _deviations(managers)
    needed = 2 * np.ceil((scale / settings.pilot_effect) ** 2 / 2)
    table = table.assign(needed=needed.astype(int), least=scale / np.sqrt(len(paired)))
    enough = int(needed[table["months"] == settings.pilot_months].iloc[0])
    listed = paired.head(enough).sort_index().reset_index() if enough <= len(paired) else _too_small()
    cost, end = study.profit.hourly_cost, as_of + pd.offsets.MonthEnd(settings.pilot_months)
    return Pilot(table, listed, settings.pilot_effect, settings.pilot_months, len(paired), cost, end)


def pairs(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Pairs of customers of one manager and class, one of each drawn to get more hours.

    Returns
    -------
    DataFrame, index customer_id
        rm_id, class, arm, hours_now and extra_hours (kappa of the customer); so ordered that the first pairs hold each
        manager and class in proportion. Who is left without a partner is left out.
    """
    drawn = people.iloc[rng.permutation(len(people))]
    groups = drawn.groupby(CELL)
    place, size = groups.cumcount(), groups["rm_id"].transform("size")
    table = drawn[[*CELL, "hours_now"]].assign(
        arm=np.where(place % 2, AS_TODAY, MORE), extra_hours=drawn["scale"].where(place % 2 == 0, 0.0),
        share=(place // 2 + 0.5) / (size // 2).clip(lower=1),
    )  # fmt: skip
    table = table[place < size - size % 2].sort_values(["share", *CELL], kind="stable")
    return table[[*CELL, "arm", "hours_now", "extra_hours"]]


def seen(months: pd.Series | int) -> pd.Series | float:
    """Part of a year's effect, growing evenly, in the mean of the last six of so many months."""
    return (months - 2.5) / 12


@needs(*NEEDS)
def evaluate(book: Book, listed: pd.DataFrame, start: pd.Timestamp, months: int, coverage: float) -> Outcome:
    """What came of a pilot; absent before its end.

    Parameters
    ----------
    book : Book
        The same tables, with the months of the pilot.
    listed : DataFrame
        Of :class:`Pilot`.
    start : Timestamp
        Month-end before the pilot.
    months : int
        Its length.
    coverage : float
        Coverage of the interval.
    """
    end = start + pd.offsets.MonthEnd(months)
    if book.activity["month"].max() < end - pd.offsets.MonthBegin(1):
        raise Lacking("strategy.pilot_running", end=end)
    table = listed.join(_changes(book, start, months), on="customer_id").dropna(subset=["before", "after"])
    found = np.array(effect_of_arm(table, coverage)) / seen(months)
    return Outcome(Estimate(*found.tolist()), *(int((table["arm"] == arm).sum()) for arm in ARMS))


def effect_of_arm(table: pd.DataFrame, coverage: float) -> Estimate:
    """Difference of ``after`` between the arms, within manager and class and for the same ``before``.

    Least squares; the error is clustered by manager, with a t distribution of one degree less than there are managers
    (Liang and Zeger 1986, Biometrika 73(1)).
    """
    from scipy.stats import t

    own = table[["before", "after"]].assign(arm=(table["arm"] == MORE).astype(float))
    own = own - own.groupby([table[name] for name in CELL]).transform("mean")
    before, spread = own["before"], own["before"] @ own["before"] or 1.0
    arm, after = (own[name] - before * (own[name] @ before) / spread for name in ("arm", "after"))
    effect = arm @ after / (arm @ arm)
    pulls = (arm * (after - effect * arm)).groupby(table["rm_id"]).sum()
    error = np.sqrt((pulls**2).sum() * len(pulls) / (len(pulls) - 1)) / (arm @ arm)
    half = t.ppf((1 + coverage) / 2, len(pulls) - 1) * error
    return Estimate(float(effect), float(effect - half), float(effect + half))


def _deviations(managers: int) -> float:
    """Standard errors by which an effect must be off zero to be seen with the power asked for."""
    from scipy.stats import t

    return float(t.ppf([1 - LEVEL / 2, POWER], managers - 1).sum())


def _spread(book: Book, as_of: pd.Timestamp, months: int) -> float:
    """Standard deviation of the change of business over the last months, beyond what the year before them tells."""
    start = as_of - pd.offsets.MonthEnd(months)
    there = book.activity.loc[book.activity["month"] == start - pd.offsets.MonthBegin(1), "customer_id"]
    changes = _changes(book, start, months).reindex(there).dropna()
    if len(changes) < FEWEST:
        return np.nan
    before, after = changes["before"], changes["after"]
    return float((after - np.polyval(np.polyfit(before, after, 1), before)).std(ddof=2))


def _changes(book: Book, start: pd.Timestamp, months: int) -> pd.DataFrame:
    """Log change of business over the months after a date, and over the year before it, by customer."""
    later = business_trend(book, start + pd.offsets.MonthEnd(months), months)
    changes = {"before": business_trend(book, start), "after": later}
    return pd.DataFrame(changes).clip(-LIMIT, LIMIT)


@needs()
def _too_small() -> pd.DataFrame:
    raise Lacking("strategy.pilot_too_small")
