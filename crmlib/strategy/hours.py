"""Hours: which rule the relationship managers' hours are to follow, what it wins, and what an hour is worth."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from crmlib.absent import Absent, is_known, needs, not_in_book
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
from crmlib.strategy.trial import KNOWN, OFF, against_today, followable
from crmlib.study import Study

MOST = 0.9
"""Share of the books in which a rule must be ahead to be called the better one."""


@dataclass(frozen=True)
class Hours:
    """Hours of every customer that competes for them, today and by each rule.

    Attributes
    ----------
    prospects : DataFrame
        From :func:`crmlib.strategy.facts.prospects`.
    placed : DataFrame
        From :func:`crmlib.strategy.allocation.allocate`.
    by_rule : DataFrame
        From :func:`crmlib.strategy.allocation.hours_by_rule`.
    unvisited : Series of bool
        Customers whose action is the e-channel's.
    results : DataFrame or absent
        What each rule won on the truth of other books, from :func:`crmlib.seeds.hour_trial`.
    """

    prospects: pd.DataFrame
    placed: pd.DataFrame
    by_rule: pd.DataFrame
    unvisited: pd.Series
    results: pd.DataFrame | Absent = field(default_factory=lambda: not_in_book("truth"))

    @property
    def tested(self) -> bool:
        """Whether the rules were tried where the truth is known."""
        return is_known(self.results)

    @property
    def books(self) -> int:
        """Books on which they were."""
        return self.results["seed"].nunique()

    @cached_property
    def tried(self) -> pd.DataFrame:
        """Each rule beside today's hours, from :func:`crmlib.strategy.trial.against_today`, by rule."""
        return against_today(self.results).set_index("rule")

    @cached_property
    def ranked(self) -> pd.DataFrame:
        """The rules that a bank can follow, the best on the truth first."""
        return followable(self.tried.reset_index()).set_index("rule")

    @property
    def drawn(self) -> pd.DataFrame | Absent:
        """The rules tried, without those that assume otherwise."""
        return self.tried.drop(index=list(OFF)).reset_index() if self.tested else self.results

    @property
    def recommended(self) -> str:
        """The rule to follow: the one that won most; where none could be tried, the optimum."""
        return self.ranked.index[0] if self.tested else OPTIMUM

    @property
    def of_books(self) -> str:
        """Unit of a number of books."""
        return f"of {self.books} books" if self.tested else ""

    @property
    def choice(self) -> str | Absent:
        """The rule to follow, where rules could be tried."""
        return self.recommended if self.tested else self.results

    @property
    def as_today(self) -> bool:
        """Whether no other rule wins more than today's hours."""
        return self.recommended == TODAY

    @property
    def by_model(self) -> bool:
        """Whether the rule to follow needs a model."""
        return self.recommended == OPTIMUM

    @property
    def rules(self) -> dict[str, pd.Series]:
        """What each rule that sentences name won: recommended, by class, optimum, and the optimum that knows more."""
        names = ("leader", "by_class", "optimum", "room_known", "response_known", "halved", "doubled")
        rules = (self.recommended, CLASS_RULE, OPTIMUM, *KNOWN, *OFF)
        return {name: self.tried.loc[rule] for name, rule in zip(names, rules, strict=True)}

    @property
    def won(self) -> pd.DataFrame:
        """What each rule won in truth, CNY a year: a row a book, a column a rule."""
        return self.results.pivot_table("truth", "seed", "rule")

    @property
    def win_nothing(self) -> bool:
        """Whether hours win nothing in truth, by whatever rule."""
        return bool((self.results["truth"] <= 0).all())

    @property
    def surplus(self) -> tuple[float, float, float]:
        """What the recommended rule wins more than today's hours: mean, least and most of the books, CNY a year."""
        more = self.won[self.recommended] - self.won[TODAY]
        return more.mean(), more.min(), more.max()

    @property
    def in_front(self) -> int:
        """Books in which the recommended rule wins more than its runner-up."""
        return int((self.won[self.recommended] > self.won[self.ranked.index[1]]).sum())

    @property
    def clear(self) -> bool:
        """Whether these are enough books to call it the better one."""
        return self.in_front >= MOST * self.books

    @property
    def total(self) -> float:
        """Hours a year."""
        return self.prospects["hours_now"].sum()

    @cached_property
    def promised(self) -> pd.Series:
        """What each rule promises more than today's hours, as a share; missing where these promise nothing."""
        gives, scale = self.prospects["potential_gain"], self.prospects["scale"]
        wins = self.by_rule.apply(lambda hours: gain(gives, scale, hours).sum())
        today = wins[TODAY] if wins[TODAY] > 0 else np.nan
        return (wins / today - 1).rename("promises").rename_axis("rule")

    @property
    def shown(self) -> pd.DataFrame:
        """Every rule with its gain against today's hours: on the truth and promised, or promised alone."""
        if not self.tested:
            return self.promised.sort_values(ascending=False).reset_index().rename(columns={"rule": "hours_rule"})
        spans = {
            head: list(zip(*(self.drawn[f"{measure}{end}"] for end in ("", "_low", "_high")), strict=True))
            for head, measure in (("wins", "truth"), ("promises", "expected"))
        }
        named = self.drawn[["rule"]].rename(columns={"rule": "hours_rule"})
        return named.assign(**spans, **self.drawn[["beats_today", "beats_class"]])

    @property
    def of_the_rule(self) -> pd.Series:
        """Hours of the recommended rule; of the optimum in service levels, which people can work by."""
        return self.placed["service_level"] if self.by_model else self.by_rule[self.recommended]

    @property
    def table(self) -> pd.DataFrame:
        """Hours of every customer with ``hours_recommended``: none where the action is the e-channel's."""
        return self.placed.assign(hours_recommended=self.of_the_rule.mask(self.unvisited, 0.0))

    @property
    def freed(self) -> float:
        """Hours that the rule would give to customers of the e-channel."""
        return self.of_the_rule[self.unvisited].sum()

    @property
    def moved(self) -> float:
        """Share of today's hours that change place by what is recommended."""
        more = (self.table["hours_recommended"] - self.placed["hours_now"]).clip(lower=0).sum()
        return more / self.total

    @property
    def follows_deposits(self) -> float:
        """Rank correlation of today's hours with deposits."""
        return self.prospects["hours_now"].corr(self.prospects["deposits"], method="spearman")


