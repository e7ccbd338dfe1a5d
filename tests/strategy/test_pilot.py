"""Pilot: who takes part, how many it takes, and that it sees what is there and nothing else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from crmlib.book import load_book
from crmlib.strategy.pilot import MORE, design, effect_of_arm, evaluate, pairs, seen
from crmlib.study import Study
from crmlib.value.indicators import business_trend

BALANCES = ["demand_deposit", "time_deposit", "loan"]
START = pd.Timestamp("2014-12-31")


@pytest.fixture(scope="module")
def early(jd):
    """The study a year before the end of its book."""
    return jd.model_copy(update={"as_of": START.date()})


def competing(book):
    """Customers open at the start, with their size in place of a class."""
    people = book.customers.set_index("customer_id").sort_index()
    people = people[~(people["closed"] <= START)]
    return people[["rm_id"]].assign(**{"class": people["size"], "hours_now": 5.0, "scale": 8.0})


@pytest.fixture(scope="module")
def pilot(jd_book, early):
    return design(jd_book, competing(jd_book), early)


def lifted(book, listed, effect):
    """The book whose customers with more hours grow by so much a year more after the start."""
    months = (12 * (book.activity["month"].dt.year - 2015) + book.activity["month"].dt.month).clip(lower=0)
    more = book.activity["customer_id"].isin(listed.loc[listed["arm"] == MORE, "customer_id"])
    activity = book.activity.assign(**book.activity[BALANCES].mul(np.exp(effect * months / 12 * more), axis=0))
    return replace(book, tables={**book.tables, "activity": activity})


def test_arms_are_even_within_every_manager_and_class_whoever_takes_part(pilot):
    assert len(pilot.listed) == pilot.own["needed"] <= pilot.available
    counts = pd.crosstab([pilot.listed["rm_id"], pilot.listed["class"]], pilot.listed["arm"])
    assert (counts["more"] == counts["as_today"]).all() and len(counts) > 24
    asked = pilot.listed["arm"] == MORE
    assert pilot.listed["extra_hours"].tolist() == np.where(asked, 8.0, 0.0).tolist()
    assert pilot.extra == 8 * asked.sum()


def test_the_draw_hangs_on_the_seed_alone(pilot, jd_book, early):
    again = design(jd_book, competing(jd_book).sample(frac=1, random_state=1).sort_index(), early)
    pd.testing.assert_frame_equal(again.listed, pilot.listed)
    other = design(jd_book, competing(jd_book), early.model_copy(update={"seed": 1}))
    assert not other.listed.equals(pilot.listed)


def test_who_has_no_partner_of_the_class_takes_no_part():
    people = pd.DataFrame(
        {"rm_id": ["A", "A", "A", "B"], "class": "gold", "hours_now": 1.0, "scale": 2.0}, list("wxyz")
    )
    drawn = pairs(people, np.random.default_rng(1))
    assert len(drawn) == 2 and "z" not in drawn.index and set(drawn["arm"]) == {"more", "as_today"}


def test_half_the_effect_takes_four_times_the_customers_and_longer_pilots_fewer(pilot, jd_book, early):
    half = early.model_copy(update={"strategy": early.strategy.model_copy(update={"pilot_effect": 0.05})})
    small = design(jd_book, competing(jd_book), half)
    assert small.own["needed"] == pytest.approx(4 * pilot.own["needed"], abs=4)
    assert pilot.table["needed"].is_monotonic_decreasing
    assert small.listed.why.key == "strategy.pilot_too_small" and not small.extra
    assert small.enough == small.table.loc[small.table["needed"] <= small.available, "months"].tolist()
    assert (small.table["least"] == pilot.table["least"]).all()


def test_no_pilot_without_managers_or_years(jd_book, early):
    alone = competing(jd_book).assign(rm_id="RM01")
    assert design(jd_book, alone, early).why.key == "strategy.pilot_managers"
    short = replace(jd_book, tables={**jd_book.tables, "activity": jd_book.activity.query("month >= '2013-05-01'")})
    assert design(short, competing(jd_book), early).why.key == "strategy.pilot_short"


def test_it_is_not_evaluated_before_its_end(pilot, jd_book):
    early = evaluate(jd_book, pilot.listed, START, 13, 0.95)
    assert early.why.key == "strategy.pilot_running" and early.why.values["end"] == pd.Timestamp("2016-01-31")


def test_an_effect_comes_out_as_much_larger_as_it_is(pilot, jd_book):
    found = [evaluate(lifted(jd_book, pilot.listed, effect), pilot.listed, START, 12, 0.95) for effect in (0.0, 0.1)]
    assert found[1].effect[0] - found[0].effect[0] == pytest.approx(0.1, abs=0.02)
    assert 0 < found[0].more + found[0].as_today <= len(pilot.listed)


def test_the_effect_agrees_with_statsmodels():
    rng = np.random.default_rng(4)
    table = pd.DataFrame(rng.normal(size=(60, 2)), columns=["before", "after"])
    table = table.assign(
        arm=["more", "as_today"] * 30, rm_id=np.repeat(list("ABCDE"), 12), **{"class": ["x", "x", "y"] * 20}
    )
    dummies = pd.get_dummies(table["rm_id"] + table["class"], dtype=float)
    design = dummies.assign(arm=(table["arm"] == MORE).astype(float), before=table["before"])
    groups = {"groups": table["rm_id"].factorize()[0], "use_correction": False}
    fitted = OLS(table["after"], design).fit(cov_type="cluster", cov_kwds=groups)
    value, low, high = effect_of_arm(table, 0.95)
    assert value == pytest.approx(fitted.params["arm"])
    assert (high - low) / 2 == pytest.approx(2.776445 * fitted.bse["arm"] * np.sqrt(5 / 4), rel=1e-6)


@pytest.mark.slow
def test_it_sees_the_effect_stated_in_four_of_five_and_none_in_one_of_twenty():
    """Seventy-five pilots on three books in which hours win nothing."""
    hits = {0.0: [], 0.1: []}
    for seed in (1, 2, 3):
        study = Study.load("jd", seed=seed, **{"book.beta": 0.0})
        book = load_book(study)
        trends = business_trend(book, START).dropna()
        asked = design(book, competing(book), study.model_copy(update={"as_of": START.date()})).own["needed"]
        known = competing(book).filter(trends.index, axis="index")
        for draw in range(25):
            listed = pairs(known, np.random.default_rng(draw)).head(int(asked)).reset_index()
            for effect, found in hits.items():
                _, low, high = evaluate(lifted(book, listed, effect), listed, START, 12, 0.95).effect
                found.append(low > 0 or high < 0)
    assert 0.68 <= np.mean(hits[0.1]) <= 0.92
    assert np.mean(hits[0.0]) <= 0.11


def test_a_year_of_pilot_shows_most_of_a_years_effect():
    assert (seen(12), seen(6)) == pytest.approx((9.5 / 12, 3.5 / 12))
