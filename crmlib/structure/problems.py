"""Problems of today's management: each a measured statistic, a threshold from the settings, and a verdict.

The value model is built from them: every indicator of the tree names the problem that it answers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib import profit as profits
from crmlib.absent import Absent, Lacking, needs
from crmlib.book import Book
from crmlib.book.products import eligible, held
from crmlib.stats.intervals import Estimate, estimate_numbers, share_interval
from crmlib.stats.kendall import kendall
from crmlib.structure.management import eva_tiers
from crmlib.study import Study
from crmlib.tree import Tree

STREAM = 4
Drawn = tuple[int, float, np.random.Generator]
"""Bootstrap draws, coverage of the interval, and the random stream."""


@dataclass(frozen=True)
class Problem:
    """A key problem; its key names the threshold in the settings.

    Attributes
    ----------
    direction : str
        ``at most`` or ``at least``: the side of the threshold on which there is no problem.
    needs : tuple of str
        What the book must have.
    measure : callable
        Of book, profit at the as-of date, study and what is drawn (draws, coverage, random stream); gives the statistic
        with its interval, and what stands beside it, missing where there is nothing.
    unit : str
        Unit of the statistic: share or correlation.
    """

    direction: str
    needs: tuple[str, ...]
    measure: Callable[[Book, pd.DataFrame, Study, Drawn], tuple[Estimate, float]]
    unit: str = "share"


def problem_table(book: Book, profit: pd.DataFrame | Absent, study: Study) -> pd.DataFrame:
    """Every problem that the book lets measure and has cases of: without loans none is priced too low.

    Parameters
    ----------
    book : Book
    profit : DataFrame or Absent
        Profit of open customers in the window that ends at the as-of date, indexed by customer; who has no known EVA is
        left out.
    study : Study
        Uses ``as_of``, ``seed``, the tree, the shared ``profit`` and the ``problems`` settings.

    Returns
    -------
    DataFrame, shape (problems,)
        ``problem``, ``unit`` (share or correlation), ``value`` with its interval ``low`` to ``high``, ``threshold``,
        ``direction`` (``at most`` or ``at least``: no problem on that side), ``holds`` (the problem is there),
        ``clear`` (the whole interval is on the side of the verdict), ``reference``, ``needs`` and ``answered_by``
        (codes of indicators).
    """
    profit = profits.risk_known(profit)
    rows = [_row(key, each, book, profit, study) for key, each in PROBLEMS.items() if book.has(*each.needs)]
    columns = ["problem", "unit", "value", "low", "high", "threshold", "direction", "holds", "clear", "reference",
               "needs", "answered_by"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).dropna(subset="value", ignore_index=True)


def not_measured(book: Book, measured: pd.DataFrame) -> dict[str, list[str]]:
    """Problems that are not in :func:`problem_table`, and what the book lacks for each; nothing where no case is."""
    return {key: book.lacks(*each.needs) for key, each in PROBLEMS.items() if key not in set(measured["problem"])}


@needs()
def some(problems: pd.DataFrame) -> pd.DataFrame:
    """The problems; absent where none was measured."""
    if problems.empty:
        raise Lacking("evidence.no_problem")
    return problems


@needs()
def measured(problems: pd.DataFrame, problem: str) -> pd.Series:
    """The row of one problem; absent where it was not measured."""
    rows = problems[problems["problem"] == problem]
    if rows.empty:
        raise Lacking("problems.not_measured_here", problem=problem)
    return rows.iloc[0]


def numbers(problems: pd.DataFrame, unit: str) -> dict[str, float | str]:
    """Key numbers of the problems with a unit: each statistic with its interval; without one, whether each holds."""
    if not unit:
        return {f"{row.problem}_holds": "yes" if row.holds else "no" for row in problems.itertuples()}
    own = problems[problems["unit"] == unit]
    return estimate_numbers(own["problem"], own)


@needs()
def answering(problems: pd.DataFrame, tree: Tree) -> pd.DataFrame:
    """The indicators that answer each measured problem: ``problem``, ``code``, ``indicator`` (its name)."""
    found = problems["problem"]
    rows = [(problem, code, tree[code].name) for problem in found for code in answered_by(tree, problem)]
    if not rows:
        raise Lacking("problems.nothing_answers")
    return pd.DataFrame(rows, columns=["problem", "code", "indicator"])


def answered_by(tree: Tree, problem: str) -> list[str]:
    """Codes of the indicators that answer a problem."""
    return [code for code in tree.leaves if tree[code].answers == problem]


def underpriced(profit: pd.DataFrame, study: Study) -> pd.Series:
    """Borrowers whose loans earn less than risk and capital cost."""
    return (profit["mean_loan"] > 0) & (profits.lending_margin(profit, study.profit) < 0)


def leavers(book: Book, as_of: pd.Timestamp, months: int) -> pd.DataFrame:
    """Customers that closed in the ``months`` up to ``as_of`` and were on record for nine months before.

    An account that falls idle is not among them: balances that fall are what idle means, and no sign of it.

    Returns
    -------
    DataFrame
        Index ``customer_id``; ``falling`` (mean balances lower in the last full quarter before closing than in the
        one before, and there lower than in the one before that) and ``hours`` of the RM in those last two quarters.
    """
    closed = book.customers.set_index("customer_id")["closed"]
    lost = closed[closed.between(as_of - pd.offsets.MonthEnd(months) + pd.Timedelta(days=1), as_of)]
    return _last_quarters(book, _month_number(lost))


def _last_quarters(book: Book, ends: pd.Series) -> pd.DataFrame:
    """Balances falling and hours over the three quarters before the month of each customer (``ends``, its number)."""
    rows = book.activity[book.activity["customer_id"].isin(ends.index)]
    back = ends.reindex(rows["customer_id"]).to_numpy() - _month_number(rows["month"])
    balance = rows[["demand_deposit", "time_deposit", "loan"]].sum(axis=1)
    rows = rows.assign(quarter=(back - 1) // 3, balance=balance)[back.between(1, 9)]
    months = rows.groupby("customer_id").size()
    rows = rows[rows["customer_id"].isin(months.index[months == 9])]
    mean = rows.pivot_table(index="customer_id", columns="quarter", values="balance").reindex(columns=range(3))
    hours = rows[rows["quarter"] < 2].groupby("customer_id")["rm_hours"].sum()
    falling = (mean[0] < mean[1]) & (mean[1] < mean[2])
    return pd.DataFrame({"falling": falling, "hours": hours.reindex(mean.index)}).rename_axis("customer_id")


def _month_number(dates: pd.Series) -> pd.Series:
    return 12 * dates.dt.year + dates.dt.month


def _row(key: str, problem: Problem, book: Book, profit: pd.DataFrame | Absent, study: Study) -> dict[str, object]:
    settings, threshold = study.problems, getattr(study.problems, key)
    rng = np.random.default_rng([study.seed, STREAM, list(PROBLEMS).index(key)])
    found, reference = problem.measure(book, profit, study, (settings.bootstrap, settings.interval, rng))
    above = problem.direction == "at most"
    holds = bool(found.value > threshold if above else found.value < threshold)
    return {
        "problem": key, "unit": problem.unit, **found._asdict(), "threshold": threshold,
        "direction": problem.direction, "holds": holds,
        "clear": bool(found.low > threshold if holds == above else found.high < threshold),
        "reference": reference, "needs": ", ".join(_named(problem.needs)),
        "answered_by": ", ".join(answered_by(study.tree, key)),
    }  # fmt: skip


def _named(needs: tuple[str, ...]) -> list[str]:
    """Needs in short: those of profit are one."""
    rest = [need for need in needs if need not in profits.NEEDS]
    return (["profit"] if len(rest) < len(needs) else []) + rest


def _hours_on_negative(book: Book, profit: pd.DataFrame, study: Study, drawn: Drawn) -> tuple[Estimate, float]:
    """RM hours on customers with negative EVA, beside the share of customers that these are."""
    negative = profit["eva"] < 0
    return share_interval(profit["hours"].where(negative, 0.0), profit["hours"], *drawn), float(negative.mean())


def _tier_agreement(book: Book, profit: pd.DataFrame, study: Study, drawn: Drawn) -> tuple[Estimate, float]:
    """Kendall's tau-b of today's tier with the tier by EVA."""
    eva = profit.loc[profit["graded"], "eva"]
    tier = book.customers.set_index("customer_id")["service_tier"].reindex(eva.index)
    return kendall(eva_tiers(eva, tier), tier, sorted(tier.unique()), *drawn), np.nan


def _product_penetration(
    book: Book, profit: pd.DataFrame | Absent, study: Study, drawn: Drawn
) -> tuple[Estimate, float]:
    """Products held per product that the customer could hold."""
    as_of = pd.Timestamp(study.as_of)
    still = ~(book.customers.set_index("customer_id")["closed"] <= as_of)
    could, has = eligible(book, as_of)[still], held(book, as_of)[still]
    return share_interval((could & has).sum(axis=1), could.sum(axis=1), *drawn), np.nan


def _underpriced_loans(book: Book, profit: pd.DataFrame, study: Study, drawn: Drawn) -> tuple[Estimate, float]:
    """Loan volume with a negative risk-adjusted margin, beside the share of borrowers with such loans."""
    loans, under = profit["mean_loan"], underpriced(profit, study)
    return share_interval(loans.where(under, 0.0), loans, *drawn), float(under[loans > 0].mean())


def _unattended_losses(book: Book, profit: pd.DataFrame | Absent, study: Study, drawn: Drawn) -> tuple[Estimate, float]:
    """Customers that closed after their balances fell while the RM hardly saw them, beside the same of who stayed."""
    as_of, settings = pd.Timestamp(study.as_of), study.problems
    customers = book.customers.set_index("customer_id")
    still = customers.index[~(customers["closed"] <= as_of)]
    stay = _last_quarters(book, pd.Series(12 * as_of.year + as_of.month + 1, index=still))
    lost = leavers(book, as_of, settings.lost_months)
    gone, stayed = (each["falling"] & (each["hours"] < settings.attended_hours) for each in (lost, stay))
    return share_interval(gone.astype(float), pd.Series(1.0, index=lost.index), *drawn), float(stayed.mean())


PROBLEMS = {
    "hours_on_negative": Problem("at most", profits.NEEDS, _hours_on_negative),
    "tier_agreement": Problem(
        "at least", (*profits.NEEDS, "customers.service_tier"), _tier_agreement, "correlation",
    ),
    "product_penetration": Problem("at least", ("holdings", "products"), _product_penetration),
    "underpriced_loans": Problem("at most", profits.NEEDS, _underpriced_loans),
    "unattended_losses": Problem(
        "at most",
        ("customers.closed", "activity.demand_deposit", "activity.time_deposit", "activity.loan", "activity.rm_hours"),
        _unattended_losses,
    ),
}  # fmt: skip
"""The key problems by name, as in ``problems`` of the settings and ``answers`` of the tree."""
