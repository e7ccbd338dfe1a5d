"""A study checked: settings, tree and every file of its tables, before anything is run."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crmlib.book.fault_table import Fault, Note, fault_table, report
from crmlib.book.reading import Delivery, deliver
from crmlib.book.schema import SCHEMAS, kinds
from crmlib.errors import did_you_mean
from crmlib.profit import NEEDS
from crmlib.strategy.plan import action_plan
from crmlib.study import Study
from crmlib.value.indicators import formula, tree_faults
from crmlib.value.weights.hierarchy import unused_weights
from crmlib.words.voice import Voice, clean

FIELDS = ("file", "table", "row", "column", "value", "fault", "message", "count")
MOST_KINDS = 1000
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell of a CSV file must not begin with: a spreadsheet would take it for a formula."""


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes
    ----------
    study : str
        Name of the study.
    faults : DataFrame
        As :func:`crmlib.book.fault_table.fault_table` gives them.
    notes : list of Note
        What was accepted with a conversion, passed over or is absent, and what can hardly be true.
    """

    study: str
    faults: pd.DataFrame
    notes: list[Note]

    def as_json(self) -> str:
        """Faults and notes as JSON; a value is the text as found."""
        told = {"study": self.study, "faults": [*map(plain, self._records())], "notes": [*map(_note, self.notes)]}
        return json.dumps(told, ensure_ascii=False, indent=1)

    def as_csv(self) -> str:
        """Faults as CSV; a value that a spreadsheet would run has an apostrophe before it."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, FIELDS)
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in row.items()} for row in self._records())
        return text.getvalue()

    def as_text(self, voice: Voice) -> str:
        """Faults by file and kind, then notes, as plain lines of any length."""
        parts = [report(self.faults, MOST_KINDS), ""] if len(self.faults) else []
        if self.notes:
            parts += [voice.say("check.noted"), *(f"  {_note_line(note, voice)}" for note in self.notes), ""]
        key = "check.faults" if len(self.faults) else "check.nothing"
        parts.append(voice.say(key, study=self.study, faults=int(self.faults["count"].sum())))
        return "\n".join(parts)

    def _records(self) -> list[dict[str, Any]]:
        return self.faults[[*FIELDS]].to_dict("records")


def check(study: Study) -> Checked:
    """Everything that is wrong with a study, in one go.

    Raises
    ------
    SettingsError
        If its settings, its tree, its actions or its mapping are not as they must be: nothing else is looked at then.
    """
    action_plan(study)
    delivery, unknown = deliver(study), [*tree_faults(study.tree)]
    faults = [*delivery.faults, *unknown, *_lost_measures(study, delivery), *_settings(study, delivery)]
    notes = [] if unknown else _of_tree(study, delivery)
    return Checked(study.name, fault_table(faults), [*delivery.notes, *notes])


def refused(study: str, text: str) -> Checked:
    """What there is to say where the settings cannot be read."""
    file, _, _ = text.partition(":")
    named = file.partition(",")[0] if ".yaml" in file else "study.yaml"
    return Checked(study, fault_table([Fault("settings", named, allowed=text.rstrip("."))]), [])


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row of faults as plain data, null where nothing is."""
    return {name: None if value is pd.NA else value for name, value in row.items()}


def _note(note: Note) -> dict[str, Any]:
    what = Voice().say(f"check.note.{note.what}", detail=note.detail)
    return {"file": note.file, "column": note.column, "what": what, "count": note.count}


def _note_line(note: Note, voice: Voice) -> str:
    where = ", ".join(filter(None, (note.file, note.column)))
    what = voice.say(f"check.note.{note.what}", detail=note.detail)
    return clean(f"{where}{': ' if where else ''}{what} ({note.count:,})")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def _settings(study: Study, delivery: Delivery) -> Iterator[Fault]:
    """Settings that name what the study does not have, which a run would find out hours later."""
    leaves, baseline = study.tree.leaves, study.evidence.baseline
    if baseline not in leaves and "outcomes" in delivery.tables:
        allowed = f"evidence.baseline: one of {', '.join(leaves)}.{did_you_mean(baseline, leaves)}"
        yield Fault("settings", "study.yaml", value=baseline, allowed=allowed.rstrip("?"))
    criterion, measures = study.evidence.criterion, delivery.tables.get("measures")
    if criterion and (measures is None or criterion not in measures.table) and not _is_told(study, delivery):
        own = [] if measures is None else [name for name in measures.table if name not in kinds("measures")]
        allowed = f"evidence.criterion: a column of measures{': ' if own else ''}{', '.join(own)}"
        yield Fault("settings", "study.yaml", value=criterion, allowed=allowed)


def _lost_measures(study: Study, delivery: Delivery) -> Iterator[Fault]:
    """Indicators that name a column which the table of the study's own measures does not have."""
    measures = delivery.tables.get("measures")
    for leaf in study.tree.leaves:
        column = study.tree[leaf].measure
        if column and (measures is None or column not in measures.table) and not _is_told(study, delivery):
            own = "" if measures is None else f": {', '.join(measures.table)}"
            allowed = f"a column of measures{own}"
            yield Fault("unknown_column", "tree.yaml", None, leaf, column, allowed, "measures")


def _is_told(study: Study, delivery: Delivery) -> bool:
    """Whether the table ``measures`` is absent by the settings, or its files are at fault."""
    return (
        "measures" in study.book.absent
        or study.book.source == "simulated"
        or ("measures" in delivery.sources and "measures" not in delivery.tables)
    )


def _of_tree(study: Study, delivery: Delivery) -> Iterator[Note]:
    """Weights that count for nothing, and indicators that the book does not tell."""
    simulated = study.book.source == "simulated"
    if unused_weights(study.tree, study.model, simulated):
        weighted = [node.code for node in study.tree.nodes if node.weight is not None]
        yield Note("weights_ignored", "tree.yaml", count=len(weighted), detail=", ".join(weighted))
    if simulated:
        return
    absent = {*study.book.absent, *(set(SCHEMAS) - set(delivery.sources))}
    for leaf in study.tree.leaves:
        node = study.tree[leaf]
        needs = {"measures"} if node.measure else {*formula(node.formula).needs}
        needs |= {*NEEDS} if "profit" in needs else set()
        if {need for need in needs if {need, need.partition(".")[0]} & absent}:
            yield Note("drops_out", "tree.yaml", detail=f"{leaf} {node.name}")
