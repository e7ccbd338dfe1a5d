"""Verdicts: the test of each claim. None is tuned, and each can come out either way.

What is given may be absent; then there is no verdict, for the same reason.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.evidence.claims import Verdict
from crmlib.evidence.followed import Followed
from crmlib.evidence.next_year import EVEN, Middle
from crmlib.matrix.classes import CLASSES
from crmlib.matrix.stages import STAGES
from crmlib.strategy.allocation import CLASS_RULE, OPTIMUM, TODAY
from crmlib.strategy.trial import SHARE, against_today, followable
from crmlib.study import CHAPTERS
from crmlib.tree import Tree
from crmlib.words.messages import say

MOST = 0.9
"""Share of the books in which a rule for hours must win more than another to be called better."""
RIVALS = (TODAY, "deposits first", CLASS_RULE)
"""Rules for hours that the allocation must beat."""


def count_printed(results: Callable[[str], Mapping[str, Any]]) -> dict[str, int]:
    """Key numbers of each chapter before the last, from what gives its results by its name."""
    return {name: len(results(name).get("numbers", {})) for name in CHAPTERS[:-1]}


def chapters_print(numbers: Mapping[str, int]) -> Verdict:
    """C0a: every chapter exists and prints figures; ``numbers`` counts the key numbers of each chapter."""
    silent = [chapter for chapter, count in numbers.items() if not count]
    printing = len(numbers) - len(silent)
    doubts = {"book": silent and say("evidence.C0a.silent", chapters=silent)}
    counts = {"printing": printing, "all": len(numbers), "numbers": sum(numbers.values())}
    return Verdict.of("C0a", True, doubts, printing / len(numbers), **counts)


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
    answers = [tree[leaf].answers for leaf in tree.leaves]
    answering = sum(problem in found.index for problem in answers)
    holds = answering == len(answers) and set(found.index[found]) <= set(answers) and found.any()
    absent = sorted(found.index[~found])
    doubts = {"problem": absent and say("evidence.C0b.absent", problems=absent)}
    counts = {"holding": int(found.sum()), "measured": len(found), "answering": answering, "indicators": len(answers)}
    return Verdict.of("C0b", holds, doubts, float(found.mean()), **counts)


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
    rows = list(grades.itertuples())
    shares = [say("evidence.C1a.share", scaling=row.scaling, share=row.share) for row in rows]
    nulls = [say("evidence.C1a.share", scaling=row.scaling, share=(row.null_low, row.null_high)) for row in rows]
    figure = grades["share"].iloc[0], grades["share"].min(), grades["share"].max()
    doubts = {"scaling": not holds.all()}
    return Verdict.of("C1a", holds.any(), doubts, *figure, considerable=considerable, shares=shares, nulls=nulls)


@needs()
def room(middle: Middle) -> Verdict:
    """C1b: the three middle fifths hold much headroom, by two yardsticks: what they earn, and how many they are.

    The first is in money, what a growth action would win of their headroom in a year less what they earned in the next.
    """
    yardsticks = {"earn": middle.lead.low > 0, "number": middle.headroom.low > EVEN}
    passed = [name for name, holds in yardsticks.items() if holds]
    doubts = {"yardstick": len(passed) == 1 and say(f"evidence.C1b.{passed[0]}")}
    held = {"eva": middle.eva, "gain": middle.gain, "headroom": middle.headroom, "room": middle.room, "even": EVEN}
    return Verdict.of("C1b", bool(passed), doubts, *middle.headroom, **held)


@needs()
def ordered_classes(followed: Followed, scores: pd.DataFrame, in_order: Mapping[pd.Timestamp, bool]) -> Verdict:
    """C2: four exclusive, exhaustive, non-empty classes, in the order of next-year EVA.

    Parameters
    ----------
    followed : Followed
        Those classed a year before the as-of date, and what they earned since.
    scores : DataFrame
        Table ``scores``: those graded then.
    in_order : mapping of date to bool
        Whether the classes of every date were in order (:func:`crmlib.evidence.backtest.classes_in_order`); empty
        where the last year alone is tested.
    """
    classes, tau = followed.base.set_index("customer_id")["class"], followed.tau
    graded = scores.loc[scores["basis"] == "base", "customer_id"]
    partition = classes.index.is_unique and set(classes.index) == set(graded) and classes.notna().all()
    pairs = [(pair.probability, say("evidence.over", higher=pair.higher, lower=pair.lower))
             for pair in followed.pairs.itertuples()]  # fmt: skip
    wrong = [over for share, over in pairs if not share > 0.5]
    others = [say("evidence.in_year", date=date) for date, holds in in_order.items() if not holds]
    shares = [say("evidence.C2.share", pair=over, share=share) for share, over in pairs]
    parts = [say("evidence.C2.order", tau=tau, z=followed.trend.z, pairs=shares)]
    if in_order:
        parts.append(say("evidence.C2.in_order", n=len(in_order) - len(others), all=len(in_order)))
    doubts = {
        "pair": wrong and say("evidence.C2.pairs", pairs=wrong),
        "year": others and say("evidence.C2.years", years=others),
    }
    holds = partition and classes.nunique() == len(CLASSES) and tau.low > 0
    return Verdict.of("C2", holds, doubts, *tau, parts=parts, every_year=bool(in_order))


@needs()
def everyone_has_an_action(classes: pd.DataFrame, actions: pd.DataFrame) -> Verdict:
    """C3a: every customer with a class has one action with a reason, and every cell of class × stage its n.

    Parameters
    ----------
    classes : DataFrame
        customer_id and class of every graded customer today, and its stage where the book allows stages.
    actions : DataFrame
        Columns customer_id, action, reason.
    """
    told = actions[actions["action"].fillna("").ne("") & actions["reason"].fillna("").ne("")]
    once = classes["customer_id"].map(told["customer_id"].value_counts()).eq(1)
    filled = classes.groupby(["class", "stage"]).ngroups if "stage" in classes else 0
    cells = say("evidence.C3a.cells", filled=filled, cells=len(CLASSES) * len(STAGES))
    parts = [say("evidence.C3a.acted", n=int(once.sum()), all=len(once)),
             cells if filled else say("evidence.C3a.no_stages")]  # fmt: skip
    doubts = {"stages": not filled and say("evidence.C3a.by_class")}
    return Verdict.of("C3a", once.all(), doubts, float(once.mean()), parts=parts)


@needs()
def hours_won(trial: pd.DataFrame) -> Verdict:
    """C3b: on the hidden truth of simulated books, hours as allocated win more than what a bank might do instead.

    Parameters
    ----------
    trial : DataFrame
        From :func:`crmlib.seeds.hour_trial`: seed, rule, law, expected and truth (CNY a year); one book or many.
    """
    wide = trial[trial["law"] == SHARE].pivot_table("truth", "seed", "rule")
    ahead = {rival: int((wide[OPTIMUM] > wide[rival]).sum()) for rival in RIVALS}
    beaten = [rival for rival, count in ahead.items() if count >= MOST * len(wide)]
    beside = against_today(trial)
    best = followable(beside).iloc[0]
    extent = {row.Index: (row.truth, row.truth_low, row.truth_high) for row in beside.itertuples()}
    leads = [say("evidence.C3b.ahead", rule=rival, n=count) for rival, count in ahead.items()]
    doubts = {"rival": len(beaten) < len(RIVALS) and say("evidence.C3b.only", rules=beaten)}
    return Verdict.of(
        "C3b", bool(beaten), doubts, *extent[OPTIMUM], rules=list(RIVALS), optimum=extent[OPTIMUM],
        class_rule=extent[CLASS_RULE], best=best.name, most=best["truth"], books=len(wide), leads=leads,
    )  # fmt: skip


@needs()
def losses_foreseen(foresight: pd.DataFrame, may_leave: Mapping[str, float]) -> Verdict:
    """C3c: who will leave is told a year ahead, better than by the size class, as keeping the valued would need.

    Closings of performing customers, whom a call might keep, are told apart from accounts that fall idle.

    Parameters
    ----------
    foresight : DataFrame
        As :attr:`crmlib.strategy.outlook.Outlook.foresight`.
    may_leave : mapping of class to float
        Share of the lifetime value that may leave within a year; empty where no lifetime value is known.
    """
    found = foresight.set_index(["of", "measure"])
    spans = found[["value", "low", "high"]]
    area, skill = spans.loc[("all", "auc")], spans.loc[("all", "skill")]
    told, closings_told = skill["low"] > 0, found.loc[("closed", "auc_lead"), "low"] > 0
    parts = [say("evidence.C3c.told", skill=tuple(skill))]
    for of in ("all", "closed", "idle"):
        if losses := int(found.loc[(of, "auc"), "losses"]):
            parts.append(say(f"evidence.C3c.area_{of}", area=tuple(spans.loc[(of, "auc")]), n=losses))
    if may_leave:
        shares = [say("evidence.C3c.share", label=label, share=share) for label, share in may_leave.items()]
        parts.append(say("evidence.C3c.may_leave", shares=shares))
    doubts = {
        "yardstick": not told and say("evidence.C3c.than_chance"),
        "customers": not closings_told and say("evidence.C3c.not_closings"),
    }
    return Verdict.of("C3c", told or area["low"] > 0.5, doubts, *area, parts=parts)
