"""Figures of chapter 8: countermeasures, the plan by class and stage, what is at stake, whose hours win most."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from crmlib.report.style import Style
from crmlib.report.tables import money, percent

STAKES = {"keep": "keep: lifetime value", "grow": "grow: gain a year", "cut": "cut: cost to serve a year",
          "risk": "risk: expected loss"}  # fmt: skip
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


def hour_rules(table: pd.DataFrame, rules: Sequence[str], n: int, title: str, style: Style) -> Figure:
    """What each rule for hours promises and what it wins in truth, against today's hours, over many books.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.strategy.trial.against_today`, the best first.
    rules : sequence of str
        Rules that a bank can follow; the others are drawn hollow.
    n : int
        Books.
    title : str
        The finding.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=1.2 + 0.34 * len(table), sharex=True, sharey=True)
    places = np.arange(len(table))
    heads = {"truth": "what it wins in truth", "expected": "what it promises"}
    for axes, (measure, head) in zip(panels.flat, heads.items(), strict=True):
        for place, row in zip(places, table.to_dict("records"), strict=True):
            can, loses = row["rule"] in rules, row[measure] < 0
            colour = style.colour("muted" if not can or row["rule"] == "today" else "warm" if loses else "accent")
            axes.plot([row[f"{measure}_low"], row[f"{measure}_high"]], [place, place], color=colour, linewidth=2.4,
                      alpha=0.5)  # fmt: skip
            axes.scatter(row[measure], place, s=52, color=colour if can else style.colour("paper"), edgecolor=colour,
                         linewidth=1.6, zorder=3)  # fmt: skip
        axes.axvline(0, color=style.colour("ink"), linewidth=0.8, zorder=1)
        axes.set(title=head, xlabel="against today's hours")
        axes.grid(axis="y", visible=False)
        style.percent_axis(axes, "x")
    panels[0, 0].set_yticks(places, table["rule"])
    panels[0, 0].set_ylim(len(table) - 0.4, -0.6)
    note = f"mean, least and most of {n} simulated books; hollow: needs to know what no bank knows"
    return style.finish(figure, title, note=note)


def hour_prices(table: pd.DataFrame, cost: float, title: str, style: Style) -> Figure:
    """What the last hour of each relationship manager is expected to win, beside what an hour costs.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.strategy.allocation.by_manager`.
    cost : float
        Cost of an hour, CNY.
    title : str
        The finding.
    style : Style
    """
    figure, axes = style.panel("CNY a year won by one more hour", "relationship manager", width=8.4,
                               height=1.4 + 0.24 * len(table))  # fmt: skip
    places = np.arange(len(table))
    axes.barh(places, table["price"], height=0.66, color=style.colour("accent"))
    for place, row in zip(places, table.itertuples(), strict=True):
        axes.annotate(f"{row.price:,.0f}", (row.price, place), (4, 0), textcoords="offset points", va="center",
                      fontsize=8.5)  # fmt: skip
    axes.axvline(cost, color=style.colour("warm"), linewidth=1.6)
    axes.annotate(f"cost of an hour: {cost:,.0f}", (cost, len(table) - 0.5), (-5, 3), textcoords="offset points",
                  ha="right", color=style.colour("warm"), weight="bold")  # fmt: skip
    axes.set_yticks(places, [style.text(name, 20) for name in table["rm_id"]])
    axes.set(ylim=(len(table) - 0.4, -0.6), xlim=(0, 1.08 * max(cost, table["price"].max())))
    axes.grid(axis="y", visible=False)
    return style.finish(figure, title, n=int(table["customers"].sum()))


def rates(table: pd.DataFrame, best: pd.DataFrame, title: str, style: Style) -> Figure:
    """Income that each loan rate keeps, by rating, with the best rate and the customers it loses.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.strategy.pricing.incomes`.
    best : DataFrame
        From :func:`crmlib.strategy.pricing.best_rates`, and ``customers`` of each rating.
    title : str
        The finding.
    style : Style
    """
    figure, panels = style.panels(1, len(best), width=9.6, height=3.3, sharey=True)
    for axes, row in zip(panels.flat, best.itertuples(), strict=True):
        own = table[table["rating"] == row.rating]
        axes.plot(own["loan_rate"], own["income"], color=style.colour("accent"), marker="o", markersize=3)
        axes.scatter(row.loan_rate, row.income, s=70, color=style.colour("warm"), zorder=4)
        words = f"{percent(row.loan_rate, 2)}, loses {percent(row.lost, 0)}"
        axes.annotate(words, (row.loan_rate, row.income), (2, 9), textcoords="offset points", ha="left", weight="bold",
                      color=style.colour("warm"))  # fmt: skip
        axes.set(title=f"rating {style.text(row.rating)}", xlabel="loan rate a year")
        style.percent_axis(axes, "x")
    panels[0, 0].set(ylabel="income kept, of the amount offered", ylim=(0, 1.2 * table["income"].max()))
    style.percent_axis(panels[0, 0], "y")
    return style.finish(figure, title, list(best["customers"]), "income: rate times the share of customers that stay")


