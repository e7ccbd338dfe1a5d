"""The customer card: pick an ID from the list, and formulas show score, contributions, class, stage and action.

Every formula carries the result for the customer that is picked first, so that a reader without recalculation sees it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from crmlib.matrix.classes import AXES
from crmlib.report import palette
from crmlib.report.digest import Digest
from crmlib.report.workbook.paper import GRID, Paper, kind

PICK = (2, 1)
"""Row and column of the cell where the ID is picked."""
_PICKED, _ROW = "$B$3", "$H$3"
_FIRST_DAY = pd.Timestamp("1899-12-30")
"""From which the file format counts days."""
_BARS = {"gap": 40, "fill": {"color": palette.COLOURS["accent"]}}
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
        sheet.set_portrait()
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 4, 13)
        sheet.set_column(7, 7, None, None, {"hidden": True})
        self._word(0, 0, "workbook.card", "title")
        self._word(1, 0, "workbook.pick", "note")
        self._word(PICK[0], PICK[1] - 1, "terms.id", "label")
        paper.put(sheet, *PICK, self.first["customer_id"], "pick")
        sheet.data_validation(*PICK, *PICK, {"validate": "list", "source": f"={self.places['customer_id']}"})
        self._formula(2, 7, f"MATCH({_PICKED},{self.places['customer_id']},0)", 1, "whole")
        row = self._axes(self._lines(4, _WHO) + 1)
        for key, columns in (("workbook.do", _DO), ("workbook.money", _MONEY)):
            self._word(row + 1, 0, key, "head")
            row = self._lines(row + 2, columns)
        self._word(row + 1, 0, "workbook.points", "head")
        self._points(row + 2, point_places)

    def _lines(self, row: int, columns: Iterable[str]) -> int:
        """A label and a value from the table of customers in each row; those that the run knows."""
        known = [column for column in columns if column in self.places]
        for at, column in enumerate(known, row):
            self.paper.put(self.sheet, at, 0, self.paper.head(column), "label")
            look = "long" if column == "action" else kind(column)
            if look == "long":
                # Merged cells do not grow with their text.
                self.sheet.merge_range(at, 1, at, 4, "", self.paper.formats["long"])
                self.sheet.set_row(at, 60 if column == "reason" else 28)
            value = self.paper.value(self.first.get(column), look)
            found = f"INDEX({self.places[column]},{_ROW})"
            self._formula(at, 1, found, value, look if look == "long" else f"{look}_left")
        return row + len(known)

    def _axes(self, row: int) -> int:
        """Score, cut and side on both axes, and the class that follows."""
        paper, run, sides = self.paper, self.digest.run, []
        self._word(row, 0, "workbook.where", "top")
        for place, key in enumerate(("terms.score", "terms.cut", "workbook.distance", "terms.side"), 1):
            self._word(row, place, key, "top_right")
        words = [paper.word(f"terms.{side}") for side in ("high", "low")]
        for below, (axis, cut) in enumerate(zip(AXES, run.cuts, strict=True), row + 1):
            score, (own, edge) = float(self.first[axis]), (xl_rowcol_to_cell(below, place) for place in (1, 2))
            sides.append(f"{own}>={edge}")
            paper.put(self.sheet, below, 0, paper.head(axis), "label")
            self._formula(below, 1, f"INDEX({self.places[axis]},{_ROW})", score, "points")
            paper.put(self.sheet, below, 2, cut, "points")
            self._formula(below, 3, f"{own}-{edge}", score - cut, "points")
            self._formula(below, 4, _either(sides[-1], *map(_text, words)), words[score < cut], "right")
        names = [_text(paper.voice.name("class", name)) for name in run.classes]
        high, low = _either(sides[1], *names[:2]), _either(sides[1], *names[2:])
        paper.put(self.sheet, row + 3, 0, paper.head("class"), "label")
        self._formula(row + 3, 1, _either(sides[0], high, low), self.first["class"], "strong_left")
        return row + 4

    def _points(self, row: int, places: Mapping[str, str]) -> None:
        """What each indicator adds, its sum, and a chart of it."""
        paper, sheet, indicators = self.paper, self.sheet, self.digest.indicators
        for place, key in enumerate(("terms.indicator", "workbook.axis", "terms.weight", "terms.contribution")):
            self._word(row, place, key, "top" if place < 2 else "top_right")
        for below, each in enumerate(indicators, row + 1):
            paper.put(sheet, below, 0, f"{each.code} {paper.voice.name('node', each.name)}")
            paper.put(sheet, below, 1, paper.voice.name("node", each.axis))
            paper.put(sheet, below, 2, each.weight, "percent")
            found = f"INDEX({places[each.code]},MATCH({_PICKED},{places['customer_id']},0))"
            self._formula(below, 3, found, paper.value(self.first[each.code], "points"), "points")
        top, last, name = row + 1, row + len(indicators), sheet.get_name()
        self._word(last + 1, 0, "terms.total", "strong")
        total = float(self.first[[each.code for each in indicators]].sum())
        self._formula(last + 1, 3, f"SUM({xl_range(top, 3, last, 3)})", total, "points")
        series = {"categories": [name, top, 0, last, 0], "values": [name, top, 3, last, 3], **_BARS}
        x = {"name": paper.word("terms.unit_points"), **GRID}
        y = {"reverse": True, "crossing": "max", "num_font": {"size": 9}, "label_position": "low"}
        form = {"type": "bar", "size": (560, 430), "x": x, "y": y}
        paper.chart(sheet, (3, 8), "workbook.chart_points", [series], form)

    def _word(self, row: int, column: int, key: str, look: str) -> None:
        self.paper.put(self.sheet, row, column, self.paper.word(key), look)

    def _formula(self, row: int, column: int, formula: str, value: Any, look: str) -> None:
        shown = (value - _FIRST_DAY).days if isinstance(value, pd.Timestamp) else value
        self.sheet.write_formula(row, column, f"={formula}", self.paper.formats[look], shown)


def _either(condition: str, then: str, otherwise: str) -> str:
    return f"IF({condition},{then},{otherwise})"


def _text(words: str) -> str:
    """Words as a string in a formula."""
    quoted = words.replace('"', '""')
    return f'"{quoted}"'
