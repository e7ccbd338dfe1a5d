import pandas as pd
import pytest
from matplotlib.text import Text

from crmlib.book.calibration import beside_sector
from crmlib.profit import at, steps_to_eva
from crmlib.report.figures import book as figures
from crmlib.report.style import Style


@pytest.fixture
def style():
    return Style(simulated=True)


def texts(figure):
    return [each.get_text().replace("\n", " ") for each in figure.findobj(Text)]


def test_calibration_counts_the_figures_inside_and_marks_those_outside(style, jd, jd_book, jd_profit):
    table = beside_sector(jd_book, jd_profit, jd)
    table.loc[0, "obtained"], table.loc[0, "inside"] = 10 * table.loc[0, "high"], False
    figure = figures.calibration(table, dict.fromkeys(table["figure"], "in words"), 1200, style)
    assert f"{len(table) - 1} of {len(table)} figures of the book lie within their target bands" in texts(figure)
    assert texts(figure).count("in words") == len(table)


def test_prices_says_what_a_demand_deposit_earned(style, jd_book):
    shown = texts(figures.prices(jd_book.rates, style))
    first = jd_book.rates.sort_values("month").iloc[0]
    assert any(f"earned {100 * (first['ftp_demand'] - first['rate_demand']):.2f} percentage points" in text
               for text in shown)  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "title"),
    [
        ({"margin": 100.0, "cost": -60.0}, "Of 100 CNY earned, 40 are left as EVA"),
        ({"margin": 100.0, "cost": -160.0}, "For 100 CNY earned, 60 are lost"),
    ],
)
def test_bridge_ends_at_eva(style, steps, title):
    assert title in texts(figures.bridge(pd.Series(steps), 5, style))


def test_bridge_of_the_study_has_a_bar_a_step(style, jd, jd_profit, as_of):
    steps = steps_to_eva(at(jd_profit, as_of), jd.profit)
    assert len(figures.bridge(steps, 5, style).axes[0].patches) == len(steps) + 1
