"""Figures of chapter 1: calibration of the simulated book, prices of money, and the way from income to EVA."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from crmlib.book.calibration import Calibration
from crmlib.profit import YearResult
from crmlib.report.style import Style
from crmlib.words.numbers import money


def calibration(found: Calibration, style: Style) -> Figure:
    """Every target band, all drawn to one width, and where the book lies."""
    table = found.table
    place = ((table["obtained"] - table["low"]) / (table["high"] - table["low"])).clip(-0.45, 1.45)
    figure, axes = style.panel(xlabel=style.word("calibration.x"), width=8.8, height=0.9 + 0.34 * len(table))
    axes.axvspan(0, 1, color=style.colour("grid"), alpha=0.7, linewidth=0)
    rows = zip(table["inside"], place, found.shown["found"], strict=True)
    for row, (inside, at, message) in enumerate(rows):
        colour = style.colour("accent" if inside else "warm")
        axes.scatter(at, row, s=55, color=colour, marker="o" if inside else "X", zorder=3)
        axes.annotate(style.voice.say(message), (1.55, row), va="center", fontsize=8.5, color=colour)
    axes.set_yticks(range(len(table)), [style.text(style.voice.name("figure", name)) for name in table["figure"]])
    axes.set_xticks([0, 1], [style.word("calibration.lowest"), style.word("calibration.highest")])
    axes.set(xlim=(-0.5, 2.7), ylim=(len(table) - 0.5, -0.5))
    axes.grid(visible=False)
    title = style.word("calibration.title", inside=found.inside, figures=len(table))
    return style.finish(figure, title, n=found.customers)


def transfer_prices(rates: pd.DataFrame, style: Style) -> Figure:
    """Transfer prices and customer rates by month.

    Parameters
    ----------
    rates : DataFrame
        From :func:`crmlib.book.describe.prices_by_month`.
    style : Style
    """
    colours = {
        "ftp_loan": "warm",
        "ftp_time": "accent",
        "rate_time": "accent",
        "ftp_demand": "cool",
        "rate_demand": "cool",
    }
    figure, axes = style.panel(ylabel=style.word("transfer_prices.y"), width=7.6, height=3.9)
    for name, colour in colours.items():
        dashes = {"linestyle": (0, (4, 2))} if name.startswith("rate") else {}
        label = style.word(f"transfer_prices.{name}")
        style.line(axes, rates["month"], rates[name], label=label, colour=colour, drawstyle="steps-post", **dashes)
    style.percent_axis(axes, "y")
    axes.set_ylim(bottom=0)
    spread = rates["ftp_demand"] - rates["rate_demand"]
    title = style.word("transfer_prices.title", first=spread.iloc[0], last=spread.iloc[-1])
    return style.finish(figure, title, note=style.word("transfer_prices.note"))


def income_to_eva(result: YearResult, style: Style) -> Figure:
    """The way from income to EVA, a bar a step."""
    steps = result.table.set_index("step")["amount"]
    figure, axes = style.panel(xlabel=style.word("income_to_eva.x"), width=8.2, height=0.7 + 0.36 * (len(steps) + 1))
    ends, eva = steps.cumsum(), result.eva
    starts = np.append(ends - steps, 0.0)
    sizes, names = np.append(steps, eva), [*steps.index, "eva"]
    colours = [style.colour("ink" if name == "eva" else "accent" if size > 0 else "warm")
               for name, size in zip(names, sizes, strict=True)]  # fmt: skip
    axes.barh(range(len(names)), sizes, 0.66, left=starts, color=colours)
    halo = [withStroke(linewidth=3, foreground=style.colour("paper"))]
    for row, (size, start) in enumerate(zip(sizes, starts, strict=True)):
        axes.annotate(money(size, style.money_unit), (max(start, start + size), row), (5, 0), va="center", fontsize=8.5,
                      textcoords="offset points", path_effects=halo)  # fmt: skip
    axes.set_yticks(range(len(names)), [style.voice.name("step", name) for name in names])
    axes.set_xlim(min(0.0, ends.min(), eva) * 1.1, max(ends.max(), eva) * 1.2)
    axes.invert_yaxis()
    axes.axvline(0, color=style.colour("ink"), linewidth=0.9)
    style.money_axis(axes, "x", yearly=True)
    return style.finish(figure, _kept(steps, eva, style), n=result.customers)


def _kept(steps: pd.Series, eva: float, style: Style) -> str:
    earned = steps[steps > 0].sum()
    if not earned > 0:
        return style.word("income_to_eva.nothing", eva=eva)
    kept = eva / earned
    return style.word("income_to_eva.title", kept=kept) if eva > 0 else style.word("income_to_eva.lost", lost=-kept)
