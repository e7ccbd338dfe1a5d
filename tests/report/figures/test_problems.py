import pandas as pd
import pytest
from matplotlib.text import Text

from crmlib.profit import at
from crmlib.report.figures import problems as figures
from crmlib.report.style import Style
from crmlib.structure.details import prices_by_rating, product_penetration, tier_table
from crmlib.structure.problems import problem_table
from crmlib.structure.profile import customer_traits
from crmlib.structure.raroc import raroc


@pytest.fixture
def style():
    return Style(simulated=True, section="problems")


@pytest.fixture
def profit(jd_profit, as_of):
    return at(jd_profit, as_of)


def texts(figure):
    return [each.get_text().replace("\n", " ") for each in figure.findobj(Text)]


def test_verdicts_count_the_problems(style, jd, jd_book, profit):
    table = problem_table(jd_book, profit, jd)
    title = f"{table['holds'].sum()} of 5 problems show, {(table['holds'] & table['clear']).sum()} of them clearly"
    shown = texts(figures.verdicts(table, style))
    assert title in shown
    assert all(any(style.voice.name("problem", name) in text for text in shown) for name in table["problem"])


def spans(figure, label):
    """Left and right ends of the bars of one verdict."""
    bars = next(each for each in figure.axes[0].containers if each.get_label() == label)
    return [(round(bar.get_x(), 6), round(bar.get_x() + bar.get_width(), 6)) for bar in bars]


def test_a_verdict_at_a_threshold_is_that_of_the_side_of_the_statistic_on_which_it_lies(style):
    table = pd.DataFrame({"problem": ["hours_on_negative", "tier_agreement"], "direction": ["at most", "at least"]})
    table = table.assign(value=[0.3, 0.5], low=[0.2, 0.4], high=[0.4, 0.6], threshold=[0.2, 0.9])
    figure = figures.thresholds(table, style)
    assert spans(figure, "a problem") == [(0, 0.2), (0.6, 1)]
    assert spans(figure, "the interval reaches the threshold") == [(0.2, 0.4), (0.4, 0.6)]
    assert spans(figure, "no problem") == [(0.4, 1), (0, 0.4)]
    assert any(": at 0.30, where 0.20 is set" in text for text in texts(figure))


def test_tiers_say_how_many_would_move(style, jd_book, profit):
    table = tier_table(jd_book, profit)
    stay = table.loc[table["tier"] == table["eva_tier"], "customers"].sum() / table["customers"].sum()
    assert any(f"move {1 - stay:.0%} of".replace("%", " %") in text for text in texts(figures.tier_moves(table, style)))


def test_penetration_says_the_overall_share(style, jd_book, as_of):
    table = product_penetration(jd_book, as_of)
    overall = 100 * table["held"].sum() / table["eligible"].sum()
    assert f"Of 100 products that customers could hold they hold {overall:.0f}" in texts(
        figures.penetration(table, style)
    )


def test_prices_say_the_share_under_the_hurdle(style, jd, jd_book, profit):
    table = prices_by_rating(jd_book, profit, jd)
    assert any("earn less than their risk and capital cost" in text for text in texts(figures.prices(table, style)))


def test_raroc_counts_the_segments_over_the_hurdle(style, jd, jd_book, profit, as_of):
    found = raroc(profit, customer_traits(jd_book, profit.index, as_of, jd.profit.pd_by_rating), jd.profit)
    over, alone = ((found.segments[name] >= jd.profit.hurdle).sum() for name in ("raroc", "loans_raroc"))
    shown = texts(figures.raroc(found, style))
    title = f"{over} of {len(found.segments)} segments earn the hurdle with all their business, {alone} by loans alone"
    assert title in shown and {"hurdle", f"all together (n = {found.book['n']})"} <= set(shown)
