"""Customer-quarters: covariates end a quarter before the outcome, and no future reaches them."""

import numpy as np
import pandas as pd
import pytest

from crmlib.book import Book
from crmlib.book.losses import losses
from crmlib.book.simulate import simulate
from crmlib.strategy.panel import COVARIATES, KEYS, customer_quarters, split
from crmlib.study import Study

STUDY = Study.load("jd", **{"book.customers": 150, "book.months": 36})
AS_OF, BASE = pd.Timestamp("2015-12-31"), pd.Timestamp("2014-12-31")


@pytest.fixture(scope="module")
def book():
    return simulate(STUDY)


@pytest.fixture(scope="module")
def quarters(book):
    return customer_quarters(book, AS_OF, STUDY.book)


def with_noise_for_future(book: Book, base: pd.Timestamp) -> Book:
    """The same book up to ``base``; whatever came later is noise."""
    rng, tables = np.random.default_rng(6), {name: frame.copy() for name, frame in book.tables.items()}
    activity = tables["activity"]
    later = activity["month"] > base
    numbers = [name for name in activity if activity[name].dtype.kind == "f"]
    activity.loc[later, numbers] = rng.lognormal(3, 4, (later.sum(), len(numbers)))
    for name in ("holdings", "customers"):
        still = ~(tables[name]["closed"] <= base)
        gone = pd.Series(rng.random(len(still)) < 0.3, still.index)
        tables[name].loc[still, "closed"] = pd.NaT
        tables[name].loc[still & gone, "closed"] = base + pd.Timedelta(days=20)
    return Book(tables, simulated=True)


def test_a_future_of_noise_changes_no_covariate(book, quarters):
    noisy = customer_quarters(with_noise_for_future(book, BASE), AS_OF, STUDY.book)
    told, lied = (table[table["origin"] <= BASE].set_index(["origin", "customer_id"]) for table in (quarters, noisy))
    both = told.index.intersection(lied.index)
    assert len(both) > 0.6 * len(told) and not told.loc[both, "lost"].equals(lied.loc[both, "lost"])
    names = list(COVARIATES)
    pd.testing.assert_frame_equal(told.loc[both, names], lied.loc[both, names], check_exact=True)


def test_a_future_of_noise_changes_nothing_that_was_known_a_year_ago(book, quarters):
    noisy = customer_quarters(with_noise_for_future(book, BASE), AS_OF, STUDY.book)
    pd.testing.assert_frame_equal(split(quarters, AS_OF)[0], split(noisy, AS_OF)[0], check_exact=True)
    assert (
        not split(quarters, AS_OF)[1]["lost"]
        .reset_index(drop=True)
        .equals(split(noisy, AS_OF)[1]["lost"].reset_index(drop=True))
    )


def test_a_loss_is_counted_in_the_quarter_that_begins_a_quarter_after(book, quarters):
    lost = losses(book, AS_OF, STUDY.book)["lost"]
    rows = quarters[quarters["lost"] == 1]
    month = rows["customer_id"].map(lost)
    gap = 12 * (month.dt.year - rows["origin"].dt.year) + month.dt.month - rows["origin"].dt.month
    assert set(gap) == {4, 5, 6}
    assert rows["customer_id"].is_unique
    assert rows["how"].equals(rows["customer_id"].map(losses(book, AS_OF, STUDY.book)["how"]))
    assert quarters.loc[quarters["lost"] != 1, "how"].isna().all()


def test_who_is_lost_or_not_yet_open_is_in_no_quarter(book, quarters):
    people = book.customers.set_index("customer_id")
    assert not (quarters["customer_id"].map(people["opened"]) > quarters["origin"]).any()
    assert not (quarters["customer_id"].map(losses(book, AS_OF, STUDY.book)["lost"]) <= quarters["origin"]).any()
    now = quarters.loc[quarters["origin"] == AS_OF, "customer_id"]
    still = people.index[losses(book, AS_OF, STUDY.book)["lost"].reindex(people.index).isna()]
    assert sorted(now) == sorted(still)


def test_outcomes_are_known_once_their_quarter_is_over(quarters):
    known = quarters.dropna(subset="lost")
    assert known["origin"].max() == pd.Timestamp("2015-06-30")
    before, since = split(quarters, AS_OF)
    assert before["origin"].max() == pd.Timestamp("2014-06-30")
    assert since["origin"].nunique() == 4 and len(before) + len(since) == len(known)


def test_covariates_of_one_customer_are_what_they_say(book, quarters):
    row = quarters[quarters["origin"] == AS_OF].dropna(subset="trend").iloc[7]
    own = book.activity[book.activity["customer_id"] == row["customer_id"]].set_index("month").sort_index()
    volume = own[["demand_deposit", "time_deposit", "loan"]].sum(axis=1)
    assert row["volume"] == pytest.approx(np.log(volume.iloc[-6:].mean() + 1e4))
    assert row["trend"] == pytest.approx(np.log((volume.iloc[-6:].mean() + 1e4) / (volume.iloc[-12:-6].mean() + 1e4)))
    years = (AS_OF - book.customers.set_index("customer_id").loc[row["customer_id"], "opened"]).days / 365.25
    assert row["tenure"] == pytest.approx(np.log1p(years))
    assert row["overdue"] == pytest.approx(np.log1p(own["days_overdue"].iloc[-1]))
    held = book.holdings[book.holdings["customer_id"] == row["customer_id"]]
    assert row["products"] == held["closed"].isna().sum()
    assert row["closed"] == (held["closed"] > BASE).sum()


def test_what_the_book_does_not_have_is_left_out(book):
    absent = frozenset({"holdings", "activity.inflow", "customers.size"})
    tables = {name: table for name, table in book.tables.items() if name != "holdings"}
    poor = customer_quarters(Book(tables, absent=absent), AS_OF, STUDY.book)
    lacking = {"products", "closed", "inflow"}
    assert poor.columns.tolist() == [*KEYS, *(name for name in COVARIATES if name not in lacking)]
    assert set(poor["size"]) == {"all"}


def test_at_most_ten_covariates_and_no_row_before_a_year_of_record(book, quarters):
    assert len(COVARIATES) <= 10
    assert quarters["origin"].min() == pd.Timestamp("2013-12-31")
    short = Book({**book.tables, "activity": book.activity[book.activity["month"] > "2015-06-30"]})
    assert customer_quarters(short, AS_OF, STUDY.book).why.key == "strategy.short_book"


def test_row_order_changes_nothing(book, quarters):
    mixed = {name: table.sample(frac=1, random_state=2) for name, table in book.tables.items()}
    pd.testing.assert_frame_equal(customer_quarters(Book(mixed), AS_OF, STUDY.book), quarters)
