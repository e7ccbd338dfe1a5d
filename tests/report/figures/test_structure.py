import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from crmlib.profit import at
from crmlib.report.figures import structure as figures
from crmlib.report.style import Style
from crmlib.structure.cohorts import cohort_retention, monthly
from crmlib.structure.concentration import concentration, lorenz_curve, whale_curve
from crmlib.structure.profile import amounts, by_trait, customer_traits


@pytest.fixture
def style():
    return Style(simulated=True)


@pytest.fixture
def money(jd_book, jd_profit, as_of):
    return amounts(jd_book, at(jd_profit, as_of), as_of)


def texts(figure):
    return [each.get_text().replace("\n", " ") for each in figure.findobj(Text)]


def test_lorenz_says_the_share_of_the_top(style):
    inflow = pd.Series([1.0, 1, 1, 1, 6])
    shares = concentration(inflow.to_frame("inflow"), 0.2, 5, 0.9, np.random.default_rng(0))
    figure = figures.lorenz({"inflow": lorenz_curve(inflow)}, shares, 0.2, 5, style)
    assert "20 % of the customers hold 60.0 % of inflow" in texts(figure)


def test_whale_says_how_much_value_is_destroyed(style):
    figure = figures.whale(whale_curve(pd.Series([6.0, 4, -1, -1])), style)
    assert "The last 50 % of the customers destroy 20 % of the value the others create" in texts(figure)


@pytest.mark.parametrize("count", [1, 2, 6])
def test_profile_draws_as_many_panels_as_there_are_traits(style, jd, jd_book, money, as_of, count):
    told = customer_traits(jd_book, money.index, as_of, jd.profit.pd_by_rating).iloc[:, :count]
    figure = figures.profile(by_trait(money, told), len(money), style)
    assert texts(figure).count("n = 1,200") == count
    assert set(told) <= set(texts(figure))


def test_growth_falls_back_to_inflow(style, jd_book, as_of):
    table = monthly(jd_book, as_of)
    assert any(text.startswith("Deposits grew by") for text in texts(figures.growth(table, style)))
    assert any(
        text.startswith("Inflow grew by")
        for text in texts(figures.growth(table[["month", "customers", "inflow"]], style))
    )


def test_retention_names_the_oldest_cohort(style, jd_book, as_of):
    table = cohort_retention(jd_book, as_of)
    assert any(
        text.startswith("Of the customers from before the book") for text in texts(figures.retention(table, style))
    )
    own = table[table["cohort"] == "2011"]
    assert any(text.startswith("Of the customers of 2011, ") for text in texts(figures.retention(own, style)))
