"""Figures of chapter 3: concentration, value created and destroyed, who the customers are, growth and cohorts."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.absent import is_known
from crmlib.report import shapes
from crmlib.report.style import Style
from crmlib.structure.cohorts import EARLIER, yearly_growth
from crmlib.structure.concentration import BookConcentration, ValueCreated
from crmlib.words.messages import say

_COLOURS = {"customers": "muted", "deposits": "cool", "loans": "warm", "eva": "accent", "inflow": "cool"}


def lorenz(curves: pd.DataFrame, found: BookConcentration, style: Style) -> Figure:
    """Lorenz curves, as from :func:`crmlib.structure.concentration.lorenz_curves`; the finding is the top's share."""
    top = found.top
    figure, axes = style.panel("lorenz", width=6.8, height=4.4)
    axes.plot([0, 1], [0, 1], "--", color="muted", linewidth=1)
    shapes.beside(axes, style.word("lorenz.equal"), (0.42, 0.42), (-4, 4), color="muted", fontsize=None)
    axes.axvspan(1 - top, 1, color="grid", alpha=0.6, linewidth=0)
    shapes.beside(axes, style.word("lorenz.top", top=top), (1 - top / 2, 1), (0, -2), color="muted")
    for name, curve in curves.groupby("amount", sort=False):
        shapes.line(axes, curve["customers"], curve["share"], style.name("amount", name), _COLOURS[name])
    axes.set(xlim=(0, 1), ylim=(0, 1.0))
    share = found.of(found.main, "top_share").value
    return style.finish(figure, style.word("lorenz.title", top=top, share=share, amount=found.main), n=found.customers)


def value_created(found: ValueCreated, style: Style) -> Figure:
    """Cumulative EVA from the best customer to the worst."""
    curve = found.table
    figure, axes = style.panel("value_created", height=3.9)
    peak, total = curve.loc[curve["profit"].idxmax()], curve["profit"].iloc[-1]
    top = (peak["customers"], peak["profit"])
    axes.fill_between(curve["customers"], curve["profit"], color="accent", alpha=0.12, linewidth=0)
    axes.plot(curve["customers"], curve["profit"], color="accent")
    axes.axhline(total, color="ink", linewidth=0.9, linestyle="--")
    axes.scatter(*top, color="accent", zorder=3)
    shapes.bold(axes, style.word("value_created.peak"), top, (0, 6), ha="right", color="accent")
    shapes.bold(axes, style.word("value_created.left"), (0.5, total), (0, 4), ha="left")
    low, high = min(0, curve["profit"].min()), peak["profit"] * 1.12
    axes.set(xlim=(0, 1), ylim=(low, high if high > low else low + 1))
    last, lost = 1 - peak["customers"], found.destroyed / found.created if found.created > 0 else np.nan
    title = "title" if found.created > 0 and found.negative else "none_create" if found.negative else "none_destroy"
    return style.finish(figure, style.word(f"value_created.{title}", last=last, lost=lost), n=len(curve) - 1)


def profile(table: pd.DataFrame, style: Style) -> Figure:
    """Share of the customers and of each amount by trait, a panel a trait.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.profile.by_trait`.
    """
    parts = sorted((part for _, part in table.groupby("trait", sort=False)), key=len)
    known = table.dropna(axis="columns", how="all")
    amounts = [name.removesuffix("_share") for name in known if name.endswith("_share")]
    columns = min(len(parts), 3)
    heights = [max(map(len, parts[first : first + columns])) for first in range(0, len(parts), columns)]
    size = {"width": 3.4 * columns + 1.2, "height": 0.9 * len(heights) + 0.36 * sum(heights)}
    figure, panels = style.panels(len(heights), columns, height_ratios=heights, **size)
    for axes, part in zip(panels.flat, parts, strict=False):
        _shares(axes, part, amounts, style)
    for axes in panels.flat[len(parts) :]:
        axes.set_axis_off()
    panels.flat[len(parts) - 1].legend(loc="best")
    n = int(parts[0]["customers"].sum())
    return style.finish(figure, _who_holds_most(table, amounts[1], style), n=n)


def _who_holds_most(table: pd.DataFrame, amount: str, style: Style) -> str:
    """Who, of the first trait, holds most."""
    first = table[table["trait"] == table["trait"].iloc[0]].sort_values(f"{amount}_share").iloc[-1]
    few, most = first["customers_share"], first[f"{amount}_share"]
    return style.word("profile.title", trait=first["trait"], value=first["value"], few=few, most=most, amount=amount)


def _shares(axes: Axes, part: pd.DataFrame, amounts: list[str], style: Style) -> None:
    """One trait: a bar for the customers and a marker for each amount."""
    names = style.names("amount", amounts)
    shapes.bars(axes, part["customers_share"], color=style.colour("lead"), label=names[0])
    for amount, name, marker in zip(amounts[1:], names[1:], "osD^", strict=False):
        axes.scatter(part[f"{amount}_share"], range(len(part)), s=34, marker=marker, color=_COLOURS[amount], label=name)
    trait = part["trait"].iloc[0]
    shapes.rows(axes, style.names(trait, part["value"], 32))
    axes.set_title(style.name("trait", trait), pad=14)
    axes.axvline(0, color="muted", linewidth=0.8)
    style.show(axes, "x", "percent")


def growth(table: pd.DataFrame, style: Style) -> Figure:
    """Customers and money month by month; ``table`` as from :func:`crmlib.structure.cohorts.monthly`."""
    names = [name for name in ("deposits", "loans") if name in table] or ["inflow"]
    figure, panels = style.panels(1, 2, width=9.6, height=3.2)
    money, people = panels[0]
    for name in names:
        shapes.line(money, table["month"], table[name], style.name("amount", name), _COLOURS[name])
    money.set(title=style.word("growth.money"), ylim=(0, None))
    style.show(money, "y", "money")
    people.plot(table["month"], table["customers"], color="ink")
    people.set(title=style.word("growth.people"), ylim=(0, table["customers"].max() * 1.1))
    rates = {name: yearly_growth(table, name) for name in names}
    items = [say(f"structure.{'grew' if rate >= 0 else 'fell'}", what=name, rate=abs(rate))
             for name, rate in rates.items() if is_known(rate)]  # fmt: skip
    title = style.word("growth.title", items=items) if items else style.word("growth.short", n=len(table))
    note = style.word("growth.note") if items else ""
    return style.finish(figure, title, n=int(table["customers"].iloc[-1]), note=note)


def retention(table: pd.DataFrame, style: Style) -> Figure:
    """Share of each cohort still open, by years since.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.cohorts.cohort_retention`.
    """
    grid = table.pivot_table(index=["cohort", "customers"], columns="age", values="share", sort=False)
    figure, axes = style.panel(width=7.2, height=0.9 + 0.42 * len(grid))
    names = [style.word("retention.row", cohort=cohort, n=n) for cohort, n in grid.index]
    shapes.cells(axes, grid, grid.map(shapes.whole), names, grid.columns, vmin=grid.min().min() - 0.1, vmax=1.05)
    axes.set_xlabel(style.word("retention.x"))
    first, last = grid.index[0][0], grid.iloc[0].dropna()
    title = "retention.earlier" if first == EARLIER else "retention.title"
    return style.finish(figure, style.word(title, cohort=first, share=last.iloc[-1], years=last.index[-1]))
