"""Figures of chapter 8: countermeasures, the plan by class and stage, what is at stake, whose hours win most."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from crmlib.report import shapes
from crmlib.report.style import Style
from crmlib.report.text import broken
from crmlib.strategy.allocation import TODAY
from crmlib.strategy.hours import Hours, Prices
from crmlib.strategy.retention import Hazard
from crmlib.strategy.stakes import KINDS, Stakes
from crmlib.strategy.trial import HEADROOM, SHARE
from crmlib.words.numbers import fixed, known, short

FEWEST = 5
"""Lines that a figure of managers has room for, were there only one."""
_COLOURS = {"keep": "cool", "grow": "accent", "cut": "muted", "risk": "warm"}


def countermeasures(table: pd.DataFrame, style: Style) -> Figure:
    """Where each problem's statistic stands and where its countermeasure must bring it; its table is drawn."""
    figure, axes = style.panel("countermeasures", width=9.6, height=0.8 + 0.62 * len(table))
    axes.hlines(range(len(table)), table["value"], table["threshold"], color="warm", linewidth=3, alpha=0.45)
    axes.scatter(table["threshold"], range(len(table)), s=300, marker="|", linewidth=2.4, color="ink", zorder=3)
    axes.scatter(table["value"], range(len(table)), s=62, color="warm", zorder=4)
    for place, row in enumerate(table.itertuples()):
        words = f"{style.name('countermeasure', row.problem)}\n{_task(row.owner, row.days, style)}"
        shapes.beside(axes, words, (1.02, place), (1, 0), xycoords=("axes fraction", "data"), annotation_clip=False)
    shapes.rows(axes, [broken(name, 34) for name in style.names("problem", table["problem"])])
    axes.set_xlim(min(0.0, float(table[["value", "threshold"]].min().min()) - 0.05), 1.0)
    return style.finish(figure, style.word("countermeasures.title", shown=len(table)))


def plan(table: pd.DataFrame, style: Style) -> Figure:
    """The standard action of every class and stage, with n in every cell.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.strategy.actions.plan`.
    """
    classes, stages = list(dict.fromkeys(table["class"])), list(dict.fromkeys(table["stage"]))
    figure, axes = style.panel(width=9.6, height=1.02 * len(classes) + 0.9)
    for row in table.to_dict("records"):
        _cell(axes, stages.index(row["stage"]), classes.index(row["class"]), row, style)
    axes.set_xticks(range(len(stages)), style.names("stage", stages), weight="bold")
    shapes.rows(axes, style.names("class", classes), weight="bold")
    axes.set(xlim=(-0.5, len(stages) - 0.5), ylim=(len(classes) - 0.5, -0.5))
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    _kinds(axes, style, set(table["stake"]))
    largest, n = table.loc[table["customers"].idxmax()], int(table["customers"].sum())
    title = style.word("plan.title", name=largest["class"], stage=largest["stage"], share=largest["customers"] / n)
    return style.finish(figure, title, note=style.word("plan.note", n=n))


def _cell(axes: Axes, column: int, line: int, row: dict, style: Style) -> None:
    """One cell of the plan: headline, owner and deadline, n."""
    colour = _COLOURS[row["stake"]]
    axes.add_patch(Rectangle((column - 0.48, line - 0.46), 0.96, 0.92, facecolor=colour, alpha=0.12, linewidth=0))
    axes.add_patch(Rectangle((column - 0.48, line - 0.46), 0.025, 0.92, facecolor=colour, linewidth=0))
    headline = broken(style.name("action", row["action"]), 27)
    axes.text(column - 0.43, line - 0.39, headline, va="top", fontsize=8.8, weight="bold", linespacing=1.15)
    axes.text(column - 0.43, line + 0.40, style.word("n", n=row["customers"]), va="bottom", fontsize=8.8)
    axes.text(column + 0.45, line + 0.40, _task(row["owner"], row["days"], style), ha="right", va="bottom",
              fontsize=8.2, color="muted")  # fmt: skip


