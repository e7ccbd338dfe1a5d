"""Claims: what the abstract of the case says, how each claim is tested, and the verdict so far.

A verdict is ``supported``, ``not supported``, ``depends on …`` (says on what), ``not testable`` (the statistic says
why) or ``not tested yet``. No claim is tuned: every test here can come out the other way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, did_you_mean
from crmlib.evidence.order import Trend
from crmlib.tree import Tree

SUPPORTED, NOT_SUPPORTED = "supported", "not supported"
NOT_TESTABLE, NOT_TESTED = "not testable", "not tested yet"
EVEN = 0.6
"""Share of anything that three of five equal groups hold by an even spread."""

CLAIMS = {
    "C0a": "The study describes goals and principles of CRM, the customer structure, the state of management, concrete "
    "operations and their effects.",
    "C0b": "Key problems of today's management are found, and the model is built from them.",
    "C1a": "A considerable part of the customers is at the middle level of value.",
    "C1b": "There is much room to explore.",
    "C2": "Customers divide into platinum, gold, iron and lead, in the order of what they earn next.",
    "C3a": "There is a strategy for each class and each stage of the relationship.",
    "C3b": "Value is turned into profit as far as possible.",
    "C3c": "The valued customers are kept.",
}
"""Claims of the abstract, in our words."""


@dataclass(frozen=True)
class Verdict:
    """Outcome of one test.

    Attributes
    ----------
    verdict : str
        Supported, not supported, depends on …, not testable, not tested yet.
    test : str
        What was tested.
    statistic : str
        What was measured, as a sentence with numbers; or why nothing could be.
    null : str
        What chance or an even spread would give.
    chapter : str
        Chapter that measured it.
    """

    verdict: str
    test: str = ""
    statistic: str = ""
    null: str = ""
    chapter: str = ""


def ledger(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """The claims in order, each with its verdict; one without a test is not tested yet.

    Returns
    -------
    DataFrame
        Columns claim, text, test, statistic, null, verdict, chapter.

    Raises
    ------
    CrmError
        If a verdict belongs to no claim.
    """
    for claim in verdicts:
        if claim not in CLAIMS:
            raise CrmError(f"{claim} is not a claim.{did_you_mean(claim, CLAIMS)} Claims: {', '.join(CLAIMS)}.")
    rows = [
        {"claim": claim, "text": text, **asdict(verdicts.get(claim, Verdict(NOT_TESTED)))}
        for claim, text in CLAIMS.items()
    ]
    return pd.DataFrame(rows)[["claim", "text", "test", "statistic", "null", "verdict", "chapter"]]


def not_testable(reason: str) -> Verdict:
    """The verdict on a claim for which the book has no data."""
    return Verdict(NOT_TESTABLE, statistic=reason)


def chapters_print(numbers: Mapping[str, int]) -> Verdict:
    """C0a: every chapter exists and prints figures; ``numbers`` counts the key numbers of each chapter."""
    silent = [chapter for chapter, count in numbers.items() if not count]
    statistic = f"{len(numbers) - len(silent)} of {len(numbers)} chapters, {sum(numbers.values())} key numbers."
    verdict = f"depends on the book: nothing to print in {', '.join(silent)}" if silent else SUPPORTED
    return Verdict(verdict, "Each chapter before this one prints key numbers.", statistic, chapter="all")


def problems_found(problems: pd.DataFrame, tree: Tree) -> Verdict:
    """C0b: each problem is a statistic beyond its threshold, and each indicator names the problem it answers.

    Parameters
    ----------
    problems : DataFrame
        Columns problem and holds, one row a problem measured in chapter 4.
    tree : Tree
        The indicator tree.
    """
    if problems.empty:
        return not_testable("This book lets no problem be measured.")
    found = problems.set_index("problem")["holds"].astype(bool)
    answers = {leaf: tree[leaf].answers for leaf in tree.leaves}
    lost = [leaf for leaf, problem in answers.items() if problem not in found.index]
    unanswered = sorted(set(found[found].index) - set(answers.values()))
    statistic = (
        f"{found.sum()} of {len(found)} statistics are beyond their threshold; "
        f"{len(answers) - len(lost)} of {len(answers)} indicators name a problem that was measured."
    )
    test = "Each problem is a statistic with a threshold; each indicator names the problem that it answers."
    if lost or unanswered or not found.any():
        return Verdict(NOT_SUPPORTED, test, statistic, chapter="problems")
    absent = sorted(found[~found].index.str.replace("_", " "))
    verdict = f"depends on the problem: not found are {', '.join(absent)}" if absent else SUPPORTED
    return Verdict(verdict, test, statistic, chapter="problems")


def middle_grade(grades: pd.DataFrame, considerable: float) -> Verdict:
    """C1a: a considerable share of customers is in the middle grade, and more than chance puts there.

    Parameters
    ----------
    grades : DataFrame
        One row a scaling, the study's own first: scaling, share, null_mean, null_low, null_high; of the middle grade.
    considerable : float
        Least share that is called considerable.
    """
    holds = (grades["share"] >= considerable) & (grades["share"] > grades["null_high"])
    shares = "; ".join(f"{row.scaling} {_percent(row.share)}" for row in grades.itertuples())
    null = "; ".join(
        f"{row.scaling} {_percent(row.null_low)} to {_percent(row.null_high)}" for row in grades.itertuples()
    )
    verdict = SUPPORTED if holds.all() else NOT_SUPPORTED if not holds.any() else "depends on the scaling"
    test = (
        f"Share of customers in the middle of five grades: at least {100 * considerable:.0f} %, and above null books."
    )
    return Verdict(verdict, test, f"In the middle grade: {shares}.", f"Null books: {null}.", "scores")


def room(middle: pd.DataFrame, money: str) -> Verdict:
    """C1b: the three middle fifths hold much headroom, by two yardsticks: what they earn, and how many they are.

    Parameters
    ----------
    middle : DataFrame
        From :func:`crmlib.evidence.next_year.held_by_middle`.
    money : str
        Their headroom, with its unit.
    """
    eva, headroom, difference = (tuple(middle.loc[name, ["share", "low", "high"]]) for name in middle.index)
    yardsticks = {"what they earn": difference[1] > 0, "how many they are": headroom[1] > EVEN}
    passed = [name for name, holds in yardsticks.items() if holds]
    statistic = f"They earn {_between(*eva)} of next-year EVA and hold {_between(*headroom)} of the headroom ({money})."
    verdict = SUPPORTED if len(passed) == 2 else NOT_SUPPORTED
    if len(passed) == 1:
        verdict = f"depends on the yardstick: much against {passed[0]} only"
    test = "Headroom of the middle three fifths of a year before: share above that of next-year EVA, and of customers."
    return Verdict(verdict, test, statistic, f"An even spread: {100 * EVEN:.0f} % of both.", "scores")


def ordered_classes(
    classes: pd.Series,
    graded: pd.Index,
    trend: Trend,
    tau: tuple[float, float, float],
    neighbours: pd.DataFrame,
    years: pd.DataFrame,
) -> Verdict:
    """C2: four exclusive, exhaustive, non-empty classes, in the order of next-year EVA.

    Parameters
    ----------
    classes : Series of str, index customer_id
        Class a year before the as-of date.
    graded : Index
        Customers graded then.
    trend : Trend
        Jonckheere–Terpstra test over the classes.
    tau : tuple of float
        Kendall's τ-b with the bounds of its interval.
    neighbours : DataFrame
        From :func:`crmlib.evidence.order.neighbours`.
    years : DataFrame
        From :func:`crmlib.evidence.backtest.classes_in_order`: the same, at every date that the book allows.
    """
    partition = classes.index.is_unique and set(classes.index) == set(graded) and classes.notna().all()
    wrong = neighbours[~(neighbours["probability"] > 0.5)]
    pairs = ", ".join(f"{row.higher} over {row.lower} {_percent(row.probability)}" for row in neighbours.itertuples())
    statistic = (
        f"τ-b {tau[0]:.2f} ({tau[1]:.2f} to {tau[2]:.2f}); Jonckheere–Terpstra z {trend.z:.1f}; the better class earns "
        f"more in these shares of pairs: {pairs}. In order in {years['in_order'].sum()} of {len(years)} years."
    )
    if not partition or classes.nunique() < 4 or not tau[1] > 0:
        verdict = NOT_SUPPORTED
    elif len(wrong):
        verdict = f"depends on the pair: {', '.join(f'{row.higher} over {row.lower}' for row in wrong.itertuples())}"
    elif not years["in_order"].all():
        others = years.loc[~years["in_order"], "base"]
        verdict = f"depends on the year: not in order for those scored in {', '.join(f'{base:%Y}' for base in others)}"
    else:
        verdict = SUPPORTED
    test = (
        "Every graded customer in one of four non-empty classes, ordered by EVA of the following year, in every year."
    )
    return Verdict(verdict, test, statistic, "τ-b 0; 50 % of pairs.", "matrix")


def everyone_has_an_action(classes: pd.Series, actions: pd.DataFrame, cells: Sequence[int]) -> Verdict:
    """C3a: every customer with a class has one action with a reason, and every cell of class × stage its n.

    Parameters
    ----------
    classes : Series of str, index customer_id
        Today's class of every graded customer.
    actions : DataFrame
        Columns customer_id, action, reason.
    cells : sequence of int
        Customers in each cell of class × stage; empty where the book allows no stages.
    """
    told = actions[actions["action"].fillna("").ne("") & actions["reason"].fillna("").ne("")]
    once = told["customer_id"].value_counts().reindex(classes.index, fill_value=0).eq(1)
    filled = int(np.count_nonzero(np.asarray(cells)))
    statistic = f"{once.sum():,} of {len(once):,} customers have one action with a reason; "
    statistic += f"{filled} of {len(cells)} cells have customers." if len(cells) else "no stages in this book."
    verdict = SUPPORTED if once.all() and len(cells) else NOT_SUPPORTED
    if once.all() and not len(cells):
        verdict = "depends on the stages: by class only"
    test = "A table of class × stage with n in every cell; one action with its reason for every customer."
    return Verdict(verdict, test, statistic, chapter="strategy")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _between(share: float, low: float, high: float) -> str:
    return f"{_percent(share)} ({100 * low:.1f} to {_percent(high)})"
