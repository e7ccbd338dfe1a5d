import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from crmlib.book import Book
from crmlib.errors import CrmError
from crmlib.study import BookSettings
from crmlib.value.indicators import indicators
from crmlib.value.references import References, View, accounts


def test_references_survive_json_to_the_last_bit(jd_references):
    assert References(**json.loads(json.dumps(asdict(jd_references)))) == jd_references


@pytest.mark.parametrize(
    ("settings", "as_of", "year"),
    [
        ({}, "2015-04-30", 2013),
        ({}, "2015-05-31", 2014),
        ({}, "2015-12-31", 2014),
        ({"fiscal_year_end": 6}, "2015-10-31", 2014),
        ({"fiscal_year_end": 6}, "2015-11-30", 2015),
        ({"accounts_after": 3}, "2015-02-28", 2013),
        ({"accounts_after": 3}, "2015-03-31", 2014),
        ({"accounts_after": 0}, "2015-12-31", 2015),
    ],
)
def test_accounts_may_be_used_some_months_after_their_year(settings, as_of, year):
    rows = pd.DataFrame({"customer_id": "1", "year": [2012, 2013, 2014, 2015], "sales": 1.0, "total_assets": 1.0,
                         "total_debt": 0.0, "net_profit": 0.0})  # fmt: skip
    assert accounts(Book({"financials": rows}), pd.Timestamp(as_of), BookSettings(**settings)).loc["1", "year"] == year


def test_growth_is_over_three_years_or_two():
    rows = pd.DataFrame({"customer_id": ["1"] * 4 + ["2"] * 2 + ["3"],
                         "year": [2011, 2012, 2013, 2014, 2012, 2014, 2014],
                         "sales": [100.0, 500, 500, 133.1, 100, 144, 1], "total_assets": 1.0, "total_debt": 0.0,
                         "net_profit": 0.0})  # fmt: skip
    growth = accounts(Book({"financials": rows}), pd.Timestamp("2015-12-31"), BookSettings())["growth"]
    assert growth["1"] == pytest.approx(0.10)
    assert growth["2"] == pytest.approx(0.20)
    assert np.isnan(growth["3"])


def test_usual_products_fall_back_on_size_in_small_cells(jd_references, jd_view):
    sizes = jd_view.people.groupby(["size", "industry"]).size()
    for size, industry in sizes.index:
        assert (f"{size}|{industry}" in jd_references.usual_products) == (sizes[size, industry] >= 30)
    assert all("settlement" in products for products in jd_references.usual_products.values())


def test_references_read_nothing_later(jd, jd_book, jd_profit):
    last_year = pd.Timestamp("2014-12-31")
    tables = dict(jd_book.tables)
    for name, column in (("activity", "month"), ("holdings", "opened"), ("customers", "opened")):
        tables[name] = tables[name][tables[name][column] <= last_year]
    tables["financials"] = tables["financials"][tables["financials"]["year"] <= 2013]
    early = View(Book(tables), jd_profit[jd_profit["as_of"] <= last_year], last_year, jd)
    assert early.references == View(jd_book, jd_profit, last_year, jd).references


def test_a_date_before_the_book_grades_nobody(jd, jd_book, jd_profit):
    with pytest.raises(CrmError, match="no customer can be graded at 1990-12-31"):
        indicators(View(jd_book, jd_profit, pd.Timestamp("1990-12-31"), jd))
