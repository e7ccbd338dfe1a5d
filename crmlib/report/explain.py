"""Explain: why a customer is in its class, what is done with it, and what would move it to another.

Reads a finished run and nothing else, so that the answer is about the report that people hold in their hands.
"""

from difflib import get_close_matches
from typing import Any

import pandas as pd

from crmlib.errors import CrmError
from crmlib.matrix.classes import AXES, Cuts
from crmlib.matrix.moves import cheapest_pairs, single_changes
from crmlib.report.explanation import Act, Change, Explanation, Side, Step
from crmlib.runs import Run
from crmlib.value.indicators import count_fitting
from crmlib.value.model import ValueModel
from crmlib.words.sentences.indicators import indicator_change, indicator_value
from crmlib.words.voice import Voice


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
        With ``model_dump_json`` and ``model_validate_json`` for JSON.

    Raises
    ------
    CrmError
        If nobody has this ID (names the nearest ones), or the customer was not graded (says why).
    """
    classes = run.table("classes").set_index("customer_id")
    _require_graded(run, classes.index, customer_id)
    model, cuts = run.scorer.model, run.cuts
    indicators = run.indicators()[list(model.tree.leaves)].loc[[customer_id]]
    own, told = classes.loc[customer_id], _Words(run, model, indicators.iloc[0])
    acts = _row(run, "actions", customer_id)
    kept, acceptable = _acceptability(run, customer_id, cuts.classes)
    return Explanation(
        run=run.path.name,
        customer_id=customer_id,
        name=_text(acts.get("name")),
        money_unit=told.money_unit,
        in_class=own["class"],
        class_last_year=_text(own.get("class_last_year")),
        total=own["total"],
        sides=_sides(model, indicators, cuts, told),
        steps=_steps(model, indicators, cuts, told),
        stage=_text(own.get("stage")),
        stage_reason=_text(own.get("stage_reason")),
        kept=kept,
        acceptability=acceptable,
        act=_act(acts),
    )


class _Words:
    """Changes of one customer's indicators in words."""

    def __init__(self, run: Run, model: ValueModel, raw: pd.Series) -> None:
        self.model, self.raw = model, raw
        self.money_unit = run.money_unit
        self.voice = Voice(unit=run.money_unit)
        self.products = self._fitting(run) if model.tree.leaf_with("product_gap") else None

    def value(self, code: str) -> str:
        return self.voice.say(indicator_value(self.model.tree[code], self.raw[code]))

    def change(self, code: str, change: float) -> Change:
        told = indicator_change(self.model.tree[code], self.raw[code], change, self.products)
        return Change(code=code, change=change, words=self.voice.say(told))

    def _fitting(self, run: Run) -> int:
        return int(count_fitting(run.book, pd.Index([self.raw.name]), run.scorer.references).iloc[0])


def _steps(model: ValueModel, indicators: pd.DataFrame, cuts: Cuts, told: _Words) -> tuple[Step, ...]:
    axis = {leaf: name for name, code in zip(AXES, model.tree.axes, strict=True) for leaf in model.tree.leaves_of(code)}
    table = model.steps(indicators).drop(columns="customer_id")
    changes = single_changes(model, indicators, cuts).iloc[0]
    table = table.assign(axis=table["code"].map(axis), change=table["code"].map(changes))
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    changes = [row.pop("change") for row in rows]
    alone = [
        None if change is None else told.change(row["code"], change) for row, change in zip(rows, changes, strict=True)
    ]
    return tuple(Step(**row, now=told.value(row["code"]), alone=one) for row, one in zip(rows, alone, strict=True))


def _sides(model: ValueModel, indicators: pd.DataFrame, cuts: Cuts, told: _Words) -> tuple[Side, ...]:
    score = model.score(indicators).iloc[0]
    pairs = cheapest_pairs(model, indicators, cuts).set_index("axis")
    lines = dict(zip(AXES, cuts, strict=True))
    high = {axis: bool(score[axis] >= lines[axis]) for axis in AXES}
    sides = []
    for axis in AXES:
        pair = pairs.loc[axis]
        changes = [(pair[f"{which}"], pair[f"{which}_change"]) for which in ("first", "second")]
        there = ["high" if high[name] != (name == axis) else "low" for name in AXES]
        sides.append(
            Side(
                axis=axis, score=score[axis], cut=lines[axis], distance=score[axis] - lines[axis],
                other=cuts.labels["_".join(there)],
                pair=None if pd.isna(pair["points"]) else tuple(told.change(*change) for change in changes),
            )
        )  # fmt: skip
    return tuple(sides)


def _act(row: dict[str, Any]) -> Act | None:
    if not row:
        return None
    named = {name: row[name] for name in ("owner", "measure", "reason", "stake")}
    value = None if pd.isna(row["value_at_stake"]) else row["value_at_stake"]
    return Act(action=row["headline"], due=f"{row['due']:%Y-%m-%d}", value_at_stake=value, **named)


def _acceptability(run: Run, customer_id: str, classes: tuple[str, ...]) -> tuple[dict[str, float], dict[str, float]]:
    row = _row(run, "acceptability", customer_id)
    kept = {name: value for name, value in row.items() if name not in ("class", *classes)}
    return kept, {name: row[name] for name in classes if name in row}


def _row(run: Run, table: str, customer_id: str) -> dict[str, Any]:
    """A customer's row of a table, without what is missing; empty where the run has no such table."""
    if table not in run.tables:
        return {}
    rows = run.table(table).set_index("customer_id")
    return rows.loc[customer_id].to_dict() if customer_id in rows.index else {}


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value)


def _require_graded(run: Run, graded: pd.Index, customer_id: str) -> None:
    if customer_id in graded:
        return
    others = run.table("not_graded").set_index("customer_id")["reason"]
    if customer_id in others.index:
        raise CrmError(f"{customer_id} has no class in run {run.path.name}: {others[customer_id]}.")
    ids = sorted([*graded, *others.index])
    # Leading zeros are what people leave out.
    near = [known for known in ids if known.endswith(customer_id)] or get_close_matches(customer_id, ids, cutoff=0.0)
    raise CrmError(f"run {run.path.name} has no customer {customer_id!r}. The nearest IDs: {', '.join(near[:3])}.")
