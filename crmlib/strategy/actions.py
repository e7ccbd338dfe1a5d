"""Actions: what the branch does with each customer, who does it by when, and why.

A table of class × stage gives the standard (``actions.yaml``). A customer's own facts may replace it: risk comes before
class, a public mandate is never exited by rule, and a falling gold customer is saved only if that pays.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field

from crmlib.errors import CrmError, did_you_mean
from crmlib.matrix.classes import Cuts, checked_labels
from crmlib.matrix.stages import STAGES
from crmlib.strategy.facts import FACTS
from crmlib.strategy.words import reasons
from crmlib.study import Study

UNSTAGED = "stable"
"""Stage whose action a customer gets when no stage is known: it assumes neither growth nor decline."""
Owner = Literal["RM", "senior RM", "product desk", "risk desk", "e-channel"]


class Task(BaseModel):
    """Something to be done: its steps, its owner and its deadline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    headline: str = Field(description="The action in a few words.")
    steps: tuple[str, ...] = Field(min_length=1, description="What is done, in order.")
    owner: Owner = Field(description="Who is answerable.")
    days: int = Field(gt=0, description="Days from the as-of date until it is done.")


class Action(Task):
    """One cell of the action table."""

    key: str = Field(pattern=r"^[a-z_]+$", description="Short name.")
    measure: str = Field(description="How success is measured.")
    stake: Literal["keep", "grow", "cut", "risk"] = Field(description="What is at stake, see `value_at_stake`.")


class ActionPlan(BaseModel):
    """Every action: the standard by quadrant and stage, and what may replace it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cells: dict[str, dict[str, Action]]
    instead: dict[str, Action]

    def all(self) -> dict[str, Action]:
        """Actions by key."""
        standard = (action for row in self.cells.values() for action in row.values())
        return {action.key: action for action in (*standard, *self.instead.values())}


@cache
def action_plan() -> ActionPlan:
    """The packaged plan."""
    return ActionPlan.model_validate(
        yaml.safe_load(Path(__file__).with_name("actions.yaml").read_text(encoding="utf-8"))
    )


def action_table(labels: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The standard action of every class and stage, one row each, classes and stages in their order."""
    rows = [
        {"class": name, "stage": stage, **_shown(action_plan().cells[quadrant][stage])}
        for quadrant, name in checked_labels(labels).items()
        for stage in STAGES
    ]
    return pd.DataFrame(rows)


def assign(customers: pd.DataFrame, cuts: Cuts, study: Study) -> pd.DataFrame:
    """One action for every graded customer, with its reason in words and what is at stake.

    Parameters
    ----------
    customers : DataFrame, index customer_id
        ``class``, ``current``, ``potential``; ``stage`` and ``stage_reason`` where stages are known (a customer without
        one gets its class's action for ``stable``); the columns of :func:`crmlib.strategy.facts.customer_facts`, where
        missing values mean not known.
    cuts : Cuts
        For the words.
    study : Study
        Uses ``matrix.labels``, ``strategy``, ``profit.overdue_days``, ``report.money_unit`` and ``as_of``.

    Returns
    -------
    DataFrame, indexed like ``customers``
        class, stage, action (key), standard (key of the class × stage cell), headline, owner, due (date), measure,
        stake (keep, grow, cut, risk), value_at_stake (CNY), reason, and what the lists show: name, rm_id, eva, clv.

    Raises
    ------
    CrmError
        If a class or stage is unknown (with the nearest right name).
    """
    facts = customers.reindex(columns=["class", "stage", "stage_reason", "current", "potential", *FACTS])
    facts = facts.astype({"stage": "str", "stage_reason": "str"})
    standard = _standard(facts, study.matrix.labels)
    chosen = _instead(facts, standard, study)
    shown = {key: _shown(action) for key, action in action_plan().all().items()}
    actions = pd.DataFrame([shown[key] for key in chosen], facts.index, list(shown["risk_desk"]))
    actions["value_at_stake"] = value_at_stake(facts, actions["stake"], study)
    return pd.DataFrame({
        **facts[["class", "stage"]],
        "standard": standard,
        **actions[["action", "headline", "owner"]],
        "due": pd.Timestamp(study.as_of) + pd.to_timedelta(actions["days"].astype("int64"), unit="D"),
        **actions[["measure", "stake", "value_at_stake"]],
        "reason": reasons(facts, actions[["action", "stake", "value_at_stake"]], cuts, study),
        **facts[["name", "rm_id", "eva", "clv"]],
    })  # fmt: skip


