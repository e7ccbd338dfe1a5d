import openpyxl
import pandas as pd
import pytest

from crmlib.report.workbook.paper import Paper, kind
from crmlib.words.voice import Voice


@pytest.fixture
def paper(tmp_path):
    return Paper(tmp_path / "x.xlsx", Voice(), {})


def test_names_of_sheets_are_legal_and_unlike_each_other(paper):
    names = [paper.sheet(name).get_name() for name in ("a/b", "A:B", "a_b", "x" * 40, "History", "")]
    assert names == ["a_b", "A_B 2", "a_b 3", "x" * 31, "History 2", "_"]


def test_what_is_not_known_is_a_dash_and_money_stands_in_its_unit(paper, tmp_path):
    sheet = paper.sheet("x")
    for row, (value, look) in enumerate([(None, "text"), (float("nan"), "money"), (25_000.0, "money"), ("=1", "text")]):
        paper.put(sheet, row, 0, value, look)
    paper.book.close()
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "x.xlsx")["x"].iter_rows()]
    assert [cell.value for cell in cells] == ["–", "–", 2.5, "=1"]
    assert cells[3].data_type == "s"


def test_columns_are_shown_as_the_texts_show_them(paper):
    assert [kind(name) for name in ("eva", "share", "due", "reason", "total", "unknown")] == [
        "money", "percent", "date", "long", "points", "text",
    ]  # fmt: skip
    assert [paper.head(name) for name in ("eva", "total", "unknown")] == ["EVA, 万元", "Total value", "Unknown"]


def test_ranges_are_absolute_and_quote_the_sheet(paper):
    table = pd.DataFrame({"customer_id": ["1", "2", "3"], "name": ["a", "b", "c"]})
    found = paper.table(paper.sheet("O'Hara"), 0, table)
    assert found == {"customer_id": "'O''Hara'!$A$2:$A$4", "name": "'O''Hara'!$B$2:$B$4"}


def test_a_table_has_its_own_heads_and_filters_where_it_stays(paper, tmp_path):
    table, sheet = pd.DataFrame({"name": ["a"], "A1": [2.0]}), paper.sheet("x")
    paper.table(sheet, 0, table, {"A1": ("A1 tenure", "points")}, still=1)
    paper.table(sheet, 3, table.iloc[:0])
    paper.book.close()
    found = openpyxl.load_workbook(tmp_path / "x.xlsx")["x"]
    assert [cell.value for cell in found[1]] == ["Name", "A1 tenure"]
    assert found["B2"].number_format == "0.0" and found.freeze_panes == "B2"
    assert [bool(each.autoFilter) for each in found.tables.values()] == [True, False]


def test_rows_are_as_high_as_their_sentences(paper):
    sheet = paper.sheet("x")
    paper.table(sheet, 1, pd.DataFrame({"reason": ["short", "long " * 40]}))
    heights = [sheet.row_sizes[row][0] for row in (2, 3)]
    assert heights[1] == 4 * heights[0]
