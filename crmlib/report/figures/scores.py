"""Figures of chapter 6: distributions of the scores, the five grades beside null books, and worked examples."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report import shapes
from crmlib.report.style import Style
from crmlib.words.numbers import short

_SCORES = {"current": "accent", "potential": "warm", "total": "ink"}


def distributions(scores: pd.DataFrame, style: Style) -> Figure:
    """Histograms of current, potential and total value (0 to 100, columns of ``scores``) with their medians."""
    figure, panels = style.panels(1, 3, width=9.6, height=3.0, sharey=True)
    for axes, (column, colour) in zip(panels[0], _SCORES.items(), strict=True):
        axes.hist(scores[column], bins=np.arange(0, 101, 4), color=colour)
        middle = float(scores[column].median())
        axes.axvline(middle, color="ink", linewidth=1, linestyle="--")
        median = style.word("distributions.median", middle=middle)
        shapes.beside(axes, median, (middle, 1), (5, -3), xycoords=("data", "axes fraction"))
        axes.set(title=style.name("score", column), xlabel=style.word("distributions.x"), xlim=(0, 100))
    panels[0, 0].set(ylabel=style.word("distributions.y"), ymargin=0.12)
    middle, far = scores["total"].median(), scores["total"].quantile(0.95)
    return style.finish(figure, style.word("distributions.title", middle=middle, far=far), n=len(scores))


def grades(table: pd.DataFrame, bounds: Sequence[float], n: int, style: Style) -> Figure:
    """The five grades, and the share in the middle under every scaling, each beside the null books.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.value.grades.grades_beside_null`; the first scaling is the study's own.
    bounds : sequence of float
        Bounds of the grades.
    n : int
        Customers.
    """
    own = table[table["scaling"] == table["scaling"].iloc[0]]
    middle = table[table["grade"] == own["grade"].iloc[2]]
    figure, panels = style.panels(1, 2, width=9.6, height=3.7, sharey=True)
    ranges = [f"{style.name('grade', name)}\n{short(low)}–{short(high)}"
              for name, (low, high) in zip(own["grade"], pairwise([0, *bounds, 100]), strict=True)]  # fmt: skip
    scalings = [name.replace(" ", "\n", 1) for name in style.names("scaling", middle["scaling"])]
    _beside_null(panels[0, 0], own, ranges, style.word("grades.own"), style)
    _beside_null(panels[0, 1], middle, scalings, style.word("grades.scalings", bounds=list(bounds[1:3])), style)
    most = 1.22 * float(table[["high", "null_high", "ranked_high"]].max().max())
    panels[0, 0].set_ylim(0, min(1.15, most))
    style.label(panels[0, 0], "grades")
    row, others = own.iloc[2], middle["share"].iloc[1:]
    title = style.word("grades.title", share=row["share"], null=row["null_mean"],
                       ranked=row["ranked_mean"], others=[others.min(), others.max()])  # fmt: skip
    return style.finish(figure, title, n=n)


def _beside_null(axes: Axes, table: pd.DataFrame, names: list[str], head: str, style: Style) -> None:
    """Bars of what was observed, with mean and interval of the two kinds of null books beside them."""
    few = table["share"].between(0, 0.005, inclusive="neither")
    texts = table["share"].map(shapes.whole).mask(few, style.word("grades.few"))
    shapes.bars(axes, table["share"], texts, upright=True, shift=-0.17, wide=0.5, color="accent",
                label=style.word("grades.observed"))  # fmt: skip
    for kind, shift, colour, marker in (("null", 0.2, "warm", "D"), ("ranked", 0.37, "ink", "s")):
        null = table[[f"{kind}_mean", f"{kind}_low", f"{kind}_high"]]
        look = {"color": colour, "marker": marker, "s": 26, "label": style.word(f"grades.{kind}")}
        shapes.dots(axes, null, at=np.arange(len(table)) + shift, upright=True, **look)
    axes.set_xticks(range(len(table)), names)
    axes.set_title(head)
    axes.legend(loc="upper right")


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
    """
    names, totals = table.drop_duplicates("code"), chosen["total"]
    shown = dict(list(table.groupby("example", sort=False)))
    figure, panels = style.panels(1, len(shown), width=9.6, height=0.9 + 0.27 * len(names), sharey=True, sharex=True)
    for axes, (example, own) in zip(panels[0], shown.items(), strict=True):
        shapes.bars(axes, 100 * own["weight"], color="grid")
        shapes.bars(axes, own["contribution"], color="accent")
        style.label(axes, "worked_examples", title="panel", example=example, total=totals[example])
    told = zip(style.names("node", names["name"], 28), names["code"], strict=True)
    shapes.rows(panels[0, 0], [f"{name}  {code}" for name, code in told])
    first, own = next(iter(shown.items()))
    best = own.loc[own["contribution"].idxmax()]
    title = style.word("worked_examples.title", total=totals[first], points=best["contribution"],
                       indicator=best["name"])  # fmt: skip
    return style.finish(figure, title, note=style.word("worked_examples.note", n=n))
