"""Figures of chapter 8 draw what their tables hold."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from crmlib.matrix import CLASSES
from crmlib.report.figures import strategy
from crmlib.report.style import Style
from crmlib.strategy.actions import action_table
from crmlib.strategy.hours import Prices
from crmlib.strategy.lifetime import leaving_by_class, may_leave
from crmlib.strategy.pricing import best_rates, incomes
from crmlib.strategy.retention import Hazard
from crmlib.strategy.stakes import Stakes

STYLE = Style(simulated=True, section="strategy")
CHINESE = Style(simulated=True, language="zh", section="strategy")


def words(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def said(figure):
    """Title, source and notes."""
    return " ".join(text.get_text() for text in figure.texts)


def test_countermeasures_stand_beside_their_statistic():
    rows = [("hours_on_negative", 0.3, 0.2, True, "rm", 90), ("tier_agreement", 0.5, 0.6, True, "product_desk", 30)]
    table = pd.DataFrame(rows, columns=["problem", "value", "threshold", "holds", "owner", "days"])
    figure = strategy.countermeasures(table, STYLE)
    assert words(figure)[1] == (
        "Grade prices and service standards by value, hours by their own rule\nproduct desk, 30 days"
    )
    assert "2 problems have to reach their target" in said(figure)
    assert "尚未达标" in said(strategy.countermeasures(table, CHINESE))


def test_the_plan_shows_n_owner_and_deadline_in_every_cell():
    table = action_table().assign(customers=range(16))
    figure = strategy.plan(table, STYLE)
    shown = words(figure)
    assert [text for text in shown if text.startswith("n = ")] == [f"n = {n}" for n in range(16)]
    assert sum(text.endswith(" days") and "," in text for text in shown) == 16
    assert "The largest cell, lead × decline, holds 12 % of the customers" in said(figure)


def staked(table):
    sums = table.groupby("stake")["value_at_stake"].sum()
    return Stakes(table, sums, 0, 0, 0, 0.0, 0.0)


def test_amounts_of_different_kinds_stand_apart():
    rows = [("keep", "joint_plan", 3, 5e5), ("keep", "save", 1, 1e5), ("risk", "risk_desk", 2, 2e4)]
    table = pd.DataFrame(rows, columns=["stake", "action", "customers", "value_at_stake"])
    figure = strategy.at_stake(staked(table), STYLE)
    heads = [axes.get_title(loc="left") for axes in figure.axes]
    assert heads == ["keep: lifetime value", "risk: expected loss"]
    assert {"50", "10", "2"} <= set(words(figure))
    assert "83 % of the lifetime value to be kept hangs on one action: joint plan" in said(figure)
    nothing = strategy.at_stake(staked(table.assign(value_at_stake=0.0)), STYLE)
    assert "4 customers to keep, 0 to grow" in said(nothing)


@pytest.mark.parametrize(
    ("managers", "title"), [(2, "A list holds 9 to 12 customers"), (1, "12 customers on the list")]
)
def test_lists_count_the_customers_of_each_manager(managers, title):
    rows = [("RM1", "keep", 5), ("RM1", "cut", 7), ("RM2", "keep", 9)]
    table = pd.DataFrame(rows, columns=["rm_id", "stake", "customers"])
    figure = strategy.lists(table[table["rm_id"] <= f"RM{managers}"], STYLE)
    assert {"5", "7"} <= set(words(figure)) and title in said(figure)


def test_the_hazard_shows_every_tenth_and_every_effect_with_its_interval():
    tenths = np.arange(1, 11) / 400
    calibration = pd.DataFrame(
        {"quarters": 400, "expected": tenths, "seen": tenths, "low": tenths / 2, "high": 2 * tenths}
    )
    effects = pd.DataFrame(
        {"effect": [0.3, -0.2, 0.0], "low": [0.1, -0.4, -0.1], "high": [0.5, -0.1, 0.1]}, ["overdue", "volume", "trend"]
    )
    seen = pd.DataFrame({"of": ["all", "closed"], "measure": ["auc"] * 2, "value": [0.66, 0.57]})
    figure = strategy.hazard(calibration, Hazard(effects, -4.0, 4000, 60), seen, STYLE)
    left, right = figure.axes
    assert len(left.collections[1].get_offsets()) == 10
    assert right.collections[1].get_offsets()[:, 0].tolist() == np.exp([0.3, 0.0, -0.2]).tolist()
    assert len({tuple(colour) for colour in right.collections[1].get_facecolors()}) == 3
    assert "n = 4,000 customer-quarters" in said(
        figure
    ) and "66 % of pairs, who closed while performing in 57 %" in said(figure)
    unknown = strategy.hazard(calibration, Hazard(effects, -4.0, 4000, 60), seen.assign(value=np.nan), STYLE)
    assert "Losses foretold and seen in the last year" in said(unknown)


def test_what_may_leave_stands_beside_what_it_is_a_share_of():
    lives = pd.DataFrame({"class": CLASSES, "retention": 0.9, "loss": 0.1, "clv": [1e7, 1e6, 5e5, -3e5]})
    table = leaving_by_class(lives.assign(may_leave=may_leave(lives["clv"], lives["retention"])), CLASSES)
    figure = strategy.leaving(table, STYLE)
    assert {"1,000 (87.0 %)", "111 (10.0 %)", "0 (0.0 %)", "0 (–)", "n = 4"} <= set(words(figure))
    assert "87 % of the lifetime value that may leave lies in platinum: 10.0 % of what that class is worth" in said(
        figure
    )
    nothing = strategy.leaving(table.assign(may_leave=0.0, share=np.nan, part=np.nan), STYLE)
    assert "No lifetime value is expected to leave" in said(nothing)


def test_rules_for_hours_are_drawn_best_first_and_those_no_bank_can_follow_hollow():
    rows = [
        ("optimum, headroom known", *(0.2, 0.1, 0.3) * 2, 0.1, 0.0, 0.2),
        ("deposits first", 0.1, 0.0, 0.2, 0.05, 0.0, 0.2, 0.1, 0.0, 0.2),
        ("today", *9 * (0.0,)),
        ("class rule", *(-0.06, -0.1, 0.02) * 2, 0.4, 0.3, 0.5),
    ]
    columns = [f"{measure}{end}" for measure in ("headroom", "share", "expected") for end in ("", "_low", "_high")]
    table = pd.DataFrame(rows, columns=["rule", *columns])
    hours = SimpleNamespace(ranked=table.set_index("rule").iloc[1:], recommended="deposits first", books=8)
    figure = strategy.hour_rules(table, hours, STYLE)
    room, share, promise = figure.axes
    assert [label.get_text() for label in room.get_yticklabels()] == table["rule"].tolist()
    paper = room.get_figure().get_facecolor()
    faces = room.collections[1].get_facecolor()
    assert [tuple(face) == paper for face in faces] == [True, False, False, False]
    assert share.collections[1].get_offsets().tolist() == [[0.2, 0], [0.05, 1], [0.0, 2], [-0.06, 3]]
    assert promise.collections[1].get_offsets().tolist() == [[0.1, 0], [0.1, 1], [0.0, 2], [0.4, 3]]
    assert "mean, least and most of 8 books" in said(figure)
    assert "Deposits first wins 10.0 % more than today by one law of response, 5.0 % by the other" in said(figure)
    hours.recommended = "today"
    assert "No rule wins more than today's hours under both laws" in said(strategy.hour_rules(table, hours, STYLE))


def test_the_price_of_an_hour_stands_beside_its_cost():
    table = pd.DataFrame({"rm_id": ["RM1", "RM2"], "price": [210.4, 64.6], "customers": [53, 95]})
    figure = strategy.hour_prices(Prices(table, 148, 900.0, 40.0, 500.0, 1e6, 0.1), STYLE)
    assert {"210", "65", "cost of an hour: 500", "n = 148"} <= set(words(figure))
    assert "win what it costs with no manager" in said(figure)
    alone = strategy.hour_prices(Prices(table.iloc[:1], 53, 900.0, 40.0, 500.0, 1e6, 0.1), STYLE)
    assert "n = 53" in words(alone)
    cheap = strategy.hour_prices(Prices(table, 148, 900.0, 40.0, 100.0, 1e6, 0.1), STYLE)
    assert "win what it costs with 1 of 2 relationship managers" in said(cheap)


def test_the_best_rate_of_each_rating_is_marked():
    table = pd.DataFrame(
        {"rating": ["A", "A", "B", "B"], "loan_rate": [0.04, 0.05, 0.04, 0.08], "lost": [0.0, 0.3, 0.0, 0.2]}
    )
    best = best_rates(table).assign(customers=[27, 38])
    figure = strategy.rates(incomes(table), best, STYLE)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["rating A", "rating B"]
    assert {"4.00 %, loses 0 %", "n = 27", "8.00 %, loses 20 %", "n = 38"} <= set(words(figure))
    assert "rates of 4.00 to 8.00 % keep the most income" in said(figure)
    one = strategy.rates(incomes(table), best.iloc[:1], STYLE)
    assert "a rate of 4.00 % keeps the most income" in said(one)
