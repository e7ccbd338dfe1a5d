"""Verdicts: the test of each claim. None is tuned, and each can come out either way.

What is given may be absent; then there is no verdict, for the same reason.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.evidence.claims import DEPENDS, NOT_SUPPORTED, SUPPORTED, Verdict
from crmlib.evidence.followed import Followed
from crmlib.evidence.next_year import EVEN, Middle
from crmlib.strategy.allocation import CLASS_RULE, OPTIMUM, TODAY
from crmlib.strategy.trial import against_today, followable
from crmlib.study import CHAPTERS
from crmlib.tree import Tree
from crmlib.words.messages import Message, say

MOST = 0.9
"""Share of the books in which a rule for hours must win more than another to be called better."""
DONE = say("evidence.done")
RIVALS = (TODAY, "deposits first", CLASS_RULE)
"""Rules for hours that the allocation must beat."""


def count_printed(results: Callable[[str], Mapping[str, Any]]) -> dict[str, int]:
    """Key numbers of each chapter before the last, from what gives its results by its name."""
    return {name: len(results(name).get("numbers", {})) for name in CHAPTERS[:-1]}


def chapters_print(numbers: Mapping[str, int]) -> Verdict:
    """C0a: every chapter exists and prints figures; ``numbers`` counts the key numbers of each chapter."""
    silent = [chapter for chapter, count in numbers.items() if not count]
    printing = len(numbers) - len(silent)
    statistic = say("evidence.C0a.statistic", printing=printing, all=len(numbers), numbers=sum(numbers.values()))
    kind, on, how = (DEPENDS, "book", say("evidence.C0a.silent", chapters=silent)) if silent else (SUPPORTED, "", None)
    test, share = say("evidence.C0a.test"), printing / len(numbers)
    return Verdict(kind, on, how, test, statistic, DONE, chapter="all", value=share)


@needs()
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
        raise Lacking("evidence.no_problem")
    found = problems.set_index("problem")["holds"].astype(bool)
    answers = {leaf: tree[leaf].answers for leaf in tree.leaves}
    lost = [leaf for leaf, problem in answers.items() if problem not in found.index]
    unanswered = set(found[found].index) - set(answers.values())
    statistic = say("evidence.C0b.statistic", holding=int(found.sum()), measured=len(found),
                    answering=len(answers) - len(lost), indicators=len(answers))  # fmt: skip
    kind, on, how = SUPPORTED, "", None
    if lost or unanswered or not found.any():
        kind = NOT_SUPPORTED
    elif absent := sorted(found[~found].index):
        kind, on, how = DEPENDS, "problem", say("evidence.C0b.absent", problems=absent)
    test, null = say("evidence.C0b.test"), say("evidence.C0b.null")
    return Verdict(kind, on, how, test, statistic, null, "problems", float(found.mean()))


@needs()
def considerable_middle(grades: pd.DataFrame, considerable: float) -> Verdict:
    """C1a: a considerable share of customers is in the middle grade, and more than chance puts there.

    Parameters
    ----------
    grades : DataFrame
        One row a scaling and grade, the study's own scaling first: scaling, grade, share, null_mean, null_low,
        null_high.
    considerable : float
        Least share that is called considerable.
    """
    grades = grades[grades["grade"] == "middle"]
    holds = (grades["share"] >= considerable) & (grades["share"] > grades["null_high"])
    kind = SUPPORTED if holds.all() else DEPENDS if holds.any() else NOT_SUPPORTED
    rows = list(grades.itertuples())
    shares = [say("evidence.C1a.share", scaling=row.scaling, share=row.share) for row in rows]
    nulls = [say("evidence.C1a.share", scaling=row.scaling, share=(row.null_low, row.null_high)) for row in rows]
    return Verdict(
        kind,
        "scaling" if kind == DEPENDS else "",
        None,
        say("evidence.C1a.test", considerable=considerable),
        say("evidence.C1a.statistic", shares=shares),
        say("evidence.C1a.null", shares=nulls),
        "scores",
        *(grades["share"].iloc[0], grades["share"].min(), grades["share"].max()),
    )


@needs()
def room(middle: Middle) -> Verdict:
    """C1b: the three middle fifths hold much headroom, by two yardsticks: what they earn, and how many they are."""
    yardsticks = {"earn": middle.lead.low > 0, "number": middle.headroom.low > EVEN}
    passed = [name for name, holds in yardsticks.items() if holds]
    kind, on, how = SUPPORTED if passed else NOT_SUPPORTED, "", None
    if len(passed) == 1:
        kind, on, how = DEPENDS, "yardstick", say(f"evidence.C1b.{passed[0]}")
    statistic = say("evidence.C1b.statistic", eva=middle.eva, headroom=middle.headroom, room=middle.room)
    test, null = say("evidence.C1b.test"), say("evidence.C1b.null", even=EVEN)
    return Verdict(kind, on, how, test, statistic, null, "evidence", *middle.headroom)


@needs()
def ordered_classes(followed: Followed, graded: pd.Series, in_order: Mapping[pd.Timestamp, bool]) -> Verdict:
    """C2: four exclusive, exhaustive, non-empty classes, in the order of next-year EVA.

    Parameters
    ----------
    followed : Followed
        Those classed a year before the as-of date, and what they earned since.
    graded : Series
        Customers graded then.
    in_order : mapping of date to bool
        Whether the classes of every date were in order (:func:`crmlib.evidence.backtest.classes_in_order`); empty
        where the last year alone is tested.
    """
    classes, tau = followed.base.set_index("customer_id")["class"], followed.tau
    partition = classes.index.is_unique and set(classes.index) == set(graded) and classes.notna().all()
    wrong = [_over(row) for row in followed.pairs.itertuples() if not row.probability > 0.5]
    others = [say("evidence.in_year", date=date) for date, holds in in_order.items() if not holds]
    kind, on, how = SUPPORTED, "", None
    if not partition or classes.nunique() < 4 or not tau.low > 0:
        kind = NOT_SUPPORTED
    elif wrong:
        kind, on, how = DEPENDS, "pair", say("evidence.C2.pairs", pairs=wrong)
    elif others:
        kind, on, how = DEPENDS, "year", say("evidence.C2.years", years=others)
    parts = [say("evidence.C2.order", tau=tau, z=followed.trend.z,
                 pairs=[say("evidence.C2.share", pair=_over(row), share=row.probability)
                        for row in followed.pairs.itertuples()])]  # fmt: skip
    if in_order:
        parts.append(say("evidence.C2.in_order", n=len(in_order) - len(others), all=len(in_order)))
    test = say("evidence.C2.every_year" if in_order else "evidence.C2.test")
    return Verdict(kind, on, how, test, _line(parts), say("evidence.C2.null"), "evidence", *tau)


@needs()
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
    parts = [say("evidence.C3a.statistic", n=int(once.sum()), all=len(once))]
    if len(cells):
        parts.append(say("evidence.C3a.cells", filled=int(np.count_nonzero(np.asarray(cells))), cells=len(cells)))
    else:
        parts.append(say("evidence.C3a.no_stages"))
    kind, on, how = SUPPORTED if once.all() else NOT_SUPPORTED, "", None
    if once.all() and not len(cells):
        kind, on, how = DEPENDS, "stages", say("evidence.C3a.by_class")
    test = say("evidence.C3a.test")
    return Verdict(kind, on, how, test, say("evidence.C3a.found", parts=parts), DONE, "strategy", float(once.mean()))


@needs()
def hours_won(trial: pd.DataFrame) -> Verdict:
    """C3b: on the hidden truth of simulated books, hours as allocated win more than what a bank might do instead.

    Parameters
    ----------
    trial : DataFrame
        From :func:`crmlib.seeds.hour_trial`: seed, rule, expected and truth (CNY a year); one book or many.
    """
    wide = trial.pivot_table("truth", "seed", "rule")
    ahead = {rival: int((wide[OPTIMUM] > wide[rival]).sum()) for rival in RIVALS}
    beaten = [rival for rival, count in ahead.items() if count >= MOST * len(wide)]
    kind, on, how = SUPPORTED if len(beaten) == len(RIVALS) else NOT_SUPPORTED, "", None
    if 0 < len(beaten) < len(RIVALS):
        kind, on, how = DEPENDS, "rival", say("evidence.C3b.only", rules=beaten)
    beside = against_today(trial)
    best = followable(beside).iloc[0]
    extent = {row.rule: (row.truth, row.truth_low, row.truth_high) for row in beside.itertuples()}
    leads = [say("evidence.C3b.ahead", rule=rival, n=count) for rival, count in ahead.items()]
    statistic = say(
        "evidence.C3b.statistic", optimum=extent[OPTIMUM], class_rule=extent[CLASS_RULE], best=best["rule"],
        most=best["truth"], books=len(wide), leads=leads,
    )  # fmt: skip
    test = say("evidence.C3b.test", rules=list(RIVALS))
    return Verdict(kind, on, how, test, statistic, say("evidence.C3b.null"), "strategy", *extent[OPTIMUM])


@needs()
def losses_foreseen(foresight: pd.DataFrame, at_risk: Mapping[str, float]) -> Verdict:
    """C3c: who will leave is told a year ahead, better than by the size class, as keeping the valued would need.

    Parameters
    ----------
    foresight : DataFrame
        As :attr:`crmlib.strategy.outlook.Outlook.foresight`: of (all, performing), measure, value, low, high.
    at_risk : mapping of class to float
        Share of the lifetime value that is at risk within a year; empty where no lifetime value is known.
    """
    found = foresight.set_index(["of", "measure"])[["value", "low", "high"]]
    told = {of: bool(found.loc[(of, "skill"), "low"] > 0) for of in ("all", "performing")}
    area, still, skill = (tuple(found.loc[key]) for key in (("all", "auc"), ("performing", "auc"), ("all", "skill")))
    kind, on, how = SUPPORTED if all(told.values()) else NOT_SUPPORTED, "", None
    if told["all"] and not told["performing"]:
        kind, on, how = DEPENDS, "customers", say("evidence.C3c.in_default")
    elif not told["all"] and area[1] > 0.5:
        kind, on, how = DEPENDS, "yardstick", say("evidence.C3c.than_chance")
    parts = [say("evidence.C3c.statistic", area=area, still=still, skill=skill)]
    if at_risk:
        shares = [say("evidence.C3c.share", label=label, share=share) for label, share in at_risk.items()]
        parts.append(say("evidence.C3c.at_risk", shares=shares))
    test, null = say("evidence.C3c.test"), say("evidence.C3c.null")
    return Verdict(kind, on, how, test, _line(parts), null, "strategy", *area)


def _over(pair: tuple) -> Message:
    return say("evidence.over", higher=pair.higher, lower=pair.lower)


def _line(parts: list[Message]) -> Message:
    return say("evidence.line", parts=parts)
