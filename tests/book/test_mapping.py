"""A bank's own files as a book by mapping alone: their names, heads, units and values stay as they are."""

from pathlib import Path

import pytest

from crmlib.book import load_book
from crmlib.book.fault_table import fault_table, report
from crmlib.book.mapping import mapping_of
from crmlib.book.reading import deliver
from crmlib.errors import SettingsError
from crmlib.study import Study

DIRTY = Path("/work/shared/dirty/zhihang")
WANTED = pytest.mark.skipif(not DIRTY.is_dir(), reason=f"skipped: the extracts of three departments are not in {DIRTY}")
ZHIHANG = Path(__file__).with_name("zhihang.yaml")
ABSENT = (
    "[financials, holdings, rates, judgements, products, industries, customers.group_id, customers.public_mandate, "
    "customers.watch_list, customers.founded, activity.fee_guarantee]"
)


@pytest.fixture
def zhihang(tmp_path):
    """A study of three departments' extracts, which stay where they are."""
    folder = tmp_path / "zhihang"
    folder.mkdir()
    book = f"{{source: tables, raw: {DIRTY}, absent: {ABSENT}}}"
    settings = f"title: 支行\nlike: jd\nas_of: 2015-12-31\nbook: {book}\nmodel: {{weights: equal}}\n"
    (folder / "study.yaml").write_text(settings, encoding="utf-8")
    (folder / "mapping.yaml").write_bytes(ZHIHANG.read_bytes())
    return folder


@WANTED
def test_three_departments_dirty_files_are_a_book_with_nothing_lost(zhihang):
    book = load_book(Study.load(zhihang))
    people, activity = book.customers.set_index("customer_id"), book.activity
    assert (len(people), len(activity)) == (40, 1435)
    # The control total that stands below the balances, in 万元.
    assert activity["demand_deposit"].sum() == pytest.approx(344_048.91e4)
    assert activity["fee_trade"].eq(0).sum() == 1034
    first = people.loc["000537"]
    assert first[["industry", "size", "ownership", "rating", "rm_id"]].tolist() == [
        "C",
        "small",
        "private",
        "BB",
        "RM03",
    ]
    row = activity.iloc[0]
    assert row[["demand_deposit", "loan", "loan_rate", "inflow"]].tolist() == [
        1_226_800.0,
        3_742_200.0,
        0.0614,
        2_586_955.95,
    ]
    assert f"{people['closed'].max():%Y-%m-%d}" == "2015-07-15"
    assert book.files["form"].tolist() == ["Excel", "CSV, GB18030", "Excel"]


@WANTED
def test_every_conversion_of_the_dirty_files_is_counted(zhihang):
    notes = {(note.what, note.column): note.count for note in deliver(Study.load(zhihang)).notes}
    assert notes["padded", "customer_id"] == 40
    assert notes["dash", "loan"] == 823
    assert notes["percent_sign", "loan_rate"] == 612
    assert notes["translated", "fee_agency"] == 1435
    assert notes["column_passed_over", "客户名称"] == 1


def remap(bank, text):
    (bank.folder / "mapping.yaml").write_text(text, encoding="utf-8")


def test_a_file_of_any_name_feeds_a_table_and_two_files_one(bank):
    rows = bank.rows("activity")
    balances, flows = rows[0][:7], [*rows[0][:2], *rows[0][7:]]
    for name, heads in (("余额", balances), ("流水", flows)):
        chosen = [[row[rows[0].index(head)] for head in heads] for row in rows]
        (bank.folder / f"{name}.csv").write_text("\n".join(map(",".join, chosen)), encoding="utf-8")
    expected = bank.deliver().tables["activity"].table
    (bank.tables / "activity.csv").unlink()
    remap(bank, "activity:\n  - {file: 余额.csv}\n  - {file: 流水.csv}\n")
    got = bank.deliver().tables["activity"].table
    assert got.sort_values(["customer_id", "month"]).equals(expected.sort_values(["customer_id", "month"]))
    lines = (bank.folder / "流水.csv").read_text().splitlines()
    (bank.folder / "流水.csv").write_text("\n".join(lines[:-1]))
    (fault,) = bank.deliver().faults
    assert (fault.code, fault.file, fault.row, fault.value) == ("no_partner", "余额.csv", 44, "000004, 2015-09")
    assert fault.allowed == "a row for it in 流水.csv"


