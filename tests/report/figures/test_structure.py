import re

import pandas as pd
import pytest
from matplotlib.text import Text

from crmlib.profit import at
from crmlib.report.figures import structure as figures
from crmlib.report.style import Style
from crmlib.structure.cohorts import cohort_retention, monthly
from crmlib.structure.concentration import book_concentration, lorenz_curves, value_created
from crmlib.structure.profile import amounts, by_trait, customer_traits
from crmlib.study import StructureSettings
from crmlib.words.voice import Voice


@pytest.fixture
def style():
    return Style(simulated=True, section="structure")


@pytest.fixture
def money(jd_book, jd_profit, as_of):
    return amounts(jd_book, at(jd_profit, as_of), as_of)


def texts(figure):
    return [each.get_text().replace("\n", " ") for each in figure.findobj(Text)]


def test_lorenz_says_the_share_of_the_top(style):
    amounts = pd.DataFrame({"inflow": [1.0, 1, 1, 1, 6]})
    found = book_concentration(amounts, StructureSettings(bootstrap=5), seed=0)
    assert "20 % of the customers hold 60.0 % of inflow" in texts(figures.lorenz(lorenz_curves(amounts), found, style))


@pytest.mark.parametrize(
    ("eva", "title"),
    [
        ([6.0, 4, -1, -1], "The last 50 % of the customers destroy 20 % of the value the others create"),
        ([6.0, 4, 0, 0], "No customer destroys value"),
        ([-1.0, -2, 0, 0], "No customer creates value"),
    ],
)
def test_value_created_says_how_much_is_destroyed(style, eva, title):
    profit = pd.DataFrame({"expected_loss": [0.0] * 4})
    assert title in texts(figures.value_created(value_created(pd.DataFrame({"eva": eva}), profit, 2), style))


@pytest.mark.parametrize("count", [1, 2, 6])
def test_profile_draws_as_many_panels_as_there_are_traits(style, jd, jd_book, money, as_of, count):
    told = customer_traits(jd_book, money.index, as_of, jd.profit.pd_by_rating).iloc[:, :count]
    shown = texts(figures.profile(by_trait(money, told, 7), style))
    assert shown.count("n = 1,200") == count
    assert {Voice().name("trait", trait) for trait in told} <= set(shown)
    assert any(text.startswith("Size medium: 13 % of the customers, ") for text in shown)


def test_a_share_that_is_not_known_is_not_drawn(style, jd, jd_book, money, as_of):
    told = customer_traits(jd_book, money.index, as_of, jd.profit.pd_by_rating).iloc[:, :1]
    assert "EVA" not in texts(figures.profile(by_trait(money.assign(eva=-1.0), told, 7), style))


def test_growth_falls_back_to_inflow_and_says_a_fall(style, jd_book, as_of):
    table = monthly(jd_book, as_of)
    assert any(text.startswith("Deposits grew by") for text in texts(figures.growth(table, style)))
    inflow = table[["month", "customers", "inflow"]]
    assert any(text.startswith("Inflow grew by") for text in texts(figures.growth(inflow, style)))
    falling = inflow.assign(inflow=inflow["inflow"].to_numpy()[::-1])
    assert any(text.startswith("Inflow fell by") for text in texts(figures.growth(falling, style)))
    assert "Money and customers over 20 months" in texts(figures.growth(table.head(20), style))


def test_retention_names_the_oldest_cohort(style, jd_book, as_of):
    table = cohort_retention(jd_book, as_of)
    shown = texts(figures.retention(table, style))
    assert any(text.startswith("Of the customers from before the book") for text in shown)
    own = texts(figures.retention(table[table["cohort"] == "2014"], style))
    assert any(re.fullmatch(r"Of the customers of 2014, \d+ % are still there after 1 year", text) for text in own)


def test_the_figures_are_chinese_too(jd, jd_book, jd_profit, money, as_of):
    style = Style(simulated=True, language="zh", section="structure")
    found = book_concentration(money, StructureSettings(bootstrap=5), seed=0)
    assert "完全均等" in texts(figures.lorenz(lorenz_curves(money), found, style))
    value = value_created(money, at(jd_profit, as_of), 5)
    assert "剩余价值" in texts(figures.value_created(value, style))
    told = customer_traits(jd_book, money.index, as_of, jd.profit.pd_by_rating)
    assert {"制造业", "合作年限"} <= set(texts(figures.profile(by_trait(money, told, 7), style)))
    assert "有记录的客户数" in texts(figures.growth(monthly(jd_book, as_of), style))
    assert any("期初已有的客户" in text for text in texts(figures.retention(cohort_retention(jd_book, as_of), style)))
