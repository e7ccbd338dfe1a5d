import openpyxl
import pytest

from crmlib.report.workbook.paper import Column, Paper


@pytest.fixture
def paper(tmp_path):
    return Paper(tmp_path / "x.xlsx", "en", "万元", {})


def test_names_of_sheets_are_legal_and_unlike_each_other(paper):
    names = [paper.sheet(name).get_name() for name in ("a/b", "A:B", "a_b", "x" * 40, "History", "")]
    assert names == ["a_b", "A_B 2", "a_b 3", "x" * 31, "History 2", "_"]


def test_missing_values_are_blank_and_money_stands_in_its_unit(paper, tmp_path):
    sheet = paper.sheet("x")
    for row, (value, kind) in enumerate([(None, "text"), (float("nan"), "money"), (25_000.0, "money"), ("=1", "text")]):
        paper.put(sheet, row, 0, value, kind)
    paper.book.close()
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "x.xlsx")["x"].iter_rows()]
    assert [cell.value for cell in cells] == [None, None, 2.5, "=1"]
    assert cells[3].data_type == "s"
    assert Column("eva", "EVA").kind == "text"
