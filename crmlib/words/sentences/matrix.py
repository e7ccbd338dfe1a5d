"""What chapter 7 says: what the classes hold and earned, how sure a class is, where relationships stand and move."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.numbers import known
from crmlib.words.sentences import fill, span, without

SMALL_CELL, LISTED = 10, 4
"""Customers under which a cell carries no statistics, and how many such cells are listed by name."""
LITTLE = 0.1
"""What potential adds within a year is little under this share of what a class of high current value earns."""
FORGETS = 0.05
"""Difference between shares seen and foretold up to which a chain is taken at its word."""


def finding(held: Any) -> Iterator[Message]:
    """Who the best and the lowest class are, what they bring, what the lowest takes, and what defaults cost."""
    customers, eva, hours = held.of("customers"), held.of("eva", "total"), held.of("hours")
    first, last = held.order[0], held.order[-1]
    n = int(held.of("customers", "total").sum())
    if not len(list(eva)):
        shares = [say("matrix.class_share", name=name, share=share) for name, share in customers.items()]
        yield say("matrix.shares", n=n, shares=shares)
        return
    yield say("matrix.best", n=n, name=first, share=customers[first], eva=held.part("eva", first))
    yield say("matrix.lowest", name=last, share=customers[last], eva=held.part("eva", last))
    if known(hours[last]):
        yield say("matrix.takes", hours=hours[last])
    yield from _in_default(held.defaults, held.default_eva)
    yield say("matrix.eva", whole=eva.sum() + held.defaults.eva)
    yield from without(held.unknown)


def _in_default(defaults: Any, eva: float) -> Iterator[Message]:
    """How many are in default, of which class, and what they come to; only said where there are any."""
    each = [say("matrix.of_class", n=int(n), name=name) for name, n in defaults.table["in_default"].items() if n]
    if each:
        yield fill("matrix.in_default", defaults, n=defaults.customers, each=each, eva=eva)


def matrix(cuts: Any, near: float, band: float) -> Iterator[Message]:
    """Where the cuts lie, and for how many a class is a matter of judgement."""
    yield fill("matrix.cuts_lie", cuts, rules=[str(rule) for rule in cuts.rules])
    if near > 0:
        yield say("matrix.near", near=near, band=band)


def raroc(found: Any) -> Iterator[Message]:
    """What capital earns in each class."""
    classes = [fill("matrix.class_earns", row, name=row.value) for row in found.segments.itertuples()]
    yield say("matrix.raroc", raroc=found.book["raroc"], classes=classes, hurdle=found.hurdle)


def cuts(choices: pd.DataFrame) -> Iterator[Message]:
    """How many would change class by another rule, and by a cut a little off."""
    rules, shifts = choices[choices["rule"].notna()], choices[choices["rule"].isna()]
    most = rules.loc[rules["changed"].idxmax()]
    if most["changed"] > 0:
        yield fill("matrix.another_rule", most)
    yield say("matrix.shifted", shift=shifts["shift"].max(), changed=span(shifts["changed"]))
    yield say("matrix.decision")


def profile(held: Any) -> Iterator[Message]:
    """What an hour goes with in the best and the lowest class, and what the class of potential holds."""
    first, _, growing, last = held.order
    hour, headroom, hours = held.defaults.per_hour, held.of("headroom"), held.of("hours")
    if held.defaults and known(hour[first]) and known(hour[last]):
        yield say("matrix.per_hour", first=first, last=last, amount=hour[first], other=hour[last])
        yield say("matrix.hours_follow")
    if len(list(headroom)) and known(headroom[growing]):
        told = len(list(hours)) and known(hours[growing])
        yield say("matrix.has_headroom_and_hours" if told else "matrix.has_headroom", name=growing,
                  headroom=headroom[growing], hours=hours[growing])  # fmt: skip


def next_year(later: Any) -> Iterator[Message]:
    """What the best class earned in the year after."""
    whole = later.table["class_total"].sum()
    yield say("matrix.earned_after", name=later.table["class"].iloc[0], eva=later.best, whole=whole)


def after(later: Any) -> Iterator[Message]:
    """What high current value and what potential earned within the year."""
    high, (growing, last) = later.table.iloc[:2], later.table.iloc[2:].to_dict("records")
    names = list(high["class"])
    yield say("matrix.high", names=names, eva=(high["class_total"].sum(), high["share"].sum(min_count=2)))
    if known(most := high["negative_share"].max()):
        yield say("matrix.high_negative" if most else "matrix.none_negative", most=most)
    if known(growing["mean"]) and known(last["mean"]):
        yield say(f"matrix.{_potential(growing['mean'] - last['mean'], high['mean'].min())}", name=growing["class"],
                  amount=growing["mean"], last=last["class"], other=last["mean"])  # fmt: skip


def _potential(gain: float, high: float) -> str:
    """Whether potential shows within a year."""
    if gain < 0:
        return "potential_hidden"
    return "potential_little" if gain < LITTLE * high else "potential_shows"


def rules(shares: pd.DataFrame, settings: Any) -> Iterator[Message | list[Message]]:
    """The rules of the stages in their order, with the limits of this study and for how many each decided."""
    limits = {
        "new": settings.new_months, "fell": -np.expm1(-settings.trend_limit), "closed": settings.closed_products,
        "grew": np.expm1(settings.trend_limit), "gained": settings.gained_products,
    }  # fmt: skip
    yield say("matrix.rules_intro", months=settings.trend_months)
    yield [
        say("matrix.rule", stage=row.stage, share=row.share,
            rule=say(f"matrix.rule_{row.rule}", limit=limits.get(row.rule), products=settings.few_products,
                     settled=settings.low_settlement))
        for row in shares.itertuples()
    ]  # fmt: skip


def stages(table: pd.DataFrame) -> Iterator[Message]:
    """How many of the best class fall away, which cells are small, and which is the largest."""
    first, falling = table.index[0], int(table["decline"].iloc[0])
    yield say("matrix.falling" if falling else "matrix.none_falling", n=falling, name=first)
    cells = list(product(table.index, table.columns))
    small = [say("matrix.cell", name=name, stage=stage, n=int(table.loc[name, stage])) for name, stage in cells
             if table.loc[name, stage] < SMALL_CELL]  # fmt: skip
    if small:
        named = len(small) <= LISTED
        yield say("matrix.small_cells" if named else "matrix.many_small_cells", least=SMALL_CELL, cells=small,
                  n=len(small), all=len(cells))  # fmt: skip
    name, stage = max(cells, key=lambda cell: table.loc[cell])
    yield say("matrix.largest", name=name, stage=stage, n=int(table.loc[name, stage]))


def stages_apart(table: pd.DataFrame, apart: pd.DataFrame) -> Iterator[Message]:
    """How many declining customers have high potential, with the trend in potential and without it."""
    high = [table.index[0], table.index[2]]
    counts = [int(each.loc[high, "decline"].sum()) for each in (table, apart)]
    yield say("matrix.declining_high", names=high, n=counts[0], apart=counts[1])
    yield say("matrix.partly_mechanical" if counts[1] > counts[0] else "matrix.not_mechanical")


def changes(changed: Any) -> Iterator[Message]:
    """Who stands in another class than last year, and who passed a cut by the band."""
    both, band = changed.both, changed.band
    moved, clear = int(both["changed"].sum()), int(both["changed_regraded"].sum())
    yield say("matrix.changed", n=len(both), moved=moved)
    if band > 0 and moved:
        yield say("matrix.passed" if clear < moved else "matrix.all_passed", clear=clear, band=band)
    if changed.fallen:
        yield say("matrix.fallen", n=changed.fallen)


def migration(moved: Any) -> Iterator[Message]:
    """Which class loses most, and whether potential is lost more often than turned into current value."""
    lost, chances = moved.losses, moved.chances.set_index(["class", "next"])
    closings, idle = (int(lost[how].sum()) for how in ("closings", "idle"))
    counts = {"n": closings + idle, "closings": closings, "idle": idle}
    yield fill("matrix.lost_how" if closings + idle else "matrix.nobody_lost", counts)
    if closings + idle and lost["chance"].idxmin() != lost["chance"].idxmax():
        calm, wild = lost.loc[lost["chance"].idxmin()], lost.loc[lost["chance"].idxmax()]
        yield say("matrix.loses_most", name=wild.name, chance=wild["chance"], other=calm.name, least=calm["chance"])
        yield say("matrix.fewer" if calm["high"] < wild["low"] else "matrix.not_fewer")
    first, _, growing, last = lost.index
    reached, fallen = chances.loc[(growing, first)], chances.loc[(growing, last)]
    yield say("matrix.reach", name=growing, best=first, reached=tuple(reached[["chance", "low", "high"]]), last=last,
              fallen=fallen["chance"])  # fmt: skip
    yield say("matrix.lost_more" if fallen["chance"] > reached["chance"] else "matrix.turned_more")
    if not moved.trend_known:
        yield say("matrix.young", year=moved.first)


def worth(values: pd.DataFrame, memory: pd.DataFrame, held: Any) -> Iterator[Message]:
    """What is to come from the class of potential, and whether customers forget where they came from."""
    growing, last = values.iloc[2], values.iloc[3]
    gain = growing["to_come"] - last["to_come"]
    yield say("matrix.to_come", name=growing["class"], amount=growing["to_come"], gain=abs(gain), last=last["class"],
              more=gain > 0)  # fmt: skip
    if gain > 0 > last["reward"] and held.lowest_in_default:
        yield say("matrix.not_all_potential", last=last["class"], n=held.lowest_in_default)
    if (memory["kept_seen"] - memory["kept_foretold"]).abs().max() < FORGETS:
        yield say("matrix.forget")
    elif known(memory["kept_seen"].iloc[0]):
        yield from _remember(memory.iloc[0], last["class"])


def _remember(best: pd.Series, last: str) -> Iterator[Message]:
    mixes = best["kept_foretold"] < best["kept_seen"]
    yield say("matrix.remember", name=best["class"], seen=best["kept_seen"], foretold=best["kept_foretold"])
    if mixes:
        yield say("matrix.mixes")
    if best["lost_foretold"] < best["lost_seen"]:
        yield say("matrix.more_lost", name=best["class"], seen=best["lost_seen"], foretold=best["lost_foretold"])
    elif mixes:
        yield say("matrix.drawn", name=best["class"], last=last)


def won(found: Any) -> Iterator[Message]:
    """What becomes of the scores, and of the class with the most potential, where all headroom is won."""
    gained, lost = found.change["current_gained"], -found.change["potential_gained"]
    if gained > 0 and lost > 0:
        yield say("matrix.won", gained=gained, lost=lost)
    stay = {name: found.moves.loc[name, name] for name in found.moves.index}
    name = min(stay, key=stay.get)
    if stay[name] < 1:
        to = found.moves.loc[name].drop(name).sort_values(ascending=False)
        others = [say("matrix.won_to", name=other, share=share) for other, share in to[to > 0].items()]
        yield say("matrix.won_from", name=name, moved=1 - stay[name], others=others)
    best = found.moves.columns[0]
    if stay.get(best, 1) < 1:
        yield say("matrix.won_leaves", name=best, share=1 - stay[best])


def lending(table: pd.DataFrame) -> Iterator[Message]:
    """What hangs on it that customers without a loan get 0 for lending."""
    own = table.loc["no_loan"]
    yield say("matrix.lending", zero=own["as_zero"], unknown=own["as_unknown"], n=int(table["customers"].sum()),
              moved=int(table["other_class"].sum()), lent=int(table.loc["borrower", "other_class"]))  # fmt: skip
