"""What is to be done, step by step, and when it counts as done."""

from collections.abc import Mapping, Sequence
from typing import Any

from crmlib.words.messages import Message, say
from crmlib.words.sentences.problems import quantity
from crmlib.words.texts import has


def step(code: str, lowest: str) -> Message:
    """A step, of a study's own as it is written; ``lowest`` is the class that the branch earns least with."""
    key = f"actions.step.{code}"
    return say(key, lowest=lowest) if has(key) else say("actions.own_step", step=code)


def steps(codes: Sequence[str], lowest: str) -> Message:
    """Steps in their order."""
    return say("actions.steps", steps=[step(code, lowest) for code in codes])


def success(problem: Mapping[str, Any]) -> Message:
    """The target of a problem's own statistic."""
    return say("actions.success", problem=problem["problem"], direction=problem["direction"],
               target=quantity(problem["threshold"], problem["unit"]))  # fmt: skip
