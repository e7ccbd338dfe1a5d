"""Every kind of fault that a value or a row can have: what is written, and the one fault that is found."""

import pytest

from crmlib.book.reading import read_book

ID, MONTH = "customer_id", "month"
VALUES = {
    # What is written: table, line, column, text, code.
    "decimal comma": ("activity", 2, "loan", "12,34", "number_format"),
    "points for thousands": ("activity", 2, "loan", "1.234,50", "number_format"),
    "blanks for thousands": ("activity", 2, "loan", "1 234", "number_format"),
    "Indian thousands": ("activity", 2, "loan", "1,23,456", "number_format"),
    "infinity": ("activity", 2, "loan", "inf", "infinite"),
    "a number beyond all": ("activity", 2, "loan", "1e400", "infinite"),
    "nan": ("activity", 2, "loan", "nan", "infinite"),
    "text for a number": ("activity", 2, "loan", "about 5", "not_a_number"),
    "superscripts": ("activity", 2, "loan", "10³", "not_a_number"),
    "two signs": ("activity", 2, "loan", "--1", "not_a_number"),
    "an error of Excel": ("activity", 2, "loan", "#REF!", "excel_error"),
    "a date for a number": ("activity", 2, "loan", "2015-01-03T00:00:00", "date_for_number"),
    "percent of money": ("activity", 2, "loan", "3%", "percent_sign"),
    "hours with a unit of money": ("activity", 2, "rm_hours", "1万", "not_a_number"),
    "negative loans": ("activity", 2, "loan", "-1", "negative"),
    "negative hours": ("activity", 2, "rm_hours", "-0.5", "negative"),
    "negative transactions in brackets": ("activity", 2, "transactions", "(3)", "negative"),
    "an overdraft": ("activity", 2, "demand_deposit", "-100", "overdraft"),
    "a rate in percent": ("activity", 2, "loan_rate", "6.14", "range"),
    "a blank where a value must stand": ("activity", 2, "inflow", "", "missing_value"),
    "a blank name": ("customers", 2, "name", "", "missing_value"),
    "a blank ID": ("customers", 2, ID, " ", "missing_value"),
    "a tier with a fraction": ("customers", 2, "service_tier", "1.5", "not_whole"),
    "a tier beyond the three": ("customers", 2, "service_tier", "4", "range"),
    "half a day overdue": ("activity", 2, "days_overdue", "12.5", "not_whole"),
    "a strange size": ("customers", 2, "size", "huge", "category"),
    "a size in Chinese": ("customers", 2, "size", "大型", "category"),
    "an industry by name": ("customers", 2, "industry", "制造业", "category"),
    "a strange rating": ("customers", 2, "rating", "AAAA", "category"),
    "a strange mark": ("customers", 2, "watch_list", "maybe", "not_a_mark"),
    "day first": ("customers", 2, "opened", "31.03.2010", "ambiguous_date"),
    "03/04/2015": ("customers", 2, "opened", "03/04/2015", "ambiguous_date"),
    "a day that is none": ("customers", 2, "opened", "2010-02-30", "not_a_date"),
    "a month for a day": ("customers", 2, "opened", "2010-03", "not_a_date"),
    "a word for a day": ("customers", 2, "opened", "spring", "not_a_date"),
    "the middle of a month": ("rates", 2, MONTH, "2015-01-15", "not_a_month"),
    "a month cut by Excel": ("rates", 2, MONTH, "2015.1", "ambiguous_date"),
    "closed before opened": ("customers", 2, "closed", "2009-01-01", "order"),
    "a product given up before it was taken": ("holdings", 3, "closed", "2012-01-01", "order"),
    "a no-break space behind an ID": ("customers", 2, ID, "000001\u00a0", "invisible"),
    "a zero-width space in an ID": ("holdings", 2, ID, "0000\u200b01", "invisible"),
    "a zero-width space in a name": ("customers", 2, "name", "Fi\u200brst", "invisible"),
    "a mark of byte order within": ("customers", 2, "name", "\ufeffFirst", "invisible"),
    "an escape sequence": ("customers", 2, "name", "\x1b[31mFirst", "invisible"),
    "characters lost before": ("customers", 2, "name", "京\ufffd支行", "lost_characters"),
    "an unknown customer": ("holdings", 2, ID, "999999", "unknown"),
    "an unknown product": ("holdings", 2, "product", "P9", "unknown"),
    "zeros lost in another table": ("holdings", 2, ID, "1", "lost_zeros"),
    "digits lost to Excel": ("customers", 2, "group_id", "6.22202123456789E+18", "precision"),
    "full-width letters that are no digits": ("customers", 2, "size", "ｌarge", "category"),
    "the first day of many systems": ("customers", 2, "opened", "0001-01-01", "not_a_date"),
    "the first day of Excel": ("customers", 2, "opened", "1900-01-01", "range"),
    "a month of six digits with a short year": ("activity", 4, MONTH, "150301", "not_a_month"),
    "the last month of all": ("activity", 4, MONTH, "9999-12", "not_a_month"),
    "more hours than a month has": ("activity", 2, "rm_hours", "9000", "range"),
    "overdue for centuries": ("activity", 2, "days_overdue", "1000000", "range"),
    "a loan without a rate": ("activity", 2, "loan_rate", "", "missing_value"),
    "a size that does not exist in a condition": ("products", 2, "eligibility", "size:huge", "pattern"),
    "a condition of no form": ("products", 2, "eligibility", "everybody", "pattern"),
    "a price out of range": ("rates", 2, "ftp_loan", "4", "range"),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_that_cannot_be_meant_is_one_fault_at_its_place(bank, name):
    table, line, column, text, code = VALUES[name]
    bank.edit(table, line, column, text)
    faults = bank.deliver().faults
    assert [(fault.code, fault.table, fault.row, fault.column) for fault in faults] == [(code, table, line, column)]
    if text.strip():
        assert faults[0].value.strip() in (text.strip(), text.rstrip("\u00a0"))


ACCEPTED = {
    # What is written: table, column, text, what it means, how it is noted.
    "thousands": ("activity", "loan", "1,234.50", 1234.5, "thousands"),
    "brackets": ("activity", "fee_trade", "(1,234.50)", -1234.5, "brackets"),
    "a minus behind": ("activity", "fee_trade", "1,234.50-", -1234.5, "minus_behind"),
    "a lone dash": ("activity", "loan", "-", 0.0, "dash"),
    "a yuan sign": ("activity", "loan", "¥1200", 1200.0, "currency"),
    "a wide yuan sign": ("activity", "loan", "￥1200", 1200.0, "currency"),
    "元": ("activity", "loan", "1200元", 1200.0, "own_unit"),
    "万": ("activity", "loan", "12.5万", 125_000.0, "own_unit"),
    "亿元": ("activity", "loan", "0.2亿元", 20_000_000.0, "own_unit"),
    "U+2212": ("activity", "fee_trade", "−3", -3.0, "minus_sign"),
    "full-width digits": ("activity", "loan", "１２", 12.0, "full_width"),
    "a no-break space behind": ("activity", "loan", "12\u00a0", 12.0, "blanks"),
    "a percent sign on a rate": ("activity", "loan_rate", "6.14%", 0.0614, "percent_sign"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_number_as_banks_write_it_is_read_and_noted(bank, name):
    table, column, text, value, what = ACCEPTED[name]
    bank.edit(table, 2, column, text)
    noted = bank.noted()
    assert noted[what] == 1
    assert bank.deliver().tables[table].table.loc[0, column] == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("table", "column", "text", "what"),
    [
        ("customers", "opened", "2010年3月31日", "chinese_date"),
        ("customers", "opened", "40268", "serial"),
        ("customers", "watch_list", "是", "yes_no"),
        ("customers", "watch_list", "否", "yes_no"),
        ("rates", "month", "2015-01-31", "month_end"),
        ("rates", "month", "2015年1月", "chinese_date"),
        ("customers", "name", "\u3000First", "blanks"),
        ("customers", "closed", "9999-12-31", "no_end"),
        ("activity", "customer_id", "０００００１", "full_width"),
        ("holdings", "customer_id", '="000001"', "forced_text"),
        ("holdings", "customer_id", "'000001", "forced_text"),
        ("customers", "name", "Fi\nrst", "line_breaks"),
    ],
)
def test_dates_marks_and_names_as_banks_write_them_are_read_and_noted(bank, table, column, text, what):
    bank.edit(table, 2, column, text)
    assert bank.noted() == {what: 1}


@pytest.mark.parametrize("text", ["NA", "1E5", "null", "=1+1", "[bold]"])
def test_a_customer_may_be_called_anything(bank, text):
    bank.edit("customers", 2, "name", text)
    bank.edit("customers", 2, "group_id", text)
    assert bank.noted() == {}
    assert bank.deliver().tables["customers"].table.loc[0, ["name", "group_id"]].tolist() == [text, text]


def test_unseen_characters_are_named_by_their_code_point(bank):
    bank.edit("customers", 2, ID, "000001\u00a0")
    assert bank.deliver().faults[0].allowed == "no U+00A0 NO-BREAK SPACE"


def test_a_duplicate_is_called_one(bank):
    bank.write("customers", [*bank.lines["customers"], bank.lines["customers"][1]])
    assert bank.found() == {("duplicate", "customers", 2, ID), ("duplicate", "customers", 6, ID)}


def test_one_that_differs_by_zeros_alone_is_told_so(bank):
    bank.write("customers", [*bank.lines["customers"], bank.lines["customers"][1].replace("000001", "1")])
    assert bank.found() == {("lost_zeros", "customers", 6, ID)}


def test_an_unknown_customer_is_one_fault_however_many_its_rows(bank):
    rows = [line.replace("000003", "000009") for line in bank.lines["activity"]]
    bank.write("activity", rows)
    faults = bank.deliver().faults
    assert [(fault.code, fault.value, fault.count) for fault in faults] == [("unknown", "000009", 10)]


def test_activity_outside_the_life_names_the_customer(bank):
    bank.edit("customers", 4, "opened", "2015-05-10")
    bank.edit("customers", 5, "closed", "2015-07-20")
    faults = bank.deliver().faults
    assert {(fault.code, fault.count) for fault in faults} == {("before_opening", 2), ("after_closing", 2)}
    assert len(faults) == 2
    assert {fault.allowed.rpartition(" ")[2] for fault in faults} == {"000003", "000004"}


def without(bank, *months):
    """Activity of the second customer without some months."""
    return [line for line in bank.lines["activity"] if not any(line.startswith(f"000002,{month}") for month in months)]


@pytest.mark.parametrize(
    ("months", "shown", "count"),
    [(("2015-04", "2015-05"), "2015-04, 2015-05", 2), (("2015-12",), "2015-12", 1), (("2015-01",), "2015-01", 1)],
)
def test_months_missing_in_a_life_are_a_fault_that_names_the_customer(bank, months, shown, count):
    bank.write("activity", without(bank, *months))
    (fault,) = bank.deliver().faults
    assert (fault.code, fault.value, fault.count) == ("gap", shown, count)
    assert fault.allowed == "every month of the life of customer 000002"


@pytest.mark.parametrize(("policy", "deposit", "inflow"), [("carry", 2000.5, 0.0), ("zero", 0.0, 0.0)])
def test_a_stated_policy_fills_the_months_and_counts_them(bank, policy, deposit, inflow):
    bank.write("activity", without(bank, "2015-04", "2015-05"))
    book = read_book(bank.study(**{"book.gaps": policy}))
    rows = book.activity[book.activity[ID] == "000002"].set_index("month")
    assert len(rows) == 12
    assert rows.loc["2015-05-01", ["demand_deposit", "inflow"]].tolist() == [deposit, inflow]
    notes = book.notes.set_index("what")
    assert notes.loc[f"gaps_{policy}", "count"] == 2


def test_an_overdraft_may_be_a_loan_and_is_counted(bank):
    bank.edit("activity", 2, "demand_deposit", "-100")
    book = read_book(bank.study(**{"book.overdrafts": "loan"}))
    assert book.activity.loc[0, ["demand_deposit", "loan"]].tolist() == [0.0, 50_100.0]
    assert book.notes.set_index("what").loc["overdraft_loan", "count"] == 1


def test_a_month_without_any_row_and_one_in_the_far_future_are_faults(bank):
    bank.write("activity", [line for line in bank.lines["activity"] if "2015-12" not in line])
    assert ("no_month", "activity", None, MONTH) in bank.found()
    bank.edit("activity", 2, MONTH, "2051-01")
    assert ("future", "activity", 2, MONTH) in bank.found()


def test_an_as_of_date_before_all_months_is_one_fault(bank):
    assert bank.found(as_of="1990-12-31") == {("no_month", "activity", None, MONTH)}


def test_months_without_a_row_are_one_fault_however_many(bank):
    bank.edit("activity", 2, MONTH, "2012-01")
    fault = next(fault for fault in bank.deliver().faults if fault.code == "no_month")
    assert (fault.value, fault.count) == ("2012-02 to 2014-12", 35)


def test_digits_lost_in_an_id_of_customers_are_the_one_fault(bank):
    bank.edit("customers", 2, ID, "6.22202123456789E+18")
    assert bank.found() == {("precision", "customers", 2, ID)}


def test_months_that_follow_on_the_as_of_date_are_noted(bank):
    assert bank.noted(as_of="2015-11-30") == {"after_as_of": 3}


def test_a_month_without_rates_is_named(bank):
    bank.write("rates", bank.lines["rates"][:-1])
    (fault,) = bank.deliver().faults
    assert (fault.code, fault.table, fault.value) == ("no_month", "rates", "2015-12")


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda bank: bank.column("activity", "loan_rate", lambda _: "0.0006"), "rate_beside_price"),
        (lambda bank: [bank.edit("activity", line, "loan_rate", "0.0006") for line in range(2, 14)], "rate_of_some"),
        (lambda bank: bank.edit("rates", 3, "ftp_loan", "0.0004"), "rate_of_months"),
        (lambda bank: bank.column("rates", "ftp_time", lambda _: "0.0003"), "paid_beside_price"),
        (lambda bank: bank.column("activity", "fee_settlement", lambda _: "300000"), "fees_beside_balances"),
        (lambda bank: bank.column("activity", "inflow", lambda _: "0.3"), "inflow_beside_deposits"),
        (lambda bank: bank.edit("activity", 2, "time_deposit", "1e15"), "too_large"),
        (lambda bank: [bank.edit("activity", line, "loan", "5") for line in range(8, 14)], "jump"),
        (lambda bank: bank.write("activity", [line for line in bank.lines["activity"] if "000004" not in line]),
         "without_activity"),
    ],
)  # fmt: skip
def test_what_can_hardly_be_true_is_noted(bank, spoil, what):
    spoil(bank)
    assert what in bank.noted()


