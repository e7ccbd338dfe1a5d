"""Migration: every move counted once, chances that are chances, and the chain beside what was seen."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from crmlib.book import Book
from crmlib.matrix import CLASSES, Cuts
from crmlib.matrix.migration import LOST, Migration, memory, migrate, move_chances, transition_matrix, yearly_moves
from crmlib.value.appraisal import appraise

YEARS = [pd.Timestamp(f"{year}-12-31") for year in (2013, 2014, 2015)]
few = settings(max_examples=20, deadline=None)


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
    lost = pd.Series(pd.NaT, [f"{n:03d}" for n in range(count)], dtype="datetime64[us]")
    return pd.DataFrame({"lost": lost, "how": pd.Series(None, lost.index, dtype="str")})


moved = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.sampled_from([*CLASSES, LOST])), max_size=60
).map(lambda rows: pd.DataFrame(rows, columns=["class", "next"]).assign(idle=False))  # fmt: skip


def test_moves_follow_each_customer_until_it_is_lost():
    lost = nobody(4)
    lost.loc["001"], lost.loc["002"] = (pd.Timestamp("2015-06-01"), "idle"), (pd.Timestamp("2013-03-01"), "closed")
    table = yearly_moves(years_of("pgl", "pp.", "lll", ".gg"), lost)
    told = list(table[["customer_id", "class", "next"]].itertuples(index=False, name=None))
    assert sorted(told) == [
        ("000", "gold", "lead"), ("000", "platinum", "gold"), ("001", "platinum", "lost"),
        ("001", "platinum", "platinum"), ("003", "gold", "gold"),
    ]  # fmt: skip
    assert table.loc[table["next"] == LOST, "idle"].tolist() == [True] and table["idle"].sum() == 1
    chances = move_chances(table, CLASSES, 0.95)
    found = Migration(years_of("pgl"), lost, chances, True).losses
    assert found.loc["platinum", ["closings", "idle"]].tolist() == [0, 1] and found["closings"].sum() == 0


def test_who_was_lost_before_and_still_has_a_class_does_not_move():
    lost = nobody(1)
    lost.loc["000"] = pd.Timestamp("2014-06-01"), "closed"
    assert yearly_moves(years_of("lll"), lost)["next"].tolist() == [LOST]


def test_who_cannot_be_graded_again_is_left_out_and_one_year_moves_nobody():
    assert yearly_moves(years_of("p.p", "gg."), nobody(2))["customer_id"].tolist() == ["001"]
    assert yearly_moves(years_of("p..", "g.."), nobody(2)).empty


@few
@given(moved)
def test_rows_sum_to_one_and_who_is_lost_stays_lost(table):
    found = move_chances(table, CLASSES, 0.95)
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
    found = move_chances(table, CLASSES, 0.95).set_index(["class", "next"])
    for name in CLASSES:
        own = table[table["class"] == name]["next"]
        expected = ((own == "iron").sum() + 0.5) / (len(own) + 2.5)
        assert found.loc[(name, "iron"), "chance"] == pytest.approx(expected)


def test_the_interval_covers_a_chance_about_as_often_as_it_says():
    covered, chance, customers = 0.0, 0.03, 150
    for losses in range(16):
        then = [LOST] * losses + ["platinum"] * (customers - losses)
        row = move_chances(pd.DataFrame({"class": "platinum", "next": then, "idle": False}), CLASSES, 0.9)
        own = row.set_index(["class", "next"]).loc[("platinum", LOST)]
        covered += (own["low"] <= chance <= own["high"]) * binom.pmf(losses, customers, chance)
    assert 0.85 <= covered <= 0.95


def made(*paths):
    years, lost = years_of(*paths), nobody(len(paths))
    return Migration(years, lost, move_chances(yearly_moves(years, lost), CLASSES, 0.95), True)


def test_customers_who_return_to_their_class_are_seen_there_more_often_than_foretold():
    table = memory(made(*["pgp", "gpg"] * 50)).set_index("class")
    assert table.loc["platinum", "kept_seen"] == 1 and table.loc["platinum", "customers"] == 50
    assert table.loc["platinum", "kept_foretold"] == pytest.approx(1, abs=0.06)
    told = memory(made(*["ppp", "ggg"] * 40, *["pgp", "gpg"] * 40)).set_index("class")
    assert told.loc["platinum", "kept_seen"] == 1 and told.loc["platinum", "kept_foretold"] < 0.6
    assert told.loc["platinum", "lost_seen"] == 0


def test_a_migration_tells_its_counts_chances_and_years():
    found = made("pgl", "ppp", "lll")
    assert found.counts.loc["platinum"].tolist() == [2, 1, 0, 0, 0] and found.counts.columns.tolist() == [
        *CLASSES,
        LOST,
    ]
    assert found.stays.index.tolist() == list(CLASSES)
    assert found.stays["platinum"] == pytest.approx(2.5 / 5.5) and found.losses["chance"]["lead"] == pytest.approx(
        0.5 / 4.5
    )
    chance, low, high = found.with_intervals.loc["platinum", LOST]
    assert low < chance < high
    assert (found.first, found.last) == (YEARS[0], YEARS[-1])


def test_all_years_are_seen_through_one_model_and_its_cuts(jd, jd_book, jd_profit, as_of):
    appraised = appraise(jd_book, jd_profit, as_of, jd, jd.tree.leaf_weights(jd.tree.reference_weights()))
    cuts = Cuts.fit(appraised.scores, ("p70", "median"))
    found = migrate(jd_book, jd_profit, appraised, cuts, jd)
    years = found.years
    assert years["as_of"].unique().tolist() == [as_of - pd.offsets.MonthEnd(12 * back) for back in (4, 3, 2, 1, 0)]
    own = years[years["as_of"] == as_of].set_index("customer_id")["class"]
    assert own.equals(cuts.classify(appraised.scores).sort_index())
    assert not found.trend_known
    assert found.counts[LOST].sum() > 150
    apart = found.losses[["closings", "idle"]].sum()
    assert apart.sum() == found.counts[LOST].sum() and apart.min() > 10


def test_a_book_of_one_year_or_without_what_tells_losses_has_no_migration(jd, jd_book, jd_profit, as_of):
    appraised = appraise(jd_book, jd_profit, as_of, jd, jd.tree.leaf_weights(jd.tree.reference_weights()))
    cuts, activity = Cuts.fit(appraised.scores, "median"), jd_book.activity
    last = Book({**jd_book.tables, "activity": activity[activity["month"] > as_of - pd.offsets.MonthEnd(12)]})
    assert migrate(last, jd_profit, appraised, cuts, jd).why.key == "matrix.one_year"
    without = Book(jd_book.tables, absent=frozenset({"customers.closed"}))
    assert migrate(without, jd_profit, appraised, cuts, jd).why.key == "common.not_in_book"
    assert memory(migrate(without, jd_profit, appraised, cuts, jd)).why.key == "common.not_in_book"
