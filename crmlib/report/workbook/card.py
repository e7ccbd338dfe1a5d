"""The customer card: pick an ID from the list, and formulas show score, contributions, class, stage and action.

Every formula carries the result for the customer that is picked first, so that a reader without recalculation sees it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from crmlib.matrix.classes import AXES
from crmlib.report import palette
from crmlib.report.digest import Digest
from crmlib.report.workbook.paper import Paper, kind
from crmlib.words.numbers import MISSING, UNITS

PICK = (2, 1)
"""Row and column of the cell where the ID is picked."""
_ROW = "$H$3"
_WHO = ("name", "rm_id", "size", "total", "stage", "class_last_year", "sure")
_DO = ("action", "owner", "due", "measure", "stake", "value_at_stake", "reason")
_MONEY = ("eva", "clv", "mean_deposits", "mean_loan", "headroom")


class Card:
    """The sheet in the making: where the customers stand, and who is picked first."""

    def __init__(
        self, paper: Paper, sheet: Worksheet, places: Mapping[str, str], first: pd.Series, digest: Digest
    ) -> None:
        self.paper, self.sheet, self.places, self.first, self.digest = paper, sheet, places, first, digest

    def write(self, point_places: Mapping[str, str]) -> None:
        """Fill the sheet; ``point_places`` are the ranges of the contributions."""
        paper, sheet = self.paper, self.sheet
        for place, width in enumerate((26, 15, 13, 13, 13, 3, 3, 3)):
            sheet.set_column(place, place, width)
        sheet.set_column(7, 7, None, None, {"hidden": True})
        paper.title(sheet, paper.word("workbook.card"))
        paper.put(sheet, 1, 0, paper.word("workbook.pick"), "note")
        paper.put(sheet, PICK[0], PICK[1] - 1, paper.word("terms.id"), "label")
        paper.put(sheet, *PICK, self.first["customer_id"], "pick")
        sheet.set_row(PICK[0], 20)
        sheet.data_validation(*PICK, *PICK, {"validate": "list", "source": f"={self.places['customer_id']}"})
        picked = xl_rowcol_to_cell(*PICK, row_abs=True, col_abs=True)
        self._formula(2, 7, f"MATCH({picked},{self.places['customer_id']},0)", 1, "whole")
        row = self._axes(self._lines(4, _WHO) + 1)
        row = self._lines(self._head(row + 1, "workbook.do"), _DO)
        row = self._lines(self._head(row + 1, "workbook.money"), _MONEY)
        self._points(self._head(row + 1, "workbook.points"), point_places)

    def _head(self, row: int, key: str) -> int:
        self.paper.put(self.sheet, row, 0, self.paper.word(key), "head")
        return row + 1

    def _lines(self, row: int, columns: Iterable[str]) -> int:
        """A label and a value from the table of customers in each row; those that the run knows."""
        for column in (column for column in columns if column in self.places):
            self.paper.put(self.sheet, row, 0, self.paper.head(column), "label")
            look = "long" if column == "action" else kind(column)
            if look == "long":
                self.sheet.merge_range(row, 1, row, 4, "", self.paper.formats["long"])
                self.sheet.set_row(row, 60 if column == "reason" else 28)
            value = self._value(self.first.get(column), look)
            self._formula(
                row,
                1,
                _or_dash(f"INDEX({self.places[column]},{_ROW})"),
                value,
                look if look == "long" else f"{look}_left",
            )
            row += 1
        return row

    def _axes(self, row: int) -> int:
        """Score, cut and side on both axes, and the class that follows."""
        paper, cuts, sides = self.paper, self.digest.run.cuts, []
        for place, key in enumerate(("terms.score", "terms.cut", "workbook.distance", "terms.side"), 1):
            paper.put(self.sheet, row, place, paper.word(key), "top_right")
        paper.put(self.sheet, row, 0, paper.word("workbook.where"), "top")
        words = [paper.word(f"terms.{side}") for side in ("high", "low")]
        for below, (axis, cut) in enumerate(zip(AXES, cuts, strict=True), row + 1):
            score, cells = float(self.first[axis]), [xl_rowcol_to_cell(below, place) for place in (1, 2)]
            high = f"{cells[0]}>={cells[1]}"
            paper.put(self.sheet, below, 0, paper.head(axis), "label")
            self._formula(below, 1, f"INDEX({self.places[axis]},{_ROW})", score, "points")
            paper.put(self.sheet, below, 2, cut, "points")
            self._formula(below, 3, f"{cells[0]}-{cells[1]}", score - cut, "points")
            self._formula(below, 4, f"IF({high},{_text(words[0])},{_text(words[1])})", words[score < cut], "right")
            sides.append(high)
        names = [_text(paper.voice.name("class", name)) for name in self.digest.run.classes]
        high, low = (f"IF({sides[1]},{names[first]},{names[first + 1]})" for first in (0, 2))
        paper.put(self.sheet, row + 3, 0, paper.head("class"), "label")
        self._formula(row + 3, 1, f"IF({sides[0]},{high},{low})", self.first["class"], "strong_left")
        return row + 4

    def _points(self, row: int, places: Mapping[str, str]) -> None:
        """What each indicator adds, its sum, and a chart of it."""
        paper, sheet, indicators = self.paper, self.sheet, self.digest.indicators
        for place, key in enumerate(("terms.indicator", "workbook.axis", "terms.weight", "terms.contribution")):
            paper.put(sheet, row, place, paper.word(key), "top" if place < 2 else "top_right")
        for below, each in enumerate(indicators, row + 1):
            paper.put(sheet, below, 0, f"{each.code} {paper.voice.name('node', each.name)}")
            paper.put(sheet, below, 1, paper.voice.name("node", each.axis))
            paper.put(sheet, below, 2, each.weight, "percent")
            found = f"INDEX({places[each.code]},MATCH({xl_rowcol_to_cell(*PICK)},{places['customer_id']},0))"
            self._formula(below, 3, _or_dash(found), self._value(self.first[each.code], "points"), "points")
        last = row + len(indicators)
        paper.put(sheet, last + 1, 0, paper.word("terms.total"), "strong")
        parts = f"{xl_rowcol_to_cell(row + 1, 3)}:{xl_rowcol_to_cell(last, 3)}"
        total = float(self.first[[each.code for each in indicators]].sum())
        self._formula(last + 1, 3, f"SUM({parts})", total, "points")
        self._chart(row + 1, last)

    def _chart(self, top: int, last: int) -> None:
        chart, name = self.paper.book.add_chart({"type": "bar"}), self.sheet.get_name()
        chart.add_series({
            "categories": [name, top, 0, last, 0], "values": [name, top, 3, last, 3], "gap": 40,
            "fill": {"color": palette.COLOURS["accent"]},
        })  # fmt: skip
        title = self.paper.word("workbook.chart_points")
        chart.set_title({"name": title, "name_font": {"size": 11}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": {"size": 9}, "label_position": "low"})
        grid = {"visible": True, "line": {"color": palette.COLOURS["grid"]}}
        chart.set_x_axis({"name": self.paper.word("terms.unit_points"), "major_gridlines": grid})
        chart.set_size({"width": 560, "height": 430})
        self.sheet.insert_chart(3, 8, chart, {"description": title})

    def _value(self, value: Any, look: str) -> Any:
        if value is None or pd.isna(value):
            return MISSING
        if look == "date":
            return (value - pd.Timestamp("1899-12-30")).days
        return value / UNITS[self.paper.voice.unit] if look == "money" else value

    def _formula(self, row: int, column: int, formula: str, value: Any, look: str) -> None:
        self.sheet.write_formula(row, column, f"={formula}", self.paper.formats[look], value)


def _or_dash(cell: str) -> str:
    """A formula that shows a dash where a cell is blank: what is not known is not 0."""
    return f'IF({cell}="","{MISSING}",{cell})'


def _text(words: str) -> str:
    """Words as a string in a formula."""
    quoted = words.replace('"', '""')
    return f'"{quoted}"'
