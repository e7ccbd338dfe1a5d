import pandas as pd
import pytest

from crmlib.book.schema import COMPULSORY, SCHEMAS, documentation, empty, kinds


def test_the_tables_of_a_book():
    assert set(SCHEMAS) == {
        "customers", "financials", "activity", "holdings", "rates", "judgements", "products", "industries",
        "outcomes", "ratings", "price_response", "contacts", "measures", "truth",
    }  # fmt: skip
    assert COMPULSORY == ("customers", "activity")


def test_every_column_says_what_it_is_and_money_has_its_unit():
    table = documentation()
    assert (table["meaning"] != "").all()
    assert (table.loc[table["kind"] == "money", "unit"] == "CNY").all()


def test_identifiers_are_text():
    assert kinds("customers")["customer_id"] == "id"
    assert empty("customers")["customer_id"].dtype == "str"


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "measures"])
def test_the_simulated_book_keeps_the_rules_of_each_table(jd_book, name):
    if jd_book.has(name):
        checked = SCHEMAS[name].validate(jd_book.tables[name], lazy=True)
        pd.testing.assert_frame_equal(checked, jd_book.tables[name])
