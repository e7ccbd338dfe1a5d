import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.book import Book
from crmlib.evidence.followed import follow
from crmlib.evidence.rivals import against_rivals, plain_figures
from crmlib.words.messages import say


@pytest.fixture(scope="module")
def followed(tables, quick):
    return follow(tables, quick)


@pytest.fixture(scope="module")
def found(followed, jd_book, jd_profit, quick):
    return against_rivals(followed, jd_book, jd_profit, quick)


def test_every_plain_figure_is_a_rival_on_the_customers_for_whom_it_is_known(found, followed):
    assert set(found.table["rival"]) == {"last_eva", "deposits", "sales", "service_tier"}
    customers = found.table.set_index("rival")["customers"]
    assert customers["deposits"] == len(followed.base) and customers["sales"] < len(followed.base)
    of_all = found.table.set_index("rival").loc["deposits", "classes"]
    assert of_all == pytest.approx(followed.tau.value)


def test_a_lead_is_that_of_the_classes_and_last_years_eva_is_hard_to_beat(found):
    table = found.table
    assert np.allclose(table["lead"], table["classes"] - table["tau_b"])
    assert (table["lead_low"] < table["lead"]).all() and (table["lead"] < table["lead_high"]).all()
    assert found.strongest["rival"] == "last_eva" and "last_eva" in found.that_are("behind")
    assert found.numbers["class_lead_over_last_eva_high"] < 0
    assert found.shown["class_lead"][0] == tuple(table.loc[0, ["lead", "lead_low", "lead_high"]])


def test_what_is_to_be_told_beats_the_classes_and_a_constant_is_no_rival(followed, jd_book, jd_profit, quick):
    base = jd_profit["as_of"] == followed.scored
    came = jd_profit["customer_id"].map(followed.base.set_index("customer_id")["next_year_eva"])
    told = jd_profit.assign(eva_realised=came, mean_deposits=1.0).where(base, jd_profit)
    found = against_rivals(followed, jd_book, told, quick)
    assert found.strongest["rival"] == "last_eva" and found.strongest["tau_b"] > 0.8
    assert "deposits" not in set(found.table["rival"])


def test_rows_in_another_order_change_nothing(found, followed, jd_book, jd_profit, quick):
    mixed = jd_profit.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(against_rivals(followed, jd_book, mixed, quick).table, found.table)


def test_what_a_book_lacks_is_no_rival(jd_book, jd_profit, followed, quick):
    bare = Book(jd_book.tables, absent=frozenset({"financials", "customers.service_tier"}))
    assert list(plain_figures(bare, jd_profit, followed.scored, quick)) == ["last_eva", "deposits"]
    alike = jd_profit.assign(eva_realised=0.0, mean_deposits=0.0)
    assert against_rivals(followed, bare, alike, quick) == Absent(say("evidence.no_rival"))
