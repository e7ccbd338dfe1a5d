"""Figures of chapter 7: the value matrix, its cuts, what the classes hold, stages, and who changed class."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from crmlib.report.style import Style
from crmlib.report.tables import percent
from crmlib.report.text import number
from crmlib.words.numbers import UNITS

_CORNERS = ((0.985, 0.985), (0.985, 0.015), (0.015, 0.985), (0.015, 0.015))
_MEASURES = {
    "customers": "customers", "eva": "EVA", "hours": "RM hours", "mean_deposits": "deposits", "mean_loan": "loans",
    "headroom": "wallet headroom",
}  # fmt: skip


def matrix(
    classes: pd.DataFrame, cuts: tuple[float, float], words: Mapping[str, str], title: str, style: Style
) -> Figure:
    """The value matrix: every graded customer by current and potential value, the two cuts, and the four classes.

    Parameters
    ----------
    classes : DataFrame
        One row per customer: class, current, potential (0 to 100).
    cuts : (float, float)
        Cuts of current and potential value.
    words : mapping
        What is written under the name of each class.
    title : str
        The finding.
    style : Style
    """
    figure, panels = style.panels(2, 2, width=8.6, height=6.9, width_ratios=(1, 0.13), height_ratios=(0.13, 1))
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    main = panels[1, 0]
    limits = [_limits(classes[axis], cut) for axis, cut in zip(("current", "potential"), cuts, strict=True)]
    main.set(xlabel="current value, points", ylabel="potential value, points", xlim=limits[0], ylim=limits[1])
    _quadrants(main, cuts, limits, style)
    for name in style.classes:
        own = classes[classes["class"] == name]
        main.scatter(own["current"], own["potential"], s=22, alpha=0.85, zorder=3, **style.points(name))
    for name, (x, y) in zip(style.classes, _CORNERS, strict=True):
        _corner(main, name, words[name], (x, y), style)
    for place, axes in enumerate((panels[0, 0], panels[1, 1])):
        _edge(axes, classes, place, limits[place], cuts[place], style)
    panels[0, 1].axis("off")
    return style.finish(figure, title, note=f"n = {len(classes):,} graded customers; a score on a cut counts as high")


def cut_choice(table: pd.DataFrame, chosen: tuple[str, str], shift: float, n: int, style: Style) -> Figure:
    """Share of customers that change class when one cut follows another rule, or moves a little.

    Parameters
    ----------
    table : DataFrame
        As from :func:`crmlib.matrix.profile.cut_sensitivity`.
    chosen : (str, str)
        Rules in use for current and potential value.
    shift : float
        Relative move of a cut among the choices.
    n : int
        Customers.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=3.6, sharex=True)
    for axes, (axis, own), rule in zip(panels[0], table.groupby("axis", sort=False), chosen, strict=True):
        own = own.sort_values(["changed", "cut"], ascending=False)
        rows = np.arange(len(own))
        colours = ["warm" if choice[0] in "+-" else "accent" for choice in own["choice"]]
        axes.hlines(rows, 0, own["changed"], color=[style.colour(name) for name in colours], linewidth=2.2)
        axes.scatter(
            own["changed"], rows, s=36, color=[style.colour(name) for name in colours], zorder=3, clip_on=False
        )
        names = own["choice"].where(own["choice"] != rule, own["choice"] + " (in use)")
        axes.set_yticks(rows, [f"{name.replace('%', ' %').replace('-', '−')}, at {cut:.1f}"
                               for name, cut in zip(names, own["cut"], strict=True)])  # fmt: skip
        for row, share in zip(rows, own["changed"], strict=True):
            axes.annotate(percent(share), (share, row), (7, 0), textcoords="offset points", va="center", fontsize=8.5)
        axes.set(title=f"cut of {axis} value", xlabel="customers that change class")
        axes.set_xlim(0, table["changed"].max() * 1.2 + 0.01)
        axes.tick_params(axis="y", pad=8)
        style.percent_axis(axes, "x")
    moved = table[table["choice"].str.match(r"[+-]\d")]["changed"].max()
    title = (
        f"Another rule moves up to {percent(table['changed'].max(), 0)} of customers into another class, "
        f"a cut {percent(shift, 0)} off up to {percent(moved, 0)}"
    )
    return style.finish(figure, title, n=n)


