import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.book import Book
from crmlib.book.products import borrowers, eligible, held

AS_OF = pd.Timestamp("2015-12-31")


def dates(*texts):
    return pd.to_datetime(list(texts)).astype("datetime64[us]")


@pytest.fixture
def book():
    return Book({
        "customers": pd.DataFrame({
            "customer_id": ["003", "001", "002"],
            "size": ["large", "micro", "medium"],
            "industry": ["C", "C", "F"],
        }),
        "activity": pd.DataFrame({
            "customer_id": ["001", "001", "002", "003"],
            "month": dates("2015-01-01", "2015-02-01", "2014-12-01", "2015-12-01"),
            "loan": [5.0, 0.0, 5.0, 0.0],
        }),
        "products": pd.DataFrame({
            "product": ["loan", "account", "supply"],
            "eligibility": ["borrower", None, "size:large|medium;industry:C"],
        }),
        "holdings": pd.DataFrame({
            "customer_id": ["001", "001", "002", "002"],
            "product": ["loan", "account", "account", "account"],
            "opened": dates("2014-01-01", "2016-01-01", "2011-01-01", "2015-12-31"),
            "closed": dates(None, None, "2012-01-01", None),
        }),
    })  # fmt: skip


def test_every_part_of_a_rule_must_be_met(book):
    table = eligible(book, AS_OF)
    assert table["account"].all()
    assert table.index[table["supply"]].tolist() == ["003"]
    assert table.index[table["loan"]].tolist() == ["001"]


def test_a_borrower_had_a_loan_in_the_last_twelve_months(book):
    assert borrowers(book, AS_OF).tolist() == ["001"]
    assert borrowers(book, pd.Timestamp("2014-12-31")).tolist() == ["002"]


def test_held_from_the_day_taken_up_until_the_day_given_up(book):
    table = held(book, AS_OF)
    assert table.loc["001"].to_dict() == {"account": False, "loan": True, "supply": False}
    assert table.loc["002", "account"]
    assert not held(book, pd.Timestamp("2012-01-01")).loc["002", "account"]
    assert not table.loc["003"].any()


def test_both_tables_have_the_same_shape(book):
    first, second = eligible(book, AS_OF), held(book, AS_OF)
    pd.testing.assert_index_equal(first.index, second.index)
    pd.testing.assert_index_equal(first.columns, second.columns)
    assert {str(dtype) for dtype in [*first.dtypes, *second.dtypes]} == {"bool"}


def test_a_book_without_products_has_no_columns(book):
    bare = Book({"customers": book.customers, "activity": book.activity})
    assert eligible(bare, AS_OF).shape == held(bare, AS_OF).shape == (3, 0)


@given(st.permutations(range(3)), st.permutations(range(4)))
def test_row_order_changes_nothing(customers, holdings):
    tables = {
        "customers": pd.DataFrame({"customer_id": [*"abc"], "size": ["large", "small", "micro"], "industry": "C"}),
        "products": pd.DataFrame({"product": ["p", "q"], "eligibility": ["size:large", None]}),
        "holdings": pd.DataFrame({
            "customer_id": ["a", "b", "b", "c"],
            "product": ["p", "q", "p", "q"],
            "opened": dates(*["2014-01-01"] * 4),
            "closed": dates(None, None, "2014-06-01", None),
        }),
    }  # fmt: skip
    order = {"customers": list(customers), "products": [1, 0], "holdings": list(holdings)}
    mixed = {name: table.iloc[order[name]] for name, table in tables.items()}
    for table in (eligible, held):
        pd.testing.assert_frame_equal(table(Book(tables), AS_OF), table(Book(mixed), AS_OF).sort_index())
