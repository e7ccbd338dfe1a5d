"""What chapter 5 says: what weighs most, how far experts agree, and what scale, data and wallet do to the model."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.sentences import fill

ALIKE = 1e-9
LEAD = 3
"""Indicators that are named together as the heaviest."""
LITTLE = 0.05
"""Gain of the wallet estimate over sales alone, and distance of its coverage from the quantile, that is little."""
PULLS = -0.3
"""Rank correlation from which two indicators pull against each other."""
CROWD, FAR_FROM_END = 0.5, 20
"""Share of customers at the same points, and points, from which entropy finds an indicator even."""


def finding(axes: pd.DataFrame, leaves: pd.DataFrame) -> Iterator[Message]:
    """How many indicators make up the value, how the axes share it, and which weigh most."""
    (first, share), (second, _) = zip(axes["name"], axes["weight"], strict=True)
    yield say("model.made_up", indicators=len(leaves), share=share, first=first, second=second)
    yield say("model.all_alike") if _alike(leaves) else say("model.heaviest", heaviest=_weighed(leaves.head(2)))


def notes(*noted: Iterable[Message]) -> Iterator[list[Message]]:
    """What a reader must know of weights and model."""
    if told := [note for notes in noted for note in notes]:
        yield told


def tree(leaves: pd.DataFrame) -> Iterator[Message]:
    """Which indicators a manager looks at first."""
    if _alike(leaves):
        yield say("model.none_first")
    elif len(leaves) > LEAD:
        lead, last = leaves.head(LEAD), leaves.iloc[-1]
        yield say("model.lead", n=LEAD, names=lead["name"].tolist(), share=lead["weight"].sum(), lightest=last["name"],
                  least=last["weight"])  # fmt: skip


def experts(weights: Any, simulated: bool) -> Iterator[Message]:
    """How many were asked, and whether they are simulated."""
    asked = weights.consistency.query("expert != 'all'")["expert"].nunique()
    yield say("model.asked", experts=asked)
    if simulated:
        yield say("model.simulated_experts")


def consistency(ratios: pd.DataFrame, limit: float) -> Iterator[Message]:
    """How many contradict themselves, whether the group averages it out, and who judges in a circle."""
    alone, group = ratios[ratios["expert"] != "all"], ratios[ratios["expert"] == "all"]
    over, experts = alone.loc[~alone["consistent"], "expert"].nunique(), alone["expert"].nunique()
    yield say("model.over", over=over, experts=experts, limit=limit)
    largest = group["consistency_ratio"].max()
    if pd.notna(largest):
        averaged = over and largest < alone["consistency_ratio"].max()
        yield say("model.averaged_out" if averaged else "model.group_ratio", ratio=largest)
    for row in ratios[ratios["circle"].notna()].itertuples():
        yield fill("model.in_circle", row, ratio=row.consistency_ratio, passes=bool(row.consistent))


def repairs(repairs: pd.DataFrame, limit: float, moved: float) -> Iterator[Message]:
    """Whom to ask again about which judgement, and what hangs on it."""
    worst = repairs.iloc[0]
    yield fill("model.ask_again" if worst["ratio_after"] <= limit else "model.ask_again_though", worst)
    same = repairs[(repairs["expert"] == worst["expert"]) & (repairs["node"] == worst["node"])]
    changed = bool(repairs["applied"].any())
    if not changed and (same["adds"].round(6) == round(worst["adds"], 6)).sum() > 1:
        yield say("model.any_of_several")
    yield say("model.slip_or_conviction")
    yield say("model.was_changed" if changed else "model.stands", moved=moved)


def firmest_at_nodes(judgements: pd.DataFrame) -> Iterator[list[Message]]:
    """The firmest judgement at every node, read back."""
    yield [say("model.at_node", node=row["at"], said=restated(row)) for row in judgements.to_dict("records")]


def firmest_of_experts(judgements: pd.DataFrame) -> Iterator[list[Message]]:
    """The firmest judgement of every expert, read back."""
    yield [restated(row) for row in judgements.to_dict("records")]


def restated(judgement: Mapping[str, Any]) -> Message:
    """One judgement as a sentence: "Expert 3 holds deposits strongly more important than fees."

    Parameters
    ----------
    judgement : mapping
        A row of :func:`crmlib.value.weights.strongest`.
    """
    return fill("model.holds_equal" if judgement["step"] == 1 else "model.holds", judgement)


def opinions(spread: pd.DataFrame, opinions: pd.DataFrame) -> Iterator[Message]:
    """On what the experts are closest and furthest apart, where they are apart at all."""
    closest, furthest = spread.iloc[0], spread.iloc[-1]
    if (opinions["expert"] != "all").sum() == len(spread):
        yield say("model.one_opinion")
    elif round(furthest["apart"], 2) == 0:
        yield say("model.one_mind")
    else:
        parted = round(closest["apart"], 2) < round(furthest["apart"], 2)
        yield say("model.closest" if parted else "model.as_far", furthest=furthest["node"], far=furthest["apart"],
                  closest=closest["node"], close=closest["apart"])  # fmt: skip
        yield say("model.talk")


def consensus(least: pd.Series) -> Iterator[Message]:
    """On what the experts agree least."""
    full = round(least["consensus"], 2) == 1
    yield fill("model.full_consensus" if full else "model.least_consensus", least)
    yield say("model.agree_easily")


def choices(choices: pd.DataFrame) -> Iterator[Message]:
    """Whether more hangs on whom one asks or on how one reckons."""
    people, ways = (choices[choices["choice_kind"] == kind] for kind in ("left_out", "joined"))
    person, way = people.loc[people["moved"].idxmax()], ways["moved"].max()
    if max(person["moved"], way) < ALIKE:
        yield say("model.nothing_hangs")
        return
    yield say("model.hangs", person=person["moved"], who=person["expert_choice"], way=way)
    yield say("model.whom_matters" if person["moved"] > way else "model.how_matters")


def room_and_loyalty(correlation: float) -> Iterator[Message]:
    """Whether headroom and settlement share pull against each other."""
    yield say("model.pull" if correlation < PULLS else "model.hardly_pull", correlation=correlation)
    yield say("model.both_weigh")


def refused(refused: Mapping[str, str]) -> Iterator[list[Message]]:
    """Which weightings cannot be used here, and why."""
    if refused:
        yield [say(f"model.refused_{name.partition(' ')[0].lower()}", weighting=name) for name in refused]


def furthest(found: Any) -> Iterator[Message]:
    """Which weighting lies furthest from the study's, and what it would change."""
    yield fill("model.furthest", found)
    if found.moved > ALIKE:
        yield fill("model.gain_and_loss", found)
    if found.weighting == "entropy" and found.crowd > CROWD and found.points > FAR_FROM_END:
        yield say("model.looks_even", crowd=found.crowd, points=found.points, name=found.loses)
    yield say("model.a_check")


