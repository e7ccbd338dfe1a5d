"""Every kind of fault that a file can have: what is spoilt, and the one fault that is found; nothing follows on it."""

import datetime as dt
import gzip
import os
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def first_lines(*lines):
    return lambda bank: bank.write("customers", [*lines, *bank.lines["customers"]])


def appended(*lines):
    return lambda bank: bank.write("customers", [*bank.lines["customers"], *lines])


def changed(old, new, table="customers", encoding="utf-8"):
    def spoil(bank):
        text = "\n".join(bank.lines[table]) + "\n"
        assert old in text
        (bank.tables / f"{table}.csv").write_bytes(text.replace(old, new).encode(encoding))

    return spoil


def content(data, name="customers.csv"):
    return lambda bank: (bank.tables / name).write_bytes(data)


def two_exports(bank):
    head, *rows = bank.lines["customers"]
    bank.write("customers", [head, *rows, f"{head},branch", *(f"{row.replace('00000', '00001')},JD" for row in rows)])


def beside(name, data=b"x"):
    def spoil(bank):
        (bank.tables / os.fsdecode(name)).write_bytes(data)

    return spoil


def moved(bank):
    (bank.tables / "customers.csv").rename(bank.folder / "customers.CSV")


def as_xls(bank):
    (bank.tables / "customers.csv").rename(bank.tables / "customers.xls")


def renamed(bank):
    (bank.tables / "customers.csv").rename(bank.tables / "custmers.csv")


def linked(bank):
    path = bank.tables / "customers.csv"
    path.rename(bank.folder.parent / "elsewhere.csv")
    path.symlink_to(bank.folder.parent / "elsewhere.csv")


def pipe(bank):
    (bank.tables / "customers.csv").unlink()
    os.mkfifo(bank.tables / "customers.csv")


def bomb(bank):
    with zipfile.ZipFile(bank.excel("customers"), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(210_000_000))


def text_called_xlsx(bank):
    (bank.tables / "customers.csv").rename(bank.tables / "customers.xlsx")


def broken_xml(bank):
    path = bank.excel("customers")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data[:200] if "worksheets" in name else data)


def truncated_parquet(bank):
    (bank.tables / "customers.csv").unlink()
    table = pa.table({name: ["x"] * 3 for name in bank.lines["customers"][0].split(",")})
    path = bank.tables / "customers.parquet"
    pq.write_table(table, path)
    path.write_bytes(path.read_bytes()[:-50])


def in_excel(change, table="customers"):
    return lambda bank: bank.excel(table, change)


def formula_never_calculated(workbook):
    workbook.active["N3"] = "=DATE(2015,6,30)"


def only_notes(workbook):
    workbook.active.title = "one"
    workbook.copy_worksheet(workbook.active).title = "two"


def merged_header(workbook):
    workbook.active.merge_cells("B1:C1")


def raw_query(text, csv="company,amount\n01,2\n"):
    def spoil(bank):
        (bank.folder / "raw").mkdir()
        (bank.folder / "raw" / "sales.csv").write_text(csv)
        (bank.tables / "products.csv").unlink()
        (bank.tables / "products.sql").write_text(text)
        settings = (bank.folder / "study.yaml").read_text()
        (bank.folder / "study.yaml").write_text(settings.replace("source: tables", "source: tables\n  raw: raw"))

    return spoil


def beside_raw(name, data):
    def spoil(bank):
        raw_query(PRODUCTS)(bank)
        (bank.folder / "raw" / name).write_bytes(data)

    return spoil


def in_parquet(values, name="name", again=False):
    """Customers as Parquet, a column of which holds other values, or stands again with them."""

    def spoil(bank):
        rows = bank.rows("customers")
        columns = dict(zip(rows[0], map(pa.array, zip(*rows[1:], strict=True)), strict=True))
        arrays = [*(columns if again else columns | {name: values}).values(), *([values] if again else [])]
        (bank.tables / "customers.csv").unlink()
        names = [*columns, *([name] if again else [])]
        pq.write_table(pa.Table.from_arrays(arrays, names), bank.tables / "customers.parquet")

    return spoil


