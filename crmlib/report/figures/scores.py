"""Figures of chapter 6: distributions of the scores, the five grades beside null books, and worked examples."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report.style import Style
from crmlib.words.numbers import percent, short

_SCORES = {"current": "accent", "potential": "warm", "total": "ink"}


def distributions(scores: pd.DataFrame, style: Style) -> Figure:
    """Histograms of current, potential and total value with their medians.

    Parameters
    ----------
    scores : DataFrame
        One row per customer: current, potential, total, 0 to 100.
    style : Style
    """
    figure, panels = style.panels(1, 3, width=9.6, height=3.0, sharey=True)
    for axes, (column, colour) in zip(panels[0], _SCORES.items(), strict=True):
        axes.hist(scores[column], bins=np.arange(0, 101, 4), color=style.colour(colour),
                  edgecolor=style.colour("paper"), linewidth=0.4)  # fmt: skip
        middle = float(scores[column].median())
        axes.axvline(middle, color=style.colour("ink"), linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(style.word("distributions.median", middle=middle), (middle, 1), (5, -3), va="top", fontsize=8.5,
                      xycoords=("data", "axes fraction"), textcoords="offset points")  # fmt: skip
        axes.set(title=style.voice.name("score", column), xlabel=style.word("distributions.x"), xlim=(0, 100))
    panels[0, 0].set_ylabel(style.word("distributions.y"))
    panels[0, 0].set_ylim(top=panels[0, 0].get_ylim()[1] * 1.08)
    middle, far = scores["total"].median(), scores["total"].quantile(0.95)
    return style.finish(figure, style.word("distributions.title", middle=middle, far=far), n=len(scores))


def grades(table: pd.DataFrame, bounds: Sequence[float], n: int, style: Style) -> Figure:
    """The five grades, and the share in the middle under every scaling, each beside the null books.

    Parameters
    ----------
    table : DataFrame
        scaling, grade, share, null_mean, null_low, null_high; the first scaling is the study's own.
    bounds : sequence of float
        Bounds of the grades.
    n : int
        Customers.
    style : Style
    """
    own = table[table["scaling"] == table["scaling"].iloc[0]]
    middle = table[table["grade"] == own["grade"].iloc[2]]
    figure, panels = style.panels(1, 2, width=9.6, height=3.7, sharey=True)
    edges = list(pairwise([0, *bounds, 100]))
    ranges = [f"{style.voice.name('grade', name)}\n{short(low)}–{short(high)}"
              for name, (low, high) in zip(own["grade"], edges, strict=True)]  # fmt: skip
    scalings = [style.voice.name("scaling", name).replace(" ", "\n", 1) for name in middle["scaling"]]
    _beside_null(panels[0, 0], own, ranges, style.word("grades.own"), style)
    _beside_null(panels[0, 1], middle, scalings, style.word("grades.scalings", bounds=list(bounds[1:3])), style)
    panels[0, 0].set_ylabel(style.word("grades.y"))
    panels[0, 0].set_ylim(top=min(1.15, 1.22 * float(table[["share", "null_high"]].max().max())))
    style.percent_axis(panels[0, 0], "y")
    row, others = own.iloc[2], middle["share"].iloc[1:]
    title = style.word("grades.title", share=row["share"], null=row["null_mean"], others=[others.min(), others.max()])
    return style.finish(figure, title, n=n)


def worked_examples(table: pd.DataFrame, chosen: pd.DataFrame, n: int, style: Style) -> Figure:
    """Points that each indicator adds to the total of the best, a typical and the worst customer.

    Parameters
    ----------
    table : DataFrame
        example, customer_id, code, name, weight, contribution.
    chosen : DataFrame
        From :func:`crmlib.value.examples.example_scores`.
    n : int
        Customers among which these were chosen.
    style : Style
    """
    shown = list(dict.fromkeys(table["example"]))
    names = table.drop_duplicates("code")
    figure, panels = style.panels(1, len(shown), width=9.6, height=0.9 + 0.27 * len(names), sharey=True, sharex=True)
    rows = np.arange(len(names))
    totals = chosen["total"]
    for axes, example in zip(panels[0], shown, strict=True):
        own = table[table["example"] == example]
        axes.barh(rows, 100 * own["weight"], height=0.7, color=style.colour("grid"))
        axes.barh(rows, own["contribution"], height=0.7, color=style.colour("accent"))
        axes.set_title(style.word("worked_examples.panel", example=example, total=totals[example]))
        axes.set_xlabel(style.word("worked_examples.x"))
    told = [style.text(style.voice.name("node", name), 28) for name in names["name"]]
    panels[0, 0].set_yticks(rows, [f"{name}  {code}" for name, code in zip(told, names["code"], strict=True)])
    panels[0, 0].set_ylim(len(names) - 0.4, -0.6)
    own = table[table["example"] == shown[0]]
    best = own.loc[own["contribution"].idxmax()]
    most = {"points": best["contribution"], "indicator": best["name"]}
    title = style.word("worked_examples.title", total=totals[shown[0]], **most)
    return style.finish(figure, title, note=style.word("worked_examples.note", n=n))


def _beside_null(axes: Axes, table: pd.DataFrame, labels: list[str], head: str, style: Style) -> None:
    """Bars of what was observed, with the null's mean and interval on them."""
    places = np.arange(len(table))
    axes.bar(
        places - 0.17, table["share"], width=0.5, color=style.colour("accent"), label=style.word("grades.observed")
    )
    spread = [table["null_mean"] - table["null_low"], table["null_high"] - table["null_mean"]]
    axes.errorbar(places + 0.27, table["null_mean"], yerr=np.clip(spread, 0, None), fmt="D", markersize=5, capsize=3,
                  linewidth=1.2, color=style.colour("warm"), label=style.word("grades.null"))  # fmt: skip
    for place, share in zip(places, table["share"], strict=True):
        words = percent(share, 0) if share >= 0.005 or share == 0 else style.word("grades.few")
        axes.annotate(words, (place - 0.17, share), (0, 3), textcoords="offset points", ha="center", fontsize=8.5)
    axes.set_xticks(places, labels)
    axes.set_title(head)
    axes.legend(loc="upper right", ncols=2)
