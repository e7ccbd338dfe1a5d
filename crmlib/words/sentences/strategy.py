"""What chapter 8 says: who gets which action, what is at stake, who may leave, and whose hours win most."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.numbers import known

FIRST = 10
"""Customers that are called the first of those to keep."""
FLAT, NEARLY = 0.95, 0.99
"""Least income that a runner-up keeps where a peak is flat, and least share that is nearly all."""


def finding(actions: pd.DataFrame) -> Iterator[Message]:
    """The most frequent action, and what the customers to keep are worth."""
    counts = actions["action"].value_counts()
    yield say("strategy.one_each", n=len(actions), action=counts.index[0], share=counts.iloc[0] / len(actions))
    keep = actions.loc[actions["stake"] == "keep", "value_at_stake"].sort_values(ascending=False)
    if keep.sum() > 0:
        yield say("strategy.worth_keeping", n=len(keep), worth=keep.sum())
        if len(keep) > FIRST:
            yield say("strategy.first_of_them", first=FIRST, share=keep.head(FIRST).sum() / keep.sum())


def hours_finding(hours: Any) -> Iterator[Message]:
    """Which rule for the managers' hours is recommended, and what the class rule and the optimum come to."""
    if not hours.tested:
        yield _promise(hours)
        return
    rules, books = hours.rules, hours.books
    if hours.as_today:
        yield say("strategy.win_nothing" if hours.win_nothing else "strategy.no_rule_wins", books=books)
    else:
        yield say("strategy.recommended", rule=hours.recommended, books=books, won=_won(rules["leader"]))
    if hours.win_nothing:
        return
    if hours.recommended != rules["by_class"].name:
        ahead = int(rules["by_class"]["beats_today"])
        yield say("strategy.class_rule", won=_won(rules["by_class"]), ahead=ahead, books=books)
    if not hours.by_model and rules["optimum"]["expected"] > 0:
        less = rules["optimum"]["truth"] < rules["optimum"]["expected"]
        yield say("strategy.optimum_less" if less else "strategy.optimum_kept", promised=rules["optimum"]["expected"],
                  won=_won(rules["optimum"]))  # fmt: skip


def risk_finding(risk: Any, leaving: Any) -> Iterator[Message]:
    """What is expected to be lost within a year, and whether it can be told who leaves."""
    yield say("strategy.lost_within_a_year", worth=risk.worth, lost=risk.value_at_risk)
    yield say("strategy.lost_most", name=risk.most["class"], share=risk.most["share"])
    yield say("strategy.save_list", n=len(risk.saved), share=risk.listed)
    if not leaving.used:
        yield say("strategy.not_told", why=leaving.retention.why)
        return
    yield say("strategy.told_a_little", skill=_measure(leaving.foresight, "all", "skill"))
    yield from _performing(leaving.foresight)


def countermeasures(table: pd.DataFrame, idle: float) -> Iterator[Message]:
    """Which problems need their countermeasure now."""
    shown = table.loc[table["holds"], "problem"].tolist()
    if shown:
        yield say("strategy.beyond", shown=len(shown), n=len(table), named=[_problem(code) for code in shown])
    else:
        yield say("strategy.none_beyond")
    if len(shown) < len(table):
        yield say("strategy.standing", idle=idle)


def plan(cells: pd.DataFrame, actions: pd.DataFrame) -> Iterator[Message]:
    """Customers by owner of their action."""
    if len(set(cells["stage"])) == 1:
        yield say("strategy.unstaged", stage=cells["stage"].iloc[0])
    counts = actions["owner"].value_counts()
    yield say("strategy.owners", each=[say("strategy.owned", owner=owner, n=int(n)) for owner, n in counts.items()])


def overrides(actions: pd.DataFrame, swaps: pd.DataFrame) -> Iterator[Message]:
    """Whose own facts replaced the standard; only said where ``swaps`` is known."""
    counts = actions["action"].value_counts()
    yield say("strategy.replaced", n=int(swaps["customers"].sum()))
    for key, action in (("at_risk_desk", "risk_desk"), ("mandates", "mandate_service")):
        if n := int(counts.get(action, 0)):
            yield say(f"strategy.{key}", n=n)
    saved, glide = int(counts.get("save", 0)), int(counts.get("glide", 0))
    if saved + glide:
        yield say("strategy.worth_saving", n=saved + glide, saved=saved)


