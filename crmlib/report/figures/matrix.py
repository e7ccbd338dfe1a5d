"""Figures of chapter 7: the value matrix, its cuts, what the classes hold, stages, and who changed class."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from crmlib.matrix.changes import Regrading
from crmlib.matrix.classes import AXES, Cuts
from crmlib.matrix.migration import LOST, Migration
from crmlib.matrix.profile import Holding, NextYear
from crmlib.report.style import Style
from crmlib.words.numbers import UNITS, fixed, known, percent, short, signed
from crmlib.words.table import head

_CORNERS = ((0.985, 0.985), (0.985, 0.015), (0.015, 0.985), (0.015, 0.015))
_TOLD = ("customers", "eva", "headroom")
"""Measures whose shares stand in the corners of the matrix."""
_HELD = ("customers", "eva", "hours", "mean_deposits", "mean_loan", "headroom")
_share = partial(percent, digits=0)


def matrix(classed: pd.DataFrame, cuts: Cuts, held: Holding, style: Style) -> Figure:
    """The value matrix: every graded customer by current and potential value, the two cuts, and the four classes.

    Parameters
    ----------
    classed : DataFrame
        One row per customer: class, current, potential (0 to 100).
    cuts : Cuts
    held : Holding
        What the classes hold: written under their names.
    style : Style
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
    shares = {measure: held.of(measure)[name] for measure in _TOLD if measure in held.measures}
    return "\n".join(style.word("matrix.of", share=share, measure=measure)
                     for measure, share in shares.items() if known(share))  # fmt: skip


def _headline(held: Holding, figure: str, style: Style) -> str:
    """What the best class is and brings, where what all bring is positive; else how many it is."""
    name, customers = held.order[0], held.of("customers")
    told = {measure: held.of(measure)[name] for measure in ("eva", "hours")}
    if all(isinstance(share, float) and known(share) for share in told.values()):
        return style.word(f"{figure}.title", name=name, share=customers[name], **told)
    return style.word("matrix.both", share=customers[name])


