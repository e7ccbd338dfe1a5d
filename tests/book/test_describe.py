from dataclasses import replace

import numpy as np
import pandas as pd

from crmlib.absent import Absent
from crmlib.book import Book
from crmlib.book.describe import (
    book_tables,
    data_card,
    missing_values,
    notes_table,
    open_at,
    prices_by_month,
    rules_table,
    summary,
)
from crmlib.book.reading import read_book
from crmlib.study import Study
from crmlib.words.messages import say
from crmlib.words.sentences import book as sentences
from crmlib.words.texts import has
from crmlib.words.voice import Voice


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


def test_what_tables_and_columns_tell_has_a_name(jd_book):
    assert all(
        has(f"names.need.{what}") for what in (*book_tables(jd_book)["tells"], *missing_values(jd_book)["tells"])
    )


def test_a_book_without_gaps_says_so():
    assert missing_values(Book({"customers": pd.DataFrame({"size": ["small"]})})) == Absent(say("book.no_gaps"))


def test_the_summary_counts_open_customers_months_and_rules(jd, jd_book):
    rules = rules_table(jd_book, jd)
    found = summary(jd_book, rules, jd)
    assert (found.open, found.months, found.tables) == (1200, 60, len(jd_book.tables))
    assert (found.rules, found.broken) == (rules["rules"].sum(), 0)


def test_who_opened_at_an_unknown_date_is_open():
    days = pd.to_datetime(["2010-01-01", None, "2016-01-01", None]), pd.to_datetime([None, None, None, "2015-12-31"])
    customers = pd.DataFrame(dict(zip(("opened", "closed"), days, strict=True)))
    assert open_at(customers, pd.Timestamp("2015-12-31")).tolist() == [True, True, False, False]


def test_prices_come_in_the_order_of_months(jd_book):
    mixed = replace(jd_book, tables={**jd_book.tables, "rates": jd_book.rates.sample(frac=1, random_state=1)})
    assert prices_by_month(mixed)["month"].is_monotonic_increasing
    assert isinstance(prices_by_month(Book({}, absent=frozenset({"rates"}))), Absent)


def test_a_data_card_is_named_where_a_study_has_one():
    assert data_card(Study.load("cumcm2020c")) == "cumcm2020c/README.md"
    assert data_card(Study.load("jd")) == ""


def test_doubts_stand_first_among_the_notes_of_a_book(bank):
    bank.edit("activity", 2, "loan", "1,000")
    bank.write("activity", [line for line in bank.lines["activity"] if "000004" not in line])
    notes = notes_table(read_book(bank.study()))
    assert notes["doubt"].tolist() == [True, False]
    assert notes[["column", "count"]].values.tolist() == [["customer_id", 1], ["loan", 1]]
    (said,) = sentences.doubts(notes)
    assert Voice().say(said).startswith("1 note on what can hardly be true stands first above")


def test_a_book_that_was_read_as_it_stands_has_no_notes(jd_book):
    assert notes_table(jd_book).why.key == "book.as_given"
