"""Everything that the pages of customers and the live matrix know, as one piece of data.

Points and weights keep every bit, so that classes computed in the browser are those that Python computes. All text is
said here, in the language of the report.
"""

import json
from typing import Any

import pandas as pd

from crmlib.matrix.classes import AXES
from crmlib.matrix.moves import cheapest_pairs, single_changes
from crmlib.report.changes import Changes
from crmlib.report.digest import Digest
from crmlib.words.numbers import unit_size
from crmlib.words.sentences.actions import step
from crmlib.words.table import head
from crmlib.words.texts import texts

WORDS = ("stage", "class_last_year", "action", "owner", "due", "stake", "rm_id", "size")
"""Columns of few different values, stored once each."""
AMOUNTS = ("value_at_stake", "eva", "clv", "mean_deposits", "mean_loan", "headroom")
DIGITS = {**dict.fromkeys(AMOUNTS, 0), "hours": 1, "sure": 3}
"""Decimals that the pages show, or a little more."""
REASONS = ("reason_stage", "reason_action")
COLUMNS = ("name", "class", *WORDS, *DIGITS, *REASONS)
HEADS = (*COLUMNS, "customer_id", "total", "current", "potential")
"""Columns that the pages name."""


def payload(digest: Digest) -> dict[str, Any]:
    """Data of the customers' pages.

    Parameters
    ----------
    digest : Digest

    Returns
    -------
    dict
        ``classes`` (names in the order of the quadrants), ``cuts`` with their rules, ``tree`` (nodes with the weight
        among their siblings), ``points`` (0-100 by indicator, null where unknown), ``raw`` (the indicators as text),
        ``moves`` (what would bring a customer over a cut), ``actions`` (steps and measure by name), ``customers``
        (columns of equal length, in the order of ``id``), ``words`` (values that columns point to), ``heads`` (names
        of columns), ``text`` (what the pages say, with open places) and ``sentences``, which many customers share:
        raw, moves and reasons hold their places.
    """
    run, voice, model = digest.run, digest.voice, digest.run.scorer.model
    indicators = run.indicators().loc[digest.customers.index.sort_values()]
    changes, sentences = Changes(run, indicators), Sentences()
    columns, words = _columns(digest, sentences)
    return {
        "classes": [voice.name("class", name) for name in run.classes],
        "cuts": _cuts(digest),
        "unit": voice.unit,
        "unit_size": unit_size(voice.unit),
        "tree": [
            {"code": node.code, "name": voice.name("node", node.name), "parent": node.parent, "unit": node.unit,
             "local": float(model.local[node.code])}
            for node in model.tree.nodes
        ],
        "points": {leaf: _column(values) for leaf, values in model.scaled(indicators).items()},
        "raw": {leaf: [sentences.place(changes.value(leaf, who)) for who in indicators.index]
                for leaf in model.tree.leaves},
        "moves": _moves(digest, indicators, changes, sentences),
        "actions": _actions(digest),
        "customers": {"id": indicators.index.tolist(), **columns},
        "words": words,
        "heads": {column: head(column, voice) for column in HEADS},
        "text": {key: voice.text(f"live.{key}") for key in texts("live")},
        "sentences": list(sentences),
    }  # fmt: skip


def script(data: dict[str, Any]) -> str:
    """The data as a script that pages opened from a disk can load, which they may not do with a JSON file."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"globalThis.crmData = {text};\n"


class Sentences(dict[str, int]):
    """Texts with their places in a list that holds each once."""

    def place(self, text: str | None) -> int | None:
        """The place of a text, a new one if it is new; none for none."""
        return None if text is None else self.setdefault(text, len(self))


def _moves(digest: Digest, indicators: pd.DataFrame, changes: Changes, sentences: Sentences) -> dict[str, Any]:
    """Smallest changes that bring each customer over a cut: places of what is said of them.

    Returns
    -------
    dict
        ``alone``: for each indicator the change of it alone, by customer, null where none would do; ``pairs``: for
        each axis the cheapest changes of two together.
    """
    model, cuts = digest.run.scorer.model, digest.run.cuts

    def said(leaf: str, who: str, size: float) -> int | None:
        return sentences.place(changes.change(leaf, who, size))

    def pair(row: Any) -> list[int | None] | None:
        both = ((row.first, row.first_change), (row.second, row.second_change))
        return None if pd.isna(row.points) else [said(leaf, row.Index, size) for leaf, size in both]

    alone = single_changes(model, indicators, cuts)
    pairs = cheapest_pairs(model, indicators, cuts).set_index("customer_id").groupby("axis")
    return {
        "alone": {leaf: [said(leaf, *one) for one in sizes.items()] for leaf, sizes in alone.items()},
        "pairs": {axis: list(map(pair, rows.loc[indicators.index].itertuples())) for axis, rows in pairs},
    }


def _cuts(digest: Digest) -> dict[str, Any]:
    """Where the cuts are, and the rules that they follow: as rule.js reads them, and in words."""
    cuts = digest.run.cuts
    rules = dict(zip(AXES, cuts.rules, strict=True))
    return {
        **dict(zip(AXES, cuts, strict=True)),
        "rules": {axis: {"kind": rule.kind, "number": rule.number} for axis, rule in rules.items()},
        "said": {axis: digest.voice.name("cut_rule", rule) for axis, rule in rules.items()},
    }


def _columns(digest: Digest, sentences: Sentences) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Columns of the customers as JSON holds them, and the words that some of them point to; classes by quadrant."""
    places = {name: place for place, name in enumerate(digest.run.classes)}
    table = digest.told.sort_index().assign(**{"class": digest.customers["class"].map(places)}).round(DIGITS)
    columns = {name: _column(table[name]) for name in COLUMNS if name in table}
    words = {name: sorted({value for value in columns[name] if value is not None}) for name in WORDS if name in columns}
    for name, values in words.items():
        place = {value: place for place, value in enumerate(values)}
        columns[name] = [place.get(value) for value in columns[name]]
    columns |= {name: list(map(sentences.place, columns[name])) for name in REASONS if name in columns}
    return columns, words


def _actions(digest: Digest) -> dict[str, dict[str, Any]]:
    """Steps and measure of success of the actions that somebody has, by their name."""
    voice, lowest = digest.voice, digest.run.labels["low_low"]
    if "action" not in digest.customers:
        return {}
    acted = digest.customers.dropna(subset="action").drop_duplicates("action").set_index("action")
    measures = acted["measure"] if "measure" in acted else acted.index.to_series()
    return {
        voice.name("action", code): {
            "steps": [voice.say(step(each, lowest)) for each in digest.actions.all()[code].steps],
            "measure": voice.name("measure", measure),
        }
        for code, measure in measures.items()
    }


def _column(values: pd.Series) -> list[Any]:
    """Values as JSON holds them: dates as days, missing as None, numbers with every bit."""
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    return values.astype(object).where(values.notna(), None).tolist()
