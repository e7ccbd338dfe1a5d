import openpyxl
import pytest

from crmlib.report.workbook.paper import Paper, kind
from crmlib.words.voice import Voice


@pytest.fixture
def paper(tmp_path):
    return Paper(tmp_path / "x.xlsx", Voice(), {})


def test_names_of_sheets_are_legal_and_unlike_each_other(paper):
    names = [paper.sheet(name).get_name() for name in ("a/b", "A:B", "a_b", "x" * 40, "History", "")]
    assert names == ["a_b", "A_B 2", "a_b 3", "x" * 31, "History 2", "_"]


def test_missing_values_are_blank_and_money_stands_in_its_unit(paper, tmp_path):
    sheet = paper.sheet("x")
    for row, (value, look) in enumerate([(None, "text"), (float("nan"), "money"), (25_000.0, "money"), ("=1", "text")]):
        paper.put(sheet, row, 0, value, look)
    paper.book.close()
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "x.xlsx")["x"].iter_rows()]
    assert [cell.value for cell in cells] == [None, None, 2.5, "=1"]
    assert cells[3].data_type == "s"


def test_columns_are_shown_as_the_texts_show_them(paper):
    assert [kind(name) for name in ("eva", "share", "due", "reason", "total", "unknown")] == [
        "money", "percent", "date", "long", "points", "text",
    ]  # fmt: skip
    assert [paper.head(name) for name in ("eva", "total", "unknown")] == ["EVA, 万元", "Total value", "Unknown"]


def test_ranges_are_absolute_and_quote_the_sheet(paper):
    import pandas as pd

    table = pd.DataFrame({"customer_id": ["1", "2", "3"], "name": ["a", "b", "c"]})
    found = paper.filtered(paper.sheet("O'Hara"), {"customer_id": 9, "name": 9}, table, "x", {})
    assert found == {"customer_id": "'O''Hara'!$A$2:$A$4", "name": "'O''Hara'!$B$2:$B$4"}
