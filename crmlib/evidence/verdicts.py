"""Verdicts: the test of each claim. None is tuned, and each can come out either way."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from crmlib.evidence.claims import NOT_SUPPORTED, SUPPORTED, Verdict, not_testable
from crmlib.stats.intervals import Estimate
from crmlib.stats.order import Trend
from crmlib.strategy.allocation import CLASS_RULE, OPTIMUM, TODAY
from crmlib.strategy.trial import against_today, followable
from crmlib.tree import Tree

EVEN = 0.6
"""Share of anything that three of five equal groups hold by an even spread."""
MOST = 0.9
"""Share of the books in which a rule for hours must win more than another to be called better."""
DONE = "Done or not: chance has no part in it."
RIVALS = (TODAY, "deposits first", CLASS_RULE)
"""Rules for hours that the allocation must beat."""


def chapters_print(numbers: Mapping[str, int]) -> Verdict:
    """C0a: every chapter exists and prints figures; ``numbers`` counts the key numbers of each chapter."""
    silent = [chapter for chapter, count in numbers.items() if not count]
    statistic = f"{len(numbers) - len(silent)} of {len(numbers)} chapters, {sum(numbers.values())} key numbers."
    verdict = f"depends on the book: nothing to print in {', '.join(silent)}" if silent else SUPPORTED
    share = (len(numbers) - len(silent)) / len(numbers)
    test = "Each chapter before this one prints key numbers."
    return Verdict(verdict, test, statistic, DONE, chapter="all", value=share)


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
    absent = sorted(found[~found].index.str.replace("_", " "))
    verdict = f"depends on the problem: not found are {', '.join(absent)}" if absent else SUPPORTED
    if lost or unanswered or not found.any():
        verdict = NOT_SUPPORTED
    null = "Thresholds set beforehand: no statistic need be beyond its own."
    return Verdict(verdict, test, statistic, null, "problems", float(found.mean()))


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
    extent = (grades["share"].iloc[0], grades["share"].min(), grades["share"].max())
    return Verdict(verdict, test, f"In the middle grade: {shares}.", f"Null books: {null}.", "scores", *extent)


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
    return Verdict(verdict, test, statistic, f"An even spread: {100 * EVEN:.0f} % of both.", "evidence", *headroom)


def ordered_classes(
    classes: pd.Series,
    graded: pd.Index,
    trend: Trend,
    tau: Estimate,
    neighbours: pd.DataFrame,
    years: pd.DataFrame | None = None,
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
    tau : Estimate
        Kendall's τ-b with the bounds of its interval.
    neighbours : DataFrame
        From :func:`crmlib.stats.order.neighbours`.
    years : DataFrame, optional
        From :func:`crmlib.evidence.backtest.classes_in_order`: the same, at every date that the book allows.
    """
    partition = classes.index.is_unique and set(classes.index) == set(graded) and classes.notna().all()
    wrong = neighbours[~(neighbours["probability"] > 0.5)]
    pairs = ", ".join(f"{row.higher} over {row.lower} {_percent(row.probability)}" for row in neighbours.itertuples())
    statistic = (
        f"τ-b {tau[0]:.2f} ({tau[1]:.2f} to {tau[2]:.2f}); Jonckheere–Terpstra z {trend.z:.1f}; the better class earns "
        f"more in these shares of pairs: {pairs}."
    )
    others = pd.Series(dtype="datetime64[ns]")
    if years is not None:
        others = years.loc[~years["in_order"], "base"]
        statistic += f" In order in {len(years) - len(others)} of {len(years)} years."
    if not partition or classes.nunique() < 4 or not tau[1] > 0:
        verdict = NOT_SUPPORTED
    elif len(wrong):
        verdict = f"depends on the pair: {', '.join(f'{row.higher} over {row.lower}' for row in wrong.itertuples())}"
    elif len(others):
        verdict = f"depends on the year: not in order for those scored in {', '.join(f'{base:%Y}' for base in others)}"
    else:
        verdict = SUPPORTED
    test = "Every graded customer in one of four non-empty classes, ordered by EVA of the following year"
    test += "." if years is None else ", in every year."
    return Verdict(verdict, test, statistic, "τ-b 0; 50 % of pairs.", "evidence", *tau)


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
    return Verdict(verdict, test, statistic, DONE, "strategy", float(once.mean()))


