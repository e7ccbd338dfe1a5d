"""Figures of chapter 7: the value matrix, its cuts, what the classes hold, stages, and who changed class."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.absent import is_known
from crmlib.matrix.changes import Regrading
from crmlib.matrix.classes import AXES, Cuts
from crmlib.matrix.migration import LOST, Migration
from crmlib.matrix.profile import Holding, NextYear
from crmlib.matrix.realised import Realised
from crmlib.report import shapes
from crmlib.report.style import Style
from crmlib.words.numbers import fixed, known, percent, signed
from crmlib.words.table import head

_CORNERS = ((0.985, 0.985), (0.985, 0.015), (0.015, 0.985), (0.015, 0.015))
_TOLD = ("customers", "eva", "headroom")
"""Measures that stand in the corners of the matrix."""
_HELD = ("customers", "eva", "hours", "mean_deposits", "mean_loan", "headroom")


def matrix(classed: pd.DataFrame, cuts: Cuts, held: Holding, style: Style) -> Figure:
    """The value matrix: every graded customer by current and potential value, the two cuts, and the four classes.

    Parameters
    ----------
    classed : DataFrame
        One row per customer: class, current, potential (0 to 100).
    cuts : Cuts
    held : Holding
        What the classes hold: written under their names.
    """
    figure, panels = style.panels(2, 2, width=8.6, height=6.9, width_ratios=(1, 0.13), height_ratios=(0.13, 1))
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    main = panels[1, 0]
    limits = [_limits(classed[axis], cut) for axis, cut in zip(AXES, cuts, strict=True)]
    main.set(xlabel=style.word("matrix.x"), ylabel=style.word("matrix.y"), xlim=limits[0], ylim=limits[1])
    _quadrants(main, cuts, limits, style)
    for name in style.classes:
        own = classed[classed["class"] == name]
        main.scatter(own["current"], own["potential"], s=22, alpha=0.85, zorder=3, **style.points(name))
    for name, place in zip(style.classes, _CORNERS, strict=True):
        _corner(main, name, _held_words(held, name, style), place, style)
    for place, axes in enumerate((panels[0, 0], panels[1, 1])):
        _edge(axes, classed, place, limits[place], cuts[place], style)
    panels[0, 1].axis("off")
    return style.finish(figure, _headline(held, "matrix", style), note=style.word("matrix.note", n=len(classed)))


def _held_words(held: Holding, name: str, style: Style) -> str:
    told = [measure for measure in _TOLD if measure in held.measures and held.of(measure, "total").any()]
    return "\n".join(style.word("matrix.of", part=held.part(measure, name), measure=measure) for measure in told)


def _headline(held: Holding, figure: str, style: Style) -> str:
    """What the best class is and brings, where EVA and hours are known; else how many it is."""
    name, customers, hours = held.order[0], held.of("customers"), held.of("hours")
    if is_known(hours) and known(hours[name]):
        return style.word(f"{figure}.title", name=name, share=customers[name], hours=hours[name],
                          eva=held.part("eva", name))  # fmt: skip
    return style.word("matrix.both", share=customers[name])


def cut_choice(table: pd.DataFrame, n: int, style: Style) -> Figure:
    """Share of customers that change class when one cut follows another rule, or moves a little.

    Parameters
    ----------
    table : DataFrame
        As from :func:`crmlib.matrix.profile.cut_sensitivity`.
    n : int
        Customers.
    """
    figure, panels = style.panels(1, 2, width=9.6, height=3.6, sharex=True)
    for axes, (axis, own) in zip(panels[0], table.groupby("axis", sort=False), strict=True):
        own = own.sort_values(["changed", "cut"])
        colours = np.where(own["rule"].notna(), "accent", "warm")
        shapes.dots(axes, own.assign(start=0)[["changed", "start", "changed"]], color=colours, s=30, clip_on=False)
        for row, share in enumerate(own["changed"]):
            shapes.beside(axes, percent(share), (share, row), (7, 0))
        shapes.rows(axes, [_choice(row, style) for row in own.itertuples()])
        axes.tick_params(axis="y", pad=8)
        axes.set_xlim(0, table["changed"].max() * 1.2 + 0.01)
        style.label(axes, "cut_choice", title="panel", axis=axis)
    moved = table[table["rule"].isna()]
    title = style.word("cut_choice.title", most=table["changed"].max(), shift=moved["shift"].max(),
                       off=moved["changed"].max())  # fmt: skip
    return style.finish(figure, title, n=n)


def _choice(row: tuple, style: Style) -> str:
    if not known(row.rule):
        return style.word("cut_choice.shift", up=row.shift > 0, shift=abs(row.shift), cut=row.cut)
    return style.word("cut_choice.in_use" if row.in_use else "cut_choice.rule", rule=row.rule, cut=row.cut)


def class_profile(held: Holding, style: Style) -> Figure:
    """Share of each measure that each class holds; money where there are no shares."""
    shown = [name for name in _HELD if name in held.measures and held.of(name, "total").any()]
    figure, panels = style.panels(1, len(shown), width=9.6, height=2.7, sharey=True)
    for axes, measure in zip(panels[0], shown, strict=True):
        whole = held.of(measure).notna().all()
        own = held.of(measure, "share" if whole else "total")[list(style.classes)]
        _class_bars(axes, own, own.map(shapes.whole if whole else style.amount), style)
        axes.set(title=style.name("amount", measure), xticks=[])
        axes.spines["bottom"].set_visible(False)
        axes.margins(x=0.42)
        if not whole:
            axes.set_title(style.voice.say("common.in_unit", what=axes.get_title("left"), unit=style.money_unit))
    note = style.word("class_profile.note", n=int(held.of("customers", "total").sum()),
                      bad=held.defaults.customers or 0, eva=held.default_eva)  # fmt: skip
    return style.finish(figure, _headline(held, "class_profile", style), note=note)


def next_year(later: NextYear, style: Style) -> Figure:
    """EVA of the year after grading: quartiles and mean per customer, and each class's total."""
    table = later.table.set_index("class")
    figure, panels = style.panels(1, 2, width=9.6, height=2.9, sharey=True, width_ratios=(1.25, 1))
    customer, total = panels[0]
    low, high, rows = table["lower_quartile"], table["upper_quartile"], range(len(table))
    _class_bars(customer, high - low, (), style, left=low)
    customer.scatter(table["median"], rows, marker="|", s=260, linewidth=2.4, color="ink", zorder=4)
    _diamonds(customer, table["mean"])
    shares = [f" ({shapes.whole(share)})" if known(share) else "" for share in table["share"]]
    _class_bars(total, table["class_total"], table["class_total"].map(style.amount) + shares, style)
    total.margins(x=0.42)
    for axes, name in ((customer, "customer"), (total, "total")):
        style.label(axes, "next_year", title=name)
    shapes.rows(customer, [f"{style.name('class', name)}\nn = {fixed(n)}" for name, n in table["customers"].items()])
    title = style.word("next_year.title", name=table.index[0], eva=(later.best.amount, later.best.share.value))
    return style.finish(figure, title, note=style.word("next_year.note"))