@needs()
def hours_of_managers(prospects: pd.DataFrame, actions: pd.DataFrame, study: Study) -> Hours:
    """Today's hours, the best ones and those of every rule; see :class:`Hours`."""
    placed = allocate(prospects, study.strategy.service_levels)
    unvisited = actions["owner"].reindex(placed.index) == E_CHANNEL
    return Hours(prospects, placed, hours_by_rule(prospects, study), unvisited)


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
    cost : float
        Of an hour, CNY.
    pooled : float
        What the best hours would win if they could move between managers, CNY a year.
    """

    table: pd.DataFrame
    customers: int
    hours: float
    paying: float
    cost: float
    pooled: float

    @property
    def enough(self) -> int:
        """Managers whose last hour is expected to win what it costs."""
        return int((self.table["price"] >= self.cost).sum())

    @property
    def exact(self) -> float:
        """What the best hours win, CNY a year."""
        return self.table["gain_exact"].sum()

    @property
    def levels(self) -> float:
        """What service levels win, CNY a year."""
        return self.table["gain_level"].sum()


@needs()
def prices_of_hours(hours: Hours, study: Study) -> Prices:
    """What an hour is worth with each manager; see :class:`Prices`."""
    gives, scale = hours.prospects["potential_gain"].to_numpy(), hours.prospects["scale"].to_numpy()
    cost, pooled = study.profit.hourly_cost, best_hours(gives, scale, hours.total)[0]
    return Prices(by_manager(hours.placed), len(gives), hours.total, hours_worth(gives, scale, cost), cost,
                  gain(gives, scale, pooled).sum())  # fmt: skip


@needs()
def levels_by_class(hours: Hours, study: Study) -> pd.DataFrame:
    """Customers by class and service level: class, and a column a level, hours a year."""
    level = hours.placed["service_level"]
    counts = pd.crosstab(hours.placed["class"], level).reindex(study.matrix.classes, fill_value=0)
    return counts.rename(columns="{:g}".format).rename_axis(columns=None).reset_index()


def with_hours(listed: pd.DataFrame, hours: Hours | Absent) -> pd.DataFrame:
    """A list of customers with ``hours_now`` and ``hours_recommended``, where hours are known."""
    return listed.join(hours.table[["hours_now", "hours_recommended"]], on="customer_id") if hours else listed


def hour_numbers(hours: Hours | Absent, ending: str) -> dict[str, float]:
    """Key numbers of the recommended rule, the class rule and the optimum; none where no rule could be tried.

    Parameters
    ----------
    hours : Hours or absent
    ending : str
        ``truth`` (gain against today's hours, as a share) or ``books`` (in which they are ahead of these).
    """
    if not (hours and hours.tested):
        return {}
    rules = dict.fromkeys((hours.recommended, CLASS_RULE, OPTIMUM))
    measure = {"truth": "truth", "books": "beats_today"}[ending]
    return {f"hours_{rule.replace(' ', '_')}_{ending}": hours.tried.loc[rule, measure] for rule in rules}


def gain_numbers(prices: Prices | Absent) -> dict[str, float]:
    """Key numbers: what the hours of today, the best ones and service levels win, 万元 a year; none without hours."""
    columns = {"today": "gain_now", "exact": "gain_exact", "levels": "gain_level"}
    return (
        {f"hours_gain_{name}": prices.table[column].sum() / 1e4 for name, column in columns.items()} if prices else {}
    )
