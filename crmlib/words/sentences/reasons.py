"""Reasons: why a customer has its stage and its action."""

from collections.abc import Mapping

import numpy as np

from crmlib.words.messages import Message, say
from crmlib.words.numbers import known

AS_THE_MEDIAN = 0.005
"""Change of business, against the median, that is not worth telling."""


def stage_reason(rule: str, facts: Mapping[str, float]) -> Message:
    """Why a relationship has its stage.

    Parameters
    ----------
    rule : str
        The rule that decided, such as ``fell``: a key of :data:`crmlib.matrix.stages.RULES`.
    facts : mapping
        What the rules read: ``months_open``, ``growth``, ``share``, ``products``, ``closed_products``, ``net_gain``.
    """
    if rule in ("fell", "grew"):
        return _trend(facts["growth"])
    if rule == "calm" and known(facts["growth"]):
        return say("reasons.within", trend=_trend(facts["growth"]))
    return say(f"reasons.{rule}", **facts)


def _trend(growth: float) -> Message:
    change = float(np.expm1(growth))
    if abs(change) < AS_THE_MEDIAN:
        return say("reasons.as_the_median")
    return say("reasons.fell" if change < 0 else "reasons.grew", share=abs(change))
