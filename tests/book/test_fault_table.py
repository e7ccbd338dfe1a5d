import pandas as pd

from crmlib.book.fault_table import BookError, Fault, fault_table, first_of_each_kind


def many(count, column="loan"):
    return [Fault("tables/activity.csv", row, column, "-1", "at least 0") for row in range(2, 2 + count)]


def test_a_fault_of_a_whole_file_has_no_row():
    table = fault_table([Fault("tables/rates.csv", rule="a file has a header")])
    assert table["row"].isna().all() and table.loc[0, ["file", "column", "value"]].tolist() == [
        "tables/rates.csv",
        "",
        "",
    ]


def test_faults_stand_in_the_order_of_file_row_and_column():
    table = fault_table([*many(2), Fault("tables/a.csv", rule="x"), Fault("tables/activity.csv", rule="y")])
    assert table["file"].tolist() == ["tables/a.csv"] + ["tables/activity.csv"] * 3
    assert table["row"].tolist() == [pd.NA, pd.NA, 2, 3]
    assert len(fault_table([])) == 0


def test_of_many_faults_every_kind_is_shown_before_any_is_shown_twice():
    shown = first_of_each_kind(
        fault_table([*many(50), Fault("tables/activity.csv", 99, "inflow", "-1", "at least 0")]), 3
    )
    assert shown["column"].tolist() == ["loan", "loan", "inflow"]


def test_the_error_counts_all_and_shows_a_table():
    text = str(BookError(fault_table(many(30))))
    assert text.startswith("30 faults in the tables of the book, 20 of them shown:")
    assert text.splitlines()[1].split() == ["file", "row", "column", "value", "rule"]
    assert text.splitlines()[2].split() == ["tables/activity.csv", "2", "loan", "-1", "at", "least", "0"]
    assert str(BookError(fault_table(many(1)))).startswith("1 fault in the tables of the book:")


def test_a_long_value_loses_its_middle_and_keeps_one_line():
    text = str(BookError(fault_table([Fault("f", 2, "name", "a" * 60 + "\nend", "text")])))
    assert "…" in text and "aaa end" in text and len(text.splitlines()) == 3
