"""Figures of chapter 8 draw what their tables hold."""

import numpy as np
import pandas as pd

from crmlib.matrix import CLASSES
from crmlib.report.figures import strategy
from crmlib.report.style import Style
from crmlib.strategy.actions import action_table
from crmlib.strategy.pricing import best_rates, incomes
from crmlib.strategy.saves import risk_by_class, with_value_at_risk

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
    assert heads == ["keep: lifetime value", "risk: expected loss"]
    assert {"50", "10", "2"} <= set(words(figure))


def test_lists_count_the_customers_of_each_manager():
    rows = [("RM1", "keep", 5), ("RM1", "cut", 7), ("RM2", "keep", 9)]
    table = pd.DataFrame(rows, columns=["rm_id", "stake", "customers"])
    figure = strategy.lists(table, "Two lists", STYLE)
    assert {"5", "7", "9", "n = 21"} <= set(words(figure))


def test_the_hazard_shows_every_tenth_and_every_effect_with_its_interval():
    tenths = np.arange(1, 11) / 400
    calibration = pd.DataFrame(
        {"quarters": 400, "expected": tenths, "seen": tenths, "low": tenths / 2, "high": 2 * tenths}
    )
    effects = pd.DataFrame(
        {"effect": [0.3, -0.2, 0.0], "low": [0.1, -0.4, -0.1], "high": [0.5, -0.1, 0.1]}, ["overdue", "volume", "trend"]
    )
    figure = strategy.hazard(calibration, effects, dict.fromkeys(effects.index, "words"), "Foretold", STYLE)
    left, right = figure.axes
    assert len(left.collections[1].get_offsets()) == 10
    assert right.collections[1].get_offsets()[:, 0].tolist() == np.exp([-0.2, 0.0, 0.3]).tolist()
    assert len({tuple(colour) for colour in right.collections[1].get_facecolors()}) == 3
    assert any("n = 4,000 customer-quarters" in text.get_text() for text in figure.texts)


def test_value_at_risk_stands_beside_what_it_is_a_share_of():
    customers = {"class": CLASSES, "retention": 0.9, "clv": [1e7, 1e6, 5e5, -3e5]}
    figure = strategy.at_risk(risk_by_class(with_value_at_risk(pd.DataFrame(customers)), CLASSES), "At risk", STYLE)
    assert {"1,000 (87.0 %)", "100 (10.0 %)", "0 (0.0 %)", "0 (–)", "n = 4"} <= set(words(figure))


def test_rules_for_hours_are_drawn_best_first_and_those_no_bank_can_follow_hollow():
    rows = [
        ("known", 0.2, 0.1, 0.3, 0.1, 0.0, 0.2),
        ("today", *6 * (0.0,)),
        ("optimum", -0.06, -0.1, 0.02, 0.4, 0.3, 0.5),
    ]
    columns = [f"{measure}{end}" for measure in ("truth", "expected") for end in ("", "_low", "_high")]
    table = pd.DataFrame(rows, columns=["rule", *columns])
    figure = strategy.hour_rules(table, ["today", "optimum"], 8, "Known is best", STYLE)
    truth, promise = figure.axes
    assert [label.get_text() for label in truth.get_yticklabels()] == ["known", "today", "optimum"]
    faces = [points.get_facecolor()[0].tolist() for points in truth.collections]
    paper = truth.get_figure().get_facecolor()
    assert [face == list(paper) for face in faces] == [True, False, False]
    assert [points.get_offsets()[0].tolist() for points in promise.collections] == [[0.1, 0], [0.0, 1], [0.4, 2]]
    assert any("8 simulated books" in text.get_text() for text in figure.texts)


def test_the_price_of_an_hour_stands_beside_its_cost():
    table = pd.DataFrame({"rm_id": ["RM1", "RM2"], "price": [210.4, 64.6], "customers": [53, 95]})
    figure = strategy.hour_prices(table, 500.0, "Nobody's last hour pays", STYLE)
    assert {"210", "65", "cost of an hour: 500", "n = 148"} <= set(words(figure))


def test_the_best_rate_of_each_rating_is_marked():
    table = pd.DataFrame(
        {"rating": ["A", "A", "B", "B"], "loan_rate": [0.04, 0.05, 0.04, 0.08], "lost": [0.0, 0.3, 0.0, 0.2]}
    )
    figure = strategy.rates(incomes(table), best_rates(table).assign(customers=[27, 38]), "Two rates", STYLE)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["rating A", "rating B"]
    assert {"4.00 %, loses 0 %", "n = 27", "8.00 %, loses 20 %", "n = 38"} <= set(words(figure))