def at_stake(stakes: Stakes, style: Style) -> Figure:
    """Sum at stake by action where it is known, a panel a kind: lifetime values and yearly amounts do not add up."""
    table = stakes.table.dropna(subset="value_at_stake").sort_values(["value_at_stake", "action"], ascending=False)
    parts = {kind: table[table["stake"] == kind] for kind in KINDS if (table["stake"] == kind).any()}
    longest, cols = max(map(len, parts.values())), min(2, len(parts))
    rows = -(-len(parts) // cols)
    figure, panels = style.panels(rows, cols, width=9.6, height=rows * (0.9 + 0.27 * longest))
    for axes, (kind, own) in zip(panels.flat, parts.items(), strict=False):
        shapes.bars(axes, own["value_at_stake"], own["value_at_stake"].map(style.amount), color=_COLOURS[kind])
        named = zip(own["action"], own["customers"], strict=True)
        shapes.rows(axes, [style.word("named_n", action=action, n=n) for action, n in named])
        axes.set(title=style.word("stake", kind=kind), xmargin=0.18, ylim=(longest - 0.4, -0.6))
        style.label(axes, "at_stake")
    for axes in panels.flat[len(parts) :]:
        axes.axis("off")
    return style.finish(figure, _stake_title(stakes, style))


def _stake_title(stakes: Stakes, style: Style) -> str:
    table, total = stakes.table, stakes.sums["keep"]
    if total > 0:
        most = table[table["stake"] == "keep"].sort_values(["value_at_stake", "action"]).iloc[-1]
        return style.word("at_stake.title", share=most["value_at_stake"] / total, action=most["action"])
    counts = table.groupby("stake")["customers"].sum()
    return style.word("at_stake.title_counts", keep=int(counts.get("keep", 0)), grow=int(counts.get("grow", 0)))


def lists(table: pd.DataFrame, style: Style) -> Figure:
    """Customers (rm_id, stake, customers) on each relationship manager's list, by what is at stake."""
    counts = table.pivot_table("customers", "rm_id", "stake", fill_value=0, aggfunc="sum")
    counts = counts[[kind for kind in KINDS if kind in counts]]
    per, lines = counts.sum(axis=1), max(len(counts), FEWEST)
    figure, axes = style.panel("lists", width=8.4, height=1.6 + 0.25 * lines)
    for bars in shapes.stacked(axes, counts, list(counts), [_COLOURS[kind] for kind in counts]):
        texts = [fixed(n) if n >= 0.04 * per.max() else "" for n in bars.datavalues]
        axes.bar_label(bars, texts, label_type="center", fontsize=8, color="paper")
    shapes.rows(axes, [style.text(name, 20) for name in counts.index])
    _kinds(axes, style, counts, below=-2 / (lines + 1))
    n, cheap = int(per.sum()), counts.get("cut", pd.Series(0)).sum() / per.sum()
    if len(counts) == 1:
        return style.finish(figure, style.word("lists.title_one", n=n, cheap=cheap), n=n)
    return style.finish(figure, style.word("lists.title", span=(int(per.min()), int(per.max())), cheap=cheap), n=n)


def _kinds(axes: Axes, style: Style, kinds: Iterable[str], below: float = 0.0) -> None:
    """The kinds of action with their colours, below the panel."""
    marks = [Patch(facecolor=_COLOURS[kind], label=style.word("stake", kind=kind)) for kind in KINDS if kind in kinds]
    axes.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.5, below), ncols=len(marks))


