"""Migration: every move counted once, chances that are chances, and the chain beside what was seen."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from crmlib.matrix import CLASSES, Cuts
from crmlib.strategy.lifetime import markov_value
from crmlib.strategy.losses import lost_in
from crmlib.strategy.migration import (
    LOST,
    classes_by_year,
    markov_values,
    memory,
    migration,
    transition_matrix,
    yearly_moves,
)
from crmlib.value.appraisal import appraise

YEARS = [pd.Timestamp(f"{year}-12-31") for year in (2013, 2014, 2015)]
few = settings(max_examples=20, deadline=None)
REWARD = pd.Series({"platinum": 9.0, "gold": 4.0, "iron": 1.0, "lead": -1.0})


def years_of(*paths):
    """Classes by year from one string a customer, such as ``pgl``; a dot where it is not graded."""
    names = {name[0]: name for name in CLASSES}
    rows = [
        (as_of, f"{n:03d}", names[path[place]])
        for place, as_of in enumerate(YEARS)
        for n, path in enumerate(paths)
        if path[place] != "."
    ]
    return pd.DataFrame(rows, columns=["as_of", "customer_id", "class"])


def nobody(count):
    return pd.Series(pd.NaT, [f"{n:03d}" for n in range(count)], dtype="datetime64[us]")


moved = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.sampled_from([*CLASSES, LOST])), max_size=60
).map(lambda rows: pd.DataFrame(rows, columns=["class", "next"]))  # fmt: skip


def test_moves_follow_each_customer_until_it_is_lost():
    lost = nobody(4)
    lost["001"], lost["002"] = pd.Timestamp("2015-06-01"), pd.Timestamp("2013-03-01")
    table = yearly_moves(years_of("pgl", "pp.", "lll", ".gg"), lost)
    told = list(table[["customer_id", "class", "next"]].itertuples(index=False, name=None))
    assert sorted(told) == [
        ("000", "gold", "lead"), ("000", "platinum", "gold"), ("001", "platinum", "lost"),
        ("001", "platinum", "platinum"), ("003", "gold", "gold"),
    ]  # fmt: skip


def test_who_was_lost_before_and_still_has_a_class_does_not_move():
    lost = nobody(1)
    lost["000"] = pd.Timestamp("2014-06-01")
    assert yearly_moves(years_of("lll"), lost)["next"].tolist() == [LOST]


def test_who_cannot_be_graded_again_is_left_out_and_one_year_moves_nobody():
    assert yearly_moves(years_of("p.p", "gg."), nobody(2))["customer_id"].tolist() == ["001"]
    assert yearly_moves(years_of("p..", "g.."), nobody(2)).empty


@few
@given(moved)
def test_rows_sum_to_one_and_who_is_lost_stays_lost(table):
    found = migration(table, CLASSES, 0.95)
    chances = transition_matrix(found)
    assert chances.index.tolist() == chances.columns.tolist() == [*CLASSES, LOST]
    assert chances.sum(axis=1).to_numpy() == pytest.approx(1)
    assert chances.loc[LOST].tolist() == [0, 0, 0, 0, 1]
    assert found["customers"].sum() == len(table)
    own = found[found["class"] != LOST]
    assert (own["low"] < own["chance"]).all() and (own["chance"] < own["high"]).all()


@few
@given(moved)
def test_chances_are_shares_with_half_a_customer_added(table):
    found = migration(table, CLASSES, 0.95).set_index(["class", "next"])
    for name in CLASSES:
        own = table[table["class"] == name]["next"]
        expected = ((own == "iron").sum() + 0.5) / (len(own) + 2.5)
        assert found.loc[(name, "iron"), "chance"] == pytest.approx(expected)


def test_the_interval_covers_a_chance_about_as_often_as_it_says():
    covered, chance, customers = 0.0, 0.03, 150
    for losses in range(16):
        then = [LOST] * losses + ["platinum"] * (customers - losses)
        row = migration(pd.DataFrame({"class": "platinum", "next": then}), CLASSES, 0.9)
        own = row.set_index(["class", "next"]).loc[("platinum", LOST)]
        covered += (own["low"] <= chance <= own["high"]) * binom.pmf(losses, customers, chance)
    assert 0.85 <= covered <= 0.95


@few
@given(moved, st.sampled_from(CLASSES), st.floats(0, 100))
def test_worth_is_the_markov_value_and_rises_with_the_reward(table, name, more):
    found = migration(table, CLASSES, 0.95)
    plain = markov_values(found, REWARD, 0.11, 20, 0.9, np.random.default_rng(1))
    assert plain["class"].tolist() == list(CLASSES)
    expected = markov_value(transition_matrix(found), pd.Series({**REWARD, LOST: 0.0}), 0.11)
    assert plain["value"].tolist() == pytest.approx(expected[list(CLASSES)].tolist())
    assert (plain["value"] - plain["reward"]).tolist() == pytest.approx(plain["to_come"].tolist())
    raised = markov_values(found, REWARD + more * (REWARD.index == name), 0.11, 20, 0.9, np.random.default_rng(1))
    assert (raised["value"] >= plain["value"] - 1e-9).all()
    assert (raised["low"] >= plain["low"] - 1e-9).all()


def test_worth_is_less_sure_where_few_customers_earn_what_a_class_earns():
    found = migration(pd.DataFrame({"class": [*CLASSES] * 50, "next": [*CLASSES] * 50}), CLASSES, 0.95)
    alike = pd.Series(2.0, [name for name in CLASSES for _ in range(50)])
    one = alike.where(np.arange(alike.size) % 50 > 0, 0.0) + 98.0 * (np.arange(alike.size) % 50 == 1)
    same, apart = (markov_values(found, earned, 0.11, 300, 0.9, np.random.default_rng(1)) for earned in (alike, one))
    assert (apart["high"] - apart["low"] > 2 * (same["high"] - same["low"])).all()


def test_intervals_of_worth_shrink_with_the_customers():
    wide, narrow = (
        markov_values(
            migration(pd.concat([one] * times), CLASSES, 0.95), REWARD, 0.11, 500, 0.9, np.random.default_rng(1)
        )
        for one in [pd.DataFrame({"class": [*CLASSES] * 3, "next": [*CLASSES, *CLASSES, *[LOST] * 4]})]
        for times in (2, 50)
    )
    assert (narrow["high"] - narrow["low"] < 0.5 * (wide["high"] - wide["low"])).all()
    assert narrow["value"].between(narrow["low"], narrow["high"]).all()


def test_customers_who_return_to_their_class_are_seen_there_more_often_than_foretold():
    paths = ["pgp", "gpg"] * 50
    years = years_of(*paths)
    table = memory(years, nobody(100), migration(yearly_moves(years, nobody(100)), CLASSES, 0.95)).set_index("class")
    assert table.loc["platinum", "kept_seen"] == 1 and table.loc["platinum", "customers"] == 50
    assert table.loc["platinum", "kept_foretold"] == pytest.approx(1, abs=0.06)
    drifting = years_of(*["ppp", "ggg"] * 40, *["pgp", "gpg"] * 40)
    told = memory(drifting, nobody(160), migration(yearly_moves(drifting, nobody(160)), CLASSES, 0.95)).set_index(
        "class"
    )
    assert told.loc["platinum", "kept_seen"] == 1 and told.loc["platinum", "kept_foretold"] < 0.6
    assert told.loc["platinum", "lost_seen"] == 0


def test_all_years_are_seen_through_one_model_and_its_cuts(jd, jd_book, jd_profit, as_of):
    made = appraise(jd_book, jd_profit, as_of, jd, jd.tree.leaf_weights(jd.tree.reference_weights()))
    scores = made.scores
    cuts = Cuts.fit(scores, ("p70", "median"))
    years = classes_by_year(jd_book, jd_profit, made, cuts, jd)
    assert years["as_of"].unique().tolist() == [as_of - pd.offsets.MonthEnd(12 * back) for back in (4, 3, 2, 1, 0)]
    own = years[years["as_of"] == as_of].set_index("customer_id")["class"]
    assert own.equals(cuts.classify(scores).sort_index())
    known = classes_by_year(jd_book, jd_profit, made, cuts, jd, {as_of: scores})
    pd.testing.assert_frame_equal(known, years)
    table = yearly_moves(years, lost_in(jd_book, as_of, jd.matrix))
    assert set(table["next"]) == {*CLASSES, LOST} and (table["next"] == LOST).sum() > 150
