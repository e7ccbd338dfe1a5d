"""The case: the whole appraisal of one book, from its profit to the verdicts on the claims, without a notebook.

Every step is the function that its chapter calls, and is made when it is first asked for: who wants the customers that
compete for hours pays for no verdict. A step that the book does not allow is absent, and says why.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from crmlib.absent import Absent, is_known
from crmlib.book import Book, load_book
from crmlib.evidence import backtest
from crmlib.evidence.claims import Verdict
from crmlib.evidence.followed import Followed, follow
from crmlib.evidence.rivals import Rivals, against_rivals
from crmlib.evidence.weigh import LAST_YEAR_ALONE, weigh
from crmlib.matrix import Cuts, fit_classes, stages
from crmlib.matrix.changes import regrading
from crmlib.profit import at, profit_table, still_open
from crmlib.strategy.actions import assign
from crmlib.strategy.allocation import allocate
from crmlib.strategy.facts import customer_facts, prospects
from crmlib.strategy.lifetime import lifetimes
from crmlib.strategy.outlook import Outlook, outlook, valued
from crmlib.strategy.trial import on_truth
from crmlib.structure.problems import problem_table
from crmlib.study import Study
from crmlib.value.appraisal import Appraisal, appraise, base_appraisal, by_basis, last_year
from crmlib.value.grades import grades_beside_null
from crmlib.value.weights import tree_weights
from crmlib.words.messages import say

ONLY_CHECKED = Absent(say("evidence.only_checked"))


@dataclass(frozen=True)
class Case:
    """A study's appraisal of a book.

    Attributes
    ----------
    study : Study
    book : Book
    given : Series or None
        Weight of each leaf in the total; without it the experts of the book are asked.
    years : int or None
        Years of profit that are computed, the last ones; all without it. One year has no ``base``, and no verdict.
    told : bool
        Whether customers get actions and reasons in words. Nobody reads those of other books, and what is only checked
        (C3a) has no verdict there.
    """

    study: Study
    book: Book
    given: pd.Series | None = None
    years: int | None = None
    told: bool = True

    @classmethod
    def load(cls, study: Study, given: pd.Series | None = None, years: int | None = None) -> "Case":
        """The case of a study's own book."""
        return cls(study, load_book(study), given, years)

    @property
    def as_of(self) -> pd.Timestamp:
        """The date of the appraisal."""
        return pd.Timestamp(self.study.as_of)

    @cached_property
    def profit(self) -> pd.DataFrame | Absent:
        """Profit of every customer by year."""
        return profit_table(self.book, self.study, self.years)

    @cached_property
    def year(self) -> pd.DataFrame | Absent:
        """Profit of the year to the as-of date, by customer."""
        return at(self.profit, self.as_of)

    @cached_property
    def problems(self) -> pd.DataFrame:
        """Problems of today's management."""
        return problem_table(self.book, still_open(self.year), self.study)

    @cached_property
    def weights(self) -> pd.Series:
        """Weight of each leaf in the total."""
        if self.given is not None:
            return self.given
        tree = self.study.tree
        return tree.leaf_weights(tree_weights(self.book.judgements, tree, self.study.model).local)

    @cached_property
    def now(self) -> Appraisal:
        """The appraisal at the as-of date."""
        return appraise(self.book, self.profit, self.as_of, self.study, self.weights)

    @cached_property
    def base(self) -> Appraisal | Absent:
        """The appraisal a year earlier, by a model of its own."""
        return base_appraisal(self.book, self.profit, self.study, self.weights)

    @cached_property
    def last_year(self) -> pd.DataFrame | Absent:
        """Scores of a year earlier, seen through the model of now."""
        before = last_year(self.now, self.book, self.profit, self.study)
        return self.now.model.score(before) if is_known(before) else before

    @cached_property
    def grades(self) -> pd.DataFrame:
        """Five grades of the total beside null books."""
        return grades_beside_null(self.now.indicators, self.now.model, self.study.scores, self.study.seed)

    @cached_property
    def cuts(self) -> Cuts:
        """The cuts of now."""
        return Cuts.fit(self.now.scores, self.study.matrix.rules, self.study.matrix.labels)

    @cached_property
    def classes(self) -> pd.DataFrame:
        """Scores, class, and where relationships have one stage of every graded customer."""
        facts = stages.facts_at(self.book, self.now.indicators, self.as_of, self.study)
        staged = stages.stages(facts, self.study.matrix)
        staged = stages.with_reasons(staged, facts, self.study) if self.told else staged
        classed = self.cuts.classed(self.now.scores)
        return classed.join(staged) if is_known(staged) else classed

    @cached_property
    def classes_base(self) -> pd.DataFrame | Absent:
        """Scores and class of a year earlier, by a model and cuts of its own."""
        return fit_classes(self.base.scores, self.study.matrix).reset_index()

    @cached_property
    def changes(self) -> pd.DataFrame | Absent:
        """Class of last year and of now, by the model and the cuts of now."""
        return regrading(self.now.scores, self.last_year, self.cuts, self.study.matrix.hysteresis).table

    @cached_property
    def outlook(self) -> Outlook:
        """Who will still be a customer in a year."""
        return outlook(self.book, self.as_of, self.study, valued(self.classes_base, self.study))

    @cached_property
    def facts(self) -> pd.DataFrame:
        """What the actions know of each graded customer beside class and stage."""
        known = self.now.indicators
        return customer_facts(self.book, self.profit, known, self.as_of, self.study, self.outlook.retention)

    @cached_property
    def actions(self) -> pd.DataFrame:
        """One action for every graded customer."""
        return assign(self.classes.join(self.facts), self.cuts, self.study)

    @cached_property
    def lifetimes(self) -> pd.DataFrame | Absent:
        """Lifetime value of every graded customer, and what of it may leave."""
        return lifetimes(self.classes, self.facts, self.outlook, self.study.matrix.trend_limit)

    @cached_property
    def prospects(self) -> pd.DataFrame | Absent:
        """The customers who compete for hours."""
        classed = self.cuts.classed(self.now.scores)
        return prospects(self.book, self.profit, self.now.indicators, classed, self.study)

    @cached_property
    def hours(self) -> pd.DataFrame | Absent:
        """Hours of every prospect: today's, the best, and by service levels."""
        return allocate(self.prospects, self.study.strategy.service_levels)

    @cached_property
    def hour_trial(self) -> pd.DataFrame | Absent:
        """What rules for hours win on the truth of this book, if it is a simulated one."""
        return on_truth(self.book, self.prospects, self.study).assign(seed=self.study.seed)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame | Absent]:
        """What the chapters hand over to the verdicts, by name."""
        return {
            "profit": self.profit,
            "indicators": by_basis(now=self.now.indicators, base=self.base.indicators),
            "scores": by_basis(now=self.now.scores, base=self.base.scores),
            "classes_base": self.classes_base,
            "problems": self.problems,
            "grades": self.grades,
            "classes": self.classes.reset_index(),
            "actions": self.actions.rename_axis("customer_id").reset_index() if self.told else ONLY_CHECKED,
            "hour_trial": self.hour_trial,
            "foresight": self.outlook.foresight,
            "lifetimes": self.lifetimes,
        }

    @cached_property
    def followed(self) -> Followed | Absent:
        """What became within a year of those scored a year before the as-of date."""
        return follow(self.tables, self.study)

    @cached_property
    def rivals(self) -> Rivals | Absent:
        """The classes of a year before beside groupings that a bank has at hand."""
        return against_rivals(self.followed, self.book, self.profit, self.study)

    @cached_property
    def years_in_order(self) -> pd.DataFrame | Absent:
        """Whether the classes of every date were in the order of what they earned next."""
        rounds = backtest.rounds(self.book, self.profit, self.study, self.weights)
        return backtest.classes_in_order(rounds, self.study)

    def verdicts(self, hour_trial: pd.DataFrame | None = None, every_year: bool = True) -> dict[str, Verdict]:
        """A verdict on every claim about the book.

        Parameters
        ----------
        hour_trial : DataFrame, optional
            Rules for hours tried on other books (:func:`crmlib.seeds.hour_trial`); without it on this book alone.
        every_year : bool
            Whether the order of the classes is tested at every date, or on the last year alone, which is quicker.
        """
        tables = self.tables if hour_trial is None else {**self.tables, "hour_trial": hour_trial}
        years = self.years_in_order if every_year else LAST_YEAR_ALONE
        return weigh(tables, self.study, self.followed, self.rivals, years)
