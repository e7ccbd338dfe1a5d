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
