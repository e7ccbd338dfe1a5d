import pandas as pd

from crmlib.book.fault_kinds import KINDS
from crmlib.book.fault_table import BookError, Fault, fault_table, report


def many(count, column="loan"):
    return [
        Fault("negative", "tables/activity.csv", row, column, "-1", "at least 0", "activity")
        for row in range(2, 2 + count)
    ]


def test_a_fault_of_a_whole_file_has_no_row_and_no_value():
    table = fault_table([Fault("empty_file", "tables/rates.csv")])
    assert table["row"].isna().all() and table.loc[0, "value"] is None
    assert table.loc[0, ["file", "column", "fault"]].tolist() == ["tables/rates.csv", "", "empty_file"]


def test_faults_stand_in_the_order_of_file_row_and_column():
    table = fault_table([*many(2), Fault("no_rows", "tables/a.csv"), Fault("no_rows", "tables/activity.csv")])
    assert table["file"].tolist() == ["tables/a.csv"] + ["tables/activity.csv"] * 3
    assert table["row"].tolist() == [pd.NA, pd.NA, 2, 3]
    assert len(fault_table([])) == 0


def test_the_message_says_what_is_wrong_what_is_allowed_and_what_to_do():
    message = fault_table(many(1)).loc[0, "message"]
    assert message == "negative where nothing negative can be: at least 0; correct the file."


def test_the_report_groups_by_file_and_kind_with_the_first_examples():
    text = report(fault_table([*many(30), Fault("no_rows", "tables/rates.csv")]), 20)
    assert text.splitlines() == [
        "31 faults in the tables of the book:",
        "",
        "tables/activity.csv",
        "  loan: negative where nothing negative can be (30) [negative]",
        "    found:   line 2, '-1'; line 3, '-1'; line 4, '-1' …",
        "    allowed: at least 0",
        "    do:      correct the file",
        "",
        "tables/rates.csv",
        "  a header without rows (1) [no_rows]",
        "    do:      export it again, or name the table in book.absent",
    ]


def test_the_error_counts_what_it_does_not_show():
    faults = [Fault("range", f"f{place}", 2, "loan", "9") for place in range(25)]
    assert str(BookError(fault_table(faults))).endswith("\n\nand 5 kinds more: crm check shows all.")
    assert str(BookError(fault_table(many(1)))).startswith("1 fault in the tables of the book:")


def test_values_steer_no_terminal_and_stay_on_one_line():
    text = report(fault_table([Fault("range", "a\x1b[31m", 2, "name", "b\x1b[2J\nend" + "a" * 80)]), 20)
    assert "\x1b" not in text and "\\x1b[2J\\nend" in text and "…" in text


def test_every_kind_says_what_is_wrong_and_what_to_do_and_has_a_code_without_blanks():
    assert all(kind.wrong and kind.advice and " " not in code for code, kind in KINDS.items())
