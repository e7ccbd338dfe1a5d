"""Reference sheets: points of every indicator for the card, settings as the run had them, and what words mean."""

from typing import Any

import pandas as pd

from crmlib.reference import flow, settings_reference
from crmlib.report.digest import Digest
from crmlib.report.workbook.paper import Paper
from crmlib.study import flatten
from crmlib.words.texts import texts
from crmlib.words.voice import Voice

_DEFINED = (("names", ("class", "stage", "stake_of")), ("terms", ("",)))
"""Files of texts, and groups in them, whose names are shown in the other language too, with their source."""
_WAYS = {"benefit": "benefit", "cost": "cost_direction"}


def points_sheet(paper: Paper, contributions: pd.DataFrame, digest: Digest) -> dict[str, str]:
    """What each indicator adds to the total of each customer; returns the range of each column for formulas."""
    names = {each.code: f"{each.code} {paper.voice.name('node', each.name)}" for each in digest.indicators}
    sheet = paper.sheet(paper.word("workbook.points"), wide=True)
    return paper.filtered(sheet, {"customer_id": 12, **dict.fromkeys(names, 13)}, contributions, "contributions", names)


def settings_sheet(paper: Paper, digest: Digest) -> None:
    """Every setting of the run with its meaning."""
    values = dict(flatten(digest.run.study.settings()))
    rows = [(name, flow(values[name]), meaning) for name, _, _, meaning in settings_reference() if name in values]
    sheet = paper.sheet(paper.word("workbook.settings"), wide=True)
    paper.put(sheet, 0, 0, paper.word("workbook.settings_note"), "note")
    table = pd.DataFrame(rows, columns=["setting", "value", "meaning"])
    paper.rows(sheet, 2, {"setting": 30, "value": 44, "meaning": 90}, table)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)


def definitions_sheet(paper: Paper, digest: Digest) -> None:
    """Indicators with unit, direction, weight and definition, then classes, stages and terms with their source."""
    sheet = paper.sheet(paper.word("workbook.definitions"), wide=True)
    rows = [_indicator(paper, each) for each in digest.indicators]
    columns = {"indicator": 32, "unit": 24, "direction": 16, "weight": 10, "meaning": 90}
    row = paper.rows(sheet, 0, columns, pd.DataFrame(rows, columns=list(columns))) + 1
    for place, key in ((0, "workbook.term"), (1, "workbook.other"), (4, "workbook.source")):
        paper.put(sheet, row, place, paper.word(key), "top")
    own = paper.voice.language
    other = "zh" if own == "en" else "en"
    for file, groups in _DEFINED:
        for key, each in texts(file).items():
            if key.startswith(groups) and ("source" in each or key.startswith("stake_of.")):
                row += 1
                for place, text in ((0, each[own]), (1, each[other]), (4, each.get("source"))):
                    paper.put(sheet, row, place, text, "text" if place < 4 else "long")
    sheet.freeze_panes(1, 1)


def _indicator(paper: Paper, each: Any) -> tuple[Any, ...]:
    voice: Voice = paper.voice
    name, direction = voice.name("node", each.name), paper.word(f"terms.{_WAYS[each.direction]}")
    meaning = voice.say(each.definition) if each.definition else ""
    return f"{each.code} {name}", voice.name("unit", each.unit), direction, each.weight, meaning
