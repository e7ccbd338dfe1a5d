"""Lifetime value: published values, closed forms against sums and simulation, what may leave, and whom to save."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.absent import not_in_book
from crmlib.matrix import CLASSES
from crmlib.strategy.lifetime import (
    CARE,
    COLUMNS,
    beside_moves,
    care_list,
    clv,
    leaving_by_class,
    lifetimes,
    may_leave,
    one_life,
    save_list,
    share_listed,
    simulated_clv,
    year_by_year,
)
from crmlib.strategy.outlook import Outlook
from crmlib.study import Study


@pytest.mark.parametrize(("stay", "multiple"), [(0.6, 1.15), (0.7, 1.67), (0.8, 2.50), (0.9, 4.09)])
def test_margin_multiples_gupta_lehmann_2003(stay, multiple):
    """Gupta and Lehmann (2003), table of margin multiples at a discount rate of 12 %."""
    assert round(clv(1.0, stay, 0.12), 2) == multiple


@given(st.floats(-1e6, 1e6), st.floats(0, 0.95), st.floats(0.05, 0.5))
def test_the_closed_form_is_the_sum_over_the_years(margin, stay, discount):
    years = np.arange(1, 500)
    summed = (margin * (stay / (1 + discount)) ** years).sum()
    assert clv(margin, stay, discount) == pytest.approx(summed, rel=1e-6, abs=1e-6)


@given(st.floats(-1e6, 1e6), st.floats(0, 1), st.floats(0.01, 0.5), st.integers(1, 60))
def test_a_horizon_counts_its_years_alone(margin, stay, discount, horizon):
    table = year_by_year(margin, stay, discount, horizon)
    assert table["year"].tolist() == list(range(1, horizon + 1))
    assert clv(margin, stay, discount, horizon) == pytest.approx(table["so_far"].iloc[-1], rel=1e-9, abs=1e-6)
    assert abs(clv(margin, stay, discount, horizon)) <= abs(clv(margin, stay, discount)) + 1e-6


@pytest.mark.parametrize("stay", [0.0, 0.35, 0.9, 1.0])
def test_the_closed_form_is_the_mean_of_simulated_lives(stay):
    mean, error = simulated_clv(1000.0, stay, 0.11, 10, 40_000, np.random.default_rng(8))
    assert abs(mean - clv(1000.0, stay, 0.11, 10)) <= 4 * error + 1e-9


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match=r"retention must lie between 0 and 1, found 1.2"):
        clv(pd.Series([1.0, 1.0]), pd.Series([0.9, 1.2]), 0.1)
    with pytest.raises(ValueError, match="the discount rate must be positive, found 0"):
        clv(1.0, 0.9, 0.0)
    with pytest.raises(ValueError, match="a horizon must be at least one year, found 0"):
        clv(1.0, 0.9, 0.1, 0)


@pytest.mark.parametrize("loss", [0.0, 0.2, 1.0])
def test_one_life_agrees_with_its_simulation_even_where_nothing_is_left_to_chance(loss):
    study = Study.load("jd")
    worth = clv(1e5, 1 - loss, study.profit.hurdle, study.strategy.horizon)
    life = one_life(pd.Series({"customer_id": "1", "name": "A", "eva": 1e5, "loss": loss, "clv": worth}), study)
    assert life.agrees and life.for_ever >= worth == pytest.approx(life.table["so_far"].iloc[-1])


@pytest.mark.parametrize("stay", [0.6, 0.7, 0.8, 0.9])
def test_what_may_leave_is_the_chance_of_leaving_times_the_value_of_who_stays_gupta_lehmann_2003(stay):
    """By the closed form p · m · r/(1 + i − r) / r = p · m/(1 + i − r): the value of who is there after a year."""
    value = pd.Series([clv(1.0, stay, 0.12)])
    assert may_leave(value, pd.Series([stay])).tolist() == pytest.approx([(1 - stay) / (1 + 0.12 - stay)])


def test_what_may_leave_of_two_years_by_hand():
    """100 a year, 80 % stay, 10 %: worth 80/1.1 + 64/1.21; if it stays this year 100/1.1 + 80/1.21."""
    value = pd.Series([clv(100.0, 0.8, 0.1, 2)])
    assert value.round(2).tolist() == [125.62]
    assert may_leave(value, pd.Series([0.8])).round(2).tolist() == [round(0.2 * (100 / 1.1 + 80 / 1.21), 2)]


@given(st.floats(0, 1e6), st.floats(0.01, 1), st.floats(0.01, 0.5), st.integers(1, 60))
def test_what_may_leave_is_what_staying_this_year_would_add_whatever_the_horizon(margin, stay, discount, horizon):
    table = year_by_year(margin, stay, discount, horizon)
    if_stays = (margin * stay ** (table["year"] - 1) * table["discounted"]).sum()
    value = clv(margin, stay, discount, horizon)
    found = may_leave(pd.Series([value]), pd.Series([stay]))[0]
    assert found == pytest.approx((1 - stay) * if_stays, rel=1e-9, abs=1e-6)
    assert found == pytest.approx(if_stays - value, rel=1e-6, abs=1e-6)


def test_who_is_lost_or_worth_nothing_takes_nothing_along_and_what_is_unknown_stays_so():
    found = may_leave(pd.Series([0.0, -5.0, 10.0, np.nan, 10.0]), pd.Series([0.0, 0.5, np.nan, 0.5, 1.0]))
    assert found.fillna(-1).tolist() == [0.0, 0.0, -1.0, -1.0, 0.0]


def alive(table):
    """Customers with what may leave and what would go; all in decline where no warning is given."""
    stays = table["retention"]
    goes = table["clv"].clip(lower=0) / stays.where(stays > 0)
    warned = {} if "warning" in table else {"warning": "decline"}
    return table.assign(loss=1 - stays, may_leave=may_leave(table["clv"], stays), would_go=goes, **warned)


people = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.just(0.0) | st.floats(0.001, 1), st.floats(-1e6, 1e6)),
    min_size=1,
    max_size=25,
).map(lambda rows: alive(pd.DataFrame(rows, [f"{n:06d}" for n in range(len(rows))], ["class", "retention", "clv"])))


@given(people)
def test_classes_add_up_to_the_customers(customers):
    table = leaving_by_class(customers, CLASSES)
    assert table["class"].tolist() == list(CLASSES)
    for name, total in {
        "customers": len(customers),
        "losses": customers["loss"][customers["retention"] > 0].sum(),
    }.items():
        assert table[name].sum() == pytest.approx(total)
    assert table["may_leave"].sum() == pytest.approx(customers["may_leave"].sum())
    some = customers["may_leave"].sum() > 0
    assert table["share"].sum() == pytest.approx(1) if some else table["share"].isna().all()
    assert table["part"].dropna().between(0, 1).all()


@given(people, st.integers(1, 30))
def test_the_list_holds_who_would_take_most_along_in_their_order_whatever_the_rows(customers, length):
    table = save_list(customers, length)
    if not (customers["may_leave"] > 0).any():
        assert table.why.key == "strategy.nothing_may_leave"
        return
    rest = customers.drop(table["customer_id"]).query("may_leave > 0")
    assert table["would_go"].is_monotonic_decreasing and (table["may_leave"] > 0).all()
    assert len(table) == min(length, (customers["may_leave"] > 0).sum())
    assert (rest["would_go"] <= table["would_go"].iloc[-1]).all()
    pd.testing.assert_frame_equal(save_list(customers.iloc[::-1], length), table)


def test_the_valued_and_declining_are_all_on_the_list_and_nobody_without_a_sign():
    """One of seventeen was: the list went by worth alone."""
    rows = {"class": ["gold", "gold", "lead", "platinum", "platinum"], "retention": 0.9,
            "clv": [9e6, 2e3, 8e6, 1e3, 7e6], "warning": [None, "decline", "hazard", "decline", "falling"]}  # fmt: skip
    lives = alive(pd.DataFrame(rows, list("abcde")))
    valued = ("platinum", "gold")
    assert save_list(lives, 3, valued)["customer_id"].tolist() == ["c", "b", "d"]
    assert save_list(lives, 1, valued)["customer_id"].tolist() == ["b", "d"]
    assert save_list(lives, 9, valued)["customer_id"].tolist() == ["c", "e", "b", "d"]


def test_who_is_worth_most_without_a_place_on_the_list_is_to_be_cared_for():
    lives = alive(pd.DataFrame({"class": "gold", "retention": 0.9, "clv": [5.0, 9.0, 7.0, -1.0]}, list("abcd")))
    lives["warning"] = [None, "decline", None, None]
    cared = care_list(lives, save_list(lives, 5), 5)
    assert cared["customer_id"].tolist() == ["c", "a"] and cared.columns.tolist() == list(CARE)
    assert care_list(lives.loc[["b"]], save_list(lives, 5), 5).why.key == "strategy.nobody_to_care_for"


def test_the_list_names_the_manager_and_keeps_leading_zeros():
    rows = {"name": ["A", "B", "C"], "rm_id": ["RM01", np.nan, "RM02"], "class": "gold", "retention": [0.8, 0.5, 1.0]}
    customers = alive(pd.DataFrame({**rows, "clv": [1e6, 4e5, 9e9]}, ["000017", "000003", "000001"]))
    table = save_list(customers, 5)
    assert table.columns.tolist() == list(COLUMNS)
    assert table["customer_id"].tolist() == ["000017", "000003"]
    assert table["rank"].tolist() == [1, 2] and table["rm_id"].fillna("none").tolist() == ["RM01", "none"]
    assert table["would_go"].tolist() == pytest.approx([1.25e6, 8e5])


STAYS = pd.Series([0.9, 0.8], ["000001", "000002"], name="retention")
UNTOLD = Outlook(STAYS, *[not_in_book("activity.loan")] * 5)


def known(**more):
    rows = {"name": "A", "rm_id": "RM01", "eva": [1e5, 2e4], "retention": [0.9, 0.8], "clv": [1e6, 1e5],
            "trend": np.nan, **more}  # fmt: skip
    return pd.DataFrame(rows, ["000001", "000002"])


def test_lifetimes_name_a_reason_where_the_hazard_tells_one():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    plain = lifetimes(classes, known(), UNTOLD)
    assert plain["may_leave"].tolist() == pytest.approx([1e6 / 9, 2.5e4])
    assert plain["main_reason"].isna().all() and "stage" not in plain
    signs = pd.Series(["trend_low"], ["000002"], name="main_reason")
    told = lifetimes(classes.assign(stage="stable"), known(), replace(UNTOLD, by_hazard=signs.to_frame()))
    assert told["main_reason"].fillna("none").tolist() == ["none", "trend_low"] and "stage" in told


@pytest.mark.parametrize(
    ("stage", "trend", "used", "warnings"),
    [
        ("stable", 0.0, False, ["none", "none"]),
        ("stable", [-0.2, -0.4], False, ["none", "falling"]),
        ("stable", 0.0, True, ["none", "hazard"]),
        ("decline", -0.4, True, ["decline", "decline"]),
        (np.nan, np.nan, False, ["none", "none"]),
    ],
)
def test_the_first_sign_of_leaving_is_the_warning(stage, trend, used, warnings):
    classes = pd.DataFrame({"class": ["platinum", "lead"], "stage": stage}, ["000001", "000002"])
    reasons = pd.DataFrame({"main_reason": "none"}, classes.index)
    leaving = replace(UNTOLD, by_hazard=reasons) if used else UNTOLD
    assert lifetimes(classes, known(trend=trend), leaving, 0.3)["warning"].fillna("none").tolist() == warnings


def test_without_profit_or_closings_there_is_no_lifetime_value():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    lives = lifetimes(classes, known(clv=np.nan, eva=np.nan), UNTOLD)
    assert lives.why.values == {"what": ["profit"]}
    blind = replace(UNTOLD, retention=not_in_book("customers.closed"))
    assert lifetimes(classes, known(clv=np.nan), blind).why.values == {"what": ["customers.closed"]}
    assert leaving_by_class(lives, CLASSES) == save_list(lives, 5) == lives


def test_the_list_holds_a_share_of_all_that_may_leave():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    lives = lifetimes(classes, known(), UNTOLD)
    by_class = leaving_by_class(lives, CLASSES)
    assert by_class[["worth", "may_leave", "losses"]].sum().tolist() == pytest.approx([1.1e6, 1e6 / 9 + 2.5e4, 0.3])
    assert share_listed(save_list(lives.assign(warning="falling"), 1), by_class) == pytest.approx(1 / 1.225)


def test_where_nobody_leaves_lifetime_values_are_told_and_no_share_of_what_may_leave():
    classes = pd.DataFrame({"class": ["platinum", "lead"]}, ["000001", "000002"])
    lives = lifetimes(classes, known(retention=1.0), UNTOLD)
    saved, by_class = save_list(lives, 5), leaving_by_class(lives, CLASSES)
    assert saved.why.key == share_listed(saved, by_class).why.key == "strategy.nothing_may_leave"
    assert by_class["worth"].sum() == 1.1e6 and by_class["share"].isna().all()


def test_the_lifetime_of_each_class_stands_beside_what_is_to_come():
    worth = pd.DataFrame({"class": ["platinum", "lead"], "to_come": [5.0, 1.0]})
    lives = pd.DataFrame({"class": ["platinum", "platinum"], "clv": [2.0, 4.0]})
    table = beside_moves(worth, lives)
    assert table["to_come"].tolist() == [5.0, 1.0] and table["lifetime"].fillna(0).tolist() == [3.0, 0.0]
