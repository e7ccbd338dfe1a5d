"""Verdicts: the test of each claim. None is tuned, and each can come out either way.

What is given may be absent; then there is no verdict, for the same reason.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.evidence.claims import Verdict
from crmlib.evidence.followed import Followed
from crmlib.evidence.next_year import EVEN, Middle, out_of_order
from crmlib.evidence.rivals import Rivals
from crmlib.matrix.classes import CLASSES
from crmlib.matrix.stages import STAGES
from crmlib.strategy.allocation import CLASS_RULE, OPTIMUM, TODAY
from crmlib.strategy.outlook import VALUED
from crmlib.strategy.trial import HEADROOM, MOST, SHARE, against_today, followable
from crmlib.study import CHAPTERS
from crmlib.tree import Tree
from crmlib.value.grades import KINDS
from crmlib.words.messages import Message, say

RIVALS = (TODAY, "deposits first", CLASS_RULE)
"""Rules for hours that the allocation must beat."""
TRIED = (HEADROOM, SHARE)
"""Laws of response under which one rule for hours may win more than another."""
SPAN = ["truth", "truth_low", "truth_high"]
LEAST_LOSSES = 20
"""Losses of a kind under which nothing is said of how well they are told."""


MEASURING = CHAPTERS[CHAPTERS.index("book") : CHAPTERS.index("evidence")]
"""Chapters that measure something before the claims are weighed."""


def count_printed(results: Callable[[str], Mapping[str, Any]]) -> dict[str, int]:
    """Key numbers of each chapter that measures, from what gives its results by its name."""
    return {name: len(results(name).get("numbers", {})) for name in MEASURING}


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
    """C1a: a considerable share of customers is in the middle grade. The null books beside it decide nothing.

    Parameters
    ----------
    grades : DataFrame
        From :func:`crmlib.value.grades.grades_beside_null`, the study's own scaling first.
    considerable : float
        Least share that is called considerable.
    """
    grades = grades[grades["grade"] == "middle"]
    holds, own = grades["low"] > considerable, grades.iloc[0]
    shares = [say("evidence.C1a.share", scaling=row.scaling, share=(row.share, row.low, row.high))
              for row in grades.itertuples()]  # fmt: skip
    nulls = {kind: tuple(own[[f"{kind}_mean", f"{kind}_low", f"{kind}_high"]]) for kind in KINDS}
    others = grades.loc[~holds, "scaling"].tolist()
    doubts = {"scaling": others and say("evidence.C1a.not_under", scalings=others)}
    figure, told = own[["share", "low", "high"]], {"considerable": considerable, "shares": shares, **nulls}
    return Verdict.of("C1a", holds.any(), doubts, *figure, **told)


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
    """C2a: four exclusive, exhaustive, non-empty classes, in the order of next-year EVA, each clear of the next.

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
    pairs = [((pair.probability, pair.low, pair.high), say("evidence.over", higher=pair.higher, lower=pair.lower))
             for pair in followed.pairs.itertuples()]  # fmt: skip
    wrong = [over for (_, low, _), over in pairs if not low > 0.5]
    turned = [say("evidence.C2a.measure", measure=measure, pair=say("evidence.over", higher=higher, lower=lower))
              for measure, higher, lower in out_of_order(followed.table)]  # fmt: skip
    others = [say("evidence.in_year", date=date) for date, holds in in_order.items() if not holds]
    shares = [say("evidence.C2a.share", pair=over, share=share) for share, over in pairs]
    parts = [say("evidence.C2a.order", tau=tau, z=followed.trend.z, pairs=shares)]
    if in_order:
        parts.append(say("evidence.C2a.in_order", n=len(in_order) - len(others), all=len(in_order)))
    doubts = {
        "pair": wrong and say("evidence.C2a.pairs", pairs=wrong),
        "measure": turned and say("evidence.C2a.measures", measures=turned),
        "year": others and say("evidence.C2a.years", years=others),
    }
    holds = partition and classes.nunique() == len(CLASSES) and tau.low > 0
    return Verdict.of("C2a", holds, doubts, *tau, parts=parts, every_year=bool(in_order))


