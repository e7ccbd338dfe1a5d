"""The brief of a finished run, ``brief.pdf``: a few pages for the management, set by Typst.

Nothing is computed here: sentences take key numbers, tables and the matrix take tables of the run. What a run does
not have is left out, and said where a reader would look for it.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import typst

from crmlib.errors import CrmError
from crmlib.matrix.classes import AXES
from crmlib.matrix.profile import held_by_class
from crmlib.matrix.stages import STAGES
from crmlib.report import palette
from crmlib.report.findings import findings, sureness
from crmlib.report.method import method
from crmlib.report.people import call_first, people
from crmlib.report.tables import MISSING, fixed, money, percent
from crmlib.report.terms import say, term, terms
from crmlib.report.text import FAMILY, FONTS, safe
from crmlib.runs import Run
from crmlib.strategy.actions import UNSTAGED, action_table
from crmlib.words.numbers import UNITS

TEMPLATE = Path(__file__).with_name("brief.typ")
TOP = 10
"""Customers of each list."""
MEASURES = (
    ("customers", "unit.customers"), ("eva", "term.eva"), ("hours", "term.hours"), ("mean_deposits", "term.deposits"),
    ("mean_loan", "term.loans"), ("headroom", "term.headroom"),
)  # fmt: skip
"""What the classes hold, in the order shown, with the words for it."""
_UNIT = re.compile(r" (%|万元|亿元|CNY)")
_SIGNS = {"at most": "≤", "at least": "≥"}


def brief(run: Run, target: Path) -> None:
    """Write the brief; the same run gives the same bytes.

    Parameters
    ----------
    run : Run
        A finished run.
    target : Path
        The PDF.

    Raises
    ------
    CrmError
        If Typst cannot set it (with what Typst says).
    """
    data = json.dumps(_drawable(content(run)), ensure_ascii=False, allow_nan=False)
    try:
        document = typst.compile(
            TEMPLATE, font_paths=[FONTS], ignore_system_fonts=True, sys_inputs={"data": data}, format="pdf",
            timestamp=dt.datetime.fromisoformat(f"{run.study.as_of}T00:00:00+00:00"),
        )  # fmt: skip
    except RuntimeError as error:
        raise CrmError(f"the brief of {run.path.name} cannot be set: {error}") from None
    target.write_bytes(document)


def content(run: Run) -> dict[str, Any]:
    """All that the brief says, as plain data for the template."""
    language, table = run.study.language, people(run)
    classes = run.classes
    absent = run.study.book.absent
    plain = (key for key, each in terms().items() if key.startswith("brief.") and "{" not in each.en)
    return {
        "language": language,
        "font": FAMILY,
        "title": say(run.study.title, language),
        "as_of": str(run.study.as_of),
        "simulated": term("term.simulated", language) if run.book.simulated else "",
        "source": term("brief.source", language, run=run.path.name),
        "absent": term("finding.absent", language, what=", ".join(absent)) if absent else "",
        "words": {key.removeprefix("brief."): term(key, language) for key in plain},
        "colours": palette.COLOURS,
        "classes": _classes(table, classes, run, language),
        "findings": findings(run, language),
        "matrix": _matrix(table, classes, run, language),
        "profile": _profile(table, classes, language),
        "plan": _plan(run, table, classes, language),
        "problems": _problems(run, language),
        "lists": list(_lists(run, table, language)),
        "sureness": sureness(run, language),
        "claims": [
            {"claim": row.claim, "text": say(row.text, language), "good": row.verdict == "supported",
             "verdict": say(row.verdict.partition(":")[0], language)}
            for row in run.rows("claims").itertuples()
        ],
        "method": method(run, language),
        "indicators": _indicators(run, language),
    }  # fmt: skip


def _classes(table: pd.DataFrame, classes: Sequence[str], run: Run, language: str) -> list[dict[str, Any]]:
    """A card for each class: name, colour, customers, and what it earns."""
    cards = []
    for name, colour in zip(classes, palette.CLASSES, strict=True):
        own = table[table["class"] == name]
        eva = f"{term('term.eva', language)} {money(own['eva'].sum(), run.money_unit)}" if "eva" in table else ""
        cards.append({
            "name": _capital(say(name, language)), "colour": palette.COLOURS[colour], "mark": palette.MARKERS[colour],
            "n": f"{len(own):,}", "share": percent(len(own) / len(table), 0), "eva": eva,
        })  # fmt: skip
    return cards


def _matrix(table: pd.DataFrame, classes: Sequence[str], run: Run, language: str) -> dict[str, Any]:
    """Points of the matrix by class, its limits and cuts."""
    cuts = dict(zip(AXES, run.cuts, strict=True))
    axes = {}
    for axis in ("current", "potential"):
        low, high = min(table[axis].min(), cuts[axis]), max(table[axis].max(), cuts[axis])
        room = max(high - low, 1.0)
        axes[axis] = {"low": low - 0.05 * room, "high": high + 0.1 * room, "cut": cuts[axis],
                      "name": term(f"brief.{axis}_axis", language)}  # fmt: skip
    shown = {axis: f"{cuts[axis]:.1f}" for axis in axes}
    note = term("brief.matrix_note", language, n=f"{len(table):,}", **shown)
    points = [table.loc[table["class"] == name, list(axes)].round(2).to_numpy().tolist() for name in classes]
    return {"axes": axes, "points": points, "note": note, "cut": term("term.cut", language)}


def _profile(table: pd.DataFrame, classes: Sequence[str], language: str) -> list[dict[str, Any]]:
    """Share of each measure that each class holds."""
    held = held_by_class(table["class"], table[[key for key, _ in MEASURES if key in table]], classes)
    shares = held.pivot_table(index="class", columns="measure", values="share").reindex(classes)
    return [
        {"name": _capital(term(word, language)),
         "shares": shares[key].tolist(), "shown": [percent(share, 0) for share in shares[key]]}
        for key, word in MEASURES if key in shares
    ]  # fmt: skip


def _plan(run: Run, table: pd.DataFrame, classes: Sequence[str], language: str) -> dict[str, Any]:
    """The standard action of every class and stage with its customers."""
    actions = run.rows("actions")
    staged = "stage" in table
    counts = table.groupby(["class", table["stage"] if staged else pd.Series(UNSTAGED, table.index)]).size()
    standard = action_table(run.labels).set_index(["class", "stage"])
    stages = STAGES if staged else (UNSTAGED,)
    rows = [
        {"name": _capital(say(name, language)), "colour": palette.COLOURS[colour], "cells": [
            {"headline": say(standard.loc[(name, stage), "headline"], language),
             "owner": say(standard.loc[(name, stage), "owner"], language),
             "days": term("brief.days", language, n=standard.loc[(name, stage), "days"]),
             "stake": standard.loc[(name, stage), "stake"], "n": f"{counts.get((name, stage), 0):,}"}
            for stage in stages
        ]}
        for name, colour in zip(classes, palette.CLASSES, strict=True)
    ]  # fmt: skip
    overrides = int((actions["standard"] != actions["action"]).sum()) if len(actions) else 0
    kinds = ("keep", "grow", "cut")
    return {
        "stages": [_capital(term(f"stage.{stage}", language)) for stage in stages] if staged else [],
        "rows": rows,
        "note": term("brief.actions_note", language),
        "overrides": term("brief.overrides", language, n=f"{overrides:,}") if overrides else "",
        "kinds": [{"kind": kind, "name": term(f"stake_of.{kind}", language)} for kind in kinds],
    }


def _problems(run: Run, language: str) -> list[dict[str, Any]]:
    """The problems with their statistic, its limit, and the countermeasure."""

    def shown(value: float, unit: str) -> str:
        return percent(value) if unit == "share" else f"{value:.2f}"

    return [
        {"title": say(row.title, language), "statistic": say(row.statistic, language), "holds": bool(row.holds),
         "value": shown(row.value, row.unit), "limit": f"{_SIGNS[row.direction]} {shown(row.threshold, row.unit)}",
         "answer": say(row.headline, language), "owner": say(row.owner, language),
         "days": term("brief.days", language, n=row.days)}
        for row in run.rows("countermeasures").itertuples()
    ]  # fmt: skip


def _indicators(run: Run, language: str) -> list[list[str]]:
    """Name, weight and definition of each indicator; a study's own has none of the packaged definitions."""
    weights, formulas = run.rows("weights"), {node.code: node.formula for node in run.scorer.model.tree.nodes}
    leaves = weights[weights["direction"].notna()]
    defined = (f"definition.{formulas.get(code)}" for code in leaves["code"])
    definitions = [term(key, language) if key in terms() else "" for key in defined]
    names = [say(name, language) for name in leaves["name"]]
    shares = map(percent, leaves["weight"])
    return [list(row) for row in zip(leaves["code"], names, shares, definitions, strict=True)]