def hour_rules(table: pd.DataFrame, hours: Hours, style: Style) -> Figure:
    """What each rule for hours wins under two laws of response and what it promises, against today's hours.

    Parameters
    ----------
    table : DataFrame
        The rules drawn, the best first; those that no bank can follow are hollow.
    hours : Hours
    """
    figure, panels = style.panels(1, 3, width=9.6, height=1.2 + 0.34 * len(table), sharex=True, sharey=True)
    can = table["rule"].isin(hours.ranked.index)
    for axes, measure in zip(panels.flat, (HEADROOM, SHARE, "expected"), strict=True):
        colours = np.where(table[measure] < 0, "warm", "accent")
        colours = np.where(can & (table["rule"] != TODAY), colours, "muted")
        axes.axvline(0, color="ink", linewidth=0.8, zorder=1)
        spans = table[[measure, f"{measure}_low", f"{measure}_high"]]
        shapes.dots(axes, spans, color=colours, face=np.where(can, colours, "paper"), s=52)
        style.label(axes, "hour_rules", title=measure)
    shapes.rows(panels[0, 0], style.names("rule", table["rule"]))
    rule, title = hours.recommended, style.word("hour_rules.title_none")
    if rule != TODAY:
        title = style.word("hour_rules.title", rule=rule, **table.set_index("rule").loc[rule, [HEADROOM, SHARE]])
    return style.finish(figure, title, note=style.word("hour_rules.note", books=hours.books))


def hour_prices(prices: Prices, style: Style) -> Figure:
    """What the last hour of each relationship manager is expected to win, beside what an hour costs."""
    table, cost = prices.table, prices.cost
    figure, axes = style.panel("hour_prices", width=8.4, height=1.4 + 0.24 * max(len(table), FEWEST))
    texts = [style.word("hour_prices.bar", price=price) for price in table["price"]]
    shapes.bars(axes, table["price"], texts, color="accent")
    shapes.rows(axes, [style.text(name, 20) for name in table["rm_id"]])
    axes.axvline(cost, color="warm", linewidth=1.6)
    shapes.bold(axes, style.word("hour_prices.cost", cost=cost), (cost, len(table) - 0.5), (-5, 3), color="warm")
    axes.set_xlim(0, 1.08 * max(cost, table["price"].max()))
    enough = int((table["price"] >= cost).sum())
    key = "hour_prices.title" if enough else "hour_prices.title_none"
    return style.finish(figure, style.word(key, enough=enough, managers=len(table)), n=prices.customers)


def rates(table: pd.DataFrame, chosen: pd.DataFrame, style: Style) -> Figure:
    """Income that each loan rate keeps, by rating, with the best rate and the customers it loses.

    Parameters
    ----------
    table, chosen : DataFrame
        From :func:`crmlib.strategy.pricing.incomes` and :func:`crmlib.strategy.pricing.rates`.
    style : Style
    """
    figure, panels = style.panels(1, len(chosen), width=9.6, height=3.3, sharey=True)
    for axes, row in zip(panels.flat, chosen.itertuples(), strict=True):
        own = table[table["rating"] == row.rating]
        best = (row.loan_rate, row.income)
        axes.plot(own["loan_rate"], own["income"], color="accent", marker="o", markersize=3)
        axes.scatter(*best, s=70, color="warm", zorder=4)
        shapes.bold(axes, style.word("rates.best", rate=row.loan_rate, lost=row.lost), best, (2, 7), color="warm")
        style.label(axes, "rates", "x", title="rating", rating=row.rating)
    panels[0, 0].set_ylim(0, 1.2 * table["income"].max())
    style.label(panels[0, 0], "rates", "y")
    low, high = chosen["loan_rate"].min(), chosen["loan_rate"].max()
    title = style.word("rates.title_one", rate=low) if low == high else style.word("rates.title", span=(low, high))
    return style.finish(figure, title, list(chosen["customers"]), style.word("rates.note"))


