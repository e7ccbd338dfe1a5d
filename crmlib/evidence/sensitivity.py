"""Sensitivity: how much of what the case says hangs on each of its assumptions?

One assumption at a time is set low and high: half and double, or a range where these make no sense. Of the year, of the
indicators, scales, cuts and classes, only what the assumption touches is made anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from crmlib.absent import needs
from crmlib.book import Book
from crmlib.default import mean_pd_by_size
from crmlib.matrix import Cuts
from crmlib.profit import GATHERED_BY, at, charged_windows, gathered, year_result
from crmlib.structure.problems import underpriced
from crmlib.study import Study
from crmlib.value.appraisal import Scorer
from crmlib.value.indicators import fill_by_policy, formula
from crmlib.value.model import ValueModel
from crmlib.value.references import View
from crmlib.value.wallet import fit_wallet
from crmlib.words.messages import Message, say

ASSUMED = {
    "lgd": ("profit.lgd",),
    "pd": ("profit.pd_by_rating",),
    "hurdle": ("profit.hurdle",),
    "capital": ("profit.capital_ratio", "profit.risk_weight", "profit.risk_weight_small"),
    "retail_limit": ("profit.retail_limit",),
    "hourly_cost": ("profit.hourly_cost",),
    "overhead": ("profit.overhead",),
    "growth": ("strategy.take_up", "strategy.growth_margin"),
    "wallet": ("model.wallet_quantile",),
    "weights": ("model.weights",),
    "cut_current": ("matrix.cut_current",),
    "cut_potential": ("matrix.cut_potential",),
}
"""Assumptions with the settings that hold them: the first is varied, and for its factors, which do the same, too."""
FTP, FTP_SHIFTS = "ftp", (-0.005, 0.005)
"""Transfer prices, which are data, and by how much all of them are moved, 1/year."""
RANGES: dict[str, tuple[Any, ...]] = {
    "model.wallet_quantile": (0.8, 0.95),
    "model.weights": ("equal",),
    "matrix.cut_current": ("p60", "p80"),
    "matrix.cut_potential": ("p40", "p60"),
}
"""What settings are varied to that can neither be halved nor doubled."""
AS_SET = "as set"
OF_PROFIT, HEADROOM = ("risk_adjusted_loan_margin", "deposit_margin", "cost_ratio", "credit_grade"), "wallet_headroom"
"""Indicators that hang on how profit and risk are charged, and the one that hangs on the wallet."""


@dataclass(frozen=True)
class Sensitivity:
    """What comes out when one assumption is another.

    Attributes
    ----------
    table : DataFrame
        ``assumption``, ``tried`` (what it was set to, a message); ``eva`` of the book (CNY a year); ``negative``, the
        share of open customers with negative EVA; ``raroc`` of customers with exposure (1/year); ``underpriced``, the
        share of loans under the hurdle; ``growth``, what take-up of headroom would win (CNY a year; missing where no
        headroom is known); ``changed``, the share of graded customers in another class. The study's own values first,
        then assumptions by how far they move EVA, then classes.
    hurdle : float
        As set, 1/year.
    customers : int
        Graded customers.
    """

    table: pd.DataFrame
    hurdle: float
    customers: int

    @property
    def base(self) -> pd.Series:
        """The row of the study's own values."""
        return self.table.iloc[0]

    @property
    def varied(self) -> pd.DataFrame:
        """The other rows."""
        return self.table.iloc[1:]

    @property
    def moved(self) -> pd.DataFrame:
        """By assumption, in order: how far apart ``eva`` lies, and the most ``changed``."""
        rows = self.varied.groupby("assumption", sort=False)
        return rows.agg({"eva": np.ptp, "changed": "max"})

    @property
    def numbers(self) -> dict[str, float]:
        """Key numbers: the largest share of customers that each assumption moves to another class."""
        return self.moved["changed"].add_prefix("changed_by_").to_dict()


@needs()
def sensitivity(
    profit: pd.DataFrame, book: Book, indicators: pd.DataFrame, scorer: Scorer, study: Study
) -> Sensitivity:
    """What comes out under other assumptions; see :class:`Sensitivity`.

    Parameters
    ----------
    profit : DataFrame
        From :func:`crmlib.profit.profit_table`.
    book : Book
    indicators : DataFrame, index customer_id
        At the as-of date, of the graded customers.
    scorer : Scorer
        Fitted on them.
    study : Study
    """
    bench = _Bench(profit, book, indicators, scorer, study)
    first = (AS_SET, say("evidence.as_set"), study, 0.0)
    rows = [
        {"assumption": name, "tried": tried} | bench.outcome(other, shift)
        for name, tried, other, shift in (first, *cases(study))
    ]
    table = pd.DataFrame(rows)
    classes = table.pop("classes")
    table["changed"] = [(each != classes[0]).mean() for each in classes]
    own = table.groupby("assumption")
    keys = pd.DataFrame({
        "varied": table["assumption"] != AS_SET,
        "eva": -own["eva"].transform(np.ptp).round(2),
        "changed": -own["changed"].transform("max"),
    })  # fmt: skip
    order = keys.sort_values(list(keys), kind="stable").index
    return Sensitivity(table.loc[order].reset_index(drop=True), study.profit.hurdle, len(indicators))