def wallet(fit: Any) -> Iterator[Message]:
    """What size and industry add to sales, and whether small and large customers are covered alike."""
    yield fill("model.gain_little" if 0 < fit.gain < LITTLE else "model.gain" if fit.gain > 0 else "model.no_gain", fit)
    low, high = fit.coverage
    alike = max(high - fit.quantile, fit.quantile - low) < LITTLE
    yield say("model.covers_alike" if alike else "model.covers_unlike", covered=[low, high])
    yield say("model.can_it_be_won")


def defaults(test: pd.DataFrame) -> Iterator[Message]:
    """Whether as many defaulted as expected, and of which grades it can be told."""
    grades, whole = test.iloc[:-1], test.iloc[-1]
    found = {"n": whole["defaults"], "expected": whole["expected_defaults"], "verdict": whole["default_verdict"]}
    yield fill("model.defaulted", whole, **found)
    if refuted := grades.loc[grades["default_verdict"] == "not_supported", "rating"].tolist():
        yield say("model.default_refuted", ratings=refuted)
    if few := int((grades["default_verdict"] == "too_few").sum()):
        yield say("model.default_few", n=few, grades=len(grades))


def graded(graded: int, not_graded: pd.DataFrame) -> Iterator[Message]:
    """How many customers are graded, and why others are not."""
    counts = not_graded["why"].value_counts(sort=False)
    reasons = [say(f"model.count_{why}", n=int(n)) for why, n in counts.items()]
    found = {"graded": graded, "not_graded": len(not_graded), "reasons": reasons}
    yield fill("model.graded" if reasons else "model.all_graded", found)


def handover(counts: pd.Series) -> Iterator[Message]:
    """How many customers each basis has."""
    yield say("model.handover", bases=[say("model.basis", basis=basis, n=int(n)) for basis, n in counts.items()])


def base(appraisal: Any) -> Iterator[Message]:
    """On what the model of the base was fitted."""
    yield say("model.base", date=appraisal.references.as_of, customers=len(appraisal.indicators))


def _alike(leaves: pd.DataFrame) -> bool:
    return leaves["weight"].max() - leaves["weight"].min() < ALIKE


def _weighed(leaves: pd.DataFrame) -> list[Message]:
    return [say("model.weighed", name=row.name, share=row.weight) for row in leaves.itertuples(index=False)]
