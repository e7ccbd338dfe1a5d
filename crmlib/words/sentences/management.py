"""What chapter 2 says: who gets whose time, what was done in the year, and what contacts changed."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.numbers import known
from crmlib.words.sentences import fill, span, without


def finding(today: Any) -> Iterator[Message]:
    """What the best and the last tier take and bring."""
    if not isinstance(today.tiers, pd.DataFrame):
        yield say("management.unknown", why=today.tiers.why)
        yield from without(today.unknown)
        return
    first, last = today.tiers.iloc[0], today.tiers.iloc[-1]
    parts = [say("management.first_tier", tier=str(first.name), share=first["customers_share"], parts=_has(first))]
    if len(today.tiers) > 1:
        parts.append(say("management.last_tier", tier=str(last.name), parts=_has(last)))
    yield say("management.tiers_have", parts=parts)
    yield from without(today.unknown)


def tiers(tiers: pd.DataFrame) -> Iterator[Message]:
    """Whether tiers follow deposits, what a customer of the best and of the last gets, and what an hour goes with."""
    first, last = tiers.iloc[0], tiers.iloc[-1]
    each = tiers["deposits"] / tiers["customers"]
    if len(tiers) > 1 and each.is_monotonic_decreasing and each.is_unique:
        yield say("management.by_deposits", first=str(first.name), last=str(last.name), most=each.iloc[0],
                  least=each.iloc[-1])  # fmt: skip
    for tier in dict.fromkeys([tiers.index[0], tiers.index[-1]]):
        yield _tier(tiers.loc[tier], str(tier))
    yield say("management.averages" if known(first["hours_share"]) else "management.no_hours")


def portfolios(portfolios: Any) -> Iterator[Message]:
    """How portfolios differ, how many destroy value, and by what."""
    table, one = portfolios.table, len(portfolios.table) == 1
    sizes = table["customers"]
    yield say("management.one_portfolio" if one else "management.portfolio_sizes", n=sizes.iloc[0],
              sizes=span(sizes), hours=table["hours"].iloc[0] if one else span(table["hours"]))  # fmt: skip
    key = "management.destroying" if portfolios.destroying else "management.none_destroying"
    yield fill(key, portfolios, managers=len(table))
    low, high = span(table["hours_on_negative"])
    if not one and known(high) and (points := round(100 * (high - low))):
        yield say("management.differ", points=points)


def sales(sales: pd.DataFrame) -> Iterator[Message]:
    """How much of what is sold only fills what leaks, and what sells best."""
    taken, given = sales["taken_up"].sum(), sales["given_up"].sum()
    if not taken:
        yield say("management.nothing_sold", given=given)
        return
    yield say("management.leaks" if given / taken > 0.5 else "management.given_up", given=given / taken)
    best = sales["taken_up"].nlargest(2)
    if len(best) == 1 or best.iloc[0] > best.iloc[1]:
        yield say("management.best", name=sales["name"].iloc[0])
    if losing := int((sales["net"] < 0).sum()):
        yield say("management.net_losers", losing=losing, products=len(sales))


def changed(effects: Any) -> Iterator[Message]:
    """What contacts changed in deposits, and what the plain comparison shows; not where the placebos do not pass."""
    if not effects.placebos_pass:
        yield say("management.placebo_fails", prior=effects.change("prior"))
        return
    gain = effects.change("effect")
    said = say("management.more" if gain.value >= 0 else "management.less", size=_size(gain))
    yield say("management.contacted_held", said=said, window=effects.window)
    if not effects.overall.loc["deposits", "effect_p"] < 1 - effects.coverage:
        yield say("management.chance")
    yield say("management.alone", plain=effects.change("plain").value)


def contacts(effects: Any) -> Iterator[Message]:
    """On which path the contacted were, whether products were sold, and who could not be compared."""
    prior, products = effects.change("prior"), effects.of("products", "effect")
    yield say("management.moved", plain=effects.change("plain").value, gain=effects.change("effect").value)
    yield say("management.same_path" if effects.placebos_pass else "management.other_path", prior=prior)
    sold = "sold" if products.low > 0 else "not_sold" if products.high >= 0 else "sold_less"
    yield fill(f"management.{sold}", {"products": products})
    contacted, matched = effects.people
    if left_out := contacted - matched:
        yield say("management.left_out", left_out=left_out, contacted=contacted)
    yield say("management.no_experiment")


def _has(tier: pd.Series) -> list[Message]:
    """What a tier takes and brings."""
    takes = [say("management.takes", share=tier["hours_share"])] if known(tier["hours_share"]) else []
    return [*takes, say("management.brings", eva=(tier["eva"], tier["eva_share"]))]


def _tier(tier: pd.Series, name: str) -> Message:
    parts = [say("management.costs", share=tier["negative"] / tier["customers"])]
    if known(tier["eva_per_hour"]):
        parts.insert(0, say("management.hours_each", hours=tier["hours_per_customer"], eva=tier["eva_per_hour"]))
    return say("management.tier", tier=name, parts=parts)


def _size(gain: tuple[float, float, float]) -> tuple[float, float, float]:
    """An estimate without its sign."""
    value, low, high = gain
    return gain if value >= 0 else (-value, -high, -low)
