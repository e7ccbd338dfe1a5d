"""Explain: why a customer is in its class, what is done with it, and what would move it to another.

Reads a finished run and nothing else, so that the answer is about the report that people hold in their hands.
"""

from difflib import get_close_matches
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from crmlib.errors import CrmError
from crmlib.matrix.classes import AXES
from crmlib.matrix.moves import cheapest_pairs, single_changes
from crmlib.report.changes import Changes
from crmlib.report.digest import Digest
from crmlib.runs import Run
from crmlib.words.numbers import day


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_Part):
    """A change of one indicator."""

    code: str
    change: float = Field(description="In the indicator's own unit.")
    words: str = Field(description="The same for people, rounded up.")


class Step(_Part):
    """One indicator, from its raw value to what it adds to the total."""

    code: str
    name: str
    axis: str = Field(description="current or potential.")
    unit: str
    raw: float | None = Field(description="In its own unit; none where it is not known.")
    now: str = Field(description="The same for people.")
    points: float | None = Field(description="0 to 100, more is better.")
    weight: float = Field(description="In this customer's total, after missing ones went to their siblings.")
    contribution: float = Field(description="Points x weight; contributions sum to the total.")
    alone: Change | None = Field(description="Smallest change of it alone that crosses the cut of its axis.")


class Side(_Part):
    """Where the customer stands on one axis."""

    axis: str
    score: float
    cut: float
    distance: float = Field(description="Score less cut, points; 0 or more is high.")
    other: str = Field(description="Class on the other side of this cut.")
    pair: tuple[Change, Change] | None = Field(description="Cheapest change of two indicators that crosses the cut.")


class Act(_Part):
    """What is done with the customer, and why."""

    action: str
    owner: str
    due: str
    measure: str
    reason: str
    stake: str
    value_at_stake: float | None = Field(description="CNY.")


class Explanation(_Part):
    """Everything that made one customer's class."""

    run: str
    customer_id: str
    name: str | None
    language: str = Field(description="Language of names and sentences.")
    money_unit: str = Field(description="Unit in which amounts are told; the fields themselves are CNY.")
    in_class: str = Field(description="Label of its class, as the study has it.")
    class_last_year: str | None
    total: float
    sides: tuple[Side, ...]
    steps: tuple[Step, ...]
    stage: str | None
    stage_reason: str | None
    kept: dict[str, float] = Field(description="Share of weightings that keep the class, by how they were drawn.")
    acceptability: dict[str, float] = Field(description="Share of the first kind of weightings, by class.")
    act: Act | None
    headroom: str | None = Field(description="What becomes of headroom that is won, where the tree has it.")


def explain(run: Run, customer_id: str) -> Explanation:
    """Explain one customer from a finished run.

    Parameters
    ----------
    run : Run
        A finished one.
    customer_id : str

    Returns
    -------
    Explanation
        With ``model_dump_json`` and ``model_validate_json`` for JSON; names and sentences in the study's language.

    Raises
    ------
    CrmError
        If nobody has this ID (names the nearest ones), or the customer was not graded (says why).
    """
    digest = Digest(run)
    _require_graded(run, digest.customers.index, customer_id)
    own, told = (_known(table.loc[customer_id]) for table in (digest.customers, digest.told))
    indicators = run.indicators()[list(run.scorer.model.tree.leaves)].loc[[customer_id]]
    changes = Changes(run, indicators)
    kept = _acceptability(run, customer_id)
    return Explanation(
        run=run.name,
        customer_id=customer_id,
        language=digest.voice.language,
        money_unit=run.money_unit,
        name=told.get("name"),
        in_class=own["class"],
        class_last_year=own.get("class_last_year"),
        total=own["total"],
        sides=_sides(run, indicators, own, changes),
        steps=_steps(run, indicators, changes),
        stage=own.get("stage"),
        stage_reason=own.get("stage_reason"),
        kept={name: share for name, share in kept.items() if name not in run.classes},
        acceptability={name: kept[name] for name in run.classes if name in kept},
        act=_act(own, told),
        headroom=digest.voice.say("card.headroom") if changes.headroom else None,
    )


def _steps(run: Run, indicators: pd.DataFrame, changes: Changes) -> tuple[Step, ...]:
    """Every indicator from its raw value to what it adds, with the change of it alone that crosses a cut."""
    model, who = run.scorer.model, indicators.index[0]
    axis = {leaf: name for name, code in zip(AXES, model.tree.axes, strict=True) for leaf in model.tree.leaves_of(code)}
    alone = single_changes(model, indicators, run.cuts).iloc[0]
    table = model.steps(indicators).drop(columns="customer_id")
    steps = []
    for row in table.astype(object).where(table.notna(), None).to_dict("records"):
        code = row["code"]
        one = _change(changes, code, who, alone.get(code))
        name = changes.voice.name("node", row.pop("name"))
        steps.append(Step(**row, name=name, axis=axis[code], now=changes.value(code, who), alone=one))
    return tuple(steps)


def _sides(run: Run, indicators: pd.DataFrame, own: dict[str, Any], changes: Changes) -> tuple[Side, ...]:
    """Where the customer stands on both axes, and the cheapest pair of changes that crosses each cut."""
    cuts, who = dict(zip(AXES, run.cuts, strict=True)), indicators.index[0]
    pairs = cheapest_pairs(run.scorer.model, indicators, run.cuts).set_index("axis")
    high = {axis: bool(own[axis] >= cuts[axis]) for axis in AXES}
    sides = []
    for axis in AXES:
        pair = pairs.loc[axis]
        there = ["high" if high[name] != (name == axis) else "low" for name in AXES]
        both = [_change(changes, pair[which], who, pair[f"{which}_change"]) for which in ("first", "second")]
        known = {"axis": axis, "score": own[axis], "cut": cuts[axis], "distance": own[axis] - cuts[axis]}
        sides.append(Side(**known, other=run.labels["_".join(there)], pair=both if all(both) else None))
    return tuple(sides)


def _change(changes: Changes, code: str, who: str, size: float | None) -> Change | None:
    words = changes.change(code, who, size)
    return Change(code=code, change=size, words=words) if words else None


def _act(own: dict[str, Any], told: dict[str, Any]) -> Act | None:
    if "action" not in own:
        return None
    named = {name: told[name] for name in ("action", "owner", "measure", "stake")}
    amount, reason = own.get("value_at_stake"), own["reason_action"]
    return Act(due=day(own["due"]), value_at_stake=amount, reason=reason, **named)


def _acceptability(run: Run, customer_id: str) -> dict[str, float]:
    """Shares of weightings that keep the class, by how they were drawn, and by class; none where none were drawn."""
    table = run.rows("acceptability")
    return {} if table.empty else table.set_index("customer_id").drop(columns="class").loc[customer_id].to_dict()


def _known(row: pd.Series) -> dict[str, Any]:
    """A row without what is missing."""
    return {name: value for name, value in row.items() if pd.notna(value)}


def _require_graded(run: Run, graded: pd.Index, customer_id: str) -> None:
    if customer_id in graded:
        return
    others = run.table("not_graded").set_index("customer_id")["reason"]
    if customer_id in others.index:
        raise CrmError(f"{customer_id} has no class in run {run.name}: {others[customer_id]}.")
    ids = sorted([*graded, *others.index])
    # Leading zeros are what people leave out.
    near = [known for known in ids if known.endswith(customer_id)] or get_close_matches(customer_id, ids, cutoff=0.0)
    raise CrmError(f"run {run.name} has no customer {customer_id!r}. The nearest IDs: {', '.join(near[:3])}.")
