"""The summary sheet: the findings, what each class holds, and native charts of both."""

from collections.abc import Sequence

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from crmlib.matrix.profile import held_by_class
from crmlib.matrix.stages import STAGES
from crmlib.report import palette
from crmlib.report.workbook.paper import Column, Paper

_MEASURES = (
    ("eva", "term.eva", "money"), ("mean_deposits", "term.deposits", "money"), ("mean_loan", "term.loans", "money"),
    ("hours", "term.hours", "hours"), ("headroom", "term.headroom", "money"),
)  # fmt: skip


def summary(
    paper: Paper,
    title: str,
    notes: Sequence[str],
    sentences: Sequence[str],
    table: pd.DataFrame,
    classes: Sequence[str],
) -> None:
    """Write the sheet.

    Parameters
    ----------
    paper : Paper
    title : str
        Title of the study.
    notes : sequence of str
        Lines below it: what this is, as of when, simulated or not.
    sentences : sequence of str
        The findings.
    table : DataFrame
        From :func:`crmlib.report.people.people`.
    classes : sequence of str
        Names of the classes as the run has them, in their order.
    """
    sheet = paper.sheet(paper.word("workbook.summary"), wide=True)
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 12, 13)
    paper.title(sheet, title)
    for row, note in enumerate(notes, 1):
        paper.put(sheet, row, 0, note, "note")
    top = len(notes) + 2
    paper.put(sheet, top, 0, paper.word("workbook.findings"), "head")
    for row, sentence in enumerate(sentences, top + 1):
        sheet.merge_range(row, 0, row, 12, "", paper.format("finding"))
        paper.put(sheet, row, 0, f"• {sentence}", "finding")
    row = _classes(paper, sheet, top + len(sentences) + 2, table, classes)
    if "stage" in table:
        _stages(paper, sheet, row + 20, table, classes)


def _classes(paper: Paper, sheet: Worksheet, row: int, table: pd.DataFrame, classes: Sequence[str]) -> int:
    """Sums of each class and shares of the whole, with two charts; returns the row below."""
    measures = [(key, word, kind) for key, word, kind in _MEASURES if key in table]
    held = held_by_class(table["class"], table[[key for key, *_ in measures]], classes)
    wide = held.pivot_table(index="class", columns="measure", values=["total", "share"]).reindex(classes)
    body = wide["total"].join(wide["share"].add_suffix("_share")).reset_index()
    body["class"] = [paper.say(name) for name in classes]
    heads = [("customers", "unit.customers", "whole"), *measures]
    columns = [Column("class", paper.word("term.class"))]
    columns += [
        Column(key, paper.money_head(word) if kind == "money" else paper.word(word), kind) for key, word, kind in heads
    ]
    columns += [Column(f"{key}_share", f"{paper.word(word)}, %", "percent") for key, word, _ in heads]
    paper.put(sheet, row, 0, paper.word("workbook.classes"), "head")
    sheet.set_row(row + 1, 28)
    last = paper.rows(sheet, row + 1, columns, body)
    _class_chart(paper, sheet, row + 2, last)
    _share_chart(paper, sheet, row + 1, last, len(heads))
    return last


def _class_chart(paper: Paper, sheet: Worksheet, first: int, row: int) -> None:
    """Customers of each class in the colours of the classes."""
    chart = paper.book.add_chart({"type": "column"})
    name = sheet.get_name()
    colours = [{"fill": {"color": palette.COLOURS[each]}, "border": {"color": palette.COLOURS["ink"], "width": 0.5}}
               for each in palette.CLASSES]  # fmt: skip
    chart.add_series({
        "categories": [name, first, 0, first + 3, 0], "values": [name, first, 1, first + 3, 1], "points": colours,
        "gap": 50, "data_labels": {"value": True},
    })  # fmt: skip
    _finish(paper, sheet, chart, "workbook.chart_customers", (row + 1, 0), legend=False)


def _share_chart(paper: Paper, sheet: Worksheet, head: int, row: int, measures: int) -> None:
    """Share of every measure that each class holds."""
    chart = paper.book.add_chart({"type": "column"})
    name, first = sheet.get_name(), 1 + measures
    for place, each in enumerate(palette.CLASSES, head + 1):
        chart.add_series({
            "name": [name, place, 0], "categories": [name, head, first, head, first + measures - 1],
            "values": [name, place, first, place, first + measures - 1], "gap": 60,
            "fill": {"color": palette.COLOURS[each]}, "border": {"color": palette.COLOURS["ink"], "width": 0.5},
        })  # fmt: skip
    chart.set_y_axis({"num_format": "0 %", "major_gridlines": {"visible": True, "line": {"color": "#E3E7EB"}}})
    chart.set_x_axis({"label_position": "low", "num_font": {"size": 8}})
    _finish(paper, sheet, chart, "workbook.chart_shares", (row + 1, 5), legend=True)


def _stages(paper: Paper, sheet: Worksheet, row: int, table: pd.DataFrame, classes: Sequence[str]) -> None:
    """Customers by class and stage, with a chart."""
    counts = pd.crosstab(table["class"], table["stage"]).reindex(index=classes, columns=STAGES, fill_value=0)
    body = counts.reset_index()
    body["class"] = [paper.say(name) for name in classes]
    columns = [Column("class", paper.word("term.class"))]
    columns += [Column(stage, paper.word(f"stage.{stage}"), "whole") for stage in STAGES]
    paper.put(sheet, row, 0, paper.word("workbook.stages"), "head")
    paper.rows(sheet, row + 1, columns, body)
    chart, name = paper.book.add_chart({"type": "bar", "subtype": "stacked"}), sheet.get_name()
    for place, colour in enumerate(("#BBDAD8", "#0B7A75", "#8B98A5", "#C8553D"), 1):
        chart.add_series({
            "name": [name, row + 1, place], "categories": [name, row + 2, 0, row + 5, 0],
            "values": [name, row + 2, place, row + 5, place], "fill": {"color": colour}, "gap": 45,
        })  # fmt: skip
    chart.set_y_axis({"reverse": True, "crossing": "max"})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#E3E7EB"}}})
    _finish(paper, sheet, chart, "workbook.chart_stages", (row, 6), legend=True)


def _finish(paper: Paper, sheet: Worksheet, chart: object, title: str, place: tuple[int, int], *, legend: bool) -> None:
    chart.set_title({"name": paper.word(title), "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"} if legend else {"none": True})
    chart.set_size({"width": 680 if legend else 430, "height": 340})
    sheet.insert_chart(*place, chart, {"description": paper.word(title), "object_position": 2})
