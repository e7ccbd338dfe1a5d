"""Reasons: why a customer has its class, its stage and its action, with its own numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.numbers import known
from crmlib.words.voice import Voice

PARTS = ("reason_class", "reason_stage", "reason_action", "reason")
"""Reasons by part, and all in one."""
Row = Mapping[str, Any]
MONEY = ("eva", "cost_to_serve", "clv", "retention", "headroom", "value_at_stake")
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


def told(row: Row, cuts: tuple[float, float], overdue_days: float, voice: Voice) -> dict[str, str | None]:
    """Why a customer has its class, its stage and its action: each where it is known, and all in one.

    Parameters
    ----------
    row : mapping
        A customer's facts and action, see :func:`crmlib.strategy.actions.assign`.
    cuts : pair of float
        Of current and of potential value.
    overdue_days : float
        Days overdue beyond which risk comes before class.
    voice : Voice
    """
    graded = say("reasons.class", name=row["class"], current=row["current"], potential=row["potential"],
                 cut_current=cuts[0], cut_potential=cuts[1])  # fmt: skip
    staged = say("reasons.stage", stage=row["stage"], why=row["stage_reason"]) if known(row["stage"]) else None
    # A part is said once: the sentence takes its text.
    parts = [voice.say(part) if part else None for part in (graded, staged, _of_action(row, overdue_days))]
    whole = voice.say("reasons.sentence", parts=[part for part in parts if part])
    return dict(zip(PARTS, (*parts, whole), strict=True))


def _of_action(row: Row, overdue_days: float) -> Message | None:
    """What decides between actions, or what the customer is worth; none where nothing of it is known."""
    if row["action"] == "risk_desk":
        overdue, watched = row["days_overdue"] > overdue_days, row["watch_list"] == 1
        signs = [say("reasons.overdue", days=row["days_overdue"])] * overdue + [say("reasons.watched")] * watched
        return say("reasons.risk", found=signs)
    if row["action"] == "mandate_service":
        return say("reasons.mandate")
    if pd.isna(row["eva"]):
        return None
    key = row["action"] if row["action"] in ("save", "glide", "cheapest_channel") else row["stake"]
    if key == "grow" and pd.isna(row["headroom"]):
        key = "no_headroom"
    return say(f"reasons.{key}", **{name: row[name] for name in MONEY})