def cut_choice(table: pd.DataFrame, n: int, style: Style) -> Figure:
    """Share of customers that change class when one cut follows another rule, or moves a little.

    Parameters
    ----------
    table : DataFrame
        As from :func:`crmlib.matrix.profile.cut_sensitivity`.
    n : int
        Customers.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=3.6, sharex=True)
    for axes, (axis, own) in zip(panels[0], table.groupby("axis", sort=False), strict=True):
        own = own.sort_values(["changed", "cut"], ascending=False)
        rows = np.arange(len(own))
        colours = [style.colour("accent" if known(rule) else "warm") for rule in own["rule"]]
        axes.hlines(rows, 0, own["changed"], color=colours, linewidth=2.2)
        axes.scatter(own["changed"], rows, s=36, color=colours, zorder=3, clip_on=False)
        axes.set_yticks(rows, [_choice(row, style) for row in own.itertuples()])
        for row, share in zip(rows, own["changed"], strict=True):
            axes.annotate(percent(share), (share, row), (7, 0), textcoords="offset points", va="center", fontsize=8.5)
        axes.set(title=style.word("cut_choice.panel", axis=axis), xlabel=style.word("cut_choice.x"))
        axes.set_xlim(0, table["changed"].max() * 1.2 + 0.01)
        axes.tick_params(axis="y", pad=8)
        style.percent_axis(axes, "x")
    moved = table[table["rule"].isna()]
    title = style.word("cut_choice.title", most=table["changed"].max(), shift=moved["shift"].max(),
                       off=moved["changed"].max())  # fmt: skip
    return style.finish(figure, title, n=n)


def _choice(row: tuple, style: Style) -> str:
    if not known(row.rule):
        return style.word("cut_choice.shift", up=row.shift > 0, shift=abs(row.shift), cut=row.cut)
    return style.word("cut_choice.in_use" if row.in_use else "cut_choice.rule", rule=row.rule, cut=row.cut)


def class_profile(held: Holding, style: Style) -> Figure:
    """Share of each measure that each class holds; money where the sum of a measure is not positive."""
    shown = [name for name in _HELD if name in held.measures and held.of(name, "total").any()]
    figure, panels = style.panels(1, len(shown), width=9.6, height=2.7, sharey=True)
    rows = np.arange(len(style.classes))
    for axes, measure in zip(panels[0], shown, strict=True):
        whole = held.of(measure).notna().all()
        own = held.of(measure, "share" if whole else "total")
        for row, name in zip(rows, style.classes, strict=True):
            axes.barh(row, own[name], height=0.7, **style.fill(name))
        _bar_ends(axes, rows, own, _share if whole else partial(_amount, style=style))
        _zero_line(axes, style)
        axes.spines["bottom"].set_visible(False)
        head = style.voice.name("amount", measure)
        axes.set(title=head if whole else f"{head}, {style.money_unit}", xticks=[])
    panels[0, 0].set_yticks(rows, [_class(name, style) for name in style.classes])
    panels[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    n = int(held.of("customers", "total").sum())
    return style.finish(figure, _headline(held, "class_profile", style), note=style.word("class_profile.note", n=n))


def next_year(later: NextYear, style: Style) -> Figure:
    """EVA of the year after grading: quartiles and mean per customer, and each class's total."""
    table = later.table
    figure, panels = style.panels(1, 2, width=9.6, height=2.9, sharey=True, width_ratios=(1.25, 1))
    rows = np.arange(len(table))
    for row, own in zip(rows, table.to_dict("records"), strict=True):
        low = own["lower_quartile"]
        panels[0, 0].barh(row, own["upper_quartile"] - low, left=low, height=0.55, **style.fill(own["class"]))
        panels[0, 1].barh(row, own["class_total"], height=0.55, **style.fill(own["class"]))
    panels[0, 0].scatter(table["median"], rows, marker="|", s=260, linewidth=2.4, color=style.colour("ink"), zorder=4)
    _diamonds(panels[0, 0], table["mean"], rows, style)
    _bar_ends(panels[0, 1], rows, table["class_total"], _amount_and_share(table, style))
    for axes, name in zip(panels[0], ("customer", "total"), strict=True):
        _zero_line(axes, style)
        axes.set(title=style.word(f"next_year.{name}"), xlabel=style.word("next_year.x"))
        style.money_axis(axes, "x")
    panels[0, 0].set_yticks(rows, [f"{_class(own['class'], style)}\nn = {fixed(own['customers'])}"
                                   for own in table.to_dict("records")])  # fmt: skip
    panels[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    first = table.iloc[0]
    told = {"share": later.best.value} if known(later.best.value) else {"amount": first["class_total"]}
    title = style.word("next_year.title" if "share" in told else "next_year.money", name=first["class"], **told)
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
    style : Style
    """
    growth = facts["growth"].dropna()
    figure, axes = style.panel(style.word("trend.x"), style.word("trend.y"), height=3.0)
    edges = np.linspace(-1.5, 1.5, 61)
    counts, _, bars = axes.hist(growth.clip(-1.499, 1.499), bins=edges, edgecolor=style.colour("paper"), linewidth=0.4)
    for left, bar in zip(edges[:-1], bars, strict=True):
        middle = left + (edges[1] - edges[0]) / 2
        bar.set_facecolor(style.colour("warm" if middle < -limit else "accent" if middle > limit else "muted"))
    for place, stage, colour, side in ((-limit, "decline", "warm", -1), (limit, "formation", "accent", 1)):
        axes.axvline(place, color=style.colour("ink"), linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(style.voice.name("stage", stage), (place, counts.max()), (6 * side, 0), va="top", weight="bold",
                      textcoords="offset points", color=style.colour(colour),
                      ha="left" if side > 0 else "right")  # fmt: skip
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
    of_them = counts.loc[first] / max(counts.loc[first].sum(), 1)
    title = style.word("migration.title", name=first, stay=of_them[first], lost=of_them[LOST])
    return _cells(counts, title, style, style.word("migration.note", year=moved.last))


def _cells(table: pd.DataFrame, title: str, style: Style, note: str) -> Figure:
    """A table of counts as cells with n and its share of the row in every one, and sums at the right and below.

    Index and columns are named by codes of columns, and hold codes of classes and stages.
    """
    figure, axes = style.panel(*(_head(one, style) for one in (table.columns, table.index)), width=7.2,
                               height=0.75 * len(table) + 0.8)  # fmt: skip
    sums = table.sum(axis=1)
    axes.imshow(np.sqrt(table.to_numpy(dtype=float)), cmap=style.sequence, aspect="auto", vmin=0)
    most = np.sqrt(table.to_numpy().max())
    for row, (name, counts) in enumerate(table.iterrows()):
        for column, count in enumerate(counts):
            share = f"\n{_share(count / sums[name])}" if sums[name] else ""
            light = np.sqrt(count) > 0.66 * most
            axes.text(column, row, f"{fixed(count)}{share}", ha="center", va="center", fontsize=9.5,
                      color=style.colour("paper" if light else "ink"))  # fmt: skip
    axes.set_xticks(range(table.shape[1]), _sums(table.sum(), style))
    axes.set_yticks(range(len(table)), _sums(sums, style))
    axes.set_xticks(np.arange(table.shape[1] + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(table) + 1) - 0.5, minor=True)
    axes.grid(False)
    axes.grid(True, which="minor", color=style.colour("paper"), linewidth=2)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    return style.finish(figure, title, n=int(table.to_numpy().sum()), note=note)


def _head(codes: pd.Index, style: Style) -> str:
    return style.text(head(codes.name, style.voice))


def _sums(sums: pd.Series, style: Style) -> list[str]:
    """Names of rows or columns, each with its sum and share."""
    group, total = "stage" if sums.index.name == "stage" else "class", max(sums.sum(), 1)
    return [
        f"{style.text(style.voice.name(group, code))}\n{fixed(n)} ({_share(n / total)})" for code, n in sums.items()
    ]


def worth(table: pd.DataFrame, style: Style) -> Figure:
    """Markov value of a customer of each class with its interval, beside what the year just over brought.

    Parameters
    ----------
    table : DataFrame
        As from :func:`crmlib.matrix.markov.markov_values`.
    style : Style
    """
    figure, axes = style.panel(style.word("worth.x"), width=8.4, height=2.7)
    rows = np.arange(len(table))
    around = [withStroke(linewidth=4, foreground=style.colour("paper"))]
    for row, own in zip(rows, table.to_dict("records"), strict=True):
        axes.barh(row, own["value"], height=0.6, **style.fill(own["class"]))
        axes.plot([own["low"], own["high"]], [row, row], "-|", color=style.colour("ink"), linewidth=1.4, markersize=9,
                  zorder=4, path_effects=around)  # fmt: skip
        end, gap, side = ("low", -8, "right") if own["value"] < 0 else ("high", 8, "left")
        axes.annotate(_amount(own["value"], style), (own[end], row), (gap, 0), textcoords="offset points", va="center",
                      ha=side)  # fmt: skip
    _diamonds(axes, table["reward"], rows, style)
    _zero_line(axes, style)
    axes.set_yticks(rows, [_class(name, style) for name in table["class"]])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    style.money_axis(axes, "x")
    first, last = table.iloc[0], table.iloc[-1]
    title = style.word(
        "worth.title", name=first["class"], value=first["value"], last=last["class"], least=last["value"]
    )
    return style.finish(figure, title, note=style.word("worth.note"))


def _class(name: str, style: Style) -> str:
    """Name of a class, safe to draw."""
    return style.text(style.voice.name("class", name))


def _amount(value: float, style: Style) -> str:
    """Money as a bare number in the unit of the report."""
    return short(value / UNITS[style.money_unit])


def _amount_and_share(table: pd.DataFrame, style: Style) -> Callable[[float], str]:
    """How a class's total is written beside its bar: the amount, and its share where there is one."""
    shares = dict(zip(table["class_total"], table["share"], strict=True))
    return lambda total: _amount(total, style) + (f" ({_share(shares[total])})" if known(shares[total]) else "")


def _diamonds(axes: Axes, values: pd.Series, rows: np.ndarray, style: Style) -> None:
    axes.scatter(values, rows, marker="D", s=42, color=style.colour("warm"), zorder=5, edgecolor=style.colour("paper"))


def _limits(scores: pd.Series, cut: float) -> tuple[float, float]:
    """Axis limits around all scores and the cut, with room for the names in the corners."""
    low, high = min(scores.min(), cut), max(scores.max(), cut)
    room = max(high - low, 1.0)
    return low - 0.08 * room, high + 0.18 * room


def _quadrants(axes: Axes, cuts: Cuts, limits: Sequence[tuple[float, float]], style: Style) -> None:
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
    axes.annotate(style.word("matrix.cut", cut=cuts[0]), (cuts[0], bottom), (4, 5), rotation=90, va="bottom", **look)
    axes.annotate(style.word("matrix.cut", cut=cuts[1]), (right, cuts[1]), (-4, 3), ha="right", **look)


def _corner(axes: Axes, name: str, words: str, place: tuple[float, float], style: Style) -> None:
    """Name of a class in its corner, with what it holds below."""
    across, up = "right" if place[0] > 0.5 else "left", "top" if place[1] > 0.5 else "bottom"
    colour = style.colour("muted" if style.colour(name) == style.colour("lead") else name)
    box = {"boxstyle": "round,pad=0.15", "facecolor": style.colour("paper"), "edgecolor": "none", "alpha": 0.6}
    lift = 11 * len(words.splitlines()) + 3
    look = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": across, "va": up, "zorder": 7}
    axes.annotate(words, place, (0, -20 if up == "top" else 0), fontsize=9, bbox=box, **look)
    axes.annotate(_class(name, style), place, (0, 0 if up == "top" else lift), fontsize=14, weight="bold", color=colour,
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
