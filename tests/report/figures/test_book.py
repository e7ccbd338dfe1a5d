import pandas as pd
import pytest
from matplotlib.text import Text

from crmlib.book.calibration import beside_sector
from crmlib.book.calibration import figures as book_figures
from crmlib.book.describe import prices_by_month
from crmlib.profit import YearResult, at, year_result
from crmlib.report.figures import book as figures
from crmlib.report.style import Style


@pytest.fixture
def style():
    return Style(simulated=True, section="book")


def texts(figure):
    return [each.get_text().replace("\n", " ") for each in figure.findobj(Text)]


@pytest.fixture
def calibrated(jd, jd_book, jd_profit, as_of):
    others = pd.DataFrame([book_figures(jd_book, jd_profit, as_of)] * 3)
    return beside_sector(jd_book, jd_profit, others, jd)


def test_calibration_counts_the_figures_inside_and_marks_those_outside(style, calibrated):
    row = calibrated.table.index[calibrated.table["figure"] == "eva_negative"]
    calibrated.table.loc[row, ["obtained", "inside"]] = 0.9, False
    drawn = figures.calibration(calibrated, style)
    shown = texts(drawn)
    assert f"{calibrated.inside} of 4 checked figures of the book lie within their bands" in shown
    assert {"90.0 % (20.0 to 36.0 %)", "customers with a loan", "n = 1,200"} <= set(shown)
    assert any("5th to 95th percentile of 3 other books" in text for text in shown)


def test_calibration_draws_no_line_without_other_books(style, jd, jd_book, jd_profit):
    alone = beside_sector(jd_book, jd_profit, pd.DataFrame(), jd)
    assert not any("percentile" in text for text in texts(figures.calibration(alone, style)))


def test_transfer_prices_say_what_a_demand_deposit_earned(style, jd_book):
    prices = prices_by_month(jd_book)
    first = 100 * (prices["ftp_demand"] - prices["rate_demand"]).iloc[0]
    assert any(
        f"earned {first:.2f} percentage points" in text for text in texts(figures.transfer_prices(prices, style))
    )


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ({"loan_margin": 1e5, "overhead": -6e4}, "4 万元 of realised EVA"),
        ({"loan_margin": 1e5, "tax": -6e4}, "4 万元 of contribution to overheads"),
        ({"loan_margin": 1e5, "overhead": -16e4}, "−6 万元 of realised EVA"),
        ({"loan_margin": 0.0, "overhead": -6e4}, "−6 万元 of realised EVA"),
    ],
)
def test_income_to_eva_says_what_is_left_in_money(style, steps, left):
    table = pd.Series(steps).rename_axis("step").reset_index(name="amount")
    result = YearResult(table, steps["loan_margin"], 0.0, sum(steps.values()), 5, 0, 5, 5, 1, 0)
    assert any(text.endswith(f" left {left}") for text in texts(figures.income_to_eva(result, style)))


def test_income_to_eva_has_a_bar_a_step(style, jd, jd_profit, as_of):
    result = year_result(at(jd_profit, as_of), jd.profit)
    assert len(figures.income_to_eva(result, style).axes[0].patches) == len(result.table) + 1


def test_the_figures_are_chinese_too(calibrated, jd, jd_book, jd_profit, as_of):
    style = Style(simulated=True, language="zh", section="book")
    assert f"4项受检数据中有{calibrated.inside}项落在公布区间内" in texts(figures.calibration(calibrated, style))
    assert "年利率" in texts(figures.transfer_prices(prices_by_month(jd_book), style))
    assert "服务成本" in texts(figures.income_to_eva(year_result(at(jd_profit, as_of), jd.profit), style))
