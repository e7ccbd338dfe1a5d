import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from crmlib.absent import Absent
from crmlib.evidence.backtest import OutOfTime
from crmlib.evidence.followed import Followed
from crmlib.evidence.next_year import Middle, by_class, by_fifth, held_by_middle
from crmlib.evidence.outcome import Ranked
from crmlib.evidence.sensitivity import Sensitivity
from crmlib.evidence.smaa import Sureness
from crmlib.report.figures import evidence as figures
from crmlib.report.style import Style
from crmlib.stats.intervals import UNKNOWN
from crmlib.stats.order import neighbours
from crmlib.stats.roc import discrimination, roc_curve
from crmlib.stats.shares import shares
from crmlib.words.messages import say

ORDER = ("platinum", "gold", "iron", "lead")
DATE = pd.Timestamp("2014-12-31")


def texts(figure):
    return [each.get_text().replace("\n", " ") for each in figure.findobj(Text)]


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


def styled(language="en", classes=ORDER):
    return Style(True, language, source="study jd", classes=classes, section="evidence")


def followed(classes, eva, order=ORDER):
    base = pd.DataFrame({"customer_id": range(len(eva)), "class": classes, "next_year_eva": eva})
    table = by_class(classes, eva, order, 50, 0.95, np.random.default_rng(0))
    table["share"] = shares(eva.to_frame(), classes.astype(pd.CategoricalDtype(order)), 7).iloc[:, 0].to_numpy()
    pairs = neighbours(eva, classes, order[::-1], 0.95)[::-1]
    trend = SimpleNamespace(z=9.0)
    return Followed(base, table, trend, UNKNOWN, pairs, Absent(say("evidence.no_headroom")), DATE)


@pytest.fixture
def earned():
    rng = np.random.default_rng(4)
    classes = pd.Series(rng.choice(ORDER, 200))
    return classes, (rng.normal(30_000, 50_000, 200) + 20_000 * (classes == "platinum")).rename("eva")


def test_next_year_says_what_the_best_class_earned(earned):
    shown = texts(figures.next_year_eva(followed(*earned), styled()))
    assert any(
        re.fullmatch(r"Platinum, \d+ % of customers, earned \d+ % of the next year's realised EVA", each)
        for each in shown
    )
    assert shown.count("n = 200") == 2 and any("scored at 2014-12-31" in each for each in shown)
    assert "Realised EVA of the year after scoring, 万元 a year" in shown


def test_next_year_is_chinese_in_a_chinese_study(earned):
    shown = texts(figures.next_year_eva(followed(*earned), styled("zh")))
    assert any(each.startswith("铂金客户占客户") for each in shown)
    assert "较优类别收益更高" in shown and "均值及区间" in shown


def test_where_all_together_lost_no_share_is_told(earned):
    classes, eva = earned
    shown = texts(figures.next_year_eva(followed(classes, -eva.abs()), styled()))
    assert any(re.fullmatch(r"Platinum, .* earned −\d+ 万元 of the next year's realised EVA", each) for each in shown)


def test_own_names_of_classes_are_shown_and_an_empty_class_leaves_its_row_empty(earned):
    classes, eva = earned
    own = dict(zip(ORDER, ("A", "B", "C", "D"), strict=True))
    renamed = classes.replace("iron", "lead").map(own)
    shown = texts(
        figures.next_year_eva(followed(renamed, eva, ("A", "B", "C", "D")), styled(classes=tuple(own.values())))
    )
    assert "C 0 customers" in shown and any(each.startswith("A, ") for each in shown)
    assert not any("platinum" in each.lower() for each in shown)


def test_middle_shows_both_amounts(jd, language):
    rng = np.random.default_rng(4)
    held = pd.Series(rng.random(100)), pd.Series(rng.normal(1, 1, 100)), pd.Series(rng.random(100))
    middle = Middle(table=by_fifth(*held), **held_by_middle(*held, 0.1, jd, rng), scored=DATE)
    shown = texts(figures.middle_fifths(middle, styled(language)))
    words = {"en": {"next-year realised EVA", "headroom"}, "zh": {"次年已实现经济增加值", "提升空间"}}
    assert words[language] | {"n = 100"} <= set(shown)


