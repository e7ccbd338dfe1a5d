"""Figures of chapter 6: distributions of the scores, the five grades beside null books, and worked examples."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report.style import Style
from crmlib.report.tables import percent

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
        axes.annotate(f"median {middle:.1f}", (middle, 1), (5, -3), xycoords=("data", "axes fraction"),
                      textcoords="offset points", va="top", fontsize=8.5)  # fmt: skip
        axes.set(title=f"{column} value", xlabel="points", xlim=(0, 100))
    panels[0, 0].set_ylabel("customers")
    panels[0, 0].set_ylim(top=panels[0, 0].get_ylim()[1] * 1.08)
    middle, far = scores["total"].median(), scores["total"].quantile(0.95)
    title = f"Half of the customers score under {middle:.0f} points in total, one in twenty over {far:.0f}"
    return style.finish(figure, title, n=len(scores))


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
    edges = [0, *bounds, 100]
    ranges = [f"{name}\n{low:g}–{high:g}" for name, low, high in zip(own["grade"], edges, edges[1:], strict=False)]
    _beside_null(panels[0, 0], own, ranges, "five grades, the study's own scaling", style)
    _beside_null(panels[0, 1], middle, [name.replace(" ", "\n", 1) for name in middle["scaling"]],
                 f"share from {bounds[1]:g} to {bounds[2]:g} points, by scaling", style)  # fmt: skip
    panels[0, 0].set_ylabel("share of customers")
    panels[0, 0].set_ylim(top=min(1.15, 1.22 * float(table[["share", "null_high"]].max().max())))
    style.percent_axis(panels[0, 0], "y")
    row, others = own.iloc[2], middle["share"].iloc[1:]
    title = (
        f"{percent(row['share'])} of customers are at the middle level; null books put {percent(row['null_mean'])} "
        f"there, and other scalings {percent(others.min(), 0)} to {percent(others.max(), 0)}"
    )
    return style.finish(figure, title, n=n)


def worked_examples(table: pd.DataFrame, totals: pd.Series, n: int, style: Style) -> Figure:
    """Points that each indicator adds to the total of the best, a typical and the worst customer.

    Parameters
    ----------
    table : DataFrame
        example, customer_id, code, name, weight, contribution.
    totals : Series
        Total of each example, by example.
    n : int
        Customers among which these were chosen.
    style : Style
    """
    shown = list(dict.fromkeys(table["example"]))
    names = table.drop_duplicates("code")
    figure, panels = style.panels(1, len(shown), width=9.6, height=0.9 + 0.27 * len(names), sharey=True, sharex=True)
    rows = np.arange(len(names))
    for axes, example in zip(panels[0], shown, strict=True):
        own = table[table["example"] == example]
        axes.barh(rows, 100 * own["weight"], height=0.7, color=style.colour("grid"))
        axes.barh(rows, own["contribution"], height=0.7, color=style.colour("accent"))
        axes.set_title(f"{example}: {totals[example]:.1f} points")
        axes.set_xlabel("points of the total")
    panels[0, 0].set_yticks(
        rows, [f"{style.text(name, 28)}  {code}" for code, name in names[["code", "name"]].to_numpy()]
    )
    panels[0, 0].set_ylim(len(names) - 0.4, -0.6)
    own = table[table["example"] == shown[0]]
    best = own.loc[own["contribution"].idxmax()]
    title = (
        f"The best customer reaches {totals[shown[0]]:.0f} points, {best['contribution']:.0f} of them by "
        f"{style.text(best['name'])}"
    )
    return style.finish(figure, title, note=f"grey: what the indicator could add at most; chosen among n = {n:,}")


def _beside_null(axes: Axes, table: pd.DataFrame, labels: list[str], head: str, style: Style) -> None:
    """Bars of what was observed, with the null's mean and interval on them."""
    places = np.arange(len(table))
    axes.bar(places - 0.17, table["share"], width=0.5, color=style.colour("accent"), label="this book")
    spread = [table["null_mean"] - table["null_low"], table["null_high"] - table["null_mean"]]
    axes.errorbar(places + 0.27, table["null_mean"], yerr=np.clip(spread, 0, None), fmt="D", markersize=5, capsize=3,
                  linewidth=1.2, color=style.colour("warm"), label="null books")  # fmt: skip
    for place, share in zip(places, table["share"], strict=True):
        words = f"{share * 100:.0f} %" if share >= 0.005 or share == 0 else "< 1 %"
        axes.annotate(words, (place - 0.17, share), (0, 3), textcoords="offset points", ha="center", fontsize=8.5)
    axes.set_xticks(places, labels)
    axes.set_title(head)
    axes.legend(loc="upper right", ncols=2)
