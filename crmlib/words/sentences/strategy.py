"""What chapter 8 says: who gets which action, what is at stake, who may leave, and whose hours win most."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.numbers import known
from crmlib.words.sentences import fill, rows, span, without

FIRST = 10
"""Customers that are called the first of those to keep."""
FLAT, NEARLY = 0.95, 0.99
"""Least income that a runner-up keeps where a peak is flat, and least share that is nearly all."""
BY_CLASS, OPTIMUM, TODAY = "class rule", "optimum", "today"
POWER = 0.8
"""Chance that a pilot sees the effect that it is made for."""
LAWS = ("headroom", "share")
"""Laws of response under both of which a rule must be ahead of today's hours."""


def finding(actions: pd.DataFrame) -> Iterator[Message]:
    """The most frequent action, and what the customers to keep are worth."""
    counts = actions["action"].value_counts()
    yield say("strategy.one_each", n=len(actions), action=counts.index[0], share=counts.iloc[0] / len(actions))
    keep = actions.loc[actions["stake"] == "keep", "value_at_stake"].sort_values(ascending=False)
    if keep.sum() > 0:
        yield say("strategy.worth_keeping", n=len(keep), worth=keep.sum())
        if len(keep) > FIRST:
            yield say("strategy.first_of_them", first=FIRST, share=keep.head(FIRST).sum() / keep.sum())


def hours_finding(hours: Any, prices: Any) -> Iterator[Message]:
    """Which rule for the managers' hours is recommended, what others come to, and whether the last hour pays."""
    yield from _recommendation(hours)
    yield from _last_hours(prices)


def _recommendation(hours: Any) -> Iterator[Message]:
    rule, books, laws = hours.recommended, hours.books, hours.laws
    if not books:
        yield say("strategy.untried")
        yield _promise(hours)
        return
    if hours.win_nothing:
        yield say("strategy.win_nothing", books=books)
        return
    if rule == TODAY:
        yield say("strategy.no_rule_stands", books=books)
    else:
        yield say("strategy.recommended", rule=rule, books=books, **_under(laws, rule))
    if rule != BY_CLASS:
        yield say("strategy.class_rule", books=books, **_under(laws, BY_CLASS))
    promised = hours.tried.loc[OPTIMUM, "expected"]
    if rule != OPTIMUM and promised > 0:
        yield say("strategy.optimum", promised=promised, **_under(laws, OPTIMUM))


def _last_hours(prices: Any) -> Iterator[Message]:
    """With how many managers the last hour pays, and the take-up at which it would with all."""
    price, cost, take_up = prices.table["price"], prices.cost, prices.take_up
    low, high, paid = price.min(), price.max(), int((price >= cost).sum())
    if low <= 0 or paid == len(price):
        return
    if paid:
        yield say("strategy.some_pay", paid=paid, managers=len(price), all=take_up * cost / low, take_up=take_up)
        return
    needed = {"first": take_up * cost / high, "all": take_up * cost / low, "take_up": take_up}
    yield say("strategy.none_pays", low=low, high=high, cost=cost, **needed)


def leaving_finding(
    by_class: pd.DataFrame, saved: pd.DataFrame, leaving: Any, listed: float, unknown: int = 0
) -> Iterator[Message]:
    """What may leave within a year, and whether it can be told who does."""
    lost, most = by_class["may_leave"].sum(), by_class.loc[by_class["share"].idxmax()]
    yield say("strategy.may_leave", worth=by_class["worth"].sum() + lost, lost=lost)
    yield say("strategy.lost_most", name=most["class"], share=most["share"])
    yield say("strategy.save_list", n=len(saved), share=listed)
    yield from without(unknown)
    if not leaving.used:
        yield say("strategy.not_told", why=leaving.by_hazard.why)
        return
    yield say("strategy.told_a_little", skill=_span(_measure(leaving.foresight, "all", "skill")))
    yield from _apart(leaving.foresight)


