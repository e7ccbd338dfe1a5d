"""Figures of chapter 9: what was earned in the year after scoring, by class and by fifth, and an outcome ranked."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report.style import Style
from crmlib.words.numbers import known, month, percent
from crmlib.words.sentences.evidence import moves, ranked

if TYPE_CHECKING:
    from crmlib.evidence.backtest import OutOfTime
    from crmlib.evidence.followed import Followed
    from crmlib.evidence.next_year import Middle
    from crmlib.evidence.outcome import Ranked
    from crmlib.evidence.smaa import Sureness


def next_year_eva(followed: "Followed", style: Style) -> Figure:
    """Next-year EVA of the classes, and how often the better class earns more."""
    figure, axes = style.panels(1, 2, width=9.6, height=3.2, width_ratios=(3, 2))
    _means(axes[0, 0], followed.table, style)
    _wins(axes[0, 1], followed.pairs, style)
    best = followed.table.iloc[0]
    title = style.word(
        "next_year_eva.title" if known(best["share"]) else "next_year_eva.title_only_count",
        label=best["class"], customers=best["customers"] / len(followed.base), share=best["share"],
    )  # fmt: skip
    return style.finish(figure, title, n=len(followed.base), note=style.word("scored", date=followed.scored))


def _means(axes: Axes, classes: pd.DataFrame, style: Style) -> None:
    """Mean EVA a customer with its interval, and the median customer."""
    for place, row in enumerate(classes.itertuples()):
        name = row[1]
        axes.plot([row.low, row.high], [place, place], color=style.colour("ink"), linewidth=1.4, zorder=2)
        axes.scatter(row.mean, place, s=95, zorder=3, label=style.word("next_year_eva.mean") if not place else None,
                     **style.points(name))  # fmt: skip
        axes.scatter(row.median, place, s=70, marker="|", color=style.colour("ink"), zorder=4,
                     label=style.word("next_year_eva.median") if not place else None)  # fmt: skip
    labels = [f"{_class(row[1], style)}\n{style.word('customers', n=row.customers)}" for row in classes.itertuples()]
    axes.set(
        title=style.word("next_year_eva.of_a_customer"),
        yticks=range(len(classes)),
        yticklabels=labels,
        ylim=(len(classes) - 0.4, -0.6),
    )
    axes.axvline(0, color=style.colour("muted"), linewidth=1)
    axes.set_xlabel(style.word("next_year_eva.x"))
    style.money_axis(axes, "x", yearly=True)
    axes.legend(loc="lower right", handletextpad=0.3)


def _wins(axes: Axes, neighbours: pd.DataFrame, style: Style) -> None:
    """Share of pairs in which the customer of the better class earned more."""
    for place, row in enumerate(neighbours.itertuples()):
        axes.plot([row.low, row.high], [place, place], color=style.colour("ink"), linewidth=1.4, zorder=2)
        axes.scatter(row.probability, place, s=95, zorder=3, **style.points(row.higher))
        axes.annotate(percent(row.probability, 0), (row.probability, place), (0, 8), textcoords="offset points",
                      ha="center", weight="bold")  # fmt: skip
    labels = [
        f"{_class(row.higher, style)}\n{style.word('next_year_eva.over', label=row.lower)}"
        for row in neighbours.itertuples()
    ]
    axes.set(title=style.word("next_year_eva.wins"), yticks=range(len(neighbours)), yticklabels=labels)
    axes.set(ylim=(len(neighbours) - 0.5, -0.7), xlim=(min(0.3, neighbours["low"].min() - 0.03), 1))
    axes.axvline(0.5, color=style.colour("muted"), linewidth=1, linestyle=(0, (4, 3)))
    axes.set_xlabel(style.word("next_year_eva.pairs"))
    style.percent_axis(axes, "x")


def middle_fifths(middle: "Middle", style: Style) -> Figure:
    """Shares of next-year EVA and of headroom by fifth of the score."""
    figure, axes = style.panel(style.word("middle_fifths.x"), style.word("middle_fifths.y"), height=3.4)
    fifths = middle.table
    shares = fifths[["eva", "headroom"]] / fifths[["eva", "headroom"]].sum()
    places = np.arange(len(fifths))
    for shift, name, colour, hatch in ((-0.19, "eva", "accent", ""), (0.19, "headroom", "warm", "////")):
        bars = axes.bar(places + shift, shares[name], 0.36, color=style.colour(colour), hatch=hatch,
                        label=style.word(f"middle_fifths.{name}"), edgecolor=style.colour("paper"))  # fmt: skip
        axes.bar_label(bars, [percent(share, 0) for share in shares[name]], padding=2, fontsize=8.5)
    axes.axhline(0, color=style.colour("muted"), linewidth=1)
    axes.set_xticks(places, [str(fifth) for fifth in fifths["fifth"]])
    style.percent_axis(axes, "y")
    axes.margins(y=0.12)
    axes.legend(loc="upper left")
    title = style.word("middle_fifths.title" if middle.shares_eva else "middle_fifths.title_room",
                       eva=middle.eva.value, headroom=middle.headroom.value)  # fmt: skip
    note = style.word("scored", date=middle.scored)
    return style.finish(figure, title, n=int(fifths["customers"].sum()), note=note)


def outcome_roc(found: "Ranked", style: Style) -> Figure:
    """ROC curves of the score and of the baseline, for an outcome that neither has seen."""
    figure, axes = style.panel(style.word("outcome_roc.x"), style.word("outcome_roc.y"), width=6.4, height=4.6)
    shown = ((found.score, "accent", "-"), (found.rival, "warm", (0, (5, 2))))
    for row, colour, dashes in shown:
        curve = found.table[found.table["score"] == row["score"]]
        label = style.word("outcome_roc.area", score=row["score"], area=tuple(row[["auc", "low", "high"]]))
        axes.plot(curve["false_positive"], curve["true_positive"], color=style.colour(colour), linestyle=dashes,
                  label=label)  # fmt: skip
    axes.plot([0, 1], [0, 1], color=style.colour("muted"), linewidth=1)
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.02), aspect="equal")
    style.percent_axis(axes, "x")
    style.percent_axis(axes, "y")
    axes.legend(loc="lower right", title=style.word("outcome_roc.legend"), alignment="left")
    lead, low, high = found.score[["lead", "lead_low", "lead_high"]]
    side = "better" if low > 0 else "worse" if high < 0 else "alike"
    title = style.word(f"outcome_roc.{side}", rival=found.rival["score"], lead=abs(lead))
    return style.finish(figure, title, n=found.n)


def acceptability(sureness: "Sureness", cuts: tuple[float, float], style: Style) -> Figure:
    """Where the customers stand whose class hangs on the weights, and how many of each class keep it.

    Parameters
    ----------
    sureness : Sureness
    cuts : (float, float)
        The study's cuts of current and potential value.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=4.2, width_ratios=(3, 2))
    way = sureness.ways[0]
    axes, shown = panels[0, 0], sureness.table.sort_values(way, ascending=False)
    axes.set(xlabel=style.word("acceptability.x"), ylabel=style.word("acceptability.y"),
             title=style.word(f"acceptability.{way}"))  # fmt: skip
    dots = axes.scatter(
        shown["current"], shown["potential"], c=shown[way], cmap=style.sequence.reversed(), vmin=0, vmax=1, s=17,
        edgecolors=style.colour("muted"), linewidths=0.25, rasterized=True,
    )  # fmt: skip
    axes.axvline(cuts[0], color=style.colour("ink"), linewidth=1)
    axes.axhline(cuts[1], color=style.colour("ink"), linewidth=1)
    bar = figure.colorbar(dots, ax=axes, label=style.word("acceptability.bar"), shrink=0.9)
    bar.outline.set_visible(False)
    style.percent_axis(bar.ax, "y")
    _sure(panels[0, 1], sureness, style)
    title = style.word("acceptability.title", share=sureness.sure.iloc[0], least=sureness.least)
    return style.finish(figure, title, n=len(shown))