def hazard(
    calibration: pd.DataFrame, effects: pd.DataFrame, words: Mapping[str, str], title: str, style: Style
) -> Figure:
    """Losses foretold and seen by tenth of the hazard, and what raises the hazard.

    Parameters
    ----------
    calibration : DataFrame
        As from :func:`crmlib.strategy.foresight.hazard_calibration`.
    effects : DataFrame
        Effects of a fitted :class:`crmlib.strategy.retention.Hazard`: log odds a spread, with low and high.
    words : mapping
        What each covariate is called.
    title : str
        The finding.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=3.6, width_ratios=(1, 1.05))
    _foretold(panels[0, 0], calibration, style)
    _odds(panels[0, 1], np.exp(effects[["effect", "low", "high"]]).sort_values("effect"), words, style)
    n = int(calibration["quarters"].sum())
    note = f"left: n = {n:,} customer-quarters of the last year, judged by a hazard fitted before it"
    return style.finish(figure, title, note=note)


def at_risk(table: pd.DataFrame, title: str, style: Style) -> Figure:
    """Lifetime value of each class, and what of it is at risk within a year.

    Parameters
    ----------
    table : DataFrame
        As from :func:`crmlib.strategy.saves.risk_by_class`.
    title : str
        The finding.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=2.7, sharey=True)
    rows = np.arange(len(table))
    for axes, column, head in zip(
        panels[0], ("worth", "value_at_risk"), ("lifetime value", "of it at risk within a year"), strict=True
    ):
        for row, own in zip(rows, table.to_dict("records"), strict=True):
            axes.barh(row, own[column], height=0.62, **style.fill(own["class"]))
            share = own["at_risk"] if column == "value_at_risk" else own["worth"] / table["worth"].sum()
            amount = money(own[column], style.money_unit).removesuffix(f" {style.money_unit}")
            axes.annotate(f"{amount} ({percent(share)})", (own[column], row), (5, 0), textcoords="offset points",
                          va="center", fontsize=8.5)  # fmt: skip
        axes.set(
            title=head,
            xlabel="at hand" if column == "worth" else "expected loss",
            xlim=(0, max(table[column].max() * 1.32, 1.0)),
        )
        axes.grid(axis="y", visible=False)
        style.money_axis(axes, "x")
    panels[0, 0].set_yticks(rows, [style.text(name) for name in table["class"]])
    panels[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    note = (
        "percent: of all classes (left), of the class's own lifetime value (right); negative lifetime values left out"
    )
    return style.finish(figure, title, n=int(table["customers"].sum()), note=note)


def _foretold(axes: Axes, calibration: pd.DataFrame, style: Style) -> None:
    """Losses seen against losses foretold, by tenth of the hazard."""
    axes.vlines(calibration["expected"], calibration["low"], calibration["high"], color=style.colour("accent"))
    axes.scatter(calibration["expected"], calibration["seen"], s=42, color=style.colour("accent"), zorder=3)
    widest, most = calibration["expected"].max(), 1.06 * float(calibration[["expected", "high"]].max().max())
    axes.plot([0, most], [0, most], color=style.colour("ink"), linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    axes.set(title="lost within a quarter, tenths of customers by hazard", xlabel="foretold", ylabel="seen",
             xlim=(0, widest * 1.15), ylim=(0, most))  # fmt: skip
    axes.annotate("foretold = seen", (widest, widest), (-8, 6), textcoords="offset points", ha="right", fontsize=8.5,
                  color=style.colour("muted"))  # fmt: skip
    for which in ("x", "y"):
        style.percent_axis(axes, which)


def _odds(axes: Axes, ratios: pd.DataFrame, words: Mapping[str, str], style: Style) -> None:
    """Odds ratios with their intervals, red and green where they are clear of 1."""
    rows = np.arange(len(ratios))
    signs = ["warm" if row.low > 1 else "accent" if row.high < 1 else "muted" for row in ratios.itertuples()]
    colours = [style.colour(sign) for sign in signs]
    axes.hlines(rows, ratios["low"], ratios["high"], color=colours, linewidth=2.2)
    axes.scatter(ratios["effect"], rows, s=42, color=colours, zorder=3)
    axes.axvline(1, color=style.colour("ink"), linewidth=1)
    axes.set(title="odds of a loss for one standard deviation more", xscale="log", xlabel="odds ratio",
             ylim=(-0.7, len(ratios) - 0.3))  # fmt: skip
    axes.set_yticks(rows, [words[name] for name in ratios.index])
    marks = [mark for mark in (0.25, 0.5, 0.7, 1, 1.4, 2, 4) if ratios["low"].min() <= mark <= ratios["high"].max()]
    axes.set_xticks(marks, [f"{mark:g}" for mark in marks], minor=False)
    axes.minorticks_off()
    axes.grid(axis="y", visible=False)


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
