"""Figures of chapter 3: concentration, value created and destroyed, who the customers are, growth and cohorts."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.absent import is_known
from crmlib.report.style import Style
from crmlib.structure.cohorts import EARLIER, yearly_growth
from crmlib.structure.concentration import BookConcentration, ValueCreated
from crmlib.words.messages import say
from crmlib.words.numbers import percent

_COLOURS = {"customers": "muted", "deposits": "cool", "loans": "warm", "eva": "accent", "inflow": "cool"}


def lorenz(curves: pd.DataFrame, found: BookConcentration, style: Style) -> Figure:
    """Lorenz curves; the finding is the share of the top.

    Parameters
    ----------
    curves : DataFrame
        From :func:`crmlib.structure.concentration.lorenz_curves`.
    found : BookConcentration
    style : Style
    """
    top, words = found.top, {name: style.word(f"lorenz.{name}") for name in ("x", "y", "equal")}
    figure, axes = style.panel(xlabel=words["x"], ylabel=words["y"], width=6.8, height=4.4)
    axes.plot([0, 1], [0, 1], color=style.colour("muted"), linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(words["equal"], (0.42, 0.42), (-4, 4), textcoords="offset points", ha="right",
                  color=style.colour("muted"))  # fmt: skip
    axes.axvspan(1 - top, 1, color=style.colour("grid"), alpha=0.6, linewidth=0)
    axes.annotate(style.word("lorenz.top", top=top), (1 - top / 2, 1), (0, -2), textcoords="offset points",
                  ha="center", va="top", fontsize=8.5, color=style.colour("muted"))  # fmt: skip
    for name, curve in curves.groupby("amount", sort=False):
        label = style.voice.name("amount", name)
        style.line(axes, curve["customers"], curve["share"], label=label, colour=_COLOURS[name], at=1.0)
    axes.set(xlim=(0, 1), ylim=(0, 1.0))
    style.percent_axis(axes, "x")
    style.percent_axis(axes, "y")
    share = found.of(found.main, "top_share").value
    return style.finish(figure, style.word("lorenz.title", top=top, share=share, amount=found.main), n=found.customers)


def value_created(found: ValueCreated, style: Style) -> Figure:
    """Cumulative EVA from the best customer to the worst."""
    curve = found.table
    labels = {"xlabel": style.word("value_created.x"), "ylabel": style.word("value_created.y")}
    figure, axes = style.panel(**labels, width=7.2, height=3.9)
    peak, total = curve.loc[curve["profit"].idxmax()], curve["profit"].iloc[-1]
    axes.fill_between(curve["customers"], curve["profit"], color=style.colour("accent"), alpha=0.12, linewidth=0)
    axes.plot(curve["customers"], curve["profit"], color=style.colour("accent"))
    axes.axhline(total, color=style.colour("ink"), linewidth=0.9, linestyle=(0, (4, 3)))
    axes.scatter([peak["customers"]], [peak["profit"]], color=style.colour("accent"), zorder=3)
    axes.annotate(style.word("value_created.peak"), (peak["customers"], peak["profit"]), (0, 6),
                  textcoords="offset points", ha="right", weight="bold", color=style.colour("accent"))  # fmt: skip
    axes.annotate(style.word("value_created.left"), (0.5, total), (0, 4), textcoords="offset points", weight="bold")
    low, high = min(0, curve["profit"].min()), peak["profit"] * 1.12
    axes.set(xlim=(0, 1), ylim=(low, high if high > low else low + 1))
    style.percent_axis(axes, "x")
    style.money_axis(axes, "y", yearly=True)
    last, lost = 1 - peak["customers"], found.destroyed / found.created if found.created > 0 else np.nan
    title = "title" if found.created > 0 and found.negative else "none_create" if found.negative else "none_destroy"
    return style.finish(figure, style.word(f"value_created.{title}", last=last, lost=lost), n=len(curve) - 1)


def profile(table: pd.DataFrame, style: Style) -> Figure:
    """Share of the customers and of each amount by trait, a panel a trait.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.profile.by_trait`.
    style : Style
    """
    parts = sorted((part for _, part in table.groupby("trait", sort=False)), key=len)
    known = table.dropna(axis="columns", how="all")
    amounts = [name.removesuffix("_share") for name in known if name.endswith("_share")]
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
    n = int(parts[0]["customers"].sum())
    return style.finish(figure, _who_holds_most(table, amounts[1], style), n=n)


def _who_holds_most(table: pd.DataFrame, amount: str, style: Style) -> str:
    """Who, of the first trait, holds most."""
    first = table[table["trait"] == table["trait"].iloc[0]].sort_values(f"{amount}_share").iloc[-1]
    few, most = first["customers_share"], first[f"{amount}_share"]
    return style.word("profile.title", trait=first["trait"], value=first["value"], few=few, most=most, amount=amount)


def _shares(axes: Axes, part: pd.DataFrame, amounts: list[str], style: Style) -> None:
    """One trait: a bar for the customers and a marker for each amount."""
    places = np.arange(len(part))
    axes.barh(
        places, part["customers_share"], 0.62, color=style.colour("lead"), label=style.voice.name("amount", "customers")
    )
    for name, marker in zip(amounts[1:], "osD^", strict=False):
        look = {"s": 34, "marker": marker, "color": style.colour(_COLOURS[name]), "zorder": 3}
        axes.scatter(part[f"{name}_share"], places, label=style.voice.name("amount", name), **look)
    trait = part["trait"].iloc[0]
    axes.set_yticks(places, [style.text(style.voice.name(trait, value), 32) for value in part["value"]])
    axes.set_ylim(len(part) - 0.4, -0.6)
    axes.set_title(style.voice.name("trait", trait), pad=14)
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
        label = style.voice.name("amount", name)
        style.line(money, table["month"], table[name], label=label, colour=_COLOURS[name])
    money.set(title=style.word("growth.money"), ylim=(0, None))
    style.money_axis(money, "y")
    people.plot(table["month"], table["customers"], color=style.colour("ink"))
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
    style : Style
    """
    grid = table.pivot_table(index=["cohort", "customers"], columns="age", values="share", sort=False)
    figure, axes = style.panel(xlabel=style.word("retention.x"), width=7.2, height=0.9 + 0.42 * len(grid))
    low = grid.min().min()
    axes.imshow(grid, cmap=style.sequence, vmin=low - 0.1, vmax=1.05, aspect="auto")
    for (row, column), share in np.ndenumerate(grid.to_numpy()):
        if np.isfinite(share):
            dark = (share - low + 0.1) / (1.15 - low) > 0.55
            colour = style.colour("paper" if dark else "ink")
            axes.text(column, row, percent(share, 0), ha="center", va="center", color=colour)
    axes.set_xticks(range(grid.shape[1]))
    axes.set_yticks(range(len(grid)), [style.word("retention.row", cohort=cohort, n=n) for cohort, n in grid.index])
    axes.grid(visible=False)
    first, last = grid.index[0][0], grid.iloc[0].dropna()
    title = style.word(f"retention.{'earlier' if first == EARLIER else 'title'}", cohort=first, share=last.iloc[-1],
                       years=last.index[-1])  # fmt: skip
    return style.finish(figure, title)
