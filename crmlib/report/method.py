"""The method in a few paragraphs, with the settings and numbers of a run, in either language."""

from typing import Any

from crmlib.cut import Cut
from crmlib.matrix.classes import AXES
from crmlib.report.findings import Teller
from crmlib.report.tables import money, percent
from crmlib.report.terms import say
from crmlib.runs import Run


def method(run: Run, language: str) -> list[dict[str, str]]:
    """How the run came to its results: a heading and a text for each step that it took."""
    told = Teller(run, language)
    parts = [_profit(told), _scores(told), _weights(told), _classes(told), _stages(told), _actions(told), _draws(told)]
    if told.has("evidence.tau_b"):
        parts.insert(6, ("next", told.term("method.next_text")))
    return [{"head": told.term(f"method.{key}"), "text": text} for key, text in filter(None, parts)]


def _profit(told: Teller) -> tuple[str, str] | None:
    settings = told.study.profit
    if told.run.rows("profit").empty:
        return None
    hourly = money(settings.hourly_cost, "CNY")
    rates = {"tax": percent(settings.tax, 0), "hurdle": percent(settings.hurdle, 0)}
    return "profit", told.term("method.profit_text", hourly=hourly, as_of=told.study.as_of, **rates)


def _scores(told: Teller) -> tuple[str, str]:
    tree = told.run.scorer.model.tree
    current, potential = (len(tree.leaves_of(axis)) for axis in tree.axes)
    return "scores", told.term("method.scores_text", n=current + potential, a=current, b=potential)


def _weights(told: Teller) -> tuple[str, str]:
    current, settings = told.share("model.weight_current", 1), told.study.model
    if settings.weights == "equal" or not told.has("model.experts"):
        return "weights", told.term("method.weights_equal", current=current)
    values: dict[str, Any] = {name: told.number(f"model.{name}") for name in ("experts", "inconsistent_experts")}
    return "weights", told.term(
        "method.weights_ahp", current=current, experts=values["experts"], inconsistent=values["inconsistent_experts"],
        limit=f"{settings.consistency_limit:g}",
    )  # fmt: skip


def _classes(told: Teller) -> tuple[str, str]:
    labels = {quadrant: say(name, told.language) for quadrant, name in told.study.matrix.labels.items()}
    rules = {f"rule_{axis}": _rule(told, rule) for axis, rule in zip(AXES, told.study.matrix.rules, strict=True)}
    return "classes", told.term("method.classes_text", **labels, **rules)


def _stages(told: Teller) -> tuple[str, str] | None:
    settings = told.study.matrix
    if not told.has("matrix.stage_stable"):
        return None
    limit = f"{settings.trend_limit:g}"
    return "stages", told.term("method.stages_text", months=settings.new_months, limit=limit)


def _actions(told: Teller) -> tuple[str, str] | None:
    settings = told.study.strategy
    if not told.has("strategy.at_stake_keep"):
        return None
    rates = {"take_up": percent(settings.take_up, 0), "margin": percent(settings.growth_margin)}
    return "actions", told.term("method.actions_text", **rates)


def _draws(told: Teller) -> tuple[str, str]:
    return "draws", told.term("method.draws_text", draws=f"{told.study.evidence.draws:,}")


def _rule(told: Teller, rule: str) -> str:
    """A rule for cuts in words."""
    cut = Cut.read(rule)
    return told.term(f"cut_rule.{cut.kind}", n=cut.number)
