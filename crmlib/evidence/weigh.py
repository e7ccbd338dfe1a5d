"""Weighing: from the tables that chapters hand over to a verdict on every claim.

Chapter 9 and the count over many simulated books take the same way, so that what is counted is what is claimed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.evidence import next_year, verdicts
from crmlib.evidence.claims import Verdict, not_testable
from crmlib.matrix.stages import STAGES
from crmlib.stats.intervals import Estimate
from crmlib.stats.kendall import kendall
from crmlib.stats.order import Trend, jonckheere, neighbours
from crmlib.strategy.facts import HEADROOM
from crmlib.strategy.saves import risk_by_class
from crmlib.strategy.words import money
from crmlib.study import Study

READS = (
    "profit", "classes_base", "scores", "indicators", "problems", "grades", "classes", "actions", "hour_trial",
    "foresight", "lifetimes",
)  # fmt: skip
"""Tables of a run that verdicts are made from; a claim whose tables it lacks is not testable."""
LACKING = {
    "C0b": "No problem could be measured.",
    "C1a": "No grades.",
    "C1b": "No profit of a following year, or no headroom.",
    "C2": "No profit of a following year.",
    "C3a": "No actions.",
    "C3b": "What hours win is known on a simulated book alone.",
    "C3c": "No losses from which the next could be told.",
}
"""Why a claim is not testable."""
STREAM = 9


@dataclass(frozen=True)
class Followed:
    """What became, within a year, of the customers scored a year before the as-of date.

    Attributes
    ----------
    base : DataFrame
        Those customers, with class and next_year_eva.
    by_class : DataFrame
        From :func:`crmlib.evidence.next_year.by_class`.
    trend : Trend
        Jonckheere–Terpstra over the classes.
    tau : Estimate
        Kendall's τ-b with its interval.
    pairs : DataFrame
        Neighbouring classes, the best first, from :func:`crmlib.stats.order.neighbours`.
    by_fifth, middle : DataFrame or None
        Fifths of the score and what the middle three hold; None where no headroom is known.
    """

    base: pd.DataFrame
    by_class: pd.DataFrame
    trend: Trend
    tau: Estimate
    pairs: pd.DataFrame
    by_fifth: pd.DataFrame | None = None
    middle: pd.DataFrame | None = None

    @property
    def middle_headroom(self) -> float:
        """Headroom of the three middle fifths, CNY."""
        return float(self.by_fifth.loc[self.by_fifth["fifth"].isin(next_year.MIDDLE), "headroom"].sum())


def follow(tables: Mapping[str, pd.DataFrame], study: Study) -> Followed | None:
    """Meet last year's classes and scores with what came; None where the tables of :data:`READS` do not allow it."""
    if not {"profit", "classes_base"} <= set(tables):
        return None
    as_of, best_first = pd.Timestamp(study.as_of), study.matrix.classes
    base = next_year.earned(tables["classes_base"], tables["profit"], as_of)
    eva, classes, rng = base["next_year_eva"], base["class"], np.random.default_rng([study.seed, STREAM])
    drawn = (study.evidence.bootstrap, study.evidence.interval, rng)
    by_class = next_year.by_class(classes, eva, best_first, *drawn)
    trend = jonckheere(eva, classes, best_first[::-1])
    tau = kendall(eva, classes, best_first[::-1], *drawn)
    pairs = neighbours(eva, classes, best_first[::-1], study.evidence.interval)[::-1]
    return Followed(base, by_class, trend, tau, pairs, *_fifths(tables, study, as_of, drawn))


def weigh(
    tables: Mapping[str, pd.DataFrame],
    study: Study,
    followed: Followed | None,
    years: pd.DataFrame | None = None,
    printed: Mapping[str, int] | None = None,
) -> dict[str, Verdict]:
    """A verdict on every claim.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Those of :data:`READS` that there are.
    study : Study
    followed : Followed or None
        From :func:`follow`.
    years : DataFrame, optional
        From :func:`crmlib.evidence.backtest.classes_in_order`; without it C2 is tested on the last year alone.
    printed : mapping, optional
        Key numbers of each chapter; without them nothing is said of C0a.
    """
    found = {claim: not_testable(reason) for claim, reason in LACKING.items()}
    if printed is not None:
        found["C0a"] = verdicts.chapters_print(printed)
    if "problems" in tables:
        found["C0b"] = verdicts.problems_found(tables["problems"], study.tree)
    if "grades" in tables:
        grades = tables["grades"]
        found["C1a"] = verdicts.middle_grade(grades[grades["grade"] == "middle"], study.evidence.considerable)
    if followed and followed.middle is not None:
        room = money(followed.middle_headroom, study.report.money_unit)
        found["C1b"] = verdicts.room(followed.middle, room)
    if followed:
        classes = followed.base.set_index("customer_id")["class"]
        graded = tables["scores"].query("basis == 'base'")["customer_id"]
        parts = (followed.trend, followed.tau, followed.pairs)
        found["C2"] = verdicts.ordered_classes(classes, graded, *parts, years)
    if {"classes", "actions"} <= set(tables):
        cells = _cells(tables["classes"], study)
        today = tables["classes"].set_index("customer_id")["class"]
        found["C3a"] = verdicts.everyone_has_an_action(today, tables["actions"], cells)
    if len(tables.get("hour_trial", ())):
        found["C3b"] = verdicts.hours_won(tables["hour_trial"])
    if len(tables.get("foresight", ())):
        lives = tables.get("lifetimes")
        risk = pd.DataFrame() if lives is None else risk_by_class(lives, study.matrix.classes)
        found["C3c"] = verdicts.losses_foreseen(tables["foresight"], risk)
    return found


def _fifths(
    tables: Mapping[str, pd.DataFrame], study: Study, as_of: pd.Timestamp, drawn: tuple
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Fifths of last year's score, and what the middle three hold."""
    leaf = study.tree.leaf_with(HEADROOM)
    if leaf not in tables["indicators"]:
        return None, None
    room = tables["indicators"].query("basis == 'base'").set_index("customer_id")[leaf]
    ranked = next_year.earned(tables["scores"].query("basis == 'base'"), tables["profit"], as_of)
    held = (ranked["total"], ranked["next_year_eva"], ranked["customer_id"].map(room))
    return next_year.by_fifth(*held), next_year.held_by_middle(*held, *drawn)


def _cells(classes: pd.DataFrame, study: Study) -> list[int]:
    """Customers in each cell of class × stage; none where the book has no stages."""
    if "stage" not in classes or classes["stage"].isna().all():
        return []
    table = pd.crosstab(classes["class"], classes["stage"])
    return table.reindex(index=study.matrix.classes, columns=STAGES, fill_value=0).to_numpy().ravel().tolist()