@dataclass(frozen=True)
class _Bench:
    """What every case starts from; attributes as the parameters of :func:`sensitivity`."""

    profit: pd.DataFrame
    book: Book
    indicators: pd.DataFrame
    scorer: Scorer
    study: Study

    def outcome(self, study: Study, shift: float) -> dict[str, Any]:
        """The measures under other settings and with all transfer prices shifted, and the ``classes``."""
        profit, table, scores = self.profit, self.indicators, self.scores
        if shift or study.profit != self.study.profit:
            book = _repriced(self.book, shift)
            same = not shift and all(getattr(study.profit, n) == getattr(self.study.profit, n) for n in GATHERED_BY)
            profit = charged_windows(self.year if same else gathered(book, study, years=1), study.profit)
            learned = {"pd_by_size": mean_pd_by_size(self.view.people, self.view.exposed, study.profit).to_dict()}
            table = self._again(OF_PROFIT, learned, book=book, profit=profit, study=study)
        elif study.model.wallet_quantile != self.study.model.wallet_quantile and self.scorer.references.wallet:
            asked = study.model.wallet_quantile, study.model.pool_under
            table = self._again((HEADROOM,), {"wallet": fit_wallet(self.view.holds, self.view.traits, *asked)})
        if table is not self.indicators or study.model.weights != self.study.model.weights:
            scores = self._scored(table, study)
        classes = Cuts.fit(scores, study.matrix.rules, study.matrix.labels).classify(scores)
        return _measures(at(profit, self.view.as_of), table, study) | {"classes": classes}

    @cached_property
    def year(self) -> dict[pd.Timestamp, pd.DataFrame]:
        """The last year before it is charged."""
        return gathered(self.book, self.study, years=1)

    @cached_property
    def view(self) -> View:
        """The book as the study sees it."""
        return View(self.book, self.profit, pd.Timestamp(self.study.as_of), self.study, self.scorer.references)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The study's own scores."""
        return self.scorer.model.score(self.indicators)

    def _again(self, formulas: tuple[str, ...], learned: dict[str, Any], **seen: Any) -> pd.DataFrame:
        """The indicators with those of some formulas made anew, by what is learned and seen otherwise."""
        view = replace(self.view, learned=replace(self.scorer.references, **learned), **seen)
        nodes = {leaf: self.study.tree[leaf].formula for leaf in self.indicators}
        made = {leaf: formula(name).compute(view) for leaf, name in nodes.items() if name in formulas}
        return self.indicators.assign(**fill_by_policy(pd.DataFrame(made), view))

    def _scored(self, table: pd.DataFrame, study: Study) -> pd.DataFrame:
        """Scores on scales fitted anew."""
        model, own = self.scorer.model, table[list(self.scorer.model.tree.leaves)]
        if study.model.weights != self.study.model.weights:
            model = model.reweighted(pd.Series(1.0, [node.code for node in model.tree.nodes]))
        return ValueModel.fit(own, model.tree, model.weights, study.model.winsor).score(own)


def cases(study: Study) -> Iterator[tuple[str, Message, Study, float]]:
    """Every assumption that can be made otherwise, what it is set to, the study with it, and the shift of prices."""
    for name, (setting, *_) in ASSUMED.items():
        section, _, key = setting.partition(".")
        own = getattr(getattr(study, section), key)
        others = RANGES[setting] if setting in RANGES else [_times(own, 0.5), _times(own, 2.0)]
        for other, times in zip(others, (0.5, 2.0), strict=False):
            if other != own:
                changed = getattr(study, section).model_copy(update={key: other})
                yield name, _tried(other, times), study.model_copy(update={section: changed}), 0.0
    for shift in FTP_SHIFTS:
        yield FTP, say("evidence.shifted", points=round(1e4 * shift)), study, shift


def _times(value: Any, factor: float) -> Any:
    """A setting, or each of its values, times a factor; a share stays within 1."""
    if isinstance(value, dict):
        return {key: _times(own, factor) for key, own in value.items()}
    return min(1.0, factor * value) if value <= 1 else factor * value


def _tried(value: Any, times: float) -> Message:
    if isinstance(value, dict):
        return say("evidence.halved" if times < 1 else "evidence.doubled")
    if isinstance(value, str):
        return say("evidence.tried_equal" if value == "equal" else "evidence.tried_rule", value=value)
    return say("evidence.tried_share" if value <= 1 else "evidence.tried", value=value)


def _repriced(book: Book, shift: float) -> Book:
    """The book with all transfer prices shifted."""
    prices = {name: book.rates[name] + shift for name in book.rates if name.startswith("ftp_")}
    return replace(book, tables={**book.tables, "rates": book.rates.assign(**prices)})


def _measures(year: pd.DataFrame, table: pd.DataFrame, study: Study) -> dict[str, float]:
    lent, loans = year[year["economic_capital"] > 0], year["mean_loan"]
    under, leaf = loans[underpriced(year, study)].sum(), study.tree.leaf_with(HEADROOM)
    share = study.strategy.take_up * study.strategy.growth_margin
    return {
        "eva": year["eva"].sum(),
        "negative": year_result(year, study.profit).negative_share,
        "raroc": _ratio(lent["nopat"].sum(), lent["economic_capital"].sum()),
        "underpriced": _ratio(under, loans.sum()),
        "growth": share * table[leaf].sum() if leaf in table else float("nan"),
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