def _lists(run: Run, table: pd.DataFrame, language: str) -> Iterator[dict[str, Any]]:
    """Save list and growth list, the first ten of each."""
    for kind, note, amount, customers in call_first(run, table):
        if kind == "grow":
            columns = {"headroom": "term.headroom", amount: "brief.gain"}
        elif amount == "value_at_risk":
            columns = {"loss": "brief.loss", "clv": "term.clv", amount: "brief.at_risk"}
        else:
            columns = {"eva": "term.eva", "clv": "term.clv"}
        yield _list(run, kind, note, customers.head(TOP), columns, language)


def _list(run: Run, kind: str, note: str, own: pd.DataFrame, columns: dict[str, str], language: str) -> dict[str, Any]:
    """One list as heads and rows of text; columns that the run does not have are left out."""
    names = [name for name in ("name", "rm_id", "class", "stage") if name in own]
    columns = {key: word for key, word in columns.items() if key in own}
    heads = {"name": "term.name", "rm_id": "owner.rm", "class": "term.class", "stage": "term.stage"}
    unit = run.money_unit
    labels = [term("term.id", language), *(term(heads[name], language) for name in names)]
    labels += [
        term(word, language) if key == "loss" else f"{term(word, language)}, {unit}" for key, word in columns.items()
    ]
    rows = [
        [str(customer), *(MISSING if pd.isna(row[name]) else say(str(row[name]), language) for name in names),
         *(percent(row[key]) if key == "loss" else fixed(row[key] / UNITS[unit], 1) for key in columns)]
        for customer, row in own.iterrows()
    ]  # fmt: skip
    title, told = term(f"brief.{kind}", language), term(note, language)
    heads = [_capital(label) for label in labels]
    return {"title": title, "note": told, "heads": heads, "rows": rows, "numbers": len(columns)}


def _drawable(value: Any) -> Any:
    """The same data with every text such as the shipped fonts can draw it, and units on the line of their number."""
    if isinstance(value, str):
        return _UNIT.sub("\u00a0\\1", safe(value).strip())
    if isinstance(value, dict):
        return {key: _drawable(item) for key, item in value.items()}
    return [_drawable(item) for item in value] if isinstance(value, list) else value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
