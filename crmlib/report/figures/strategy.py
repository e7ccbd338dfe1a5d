"""Figures of chapter 8: countermeasures, the plan by class and stage, what is at stake, whose hours win most."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from crmlib.report.style import Style
from crmlib.report.text import width, wrap
from crmlib.strategy.hours import Hours, Prices
from crmlib.strategy.pricing import Rates
from crmlib.strategy.retention import Hazard
from crmlib.strategy.stakes import KINDS, Stakes
from crmlib.words.numbers import UNITS, fixed, known, short

FEWEST = 5
"""Lines that a figure of managers has room for, were there only one."""
_COLOURS = {"keep": "cool", "grow": "accent", "cut": "muted", "risk": "warm"}


def countermeasures(table: pd.DataFrame, style: Style) -> Figure:
    """Where each problem's statistic stands and where its countermeasure must bring it.

    Parameters
    ----------
    table : DataFrame
        Table ``countermeasures``.
    style : Style
    """
    figure, axes = style.panel(style.word("countermeasures.x"), width=9.6, height=0.8 + 0.62 * len(table))
    for place, row in enumerate(table.itertuples()):
        colour = style.colour("warm" if row.holds else "accent")
        axes.plot([row.value, row.threshold], [place, place], color=colour, linewidth=3, alpha=0.45, zorder=2)
        axes.scatter(row.value, place, s=62, color=colour, zorder=4)
        axes.scatter(row.threshold, place, s=300, marker="|", linewidth=2.4, color=style.colour("ink"), zorder=3)
        axes.annotate(f"{style.voice.name('countermeasure', row.problem)}\n{_task(row.owner, row.days, style)}",
                      (1.02, place), xycoords=("axes fraction", "data"), va="center", fontsize=8.5,
                      annotation_clip=False)  # fmt: skip
    axes.set_yticks(range(len(table)), [_lines(style.voice.name("problem", code), 34) for code in table["problem"]])
    least = min(0.0, float(table[["value", "threshold"]].min().min()) - 0.05)
    axes.set(xlim=(least, 1.0), ylim=(len(table) - 0.4, -0.6))
    axes.grid(axis="y", visible=False)
    title = style.word("countermeasures.title", shown=int(table["holds"].sum()), n=len(table))
    return style.finish(figure, title, note=style.word("countermeasures.note"))


def plan(table: pd.DataFrame, style: Style) -> Figure:
    """The standard action of every class and stage, with n in every cell.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.strategy.actions.plan`.
    style : Style
    """
    classes, stages = list(dict.fromkeys(table["class"])), list(dict.fromkeys(table["stage"]))
    figure, axes = style.panel(width=9.6, height=1.02 * len(classes) + 0.9)
    for row in table.to_dict("records"):
        _cell(axes, stages.index(row["stage"]), classes.index(row["class"]), row, style)
    axes.set(xlim=(-0.5, len(stages) - 0.5), ylim=(len(classes) - 0.5, -0.5))
    axes.set_xticks(range(len(stages)), [style.voice.name("stage", name) for name in stages], weight="bold")
    axes.set_yticks(range(len(classes)), [_class(name, style) for name in classes], weight="bold")
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.grid(False)
    _kinds(axes, style, set(table["stake"]))
    largest, n = table.loc[table["customers"].idxmax()], int(table["customers"].sum())
    title = style.word("plan.title", name=largest["class"], stage=largest["stage"], share=largest["customers"] / n)
    return style.finish(figure, title, note=style.word("plan.note", n=n))


def at_stake(stakes: Stakes, style: Style) -> Figure:
    """Sum at stake by action, a panel for each kind, since lifetime values and yearly amounts do not add up."""
    table = stakes.table
    kinds = [kind for kind in KINDS if kind in set(table["stake"])]
    parts = {kind: table[table["stake"] == kind].sort_values(["value_at_stake", "action"]) for kind in kinds}
    longest, cols = max(map(len, parts.values())), min(2, len(kinds))
    rows = -(-len(kinds) // cols)
    figure, panels = style.panels(rows, cols, width=9.6, height=rows * (0.9 + 0.27 * longest))
    for axes, kind in zip(panels.flat, kinds, strict=False):
        _amounts(axes, kind, parts[kind], longest, style)
    for axes in panels.flat[len(kinds) :]:
        axes.axis("off")
    return style.finish(figure, _stake_title(stakes, style))


def _stake_title(stakes: Stakes, style: Style) -> str:
    table, total = stakes.table, stakes.sums["keep"]
    if total > 0:
        most = table[table["stake"] == "keep"].sort_values(["value_at_stake", "action"]).iloc[-1]
        return style.word("at_stake.title", share=most["value_at_stake"] / total, action=most["action"])
    counts = table.groupby("stake")["customers"].sum()
    return style.word("at_stake.title_counts", keep=int(counts.get("keep", 0)), grow=int(counts.get("grow", 0)))


def _amounts(axes: Axes, kind: str, own: pd.DataFrame, longest: int, style: Style) -> None:
    """Sums of the actions of one kind."""
    places = np.arange(len(own))
    axes.barh(places, own["value_at_stake"], height=0.68, color=style.colour(_COLOURS[kind]))
    named = zip(own["action"], own["customers"], strict=True)
    axes.set_yticks(places, [style.word("named_n", action=action, n=n) for action, n in named])
    for place, value in zip(places, own["value_at_stake"], strict=True):
        _beside(axes, value, place, _amount(value, style))
    axes.set(title=style.word("stake", kind=kind), xlabel=style.word("at_stake.x"),
             xlim=(0, max(own["value_at_stake"].max() * 1.18, 1.0)),
             ylim=(len(own) - 0.5 - longest, len(own) - 0.5))  # fmt: skip
    axes.grid(axis="y", visible=False)
    style.money_axis(axes, "x")


def lists(table: pd.DataFrame, style: Style) -> Figure:
    """Customers on each relationship manager's list, by what is at stake.

    Parameters
    ----------
    table : DataFrame
        rm_id, stake, customers.
    style : Style
    """
    counts = table.pivot_table("customers", "rm_id", "stake", fill_value=0, aggfunc="sum")
    kinds, per = [kind for kind in KINDS if kind in counts], counts.sum(axis=1)
    lines = max(len(counts), FEWEST)
    figure, axes = style.panel(style.word("customers"), style.word("manager"), width=8.4, height=1.6 + 0.25 * lines)
    left = np.zeros(len(counts))
    for kind in kinds:
        axes.barh(range(len(counts)), counts[kind], left=left, height=0.7, color=style.colour(_COLOURS[kind]),
                  edgecolor=style.colour("paper"))  # fmt: skip
        for place, (start, count) in enumerate(zip(left, counts[kind], strict=True)):
            if count >= 0.04 * per.max():
                axes.text(start + count / 2, place, fixed(count), ha="center", va="center", fontsize=8,
                          color=style.colour("paper"))  # fmt: skip
        left += counts[kind].to_numpy()
    _managers(axes, counts.index, style)
    _kinds(axes, style, kinds, below=-2 / (lines + 1))
    n, cheap = int(per.sum()), counts.get("cut", pd.Series(0)).sum() / per.sum()
    if len(counts) == 1:
        return style.finish(figure, style.word("lists.title_one", n=n, cheap=cheap), n=n)
    return style.finish(figure, style.word("lists.title", span=(int(per.min()), int(per.max())), cheap=cheap), n=n)


def hour_rules(table: pd.DataFrame, hours: Hours, style: Style) -> Figure:
    """What each rule for hours promises and what it wins in truth, against today's hours, over many books.

    Parameters
    ----------
    table : DataFrame
        The rules drawn, the best first; those that no bank can follow are hollow.
    hours : Hours
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=1.2 + 0.34 * len(table), sharex=True, sharey=True)
    places = np.arange(len(table))
    for axes, measure in zip(panels.flat, ("truth", "expected"), strict=True):
        for place, row in zip(places, table.to_dict("records"), strict=True):
            can, loses = row["rule"] in hours.ranked.index, row[measure] < 0
            colour = style.colour("muted" if not can or row["rule"] == "today" else "warm" if loses else "accent")
            axes.plot([row[f"{measure}_low"], row[f"{measure}_high"]], [place, place], color=colour, linewidth=2.4,
                      alpha=0.5)  # fmt: skip
            axes.scatter(row[measure], place, s=52, color=colour if can else style.colour("paper"), edgecolor=colour,
                         linewidth=1.6, zorder=3)  # fmt: skip
        axes.axvline(0, color=style.colour("ink"), linewidth=0.8, zorder=1)
        axes.set(title=style.word(f"hour_rules.{measure}"), xlabel=style.word("hour_rules.x"))
        axes.grid(axis="y", visible=False)
        style.percent_axis(axes, "x")
    panels[0, 0].set_yticks(places, [style.voice.name("rule", rule) for rule in table["rule"]])
    panels[0, 0].set_ylim(len(table) - 0.4, -0.6)
    title = style.word("hour_rules.title_none", rule=hours.recommended)
    leader, ruled = hours.rules["leader"], hours.rules["by_class"]
    if not hours.as_today and leader.name != ruled.name:
        title = style.word("hour_rules.title", rule=leader.name, leader=leader["truth"], ruled=ruled["truth"])
    return style.finish(figure, title, note=style.word("hour_rules.note", books=hours.books))


def hour_prices(prices: Prices, style: Style) -> Figure:
    """What the last hour of each relationship manager is expected to win, beside what an hour costs."""
    table, cost = prices.table, prices.cost
    height = 1.4 + 0.24 * max(len(table), FEWEST)
    figure, axes = style.panel(style.word("hour_prices.x"), style.word("manager"), width=8.4, height=height)
    axes.barh(range(len(table)), table["price"], height=0.66, color=style.colour("accent"))
    for place, price in enumerate(table["price"]):
        _beside(axes, price, place, style.word("hour_prices.bar", price=price))
    axes.axvline(cost, color=style.colour("warm"), linewidth=1.6)
    axes.annotate(style.word("hour_prices.cost", cost=cost), (cost, len(table) - 0.5), (-5, 3),
                  textcoords="offset points", ha="right", color=style.colour("warm"), weight="bold")  # fmt: skip
    _managers(axes, table["rm_id"], style)
    axes.set(xlim=(0, 1.08 * max(cost, table["price"].max())))
    key = "hour_prices.title" if prices.enough else "hour_prices.title_none"
    return style.finish(figure, style.word(key, enough=prices.enough, managers=len(table)), n=prices.customers)


def rates(rates: Rates, style: Style) -> Figure:
    """Income that each loan rate keeps, by rating, with the best rate and the customers it loses."""
    table, best = rates.table, rates.best
    figure, panels = style.panels(1, len(best), width=9.6, height=3.3, sharey=True)
    for axes, row in zip(panels.flat, best.itertuples(), strict=True):
        own = table[table["rating"] == row.rating]
        axes.plot(own["loan_rate"], own["income"], color=style.colour("accent"), marker="o", markersize=3)
        axes.scatter(row.loan_rate, row.income, s=70, color=style.colour("warm"), zorder=4)
        axes.annotate(style.word("rates.best", rate=row.loan_rate, lost=row.lost), (row.loan_rate, row.income), (2, 9),
                      textcoords="offset points", ha="left", weight="bold", color=style.colour("warm"))  # fmt: skip
        axes.set(title=style.word("rates.rating", rating=row.rating), xlabel=style.word("rates.x"))
        style.percent_axis(axes, "x")
    panels[0, 0].set(ylabel=style.word("rates.y"), ylim=(0, 1.2 * table["income"].max()))
    style.percent_axis(panels[0, 0], "y")
    low, high = best["loan_rate"].min(), best["loan_rate"].max()
    title = style.word("rates.title_one", rate=low) if low == high else style.word("rates.title", span=(low, high))
    return style.finish(figure, title, list(best["customers"]), style.word("rates.note"))


def hazard(calibration: pd.DataFrame, fitted: Hazard, foresight: pd.DataFrame, style: Style) -> Figure:
    """Losses foretold and seen by tenth of the hazard, and what raises the hazard.

    Parameters
    ----------
    calibration, foresight : DataFrame
        As from :mod:`crmlib.strategy.foresight`.
    fitted : Hazard
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=3.6, width_ratios=(1, 1.05))
    _foretold(panels[0, 0], calibration, style)
    _odds(panels[0, 1], np.exp(fitted.effects[["effect", "low", "high"]]).sort_values("effect"), style)
    first = foresight[(foresight["of"] == "all") & (foresight["measure"] == "auc")]["value"].iloc[0]
    title = style.word("hazard.title", share=first) if known(first) else style.word("hazard.title_unknown")
    return style.finish(figure, title, note=style.word("hazard.note", n=int(calibration["quarters"].sum())))


def at_risk(table: pd.DataFrame, style: Style) -> Figure:
    """Lifetime value of each class, and what of it is at risk within a year.

    Parameters
    ----------
    table : DataFrame
        As from :func:`crmlib.strategy.saves.risk_by_class`.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=2.7, sharey=True)
    of = {"worth": table["worth"] / table["worth"].sum(), "value_at_risk": table["at_risk"]}
    for axes, (column, shares) in zip(panels[0], of.items(), strict=True):
        for place, (name, value, share) in enumerate(zip(table["class"], table[column], shares, strict=True)):
            axes.barh(place, value, height=0.62, **style.fill(name))
            _beside(axes, value, place, style.word("at_risk.bar", amount=_amount(value, style), share=share), 5)
        axes.set(title=style.word(f"at_risk.{column}"), xlabel=style.word(f"at_risk.{column}_x"),
                 xlim=(0, max(table[column].max() * 1.32, 1.0)))  # fmt: skip
        axes.grid(axis="y", visible=False)
        style.money_axis(axes, "x")
    panels[0, 0].set_yticks(range(len(table)), [_class(name, style) for name in table["class"]])
    panels[0, 0].set_ylim(len(table) - 0.4, -0.6)
    most = table.loc[table["share"].idxmax()]
    title = style.word("at_risk.title", name=most["class"], share=most["share"], at_risk=most["at_risk"])
    return style.finish(figure, title, n=int(table["customers"].sum()), note=style.word("at_risk.note"))


def _foretold(axes: Axes, calibration: pd.DataFrame, style: Style) -> None:
    """Losses seen against losses foretold, by tenth of the hazard."""
    axes.vlines(calibration["expected"], calibration["low"], calibration["high"], color=style.colour("accent"))
    axes.scatter(calibration["expected"], calibration["seen"], s=42, color=style.colour("accent"), zorder=3)
    widest, most = calibration["expected"].max(), 1.06 * float(calibration[["expected", "high"]].max().max())
    axes.plot([0, most], [0, most], color=style.colour("ink"), linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    axes.set(title=style.word("hazard.tenths"), xlabel=style.word("hazard.foretold"), ylabel=style.word("hazard.seen"),
             xlim=(0, widest * 1.15), ylim=(0, most))  # fmt: skip
    axes.annotate(style.word("hazard.same"), (widest, widest), (-8, 6), textcoords="offset points", ha="right",
                  fontsize=8.5, color=style.colour("muted"))  # fmt: skip
    for which in ("x", "y"):
        style.percent_axis(axes, which)


def _odds(axes: Axes, ratios: pd.DataFrame, style: Style) -> None:
    """Odds ratios with their intervals, red and green where they are clear of 1."""
    rows = np.arange(len(ratios))
    signs = ["warm" if row.low > 1 else "accent" if row.high < 1 else "muted" for row in ratios.itertuples()]
    colours = [style.colour(sign) for sign in signs]
    axes.hlines(rows, ratios["low"], ratios["high"], color=colours, linewidth=2.2)
    axes.scatter(ratios["effect"], rows, s=42, color=colours, zorder=3)
    axes.axvline(1, color=style.colour("ink"), linewidth=1)
    axes.set(title=style.word("hazard.odds"), xscale="log", xlabel=style.word("hazard.ratio"),
             ylim=(-0.7, len(ratios) - 0.3))  # fmt: skip
    axes.set_yticks(rows, [style.voice.name("covariate", name) for name in ratios.index])
    marks = [mark for mark in (0.25, 0.5, 0.7, 1, 1.4, 2, 4) if ratios["low"].min() <= mark <= ratios["high"].max()]
    axes.set_xticks(marks, [short(mark) for mark in marks], minor=False)
    axes.minorticks_off()
    axes.grid(axis="y", visible=False)


def _cell(axes: Axes, column: int, line: int, row: dict, style: Style) -> None:
    """One cell of the plan: headline, owner and deadline, n."""
    colour = style.colour(_COLOURS[row["stake"]])
    axes.add_patch(Rectangle((column - 0.48, line - 0.46), 0.96, 0.92, facecolor=colour, alpha=0.12, linewidth=0))
    axes.add_patch(Rectangle((column - 0.48, line - 0.46), 0.025, 0.92, facecolor=colour, linewidth=0))
    headline = _lines(style.voice.name("action", row["action"]), 27)
    axes.text(column - 0.43, line - 0.39, headline, ha="left", va="top", fontsize=8.8, weight="bold", linespacing=1.15)
    axes.text(column - 0.43, line + 0.40, style.word("n", n=row["customers"]), ha="left", va="bottom", fontsize=8.8)
    axes.text(column + 0.45, line + 0.40, _task(row["owner"], row["days"], style), ha="right", va="bottom",
              fontsize=8.2, color=style.colour("muted"))  # fmt: skip


def _kinds(axes: Axes, style: Style, kinds: Iterable[str], below: float = 0.0) -> None:
    """The kinds of action with their colours, below the panel."""
    marks = [Patch(facecolor=style.colour(_COLOURS[kind]), label=style.word("stake", kind=kind))
             for kind in KINDS if kind in kinds]  # fmt: skip
    axes.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.5, below), ncols=len(marks))


def _managers(axes: Axes, names: Sequence[str], style: Style) -> None:
    axes.set_yticks(range(len(names)), [style.text(name, 20) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)


def _beside(axes: Axes, value: float, place: float, words: str, away: int = 4) -> None:
    axes.annotate(words, (value, place), (away, 0), textcoords="offset points", va="center", fontsize=8.5)


def _amount(value: float, style: Style) -> str:
    """An amount of CNY in the report's unit, without the unit."""
    return short(value / UNITS[style.money_unit])


def _task(owner: str, days: int, style: Style) -> str:
    return style.word("days", owner=owner, days=days)


def _class(name: str, style: Style) -> str:
    return style.text(style.voice.name("class", name))


def _lines(text: str, widest: int) -> str:
    return "\n".join(wrap(text, width, widest))
