"""Reasons: why a customer has its class, its stage and its action, with its own numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.numbers import known

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


def of_class(row: Row, cuts: tuple[float, float]) -> Message:
    """The scores of a customer beside the cuts."""
    return say("reasons.class", name=row["class"], current=row["current"], potential=row["potential"],
               cut_current=cuts[0], cut_potential=cuts[1])  # fmt: skip


def of_stage(row: Row) -> Message | None:
    """The stage with the rule that decided it; none where no stage is known."""
    return say("reasons.stage", stage=row["stage"], why=row["stage_reason"]) if pd.notna(row["stage"]) else None


def of_action(row: Row, overdue_days: float) -> Message | None:
    """What decides between actions, or what the customer is worth; none where nothing of it is known."""
    if row["action"] == "risk_desk":
        return say("reasons.risk", found=_signs(row, overdue_days))
    if row["action"] == "mandate_service":
        return say("reasons.mandate")
    return _worth(row) if pd.notna(row["eva"]) else None


def _signs(row: Row, overdue_days: float) -> list[Message]:
    overdue = [say("reasons.overdue", days=row["days_overdue"])] if row["days_overdue"] > overdue_days else []
    return overdue + ([say("reasons.watched")] if row["watch_list"] == 1 else [])


def _worth(row: Row) -> Message:
    key = row["action"] if row["action"] in ("save", "glide") else row["stake"]
    if key == "grow" and pd.isna(row["headroom"]):
        key = "no_headroom"
    return say(f"reasons.{key}", **{name: row[name] for name in MONEY})