UNITS = ",,元,元,元,%,元,元,元,次,元,元,元,元,h,天"
CHINESE = "客户号,名称,集团,行业,规模,所有制,公益,关注,成立,开户,评级,经理,层级,销户"
PRODUCTS = "SELECT 'P1' AS product, 'Loan' AS name, '' AS eligibility UNION ALL SELECT 'P2', 'Cash', ''"
HEAD = 1
FAULTS = {
    # What is spoilt: how, code, table, line, column.
    "a title above the header": (first_lines("客户清单,,"), "header", "customers", HEAD, ""),
    "sep= above the header": (first_lines("sep=,"), "header", "customers", HEAD, ""),
    "unit and blank above the header": (first_lines("单位：万元", ""), "header", "customers", HEAD, ""),
    "no header": (lambda bank: bank.write("customers", bank.lines["customers"][1:]), "header", "customers", 1, ""),
    "semicolons": (changed(",", ";"), "separator", "customers", None, ""),
    "tabs": (changed(",", "\t"), "separator", "customers", None, ""),
    "bars": (changed(",", "|"), "separator", "customers", None, ""),
    "an empty file": (content(b""), "empty_file", "customers", None, ""),
    "a file of blank lines": (content(b"\n \n\n"), "empty_file", "customers", None, ""),
    "a row of commas alone": (content(b",,,\n"), "empty_file", "customers", None, ""),
    "a header without rows": (
        lambda bank: bank.write("customers", bank.lines["customers"][:1]), "no_rows", "customers", None, ""
    ),
    "a header without rows in activity": (
        lambda bank: bank.write("activity", bank.lines["activity"][:1]), "no_rows", "activity", None, ""
    ),
    "a row too long": (changed("AA,R1,1,", "AA,R1,1,,"), "uneven_row", "customers", 2, ""),
    "a row too short": (changed("AA,R1,1,", "AA,R1,1"), "uneven_row", "customers", 2, ""),
    "a total below": (appended("合计,4,,,,,,,,,,,,"), "footer", "customers", 6, ""),
    "a note below, of one cell": (appended("制表人：王芳"), "footer", "customers", 6, ""),
    "a total in English": (appended("Total,4"), "footer", "customers", 6, ""),
    "the header again": (lambda bank: bank.write("customers", bank.lines["customers"] + bank.lines["customers"][:1]),
                         "header_again", "customers", 6, ""),
    "a column twice": (changed("name,group_id", "name,name"), "duplicate_column", "customers", HEAD, "name"),
    "a column without a name": (changed("name,group_id", ",group_id"), "unnamed_column", "customers", HEAD, "2"),
    "a column misspelt": (changed("ownership", "owner_ship"), "unknown_column", "customers", HEAD, "owner_ship"),
    "a column missing": (
        lambda bank: bank.write("products", ["product,name", "P1,Loan", "P2,Cash"]), "missing_column", "products", HEAD,
        "eligibility"
    ),
    "an unclosed quote": (changed("First", '"First'), "quotes", "customers", 2, ""),
    "a quote within a value": (changed("First", '"First" Ltd'), "quotes", "customers", 2, ""),
    "NUL bytes": (changed("First", "Fi\0rst"), "nul_byte", "customers", 2, ""),
    "Big5": (changed("First", "臺灣銀行股份有限公司", encoding="big5"), "encoding", "customers", None, ""),
    "Latin-1": (changed("First", "Müller & Söhne", encoding="latin-1"), "encoding", "customers", None, ""),
    "Shift JIS": (changed("First", "ひらがなカタカナ", encoding="shift_jis"), "encoding", "customers", None, ""),
    "UTF-16 without its mark": (changed("First", "京东", encoding="utf-16-le"), "encoding", "customers", None, ""),
    "bytes at random": (content(bytes(range(128, 255)) * 20), "encoding", "customers", None, ""),
    "a file of another name": (renamed, "file_name", "", None, ""),
    "a file of no table": (beside("notes.csv"), "file_name", "", None, ""),
    "an old workbook": (as_xls, "file_type", "customers", None, ""),
    "an archive": (beside("customers.zip"), "file_type", "customers", None, ""),
    "a table twice": (beside("customers.parquet"), "given_twice", "customers", None, ""),
    "a table that is absent": (beside("financials.csv", b"customer_id,year,sales,total_assets,total_debt,net_profit\n"
                                       b"000001,2014,1,1,1,1\n"), "must_be_absent", "financials", None, ""),
    "a table missing": (lambda bank: (bank.tables / "holdings.csv").unlink(), "missing_table", "holdings", None, ""),
    "a table in the wrong place": (moved, "misplaced", "customers", None, ""),
    "no tables": (lambda bank: [path.unlink() for path in bank.tables.glob("*")], "no_tables", "", None, ""),
    "a link to elsewhere": (linked, "not_a_file", "customers", None, ""),
    "a pipe": (pipe, "not_a_file", "customers", None, ""),
    "text called .xlsx": (text_called_xlsx, "broken_file", "customers", None, ""),
    "a workbook with broken XML": (broken_xml, "broken_file", "customers", None, ""),
    "a truncated Parquet file": (truncated_parquet, "broken_file", "customers", None, ""),
    "a formula never calculated": (in_excel(formula_never_calculated), "formula", "customers", 3, "closed"),
    "two sheets that could be it": (in_excel(only_notes), "sheet", "customers", None, ""),
    "units below the header": (
        lambda bank: bank.write("activity", [bank.lines["activity"][0], UNITS, *bank.lines["activity"][1:]]),
        "no_row", "activity", 2, ""
    ),
    "a second header in Chinese": (
        lambda bank: bank.write("customers", [bank.lines["customers"][0], CHINESE, *bank.lines["customers"][1:]]),
        "no_row", "customers", 2, ""
    ),
    "a cell far below": (in_excel(lambda workbook: workbook.active.cell(40, 1, "x")), "no_row", "customers", 40, ""),
    "a customer cut short": (
        lambda bank: bank.write("customers", [*bank.lines["customers"][:-1], "000004,Fourth,G1,E,micro"]),
        "uneven_row", "customers", 5, ""
    ),
    "a header with a zero-width space": (changed("name,", "na\u200bme,"), "invisible", "customers", HEAD, "na\u200bme"),
    "a file whose name is no UTF-8": (beside(b"\xff.csv"), "file_name", "", None, ""),
    "a list in Parquet": (in_parquet(pa.array([["x"]] * 4)), "column_type", "customers", HEAD, "name"),
    "bytes in Parquet": (in_parquet(pa.array([b"\xff"] * 4)), "column_type", "customers", HEAD, "name"),
    "a length of time in Parquet": (
        in_parquet(pa.array([1] * 4, pa.duration("s"))), "column_type", "customers", HEAD, "name"
    ),
    "a column twice in Parquet": (
        in_parquet(pa.array(["x"] * 4), again=True), "duplicate_column", "customers", HEAD, "name"
    ),
    "digits lost in Parquet": (
        in_parquet(pa.array([6222021234567890123.0] * 4), "group_id"), "precision", "customers", 2, "group_id"
    ),
    "a day beyond all in Parquet": (
        in_parquet(pa.array([dt.datetime(9998, 1, 1)] * 4, pa.timestamp("us")), "opened"), "not_a_date",
        "customers", 2, "opened"
    ),
    "infinity in Parquet": (
        in_parquet(pa.array([1.0, 2.0, float("inf"), 3.0]), "service_tier"), "infinite", "customers", 4,
        "service_tier"
    ),
    "a merged header": (in_excel(merged_header), "unnamed_column", "customers", HEAD, "3"),
    "a query that fails": (raw_query("SELECT nothing FROM sales"), "query", "products", None, ""),
    "a query that drops a view": (raw_query(f"DROP VIEW sales; {PRODUCTS}"), "query", "products", None, ""),
    "a query that replaces a view": (
        raw_query(f"CREATE OR REPLACE VIEW sales AS {PRODUCTS}"), "query", "products", None, ""
    ),
    "uneven rows in a raw file": (
        raw_query(PRODUCTS, "company,amount\n01,2\n02,3,4\n"), "uneven_row", "", 3, ""
    ),
    "a raw Parquet file that is none": (beside_raw("other.parquet", b"PAR1"), "broken_file", "", None, ""),
    "a raw column without a name": (raw_query(PRODUCTS, "company,\n01,2\n"), "unnamed_column", "", HEAD, "2"),
    "raw columns that are one to SQL": (raw_query(PRODUCTS, "a,A\n01,2\n"), "duplicate_column", "", HEAD, "A"),
    "semicolons in a raw file": (raw_query(PRODUCTS, "a;b\n01;2\n"), "separator", "", HEAD, ""),
    "NUL bytes in a raw file": (raw_query(PRODUCTS, "a,b\n01,\0\n"), "nul_byte", "", 2, ""),
    "a query that names a key in capitals": (
        raw_query(PRODUCTS.replace("AS product", 'AS "Product"')), "unknown_column", "products", HEAD, "Product"
    ),
    "a query that gives a column twice": (
        raw_query(PRODUCTS.replace("'' AS", "'a' AS name, '' AS").replace("'Cash',", "'Cash', 'b',")),
        "duplicate_column", "products", HEAD, "name"
    ),
    "a query that gives a length of time": (
        raw_query("SELECT 'P1' AS product, INTERVAL 1 DAY AS name, '' AS eligibility UNION ALL "
                  "SELECT 'P2', INTERVAL 1 DAY, ''"), "column_type", "products", HEAD, "name"
    ),
    "a title in a raw file": (raw_query(PRODUCTS, "Sales\ncompany,amount\n01,2\n"), "uneven_row", "", 2, ""),
    "an unclosed quote in a raw file": (raw_query(PRODUCTS, 'company,amount\n01,"2\n'), "quotes", "", 2, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_spoilt_file_is_one_fault_where_it_stands(bank, name):
    spoil, *expected = FAULTS[name]
    spoil(bank)
    found = bank.found()
    assert tuple(expected) in found
    assert {code for code, *_ in found} == {expected[0]}


def test_the_bank_has_no_fault(bank):
    assert bank.found() == set()
    assert bank.noted() == {}


def test_two_exports_pasted_together_lose_no_row_without_a_word(bank):
    two_exports(bank)
    assert bank.found() == {
        ("header_again", "customers", 6, ""), *(("uneven_row", "customers", row, "") for row in range(7, 11))
    }  # fmt: skip


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_parsed(bank):
    bomb(bank)
    assert bank.found() == {("too_large", "customers", None, "")}


def test_a_later_line_that_looks_like_the_header_is_named(bank):
    first_lines("客户清单", "")(bank)
    (fault,) = bank.deliver().faults
    assert fault.allowed == "line 3 looks like the header: header_row: 3"


def test_a_wrong_name_is_told_the_right_ones(bank):
    renamed(bank)
    (fault,) = bank.deliver().faults
    assert (
        fault.allowed.startswith("one of customers, financials, activity")
        and "Did you mean customers?" in fault.allowed
    )


def test_tables_given_to_a_simulated_study_are_a_fault_and_not_ignored(bank):
    assert bank.found(**{"book.source": "simulated"}) == {("not_read", "", None, "")}


def test_a_glob_in_the_name_of_a_raw_file_reads_that_file_alone(bank):
    raw_query("SELECT a AS product, 'x' AS name, '' AS eligibility FROM \"p*\"", "x\n1\n")(bank)
    (bank.folder / "raw" / "p*.csv").write_text("a\nP1\nP2\n")
    (bank.folder / "raw" / "pq.csv").write_text("a\nP3\n")
    assert bank.deliver().tables["products"].table["product"].tolist() == ["P1", "P2"]


def test_a_column_under_another_name_is_missing_too(bank):
    changed("rating,", "grade_of_2015,")(bank)
    assert bank.found() == {
        ("unknown_column", "customers", HEAD, "grade_of_2015"), ("missing_column", "customers", HEAD, "rating")
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_an_encoding_that_can_be_told_is_read_and_noted(bank, encoding):
    lines = [line.replace("First", "京东支行客户有限公司") for line in bank.lines["customers"]]
    bank.write("customers", lines, encoding)
    delivery = bank.deliver()
    assert not delivery.faults
    assert delivery.tables["customers"].table.loc[0, "name"] == "京东支行客户有限公司"
    assert bank.noted() == ({} if encoding == "utf-8-sig" else {"encoding": 1})


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_lines_may_end_in_any_way(bank, ending):
    for name, lines in bank.lines.items():
        bank.write(name, lines, ending=ending)
    assert bank.found() == set()


def test_rows_of_commas_and_blank_lines_are_left_out_with_a_note(bank):
    appended("", ",,,,,,,,,,,,,", "")(bank)
    head, *rows = bank.lines["activity"]
    bank.write("activity", [head, rows[0], "," * 15, *rows[1:]])
    assert bank.noted() == {"blank_rows": 1}


def test_what_is_no_table_is_passed_over_with_a_note(bank):
    for name in (".DS_Store", "~$customers.xlsx", "Thumbs.db"):
        (bank.tables / name).write_bytes(b"\0x")
    assert bank.noted() == {"passed_over": 3}


def test_a_suffix_in_capitals_is_the_same_file(bank):
    (bank.tables / "customers.csv").rename(bank.tables / "customers.CSV")
    assert bank.found() == set()


def test_a_note_sheet_and_a_hidden_sheet_are_passed_over_with_a_note(bank):
    def change(workbook):
        workbook.active.title = "2015"
        workbook.create_sheet("read me", 0).append(["made by the branch"])
        hidden = workbook.create_sheet("old")
        hidden.append(["customer_id"])
        hidden.sheet_state = "hidden"

    bank.excel("customers", change)
    assert bank.noted() == {"sheet_passed_over": 2}


def test_a_chart_sheet_first_is_passed_over(bank):
    from openpyxl.chart import BarChart, Reference

    def change(workbook):
        chart = BarChart()
        chart.add_data(Reference(workbook.active, min_col=13, min_row=2, max_row=5))
        workbook.create_chartsheet("chart", 0).add_chart(chart)

    bank.excel("customers", change)
    assert bank.found() == set()


def test_times_with_a_zone_are_the_day_in_china_and_noted(bank):
    rows = bank.rows("rates")
    table = pd.DataFrame(rows[1:], columns=rows[0])
    # Midnight in China as a bank's system stores it.
    table["month"] = pd.to_datetime(table["month"]).dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
    (bank.tables / "rates.csv").unlink()
    table.to_parquet(bank.tables / "rates.parquet")
    assert bank.noted() == {"time_zone": 12}


def test_gzip_is_not_opened(bank):
    path = bank.tables / "customers.csv"
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert {code for code, *_ in bank.found()} <= {"encoding", "nul_byte"}
