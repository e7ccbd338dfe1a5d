"""What chapter 3 says: how much hangs on a few, who they are, who creates value, and who came and left."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.numbers import known
from crmlib.words.sentences import fill, without

LEAST_GAP = 0.005
"""Difference of two shares that is worth a word: one that does not print as 0 percentage points."""


def finding(concentration: Any, largest: Any, amounts: pd.DataFrame) -> Iterator[Message]:
    """What the top holds, how many earn less than they cost, and what the largest are worth."""
    yield say("structure.top", top=concentration.top, share=concentration.of(concentration.main, "top_share"),
              amount=concentration.main)  # fmt: skip
    if "eva" in amounts:
        eva = amounts["eva"].dropna()
        below = int((eva < 0).sum())
        yield say("structure.below" if below else "structure.none_below", below=below, customers=len(eva))
    yield say("structure.losing", largest=len(largest.table), share=largest.share, amount=largest.amount)


def few(concentration: Any) -> Iterator[Message]:
    """Whether few customers carry the book, and which amounts only few have."""
    main, n = concentration.main, concentration.customers
    share, equal = concentration.of(main, "top_share").value, 1 / concentration.of(main, "hhi").value
    yield say("structure.as_if", equal=equal, amount=main, customers=n)
    if share <= 0.5:
        yield say("structure.no_few", top=concentration.top)
    elif equal <= concentration.top * n:
        yield say("structure.few_carry")
    for row in concentration.rare.itertuples():
        yield fill("structure.rare", row, top=concentration.top)


def value_created(value: Any) -> Iterator[Message]:
    """How much value is created and destroyed, and by how few."""
    yield fill("structure.both_signs" if value.negative else "structure.none_destroy", value)
    yield from without(value.unknown)
    if not value.negative:
        return
    yield say("structure.no_gini")
    if value.worst_share > 0.5 and value.worst < value.negative:
        yield say("structure.few_destroy", worst=value.worst, share=value.worst_share, risk=value.risk)


def negative(found: Any) -> Iterator[Message]:
    """What makes EVA negative, of how many customers."""
    causes = [say("structure.cause", cause=cause, n=n) for cause, n in found.counts.items() if n]
    yield say("structure.negative", n=found.customers, causes=causes)
    if found.counts["service"]:
        yield say("structure.missed", amount=found.missed)


def largest(largest: Any) -> Iterator[Message]:
    """What would go with the largest."""
    said = "structure.go_with_eva" if known(largest.eva.amount) else "structure.go_with"
    yield fill(said, largest, n=len(largest.table))


def limits(exposures: pd.DataFrame) -> Iterator[Message]:
    """How much of capital the largest customer and the largest group take, and whether that is within the limits."""
    for row in exposures.itertuples():
        yield fill("structure.within_limit" if row.share <= row.limit else "structure.above_limit", row)


def profile(people: pd.DataFrame, main: str) -> Iterator[Message]:
    """Where number and weight differ most."""
    gap = people[f"{main}_share"] - people["customers_share"]
    if gap.max() < LEAST_GAP:
        yield say("structure.no_gap", amount=main)
        return
    over, under = (people.loc[place, ["trait", "value"]].to_dict() for place in (gap.idxmax(), gap.idxmin()))
    yield say("structure.gap", amount=main, over=say("structure.trait", **over), more=round(100 * gap.max()),
              under=say("structure.trait", **under), less=round(-100 * gap.min()))  # fmt: skip


def roles(roles: pd.DataFrame) -> Iterator[Message]:
    """What borrowers hold and bring."""
    both = roles.loc[roles["loans"] > 0].sum(numeric_only=True, min_count=1)
    if not both["customers"] > 0:
        yield say("structure.nobody_borrows")
        return
    yield say("structure.borrow", share=both["customers_share"], deposits=both["deposits_share"])
    if "eva" not in roles or roles["eva"].isna().any():
        return
    less = both["eva"] < both["deposits_share"] * roles["eva"].sum()
    key = "lending_costs" if less else "lending_pays" if both["eva"] >= 0 else "borrowers_eva"
    yield say(f"structure.{key}", eva=(both["eva"], both["eva_share"]))


def growth(rate: float, customers_rate: float, main: str, dated: bool) -> Iterator[Message]:
    """How money and customers grew, and whether new customers carry it."""
    yield say("structure.growth", money=_moved(main, rate), people=_moved("customers", customers_rate))
    if not dated:
        yield say("structure.undated")
    elif rate > 0:
        yield say("structure.growth_of_old" if customers_rate < rate / 2 else "structure.growth_of_new")


def churn(churn: Any) -> Iterator[Message]:
    """How many close or fall idle in a year, how long customers stay, and how new ones do."""
    yield say("structure.leave" if churn.rate else "structure.nobody_left", rate=churn.rate, last=churn.last)
    if known(churn.idle) and churn.idle:
        yield say("structure.fell_idle", n=churn.idle)
    if known(churn.half_gone):
        yield say("structure.half_gone", years=churn.half_gone)
    if known(churn.young):
        yield say("structure.young", share=churn.young)
    if churn.rate and (churn.cohorts["cohort"] == "earlier").any():
        yield say("structure.flatters")


def _moved(what: str, rate: float) -> Message:
    return say("structure.grew" if rate >= 0 else "structure.fell", what=what, rate=abs(rate))


def derived(found: Any) -> Iterator[Message]:
    """What borrowers hold of the deposits, and whether these move with their loans."""
    yield fill("structure.derived_share", found)
    value, low, high = found.together
    side = "more" if low > 0 else "less" if high < 0 else "unclear"
    yield fill(f"structure.derived_{side if known(value) else 'unknown'}", found)
