import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest

from crmlib.report.workbook.card import PICK
from crmlib.report.workbook.make import pilot_sheet, workbook
from crmlib.report.workbook.paper import Paper
from crmlib.study import Study
from crmlib.words.numbers import MISSING
from crmlib.words.voice import Voice

HOSTILE = ["=1+1", "http://example.com/", "+cmd|' /C calc'!A0", "{=SUM(A1)}", '=HYPERLINK("x")', "Bad\x07bell"]
ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!", "Err:")
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item></oor:items>"""


@pytest.fixture
def run(finished_run):
    return finished_run


def made(run, path) -> openpyxl.Workbook:
    workbook(run, path)
    return openpyxl.load_workbook(path)


def column(sheet, head):
    """Values below a head in a sheet."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(place for place, row in enumerate(rows) if head in row)
    return [row[rows[top].index(head)] for row in rows[top + 1 :]]


def test_the_same_run_gives_the_same_bytes(run, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        workbook(run, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_every_customer_is_in_the_table_and_on_the_list_of_one_manager(run, tmp_path):
    found = made(run, tmp_path / "x.xlsx")
    graded = run.table("classes")["customer_id"].tolist()
    assert sorted(column(found["Customers"], "Customer")) == graded
    managers = sorted(set(run.book.customers["rm_id"].dropna()))
    assert [name for name in found.sheetnames if name in managers] == managers
    assert sorted(customer for name in managers for customer in column(found[name], "Customer")) == graded


def test_lists_of_managers_are_in_the_order_of_value_at_stake(run, tmp_path):
    found = made(run, tmp_path / "x.xlsx")
    for name in sorted(set(run.book.customers["rm_id"].dropna())):
        amounts = [amount for amount in column(found[name], "Value at stake, 万元") if amount != MISSING]
        assert len(amounts) > 10
        assert amounts == sorted(amounts, reverse=True)


def test_money_stands_in_its_unit(run, tmp_path):
    found = made(run, tmp_path / "x.xlsx")["Customers"]
    for name, head in (("eva", "EVA, 万元"), ("clv", "Lifetime value, 万元")):
        shown = dict(zip(column(found, "Customer"), column(found, head), strict=True))
        known = run.table("actions").set_index("customer_id")[name]
        assert shown == pytest.approx((known / 1e4).to_dict())


def test_text_never_becomes_a_formula_or_a_link(run, tmp_path):
    run.book.customers["name"] = [HOSTILE[place % len(HOSTILE)] for place in range(len(run.book.customers))]
    run.book.customers["rm_id"] = "=RM/1:*[x]?"
    found = made(run, tmp_path / "x.xlsx")
    names = [cell for row in found["Customers"].iter_rows() for cell in row if cell.value in HOSTILE]
    assert len(names) > 900
    assert {cell.data_type for cell in names} == {"s"}
    assert all(cell.hyperlink is None for sheet in found for row in sheet.iter_rows() for cell in row)
    assert "=RM_1___x__" in found.sheetnames
    with zipfile.ZipFile(tmp_path / "x.xlsx") as parts:
        formulas = [name for name in parts.namelist() if b"<f>" in parts.read(name) and "worksheets" in name]
    assert len(formulas) == 1  # the customer card alone


def test_a_book_without_managers_and_stages_has_fewer_sheets(run, tmp_path):
    run.book.customers["rm_id"] = None
    found = made(run, tmp_path / "x.xlsx")
    assert found.sheetnames == ["Summary", "Customer card", "Customers", "Contributions", "Settings", "Definitions"]


def test_every_setting_is_in_the_workbook(run, tmp_path):
    found = made(run, tmp_path / "x.xlsx")["Settings"]
    shown = dict(zip(column(found, "Setting"), column(found, "Value"), strict=True))
    assert shown["matrix.cut_current"] == "p70"
    assert len(shown) > 60


@pytest.mark.heavy
@pytest.mark.parametrize("language", ["en", "zh"])
def test_recalculated_by_libreoffice_no_formula_errs_and_the_card_agrees_with_the_run(run, tmp_path, language):
    run.__dict__["study"] = Study.load("jd", language=language)
    path = tmp_path / "book.xlsx"
    found = made(run, path)
    card, customers = found.worksheets[1], run.table("classes").set_index("customer_id")
    customer = customers["total"].idxmin()
    card.cell(PICK[0] + 1, PICK[1] + 1).value = customer
    found.save(path)
    cells = [cell for row in recalculated(path, tmp_path)[card.title].iter_rows(max_col=5) for cell in row]
    values = [cell.value for cell in cells]
    assert [value for value in values if isinstance(value, str) and value.startswith(ERRORS)] == []
    numbers = [value for value in values if isinstance(value, float | int)]
    for score in ("total", "current", "potential"):
        assert any(number == pytest.approx(customers.loc[customer, score]) for number in numbers)
    assert word_of(customers.loc[customer, "class"], language) in values


def word_of(name, language):
    return {
        "en": name,
        "zh": {"platinum": "铂金客户", "gold": "黄金客户", "iron": "铁质客户", "lead": "铅质客户"}[name],
    }[language]


def recalculated(path: Path, folder: Path) -> openpyxl.Workbook:
    """The workbook with every formula calculated anew by LibreOffice, as values."""
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("no LibreOffice on this machine: apt-get install libreoffice-calc")
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    command = [
        soffice,
        f"-env:UserInstallation={profile.parent.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run(
        [*command, "--outdir", folder / "out", path], check=True, capture_output=True, env=os.environ, timeout=300
    )
    return openpyxl.load_workbook(folder / "out" / path.name, data_only=True)


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


@pytest.mark.parametrize(
    ("language", "told"), [("en", ("gold", "more hours")), ("zh", ("黄金客户", "追加工时"))], ids=["en", "zh"]
)
def test_the_pilot_lists_who_has_more_hours_by_manager_with_its_seed_and_end(tmp_path, language, told):
    listed = pd.DataFrame({"customer_id": ["2", "1"], "rm_id": "RM1", "class": "gold", "arm": ["as_today", "more"],
                           "hours_now": [3.0, 4.0], "extra_hours": [0.0, 10.0]})  # fmt: skip
    run = SimpleNamespace(rows=lambda name: listed, study=Study.load("jd"))
    people = pd.DataFrame({"customer_id": ["1", "2"], "name": ["One", "Two"], "rm_id": "RM1"})
    paper = Paper(tmp_path / "x.xlsx", Voice(language), {})
    pilot_sheet(paper, run, people)
    pilot_sheet(paper, run, people.drop(columns="rm_id"))
    pilot_sheet(paper, SimpleNamespace(rows=lambda name: listed.head(0), study=run.study), people)
    paper.book.close()
    (sheet,) = openpyxl.load_workbook(tmp_path / "x.xlsx")
    rows = list(sheet.iter_rows(values_only=True))
    assert "20151231" in rows[0][0] and "2016-12-31" in rows[0][0]
    assert rows[3] == ("RM1", "1", "One", *told, 4, 10)
