"""Figures of chapter 8: countermeasures and their targets, the plan by class and stage, and what is at stake."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from crmlib.report.style import Style
from crmlib.report.tables import money

STAKES = {"keep": "keep: lifetime value", "grow": "grow: gain a year", "cut": "cut: cost to serve a year",
          "risk": "risk: expected loss a year"}  # fmt: skip
"""What is at stake by kind of action; amounts of different kinds do not add up."""
_COLOURS = {"keep": "cool", "grow": "accent", "cut": "muted", "risk": "warm"}


def countermeasures(table: pd.DataFrame, style: Style) -> Figure:
    """Where each problem's statistic stands and where its countermeasure must bring it.

    Parameters
    ----------
    table : DataFrame
        Table ``countermeasures``.
    style : Style
    """
    figure, axes = style.panel(width=9.6, height=0.8 + 0.62 * len(table))
    axes.set_xlabel("the problem's statistic: today (●) and target ( | )")
    for place, row in enumerate(table.itertuples()):
        colour = style.colour("warm" if row.holds else "accent")
        axes.plot([row.value, row.threshold], [place, place], color=colour, linewidth=3, alpha=0.45, zorder=2)
        axes.scatter(row.value, place, s=62, color=colour, zorder=4)
        axes.scatter(row.threshold, place, s=300, marker="|", linewidth=2.4, color=style.colour("ink"), zorder=3)
        axes.annotate(f"{style.text(row.headline)}\n{row.owner}, {row.days} days", (1.02, place),
                      xycoords=("axes fraction", "data"), va="center", fontsize=8.5, annotation_clip=False)  # fmt: skip
    axes.set_yticks(range(len(table)), ["\n".join(textwrap.wrap(style.text(title), 34)) for title in table["title"]])
    least = min(0.0, float(table[["value", "threshold"]].min().min()) - 0.05)
    axes.set(xlim=(least, 1.0), ylim=(len(table) - 0.4, -0.6))
    axes.grid(axis="y", visible=False)
    title = f"{int(table['holds'].sum())} of {len(table)} problems still have to reach their target"
    return style.finish(figure, title, note="red: beyond the target")


def plan(table: pd.DataFrame, n: int, title: str, style: Style) -> Figure:
    """The standard action of every class and stage, with n in every cell.

    Parameters
    ----------
    table : DataFrame
        class, stage, headline, owner, days, stake, customers; classes and stages in their order.
    n : int
        Customers.
    title : str
        The finding.
    style : Style
    """
    classes, stages = list(dict.fromkeys(table["class"])), list(dict.fromkeys(table["stage"]))
    figure, axes = style.panel(width=9.6, height=1.02 * len(classes) + 0.9)
    for row in table.to_dict("records"):
        _cell(axes, stages.index(row["stage"]), classes.index(row["class"]), row, style)
    axes.set(xlim=(-0.5, len(stages) - 0.5), ylim=(len(classes) - 0.5, -0.5))
    axes.set_xticks(range(len(stages)), stages, weight="bold")
    axes.set_yticks(range(len(classes)), [style.text(name) for name in classes], weight="bold")
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.grid(False)
    _kinds(axes, style, list(dict.fromkeys(table["stake"])))
    return style.finish(figure, title, note=f"n = {n:,} customers, in the lower left of each cell; before overrides")


def at_stake(table: pd.DataFrame, title: str, style: Style) -> Figure:
    """Sum at stake by action, a panel for each kind, since lifetime values and yearly amounts do not add up.

    Parameters
    ----------
    table : DataFrame
        stake, action, customers, value_at_stake.
    title : str
        The finding.
    style : Style
    """
    kinds = [kind for kind in STAKES if kind in set(table["stake"])]
    parts = {kind: table[table["stake"] == kind].sort_values(["value_at_stake", "action"]) for kind in kinds}
    cols = min(2, len(kinds))
    rows = -(-len(kinds) // cols)
    height = rows * (0.9 + 0.27 * max(map(len, parts.values())))
    figure, panels = style.panels(rows, cols, width=9.6, height=height)
    for axes, kind in zip(panels.flat, kinds, strict=False):
        own = parts[kind]
        places = np.arange(len(own))
        axes.barh(places, own["value_at_stake"], height=0.68, color=style.colour(_COLOURS[kind]))
        named = zip(own["action"].str.replace("_", " "), own["customers"], strict=True)
        axes.set_yticks(places, [f"{name}  n = {count:,}" for name, count in named])
        for place, value in zip(places, own["value_at_stake"], strict=True):
            words = money(value, style.money_unit).removesuffix(f" {style.money_unit}")
            axes.annotate(words, (value, place), (4, 0), textcoords="offset points", va="center", fontsize=8.5)
        axes.set(title=STAKES[kind], xlabel="at stake", xlim=(0, max(own["value_at_stake"].max() * 1.18, 1.0)))
        axes.set_ylim(len(own) - 0.5 - max(map(len, parts.values())), len(own) - 0.5)
        axes.grid(axis="y", visible=False)
        style.money_axis(axes, "x")
    for axes in panels.flat[len(kinds) :]:
        axes.axis("off")
    return style.finish(figure, title)


def lists(table: pd.DataFrame, title: str, style: Style) -> Figure:
    """Customers on each relationship manager's list, by what is at stake.

    Parameters
    ----------
    table : DataFrame
        rm_id, stake, customers.
    title : str
        The finding.
    style : Style
    """
    counts = table.pivot_table("customers", "rm_id", "stake", fill_value=0, aggfunc="sum")
    kinds = [kind for kind in STAKES if kind in counts]
    figure, axes = style.panel("customers", "relationship manager", width=8.4, height=1.6 + 0.25 * len(counts))
    left = np.zeros(len(counts))
    for kind in kinds:
        axes.barh(range(len(counts)), counts[kind], left=left, height=0.7, color=style.colour(_COLOURS[kind]),
                  edgecolor=style.colour("paper"))  # fmt: skip
        for place, (start, count) in enumerate(zip(left, counts[kind], strict=True)):
            if count >= 0.04 * counts.sum(axis=1).max():
                axes.text(start + count / 2, place, f"{count:.0f}", ha="center", va="center", fontsize=8,
                          color=style.colour("paper"))  # fmt: skip
        left += counts[kind].to_numpy()
    axes.set_yticks(range(len(counts)), [style.text(name, 20) for name in counts.index])
    axes.set_ylim(len(counts) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    _kinds(axes, style, kinds, below=-2 / (len(counts) + 1))
    return style.finish(figure, title, n=int(counts.to_numpy().sum()))


def _cell(axes: Axes, column: int, line: int, row: dict, style: Style) -> None:
    """One cell of the plan: headline, owner and deadline, n."""
    colour = style.colour(_COLOURS[row["stake"]])
    axes.add_patch(Rectangle((column - 0.48, line - 0.46), 0.96, 0.92, facecolor=colour, alpha=0.12, linewidth=0))
    axes.add_patch(Rectangle((column - 0.48, line - 0.46), 0.025, 0.92, facecolor=colour, linewidth=0))
    headline = "\n".join(textwrap.wrap(row["headline"], 27))
    axes.text(column - 0.43, line - 0.39, headline, ha="left", va="top", fontsize=8.8, weight="bold", linespacing=1.15)
    axes.text(column - 0.43, line + 0.40, f"n = {row['customers']:,}", ha="left", va="bottom", fontsize=8.8)
    axes.text(column + 0.45, line + 0.40, f"{row['owner']}, {row['days']} days", ha="right", va="bottom", fontsize=8.2,
              color=style.colour("muted"))  # fmt: skip


def _kinds(axes: Axes, style: Style, kinds: Sequence[str], below: float = 0.0) -> None:
    """The kinds of action with their colours, below the panel."""
    marks = [Patch(facecolor=style.colour(_COLOURS[kind]), label=STAKES[kind]) for kind in STAKES if kind in kinds]
    axes.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.5, below), ncols=len(marks))