def _sure(axes: Axes, sureness: "Sureness", style: Style) -> None:
    """Share of each class that keeps it in almost every draw."""
    rows, by_class = np.arange(len(style.classes)), sureness.by_class.reindex(style.classes)
    looks = ((-0.19, "accent", ""), (0.19, "warm", "////"))
    for way, (shift, colour, hatch) in zip(sureness.ways, looks, strict=False):
        bars = axes.barh(rows + shift, by_class[way], 0.36, color=style.colour(colour), hatch=hatch,
                         label=style.word(f"acceptability.{way}"), edgecolor=style.colour("paper"))  # fmt: skip
        axes.bar_label(
            bars, [percent(share, 0) if known(share) else "" for share in by_class[way]], padding=3, fontsize=8.5
        )
    axes.set_yticks(rows, [_class(label, style) for label in style.classes])
    axes.set_ylim(len(rows) + 0.45, -0.6)
    axes.set(title=style.word("acceptability.sure"), xlim=(0, 1.1),
             xlabel=style.word("acceptability.sure_x", least=sureness.least))  # fmt: skip
    style.percent_axis(axes, "x")
    axes.legend(loc="lower right")


_LOOKS = {
    "cuts": ("accent", ""),
    "scaling": ("warm", "////"),
    "aggregation": ("cool", "...."),
    "weights": ("muted", "xxxx"),
}


