"""Stages: the order of the rules, what happens to unknown facts, and how facts are counted."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.book import Book
from crmlib.matrix.stages import (
    FACTS,
    RULES,
    STAGES,
    facts_at,
    rule_shares,
    stage_facts,
    stage_shares,
    stages,
    with_reasons,
)
from crmlib.profit import standing
from crmlib.study import MatrixSettings
from crmlib.value.indicators import business_trend

LIMITS = MatrixSettings()
CALM = dict(zip(FACTS, (60, 0.0, 0.0, 0.5, 4, 0, 0), strict=True))
AS_OF = pd.Timestamp("2015-12-31")


def facts(**given_facts):
    return pd.DataFrame([{**CALM, **given_facts}], index=["000001"])[list(FACTS)].astype(float)


@pytest.mark.parametrize(
    ("given_facts", "stage", "reason"),
    [
        ({}, "stable", "business as the median, within the limits"),
        ({"months_open": 17, "growth": np.nan}, "exploration", "open for 17 months"),
        ({"months_open": 17, "closed_products": 3}, "exploration", "open for 17 months"),
        ({"growth": np.log(0.62)}, "decline", "business fell 38 % against the median"),
        ({"closed_products": 2, "products": 1, "share": 0.05}, "decline", "2 products closed in 12 months"),
        ({"products": 1, "share": 0.05, "net_gain": 1}, "exploration", "1 product and 5 % of sales settled here"),
        ({"growth": np.log(1.5)}, "formation", "business grew 50 % against the median"),
        ({"growth": -0.1, "net_gain": 1}, "formation", "1 product gained in 12 months"),
        ({"growth": -0.3}, "stable", "business fell 26 % against the median, within the limits"),
        ({"growth": 0.3}, "stable", "business grew 35 % against the median, within the limits"),
        ({"products": 1, "share": np.nan}, "stable", "business as the median, within the limits"),
        ({"products": np.nan, "closed_products": np.nan, "net_gain": np.nan, "share": 0.05}, "stable",
         "business as the median, within the limits"),
        ({"growth": np.nan, "trend": np.nan}, "stable", "no sign of change"),
    ],
)  # fmt: skip
def test_the_first_rule_that_holds_decides(jd, given_facts, stage, reason):
    own = facts(**given_facts)
    row = with_reasons(stages(own, LIMITS), own, jd).iloc[0]
    assert (row["stage"], row["stage_reason"]) == (stage, reason)
    assert RULES[row["stage_rule"]] == stage


growths = st.one_of(st.none(), st.floats(-2, 2, allow_nan=False))
counts = st.one_of(st.none(), st.integers(0, 5))
rows = st.lists(st.tuples(st.integers(0, 90), growths, growths, growths, counts, counts, counts), max_size=30)


@given(rows)
def test_everybody_has_exactly_one_stage_and_order_does_not_matter(rows):
    table = pd.DataFrame(rows, columns=list(FACTS)).astype(float)
    found = stages(table, LIMITS)
    assert found.index.equals(table.index)
    assert set(found["stage"]) <= set(STAGES)
    assert set(found["stage_rule"]) <= set(RULES)
    pd.testing.assert_frame_equal(stages(table.iloc[::-1], LIMITS).iloc[::-1], found)


def held(*rows):
    table = pd.DataFrame(rows, columns=["customer_id", "product", "opened", "closed"])
    return table.astype({"opened": "datetime64[us]", "closed": "datetime64[us]"})


def test_products_are_counted_up_to_the_date_and_never_after_it():
    book = Book({"holdings": held(
        ("1", "a", "2013-01-01", None), ("1", "b", "2014-06-01", "2015-03-01"), ("1", "c", "2015-05-01", None),
        ("1", "d", "2015-06-01", None), ("1", "e", "2016-01-05", None), ("2", "a", "2013-01-01", "2014-12-31"),
        ("2", "b", "2013-01-01", "2016-02-01"),
    )})  # fmt: skip
    months = pd.Series([60, 60, 60], ["1", "2", "3"])
    nothing = pd.Series(dtype=float)
    found = stage_facts(book, AS_OF, months, nothing, nothing, LIMITS)
    assert found["products"].tolist() == [3, 1, 0]
    assert found["closed_products"].tolist() == [1, 0, 0]
    assert found["net_gain"].tolist() == [1, 0, 0]


def test_growth_is_against_the_median_of_those_long_open():
    months = pd.Series([60, 40, 30, 20], list("abcd"))
    trend = pd.Series([0.1, 0.2, 0.6, -5.0], list("abcd"))
    found = stage_facts(Book({}, absent=frozenset({"holdings"})), AS_OF, months, trend, pd.Series(dtype=float), LIMITS)
    assert found["growth"].round(9).tolist() == [-0.1, 0.0, 0.4, -5.2]
    assert found[["products", "closed_products", "net_gain"]].isna().all(axis=None)


def test_shares_are_those_of_every_stage_and_rule():
    found = stages(pd.concat([facts(), facts(months_open=3), facts(growth=-1.0), facts(closed_products=4)]), LIMITS)
    assert stage_shares(found).to_dict() == {"exploration": 0.25, "formation": 0.0, "stable": 0.25, "decline": 0.5}
    shares = rule_shares(found).set_index("rule")["share"]
    assert list(shares.index) == list(RULES) and shares["fell"] == shares["closed"] == 0.25 and shares.sum() == 1


def test_a_book_without_balances_has_no_stages_and_says_why(jd, jd_book, jd_indicators, as_of):
    book = Book(jd_book.tables, absent=frozenset({"activity.loan"}))
    found = stages(facts_at(book, jd_indicators, as_of, jd), jd.matrix)
    assert found.why.values["what"] == ["activity.loan"]
    assert stage_shares(found) is found


def test_no_customers_have_no_stages():
    assert stages(facts().iloc[:0], LIMITS).empty


def test_every_graded_customer_of_the_book_has_one_stage_whatever_the_order(jd, jd_book, jd_indicators, as_of):
    months = standing(jd_book.customers, as_of, jd.profit)["months_open"].reindex(jd_indicators.index)
    trend, share = business_trend(jd_book, as_of), jd_indicators["B32"]
    found = stages(stage_facts(jd_book, as_of, months, trend, share, jd.matrix), jd.matrix)
    assert found.index.equals(jd_indicators.index)
    assert set(found["stage"]) == set(STAGES)
    turned = Book({**jd_book.tables, "holdings": jd_book.holdings.iloc[::-1]})
    again = stages(stage_facts(turned, as_of, months.iloc[::-1], trend.iloc[::-1], share, jd.matrix), jd.matrix)
    pd.testing.assert_frame_equal(again.reindex(found.index), found)
