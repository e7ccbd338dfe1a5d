"""Figures of chapter 7 draw what their tables hold."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.matrix import CLASSES, Cuts
from crmlib.matrix.changes import regrading
from crmlib.matrix.migration import LOST, Migration, move_chances
from crmlib.matrix.profile import cut_sensitivity, holding, stage_table, year_after
from crmlib.report.figures import matrix
from crmlib.report.style import Style
from crmlib.words.messages import say

STYLE = Style(simulated=True, section="matrix")


@pytest.fixture
def scores():
    random = np.random.default_rng(3)
    return pd.DataFrame(random.normal(50, 12, (150, 2)).clip(0, 100), columns=["current", "potential"])


@pytest.fixture
def cuts(scores):
    return Cuts.fit(scores, ("p70", "median"))


@pytest.fixture
def classes(scores, cuts):
    return cuts.classify(scores)


def held(classes, jd, **amounts):
    plain = {"eva": 2e4, "eva_realised": 2e4, "hours": 1.0, "mean_deposits": 1.0, "mean_loan": 1.0, "in_default": False}
    year = pd.DataFrame({**plain, **amounts}, index=classes.index) if amounts else Absent(say("matrix.one_year"))
    return holding(classes, year, pd.DataFrame(index=classes.index), jd)


def words(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def said(figure):
    return " ".join(text.get_text() for text in figure.findobj(lambda each: hasattr(each, "get_text"))).replace(
        "\n", " "
    )


def test_the_matrix_draws_every_customer_once_between_two_cuts_that_are_named(scores, cuts, classes, jd):
    figure = matrix.matrix(cuts.classed(scores), cuts, held(classes, jd, eva=2e4), STYLE)
    main = figure.axes[2]
    drawn = {len(points.get_offsets()) for points in main.collections if len(points.get_offsets()) > 1}
    assert drawn == set(classes.value_counts())
    assert {f"cut {cuts[0]:.1f}", f"cut {cuts[1]:.1f}", *CLASSES} <= set(words(figure))
    share = f"{(classes == 'platinum').mean():.0%}".replace("%", " %")
    assert f"{share} of customers\n{share} of EVA" in words(figure)
    assert f"Platinum, {share} of the customers, brings {share} of the EVA of customers not in default" in said(figure)
    assert all(points.get_rasterized() for points in main.collections if len(points.get_offsets()) > 1)


def test_a_class_without_customers_is_an_empty_corner_and_without_profit_the_title_counts(scores, jd):
    cuts = Cuts(101.0, 50.0)
    figure = matrix.matrix(cuts.classed(scores), cuts, held(cuts.classify(scores), jd), STYLE)
    assert "platinum" in words(figure)
    assert "0 % of the customers are high on both axes" in said(figure)


def test_classes_have_their_own_names_in_every_language(scores, jd):
    labels = ("Sonne", "Mond", "Stern", "Staub")
    cuts, own = Cuts.fit(scores, "median", labels), jd.model_copy(update={"matrix": jd.matrix.model_copy(
        update={"labels": dict(zip(jd.matrix.labels, labels, strict=True))})})  # fmt: skip
    classes, style = cuts.classify(scores), Style(simulated=True, section="matrix", classes=labels)
    figure = matrix.matrix(cuts.classed(scores), cuts, held(classes, own, eva=2e4), style)
    assert set(labels) <= set(words(figure)) and "Sonne, " in said(figure)
    chinese = Style(simulated=True, language="zh", section="matrix")
    plain = Cuts.fit(scores, "median")
    figure = matrix.matrix(plain.classed(scores), plain, held(plain.classify(scores), jd, eva=2e4), chinese)
    assert {"铂金客户", "黄金客户", "铁质客户", "铅质客户"} <= set(words(figure))


def test_every_choice_of_a_cut_stands_with_its_share(scores, cuts):
    figure = matrix.cut_choice(cut_sensitivity(scores, cuts, 0.1), 150, STYLE)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(names) == 8
    assert [name for name in names if "(in use)" in name] == [f"the 70th percentile (in use), at {cuts.current:.1f}"]
    assert any(name.startswith("−10 %, at ") for name in names) and words(figure).count("0.0 %") >= 2


def test_profile_and_next_year_show_losses_in_money(scores, classes, jd):
    eva = np.where(classes == "lead", -1e4, 2e4)
    found = held(classes, jd, eva=eva, hours=1.0, mean_loan=0.0)
    figure = matrix.class_profile(found, STYLE)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["customers", "EVA, 万元", "RM hours", "deposits"]
    assert any(text.startswith("−") for text in words(figure))
    later = year_after(
        scores.assign(**{"class": classes}), pd.DataFrame({"eva_realised": eva}, index=classes.index), jd
    )
    assert any(text.startswith("−") for text in words(matrix.next_year(later, STYLE)))


def test_money_stands_in_place_of_shares_of_what_is_not_positive(scores, classes, jd):
    figure = matrix.class_profile(held(classes, jd, eva=-1e4), STYLE)
    assert figure.axes[1].get_title(loc="left") == "EVA, 万元"
    assert f"−{(classes == 'lead').sum()}" in words(figure) and "brings −" in said(figure)
    later = year_after(
        scores.assign(**{"class": classes}), pd.DataFrame({"eva_realised": -1e4}, index=classes.index), jd
    )
    figure = matrix.next_year(later, STYLE)
    assert f"Platinum of a year ago earned −{(classes == 'platinum').sum()} 万元" in said(figure)
    assert not any("(" in text for text in words(figure))


def test_the_trend_marks_its_limits_in_percent():
    facts = pd.DataFrame({"growth": [-3.0, -0.4, 0.0, 0.1, 0.5, np.nan]})
    shares = pd.Series({"decline": 0.4, "formation": 0.2})
    figure = matrix.trend(facts, shares, 0.3, STYLE)
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()][2:5] == ["−26 %", "0", "+35 %"]
    assert "n = 5" in words(figure) and "40 % of the relationships decline" in said(figure)


def test_cells_hold_every_count_and_the_sums(classes):
    stage = pd.Series(np.where(np.arange(150) % 2, "stable", "decline"), classes.index)
    table = stage_table(classes, stage, CLASSES)
    figure = matrix.class_stage(table, STYLE)
    shown = [int(text.split("\n")[0]) for text in words(figure) if not text.startswith("n =")]
    assert shown == table.to_numpy().ravel().tolist()
    assert figure.axes[0].get_xticklabels()[3].get_text() == "decline\n75 (50 %)"


@pytest.mark.parametrize(
    ("declining", "expected"),
    [({}, "No relationship declines"), ({"platinum"}, "of platinum decline, the most of all classes"),
     ({"lead"}, "of lead decline, and 0 % of platinum")],
)  # fmt: skip
def test_the_title_names_the_class_that_declines_most(classes, declining, expected):
    stage = pd.Series(np.where(classes.isin(declining), "decline", "stable"), classes.index)
    assert expected in said(matrix.class_stage(stage_table(classes, stage, CLASSES), STYLE))


def test_who_changed_and_who_moved_stand_by_name(scores, cuts):
    changed = regrading(scores, scores[["current", "potential"]].iloc[:140] + 4.0, cuts, 3.0)
    figure = matrix.class_changes(changed.counts, changed, STYLE)
    assert "with a band of 3 points at each cut" in said(figure)
    assert figure.axes[0].get_yticklabels()[4].get_text() == "newly graded\n10 (7 %)"
    moved = pd.DataFrame({"class": ["platinum", "platinum"], "next": ["platinum", LOST], "idle": False})
    years = pd.DataFrame({"as_of": [pd.Timestamp("2015-12-31")]})
    made = Migration(years, pd.DataFrame(), move_chances(moved, CLASSES, 0.95), True)
    figure = matrix.migration(made.counts, made, STYLE)
    assert "50 % of platinum are platinum a year later, 50 % are lost" in said(figure)
    nobody = replace(made, chances=move_chances(moved.assign(**{"class": "gold"}), CLASSES, 0.95))
    assert "– of platinum are platinum a year later, – are lost" in said(matrix.migration(nobody.counts, nobody, STYLE))


def test_worth_stands_beside_its_bar_on_the_side_of_its_sign():
    table = pd.DataFrame({"class": CLASSES, "reward": [9e4, 4e4, 1e4, -2e4], "value": [4e5, 2e5, 5e4, -2.5e4]})
    figure = matrix.worth(table.assign(low=table["value"] - 2e4, high=table["value"] + 3e4), STYLE)
    assert {"40", "20", "5", "−2.5"} <= set(words(figure))
    sides = {text.get_text(): text.get_ha() for text in figure.axes[0].texts}
    assert sides["−2.5"] == "right" and sides["40"] == "left"
    assert figure.axes[0].get_xlabel().endswith("万元")