def choices(single: pd.DataFrame, n: int, style: Style) -> Figure:
    """Share of customers that change class when one choice of the method is made otherwise.

    Parameters
    ----------
    single : DataFrame
        From :func:`crmlib.evidence.agreement.what_matters`: choice, alternative, changed; the largest change first.
    n : int
        Customers.
    style : Style
    """
    figure, axes = style.panel(style.word("choices.x"), width=7.6, height=0.28 * len(single) + 0.9)
    rows = np.arange(len(single))
    for choice, (colour, hatch) in _LOOKS.items():
        own = (single["choice"] == choice).to_numpy()
        axes.barh(rows[own], single["changed"][own], 0.72, color=style.colour(colour), hatch=hatch,
                  label=style.text(style.voice.name("choice", choice)), edgecolor=style.colour("paper"))  # fmt: skip
    for row, share in zip(rows, single["changed"], strict=True):
        axes.annotate(percent(share, 0), (share, row), (4, 0), textcoords="offset points", va="center", fontsize=8.5)
    axes.set_yticks(rows, [
        style.word("choices.cut" if row.choice == "cuts" else "choices.one", choice=row.choice, other=row.alternative)
        for row in single.itertuples()
    ])  # fmt: skip
    axes.set(ylim=(len(single) - 0.4, -0.6), xlim=(0, 1.12 * max(single["changed"].max(), 0.05)))
    style.percent_axis(axes, "x")
    axes.legend(loc="lower right")
    most = single.groupby("choice")["changed"].max().sort_values(ascending=False)
    return style.finish(figure, style.word("choices.title", parts=moves(most)), n=n)


def out_of_time(told: "OutOfTime", style: Style) -> Figure:
    """How well the score and plain figures told the next year's EVA, in every year that the book allows."""
    figure, panels = style.panels(1, 2, width=9.6, height=3.5, sharey=True)
    table, bases = told.table, sorted(told.table["base"].unique())
    for axes, scale in zip(panels[0], ("rank", "asinh"), strict=True):
        _correlations(axes, table[table["scale"] == scale], style)
        axes.set_xticks(range(len(bases)), [month(base) for base in bases])
        axes.set(title=style.word(f"out_of_time.{scale}"), xlabel=style.word("out_of_time.x"),
                 xlim=(-0.5, len(bases) - 0.5))  # fmt: skip
    panels[0, 0].set_ylabel(style.word("out_of_time.y"))
    panels[0, 0].set_ylim(min(0, table["low"].min()), 1.02)
    panels[0, 0].legend(loc="lower left", ncols=2)
    least, most = int(table["customers"].min()), int(table["customers"].max())
    note = style.word("out_of_time.note" if least == most else "out_of_time.note_range", least=least, most=most)
    return style.finish(figure, style.text(style.voice.say(ranked(told))), note=note)


def _correlations(axes: Axes, rows: pd.DataFrame, style: Style) -> None:
    """Correlation of every predictor with its interval, by year."""
    looks = (("accent", "o"), ("cool", "^"), ("warm", "s"), ("muted", "D"))
    predictors = list(rows["predictor"].unique())
    for place, (name, (colour, marker)) in enumerate(zip(predictors, looks, strict=False)):
        line = rows[rows["predictor"] == name].sort_values("base")
        x = np.arange(len(line)) + 0.14 * (place - (len(predictors) - 1) / 2)
        axes.vlines(x, line["low"], line["high"], color=style.colour(colour), linewidth=1.6)
        axes.scatter(x, line["correlation"], s=36, marker=marker, color=style.colour(colour), zorder=3,
                     label=style.text(style.voice.name("predictor", name)))  # fmt: skip


def _class(label: str, style: Style) -> str:
    return style.text(style.voice.name("class", label))