@needs()
def ahead_of_rivals(rivals: Rivals) -> Verdict:
    """C2b: the classes tell the order of next-year EVA better than groupings that a bank has at hand."""
    beaten, others = rivals.that_are("ahead"), rivals.that_are("alike", "behind")
    found = [say("evidence.C2b.rival", rival=row.rival, tau=(row.tau_b, row.low, row.high),
                 lead=(row.lead, row.lead_low, row.lead_high)) for row in rivals.table.itertuples()]  # fmt: skip
    doubts = {"rival": others and say("evidence.C2b.only", beaten=beaten, others=others)}
    return Verdict.of("C2b", bool(beaten), doubts, *rivals.strongest[["lead", "lead_low", "lead_high"]], rivals=found)


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

    The two laws under which hours differ count; the figure is that of the law that is worse for the allocation.

    Parameters
    ----------
    trial : DataFrame
        From :func:`crmlib.seeds.hour_trial`: seed, rule, law, expected and truth (CNY a year); one book or many.
    """
    books = trial["seed"].nunique()
    beside = {law: against_today(trial, law) for law in TRIED}
    ahead = {law: _ahead(trial, law) for law in TRIED}
    beaten = {law: counts.index[counts >= MOST * books].tolist() for law, counts in ahead.items()}
    told = [say("evidence.C3b.beaten", law=law, rules=rules) for law, rules in beaten.items() if rules]
    how = say("evidence.C3b.only", found=told)
    doubts = {"law": len(told) < len(TRIED) and how,
              "rival": any(len(rules) < len(RIVALS) for rules in beaten.values()) and how}  # fmt: skip
    worse = min((beside[law].loc[OPTIMUM, SPAN] for law in TRIED), key=lambda span: span["truth"])
    laws = [_under(law, beside[law], ahead[law]) for law in TRIED]
    return Verdict.of("C3b", bool(told), doubts, *worse, rules=list(RIVALS), books=books, laws=laws)


def _ahead(trial: pd.DataFrame, law: str) -> pd.Series:
    """Books in which the allocation wins more than each rival under a law."""
    wide = trial[trial["law"] == law].pivot_table("truth", "seed", "rule")
    return wide[list(RIVALS)].lt(wide[OPTIMUM], axis=0).sum()


def _under(law: str, beside: pd.DataFrame, ahead: pd.Series) -> Message:
    """What is won under a law."""
    best = followable(beside).iloc[0]
    extent = {rule: tuple(beside.loc[rule, SPAN]) for rule in (OPTIMUM, CLASS_RULE)}
    leads = [say("evidence.C3b.ahead", rule=rival, n=int(n)) for rival, n in ahead.items()]
    return say("evidence.C3b.under", law=law, optimum=extent[OPTIMUM], class_rule=extent[CLASS_RULE],
               best=best.name, most=best["truth"], leads=leads)  # fmt: skip


@needs()
def losses_foreseen(foresight: pd.DataFrame, may_leave: Mapping[str, float]) -> Verdict:
    """C3c: which valued customers will leave is told a year ahead, better than by the size class.

    Closings of performing customers, whom a call might keep, are told apart from accounts that fall idle.

    Parameters
    ----------
    foresight : DataFrame
        As :attr:`crmlib.strategy.outlook.Outlook.foresight`.
    may_leave : mapping of class to float
        Share of the lifetime value that may leave within a year; empty where no lifetime value is known.
    """
    found = foresight.set_index(["of", "measure"])
    spans = found[["value", "low", "high"]].apply(tuple, axis=1)
    losses = {of: int(found.loc[(of, "auc"), "losses"]) for of in VALUED if (of, "auc") in found.index}
    enough = [of for of, n in losses.items() if n >= LEAST_LOSSES]
    if not enough:
        raise Lacking("evidence.few_valued", **{of: losses.get(of, 0) for of in VALUED}, least=LEAST_LOSSES)
    told = [of for of in enough if found.loc[(of, "auc_lead"), "low"] > 0]
    parts = [say("evidence.C3c.area", of=of, n=losses[of], area=spans[of, "auc"], lead=spans[of, "auc_lead"])
             for of in enough]  # fmt: skip
    parts += [say("evidence.C3c.few", of=of, n=n) for of, n in losses.items() if of not in enough]
    parts.append(say("evidence.C3c.all", n=int(found.loc[("all", "auc"), "losses"]), skill=spans["all", "skill"]))
    if may_leave:
        shares = [say("evidence.C3c.share", label=label, share=share) for label, share in may_leave.items()]
        parts.append(say("evidence.C3c.may_leave", shares=shares))
    others = [of for of in losses if of not in told]
    doubts = {"customers": others and say("evidence.C3c.only", told=told, others=others)}
    return Verdict.of("C3c", bool(told), doubts, *spans[enough[0], "auc"], parts=parts, least=LEAST_LOSSES)
