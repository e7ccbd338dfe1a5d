"""Hours: which rule the relationship managers' hours are to follow, what it wins, and what an hour is worth."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from crmlib.absent import Absent, is_known, needs
from crmlib.strategy.actions import E_CHANNEL
from crmlib.strategy.allocation import (
    CLASS_RULE,
    OPTIMUM,
    TODAY,
    allocate,
    best_hours,
    by_manager,
    gain,
    hours_by_rule,
    hours_worth,
)
from crmlib.strategy.trial import FLAT, HEADROOM, LAWS, OFF, SHARE, by_law, followable, survivor
from crmlib.study import Study


@dataclass(frozen=True)
class Hours:
    """Hours of every customer that competes for them, today and by each rule.

    Attributes
    ----------
    prospects : DataFrame
        From :func:`crmlib.strategy.facts.prospects`.
    table : DataFrame
        From :func:`crmlib.strategy.allocation.allocate`, with ``hours_recommended``: those of the rule to follow, or
        service levels where that is the optimum, and none where the action is the e-channel's.
    recommended : str
        The rule to follow, from :func:`crmlib.strategy.trial.survivor`.
    promised : Series, index rule
        What each rule promises more than today's hours, as a share; missing where these promise nothing.
    unvisited : int
        Customers whose action is the e-channel's.
    freed, moved : float
        Hours a year that the rule would give to these; that change place by what is recommended.
    results, laws : DataFrame or absent
        What each rule won on the truth of other books, from :func:`crmlib.seeds.hours_tried`, and beside today's hours
        under every law of response, from :func:`crmlib.strategy.trial.by_law`.
    """

    prospects: pd.DataFrame
    table: pd.DataFrame
    recommended: str
    promised: pd.Series
    unvisited: int
    freed: float
    moved: float
    results: pd.DataFrame | Absent
    laws: pd.DataFrame | Absent

    @property
    def tried(self) -> pd.DataFrame | Absent:
        """The rules beside today's hours as the simulator lets customers respond, the best first."""
        return self.laws.loc[SHARE]

    @cached_property
    def ranked(self) -> pd.DataFrame | Absent:
        """The rules that a bank can follow, the best on the truth first."""
        return followable(self.tried)

    @property
    def drawn(self) -> pd.DataFrame | Absent:
        """The rules tried, without those that assume otherwise: gain by law with its span, books ahead, and promise."""
        if not is_known(self.laws):
            return self.laws
        table = self.tried.drop(index=list(OFF))
        for law in LAWS:
            own = self.laws.loc[law].reindex(table.index)
            table[[law, f"{law}_low", f"{law}_high"]] = own[["truth", "truth_low", "truth_high"]]
            table[f"ahead_{law}"] = own["beats_today"]
        return table.reset_index()

    @property
    def books(self) -> int | Absent:
        """Books on which the rules were tried."""
        return self.results["seed"].nunique()

    @property
    def of_books(self) -> str:
        """Unit of a number of books."""
        return f"of {self.books} books"

    @property
    def win_nothing(self) -> bool:
        """Whether hours win nothing in truth, by whatever rule."""
        return bool((self.results["truth"] <= 0).all())

    def surplus(self, law: str) -> tuple[float, float, float]:
        """What the recommended rule wins more than today's hours under a law: mean, least and most of books, CNY."""
        won = self.results[self.results["law"] == law].pivot_table("truth", "seed", "rule")
        more = won[self.recommended] - won[TODAY]
        return more.mean(), more.min(), more.max()

    @property
    def total(self) -> float:
        """Hours a year."""
        return self.prospects["hours_now"].sum()

    @property
    def follows_deposits(self) -> float:
        """Rank correlation of today's hours with deposits."""
        return self.prospects["hours_now"].corr(self.prospects["deposits"], method="spearman")

    @property
    def shown(self) -> pd.DataFrame:
        """Every rule with its gain against today's hours: on the truth and promised, or promised alone."""
        if not is_known(self.laws):
            return self.promised.sort_values(ascending=False).rename_axis("hours_rule").reset_index()
        table = self.drawn.rename(columns={"rule": "hours_rule"})
        for head, measure in (*((f"by_{law}", law) for law in LAWS), ("promises", "expected")):
            span = table[[measure, f"{measure}_low", f"{measure}_high"]]
            table[head] = list(span.itertuples(index=False, name=None))
        return table[["hours_rule", f"by_{HEADROOM}", f"ahead_{HEADROOM}", f"by_{SHARE}", f"ahead_{SHARE}",
                      f"by_{FLAT}", "promises"]]  # fmt: skip


