"""The customer card: pick an ID from the list, and formulas show score, contributions, class, stage and action.

Every formula carries the result for the customer that is picked first, so that a reader without recalculation sees it.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from crmlib.matrix import Cuts
from crmlib.report import palette
from crmlib.report.workbook.paper import Paper
from crmlib.words.numbers import UNITS

PICK = (2, 1)
"""Row and column of the cell where the ID is picked."""
_ROW = "$H$3"
_LINES = (
    ("name", "term.name", "text"), ("rm_id", "term.rm", "text"), ("size", "term.size", "text"),
    ("total", "term.total", "points"), ("stage", "term.stage", "text"),
    ("class_last_year", "workbook.last_year", "text"), ("sure", "term.acceptability", "percent"),
)  # fmt: skip
_ACTION = (
    ("headline", "term.action", "long"), ("owner", "term.owner", "text"), ("due", "term.due", "date"),
    ("measure", "term.measure", "long"), ("stake", "term.stake", "text"),
    ("value_at_stake", "term.value_at_stake", "money"), ("reason", "term.reason", "long"),
)  # fmt: skip
_MONEY = (
    ("eva", "term.eva"), ("clv", "term.clv"), ("mean_deposits", "term.deposits"), ("mean_loan", "term.loans"),
    ("headroom", "term.headroom"),
)  # fmt: skip


class Card:
    """The sheet in the making: where the customers stand, and who is picked first."""

    def __init__(self, paper: Paper, sheet: Worksheet, places: Mapping[str, str], first: pd.Series, cuts: Cuts) -> None:
        self.paper, self.sheet, self.places, self.first, self.cuts = paper, sheet, places, first, cuts

    def write(self, points: pd.DataFrame, point_places: Mapping[str, str]) -> None:
        """Fill the sheet; ``points`` has a row an indicator: code, name, axis, and weight."""
        paper, sheet = self.paper, self.sheet
        for place, width in enumerate((26, 15, 13, 13, 13, 3, 3, 3)):
            sheet.set_column(place, place, width)
        sheet.set_column(7, 7, None, None, {"hidden": True})
        paper.title(sheet, paper.word("workbook.card"))
        paper.put(sheet, 1, 0, paper.word("workbook.pick"), "note")
        paper.put(sheet, *_left(PICK), paper.word("term.id"), "label")
        paper.put(sheet, *PICK, self.first["customer_id"], "pick")
        sheet.set_row(PICK[0], 20)
        sheet.data_validation(*PICK, *PICK, {"validate": "list", "source": f"={self.places['customer_id']}"})
        picked = xl_rowcol_to_cell(*PICK, row_abs=True, col_abs=True)
        self._formula(2, 7, f"MATCH({picked},{self.places['customer_id']},0)", 1, "whole")
        row = self._lines(4, _LINES)
        row = self._axes(row + 1)
        row = self._lines(self._head(row + 1, "workbook.do"), _ACTION)
        row = self._lines(self._head(row + 1, "workbook.money"), [(*line, "money") for line in _MONEY])
        self._points(self._head(row + 1, "workbook.points"), points, point_places)

    def _head(self, row: int, key: str) -> int:
        self.paper.put(self.sheet, row, 0, self.paper.word(key), "head")
        return row + 1

    def _lines(self, row: int, lines: Any) -> int:
        """A label and a value from the table of customers in each row; those that the run knows."""
        for key, label, kind in lines:
            if key in self.places:
                text = self.paper.money_head(label) if kind == "money" else self.paper.word(label)
                self.paper.put(self.sheet, row, 0, text, "label")
                if kind == "long":
                    self.sheet.merge_range(row, 1, row, 4, "", self.paper.format("long"))
                    self.sheet.set_row(row, 60 if key == "reason" else 28)
                look = kind if kind == "long" else f"{kind}_left"
                self._formula(row, 1, self._look_up(key), self._value(self.first.get(key), kind), look)
                row += 1
        return row

    def _axes(self, row: int) -> int:
        """Score, cut and side on both axes, and the class that follows."""
        for place, key in enumerate(("term.score", "term.cut", "workbook.distance", "term.side"), 1):
            self.paper.put(self.sheet, row, place, self.paper.word(key), "top_right")
        self.paper.put(self.sheet, row, 0, self.paper.word("workbook.where"), "top")
        sides = []
        for below, axis in enumerate(("current", "potential"), row + 1):
            score, cut = float(self.first[axis]), getattr(self.cuts, axis)
            words = [self.paper.word(f"term.{side}") for side in ("high", "low")]
            cells = [xl_rowcol_to_cell(below, place) for place in (1, 2)]
            self.paper.put(self.sheet, below, 0, self.paper.word(f"term.{axis}"), "label")
            self._formula(below, 1, self._look_up(axis), score, "points")
            self.paper.put(self.sheet, below, 2, cut, "points")
            self._formula(below, 3, f"{cells[0]}-{cells[1]}", score - cut, "points")
            self._formula(below, 4, f"IF({cells[0]}>={cells[1]},{_text(words[0])},{_text(words[1])})",
                          words[0 if score >= cut else 1], "right")  # fmt: skip
            sides.append(f"{cells[0]}>={cells[1]}")
        labels = {quadrant: _text(self.paper.say(name)) for quadrant, name in self.cuts.labels.items()}
        high, low = (f"IF({sides[1]},{labels[f'{side}_high']},{labels[f'{side}_low']})" for side in ("high", "low"))
        self.paper.put(self.sheet, row + 3, 0, self.paper.word("term.class"), "label")
        self._formula(row + 3, 1, f"IF({sides[0]},{high},{low})", self.first["class"], "strong_left")
        return row + 4

    def _points(self, row: int, points: pd.DataFrame, places: Mapping[str, str]) -> None:
        """What each indicator adds, its sum, and a chart of it."""
        for place, key in enumerate(("term.indicator", "workbook.axis", "term.weight", "term.contribution")):
            self.paper.put(self.sheet, row, place, self.paper.word(key), "top" if place < 2 else "top_right")
        for below, (code, name, axis, weight) in enumerate(points.itertuples(index=False), row + 1):
            self.paper.put(self.sheet, below, 0, f"{code} {name}")
            self.paper.put(self.sheet, below, 1, axis)
            self.paper.put(self.sheet, below, 2, weight, "percent")
            index = f"INDEX({places[code]},MATCH({xl_rowcol_to_cell(*PICK)},{places['customer_id']},0))"
            self._formula(below, 3, index, float(self.first[code]), "points")
        last = row + len(points)
        self.paper.put(self.sheet, last + 1, 0, self.paper.word("term.total"), "strong")
        parts = f"{xl_rowcol_to_cell(row + 1, 3)}:{xl_rowcol_to_cell(last, 3)}"
        self._formula(last + 1, 3, f"SUM({parts})", float(self.first[list(points["code"])].sum()), "points")
        self._chart(row + 1, last)

    def _chart(self, top: int, last: int) -> None:
        chart = self.paper.book.add_chart({"type": "bar"})
        name = self.sheet.get_name()
        chart.add_series({
            "categories": [name, top, 0, last, 0], "values": [name, top, 3, last, 3], "gap": 40,
            "fill": {"color": palette.COLOURS["accent"]},
        })  # fmt: skip
        chart.set_title({"name": self.paper.word("workbook.chart_points"), "name_font": {"size": 11}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": {"size": 9}, "label_position": "low"})
        grid = {"visible": True, "line": {"color": palette.COLOURS["grid"]}}
        chart.set_x_axis({"name": self.paper.word("unit.points"), "major_gridlines": grid})
        chart.set_size({"width": 560, "height": 430})
        self.sheet.insert_chart(3, 8, chart, {"description": self.paper.word("workbook.chart_points")})

    def _look_up(self, key: str) -> str:
        cell = f"INDEX({self.places[key]},{_ROW})"
        return f'IF({cell}="","–",{cell})'

    def _value(self, value: Any, kind: str) -> Any:
        if value is None or pd.isna(value):
            return "–"
        if kind == "date":
            return (value - pd.Timestamp("1899-12-30")).days
        return value / UNITS[self.paper.unit] if kind == "money" else value

    def _formula(self, row: int, column: int, formula: str, value: Any, kind: str) -> None:
        self.sheet.write_formula(row, column, f"={formula}", self.paper.format(kind), value)


def _left(place: tuple[int, int]) -> tuple[int, int]:
    return place[0], place[1] - 1


def _text(words: str) -> str:
    """Words as a string in a formula."""
    quoted = words.replace('"', '""')
    return f'"{quoted}"'