def test_one_file_feeds_several_tables_and_files_of_different_months_one(bank):
    head, *rows = bank.lines["activity"]
    half = {"a": [row for row in rows if row[7:14] <= "2015-06"], "b": [row for row in rows if row[7:14] > "2015-06"]}
    for name, own in half.items():
        (bank.folder / f"{name}.csv").write_text("\n".join([head, *own]))
    (bank.tables / "activity.csv").unlink()
    remap(bank, "activity: [{file: a.csv}, {file: b.csv}]")
    assert len(bank.deliver().tables["activity"].table) == len(rows)
    assert bank.found() == set()
    remap(bank, "activity: [{file: a.csv}, {file: b.csv}, {file: b.csv}]")
    assert {code for code, *_ in bank.found()} == {"given_twice"}


def test_sheets_of_one_workbook_are_tables_whose_faults_do_not_hide_each_other(bank):
    from openpyxl import Workbook

    bank.edit("customers", 2, "closed", "soon")
    bank.edit("holdings", 2, "closed", "2011-01-01")
    workbook = Workbook()
    workbook.active.title = "notes"
    for name in ("customers", "holdings"):
        sheet = workbook.create_sheet(name)
        for row in bank.rows(name):
            sheet.append([value or None for value in row])
        (bank.tables / f"{name}.csv").unlink()
    workbook.save(bank.folder / "all.xlsx")
    remap(bank, "".join(f"{name}: {{file: all.xlsx, sheet: {name}}}\n" for name in ("customers", "holdings")))
    delivery = bank.deliver()
    assert {(fault.table, fault.row, fault.code) for fault in delivery.faults} == {
        ("customers", 2, "not_a_date"), ("holdings", 2, "order"),
    }  # fmt: skip
    passed = [note.detail for note in delivery.notes if note.what == "sheet_passed_over"]
    assert passed == ["notes", "notes"]
    told = report(fault_table(delivery.faults), 9).splitlines()
    assert "all.xlsx, customers" in told and "all.xlsx, holdings" in told


def test_lost_zeros_are_told_as_such_and_not_as_missing_months_too(bank):
    bank.column("customers", "customer_id", lambda value: value.lstrip("0"))
    assert {code for code, table, *_ in bank.found() if table == "activity"} == {"lost_zeros"}


def test_units_percent_widths_and_values_are_as_the_mapping_says(bank):
    (bank.tables / "customers.csv").rename(bank.folder / "名单.csv")
    (bank.tables / "activity.csv").rename(bank.folder / "月报.csv")
    text = (bank.folder / "名单.csv").read_text().replace("large", "大型").replace("00000", "0")
    (bank.folder / "名单.csv").write_text(text)
    flows = (bank.folder / "月报.csv").read_text().replace(",0.06,", ",6,").replace(",5,0,1,", ",,0,1,")
    (bank.folder / "月报.csv").write_text(flows)
    flow = "{file: 月报.csv, money_unit: 万元, percent: [loan_rate], values: {fee_trade: {'': 0}}}"
    remap(bank, f"customers: {{file: 名单.csv, id_width: 6, values: {{大型: large}}}}\nactivity: {flow}\n")
    tables = bank.deliver().tables
    assert tables["customers"].table["size"].tolist()[0] == "large"
    row = tables["activity"].table.iloc[0]
    assert row[["demand_deposit", "loan_rate", "fee_trade"]].tolist() == [10_005_000.0, 0.06, 0.0]
    assert bank.noted() == {"padded": 4, "translated": 44}


