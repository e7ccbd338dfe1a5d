"""A new study: what its folder holds, that a check of it says what is to be done, that nothing is overwritten."""

import pandas as pd
import pytest

from crmlib.book import load_book
from crmlib.book.new import make_study
from crmlib.book.reading import deliver
from crmlib.book.schema import SCHEMAS
from crmlib.errors import SettingsError
from crmlib.study import Study, TableForm

FORMS = [*TableForm]


def made(name, form, like="tiny", with_data=False):
    return Study.load(make_study(name, Study.load(like), form, with_data))


@pytest.mark.parametrize("form", FORMS)
def test_a_new_study_has_an_example_row_a_table_and_no_other_fault(tiny, form):
    study = made("ours", form, like="jd")
    found = {(fault.table, fault.code) for fault in deliver(study).faults}
    assert found == {(name, "example") for name in ("customers", "financials", "activity", "holdings", "products")}
    assert study.like == "jd" and study.book.absent == ("judgements",) and study.model.weights == "equal"
    assert {"README.md", "study.yaml", "tree.yaml", "questionnaire.xlsx"} < {
        path.name for path in study.folder.iterdir()
    }
    assert {path.name for path in study.folder.parent.iterdir()} == {"tiny", "ours"}


@pytest.mark.parametrize("form", FORMS)
def test_a_study_with_the_book_of_another_has_that_book(tiny, form):
    study, given = made("ours", form, with_data=True), load_book(Study.load("tiny"))
    book = load_book(study)
    assert study.title == "ours: simulated book of tiny"
    assert "| source | simulated book of tiny |" in (study.folder / "README.md").read_text()
    assert (study.book.absent, study.model.weights, book.absent) == ((), "ahp", given.absent | {"truth"})
    for name in {*given.tables} - {"truth"}:
        expected = given.tables[name].sort_values(SCHEMAS[name].unique, ignore_index=True)
        pd.testing.assert_frame_equal(book.tables[name], expected, check_exact=False, rtol=1e-14)


def test_what_the_other_study_lacks_is_lacking_and_its_own_measures_are_asked_for(tiny):
    study, like = made("ours", TableForm.csv, like="cumcm2020c"), Study.load("cumcm2020c")
    heads = {path.stem: path.read_text("utf-8-sig").splitlines()[0] for path in study.folder.glob("tables/*")}
    assert study.book.absent == like.book.absent
    assert heads["customers"] == "customer_id,name,rating"
    assert heads["measures"].startswith("customer_id,as_of,sales,margin_of_trade,")
    assert {fault.code for fault in deliver(study).faults} == {"example"}


def test_a_workbook_says_and_lists_what_a_column_may_hold(tiny):
    from openpyxl import load_workbook

    book = load_workbook(made("ours", TableForm.xlsx, like="jd").folder / "tables.xlsx")
    sheet = book["customers"]
    heads = {cell.value: cell for cell in sheet[1]}
    assert [*heads] == [*SCHEMAS["customers"].columns]
    assert heads["industry"].comment.text.startswith("GB/T 4754 section (text)\nA farming")
    lists = {str(each.sqref).partition("2:")[0]: each.formula1 for each in sheet.data_validations.dataValidation}
    assert lists[heads["size"].column_letter] == '"large,medium,small,micro"'
    assert lists[heads["watch_list"].column_letter] == '"TRUE,FALSE"'
    # What is typed below keeps its zeros.
    assert sheet.column_dimensions["A"].number_format == "@"


def test_the_questionnaire_is_a_form_of_judgements(tiny):
    study = made("ours", TableForm.csv, like="jd")
    (study.folder / "questionnaire.xlsx").rename(study.folder / "tables" / "judgements.xlsx")
    faults = deliver(Study.load(study.folder, **{"book.absent": []})).faults
    assert ("judgements", "no_rows") in {(fault.table, fault.code) for fault in faults}


def test_what_is_there_is_never_overwritten(tiny, tmp_path):
    make_study("ours", Study.load("tiny"), TableForm.csv)
    before = {path: path.read_bytes() for path in tiny.study.parent.rglob("*") if path.is_file()}
    (tiny.study.parent / "link").symlink_to(tmp_path / "nowhere")
    for name in ("ours", "tiny", "link"):
        with pytest.raises(SettingsError, match=f"{name} is there already, and nothing is overwritten"):
            make_study(name, Study.load("tiny"), TableForm.xlsx)
    assert {path: path.read_bytes() for path in tiny.study.parent.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["../ours", "Ours", "a/b", "", "published", "con sole"])
def test_a_name_is_never_a_path(tiny, name):
    with pytest.raises(SettingsError, match="cannot name a study or run"):
        make_study(name, Study.load("tiny"), TableForm.csv)


def test_a_table_too_long_for_a_sheet_is_refused_and_nothing_is_left(tiny, monkeypatch):
    monkeypatch.setattr("crmlib.book.new.LAST_ROW", 20)
    with pytest.raises(SettingsError, match=r"has more rows than a sheet takes \(20\): say --format csv"):
        make_study("ours", Study.load("tiny"), TableForm.xlsx, with_data=True)
    assert [path.name for path in tiny.study.parent.iterdir()] == ["tiny"]


def test_likeness_has_one_level(tiny):
    ours = made("ours", TableForm.csv)
    with pytest.raises(SettingsError, match="ours is itself like tiny: say --like tiny"):
        make_study("theirs", ours, TableForm.csv)