def countermeasures(problems: pd.DataFrame, idle: float) -> Iterator[Message]:
    """Which problems need their countermeasure."""
    shown = problems.loc[problems["holds"], "problem"].tolist()
    named = [say("strategy.problem", problem=code) for code in shown]
    found = {"shown": len(shown), "n": len(problems), "named": named}
    yield fill("strategy.beyond" if shown else "strategy.none_beyond", found)
    if len(shown) < len(problems):
        yield say("strategy.quiet", idle=idle)


def plan(cells: pd.DataFrame, actions: pd.DataFrame) -> Iterator[Message]:
    """Customers by owner of their action."""
    if len(set(cells["stage"])) == 1:
        yield say("strategy.unstaged", stage=cells["stage"].iloc[0])
    counts = actions["owner"].value_counts()
    yield say("strategy.owners", each=[say("strategy.owned", owner=owner, n=int(n)) for owner, n in counts.items()])


def overrides(actions: pd.DataFrame, replaced: pd.DataFrame) -> Iterator[Message]:
    """Whose own facts replaced the standard; only said where some are ``replaced``."""
    counts = actions["action"].value_counts()
    yield say("strategy.replaced", n=len(replaced))
    desks = {"at_risk_desk": "risk_desk", "mandates": "mandate_service", "cheapest": "cheapest_channel"}
    for key, action in desks.items():
        if n := int(counts.get(action, 0)):
            yield say(f"strategy.{key}", n=n)
    saved, glide = int(counts.get("save", 0)), int(counts.get("glide", 0))
    if saved + glide:
        yield say("strategy.worth_saving", n=saved + glide, saved=saved)


def retention(foresight: pd.DataFrame, leaving: Any) -> Iterator[Message]:
    """Whether the hazard is used, and how much better than the size class it tells losses."""
    yield say("strategy.hazard_used") if leaving.used else say("strategy.hazard_not_used", why=leaving.by_hazard.why)
    row = _measure(foresight, "all", "skill")
    if known(row["low"]):
        yield say("strategy.skill", skill=_span(row))
        yield from _apart(foresight)


def stakes(stakes: Any, take_up: float, growth_margin: float) -> Iterator[Message]:
    """What growth, cuts and the risk desk are about."""
    sums = stakes.sums
    if sums["grow"] > 0:
        yield say("strategy.grow", gain=sums["grow"], spent=stakes.spent, take_up=take_up, margin=growth_margin)
    if sums["cut"] > 0:
        yield say("strategy.cut", cost=sums["cut"])
    if sums["risk"] > 0:
        share = stakes.lost_once / sums["risk"]
        key = "risk_all_once" if share >= NEARLY else "risk_once" if stakes.in_default else "risk"
        yield say(f"strategy.{key}", loss=sums["risk"], n=stakes.in_default, once=stakes.lost_once)
    if stakes.unknown:
        yield say("strategy.unknown_stake", n=stakes.unknown)
    yield from without(stakes.risk_unknown)


def lifetime(life: Any, horizon: int) -> Iterator[Message]:
    """Whether closed form and simulated lives agree."""
    key = "agree" if life.agrees else "disagree"
    yield say(f"strategy.{key}", value=life.customer["clv"], mean=life.mean, error=life.error)
    yield say("strategy.for_ever", horizon=horizon, value=life.for_ever)


def leaving(by_class: pd.DataFrame, leaving: Any) -> Iterator[Message]:
    """How many customers are expected to be lost, and whether value leaves where customers do."""
    last, losses, n = by_class.iloc[-1], by_class["losses"].sum(), int(by_class["customers"].sum())
    if leaving.idle:
        yield say("strategy.idle", n=int(leaving.idle))
    if not losses or not known(last["share"]):
        yield say("strategy.nothing_leaves", worth=by_class["worth"].sum())
        return
    of_losses = last["losses"] / losses
    yield say("strategy.expected_losses", losses=losses, n=n, name=last["class"], share=of_losses, value=last["share"])
    if of_losses > last["share"]:
        yield say("strategy.watch_value")


