import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from crmlib.evidence.next_year import by_class, by_fifth
from crmlib.report.figures import evidence as figures
from crmlib.report.style import Style
from crmlib.stats.order import neighbours
from crmlib.stats.roc import discrimination, roc_curve

ORDER = ("platinum", "gold", "iron", "lead")


def texts(figure):
    return [each.get_text() for each in figure.findobj(Text)]


@pytest.fixture
def style():
    return Style(simulated=True, source="study jd")


@pytest.fixture
def earned():
    rng = np.random.default_rng(4)
    classes = pd.Series(rng.choice(ORDER, 200))
    return classes, rng.normal(30_000, 50_000, 200) + 20_000 * (classes == "platinum")


def test_next_year_says_what_the_best_class_earned(style, earned):
    classes, eva = earned
    table = by_class(classes, eva, ORDER, 50, 0.95, np.random.default_rng(0))
    pairs = neighbours(eva, classes, ORDER[::-1], 0.95)[::-1]
    figure = figures.next_year(table, pairs, "customers scored at 2014-12-31", style)
    shown = texts(figure)
    assert any(each.startswith("Platinum, ") and "of the next year's EVA" in each.replace("\n", " ") for each in shown)
    assert shown.count("n = 200") == 2 and any("scored at 2014-12-31" in each for each in shown)
    assert "EVA of the year after scoring, 万元 a year" in shown


def test_an_empty_class_leaves_its_row_empty(style, earned):
    classes, eva = earned
    classes = classes.replace("iron", "lead")
    table = by_class(classes, eva, ORDER, 50, 0.95, np.random.default_rng(0))
    pairs = neighbours(eva, classes, ("lead", "gold", "platinum"), 0.95)[::-1]
    assert "iron\n0 customers" in texts(figures.next_year(table, pairs, "", style))


def test_middle_shows_both_shares(style):
    rng = np.random.default_rng(4)
    score, eva = pd.Series(rng.random(100)), pd.Series(rng.normal(1, 1, 100))
    figure = figures.middle(by_fifth(score, eva, pd.Series(rng.random(100))), "", style)
    assert {"next-year EVA", "headroom", "n = 100"} <= set(texts(figure))


@pytest.mark.parametrize(
    ("noise", "words"), [(0.1, "ranks the outcome better than sales_$ alone"), (9.0, "no better and no worse")]
)
def test_roc_says_who_wins_and_whether_it_is_clear(style, noise, words):
    rng = np.random.default_rng(4)
    outcome = pd.Series(rng.random(300) < 0.2)
    scores = pd.DataFrame({"total": rng.normal(size=300) * noise - outcome, "sales_$": rng.normal(size=300)})
    curves = pd.concat([roc_curve(scores[name], outcome).assign(score=name) for name in scores])
    figure = figures.roc(curves, discrimination(scores, outcome), 300, style)
    assert any(words in each.replace("\n", " ") for each in texts(figure))


@pytest.mark.parametrize("ways", [["experts", "flat"], ["flat"]])
def test_acceptability_shows_each_way_of_weighting_and_who_is_sure(style, ways):
    rng = np.random.default_rng(4)
    customers = pd.DataFrame(rng.uniform(0, 100, (80, 2)), columns=["current", "potential"])
    customers["class"] = rng.choice(ORDER, 80)
    customers[ways] = rng.uniform(0.3, 1, (80, len(ways)))
    shown = texts(figures.acceptability(customers, (50, 50), 0.9, "Half are sure", style))
    assert {"Half are sure", "n = 80", "in the class in 90 % of weightings or more", *ORDER} <= set(shown)
    assert ("weights as the experts differ" in shown) == ("experts" in ways)


def test_choices_are_named_in_order_with_the_largest_of_each_in_the_title(style):
    single = pd.DataFrame(
        {
            "choice": ["cuts", "scaling", "cuts", "weights"],
            "alternative": ["top20", "z_$", "mean", "equal"],
            "changed": [0.36, 0.2, 0.19, 0.1],
        }
    )
    shown = [each.replace("\n", " ") for each in texts(figures.choices(single, 90, style))]
    title = "Made otherwise, one choice moves up to 36 % of customers (cuts), 20 % (scaling), 10 % (weights)"
    assert {title, "cuts: top20 on both axes", "scaling: z_$", "36 %"} <= set(shown)


def test_out_of_time_draws_every_year_and_predictor(style):
    bases = pd.to_datetime(["2013-12-31", "2014-12-31"])
    names = ["base", "scale", "predictor"]
    rows = pd.MultiIndex.from_product([bases, ["rank", "asinh"], ["score", "sales"]], names=names).to_frame(index=False)
    table = rows.assign(customers=[90] * 4 + [1100] * 4, correlation=0.5, low=-0.1, high=0.7)
    figure = figures.out_of_time(table, "The score wins", style)
    shown = texts(figure)
    assert {"2013-12", "2014-12", "score", "sales", "by rank (Spearman)"} <= set(shown)
    assert any("n = 90 to 1,100 customers a year" in each for each in shown)
    assert figure.axes[0].get_ylim()[0] == pytest.approx(-0.1)