def retention(foresight: pd.DataFrame, leaving: Any) -> Iterator[Message]:
    """Whether the hazard is used, and how much better than the size class it tells losses."""
    yield say("strategy.hazard_used") if leaving.used else say("strategy.hazard_not_used", why=leaving.retention.why)
    row = _row(foresight, "all", "skill")
    if known(row["low"]):
        yield say("strategy.skill", skill=_estimate(row), losses=int(row["losses"]), quarters=int(row["quarters"]))
        yield from _performing(foresight)


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


def lifetime(life: Any, horizon: int) -> Iterator[Message]:
    """Whether closed form and simulated lives agree."""
    yield say("strategy.agree" if life.agrees else "strategy.disagree", value=life.value, mean=life.mean,
              error=life.error)  # fmt: skip
    yield say("strategy.for_ever", horizon=horizon, value=life.for_ever)


def at_risk(risk: Any, leaving: Any) -> Iterator[Message]:
    """How many customers are expected to be lost, and whether value leaves where customers do."""
    last = risk.by_class.iloc[-1]
    of_losses = last["losses"] / risk.losses
    yield say("strategy.expected_losses", losses=risk.losses, n=int(risk.by_class["customers"].sum()),
              name=last["class"], share=of_losses, value=last["share"])  # fmt: skip
    if leaving.idle:
        yield say("strategy.idle", n=leaving.idle)
    if of_losses > last["share"]:
        yield say("strategy.watch_value")


def beside(beside: pd.DataFrame, horizon: int) -> Iterator[Message]:
    """Lifetime value beside what is still to come by the moves between classes."""
    top = beside.iloc[0]
    yield say("strategy.two_questions", horizon=horizon)
    if known(top["lifetime"]) and known(top["to_come"]):
        key = "more_here" if top["lifetime"] > top["to_come"] else "more_there"
        yield say(f"strategy.{key}", name=top["class"], lifetime=top["lifetime"], to_come=top["to_come"])


def saves(risk: Any) -> Iterator[Message]:
    """Whose the customers on the save list are, and whether they are there by worth or by warning."""
    saved, (own, usual) = risk.saved, risk.chances
    yield say("strategy.saves", n=len(saved), part=len(saved) / len(risk.lives), share=risk.listed)
    calls = saved["rm_id"].value_counts()
    if len(calls) == 1:
        yield say("strategy.one_caller", rm=calls.index[0])
    elif len(calls):
        yield say("strategy.callers", managers=len(calls), rm=calls.index[0], n=int(calls.iloc[0]))
    yield say("strategy.by_worth" if own < usual else "strategy.by_warning", own=own, usual=usual)
    if risk.not_kept:
        yield say("strategy.does_both", n=risk.not_kept)
    if saved["main_reason"].notna().any():
        yield say("strategy.no_warning")
    yield say("strategy.untested_call")


def hours(hours: Any) -> Iterator[Message]:
    """What the recommended rule wins more than today's hours and than its runner-up."""
    if not hours.tested:
        yield _promise(hours)
    elif hours.as_today:
        yield say("strategy.leave_hours")
    else:
        yield say("strategy.needs_model" if hours.by_model else "strategy.needs_no_model", rule=hours.recommended,
                  surplus=hours.surplus, books=hours.books)  # fmt: skip
        yield say("strategy.ahead", second=hours.ranked.index[1], truth=hours.ranked["truth"].iloc[1],
                  ahead=hours.in_front, books=hours.books)  # fmt: skip
        if not hours.clear:
            yield say("strategy.not_clear")


def hours_lacking(hours: Any, tried: pd.DataFrame) -> Iterator[Message]:
    """What the optimum lacks; only said where ``tried`` is known."""
    if known(hours.follows_deposits):
        yield say("strategy.follow_deposits", tau=hours.follows_deposits)
    truth = {name: row["truth"] for name, row in hours.rules.items()}
    if truth["response_known"] > truth["optimum"]:
        most = truth["room_known"] - truth["optimum"] > truth["response_known"] - truth["room_known"]
        yield say("strategy.lacks_room" if most else "strategy.lacks_response", **{
            name: truth[name] for name in ("room_known", "response_known", "optimum", "halved", "doubled")
        })  # fmt: skip
    else:
        yield say("strategy.lacks_nothing")


