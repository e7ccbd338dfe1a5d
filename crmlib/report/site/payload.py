"""Everything that the pages of customers and the live matrix know, as one piece of data.

Points and weights keep every bit, so that classes computed in the browser are those that Python computes.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from crmlib.report.changes import Changes
from crmlib.report.old_people import people, told
from crmlib.report.site.moves import moves
from crmlib.report.terms import say
from crmlib.runs import Run
from crmlib.strategy.actions import action_plan
from crmlib.value import ValueModel
from crmlib.words.sentences.actions import step
from crmlib.words.voice import Voice

WORDS = ("stage", "class_last_year", "headline", "owner", "due", "stake", "rm_id", "size")
"""Columns of few different values, stored once each."""
COLUMNS = (
    "name", "rm_id", "size", "class", "class_last_year", "stage", "headline", "owner", "due", "stake", "value_at_stake",
    "reason", "eva", "clv", "mean_deposits", "mean_loan", "hours", "headroom", "sure",
)  # fmt: skip
_FIGURE = re.compile(r"\d[\d,.]*|#")


def payload(run: Run) -> dict[str, Any]:
    """Data of the customers' pages.

    Parameters
    ----------
    run : Run

    Returns
    -------
    dict
        ``classes`` (names in the order of the quadrants), ``cuts`` with their rules, ``tree`` (nodes with the weight
        among their siblings), ``points`` (0-100 by indicator, null where unknown), ``raw`` (the indicators as text),
        ``moves`` (what would bring a customer over a cut), ``actions`` (steps and measure by headline), ``customers``
        (columns of equal length, in the order of ``id``) and ``words`` (values that columns point to).
    """
    language, unit = run.study.language, run.money_unit
    model = run.scorer.model
    everybody = _people(run, language)
    indicators = run.indicators().loc[everybody.index]
    changes = Changes(run, indicators)
    columns, words = _columns(everybody)
    return {
        "classes": [say(name, language) for name in run.classes],
        "cuts": run.json("cuts.json"),
        "unit": unit,
        "tree": [_node(model, node.code, language) for node in model.tree.nodes],
        "points": {leaf: _column(values) for leaf, values in model.scaled(indicators).items()},
        "raw": {leaf: _texts(changes, leaf, unit) for leaf in model.tree.leaves},
        "moves": moves(run, indicators, changes),
        "actions": _actions(words.get("headline", ()), Voice(language), run.labels["low_low"]),
        "words": words,
        "customers": {"id": everybody.index.tolist(), **columns},
    }


def script(data: dict[str, Any]) -> str:
    """The data as a script that pages opened from a disk can load, which they may not do with a JSON file.

    Sentences that many customers share but for their figures are stored once, as ``patterns``; instead of them stand
    the place of the pattern and the figures that fill it. Points that many customers share are stored once, too.
    """
    places: dict[str, int] = {}
    told: dict[str, Any] = {key: _packed(data[key], places) for key in ("raw", "moves")}
    told["points"] = {leaf: _listed(values) for leaf, values in data["points"].items()}
    customers = data["customers"]
    customers = customers | {name: _packed(customers[name], places) for name in ("reason",) if name in customers}
    data = {**data, **told, "customers": customers, "patterns": list(places)}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"globalThis.crmData = {text};\n"


def _listed(values: list[float | None]) -> list[float | None] | dict[str, list[Any]]:
    """Values most of which repeat as a list of those that differ, and the place of each in it."""
    different = list(dict.fromkeys(values))
    if 2 * len(different) > len(values):
        return values
    places = {value: place for place, value in enumerate(different)}
    return {"values": different, "of": [places[value] for value in values]}


def _packed(texts: Any, places: dict[str, int]) -> Any:
    """The same lists and dictionaries with their texts packed; adds the patterns that are new to ``places``."""
    if isinstance(texts, dict):
        return {name: _packed(value, places) for name, value in texts.items()}
    if isinstance(texts, list):
        return [_packed(value, places) for value in texts]
    if texts is None:
        return None
    place = places.setdefault(_FIGURE.sub("#", texts), len(places))
    return " ".join([str(place), *_FIGURE.findall(texts)])


def _people(run: Run, language: str) -> pd.DataFrame:
    """One row a graded customer, in order of the ID, in words of the language; classes by quadrant."""
    known = people(run).sort_index()
    table = told(known, language)[[name for name in COLUMNS if name in known]]
    table["class"] = known["class"].map({name: place for place, name in enumerate(run.classes)})
    if "reason_action" in known:
        table["reason"] = [_reason(parts, language) for parts in known[["reason_stage", "reason_action"]].to_numpy()]
    if "sure" in table:
        table["sure"] = table["sure"].round(3)
    if "hours" in table:
        table["hours"] = table["hours"].round(1)
    money_columns = [
        name for name in ("value_at_stake", "eva", "clv", "mean_deposits", "mean_loan", "headroom") if name in table
    ]
    return table.assign(**table[money_columns].round(0))


def _columns(table: pd.DataFrame) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Columns as JSON holds them, and the words that some of them point to."""
    columns = {name: _column(table[name]) for name in table}
    words = {name: sorted({value for value in columns[name] if value is not None}) for name in WORDS if name in columns}
    for name, values in words.items():
        places = {value: place for place, value in enumerate(values)}
        columns[name] = [places.get(value) for value in columns[name]]
    return columns, words


def _node(model: ValueModel, code: str, language: str) -> dict[str, Any]:
    node = model.tree[code]
    return {
        "code": code,
        "name": say(node.name, language),
        "parent": node.parent,
        "unit": node.unit,
        "local": float(model.local[code]),
    }


def _actions(headlines: list[str], voice: Voice, lowest: str) -> dict[str, dict[str, Any]]:
    """Steps and measure of success of the actions that somebody has."""
    found = {voice.name("action", key): action for key, action in action_plan().all().items()}
    return {
        headline: {
            "steps": [voice.say(step(code, lowest)) for code in found[headline].steps],
            "measure": voice.name("measure", found[headline].key),
        }
        for headline in headlines
    }


def _reason(parts: Iterable[Any], language: str) -> str | None:
    """Why a customer gets its action; its class and the cuts are shown by the page itself."""
    known = [part for part in parts if isinstance(part, str)]
    return Voice(language).say("reasons.sentence", parts=known) if known else None


def _column(values: pd.Series) -> list[Any]:
    """Values as JSON holds them: dates as days, missing as None, numbers with every bit."""
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    known = values.notna().to_numpy()
    return [_short(value) if there else None for value, there in zip(values.tolist(), known, strict=True)]


def _short(value: Any) -> Any:
    """A whole number without its needless ``.0``: the same number in fewer bytes."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _texts(changes: Changes, leaf: str, unit: str) -> list[str]:
    """An indicator of everybody as people read it; the page knows the unit of money."""
    return [changes.value(leaf, customer).removesuffix(f" {unit}") for customer in changes.raw[leaf]]
