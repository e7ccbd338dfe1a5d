import pandas as pd
import pytest
from matplotlib.text import Text

from crmlib.book.calibration import beside_sector
from crmlib.book.describe import prices_by_month
from crmlib.profit import YearResult, at, year_result
from crmlib.report.figures import book as figures
from crmlib.report.style import Style


@pytest.fixture
def style():
    return Style(simulated=True, section="book")


def texts(figure):
    return [each.get_text().replace("\n", " ") for each in figure.findobj(Text)]


def test_calibration_counts_the_figures_inside_and_marks_those_outside(style, jd, jd_book, jd_profit):
    found = beside_sector(jd_book, jd_profit, jd)
    found.table.loc[0, "obtained"], found.table.loc[0, "inside"] = 10 * found.table.loc[0, "high"], False
    shown = texts(figures.calibration(found, style))
    assert f"{found.inside} of {len(found.table)} figures of the book lie within their target bands" in shown
    assert {"410 亿元 (39 to 41 亿元)", "customers with a loan", "n = 1,200"} <= set(shown)


def test_transfer_prices_say_what_a_demand_deposit_earned(style, jd_book):
    prices = prices_by_month(jd_book)
    first = 100 * (prices["ftp_demand"] - prices["rate_demand"]).iloc[0]
    assert any(
        f"earned {first:.2f} percentage points" in text for text in texts(figures.transfer_prices(prices, style))
    )


@pytest.mark.parametrize(
    ("steps", "title"),
    [
        ({"loan_margin": 100.0, "overhead": -60.0}, "Of 100 CNY earned, 40 are left as realised EVA"),
        ({"loan_margin": 100.0, "tax": -60.0}, "Of 100 CNY earned, 40 are left as contribution to overheads"),
        ({"loan_margin": 100.0, "tax": -160.0}, "For 100 CNY earned, 60 are lost"),
        ({"loan_margin": 0.0, "overhead": -60_000.0}, "Nothing is earned: realised EVA is −6 万元 a year"),
    ],
)
def test_income_to_eva_says_what_is_left(style, steps, title):
    table = pd.Series(steps).rename_axis("step").reset_index(name="amount")
    result = YearResult(table, 100.0, 0.0, sum(steps.values()), 5, 5, 1, 0)
    assert title in texts(figures.income_to_eva(result, style))


def test_income_to_eva_has_a_bar_a_step(style, jd, jd_profit, as_of):
    result = year_result(at(jd_profit, as_of), jd.profit)
    assert len(figures.income_to_eva(result, style).axes[0].patches) == len(result.table) + 1


def test_the_figures_are_chinese_too(jd, jd_book, jd_profit, as_of):
    style = Style(simulated=True, language="zh", section="book")
    assert "10项数据中有9项落在目标区间内" in texts(figures.calibration(beside_sector(jd_book, jd_profit, jd), style))
    assert "年利率" in texts(figures.transfer_prices(prices_by_month(jd_book), style))
    assert "服务成本" in texts(figures.income_to_eva(year_result(at(jd_profit, as_of), jd.profit), style))