def hours_limits(hours: Any, tried: pd.DataFrame) -> Iterator[Message]:
    """How far the simulator's truth carries; only said where ``tried`` is known."""
    if hours.recommended == "deposits first":
        yield say("strategy.at_odds")
    yield say("strategy.limits")
    yield say("strategy.pilot") if hours.as_today else say("strategy.pilot_by", rule=hours.recommended)


def prices(prices: Any) -> Iterator[Message]:
    """What an hour wins beside what it costs."""
    yield say("strategy.prices", hours=prices.hours, n=prices.customers)
    low, high = prices.table["price"].min(), prices.table["price"].max()
    yield say("strategy.price" if low == high else "strategy.price_span", low=low, high=high, cost=prices.cost)
    if prices.hours > 0:
        yield say("strategy.paying", paying=prices.paying, share=prices.paying / prices.hours)
    if prices.exact > 0:
        if len(prices.table) > 1:
            yield say("strategy.pooled", more=prices.pooled / prices.exact - 1)
        yield say("strategy.rounding", cost=1 - prices.levels / prices.exact)


def levels(hours: Any) -> Iterator[Message]:
    """Whether the levels are what is recommended, and which hours are freed."""
    if hours.by_model:
        yield say("strategy.levels_recommended")
    elif hours.as_today:
        yield say("strategy.levels_as_today")
    else:
        yield say("strategy.levels_by_rule", rule=hours.recommended, moved=hours.moved)
    if n := int(hours.unvisited.sum()):
        yield say("strategy.freed", freed=hours.freed, n=n)


def rates(rates: Any) -> Iterator[Message]:
    """The best rate of each rating and how little the runner-up gives away."""
    beside = rates.best.dropna()
    if len(beside):
        yield say("strategy.runner_up", each=[_runner_up(row) for row in beside.to_dict("records")])
        if (beside["next_income"] >= FLAT * beside["income"]).all():
            yield say("strategy.flat")
    yield say("strategy.income_is")
    if rates.unrated:
        yield say("strategy.unrated", n=rates.unrated, all=rates.graded)


def lists(first: pd.DataFrame, load: pd.DataFrame) -> Iterator[Message]:
    """How many managers have a list, and how many are shown."""
    yield say("strategy.lists", managers=load["rm_id"].nunique(), shown=first["rm_id"].nunique())


def _problem(code: str) -> Message:
    return say("strategy.problem", problem=code)


def _runner_up(row: Mapping[str, Any]) -> Message:
    kept = row["next_income"] / row["income"]
    return say("strategy.rate", rating=row["rating"], rate=row["next_rate"], kept=kept, lost=row["next_lost"],
               best_lost=row["lost"])  # fmt: skip


def _promise(hours: Any) -> Message:
    promised = hours.promised
    if not hours.total:
        return say("strategy.no_hours")
    if not known(promised["optimum"]):
        return say("strategy.promises_nothing")
    return say("strategy.promised", optimum=promised["optimum"], by_class=promised["class rule"])


def _won(row: pd.Series) -> tuple[float, float, float]:
    return row["truth"], row["truth_low"], row["truth_high"]


def _performing(foresight: pd.DataFrame) -> Iterator[Message]:
    """Whether losses are told where nobody is in default."""
    row = _row(foresight, "performing", "skill")
    if known(row["low"]):
        yield say("strategy.lead" if row["low"] > 0 else "strategy.no_lead", skill=_estimate(row))


def _measure(foresight: pd.DataFrame, of: str, measure: str) -> tuple[float, float, float]:
    return _estimate(_row(foresight, of, measure))


def _row(foresight: pd.DataFrame, of: str, measure: str) -> pd.Series:
    return foresight[(foresight["of"] == of) & (foresight["measure"] == measure)].iloc[0]


def _estimate(row: pd.Series) -> tuple[float, float, float]:
    return row["value"], row["low"], row["high"]