def hours_won(trial: pd.DataFrame) -> Verdict:
    """C3b: on the hidden truth of simulated books, hours as allocated win more than what a bank might do instead.

    Parameters
    ----------
    trial : DataFrame
        From :func:`crmlib.seeds.hour_trial`: seed, rule, expected and truth (CNY a year); one book or many.
    """
    wide = trial.pivot_table("truth", "seed", "rule")
    books = len(wide)
    ahead = {rival: int((wide[OPTIMUM] > wide[rival]).sum()) for rival in RIVALS}
    beaten = [rival for rival, count in ahead.items() if count >= MOST * books]
    verdict = SUPPORTED if len(beaten) == len(RIVALS) else NOT_SUPPORTED
    if 0 < len(beaten) < len(RIVALS):
        verdict = f"depends on the rival: more than {' and '.join(beaten)} only"
    beside = against_today(trial)
    best = followable(beside).iloc[0]
    extent = beside.set_index("rule")[["truth", "truth_low", "truth_high"]]
    statistic = (
        f"Against today's hours the allocation wins {_between(*extent.loc[OPTIMUM])}, hours by class "
        f"{_between(*extent.loc[CLASS_RULE])}, and most of all {best['rule']} ({_percent(best['truth'])}); mean "
        f"and range of {books} simulated books. The allocation is ahead of "
        + ", ".join(f"{rival} in {count}" for rival, count in ahead.items())
        + " of them."
    )
    test = f"On the hidden truth the allocation wins more than {', '.join(RIVALS)}, in nine of ten books."
    return Verdict(verdict, test, statistic, "Today's hours: 0 %.", "strategy", *extent.loc[OPTIMUM])


def losses_foreseen(foresight: pd.DataFrame, risk: pd.DataFrame) -> Verdict:
    """C3c: who will leave is told a year ahead, better than by the size class, as keeping the valued would need.

    Parameters
    ----------
    foresight : DataFrame
        As :attr:`crmlib.strategy.outlook.Outlook.foresight`: of (all, performing), measure, value, low, high.
    risk : DataFrame
        From :func:`crmlib.strategy.saves.risk_by_class`; empty where nobody's lifetime value is known.
    """
    found = foresight.set_index(["of", "measure"])[["value", "low", "high"]]
    told = {of: bool(found.loc[(of, "skill"), "low"] > 0) for of in ("all", "performing")}
    area, still = (tuple(found.loc[(of, "auc")]) for of in ("all", "performing"))
    verdict = SUPPORTED if all(told.values()) else NOT_SUPPORTED
    if told["all"] and not told["performing"]:
        verdict = "depends on the customers: told with those in default, not among the others"
    elif not told["all"] and area[1] > 0.5:
        verdict = "depends on the yardstick: better than chance, not than the size class"
    statistic = (
        f"Area under the curve {_decimals(*area)}, among customers not in default {_decimals(*still)}; log-loss less "
        f"than the size class's by {_between(*found.loc[('all', 'skill')])}."
    )
    if len(risk):
        shares = ", ".join(f"{row['class']} {_percent(row['share'])}" for row in risk.to_dict("records"))
        statistic += f" Lifetime value at risk within a year: {shares}."
    test = (
        "Whether a call keeps anybody no book can tell here. Tested is what it needs: losses of the year after, told "
        "by a hazard from the years before, with log-loss below that of the size classes."
    )
    return Verdict(verdict, test, statistic, "Area 0.50; size classes 0 %.", "strategy", *area)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace("-", "−")


def _between(share: float, low: float, high: float) -> str:
    return f"{_percent(share)} ({_percent(low).removesuffix(' %')} to {_percent(high)})"


def _decimals(value: float, low: float, high: float) -> str:
    return f"{value:.2f} ({low:.2f} to {high:.2f})"
