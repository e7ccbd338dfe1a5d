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
    return Style(simulated=True)


@pytest.fixture
def profit(jd_profit, as_of):
    return at(jd_profit, as_of)


def texts(figure):
    return [each.get_text().replace("\n", " ") for each in figure.findobj(Text)]


def test_tiers_say_hours_and_value_of_the_best(style, jd_book, profit):
    assert any(
        text.startswith("Tier 1, ") and "brings" in text
        for text in texts(figures.tiers(service_tiers(jd_book, profit), style))
    )


def test_portfolios_draw_hostile_names(style, jd_book, profit):
    table = manager_portfolios(jd_book, profit).rename({"RM01": "_$x$_ 张"})
    assert any("$x$" in text for text in texts(figures.portfolios(table, style)))


def test_sales_say_the_net(style, jd_book, as_of):
    table = product_sales(jd_book, as_of)
    assert any(f"{table['net'].sum():+,}".replace("-", "−") in text for text in texts(figures.sales(table, style)))


@pytest.mark.parametrize(("low", "doubt"), [(0.01, False), (-0.01, True)])
def test_effects_say_when_they_may_be_chance(style, jd_book, as_of, low, doubt):
    table = contact_effects(jd_book, as_of, 6, 0.95)
    table.loc[table["outcome"] == "deposits", ["effect_low", "effect", "effect_high"]] = low, 0.02, 0.05
    assert any("may be chance" in text for text in texts(figures.effects(table, 6, style))) == doubt


def test_sales_without_any_are_drawn(style):
    nothing = pd.DataFrame({"name": ["Loan"], "taken_up": [0], "given_up": [0], "net": [0]})
    assert "0 products taken up and 0 given up: +0 in the year" in texts(figures.sales(nothing, style))