def hazard(calibration: pd.DataFrame, fitted: Hazard, foresight: pd.DataFrame, style: Style) -> Figure:
    """Losses foretold and seen by tenth of the hazard, and what raises the hazard.

    Parameters
    ----------
    calibration, foresight : DataFrame
        As from :mod:`crmlib.strategy.foresight`.
    fitted : Hazard
    """
    figure, panels = style.panels(1, 2, width=9.6, height=3.6, width_ratios=(1, 1.05))
    _foretold(panels[0, 0], calibration, style)
    _odds(panels[0, 1], np.exp(fitted.effects[["effect", "low", "high"]]).sort_values("effect", ascending=False), style)
    first, closed = foresight[foresight["measure"] == "auc"].set_index("of")["value"].loc[["all", "closed"]]
    title = style.word("hazard.title" if known(first) else "hazard.title_unknown", share=first, closed=closed)
    return style.finish(figure, title, note=style.word("hazard.note", n=int(calibration["quarters"].sum())))


def _foretold(axes: Axes, calibration: pd.DataFrame, style: Style) -> None:
    """Losses seen against losses foretold, by tenth of the hazard."""
    shapes.dots(axes, calibration[["seen", "low", "high"]], at=calibration["expected"], upright=True)
    widest, most = calibration["expected"].max(), 1.06 * float(calibration[["expected", "high"]].max().max())
    axes.plot([0, most], [0, most], "--", color="ink", linewidth=1, zorder=1)
    axes.set(title=style.word("hazard.tenths"), xlabel=style.word("hazard.foretold"), ylabel=style.word("hazard.seen"),
             xlim=(0, widest * 1.15), ylim=(0, most))  # fmt: skip
    shapes.beside(axes, style.word("hazard.same"), (widest, widest), (-8, 6), color="muted")
    for axis in "xy":
        style.show(axes, axis, "percent")


def _odds(axes: Axes, ratios: pd.DataFrame, style: Style) -> None:
    """Odds ratios with their intervals, red and green where they are clear of 1."""
    colours = np.select([ratios["low"] > 1, ratios["high"] < 1], ["warm", "accent"], "muted")
    shapes.dots(axes, ratios, color=colours)
    shapes.rows(axes, style.names("covariate", ratios.index))
    axes.axvline(1, color="ink", linewidth=1)
    axes.set(title=style.word("hazard.odds"), xscale="log", xlabel=style.word("hazard.ratio"))
    marks = [mark for mark in (0.25, 0.5, 0.7, 1, 1.4, 2, 4) if ratios["low"].min() <= mark <= ratios["high"].max()]
    axes.set_xticks(marks, [short(mark) for mark in marks])
    axes.minorticks_off()


def leaving(table: pd.DataFrame, style: Style) -> Figure:
    """Lifetime value of each class, and what of it may leave within a year.

    Parameters
    ----------
    table : DataFrame
        As from :func:`crmlib.strategy.lifetime.leaving_by_class`.
    """
    figure, panels = style.panels(1, 2, width=9.6, height=2.7, sharey=True)
    of = {"worth": table["worth"] / (table["worth"].sum() or np.nan), "may_leave": table["part"]}
    for axes, (column, parts) in zip(panels[0], of.items(), strict=True):
        texts = [style.word("leaving.bar", amount=style.amount(value), share=share)
                 for value, share in zip(table[column], parts, strict=True)]  # fmt: skip
        shapes.bars(axes, table[column], texts, looks=[style.fill(name) for name in table["class"]])
        axes.set(title=style.word(f"leaving.{column}"), xlabel=style.word(f"leaving.{column}_x"), xmargin=0.32)
        style.show(axes, "x", "money")
    shapes.rows(panels[0, 0], style.names("class", table["class"]))
    title = style.word("leaving.title_none")
    if known(table["share"].max()):
        most = table.loc[table["share"].idxmax()]
        title = style.word("leaving.title", most, name=most["class"])
    return style.finish(figure, title, n=int(table["customers"].sum()), note=style.word("leaving.note"))


def _task(owner: str, days: int, style: Style) -> str:
    return style.word("days", owner=owner, days=days)
