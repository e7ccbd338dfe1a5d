"""The method in a few paragraphs, with the settings and key numbers of a run."""

from collections.abc import Iterator
from typing import Any

from crmlib.words.messages import Message, say


def steps(digest: Any) -> Iterator[tuple[str, Message]]:
    """Each step that a run took: key of its heading, and what was done; ``digest`` tells its settings and numbers."""
    study = digest.run.study
    if "eva" in digest.customers:
        charged = study.profit
        costs = {"hourly": charged.hourly_cost, "overhead": charged.overhead, "tax": charged.tax}
        yield "method.profit", say("method.profit_text", as_of=str(study.as_of), hurdle=charged.hurdle, **costs)
    yield "method.scores", _scores(digest)
    yield "method.weights", _weights(digest)
    yield "method.classes", _classes(digest)
    if digest.stages:
        limits = study.matrix
        yield "method.stages", say("method.stages_text", months=limits.new_months, limit=limits.trend_limit)
    if "value_at_stake" in digest.customers:
        rates = {"take_up": study.strategy.take_up, "margin": study.strategy.growth_margin}
        yield "method.actions", say("method.actions_text", **rates)
    if digest.number("evidence.tau_b") is not None:
        yield "method.next", say("method.next_text")
    yield "method.draws", say("method.draws_text", draws=study.evidence.draws)


def _scores(digest: Any) -> Message:
    axes = [indicator.axis for indicator in digest.indicators]
    current, potential = dict.fromkeys(axes)
    counts = {"n": len(axes), "a": axes.count(current), "b": axes.count(potential)}
    names = {name: digest.voice.name("node", axis) for name, axis in (("current", current), ("potential", potential))}
    return say("method.scores_text", **counts, **names)


def _weights(digest: Any) -> Message:
    current, experts = digest.number("model.weight_current"), digest.number("model.experts")
    if digest.run.study.model.weights != "ahp" or experts is None:
        return say(f"method.weights_{'tree' if digest.run.study.model.weights == 'tree' else 'equal'}", current=current)
    limit = digest.run.study.model.consistency_limit
    inconsistent = digest.number("model.inconsistent_experts")
    return say("method.weights_ahp", current=current, experts=experts, inconsistent=inconsistent, limit=limit)


def _classes(digest: Any) -> Message:
    rules = dict(zip(("rule_current", "rule_potential"), map(str, digest.run.cuts.rules), strict=True))
    sides = digest.run.labels.items()
    named = [say("method.quadrant", label=label, sides=say(f"method.{side}")) for side, label in sides]
    return say("method.classes_text", classes=named, **rules)