@pytest.mark.parametrize("customer", ["000001", "000002"])
def test_many_faults_of_many_kinds_come_at_once(bank, customer):
    for table, line, column, text, _ in [
        VALUES["a strange size"],
        VALUES["text for a number"],
        VALUES["an unknown product"],
    ]:
        bank.edit(table, line, column, text)
    assert {code for code, *_ in bank.found()} == {"category", "not_a_number", "unknown"}


def test_a_book_of_one_customer_all_equal_and_all_zero_is_read(bank):
    bank.write("customers", bank.lines["customers"][:2])
    bank.write("activity", bank.lines["activity"][:13])
    bank.write("holdings", bank.lines["holdings"][:2])
    for column in ("demand_deposit", "time_deposit", "loan", "inflow", "outflow"):
        bank.column("activity", column, lambda _: "0")
    assert bank.found() == set()


def test_a_book_without_an_open_customer_is_read(bank):
    bank.column("customers", "closed", lambda _: "2015-09-20")
    bank.write("activity", [line for line in bank.lines["activity"] if line[7:14] <= "2015-09" or "month" in line])
    assert {code for code, *_ in bank.found()} == {"no_month"}


def test_percent_formats_and_long_numbers_of_excel(bank):
    def change(workbook):
        cell = workbook.active["F2"]
        cell.value, cell.number_format = 0.0614, "0.00%"
        workbook.active["C3"] = 6222021234567890123

    bank.excel("activity", change)
    bank.lines = {**bank.lines, "customers": bank.lines["customers"]}
    delivery = bank.deliver()
    assert delivery.tables["activity"].table.loc[0, "loan_rate"] == 0.0614
    bank.edit("customers", 2, "group_id", "x")

    def long_id(workbook):
        workbook.active["C2"] = 6222021234567890123

    bank.excel("customers", long_id)
    assert ("precision", "customers", 2, "group_id") in bank.found()
