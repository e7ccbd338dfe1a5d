"""Reference sheets: points of every indicator for the card, settings as the run had them, and what words mean."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from crmlib.reference import settings_reference
from crmlib.report.terms import terms
from crmlib.report.workbook.customers import ranges
from crmlib.report.workbook.paper import Column, Paper

_DEFINED = ("class", "stage", "stake_of", "term")
"""Groups of terms that are shown with the other language and their source."""
_WAYS = {"benefit": "benefit", "cost": "cost_direction"}


def points_sheet(paper: Paper, contributions: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    """What each indicator adds to the total of each customer; returns the range of each column for formulas."""
    columns = [Column("customer_id", paper.word("term.id"), width=12)]
    columns += [Column(code, f"{code} {names[code]}", "points", 13) for code in contributions.columns[1:]]
    sheet = paper.sheet(paper.word("workbook.points"), wide=True)
    paper.widths(sheet, columns)
    sheet.set_row(0, 42)
    paper.filtered(sheet, 0, columns, contributions, "contributions")
    return ranges(sheet.get_name(), 1, [column.key for column in columns], len(contributions))


def settings_sheet(paper: Paper, settings: Mapping[str, Any]) -> None:
    """Every setting of the run with its meaning."""
    reference = settings_reference()
    rows = [(name, _shown(settings[name]), meaning) for name, _, _, meaning in reference if name in settings]
    body = pd.DataFrame(rows, columns=["name", "value", "meaning"])
    columns = [
        Column("name", paper.word("term.setting"), width=30),
        Column("value", paper.word("term.value"), "long", 44),
        Column("meaning", paper.word("term.meaning"), "long", 90),
    ]
    sheet = paper.sheet(paper.word("workbook.settings"), wide=True)
    paper.widths(sheet, columns)
    paper.put(sheet, 0, 0, paper.word("workbook.settings_note"), "note")
    paper.rows(sheet, 2, columns, body)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)


def definitions_sheet(paper: Paper, weights: pd.DataFrame, formulas: Mapping[str, str]) -> None:
    """Indicators with unit, direction, weight and definition, then classes, stages and terms with their source."""
    sheet = paper.sheet(paper.word("workbook.definitions"), wide=True)
    leaves = weights[weights["direction"].notna()]
    told = [f"definition.{formulas.get(code)}" for code in leaves["code"]]
    body = pd.DataFrame({
        "indicator": [f"{code} {paper.say(name)}" for code, name in zip(leaves["code"], leaves["name"], strict=True)],
        "unit": [paper.say(unit) if unit != "-" else "–" for unit in leaves["unit"]],
        "direction": [paper.word(f"term.{_WAYS[way]}") for way in leaves["direction"]],
        "weight": leaves["weight"].to_numpy(),
        "meaning": [paper.word(key) if key in terms() else "" for key in told],
    })  # fmt: skip
    columns = [
        Column("indicator", paper.word("term.indicator"), width=32),
        Column("unit", paper.word("term.unit"), width=24),
        Column("direction", paper.word("term.direction"), width=16),
        Column("weight", paper.word("term.weight"), "percent", 10),
        Column("meaning", paper.word("term.meaning"), "long", 90),
    ]
    paper.widths(sheet, columns)
    row = paper.rows(sheet, 0, columns, body) + 1
    for place, key in ((0, "workbook.term"), (1, "workbook.other"), (4, "workbook.source")):
        paper.put(sheet, row, place, paper.word(key), "top")
    other = "zh" if paper.language == "en" else "en"
    for key, each in terms().items():
        if key.partition(".")[0] in _DEFINED and (each.source or key.startswith("stake_of.")):
            row += 1
            paper.put(sheet, row, 0, getattr(each, paper.language))
            paper.put(sheet, row, 1, getattr(each, other))
            paper.put(sheet, row, 4, each.source, "long")
    sheet.freeze_panes(1, 1)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else "–" if value is None else str(value)
