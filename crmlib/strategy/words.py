"""Reasons: why a customer gets its action, in words and with the customer's own numbers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from crmlib.study import Study
from crmlib.words.numbers import UNITS


def reasons(facts: pd.DataFrame, actions: pd.DataFrame, cuts: tuple[float, float], study: Study) -> pd.Series:
    """A sentence a customer: what makes its class, what its stage shows, and what decides between actions.

    Parameters
    ----------
    facts : DataFrame, index customer_id
        As :func:`crmlib.strategy.actions.assign` reads them.
    actions : DataFrame
        ``action`` (key), ``stake`` and ``value_at_stake`` of each customer.
    cuts : (float, float)
        Cuts of current and potential value.
    study : Study
        Uses ``report.money_unit`` and ``profit.overdue_days``.
    """
    rows = facts.join(actions).to_dict("records")
    texts = ["; ".join(_parts(row, cuts, study)) for row in rows]
    return pd.Series(texts, facts.index, dtype="str", name="reason")


def money(amount: float, unit: str) -> str:
    """An amount of CNY in a unit, with three digits or all before the point."""
    value = amount / UNITS[unit]
    return f"{value:,.{0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2}f} {unit}".replace("-", "−")


def _parts(row: Mapping[str, Any], cuts: tuple[float, float], study: Study) -> list[str]:
    current, potential = (f"{row[axis]:.1f}" for axis in ("current", "potential"))
    parts = [f"{row['class']}: current value {current} (cut {cuts[0]:.1f}), potential {potential} (cut {cuts[1]:.1f})"]
    if pd.notna(row["stage"]):
        parts.append(f"{row['stage']}: {row['stage_reason']}")
    if row["action"] == "risk_desk":
        parts.append(_risk_words(row, study))
    elif row["action"] == "mandate_service":
        parts.append("serves a public mandate, so not exited by rule")
    elif pd.notna(row["eva"]):
        parts.append(_money_words(row, study.report.money_unit))
    return parts


def _risk_words(row: Mapping[str, Any], study: Study) -> str:
    found = [f"{row['days_overdue']:.0f} days overdue"] if row["days_overdue"] > study.profit.overdue_days else []
    found += ["on the watch list"] if row["watch_list"] == 1 else []
    return f"{' and '.join(found)}, so risk comes before class"


def _money_words(row: Mapping[str, Any], unit: str) -> str:
    eva, cost, worth = (money(row[name], unit) for name in ("eva", "cost_to_serve", "clv"))
    if row["action"] in ("save", "glide"):
        verdict = "covers" if row["action"] == "save" else "does not cover"
        return f"a lifetime value of {worth} {verdict} a year's cost to serve of {cost}"
    if row["stake"] == "keep":
        return f"EVA {eva} a year, worth {worth} over its life at {row['retention'] * 100:.1f} % retention"
    if row["stake"] == "cut":
        return f"EVA {eva} a year after a cost to serve of {cost}"
    if pd.isna(row["headroom"]):
        return f"EVA {eva} a year, headroom not known"
    room, gain = money(row["headroom"], unit), money(row["value_at_stake"], unit)
    return f"EVA {eva} a year, headroom {room}, of which the part won would earn {gain} a year"