def beside(beside: pd.DataFrame, horizon: int) -> Iterator[Message]:
    """Lifetime value beside what is still to come by the moves between classes."""
    top = beside.iloc[0]
    yield say("strategy.two_questions", horizon=horizon)
    if known(top["lifetime"]) and known(top["to_come"]):
        key = "more_here" if top["lifetime"] > top["to_come"] else "more_there"
        yield fill(f"strategy.{key}", top, name=top["class"])


def saves(
    saved: pd.DataFrame, lives: pd.DataFrame, actions: pd.DataFrame, valued: tuple[str, ...], listed: float
) -> Iterator[Message]:
    """By which warning the customers on the save list are there, whose they are, and how likely they leave."""
    counts = saved["warning"].value_counts()
    each = [say("strategy.warned", warning=name, n=int(n)) for name, n in counts.items()]
    yield say("strategy.saves", n=len(saved), part=len(saved) / len(lives), share=listed, each=each)
    if n := int((saved["class"].isin(valued) & (saved["warning"] == "decline")).sum()):
        yield say("strategy.valued_declining", n=n, names=list(valued))
    if len(calls := saved["rm_id"].value_counts()):
        key = "one_caller" if len(calls) == 1 else "callers"
        yield say(f"strategy.{key}", managers=len(calls), rm=calls.index[0], n=int(calls.iloc[0]))
    own, usual = saved["loss"].mean(), lives.loc[lives["retention"] > 0, "loss"].mean()
    yield say("strategy.likelier" if own > usual else "strategy.no_likelier", own=own, usual=usual)
    if other := int((actions.loc[saved["customer_id"], "stake"] != "keep").sum()):
        yield say("strategy.does_both", n=other)
    if saved["main_reason"].notna().any():
        yield say("strategy.no_warning")
    yield say("strategy.untested_call")


def hours(hours: Any) -> Iterator[Message]:
    """What the recommended rule wins more than today's hours under either law."""
    rule, books = hours.recommended, hours.books
    if not books:
        yield say("strategy.untried")
        yield _promise(hours)
    elif rule == TODAY:
        yield say("strategy.leave_hours")
    else:
        key = "needs_model" if rule == OPTIMUM else "needs_no_model"
        yield say(f"strategy.{key}", rule=rule, books=books, **{law: hours.surplus(law) for law in LAWS})


def hours_lacking(hours: Any, tried: pd.DataFrame) -> Iterator[Message]:
    """What the optimum lacks; only said where rules were ``tried``."""
    if known(hours.follows_deposits):
        yield say("strategy.follow_deposits", tau=hours.follows_deposits)
    assumed = ("headroom known", "response known", "kappa halved", "kappa doubled")
    rules = [OPTIMUM, *(f"optimum, {what}" for what in assumed)]
    won = dict(zip(("optimum", "room", "response", "halved", "doubled"), tried.loc[rules, "truth"], strict=True))
    lacks = "room" if won["room"] - won["optimum"] > won["response"] - won["room"] else "response"
    yield fill(f"strategy.lacks_{lacks if won['response'] > won['optimum'] else 'nothing'}", won)


def pilot(design: Any) -> Iterator[Message]:
    """What a pilot that tells the response to hours takes, or that the branch is too small for it."""
    needed = int(design.own["needed"])
    yield fill("strategy.pilot_needs", design, power=POWER, needed=needed)
    if needed <= design.available:
        yield fill("strategy.pilot_drawn", design, cost=design.extra * design.hourly_cost)
        return
    yield fill("strategy.pilot_small", design.own)
    if design.enough:
        yield say("strategy.pilot_longer", months=design.enough[0])
    else:
        yield say("strategy.pilot_whole_branches")


