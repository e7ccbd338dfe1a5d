"""Figures of chapter 3: concentration, value created and destroyed, who the customers are, growth and cohorts."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report.style import Style
from crmlib.report.tables import percent
from crmlib.structure.cohorts import yearly_growth

_COLOURS = {"customers": "muted", "deposits": "cool", "loans": "warm", "eva": "accent", "inflow": "cool"}
_NAMES = {"eva": "EVA"}


def lorenz(curves: Mapping[str, pd.DataFrame], shares: pd.DataFrame, top: float, n: int, style: Style) -> Figure:
    """Lorenz curves; the finding is the share of the top.

    Parameters
    ----------
    curves : mapping of amount to DataFrame
        From :func:`crmlib.structure.concentration.lorenz_curve`.
    shares : DataFrame
        From :func:`crmlib.structure.concentration.concentration`.
    top : float
        Share of the customers called the top.
    n : int
        Customers.
    style : Style
    """
    figure, axes = style.panel(xlabel="customers, smallest first", ylabel="share of the amount", width=6.8, height=4.4)
    axes.plot([0, 1], [0, 1], color=style.colour("muted"), linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(
        "all equal", (0.42, 0.42), (-4, 4), textcoords="offset points", ha="right", color=style.colour("muted")
    )
    axes.axvspan(1 - top, 1, color=style.colour("grid"), alpha=0.6, linewidth=0)
    axes.annotate(f"top {percent(top, 0)}", (1 - top / 2, 1), (0, -2), textcoords="offset points", ha="center",
                  va="top", fontsize=8.5, color=style.colour("muted"))  # fmt: skip
    for name, curve in curves.items():
        style.line(axes, curve["customers"], curve["share"], label=name, colour=_COLOURS[name], at=1.0)
    axes.set(xlim=(0, 1), ylim=(0, 1.0))
    style.percent_axis(axes, "x")
    style.percent_axis(axes, "y")
    row = shares[shares["statistic"] == "top_share"].iloc[0]
    title = f"{percent(top, 0)} of the customers hold {percent(row['value'])} of {row['amount']}"
    return style.finish(figure, title, n=n)


def whale(curve: pd.DataFrame, style: Style) -> Figure:
    """Cumulative EVA from the best customer to the worst.

    Parameters
    ----------
    curve : DataFrame
        From :func:`crmlib.structure.concentration.whale_curve`.
    style : Style
    """
    figure, axes = style.panel(xlabel="customers, highest EVA first", ylabel="EVA added up", width=7.2, height=3.9)
    peak, total = curve.loc[curve["profit"].idxmax()], curve["profit"].iloc[-1]
    axes.fill_between(curve["customers"], curve["profit"], color=style.colour("accent"), alpha=0.12, linewidth=0)
    axes.plot(curve["customers"], curve["profit"], color=style.colour("accent"))
    axes.axhline(total, color=style.colour("ink"), linewidth=0.9, linestyle=(0, (4, 3)))
    axes.scatter([peak["customers"]], [peak["profit"]], color=style.colour("accent"), zorder=3)
    axes.annotate("value created", (peak["customers"], peak["profit"]), (0, 6), textcoords="offset points",
                  ha="right", weight="bold", color=style.colour("accent"))  # fmt: skip
    axes.annotate("what is left", (0.5, total), (0, 4), textcoords="offset points", weight="bold")
    axes.set(xlim=(0, 1), ylim=(min(0, curve["profit"].min()), peak["profit"] * 1.12))
    style.percent_axis(axes, "x")
    style.money_axis(axes, "y", yearly=True)
    last, lost = percent(1 - peak["customers"], 0), percent(1 - total / peak["profit"], 0)
    title = f"The last {last} of the customers destroy {lost} of the value the others create"
    return style.finish(figure, title, n=len(curve) - 1)


def profile(table: pd.DataFrame, n: int, style: Style) -> Figure:
    """Share of the customers and of each amount by trait, a panel a trait.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.profile.by_trait`.
    n : int
        Customers.
    style : Style
    """
    parts = sorted((part for _, part in table.groupby("trait", sort=False)), key=len)
    amounts = [name.removesuffix("_share") for name in table if name.endswith("_share")]
    columns = min(len(parts), 3)
    rows = -(-len(parts) // columns)
    heights = [len(parts[min((row + 1) * columns, len(parts)) - 1]) for row in range(rows)]
    size = {"width": 3.4 * columns + 1.2, "height": 0.9 * rows + 0.36 * sum(heights)}
    figure, panels = style.panels(rows, columns, height_ratios=heights, **size)
    for axes, part in zip(panels.flat, parts, strict=False):
        _shares(axes, part, amounts, style)
    for axes in panels.flat[len(parts) :]:
        axes.set_axis_off()
    panels.flat[len(parts) - 1].legend(loc="best", handletextpad=0.4)
    return style.finish(figure, _finding(table, amounts[1], style), n=n)


def _finding(table: pd.DataFrame, amount: str, style: Style) -> str:
    """Who, of the first trait, holds most."""
    first = table[table["trait"] == table["trait"].iloc[0]].sort_values(f"{amount}_share").iloc[-1]
    few, most = percent(first["customers_share"], 0), percent(first[f"{amount}_share"], 0)
    return f"{first['trait'].capitalize()} {style.text(first['value'])}: {few} of the customers, {most} of {amount}"


def _shares(axes: Axes, part: pd.DataFrame, amounts: list[str], style: Style) -> None:
    """One trait: a bar for the customers and a marker for each amount."""
    places = np.arange(len(part))
    axes.barh(places, part["customers_share"], 0.62, color=style.colour("lead"), label="customers")
    for name, marker in zip(amounts[1:], "osD^", strict=False):
        look = {"s": 34, "marker": marker, "color": style.colour(_COLOURS[name]), "zorder": 3}
        axes.scatter(part[f"{name}_share"], places, label=_NAMES.get(name, name), **look)
    axes.set_yticks(places, [style.text(value, 32) for value in part["value"]])
    axes.set_ylim(len(part) - 0.4, -0.6)
    axes.set_title(part["trait"].iloc[0], pad=14)
    axes.grid(axis="y", visible=False)
    axes.axvline(0, color=style.colour("muted"), linewidth=0.8)
    style.percent_axis(axes, "x")


def growth(table: pd.DataFrame, style: Style) -> Figure:
    """Customers and money month by month.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.cohorts.monthly`.
    style : Style
    """
    names = [name for name in ("deposits", "loans") if name in table] or ["inflow"]
    figure, panels = style.panels(1, 2, width=9.6, height=3.2)
    money, people = panels[0]
    for name in names:
        style.line(money, table["month"], table[name], label=name, colour=_COLOURS[name])
    money.set(title="money", ylim=(0, None))
    style.money_axis(money, "y")
    people.plot(table["month"], table["customers"], color=style.colour("ink"))
    people.set(title="customers with a record", ylim=(0, table["customers"].max() * 1.1))
    rates = [f"{name} by {percent(yearly_growth(table, name))}" for name in names]
    title = f"{' and '.join(rates)} a year".capitalize().replace(" by ", " grew by ", 1)
    return style.finish(figure, title, n=int(table["customers"].iloc[-1]), note="last twelve months against the first")


def retention(table: pd.DataFrame, style: Style) -> Figure:
    """Share of each cohort still open, by years since.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.cohorts.cohort_retention`.
    style : Style
    """
    grid = table.pivot_table(index=["cohort", "customers"], columns="age", values="share", sort=False)
    xlabel = "years since the end of the year of opening"
    figure, axes = style.panel(xlabel=xlabel, width=7.2, height=0.9 + 0.42 * len(grid))
    low = grid.min().min()
    axes.imshow(grid, cmap=style.sequence, vmin=low - 0.1, vmax=1.05, aspect="auto")
    for (row, column), share in np.ndenumerate(grid.to_numpy()):
        if np.isfinite(share):
            dark = (share - low + 0.1) / (1.15 - low) > 0.55
            colour = style.colour("paper" if dark else "ink")
            axes.text(column, row, percent(share, 0), ha="center", va="center", color=colour)
    axes.set_xticks(range(grid.shape[1]))
    axes.set_yticks(range(len(grid)), [f"{style.text(cohort)} (n = {size:,})" for cohort, size in grid.index])
    axes.grid(visible=False)
    first, last = grid.index[0][0], grid.iloc[0].dropna()
    who = "the customers from before the book" if first == "earlier" else f"the customers of {first}"
    return style.finish(figure, f"Of {who}, {percent(last.iloc[-1], 0)} are still there after {last.index[-1]} years")
