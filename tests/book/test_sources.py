import datetime as dt

import pandas as pd
import pytest
from openpyxl import Workbook

from crmlib.book.mapping import Extract
from crmlib.book.sources import read_source as read


def read_source(path, file):
    return read(path, Extract(file=file), path.stem)


def csv(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "customers.csv"
    path.write_bytes(text.encode(encoding))
    return read_source(path, "tables/customers.csv")


@pytest.mark.parametrize(
    ("encoding", "form"), [("utf-8", "CSV, UTF-8"), ("utf-8-sig", "CSV, UTF-8"), ("gb18030", "CSV, GB18030")]
)
def test_a_csv_in_the_encodings_of_chinese_banks(tmp_path, encoding, form):
    source = csv(tmp_path, "customer_id,name\n0001,京东支行\n", encoding)
    assert source.data.to_pydict() == {"customer_id": ["0001"], "name": ["京东支行"]}
    assert source.form.startswith(form[:8]) and not source.faults


def test_lines_are_those_of_the_file_although_values_break_and_rows_are_blank(tmp_path):
    source = csv(tmp_path, 'customer_id,name\n1,"two\nlines"\n\n2,b\n')
    assert source.data["customer_id"].to_pylist() == ["1", "2"]
    assert source.lines.tolist() == [2, 5]


def test_a_row_of_another_width_is_a_fault_with_its_line(tmp_path):
    source = csv(tmp_path, "customer_id,name\n1,a\n2,b,c\n3,d\n")
    fault = source.faults[0]
    assert (fault.code, fault.row, fault.value, fault.allowed) == (
        "uneven_row",
        3,
        "2,b,c",
        "2 values, as the header; found 3",
    )
    assert source.lines.tolist() == [2, 3, 4] and source.spoilt == {3}


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty_file"), ('customer_id\n"1\n', "quotes")],
)
def test_a_csv_that_cannot_be_read_at_all(tmp_path, text, code):
    assert csv(tmp_path, text).faults[0].code == code


def test_a_column_that_stands_twice_is_a_fault(tmp_path):
    source = csv(tmp_path, "customer_id,name,name\n1,a,b\n")
    assert (source.faults[0].column, source.faults[0].code) == ("name", "duplicate_column")


def test_parquet_keeps_its_types_and_a_broken_one_is_a_fault(tmp_path):
    path = tmp_path / "rates.parquet"
    pd.DataFrame({"month": [pd.Timestamp("2015-01-01")], "ftp_loan": [0.03]}).to_parquet(path)
    assert read_source(path, "tables/rates.parquet").data["ftp_loan"].to_pylist() == [0.03]
    path.write_bytes(b"PAR1 but no more")
    assert read_source(path, "tables/rates.parquet").faults[0].allowed.startswith("a Parquet file that can be read")


def test_the_sheet_of_the_tables_name_is_read_as_text(tmp_path):
    book = Workbook()
    book.active.append(["notes"])
    sheet = book.create_sheet("customers")
    sheet.append(["customer_id", "opened", "hours"])
    sheet.append(["0007", dt.datetime(2015, 3, 31), 12.0])
    book.save(tmp_path / "customers.xlsx")
    source = read_source(tmp_path / "customers.xlsx", "tables/customers.xlsx")
    assert source.data.to_pylist() == [{"customer_id": "0007", "opened": "2015-03-31T00:00:00", "hours": "12"}]


def test_what_is_no_workbook_is_a_fault(tmp_path):
    path = tmp_path / "customers.xlsx"
    path.write_text("not a workbook")
    fault = read_source(path, "f").faults[0]
    assert (fault.code, fault.value, fault.allowed) == (
        "broken_file",
        "text",
        "an Excel workbook (.xlsx) that can be opened",
    )
