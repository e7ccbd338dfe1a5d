"""Outlook: the hazard where it earned its use, else in words why not."""

import numpy as np
import pandas as pd
import pytest

from crmlib.book import Book
from crmlib.book.simulate import simulate
from crmlib.matrix.losses import lost_in
from crmlib.strategy import outlook as outlooks
from crmlib.strategy.foresight import MEASURES
from crmlib.strategy.outlook import outlook
from crmlib.study import Study


@pytest.fixture(scope="module")
def found(jd, jd_book, as_of):
    return outlook(jd_book, as_of, jd)


def test_every_open_customer_of_the_book_has_a_retention(jd, jd_book, as_of, found):
    assert found.why_not == ""
    people = jd_book.customers.set_index("customer_id")
    still = people.index[~(people["closed"] <= as_of)]
    assert found.retention.index.tolist() == sorted(still)
    assert found.retention.between(0, 1).all()
    assert (found.retention == 0).sum() == found.idle == lost_in(jd_book, as_of, jd.matrix)[still].notna().sum()
    assert found.main_reason.notna().all() and len(found.main_reason) == len(still) - found.idle


def test_foresight_is_judged_with_and_without_customers_in_default(found):
    table = found.foresight.set_index(["of", "measure"])
    assert table.index.tolist() == [(of, measure) for of in ("all", "performing") for measure in MEASURES]
    assert table["losses"].to_dict()[("performing", "auc")] < table["losses"].to_dict()[("all", "auc")]
    assert found.calibration["losses"].sum() == table["losses"].iloc[0]


def test_the_hidden_hazard_is_ranked_better_than_by_chance(jd_book, found):
    """Validation alone reads the truth."""
    truth = jd_book.tables["truth"].set_index("customer_id")["hazard"]
    assert truth.corr(1 - found.retention[found.retention > 0], method="spearman") > 0.3


def test_a_hazard_that_does_not_beat_the_size_class_is_shown_and_not_used(jd, jd_book, as_of, monkeypatch):
    monkeypatch.setattr(outlooks, "beats_plain", lambda table: False)
    found = outlook(jd_book, as_of, jd)
    assert found.why_not == "it did not tell losses clearly better than the size class"
    assert found.retention.empty and len(found.foresight) == 10 and found.hazard is not None


def test_a_book_that_cannot_tell_says_why(jd, jd_book, as_of):
    no_closing = Book(jd_book.tables, absent=frozenset({"customers.closed"}))
    assert outlook(no_closing, as_of, jd).why_not == "the book has no customers.closed"
    small = Study.load("jd", **{"book.customers": 60, "book.months": 24})
    found = outlook(simulate(small), as_of, small)
    assert "losses, found" in found.why_not and found.retention.empty and found.foresight.empty
    assert jd_book.customers[["customer_id"]].join(found.main_reason)["main_reason"].isna().all()


def test_nothing_after_the_as_of_date_is_read(jd, jd_book):
    earlier = pd.Timestamp("2014-12-31")
    rows = jd_book.activity[jd_book.activity["month"] <= earlier]
    people = jd_book.customers[jd_book.customers["opened"] <= earlier].copy()
    people["closed"] = people["closed"].where(people["closed"] <= earlier)
    known = Book({**jd_book.tables, "activity": rows, "customers": people})
    then, later = outlook(known, earlier, jd), outlook(jd_book, earlier, jd)
    assert then.why_not == later.why_not
    pd.testing.assert_frame_equal(then.foresight, later.foresight)
    both = then.retention.index.intersection(later.retention.index)
    assert len(both) == len(then.retention)
    assert np.array_equal(then.retention[both], later.retention[both])
