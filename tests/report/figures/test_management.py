import re
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.text import Text

from crmlib.profit import at
from crmlib.report.figures import management as figures
from crmlib.report.style import Style
from crmlib.structure.effects import contact_effects
from crmlib.structure.management import manager_portfolios, product_sales, service_tiers


@pytest.fixture
def style():
    return Style(simulated=True, section="management")


@pytest.fixture
def profit(jd_profit, as_of):
    return at(jd_profit, as_of)


def texts(figure):
    return [each.get_text().replace("\n", " ") for each in figure.findobj(Text)]


def test_tiers_say_hours_and_value_of_the_best(style, jd_book, profit):
    assert any(
        text.startswith("Tier 1, ") and "brings" in text
        for text in texts(figures.tiers(service_tiers(jd_book, profit, 7), style))
    )


def test_portfolios_draw_hostile_names(style, jd_book, profit):
    found = manager_portfolios(jd_book, profit, 0.11)
    shown = texts(figures.portfolios(replace(found, table=found.table.rename({"RM01": "_$x$_ 张"})), style))
    assert any("$x$" in text for text in shown)
    assert any(re.fullmatch(r"\d+ % of the hours go to customers with negative EVA; among managers .*", text)
               for text in shown)  # fmt: skip


def test_without_hours_nothing_is_shared_out(style, jd_book, profit):
    idle = profit.assign(hours=0.0)
    shown = texts(figures.portfolios(manager_portfolios(jd_book, idle, 0.11), style))
    assert "No hours of relationship managers are on record" in shown
    shown += texts(figures.tiers(service_tiers(jd_book, idle, 7), style))
    assert any(re.fullmatch(r"Tier 1 is \d+ % of the customers and holds \d+ % .*", text) for text in shown)
    assert not [text for text in shown if "nan" in text]


def test_sales_say_the_net(style, jd_book, as_of):
    table = product_sales(jd_book, as_of)
    assert any(f"{table['net'].sum():+,}".replace("-", "−") in text for text in texts(figures.sales(table, style)))


@pytest.mark.parametrize(("low", "doubt"), [(0.01, False), (-0.01, True)])
def test_effects_say_when_they_may_be_chance(style, jd_book, as_of, low, doubt):
    found = contact_effects(jd_book, as_of, 6, 0.95)
    deposits = found.table["outcome"] == "deposits"
    found.table.loc[deposits, ["effect_low", "effect", "effect_high"]] = low, 0.02, 0.05
    found.table[["effect_p", "prior_p"]] = 0.5 if doubt else 0.01, 0.9
    shown = texts(figures.effects(found, style))
    assert any("may be chance" in text for text in shown) == doubt
    assert any("are 2.0 % higher than without" in text for text in shown)
    found.table.loc[deposits, ["effect_low", "effect", "effect_high"]] = low - 0.1, -0.02, 0.05
    found.table["effect_p"] = 0.5
    assert any("are 2.0 % lower than without, which may" in text for text in texts(figures.effects(found, style)))


def test_effects_are_no_headline_where_a_placebo_fails(style, jd_book, as_of):
    found = contact_effects(jd_book, as_of, 6, 0.95)
    found.table["prior_p"] = 0.001
    assert any("on another path already before" in text for text in texts(figures.effects(found, style)))


def test_sales_without_any_are_drawn(style):
    nothing = pd.DataFrame({"name": ["Loan"], "taken_up": [0], "given_up": [0], "net": [0]})
    assert "0 products taken up and 0 given up: 0 in the year" in texts(figures.sales(nothing, style))


def test_the_figures_are_chinese_too(jd_book, profit, as_of):
    style = Style(simulated=True, language="zh", section="management")
    assert "占全部在户客户比例" in texts(figures.tiers(service_tiers(jd_book, profit, 7), style))
    assert "客户组合的经济增加值" in texts(figures.portfolios(manager_portfolios(jd_book, profit, 0.11), style))
    assert "现金管理" in texts(figures.sales(product_sales(jd_book, as_of), style))
    assert "6个月的变化" in texts(figures.effects(contact_effects(jd_book, as_of, 6, 0.95), style))
