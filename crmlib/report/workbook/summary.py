"""The summary sheet: the findings, what each class holds, and native charts of both."""

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from crmlib.report import palette
from crmlib.report.digest import Digest
from crmlib.report.workbook.paper import GRID, Paper
from crmlib.words.said import paragraph
from crmlib.words.table import head
from crmlib.words.voice import capital

_STAGE_COLOURS = ("#BBDAD8", "#0B7A75", "#8B98A5", "#C8553D")
_BORDER = {"color": palette.COLOURS["ink"], "width": 0.5}
_CLASS_LOOKS = [{"fill": {"color": palette.COLOURS[name]}, "border": _BORDER} for name in palette.CLASSES]
_COUNTS = {"type": "column", "size": (430, 340)}
_SHARES = {
    "type": "column", "size": (680, 340), "y": {"num_format": "0 %", **GRID},
    "x": {"label_position": "low", "num_font": {"size": 8}},
}  # fmt: skip
_STACKED = {
    "type": "bar", "subtype": "stacked", "size": (680, 340), "y": {"reverse": True, "crossing": "max"}, "x": GRID,
}  # fmt: skip


def summary(paper: Paper, digest: Digest) -> None:
    """Write the sheet: what this is and as of when, the findings, classes and stages."""
    sheet = paper.sheet(paper.word("workbook.summary"))
    sheet.fit_to_pages(1, 1)
    paper.put(sheet, 0, 0, digest.title, "title")
    notes = [paper.word("workbook.as_of", date=str(digest.run.study.as_of))]
    notes += [paper.word("workbook.money_note", unit=paper.voice.unit), *map(paper.voice.say, digest.notes)]
    for row, note in enumerate(notes, 1):
        paper.put(sheet, row, 0, note, "note")
    top = len(notes) + 2
    paper.put(sheet, top, 0, paper.word("workbook.findings"), "head")
    for row, said in enumerate(digest.findings, top + 1):
        # Merged cells do not grow with their text.
        finding = f"• {paragraph(said.messages, paper.voice)}"
        sheet.merge_range(row, 0, row, 12, finding, paper.formats["finding"])
        sheet.set_row(row, 28)
    row = _classes(paper, sheet, top + len(digest.findings) + 2, digest)
    if digest.stages:
        _stages(paper, sheet, row + 20, digest)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 12, 13)


def _classes(paper: Paper, sheet: Worksheet, row: int, digest: Digest) -> int:
    """What each class holds and its shares of the whole, with two charts; returns the row below."""
    measures, cards = digest.measures, digest.cards
    body = pd.DataFrame({
        "class": _names(digest),
        **{measure: [card.held[measure].amount for card in cards] for measure in measures},
        **{f"share of {measure}": [card.held[measure].share for card in cards] for measure in measures},
    })  # fmt: skip
    heads = (paper.word("workbook.share_of", what=capital(head(measure, paper.voice))) for measure in measures)
    own = {f"share of {measure}": (top, "percent") for measure, top in zip(measures, heads, strict=True)}
    paper.put(sheet, row, 0, paper.word("workbook.classes"), "head")
    paper.table(sheet, row + 1, body, own)
    name, top, low = sheet.get_name(), row + 2, row + 1 + len(cards)
    counts = {
        "categories": [name, top, 0, low, 0], "values": [name, top, 1, low, 1], "points": _CLASS_LOOKS, "gap": 50,
        "data_labels": {"value": True},
    }  # fmt: skip
    paper.chart(sheet, (low + 2, 0), "workbook.chart_customers", [counts], _COUNTS)
    first, last = 1 + len(measures), 2 * len(measures)
    shares = [
        {"name": [name, at, 0], "categories": [name, row + 1, first, row + 1, last],
         "values": [name, at, first, at, last], "gap": 60, **look}
        for at, look in enumerate(_CLASS_LOOKS, top)
    ]  # fmt: skip
    paper.chart(sheet, (low + 2, 5), "workbook.chart_shares", shares, _SHARES)
    return low + 1


def _stages(paper: Paper, sheet: Worksheet, row: int, digest: Digest) -> None:
    """Customers by class and stage, with a chart."""
    counts = [[cell.customers for cell in cells] for cells in digest.plan().values()]
    body = pd.DataFrame(counts, columns=list(digest.stages))
    body.insert(0, "class", _names(digest))
    paper.put(sheet, row, 0, paper.word("workbook.stages"), "head")
    paper.table(sheet, row + 1, body, {stage: (paper.voice.name("stage", stage), "whole") for stage in digest.stages})
    name, top, low = sheet.get_name(), row + 2, row + 1 + len(body)
    series = [
        {"name": [name, row + 1, at], "categories": [name, top, 0, low, 0], "values": [name, top, at, low, at],
         "fill": {"color": colour}, "gap": 45}
        for at, colour in enumerate(_STAGE_COLOURS, 1)
    ]  # fmt: skip
    paper.chart(sheet, (row, 6), "workbook.chart_stages", series, _STACKED)


def _names(digest: Digest) -> list[str]:
    return [digest.voice.name("class", card.name) for card in digest.cards]