def hours_of_managers(
    prospects: pd.DataFrame | Absent, results: pd.DataFrame | Absent, actions: pd.DataFrame, study: Study
) -> Hours | Absent:
    """Today's hours, the best ones and those of every rule; see :class:`Hours`."""
    if not is_known(prospects):
        return prospects
    placed, by_rule = allocate(prospects, study.strategy.service_levels), hours_by_rule(prospects, study)
    laws = by_law(results)
    rule = survivor(laws, results["seed"].nunique())
    hours = placed["service_level"] if rule == OPTIMUM else by_rule[rule]
    unvisited = actions["owner"].reindex(placed.index) == E_CHANNEL
    table = placed.assign(hours_recommended=hours.mask(unvisited, 0.0))
    moved = (table["hours_recommended"] - table["hours_now"]).clip(lower=0).sum()
    promised, count = _promised(prospects, by_rule), int(unvisited.sum())
    return Hours(prospects, table, rule, promised, count, hours[unvisited].sum(), moved, results, laws)


@dataclass(frozen=True)
class Prices:
    """What an hour is worth.

    Attributes
    ----------
    table : DataFrame
        From :func:`crmlib.strategy.allocation.by_manager`.
    customers : int
    hours, paying : float
        Hours a year: today's, and those of which each wins what it costs.
    cost, take_up : float
        Of an hour, CNY; share of headroom that is taken to be won.
    pooled : float
        What the best hours would win if they could move between managers, CNY a year.
    """

    table: pd.DataFrame
    customers: int
    hours: float
    paying: float
    cost: float
    pooled: float
    take_up: float


@needs()
def prices_of_hours(hours: Hours, study: Study) -> Prices:
    """What an hour is worth with each manager; see :class:`Prices`."""
    gives, scale = hours.prospects["potential_gain"].to_numpy(), hours.prospects["scale"].to_numpy()
    cost, pooled = study.profit.hourly_cost, best_hours(gives, scale, hours.total)[0]
    paying, most = hours_worth(gives, scale, cost), gain(gives, scale, pooled).sum()
    return Prices(by_manager(hours.table), len(gives), hours.total, paying, cost, most, study.strategy.take_up)


@needs()
def levels_by_class(hours: Hours, study: Study) -> pd.DataFrame:
    """Customers by class and service level: class, and a column a level, hours a year."""
    counts = pd.crosstab(hours.table["class"], hours.table["service_level"])
    counts = counts.reindex(study.matrix.classes, fill_value=0)
    return counts.rename(columns="{:g}".format).rename_axis(columns=None).reset_index()


def with_hours(listed: pd.DataFrame, hours: Hours | Absent) -> pd.DataFrame:
    """A list of customers with ``hours_now`` and ``hours_recommended``, where hours are known."""
    return listed.join(hours.table[["hours_now", "hours_recommended"]], on="customer_id") if hours else listed


@needs()
def kept_rules(laws: pd.DataFrame, recommended: str) -> pd.DataFrame:
    """The recommended rule, the class rule and the optimum by the names of their key numbers: gain and books by law."""
    rules = list(dict.fromkeys((recommended, CLASS_RULE, OPTIMUM)))
    found = laws.loc[[(law, rule) for law in (HEADROOM, SHARE) for rule in rules], ["truth", "beats_today"]]
    return found.set_axis([f"hours_{rule.replace(' ', '_')}_by_{law}" for law, rule in found.index])


@needs()
def gain_numbers(prices: Prices) -> dict[str, float]:
    """Key numbers: what the hours of today, the best ones and service levels win, 万元 a year."""
    columns = {"today": "gain_now", "exact": "gain_exact", "levels": "gain_level"}
    return {f"hours_gain_{name}": prices.table[column].sum() / 1e4 for name, column in columns.items()}


def _promised(prospects: pd.DataFrame, by_rule: pd.DataFrame) -> pd.Series:
    wins = by_rule.apply(lambda hours: gain(prospects["potential_gain"], prospects["scale"], hours).sum())
    today = wins[TODAY] if wins[TODAY] > 0 else np.nan
    return (wins / today - 1).rename("promises").rename_axis("rule")
