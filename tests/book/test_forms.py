"""The form on which experts judge, and its way back into a table."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from crmlib.book.experts import simulate_judgements
from crmlib.book.forms import STEPS, TITLE, answers, write_form
from crmlib.book.mapping import Extract
from crmlib.book.parsing import parse
from crmlib.book.schema import NUMBER
from crmlib.book.sources import read_source
from crmlib.study import Study

TREE = Study.load("jd").tree
EXPERTS = ("1", "李 行长")


def fraction(value):
    """A judgement as people write it on Saaty's scale."""
    return f"{value:g}" if value >= 1 else f"1/{1 / value:g}"


@pytest.fixture
def form(tmp_path):
    path = tmp_path / "judgements.xlsx"
    write_form(path, TREE, EXPERTS)
    return path


def cells(sheet):
    """Cells of a sheet by node, left and right."""
    found, node, children = {}, None, {}
    for row in sheet.iter_rows(min_row=4, max_col=5):
        code = row[0].value and row[0].value.split()[0]
        if code is None:
            node = None
        elif node is None:
            node, children = code, {cell.column: cell.value.split()[0] for cell in row[1:] if cell.value}
        else:
            found |= {(node, code, right): row[column - 1] for column, right in children.items()}
    return found


def fill(path, judgements):
    """Write judgements into a form, as text: the scale's fractions."""
    workbook = load_workbook(path)
    for expert, rows in judgements.groupby("expert"):
        places = cells(workbook[expert])
        for row in rows.itertuples():
            places[row.node, row.left, row.right].value = fraction(row.value)
    workbook.save(path)


def read(path):
    source = read_source(path, Extract(file="tables/judgements.xlsx"), "judgements")
    table = source.data.to_pandas()
    return source, table.assign(value=parse(source.data["value"], NUMBER, "Saaty").values)


def test_what_experts_fill_in_comes_back_as_the_table_of_judgements(form):
    judgements = simulate_judgements(TREE, np.random.default_rng(1), experts=2)
    judgements["expert"] = judgements["expert"].map(dict(zip("12", EXPERTS, strict=True)))
    fill(form, judgements)
    source, table = read(form)
    assert source.faults == () and source.form == "Excel, a form of judgements"
    key = ["expert", "node", "left", "right"]
    pd.testing.assert_frame_equal(
        table.sort_values(key, ignore_index=True), judgements.sort_values(key, ignore_index=True), check_dtype=False
    )


def test_the_empty_form_asks_every_pair_once_offers_the_scale_and_reads_as_no_judgements(form):
    sheet = load_workbook(form)[EXPERTS[1]]
    asked = {place for rule in sheet.data_validations.dataValidation for place in str(rule.sqref).split()}
    pairs = sum(len(TREE.children(node)) * (len(TREE.children(node)) - 1) // 2 for node in TREE.groups)
    assert sum(1 for area in asked for row in _cells_of(sheet, area) for _ in row) == pairs
    assert sheet["A1"].value == TITLE
    assert "very strongly more important than" in [cell.value for row in sheet.iter_rows() for cell in row]
    assert read(form)[0].data.num_rows == 0


def _cells_of(sheet, area):
    found = sheet[area]
    return found if isinstance(found, tuple) else ((found,),)


def test_numbers_and_both_triangles_are_read(form):
    workbook = load_workbook(form)
    places = cells(workbook["1"])
    places["A", "A1", "A2"].value, places["A", "A2", "A1"].value = 1 / 3, 3
    workbook.save(form)
    table = read(form)[1]
    assert table[["left", "right"]].values.tolist() == [["A1", "A2"], ["A2", "A1"]]
    assert table["value"].tolist() == pytest.approx([1 / 3, 3])


@pytest.mark.parametrize("value", ["three", dt.datetime(2026, 1, 3), "-3", "3 or 5"])
def test_what_is_no_judgement_is_a_fault_that_names_expert_and_pair(form, value):
    workbook = load_workbook(form)
    place = cells(workbook["1"])["A", "A1", "A2"]
    place.value = value
    workbook.save(form)
    (fault,) = read(form)[0].faults
    assert (fault.column, fault.row) == ("expert 1: A1 over A2", place.row)
    assert fault.allowed.startswith("a judgement such as 3 or 1/3")


def test_the_same_form_is_the_same_bytes(form, tmp_path):
    write_form(tmp_path / "again.xlsx", TREE, EXPERTS)
    assert (tmp_path / "again.xlsx").read_bytes() == form.read_bytes()


def test_every_step_of_the_scale_is_a_judgement():
    rows = [[TITLE], [], [], ["A x", "A1 y", "A2 z"], *[["A1 y", None, step] for step in STEPS]]
    judged, unread = answers({"1": rows})
    assert judged["value"].tolist() == STEPS and unread.empty