def trend(facts: pd.DataFrame, shares: pd.Series, limit: float, style: Style) -> Figure:
    """Business trend of customers against the median, with the limits of decline and formation.

    Parameters
    ----------
    facts : DataFrame
        ``growth`` per customer, log change a year; missing ones are left out.
    shares : Series
        Share of the customers in each stage.
    limit : float
        Log change beyond which a customer declines or grows.
    """
    growth = facts["growth"].dropna()
    figure, axes = style.panel("trend", height=3.0)
    edges = np.linspace(-1.5, 1.5, 61)
    counts, _, bars = axes.hist(growth.clip(-1.499, 1.499), bins=edges)
    for middle, bar in zip((edges[:-1] + edges[1:]) / 2, bars, strict=True):
        bar.set_facecolor("warm" if middle < -limit else "accent" if middle > limit else "muted")
    for stage, colour, side in (("decline", "warm", -1), ("formation", "accent", 1)):
        axes.axvline(side * limit, color="ink", linewidth=1, linestyle="--")
        shapes.bold(axes, style.name("stage", stage), (side * limit, counts.max()), (6 * side, 0), color=colour)
    marks = np.sort([*np.log([0.25, 0.5, 1.0, 2.0, 4.0]), -limit, limit])
    axes.set_xticks(marks, [f"{signed(100 * np.expm1(mark))} %" if abs(mark) > 1e-12 else "0" for mark in marks])
    title = style.word("trend.title", decline=shares["decline"], formation=shares["formation"])
    return style.finish(figure, title, n=len(growth), note=style.word("trend.note"))


