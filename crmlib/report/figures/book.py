"""Figures of chapter 1: calibration of the simulated book, prices of money, and the way from income to EVA."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from crmlib.report.style import Style
from crmlib.report.tables import money


def calibration(table: pd.DataFrame, shown: Mapping[str, str], n: int, style: Style) -> Figure:
    """Every target band, all drawn to one width, and where the book lies.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.book.calibration.beside_sector`.
    shown : mapping of str to str
        Each figure's obtained value and band in words.
    n : int
        Customers of the book.
    style : Style
    """
    place = ((table["obtained"] - table["low"]) / (table["high"] - table["low"])).clip(-0.45, 1.45)
    figure, axes = style.panel(xlabel="place within the target band", width=8.8, height=0.9 + 0.34 * len(table))
    axes.axvspan(0, 1, color=style.colour("grid"), alpha=0.7, linewidth=0)
    for row, (inside, at) in enumerate(zip(table["inside"], place, strict=True)):
        colour = style.colour("accent" if inside else "warm")
        axes.scatter(at, row, s=55, color=colour, marker="o" if inside else "X", zorder=3)
        axes.annotate(shown[table["figure"].iloc[row]], (1.55, row), va="center", fontsize=8.5, color=colour)
    axes.set_yticks(range(len(table)), [style.text(name) for name in table["figure"]])
    axes.set_xticks([0, 1], ["lowest", "highest"])
    axes.set(xlim=(-0.5, 2.7), ylim=(len(table) - 0.5, -0.5))
    axes.grid(visible=False)
    title = f"{int(table['inside'].sum())} of {len(table)} figures of the book lie within their target bands"
    return style.finish(figure, title, n=n)


def prices(rates: pd.DataFrame, style: Style) -> Figure:
    """Transfer prices and customer rates by month.

    Parameters
    ----------
    rates : DataFrame
        Table ``rates`` of a book.
    style : Style
    """
    rates = rates.sort_values("month")
    lines = {
        "ftp_loan": ("transfer price of loans", "warm"),
        "ftp_time": ("of time deposits", "accent"),
        "rate_time": ("paid on time deposits", "accent"),
        "ftp_demand": ("transfer price of demand deposits", "cool"),
        "rate_demand": ("paid on demand deposits", "cool"),
    }
    figure, axes = style.panel(ylabel="rate, a year", width=7.6, height=3.9)
    for name, (label, colour) in lines.items():
        dashes = {"linestyle": (0, (4, 2))} if name.startswith("rate") else {}
        style.line(axes, rates["month"], rates[name], label=label, colour=colour, drawstyle="steps-post", **dashes)
    style.percent_axis(axes, "y")
    axes.set_ylim(bottom=0)
    spread = (rates["ftp_demand"] - rates["rate_demand"]).iloc[[0, -1]] * 100
    title = (
        f"A demand deposit earned {spread.iloc[0]:.2f} percentage points at first and {spread.iloc[-1]:.2f} at the end"
    )
    return style.finish(figure, title, note="solid: transfer prices, dashed: paid to customers")


def bridge(steps: pd.Series, n: int, style: Style) -> Figure:
    """The way from income to EVA, a bar a step.

    Parameters
    ----------
    steps : Series
        CNY a year by name of the step, costs negative; they add up to EVA.
    n : int
        Customers.
    style : Style
    """
    figure, axes = style.panel(xlabel="added up", width=8.2, height=0.7 + 0.36 * (len(steps) + 1))
    ends, eva = steps.cumsum(), steps.sum()
    starts = np.append(ends - steps, 0.0)
    sizes, names = np.append(steps, eva), [*steps.index, "EVA"]
    colours = [style.colour("ink" if name == "EVA" else "accent" if size > 0 else "warm")
               for name, size in zip(names, sizes, strict=True)]  # fmt: skip
    axes.barh(range(len(names)), sizes, 0.66, left=starts, color=colours)
    halo = [withStroke(linewidth=3, foreground=style.colour("paper"))]
    for row, (size, start) in enumerate(zip(sizes, starts, strict=True)):
        axes.annotate(money(size, style.money_unit), (max(start, start + size), row), (5, 0), va="center", fontsize=8.5,
                      textcoords="offset points", path_effects=halo)  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.set_xlim(min(0.0, ends.min(), eva) * 1.1, max(ends.max(), eva) * 1.2)
    axes.invert_yaxis()
    axes.axvline(0, color=style.colour("ink"), linewidth=0.9)
    style.money_axis(axes, "x", yearly=True)
    kept = 100 * eva / steps[steps > 0].sum()
    title = f"Of 100 CNY earned, {kept:.0f} are left as EVA" if eva > 0 else f"For 100 CNY earned, {-kept:.0f} are lost"
    return style.finish(figure, title, n=n)
