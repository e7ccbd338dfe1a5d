"""Figures of chapter 4: verdicts on the problems, and what stands behind them."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from crmlib.report.style import Style
from crmlib.report.text import width, wrap
from crmlib.words.numbers import fixed, percent

WIDEST = 52
"""Latin characters in a line of a problem's name."""


def verdicts(table: pd.DataFrame, style: Style) -> Figure:
    """Every problem: statistic with interval, threshold, and on which side it is.

    Parameters
    ----------
    table : DataFrame
        Table ``problems``.
    style : Style
    """
    figure, axes = style.panel(width=9.2, height=0.8 + 0.62 * len(table))
    least = min(0.0, table["low"].min() - 0.03)
    for place, row in enumerate(table.itertuples()):
        _verdict(axes, place, row, least, style)
    labels = [f"{_name('problem', row, style)}\n{_name('statistic', row, style)}" for row in table.itertuples()]
    axes.set_yticks(range(len(table)), labels, fontsize=8.5)
    axes.set(xlim=(least, 1), ylim=(len(table) - 0.4, -0.6))
    axes.grid(axis="y", visible=False)
    clear = int((table["holds"] & table["clear"]).sum())
    title = style.word("verdicts.title", shown=int(table["holds"].sum()), measured=len(table), clear=clear)
    return style.finish(figure, title, note=style.word("verdicts.note"))


def _verdict(axes: Axes, place: int, row: tuple, least: float, style: Style) -> None:
    left, right = (row.threshold, 1.0) if row.direction == "at most" else (least, row.threshold)
    axes.barh(place, right - left, 0.7, left=left, color=style.colour("warm"), alpha=0.12, linewidth=0)
    axes.plot([row.threshold] * 2, [place - 0.35, place + 0.35], color=style.colour("warm"), linewidth=1.4)
    colour = style.colour("warm" if row.holds else "accent")
    axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2)
    axes.scatter(row.value, place, s=62, zorder=3, color=colour if row.clear else style.colour("paper"),
                 edgecolor=colour, linewidth=1.6)  # fmt: skip
    axes.annotate(fixed(row.value, 2), (row.value, place), (0, 8), textcoords="offset points", ha="center",
                  fontsize=8.5, weight="bold", color=colour,
                  path_effects=[withStroke(linewidth=3, foreground=style.colour("paper"))])  # fmt: skip


def _name(group: str, row: tuple, style: Style) -> str:
    """A name of the problem, broken into lines."""
    return "\n".join(wrap(style.voice.name(group, row.problem), width, WIDEST))


def tier_moves(table: pd.DataFrame, style: Style) -> Figure:
    """Customers by today's tier and by the tier that EVA would give.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.details.tier_table`.
    style : Style
    """
    counts = table.pivot_table(index="tier", columns="eva_tier", values="customers", fill_value=0).astype(int)
    figure, axes = style.panel(
        xlabel=style.word("tier_moves.x"), ylabel=style.word("tier_moves.y"), width=5.2, height=3.6
    )
    shares = counts.div(counts.sum(axis=1), axis=0)
    axes.imshow(shares, cmap=style.sequence, vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(counts.to_numpy()):
        share = shares.iloc[row, column]
        axes.text(column, row, f"{fixed(count)}\n{percent(share, 0)}", ha="center", va="center",
                  color=style.colour("paper" if share > 0.55 else "ink"))  # fmt: skip
    axes.set_xticks(range(counts.shape[1]), [str(name) for name in counts.columns])
    axes.set_yticks(range(counts.shape[0]), [str(name) for name in counts.index])
    axes.grid(visible=False)
    same = table.loc[table["tier"] == table["eva_tier"], "customers"].sum() / table["customers"].sum()
    tier, best = str(counts.index[0]), 1 - shares.iloc[0, 0]
    title = style.word("tier_moves.title", moved=1 - same, best=best, tier=tier)
    return style.finish(figure, title, n=int(table["customers"].sum()))


def penetration(table: pd.DataFrame, style: Style) -> Figure:
    """Share of the eligible customers that hold each product.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.details.product_penetration`.
    style : Style
    """
    table = table.dropna(subset="share")
    figure, axes = style.panel(xlabel=style.word("penetration.x"), width=7.4, height=0.9 + 0.3 * len(table))
    places = np.arange(len(table))
    axes.barh(places, 1, 0.66, color=style.colour("grid"))
    axes.barh(places, table["share"], 0.66, color=style.colour("accent"))
    for place, row in enumerate(table.itertuples()):
        bar = style.word("penetration.bar", share=row.share, eligible=row.eligible)
        axes.annotate(bar, (row.share, place), (4, 0),
                      textcoords="offset points", va="center", fontsize=8.5)  # fmt: skip
    axes.set_yticks(places, [style.text(style.voice.name("product", name), 30) for name in table["name"]])
    axes.set(xlim=(0, 1.15))
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.grid(axis="y", visible=False)
    style.percent_axis(axes, "x")
    total = table["held"].sum() / table["eligible"].sum()
    return style.finish(figure, style.word("penetration.title", held=total))


def prices(table: pd.DataFrame, style: Style) -> Figure:
    """Loans by rating, split into those priced above and under the hurdle.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.details.prices_by_rating`.
    style : Style
    """
    figure, axes = style.panel(ylabel=style.word("prices.y"), width=7.4, height=3.6)
    places = np.arange(len(table))
    axes.bar(
        places,
        table["loans"] - table["underpriced"],
        0.66,
        color=style.colour("cool"),
        label=style.word("prices.above"),
    )
    axes.bar(places, table["underpriced"], 0.66, bottom=table["loans"] - table["underpriced"],
             color=style.colour("warm"), label=style.word("prices.under"))  # fmt: skip
    for place, row in enumerate(table.itertuples()):
        axes.annotate(percent(row.share, 0), (place, row.loans), (0, 3), textcoords="offset points", ha="center",
                      fontsize=8.5, color=style.colour("warm"))  # fmt: skip
    labels = [
        f"{style.text(style.voice.name('rating', row.rating))}\n{fixed(row.borrowers)}" for row in table.itertuples()
    ]
    axes.set_xticks(places, labels)
    style.money_axis(axes, "y")
    axes.legend(loc="upper right")
    share = table["underpriced"].sum() / table["loans"].sum()
    title, note = style.word("prices.title", share=share), style.word("prices.note")
    return style.finish(figure, title, n=int(table["borrowers"].sum()), note=note)