def value_at_stake(facts: pd.DataFrame, stake: pd.Series, study: Study) -> pd.Series:
    """What an action is about, in CNY; missing where the facts are.

    keep: lifetime value, at least 0; grow: take-up · margin · headroom a year; cut: yearly cost to serve; risk: yearly
    expected loss.
    """
    settings = study.strategy
    gain = settings.take_up * settings.growth_margin * facts["headroom"]
    saved, lost = facts["cost_to_serve"], facts["expected_loss"]
    amounts = {"keep": facts["clv"].clip(lower=0), "grow": gain, "cut": saved, "risk": lost}
    value = pd.Series(np.nan, facts.index, name="value_at_stake")
    for kind, amount in amounts.items():
        value = value.mask(stake == kind, amount.astype(float))
    return value


def named_lists(actions: pd.DataFrame, length: int | None = None) -> pd.DataFrame:
    """Customers of each relationship manager, the most at stake first, with their rank; ties by action and reason.

    A customer without a manager is in no list. ``length`` keeps the first of each list.
    """
    known = actions[actions["rm_id"].notna()].rename_axis("customer_id").reset_index()
    order = ["rm_id", "value_at_stake", "action", "customer_id"]
    known = known.sort_values(order, ascending=[True, False, True, True], na_position="last", ignore_index=True)
    known.insert(0, "rank", known.groupby("rm_id").cumcount() + 1)
    return known if length is None else known[known["rank"] <= length].reset_index(drop=True)


def _shown(action: Action) -> dict[str, object]:
    fields = action.model_dump()
    return {"action": fields.pop("key"), **fields, "steps": "; ".join(action.steps)}


def _standard(facts: pd.DataFrame, labels: Mapping[str, str]) -> pd.Series:
    """Key of the class × stage cell of each customer."""
    quadrants = {name: quadrant for quadrant, name in checked_labels(labels).items()}
    _require_names(facts["class"], "class", quadrants)
    _require_names(facts["stage"].dropna(), "stage", STAGES)
    pairs = zip(facts["class"].map(quadrants), facts["stage"].fillna(UNSTAGED), strict=True)
    return pd.Series([action_plan().cells[quadrant][stage].key for quadrant, stage in pairs], facts.index, dtype="str")


def _instead(facts: pd.DataFrame, standard: pd.Series, study: Study) -> pd.Series:
    """The standard, replaced where a customer's own facts say so; the last rule that holds wins."""
    exits, saves = action_plan().cells["low_low"]["decline"].key, action_plan().cells["high_low"]["decline"].key
    risky = facts["watch_list"].eq(True) | (facts["days_overdue"] > study.profit.overdue_days)
    chosen = standard.mask((standard == exits) & facts["public_mandate"].eq(True), "mandate_service")
    chosen = chosen.mask((standard == saves) & (facts["clv"] <= facts["cost_to_serve"]), "glide")
    return chosen.mask(risky, "risk_desk")


def _require_names(values: pd.Series, what: str, allowed: Mapping[str, str] | tuple[str, ...]) -> None:
    for value in sorted(set(map(str, values)) - set(allowed)):
        raise CrmError(f"{value} is not a {what}.{did_you_mean(value, allowed)} Known: {', '.join(allowed)}.")