def pilot_outcome(outcome: Any) -> Iterator[Message]:
    """What came of a pilot, and whether it is clear of nothing."""
    effect = tuple(outcome.effect)
    yield fill("strategy.pilot_outcome", outcome, effect=effect)
    yield say("strategy.pilot_effective" if effect[1] > 0 else "strategy.pilot_no_effect")


def prices(prices: Any) -> Iterator[Message]:
    """What an hour wins beside what it costs."""
    yield say("strategy.prices", hours=prices.hours, n=prices.customers)
    low, high = span(prices.table["price"])
    yield say("strategy.price" if low == high else "strategy.price_span", low=low, high=high, cost=prices.cost)
    if prices.hours > 0 and known(prices.paying):
        yield say("strategy.paying", paying=prices.paying, share=prices.paying / prices.hours)
    best, levels = prices.table["gain_exact"].sum(), prices.table["gain_level"].sum()
    if best > 0:
        if len(prices.table) > 1:
            yield say("strategy.pooled", more=prices.pooled / best - 1)
        yield say("strategy.rounding", cost=1 - levels / best)


def levels(hours: Any) -> Iterator[Message]:
    """Whether the levels are what is recommended, and which hours are freed."""
    rule = hours.recommended
    if rule == OPTIMUM:
        yield say("strategy.levels_recommended")
    elif rule == TODAY:
        yield say("strategy.levels_as_today")
    else:
        yield say("strategy.levels_by_rule", rule=rule, moved=hours.moved / hours.total)
    if hours.unvisited:
        yield say("strategy.freed", freed=hours.freed, n=hours.unvisited)


def rates(best: pd.DataFrame, graded: int) -> Iterator[Message]:
    """The best rate of each rating and how little the runner-up gives away."""
    beside = best.dropna().assign(kept=lambda table: table["next_income"] / table["income"])
    if len(beside):
        yield say("strategy.runner_up", each=rows("strategy.rate", beside))
        if (beside["next_income"] >= FLAT * beside["income"]).all():
            yield say("strategy.flat")
    yield say("strategy.income_is")
    if unrated := graded - int(best["customers"].sum()):
        yield say("strategy.unrated", n=unrated, all=graded)


def lists(first: pd.DataFrame, load: pd.DataFrame) -> Iterator[Message]:
    """How many managers have a list, and how many are shown."""
    yield say("strategy.lists", managers=load["rm_id"].nunique(), shown=first["rm_id"].nunique())


def _promise(hours: Any) -> Message:
    if not hours.total:
        return say("strategy.no_hours")
    if not known(hours.promised[OPTIMUM]):
        return say("strategy.promises_nothing")
    return say("strategy.promised", optimum=hours.promised[OPTIMUM], by_class=hours.promised[BY_CLASS])


def _under(laws: pd.DataFrame, rule: str) -> dict[str, Any]:
    """What a rule wins under either law, with its span over the books, and in how many it is ahead of today's hours."""
    spans = {law: tuple(laws.loc[(law, rule), ["truth", "truth_low", "truth_high"]]) for law in LAWS}
    return spans | {f"ahead_{law}": int(laws.loc[(law, rule), "beats_today"]) for law in LAWS}


def _apart(foresight: pd.DataFrame) -> Iterator[Message]:
    """How well all losses, closings of performing customers alone and idle accounts alone are ranked."""
    lead = _measure(foresight, "closed", "auc_lead")
    for of in ("all", "closed", "idle"):
        row = _measure(foresight, of, "auc")
        if known(row["value"]):
            yield say(f"strategy.apart_{of}", area=_span(row), losses=int(row["losses"]), quarters=int(row["quarters"]))
        if of == "closed" and known(lead["low"]):
            yield say("strategy.lead" if lead["low"] > 0 else "strategy.no_lead", lead=_span(lead))


def _measure(foresight: pd.DataFrame, of: str, measure: str) -> pd.Series:
    return foresight.set_index(["of", "measure"]).loc[(of, measure)]


def _span(row: pd.Series) -> tuple[float, float, float]:
    return row["value"], row["low"], row["high"]
