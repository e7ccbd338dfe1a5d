from dataclasses import replace

import numpy as np

from crmlib.book.describe import book_tables, missing_values, readme, rules_table
from crmlib.study import Study


def test_every_table_is_described_with_its_rows(jd_book):
    tables = book_tables(jd_book).set_index("table")
    assert set(tables.index) == set(jd_book.tables) and tables.loc["customers", "rows"] == len(jd_book.customers)


def test_a_simulated_book_breaks_no_rule_and_a_damaged_one_is_counted(jd, jd_book):
    assert rules_table(jd_book, jd)["broken"].sum() == 0
    damaged = jd_book.customers.assign(size=np.where(jd_book.customers.index < 3, "huge", jd_book.customers["size"]))
    table = rules_table(replace(jd_book, tables={**jd_book.tables, "customers": damaged}), jd).set_index("table")
    assert table.loc["customers", "broken"] == 3 and table["broken"].sum() == 3


def test_missing_values_are_counted_by_column(jd_book):
    gaps = missing_values(jd_book).set_index(["table", "column"])
    assert gaps.loc[("customers", "rating"), "missing"] == jd_book.customers["rating"].isna().sum()
    assert (gaps["missing"] > 0).all() and gaps["share"].is_monotonic_decreasing


def test_data_card_comes_two_headings_down_or_says_where_to_write_one():
    assert readme(Study.load("cumcm2020c")).startswith("### Data card")
    assert readme(Study.load("jd")) == "The study has no data card: write `data/jd/README.md`."
