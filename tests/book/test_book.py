import pandas as pd
import pytest

from crmlib.book import Book
from crmlib.errors import CrmError


def test_a_book_saved_and_opened_is_the_same(jd_book, tmp_path):
    jd_book.save(tmp_path)
    opened = Book.open(tmp_path)
    assert opened.simulated
    assert opened.absent == jd_book.absent
    assert set(opened.tables) == set(jd_book.tables)
    for name, table in jd_book.tables.items():
        pd.testing.assert_frame_equal(opened.tables[name], table)


def test_what_a_book_lacks():
    book = Book({}, absent=frozenset({"contacts", "customers.rm_id"}))
    assert book.lacks("contacts.date", "customers.rm_id", "customers.size") == ["contacts.date", "customers.rm_id"]
    assert book.has("customers.size")


def test_an_absent_table_reads_as_an_empty_one():
    assert Book({}, absent=frozenset({"contacts"})).contacts.columns.tolist() == [
        "customer_id",
        "date",
        "kind",
        "product",
    ]


def test_an_unknown_table_or_column_is_named():
    with pytest.raises(AttributeError, match=r"no table custmers. Did you mean customers\?"):
        _ = Book({}).custmers
    with pytest.raises(CrmError, match=r"customers.rm_di: no such column. Did you mean rm_id\?"):
        Book({}).has("customers.rm_di")
