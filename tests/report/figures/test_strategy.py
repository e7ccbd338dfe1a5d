"""Figures of chapter 8 draw what their tables hold."""

import pandas as pd

from crmlib.report.figures import strategy
from crmlib.report.style import Style
from crmlib.strategy.actions import action_table

STYLE = Style(simulated=True)


def words(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_countermeasures_stand_beside_their_statistic():
    rows = [("Hours", 0.3, 0.2, True, "Move hours", "RM", 90), ("Tiers", 0.7, 0.6, False, "Grade", "product desk", 30)]
    table = pd.DataFrame(rows, columns=["title", "value", "threshold", "holds", "headline", "owner", "days"])
    figure = strategy.countermeasures(table, STYLE)
    assert words(figure)[:2] == ["Move hours\nRM, 90 days", "Grade\nproduct desk, 30 days"]
    assert any("1 of 2 problems still have" in text.get_text() for text in figure.texts)


def test_the_plan_shows_n_owner_and_deadline_in_every_cell():
    table = action_table().assign(customers=range(16))
    figure = strategy.plan(table, 120, "A plan", STYLE)
    shown = words(figure)
    assert [text for text in shown if text.startswith("n = ")] == [f"n = {n}" for n in range(16)]
    assert sum(text.endswith(" days") and "," in text for text in shown) == 16


def test_amounts_of_different_kinds_stand_apart():
    rows = [("keep", "joint_plan", 3, 5e5), ("keep", "save", 1, 1e5), ("risk", "risk_desk", 2, 2e4)]
    table = pd.DataFrame(rows, columns=["stake", "action", "customers", "value_at_stake"])
    figure = strategy.at_stake(table, "Keeping is worth most", STYLE)
    heads = [axes.get_title(loc="left") for axes in figure.axes]
    assert heads == ["keep: lifetime value", "risk: expected loss a year"]
    assert {"50", "10", "2"} <= set(words(figure))


def test_lists_count_the_customers_of_each_manager():
    rows = [("RM1", "keep", 5), ("RM1", "cut", 7), ("RM2", "keep", 9)]
    table = pd.DataFrame(rows, columns=["rm_id", "stake", "customers"])
    figure = strategy.lists(table, "Two lists", STYLE)
    assert {"5", "7", "9", "n = 21"} <= set(words(figure))