def class_stage(table: pd.DataFrame, style: Style) -> Figure:
    """Customers by class and stage; ``table`` as from :func:`crmlib.matrix.profile.stage_table`."""
    falling = (table["decline"] / table.sum(axis=1)).fillna(0.0)
    worst, first = falling.idxmax(), table.index[0]
    kind = "none" if not falling.any() else "same" if worst == first else "title"
    title = style.word(f"class_stage.{kind}", falling=falling[worst], worst=worst, best=falling[first], name=first)
    return _cells(table, title, style, style.word("class_stage.note"))


def class_changes(counts: pd.DataFrame, changed: Regrading, style: Style) -> Figure:
    """Customers by class last year and now; ``counts`` are those of ``changed``."""
    plain, clear = changed.shares
    title = style.word("class_changes.title" if changed.band else "class_changes.plain", changed=plain, clear=clear,
                       band=changed.band)  # fmt: skip
    return _cells(counts, title, style, style.word("class_changes.note"))


def migration(counts: pd.DataFrame, moved: Migration, style: Style) -> Figure:
    """Customer-years by class and by where they stood a year later; ``counts`` are those of ``moved``."""
    first = counts.index[0]
    of_them = counts.loc[first].div(counts.loc[first].sum())
    title = style.word("migration.title", name=first, stay=of_them[first], lost=of_them[LOST])
    return _cells(counts, title, style, style.word("migration.note", year=moved.last))


def _cells(table: pd.DataFrame, title: str, style: Style, note: str) -> Figure:
    """A table of counts as cells with n and its share of the row in every one, and sums at the right and below.

    Index and columns are named by codes of columns, and hold codes of classes and stages.
    """
    figure, axes = style.panel(width=7.2, height=0.75 * len(table) + 0.8)
    shares = table.div(table.sum(axis=1), axis=0).map(lambda share: f"\n{shapes.whole(share)}")
    names = _sums(table.sum(axis=1), style), _sums(table.sum(), style)
    # The root keeps a few large counts from making all others look alike.
    shapes.cells(axes, np.sqrt(table), table.map(fixed) + shares, *names, vmin=0)
    across, down = (style.text(head(codes.name, style.voice)) for codes in (table.columns, table.index))
    axes.set(xlabel=across, ylabel=down)
    return style.finish(figure, title, n=int(table.to_numpy().sum()), note=note)


def _sums(sums: pd.Series, style: Style) -> list[str]:
    """Names of rows or columns, each with its sum and share."""
    group, total = "stage" if sums.index.name == "stage" else "class", max(sums.sum(), 1)
    return [f"{style.name(group, code)}\n{fixed(n)} ({shapes.whole(n / total)})" for code, n in sums.items()]


def worth(table: pd.DataFrame, style: Style) -> Figure:
    """Markov value of a customer of each class with its interval, beside what the year just over brought.

    Parameters
    ----------
    table : DataFrame
        As from :func:`crmlib.matrix.markov.markov_values`.
    """
    figure, axes = style.panel("worth", width=8.4, height=2.7)
    _class_bars(axes, table.set_index("class")["value"], (), style)
    for row, (value, low, high) in enumerate(zip(table["value"], table["low"], table["high"], strict=True)):
        axes.plot([low, high], [row, row], "-|", color="ink", linewidth=1.4, markersize=9, path_effects=shapes.HALO)
        end, gap = (low, -8) if value < 0 else (high, 8)
        shapes.beside(axes, style.amount(value), (end, row), (gap, 0), fontsize=None)
    _diamonds(axes, table["reward"])
    axes.margins(x=0.12)
    first, last = table.iloc[0], table.iloc[-1]
    title = style.word(
        "worth.title", name=first["class"], value=first["value"], last=last["class"], least=last["value"]
    )
    return style.finish(figure, title, note=style.word("worth.note"))


def _class_bars(axes: Axes, values: pd.Series, texts: Sequence[str], style: Style, **look: Any) -> None:
    """Bars of the classes, which may go either way from a line at zero."""
    shapes.bars(axes, values, texts, looks=[style.fill(name) for name in values.index], **look)
    shapes.rows(axes, style.names("class", values.index))
    axes.axvline(0, color="ink", linewidth=0.8)
    axes.spines["left"].set_visible(False)