def test_a_header_that_names_another_unit_is_a_fault(bank):
    text = (bank.tables / "activity.csv").read_text().replace("inflow", "流入(万元)")
    (bank.folder / "月报.csv").write_text(f"单位：亿元\n{text}")
    (bank.tables / "activity.csv").unlink()
    remap(bank, "activity: {file: 月报.csv, header_row: 2, columns: {流入(万元): inflow}}")
    faults = sorted(fault for fault in bank.deliver().faults if fault.column in ("inflow", "loan"))
    assert [(fault.code, fault.column, fault.value) for fault in faults] == [
        ("money_unit", "inflow", "流入(万元) 万元"), ("money_unit", "loan", "loan 亿元")
    ]  # fmt: skip


@pytest.mark.parametrize(("how", "encoding"), [("encoding: big5", "big5"), ("separator: ;", "utf-8")])
def test_a_dialect_may_be_stated(bank, how, encoding):
    text = (bank.tables / "customers.csv").read_text().replace("First", "臺灣銀行")
    (bank.tables / "customers.csv").unlink()
    (bank.folder / "c.csv").write_bytes(text.replace(",", ";" if "separator" in how else ",").encode(encoding))
    remap(bank, f"customers:\n  file: c.csv\n  {how.replace(': ;', ': ' + chr(34) + ';' + chr(34))}\n")
    assert bank.deliver().tables["customers"].table["name"][0] == "臺灣銀行"
    assert bank.found() == set()


def test_a_mapped_file_that_is_not_there_and_one_given_twice_are_faults(bank):
    remap(bank, "customers: {file: 名单.csv}")
    assert {code for code, *_ in bank.found()} == {"given_twice", "no_file"}
    (bank.tables / "customers.csv").unlink()
    assert bank.found() == {("no_file", "customers", None, "")}


def test_a_mapped_column_that_the_file_lacks_names_the_nearest(bank):
    (bank.tables / "customers.csv").rename(bank.folder / "c.csv")
    remap(bank, "customers: {file: c.csv, columns: {客户名: name, nam: name}}")
    faults = bank.deliver().faults
    assert {(fault.code, fault.column) for fault in faults} == {("missing_column", "name")}
    assert "Did you mean name?" in faults[1].allowed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("custmers: {file: a.csv}", "line 1: custmers is not a table. Did you mean customers?"),
        ("customers:\n  file: a.csv\n  heder_row: 3", "line 3: heder_row is not a setting of a file."),
        ("customers:\n  columns: {客户号: customer_id}", "line 1: customers: file is not set."),
        ("customers:\n  file: a.csv\n  columns:\n    客户号: customr_id", "line 4: customr_id is no column of c"),
        ("customers: {file: a.csv, percent: [rate]}", "rate is no column of customers"),
        ("customers: {file: a.csv, values: {siz: {大型: large}}}", "siz is no column of customers. Did you mean size?"),
        ("customers: {file: a.csv, encoding: base64}", "must be an encoding such as utf-8, gb18030"),
        ("customers: {file: a.csv, header_row: 0}", "customers.header_row: Input should be greater than"),
        ("customers: {file: a.csv, money_unit: 千元}", "customers.money_unit: Input should be"),
        ("customers: {file: a.csv}\ncustomers: {file: b.csv}", "line 2: not valid YAML (customers stands twice)"),
        ("[a]", "a mapping names tables"),
        ("activity: []", "line 1: activity: Input should be a valid dictionary"),
        ("customers: {file: a.csv, sheet: one}", "line 1: sheet means nothing for a .csv file."),
        ("customers: {file: a.xlsx, encoding: big5}", "encoding means nothing for a .xlsx file."),
        ("customers: {file: a.parquet, skip_footer: 2}", "skip_footer means nothing for a .parquet file."),
        ("activity: {file: a.csv, percent: [loan]}", "loan is no rate or share"),
        ("products: {file: a.csv, id_width: 6}", "id_width means nothing for products"),
    ],
)  # fmt: skip
def test_what_the_mapping_cannot_say_is_told_with_its_line(bank, text, said):
    remap(bank, text)
    with pytest.raises(SettingsError) as error:
        mapping_of(bank.study())
    assert said in str(error.value)