@pytest.mark.parametrize(
    ("noise", "words"), [(0.1, "ranks the outcome better than sales_$ alone"), (9.0, "no better and no worse")]
)
def test_roc_says_who_wins_and_whether_it_is_clear(noise, words):
    rng = np.random.default_rng(4)
    outcome = pd.Series(rng.random(300) < 0.2)
    scores = pd.DataFrame({"total": rng.normal(size=300) * noise - outcome, "sales_$": rng.normal(size=300)})
    curves = pd.concat([roc_curve(scores[name], outcome).assign(score=name) for name in scores])
    shown = texts(
        figures.outcome_roc(Ranked(discrimination(scores, outcome), curves, len(outcome), int(outcome.sum())), styled())
    )
    assert any(words in each for each in shown) and any(each.startswith("score: ") for each in shown)


@pytest.mark.parametrize("ways", [["experts", "flat"], ["flat"]])
def test_acceptability_shows_each_way_of_weighting_and_who_is_sure(ways):
    rng = np.random.default_rng(4)
    customers = pd.DataFrame(rng.uniform(0, 100, (80, 2)), columns=["current", "potential"])
    customers["class"] = rng.choice(ORDER[:3], 80)
    customers[ways] = rng.uniform(0.3, 1, (80, len(ways)))
    sureness = Sureness(customers, pd.DataFrame(), pd.DataFrame(), 0.9, 100)
    shown = texts(figures.acceptability(sureness, (50, 50), styled()))
    assert {"n = 80", "in the class in 90 % of weightings or more", *ORDER} <= set(shown)
    assert any(each.endswith("of customers are in their class in at least 90 % of weightings") for each in shown)
    assert ("weights as the experts differ" in shown) == ("experts" in ways)
    assert not any("nan" in each for each in shown)


def test_choices_are_named_in_order_with_the_largest_of_each_in_the_title(language):
    single = pd.DataFrame(
        {
            "choice": ["cuts", "scaling", "cuts", "weights"],
            "alternative": ["top20", "min-max", "mean", "equal"],
            "changed": [0.36, 0.2, 0.19, 0.1],
        }
    )
    shown = texts(figures.choices(single, 90, styled(language)))
    words = {
        "en": {"Of the customers, one choice made otherwise moves up to 36 % (cuts), 20 % (scaling) and 10 % (weights)",
               "cuts: top20 on both axes", "scaling: min-max"},
        "zh": {"界限：双轴前20 %", "量纲：极差法"},
    }  # fmt: skip
    assert words[language] | {"36 %"} <= set(shown)


def test_out_of_time_draws_every_year_and_predictor():
    bases = pd.to_datetime(["2013-12-31", "2014-12-31"])
    names = ["base", "scale", "predictor"]
    rows = pd.MultiIndex.from_product([bases, ["rank", "asinh"], ["total", "sales"]], names=names)
    table = rows.to_frame(index=False).assign(customers=[90] * 4 + [1100] * 4, correlation=0.5, low=-0.1, high=0.7)
    table = table.assign(lead=0.1, lead_low=0.05, lead_high=0.2)
    figure = figures.out_of_time(OutOfTime(table, pd.DataFrame(), pd.DataFrame()), styled())
    shown = texts(figure)
    assert {"2013-12", "2014-12", "score", "sales", "by rank (Spearman)"} <= set(shown)
    assert "The score ranked the next year's realised EVA better than sales in 2 of 2 years" in shown
    assert any("n = 90 to 1,100 customers a year" in each for each in shown)
    assert figure.axes[0].get_ylim()[0] == pytest.approx(-0.1)


def test_assumptions_have_a_row_each_and_bars_from_what_is_set(language):
    rows = [("as set", 1e7, 0.0), ("hurdle", 3e7, 0.04), ("hurdle", -2e7, 0.18), ("weights", 1e7, 0.14)]
    found = Sensitivity(pd.DataFrame(rows, columns=["assumption", "eva", "changed"]), 0.11, 900)
    figure = figures.assumptions(found, styled(language))
    bars = figure.axes[0].patches
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(1e7, 2e7), (1e7, 0), (1e7, -3e7), (1e7, 0)]
    words = {
        "en": {"What moves EVA most: hurdle; what moves classes most: hurdle", "weights of the indicators"},
        "zh": {"对经济增加值影响最大：门槛；对类别影响最大：门槛", "指标权重"},
    }
    assert words[language] | {"18 %", "14 %"} <= set(texts(figure))
