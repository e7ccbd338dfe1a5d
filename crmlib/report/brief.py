"""The brief of a finished run, ``brief.pdf``: a few pages for the management, set by Typst.

Nothing is computed here: the digest is laid out. What a run does not have is left out.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typst

from crmlib.errors import CrmError
from crmlib.matrix.classes import AXES
from crmlib.report import palette
from crmlib.report.digest import ClassCard, Digest
from crmlib.report.text import FAMILY, FONTS, safe
from crmlib.runs import Run
from crmlib.words.bibliography import cited
from crmlib.words.messages import say
from crmlib.words.numbers import fixed, known, percent
from crmlib.words.said import paragraph
from crmlib.words.sentences.problems import quantity
from crmlib.words.table import Table, cell, head
from crmlib.words.texts import texts
from crmlib.words.voice import Voice, capital

TEMPLATE = Path(__file__).with_name("brief.typ")
TOP = 10
"""Customers of each list."""
WHO = ("customer_id", "name", "rm_id", "class", "stage")
COLUMNS = {
    "would_go": ("loss", "clv", "would_go"), "save": ("eva", "clv"), "grow": ("headroom", "gain_a_year"),
}  # fmt: skip
"""Who is on a list, and what it tells of each, by its amount or kind."""
_UNIT = re.compile(r" (%|万元|亿元|CNY|thousand|million)")


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
    data = json.dumps(_drawable(content(Digest(run))), ensure_ascii=False, allow_nan=False)
    try:
        document = typst.compile(
            TEMPLATE, font_paths=[FONTS], ignore_system_fonts=True, sys_inputs={"data": data}, format="pdf",
            timestamp=dt.datetime.fromisoformat(f"{run.study.as_of}T00:00:00+00:00"),
        )  # fmt: skip
    except RuntimeError as error:
        raise CrmError(f"the brief of {run.path.name} cannot be set: {error}") from None
    target.write_bytes(document)


def content(digest: Digest) -> dict[str, Any]:
    """All that the brief says, as plain data for the template."""
    voice, run = digest.voice, digest.run
    method = [{"head": voice.say(key), "text": voice.say(text)} for key, text in digest.method()]
    return {
        "language": voice.language,
        "font": FAMILY,
        "title": digest.title,
        "as_of": str(run.study.as_of),
        "simulated": voice.say("common.simulated") if run.book.simulated else "",
        "source": voice.say("brief.source", run=run.path.name),
        "notes": [voice.say(note) for note in digest.notes[run.book.simulated :]],
        "words": {key: voice.say(f"brief.{key}") for key, text in texts("brief").items() if "{" not in text["en"]},
        "colours": palette.COLOURS,
        "classes": [_card(card, voice) for card in digest.cards],
        "findings": [paragraph(said.messages, voice) for said in digest.findings],
        "matrix": _matrix(digest),
        "profile": [_held(digest, measure) for measure in digest.measures],
        "plan": _plan(digest),
        "problems": [_problem(row, voice) for row in digest.rows("countermeasures")],
        "lists": list(_lists(digest)),
        "sureness": [paragraph(said.messages, voice) for said in digest.sureness],
        "others": [[capital(voice.name("headline", name)), voice.say(told)] for name, told in digest.beside_others()],
        "claims": [
            {"claim": row.claim, "text": row.text, "good": row.kind == "supported",
             "verdict": voice.name("verdict", row.kind)}
            for row in digest.rows("claims")
        ],
        "method": method,
        "works": [work.told for work in cited("\n".join(part["text"] for part in method))],
        "indicators": [
            [each.code, voice.name("node", each.name), percent(each.weight), voice.say(each.definition or None)]
            for each in digest.indicators
        ],
    }  # fmt: skip


def _card(card: ClassCard, voice: Voice) -> dict[str, Any]:
    """A card of a class: name, colour, customers, and what it earns."""
    colour, held = palette.CLASSES[card.place], card.held
    eva = f"{head('eva', voice)} {cell(held['eva'].amount, 'money', voice)} {voice.unit}" if "eva" in held else ""
    return {
        "name": capital(voice.name("class", card.name)),
        "colour": palette.COLOURS[colour], "mark": palette.MARKERS[colour],
        "n": fixed(card.customers), "share": percent(held["customers"].share, 0), "eva": eva,
    }  # fmt: skip


def _matrix(digest: Digest) -> dict[str, Any]:
    """Points of the matrix by class, its limits and cuts."""
    cuts, table, axes = digest.run.cuts, digest.customers, {}
    for axis, cut in zip(AXES, cuts, strict=True):
        low, high = min(table[axis].min(), cut), max(table[axis].max(), cut)
        room = max(high - low, 1.0)
        name = digest.voice.say(f"brief.{axis}_axis")
        axes[axis] = {"low": low - 0.05 * room, "high": high + 0.1 * room, "cut": cut, "name": name}
    note = digest.voice.say("brief.matrix_note", n=len(table), current=cuts.current, potential=cuts.potential)
    points = [table.loc[table["class"] == card.name, list(axes)].round(2).to_numpy().tolist() for card in digest.cards]
    return {"axes": axes, "points": points, "note": note, "cut": digest.voice.say("terms.cut")}


def _held(digest: Digest, measure: str) -> dict[str, Any]:
    """What each class holds of a measure, drawn where it is a share."""
    shares = [card.held[measure].share for card in digest.cards]
    drawn = [share if known(share) else 0.0 for share in shares]
    told = [digest.held(card, measure) for card in digest.cards]
    return {"name": capital(head(measure, digest.voice)), "shares": drawn, "shown": told}


def _plan(digest: Digest) -> dict[str, Any]:
    """The standard action of every class and stage with its customers."""
    voice, rows = digest.voice, []
    for card, cells in zip(digest.cards, digest.plan().values(), strict=True):
        told = [
            {"headline": voice.name("action", each.action), "owner": voice.name("owner", each.owner),
             "days": voice.say("brief.days", n=each.days), "stake": each.stake, "n": fixed(each.customers)}
            for each in cells
        ]  # fmt: skip
        rows.append({**_card(card, voice), "cells": told})
    return {
        "stages": [capital(voice.name("stage", stage)) for stage in digest.stages],
        "rows": rows,
        "note": voice.say("brief.actions_note"),
        "overrides": voice.say("brief.overrides", n=digest.overrides) if digest.overrides else "",
        "kinds": [{"kind": kind, "name": voice.name("stake_of", kind)} for kind in ("keep", "grow", "cut")],
    }


def _problem(row: Any, voice: Voice) -> dict[str, Any]:
    """A problem with its statistic, its limit, and the countermeasure."""
    limit = say("brief.limit_value", direction=row.direction, value=quantity(row.threshold, row.unit))
    return {
        "title": voice.name("problem", row.problem), "statistic": voice.name("statistic", row.problem),
        "holds": bool(row.holds), "value": voice.say(quantity(row.value, row.unit)), "limit": voice.say(limit),
        "answer": voice.name("countermeasure", row.problem), "owner": voice.name("owner", row.owner),
        "days": voice.say("brief.days", n=row.days),
    }  # fmt: skip


def _lists(digest: Digest) -> Iterator[dict[str, Any]]:
    """Save list and growth list, the first ten of each, as heads and rows of text."""
    voice = digest.voice
    for call in digest.call_first():
        own = call.customers.head(TOP).assign(gain_a_year=lambda table, amount=call.amount: table[amount]).reset_index()
        who, numbers = (
            [name for name in names if name in own] for names in (WHO, COLUMNS.get(call.amount, COLUMNS[call.kind]))
        )
        told = Table(own[who + numbers], voice).texts()
        yield {
            "title": voice.say(f"brief.{call.kind}"), "note": voice.say(call.note), "rows": told.to_numpy().tolist(),
            "heads": list(map(capital, told.columns)), "numbers": len(numbers),
        }  # fmt: skip


def _drawable(value: Any) -> Any:
    """The same data with every text such as the shipped fonts can draw it, and units on the line of their number."""
    if isinstance(value, str):
        return _UNIT.sub("\u00a0\\1", safe(value).strip())
    if isinstance(value, dict):
        return {key: _drawable(item) for key, item in value.items()}
    return [_drawable(item) for item in value] if isinstance(value, list) else value
