"""Outlook: the hazard where it earned its use, else why not."""

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import is_known, not_in_book
from crmlib.book import Book
from crmlib.book.losses import losses
from crmlib.book.simulate import simulate
from crmlib.strategy import outlook as outlooks
from crmlib.strategy.foresight import MEASURES, RANKED
from crmlib.strategy.outlook import VALUED, outlook, valued
from crmlib.strategy.panel import customer_quarters, split
from crmlib.study import Study


@pytest.fixture(scope="module")
def found(jd, jd_book, as_of):
    return outlook(jd_book, as_of, jd)


def test_every_open_customer_of_the_book_has_a_retention(jd, jd_book, as_of, found):
    assert found.used
    people = jd_book.customers.set_index("customer_id")
    still = people.index[~(people["closed"] <= as_of)]
    assert found.retention.index.tolist() == sorted(still)
    assert found.retention.between(0, 1).all()
    assert (found.retention == 0).sum() == found.idle == losses(jd_book, as_of, jd.book)["lost"][still].notna().sum()
    assert found.by_hazard["main_reason"].notna().sum() == len(still) - found.idle


def test_foresight_is_judged_on_all_losses_on_closings_and_on_idle_accounts_apart(jd, jd_book, as_of, found):
    table = found.foresight.set_index(["of", "measure"])
    apart = [(of, measure) for of in ("closed", "idle") for measure in RANKED]
    assert table.index.tolist() == [*(("all", measure) for measure in MEASURES), *apart]
    assert found.calibration["losses"].sum() == table["losses"].iloc[0]
    since = split(customer_quarters(jd_book, as_of, jd.book), as_of)[1].query("lost == 1")
    performing = np.expm1(since["overdue"]) <= jd.profit.overdue_days
    counted = {of: table.loc[(of, "auc"), "losses"] for of in ("closed", "idle")}
    assert counted == {
        "closed": (performing & (since["how"] == "closed")).sum(),
        "idle": (since["how"] == "idle").sum(),
    }
    assert sum(counted.values()) < len(since) and min(counted.values()) > 5
    area = table["value"].loc[[("closed", "auc"), ("idle", "auc")]]
    assert area.iloc[1] > area.iloc[0] + 0.1


def test_valued_customers_are_those_of_high_current_value():
    study = Study.load("jd")
    classes = pd.DataFrame({"customer_id": list("abcd"), "class": study.matrix.classes})
    assert valued(classes, study).tolist() == ["a", "b"]
    assert not is_known(valued(not_in_book("profit"), study))


def test_losses_of_valued_customers_are_judged_apart(jd, jd_book, as_of, found):
    everybody = jd_book.customers["customer_id"]
    table = outlook(jd_book, as_of, jd, everybody).foresight.set_index(["of", "measure"])
    same = found.foresight.set_index(["of", "measure"])
    for name, kind in zip(VALUED, ("closed", "idle"), strict=True):
        assert table.loc[name].equals(same.loc[kind])
    few = outlook(jd_book, as_of, jd, everybody[:300]).foresight.set_index(["of", "measure"])["losses"]
    assert 0 < few[VALUED[0], "auc"] < same.loc[("closed", "auc"), "losses"]
    assert not set(VALUED) & set(outlook(jd_book, as_of, jd, not_in_book("profit")).foresight["of"])


def test_the_hidden_hazard_is_ranked_better_than_by_chance(jd_book, found):
    """Validation alone reads the truth."""
    truth = jd_book.tables["truth"].set_index("customer_id")["hazard"]
    assert truth.corr(1 - found.retention[found.retention > 0], method="spearman") > 0.3


def test_a_hazard_that_does_not_beat_the_size_class_is_shown_and_not_used(jd, jd_book, as_of, monkeypatch):
    monkeypatch.setattr(outlooks, "beats_plain", lambda table: False)
    found = outlook(jd_book, as_of, jd)
    assert found.by_hazard.why.key == "strategy.no_better"
    assert not found.used and is_known(found.foresight) and is_known(found.hazard)
    stay = found.retention[found.retention > 0]
    size = jd_book.customers.set_index("customer_id")["size"]
    assert stay.equals(size[stay.index].map(found.attrition.set_index("size")["retention"]).rename("retention"))
    assert found.idle == (losses(jd_book, as_of, jd.book)["how"].reindex(found.retention.index) == "idle").sum() > 0


def test_a_book_that_cannot_tell_says_why(jd, jd_book, as_of):
    no_closing = Book(jd_book.tables, absent=frozenset({"customers.closed"}))
    found = outlook(no_closing, as_of, jd)
    parts = (found.hazard, found.retention, found.attrition, found.idle)
    assert [part.why.values for part in parts] == [{"what": ["customers.closed"]}] * 4
    assert found.used is False


def test_without_balances_closings_alone_tell_retention(jd, jd_book, as_of):
    found = outlook(Book(jd_book.tables, absent=frozenset({"activity.loan"})), as_of, jd)
    assert not found.used and (found.retention > 0.8).all() and found.idle == 0


@pytest.mark.parametrize(("customers", "months", "why"), [(60, 60, "few_losses"), (60, 24, "not_followed")])
def test_a_small_or_short_book_says_what_it_lacks(jd, as_of, customers, months, why):
    small = Study.load("jd", **{"book.customers": customers, "book.months": months})
    found = outlook(simulate(small), as_of, small)
    parts = (found.by_hazard, found.hazard, found.foresight, found.calibration)
    assert {part.why.key for part in parts} == {f"strategy.{why}"}
    assert is_known(found.retention)


def test_a_book_of_less_than_a_year_says_so(jd):
    short = Study.load("jd", **{"book.customers": 60, "book.months": 24})
    book = simulate(short)
    early = book.activity["month"].min() + pd.offsets.MonthEnd(8)
    assert outlook(book, early, short).hazard.why.key == "strategy.short_book"


def test_nothing_after_the_as_of_date_is_read(jd, jd_book):
    earlier = pd.Timestamp("2014-12-31")
    rows = jd_book.activity[jd_book.activity["month"] <= earlier]
    people = jd_book.customers[jd_book.customers["opened"] <= earlier].copy()
    people["closed"] = people["closed"].where(people["closed"] <= earlier)
    known = Book({**jd_book.tables, "activity": rows, "customers": people})
    then, later = outlook(known, earlier, jd), outlook(jd_book, earlier, jd)
    assert then.used == later.used
    pd.testing.assert_frame_equal(then.foresight, later.foresight)
    both = then.retention.index.intersection(later.retention.index)
    assert len(both) == len(then.retention)
    assert np.array_equal(then.retention[both], later.retention[both])
