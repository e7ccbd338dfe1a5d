"""Figures of chapter 6 draw what their tables hold."""

import numpy as np
import pandas as pd

from crmlib.report.figures import scores
from crmlib.report.style import Style
from crmlib.value.grades import GRADES, SCALES

STYLE = Style(simulated=True, section="scores")


def title(figure):
    return " ".join(max(figure.texts, key=lambda text: text.get_fontsize()).get_text().split())


def test_distributions_show_three_scores_with_their_medians():
    table = pd.DataFrame({name: np.linspace(0, 100, 101) for name in ("current", "potential", "total")})
    figure = scores.distributions(table, STYLE)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["current value", "potential value", "total value"]
    assert all("median 50.0" in [text.get_text() for text in axes.texts] for axes in figure.axes)
    assert title(figure) == "Half of the customers score under 50 points in total, one in twenty over 95"


def test_grades_stand_beside_the_null_under_every_scaling():
    table = pd.DataFrame([(scaling, grade) for scaling in SCALES for grade in GRADES], columns=["scaling", "grade"])
    table = table.assign(share=0.2, high=0.25, null_mean=0.3, null_low=0.25, null_high=0.35)
    table = table.assign(ranked_mean=0.22, ranked_low=0.2, ranked_high=0.24)
    table.loc[table["scaling"] == "min-max", "share"] = 0.04
    figure = scores.grades(table, (20, 40, 60, 80), 1186, STYLE)
    assert [len(axes.patches) for axes in figure.axes] == [5, 4]
    assert title(figure) == (
        "20.0 % of customers are at the middle level; shuffled books put 30.0 % there, books with ranks kept 22.0 %, "
        "and other scalings 4 to 20 %"
    )


def test_worked_examples_show_what_each_indicator_adds():
    rows = [
        (example, "001", code, "$_名", 0.5, points)
        for example, points in (("best", 45.0), ("typical", 20.0), ("worst", 5.0))
        for code in ("A1", "B1")
    ]
    table = pd.DataFrame(rows, columns=["example", "customer_id", "code", "name", "weight", "contribution"])
    totals = pd.DataFrame({"total": [90.0, 40.0, 10.0]}, index=["best", "typical", "worst"])
    figure = scores.worked_examples(table, totals, 500, STYLE)
    assert [bar.get_width() for bar in figure.axes[1].patches] == [50, 50, 20, 20]
    assert title(figure) == "The best customer reaches 90 points, 45 of them by $_名"
