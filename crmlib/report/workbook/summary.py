"""The summary sheet: the findings, what each class holds, and native charts of both."""

from typing import Any

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from crmlib.report import palette
from crmlib.report.digest import Digest
from crmlib.report.workbook.paper import Paper
from crmlib.words.said import paragraph
from crmlib.words.table import head
from crmlib.words.voice import capital

_STAGE_COLOURS = ("#BBDAD8", "#0B7A75", "#8B98A5", "#C8553D")
_GRID = {"visible": True, "line": {"color": palette.COLOURS["grid"]}}


def summary(paper: Paper, digest: Digest) -> None:
    """Write the sheet: what this is and as of when, the findings, classes and stages."""
    sheet = paper.sheet(paper.word("workbook.summary"), wide=True)
    sheet.fit_to_pages(1, 1)
    paper.title(sheet, digest.title)
    notes = [paper.word("workbook.as_of", date=str(digest.run.study.as_of))]
    notes += [paper.word("workbook.money_note", unit=paper.voice.unit), *map(paper.voice.say, digest.notes)]
    for row, note in enumerate(notes, 1):
        paper.put(sheet, row, 0, note, "note")
    top = len(notes) + 2
    paper.put(sheet, top, 0, paper.word("workbook.findings"), "head")
    for row, said in enumerate(digest.findings, top + 1):
        sheet.merge_range(row, 0, row, 12, "", paper.formats["finding"])
        sheet.set_row(row, 28)
        paper.put(sheet, row, 0, f"• {paragraph(said.messages, paper.voice)}", "finding")
    row = _classes(paper, sheet, top + len(digest.findings) + 2, digest)
    if digest.stages:
        _stages(paper, sheet, row + 20, digest)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 12, 13)


def _classes(paper: Paper, sheet: Worksheet, row: int, digest: Digest) -> int:
    """What each class holds and its shares of the whole, with two charts; returns the row below."""
    measures = digest.measures
    paper.put(sheet, row, 0, paper.word("workbook.classes"), "head")
    body = pd.DataFrame({
        "class": [_name(paper, card.name) for card in digest.cards],
        **{measure: [card.held[measure].total for card in digest.cards] for measure in measures},
    })  # fmt: skip
    last = paper.rows(sheet, row + 1, dict.fromkeys(body, 13), body)
    for place, measure in enumerate(measures, body.shape[1]):
        paper.put(
            sheet,
            row + 1,
            place,
            paper.word("workbook.share_of", what=capital(head(measure, paper.voice))),
            "top_right",
        )
        for below, card in enumerate(digest.cards, row + 2):
            paper.put(sheet, below, place, card.held[measure].share, "percent")
    sheet.set_row(row + 1, 42)
    looks = [_look(palette.COLOURS[each]) for each in palette.CLASSES]
    customers = {"points": looks, "gap": 50, "data_labels": {"value": True}}
    _chart(paper, sheet, "workbook.chart_customers", [_series(sheet, row + 2, 1, 4, **customers)], (last + 1, 0))
    wide = range(body.shape[1], body.shape[1] + len(measures))
    shares = [_across(sheet, row + 1, row + 2 + place, wide, look) for place, look in enumerate(looks)]
    _chart(paper, sheet, "workbook.chart_shares", shares, (last + 1, 5), percent=True)
    return last


def _stages(paper: Paper, sheet: Worksheet, row: int, digest: Digest) -> None:
    """Customers by class and stage, with a chart."""
    paper.put(sheet, row, 0, paper.word("workbook.stages"), "head")
    for place, stage in enumerate(digest.stages, 1):
        paper.put(sheet, row + 1, place, paper.voice.name("stage", stage), "top_right")
    for below, (name, cells) in enumerate(digest.plan().items(), row + 2):
        paper.put(sheet, below, 0, _name(paper, name))
        for place, cell in enumerate(cells, 1):
            paper.put(sheet, below, place, cell.customers, "whole")
    series = [
        {
            **_series(sheet, row + 2, place, 4, fill={"color": colour}, gap=45),
            "name": [sheet.get_name(), row + 1, place],
        }
        for place, colour in enumerate(_STAGE_COLOURS, 1)
    ]
    _chart(paper, sheet, "workbook.chart_stages", series, (row, 6), kind={"type": "bar", "subtype": "stacked"})


def _series(sheet: Worksheet, row: int, column: int, length: int, **look: Any) -> dict[str, Any]:
    """A series of a column of numbers, by the names in the first column."""
    name, last = sheet.get_name(), row + length - 1
    return {"categories": [name, row, 0, last, 0], "values": [name, row, column, last, column], **look}


def _across(sheet: Worksheet, head: int, row: int, columns: range, look: dict[str, Any]) -> dict[str, Any]:
    """A series of a row of numbers, by the heads above them."""
    name, first, last = sheet.get_name(), columns[0], columns[-1]
    places = {"categories": [name, head, first, head, last], "values": [name, row, first, row, last]}
    return {"name": [name, row, 0], **places, "gap": 60, **look}


def _look(colour: str) -> dict[str, Any]:
    return {"fill": {"color": colour}, "border": {"color": palette.COLOURS["ink"], "width": 0.5}}


def _chart(
    paper: Paper, sheet: Worksheet, title: str, series: list[dict[str, Any]], place: tuple[int, int], *,
    kind: dict[str, str] | None = None, percent: bool = False,
) -> None:  # fmt: skip
    """A chart of some series; with a legend where there are several."""
    chart, many = paper.book.add_chart(kind or {"type": "column"}), len(series) > 1
    for each in series:
        chart.add_series(each)
    if percent:
        chart.set_y_axis({"num_format": "0 %", "major_gridlines": _GRID})
        chart.set_x_axis({"label_position": "low", "num_font": {"size": 8}})
    if kind:
        chart.set_y_axis({"reverse": True, "crossing": "max"})
        chart.set_x_axis({"major_gridlines": _GRID})
    chart.set_title({"name": paper.word(title), "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"} if many else {"none": True})
    chart.set_size({"width": 680 if many else 430, "height": 340})
    sheet.insert_chart(*place, chart, {"description": paper.word(title), "object_position": 2})


def _name(paper: Paper, label: str) -> str:
    return paper.voice.name("class", label)