def _diamonds(axes: Axes, values: pd.Series) -> None:
    axes.scatter(values, range(len(values)), marker="D", s=42, color="warm", zorder=5, edgecolor="paper")


def _limits(scores: pd.Series, cut: float) -> tuple[float, float]:
    """Axis limits around all scores and the cut, with room for the names in the corners."""
    low, high = min(scores.min(), cut), max(scores.max(), cut)
    room = max(high - low, 1.0)
    return low - 0.08 * room, high + 0.18 * room


def won(found: Realised, cuts: Cuts, style: Style) -> Figure:
    """The mean customer of each class as it brings half of its headroom, and all of it, in the matrix."""
    figure, axes = style.panel("matrix", height=4.6)
    limits = [_limits(found.table[axis], cut) for axis, cut in zip(AXES, cuts, strict=True)]
    axes.set(xlim=limits[0], ylim=limits[1])
    _quadrants(axes, cuts, limits, style)
    for name, path in found.table.groupby("class", sort=False):
        places = list(zip(path["current"], path["potential"], strict=True))
        for start, end in pairwise(places):
            axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": "muted"}, zorder=3)
        axes.scatter(path["current"], path["potential"], s=(90, 45, 45), zorder=4, **style.points(name))
        shapes.beside(axes, style.name("class", name), places[0], (-8, 8), ha="right", zorder=6)
    note = style.word("won.note", n=int(found.shown["customers"].sum()))
    return style.finish(figure, style.word("won.title", **found.change), note=note)


def _quadrants(axes: Axes, cuts: Cuts, limits: Sequence[tuple[float, float]], style: Style) -> None:
    """Tinted quadrants and the two cuts with their values."""
    (left, right), (bottom, top) = limits
    for name, (x, y) in zip(style.classes, _CORNERS, strict=True):
        sides = (cuts[0], right) if x > 0.5 else (left, cuts[0])
        heights = (cuts[1], top) if y > 0.5 else (bottom, cuts[1])
        axes.fill_between(sides, *heights, color=style.colour(name), alpha=0.1, linewidth=0, zorder=0)
    axes.grid(False)
    axes.axvline(cuts[0], color="ink", linewidth=1.2, zorder=2)
    axes.axhline(cuts[1], color="ink", linewidth=1.2, zorder=2)
    across, up = (style.word("matrix.cut", cut=cut) for cut in cuts)
    shapes.beside(axes, across, (cuts[0], bottom), (4, 5), rotation=90, color="muted", zorder=6)
    shapes.beside(axes, up, (right, cuts[1]), (-4, 3), color="muted", zorder=6)


def _corner(axes: Axes, name: str, words: str, place: tuple[float, float], style: Style) -> None:
    """Name of a class in its corner, with what it holds below."""
    across, up = "right" if place[0] > 0.5 else "left", "top" if place[1] > 0.5 else "bottom"
    colour = "muted" if style.colour(name) == style.colour("lead") else style.colour(name)
    box = {"boxstyle": "round,pad=0.15", "facecolor": "paper", "edgecolor": "none", "alpha": 0.6}
    look = {"xycoords": "axes fraction", "ha": across, "va": up, "bbox": box, "zorder": 7}
    lift = (0, -20) if up == "top" else (11 * len(words.splitlines()) + 3, 0)
    shapes.beside(axes, words, place, (0, lift[1]), **look)
    shapes.beside(axes, style.name("class", name), place, (0, lift[0]), fontsize=14, weight="bold", color=colour,
                  **look)  # fmt: skip


def _edge(axes: Axes, classes: pd.DataFrame, place: int, limits: tuple[float, float], cut: float, style: Style) -> None:
    """Histogram of an axis at the edge of the matrix, stacked by class, with a bin that begins at the cut."""
    parts = [classes.loc[classes["class"] == name, AXES[place]] for name in style.classes]
    step = (limits[1] - limits[0]) / 45
    bins = cut + step * np.arange(np.floor((limits[0] - cut) / step), np.ceil((limits[1] - cut) / step) + 1)
    axes.hist(parts, bins=bins, stacked=True, color=[style.colour(name) for name in style.classes], linewidth=0,
              orientation=("vertical", "horizontal")[place])  # fmt: skip
    (axes.set_xlim, axes.set_ylim)[place](limits)
    axes.axis("off")
