from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest

from crmlib.report.workbook.paper import Paper
from crmlib.report.workbook.sheets import pilot_sheet
from crmlib.study import Study
from crmlib.words.voice import Voice


@pytest.fixture
def rows(filled):
    book = openpyxl.load_workbook(filled[1])
    return lambda sheet: list(book[sheet].iter_rows(values_only=True))


def test_settings_are_listed_by_dotted_name_with_their_meaning(rows):
    shown = {name: (value, meaning) for name, value, meaning, *_ in rows("Settings")[3:]}
    assert shown["profit.hurdle"] == ("0.11", "Return that capital must earn, per year.")
    assert shown["scores.grades"][0] == "[20.0, 40.0, 60.0, 80.0]"


def test_every_indicator_is_defined(rows, filled):
    defined = {row[0]: row for row in rows("Definitions")}
    for each in filled[0].indicators:
        name = f"{each.code} {filled[0].voice.name('node', each.name)}"
        assert defined[name][3] == pytest.approx(each.weight) and defined[name][4]


def test_terms_stand_in_the_other_language_with_their_source(rows):
    assert ("platinum", "铂金客户") in [row[:2] for row in rows("Definitions")]


def test_the_pilot_lists_who_has_more_hours_by_manager_with_its_seed_and_end(tmp_path):
    listed = pd.DataFrame({"customer_id": ["2", "1"], "rm_id": "RM1", "class": "gold", "arm": ["as_today", "more"],
                           "hours_now": [3.0, 4.0], "extra_hours": [0.0, 10.0]})  # fmt: skip
    run = SimpleNamespace(rows=lambda name: listed, study=Study.load("jd"))
    people = pd.DataFrame({"customer_id": ["1", "2"], "name": ["One", "Two"], "rm_id": "RM1"})
    paper = Paper(tmp_path / "x.xlsx", Voice(), {})
    pilot_sheet(paper, run, people)
    pilot_sheet(paper, run, people.drop(columns="rm_id"))
    pilot_sheet(paper, SimpleNamespace(rows=lambda name: listed.head(0), study=run.study), people)
    paper.book.close()
    (sheet,) = openpyxl.load_workbook(tmp_path / "x.xlsx")
    rows = list(sheet.iter_rows(values_only=True))
    assert "seed 20151231" in rows[0][0] and "2016-12-31" in rows[0][0]
    assert rows[3] == ("RM1", "1", "One", "gold", "more hours", 4, 10) and rows[4][4] == "as today"