def class_profile(profile: pd.DataFrame, title: str, style: Style) -> Figure:
    """Share of each measure that each class holds.

    Parameters
    ----------
    profile : DataFrame
        As from :func:`crmlib.matrix.profile.held_by_class`; only measures with a name here are drawn.
    title : str
        The finding.
    style : Style
    """
    shown = [measure for measure in _MEASURES if measure in set(profile["measure"])]
    figure, panels = style.panels(1, len(shown), width=9.6, height=2.7, sharey=True)
    rows = np.arange(len(style.classes))
    for axes, measure in zip(panels[0], shown, strict=True):
        own = profile[profile["measure"] == measure].set_index("class")["share"].reindex(style.classes)
        for row, name in zip(rows, style.classes, strict=True):
            axes.barh(row, own[name], height=0.7, **style.fill(name))
        _bar_ends(axes, rows, own, lambda share: percent(share, 0))
        _zero_line(axes, style)
        axes.spines["bottom"].set_visible(False)
        axes.set(title=_MEASURES[measure], xticks=[])
    panels[0, 0].set_yticks(rows, [style.text(name) for name in style.classes])
    panels[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    n = int(profile.loc[profile["measure"] == "customers", "total"].sum())
    return style.finish(figure, title, note=f"n = {n:,} graded customers; bars are shares of the column's sum")


def next_year(table: pd.DataFrame, title: str, style: Style) -> Figure:
    """EVA of the year after grading: quartiles and mean per customer, and each class's total.

    Parameters
    ----------
    table : DataFrame
        As from :func:`crmlib.matrix.profile.spread`, of the classes at the start of the year.
    title : str
        The finding.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=2.9, sharey=True, width_ratios=(1.25, 1))
    rows = np.arange(len(table))
    for row, own in zip(rows, table.to_dict("records"), strict=True):
        panels[0, 0].barh(row, own["high"] - own["low"], left=own["low"], height=0.55, **style.fill(own["class"]))
        panels[0, 1].barh(row, own["total"], height=0.55, **style.fill(own["class"]))
    panels[0, 0].scatter(table["middle"], rows, marker="|", s=260, linewidth=2.4, color=style.colour("ink"), zorder=4)
    panels[0, 0].scatter(table["mean"], rows, marker="D", s=42, color=style.colour("warm"), zorder=5,
                         edgecolor=style.colour("paper"))  # fmt: skip
    _bar_ends(panels[0, 1], rows, table["total"], number_of(table, style))
    for axes, head in zip(
        panels[0], ("a customer: quartiles, median ( | ) and mean (◆)", "a class, in total"), strict=True
    ):
        _zero_line(axes, style)
        axes.set(title=head, xlabel="EVA of the next year")
        style.money_axis(axes, "x")
    labels = [f"{style.text(own['class'])}\nn = {own['customers']:,}" for own in table.to_dict("records")]
    panels[0, 0].set_yticks(rows, labels)
    panels[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    return style.finish(figure, title, note="classes as fitted a year before, customers who left counted until then")


def trend(facts: pd.DataFrame, limit: float, title: str, style: Style) -> Figure:
    """Business trend of customers against the median, with the limits of decline and formation.

    Parameters
    ----------
    facts : DataFrame
        ``growth`` per customer, log change a year; missing ones are left out.
    limit : float
        Log change beyond which a customer declines or grows.
    title : str
        The finding.
    style : Style
    """
    known = facts["growth"].dropna()
    figure, axes = style.panel("change of business within a year against the median customer", "customers", height=3.0)
    edges = np.linspace(-1.5, 1.5, 61)
    counts, _, bars = axes.hist(known.clip(-1.499, 1.499), bins=edges, edgecolor=style.colour("paper"), linewidth=0.4)
    for left, bar in zip(edges[:-1], bars, strict=True):
        middle = left + (edges[1] - edges[0]) / 2
        bar.set_facecolor(style.colour("warm" if middle < -limit else "accent" if middle > limit else "muted"))
    for place, head, colour, side in ((-limit, "decline", "warm", -1), (limit, "formation", "accent", 1)):
        axes.axvline(place, color=style.colour("ink"), linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(head, (place, counts.max()), (6 * side, 0), textcoords="offset points", va="top", weight="bold",
                      ha="left" if side > 0 else "right", color=style.colour(colour))  # fmt: skip
    marks = np.sort([*np.log([0.25, 0.5, 1.0, 2.0, 4.0]), -limit, limit])
    axes.set_xticks(marks, [f"{np.expm1(mark) * 100:+.0f} %".replace("-", "−").replace("+0 %", "0") for mark in marks])
    return style.finish(figure, title, n=len(known), note="beyond the axis: at its ends")


def cells(table: pd.DataFrame, title: str, style: Style, shared: str = "", note: str = "") -> Figure:
    """A table of counts as cells with n in every one, and sums at the right and below.

    Parameters
    ----------
    table : DataFrame
        Counts; the names of its index and columns are the axes' labels.
    title : str
        The finding.
    style : Style
    shared : str
        ``row`` writes each cell's share of its row under n.
    note : str
        For the source line.
    """
    figure, axes = style.panel(
        table.columns.name or "", table.index.name or "", width=7.2, height=0.75 * len(table) + 0.8
    )
    sums = table.sum(axis=1)
    axes.imshow(np.sqrt(table.to_numpy(dtype=float)), cmap=style.sequence, aspect="auto", vmin=0)
    most = np.sqrt(table.to_numpy().max())
    for row, (name, counts) in enumerate(table.iterrows()):
        for column, count in enumerate(counts):
            share = f"\n{percent(count / sums[name], 0)}" if shared == "row" and sums[name] else ""
            light = np.sqrt(count) > 0.66 * most
            axes.text(column, row, f"{count:,}{share}", ha="center", va="center", fontsize=9.5,
                      color=style.colour("paper" if light else "ink"))  # fmt: skip
    total = table.to_numpy().sum()
    columns = [f"{style.text(name)}\n{count:,} ({percent(count / total, 0)})" for name, count in table.sum().items()]
    axes.set_xticks(range(table.shape[1]), columns)
    axes.set_yticks(range(len(table)), [f"{style.text(name)}\n{count:,} ({percent(count / total, 0)})"
                                        for name, count in sums.items()])  # fmt: skip
    axes.set_xticks(np.arange(table.shape[1] + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(table) + 1) - 0.5, minor=True)
    axes.grid(False)
    axes.grid(True, which="minor", color=style.colour("paper"), linewidth=2)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    return style.finish(figure, title, n=int(total), note=note)


def worth(table: pd.DataFrame, title: str, style: Style) -> Figure:
    """Markov value of a customer of each class with its interval, beside what the year just over brought.

    Parameters
    ----------
    table : DataFrame
        As from :func:`crmlib.strategy.migration.markov_values`.
    title : str
        The finding.
    style : Style
    """
    figure, axes = style.panel("value of a customer (bar), the year just over (◆)", width=8.4, height=2.7)
    rows = np.arange(len(table))
    around = [withStroke(linewidth=4, foreground=style.colour("paper"))]
    for row, own in zip(rows, table.to_dict("records"), strict=True):
        axes.barh(row, own["value"], height=0.6, **style.fill(own["class"]))
        axes.plot([own["low"], own["high"]], [row, row], "-|", color=style.colour("ink"), linewidth=1.4, markersize=9,
                  zorder=4, path_effects=around)  # fmt: skip
        end, gap, side = ("low", -8, "right") if own["value"] < 0 else ("high", 8, "left")
        words = number(own["value"] / UNITS[style.money_unit])
        axes.annotate(words, (own[end], row), (gap, 0), textcoords="offset points", va="center", ha=side)
    axes.scatter(table["reward"], rows, marker="D", s=42, color=style.colour("warm"), zorder=5,
                 edgecolor=style.colour("paper"))  # fmt: skip
    _zero_line(axes, style)
    axes.set_yticks(rows, [style.text(name) for name in table["class"]])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    style.money_axis(axes, "x")
    return style.finish(
        figure, title, note="value: the year just over and all to come; all years by today's model and cuts"
    )


def number_of(table: pd.DataFrame, style: Style) -> Callable[[float], str]:
    """How a class's total is written beside its bar: the amount and its share."""
    shares = dict(zip(table["total"], table["share"], strict=True))
    return lambda total: f"{number(total / UNITS[style.money_unit])} ({percent(shares[total], 0)})"


def _limits(scores: pd.Series, cut: float) -> tuple[float, float]:
    """Axis limits around all scores and the cut, with room for the names in the corners."""
    low, high = min(scores.min(), cut), max(scores.max(), cut)
    room = max(high - low, 1.0)
    return low - 0.08 * room, high + 0.18 * room


def _quadrants(axes: Axes, cuts: tuple[float, float], limits: Sequence[tuple[float, float]], style: Style) -> None:
    """Tinted quadrants and the two cuts with their values."""
    (left, right), (bottom, top) = limits
    for name, (x, y) in zip(style.classes, _CORNERS, strict=True):
        sides = (cuts[0], right) if x > 0.5 else (left, cuts[0])
        heights = (cuts[1], top) if y > 0.5 else (bottom, cuts[1])
        axes.fill_between(sides, *heights, color=style.colour(name), alpha=0.1, linewidth=0, zorder=0)
    axes.grid(False)
    axes.axvline(cuts[0], color=style.colour("ink"), linewidth=1.2, zorder=2)
    axes.axhline(cuts[1], color=style.colour("ink"), linewidth=1.2, zorder=2)
    look = {"textcoords": "offset points", "fontsize": 8.5, "color": style.colour("muted"), "zorder": 6,
            "path_effects": [withStroke(linewidth=3, foreground=style.colour("paper"))]}  # fmt: skip
    axes.annotate(f"cut {cuts[0]:.1f}", (cuts[0], bottom), (4, 5), rotation=90, va="bottom", **look)
    axes.annotate(f"cut {cuts[1]:.1f}", (right, cuts[1]), (-4, 3), ha="right", **look)


def _corner(axes: Axes, name: str, words: str, place: tuple[float, float], style: Style) -> None:
    """Name of a class in its corner, with what it holds below."""
    across, up = "right" if place[0] > 0.5 else "left", "top" if place[1] > 0.5 else "bottom"
    colour = style.colour("muted" if style.colour(name) == style.colour("lead") else name)
    box = {"boxstyle": "round,pad=0.15", "facecolor": style.colour("paper"), "edgecolor": "none", "alpha": 0.6}
    lift = 11 * len(words.splitlines()) + 3
    look = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": across, "va": up, "zorder": 7}
    axes.annotate(words, place, (0, -20 if up == "top" else 0), fontsize=9, bbox=box, **look)
    axes.annotate(style.text(name), place, (0, 0 if up == "top" else lift), fontsize=14, weight="bold", color=colour,
                  bbox=box, **look)  # fmt: skip


def _edge(axes: Axes, classes: pd.DataFrame, place: int, limits: tuple[float, float], cut: float, style: Style) -> None:
    """Histogram of an axis at the edge of the matrix, stacked by class, with a bin that begins at the cut."""
    column = ("current", "potential")[place]
    parts = [classes.loc[classes["class"] == name, column] for name in style.classes]
    step = (limits[1] - limits[0]) / 45
    bins = cut + step * np.arange(np.floor((limits[0] - cut) / step), np.ceil((limits[1] - cut) / step) + 1)
    axes.hist(parts, bins=bins, stacked=True, color=[style.colour(name) for name in style.classes], linewidth=0,
              orientation=("vertical", "horizontal")[place])  # fmt: skip
    (axes.set_xlim, axes.set_ylim)[place](limits)
    axes.axis("off")


def _zero_line(axes: Axes, style: Style) -> None:
    """A line at zero in place of the left edge, since bars may go either way."""
    axes.axvline(0, color=style.colour("ink"), linewidth=0.8)
    axes.spines["left"].set_visible(False)


def _bar_ends(axes: Axes, rows: np.ndarray, values: pd.Series, show: Callable[[float], str]) -> None:
    """Values at the ends of horizontal bars, and room for them."""
    low, high = min(values.min(), 0.0), max(values.max(), 0.0)
    span = high - low or 1.0
    for row, value in zip(rows, values, strict=True):
        left = value < 0
        axes.annotate(show(value), (value, row), (-4 if left else 4, 0), textcoords="offset points", va="center",
                      ha="right" if left else "left", fontsize=8.5)  # fmt: skip
    axes.set_xlim(low - (0.42 * span if low < 0 else 0), high + 0.42 * span)
