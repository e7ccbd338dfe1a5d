import openpyxl

from crmlib.report.workbook.paper import Paper
from crmlib.report.workbook.reference import settings_sheet


def test_settings_are_listed_by_dotted_name_with_their_meaning(jd, tmp_path):
    paper = Paper(tmp_path / "x.xlsx", "en", "万元", {})
    settings_sheet(paper, jd.flat())
    paper.book.close()
    rows = list(openpyxl.load_workbook(tmp_path / "x.xlsx")["Settings"].iter_rows(min_row=4, values_only=True))
    shown = {name: (value, meaning) for name, value, meaning in rows}
    assert shown["profit.hurdle"] == ("0.11", "Return that capital must earn, per year.")
    assert shown["scores.grades"][0] == "20.0, 40.0, 60.0, 80.0"
