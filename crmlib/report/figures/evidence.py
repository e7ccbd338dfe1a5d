"""Figures of chapter 9: what was earned in the year after scoring, by class and by fifth, and an outcome ranked."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.evidence.backtest import OutOfTime
from crmlib.evidence.followed import Followed
from crmlib.evidence.next_year import Middle
from crmlib.evidence.outcome import Ranked
from crmlib.evidence.sensitivity import Sensitivity
from crmlib.evidence.smaa import Sureness
from crmlib.report import shapes
from crmlib.report.style import Style
from crmlib.words.numbers import month
from crmlib.words.sentences.evidence import moves, ranked

_CHOICES = ("cuts", "scaling", "aggregation", "weights")
_PREDICTORS = (("accent", "o"), ("cool", "^"), ("warm", "s"), ("muted", "D"))


def next_year_eva(followed: Followed, style: Style) -> Figure:
    """Next-year EVA of the classes, and how often the better class earns more."""
    figure, axes = style.panels(1, 2, width=9.6, height=3.2, width_ratios=(3, 2))
    _means(axes[0, 0], followed.table, style)
    _wins(axes[0, 1], followed.pairs, style)
    best = followed.table.iloc[0]
    title = style.word("next_year_eva.title", label=best["class"], customers=best["customers"] / len(followed.base),
                       eva=followed.best)  # fmt: skip
    return style.finish(figure, title, n=len(followed.base), note=style.word("scored", date=followed.scored))


def _means(axes: Axes, classes: pd.DataFrame, style: Style) -> None:
    """Mean EVA a customer with its interval, and the median customer."""
    names = list(classes["class"])
    _class_dots(axes, classes["mean"], classes, names, style, label=style.word("next_year_eva.mean"))
    axes.scatter(classes["median"], range(len(classes)), s=70, marker="|", color="ink", zorder=4,
                 label=style.word("next_year_eva.median"))  # fmt: skip
    shapes.rows(axes, [f"{style.name('class', name)}\n{style.word('customers', n=n)}"
                       for name, n in zip(names, classes["customers"], strict=True)])  # fmt: skip
    axes.axvline(0, color="muted", linewidth=1)
    style.label(axes, "next_year_eva", title="of_a_customer")
    axes.legend(loc="lower right")


def _wins(axes: Axes, pairs: pd.DataFrame, style: Style) -> None:
    """Share of pairs in which the customer of the better class earned more."""
    _class_dots(axes, pairs["probability"], pairs, pairs["higher"], style)
    for place, share in enumerate(pairs["probability"]):
        shapes.bold(axes, shapes.whole(share), (share, place), (0, 7))
    shapes.rows(axes, [f"{style.name('class', row.higher)}\n{style.word('next_year_eva.over', label=row.lower)}"
                       for row in pairs.itertuples()])  # fmt: skip
    axes.set(title=style.word("next_year_eva.wins"), xlabel=style.word("next_year_eva.pairs"),
             xlim=(min(0.3, pairs["low"].min() - 0.03), 1))  # fmt: skip
    axes.axvline(0.5, color="muted", linewidth=1, linestyle="--")
    style.show(axes, "x", "percent")


def _class_dots(
    axes: Axes, values: pd.Series, spans: pd.DataFrame, classes: Sequence[str], style: Style, label: str = ""
) -> None:
    """A point a class with its interval, ``low`` to ``high`` of the spans; the label goes to the first."""
    axes.hlines(range(len(values)), spans["low"], spans["high"], color="ink", linewidth=1.4)
    for place, (value, name) in enumerate(zip(values, classes, strict=True)):
        axes.scatter(value, place, s=95, zorder=3, label=None if place else label, **style.points(name))


def middle_fifths(middle: Middle, style: Style) -> Figure:
    """Next-year EVA and headroom by fifth of the score, each on its own scale."""
    figure, panels = style.panels(1, 2, width=9.6, height=3.2)
    fifths = middle.table
    for axes, name, colour in zip(panels[0], ("eva", "headroom"), ("accent", "cool"), strict=True):
        shapes.bars(axes, fifths[name], fifths[name].map(style.amount), upright=True, color=colour)
        style.label(axes, "middle_fifths", title=name)
        axes.set_xticks(range(len(fifths)), [str(fifth) for fifth in fifths["fifth"]])
        axes.axhline(0, color="muted", linewidth=1)
        style.show(axes, "y", "money")
    title = style.word("middle_fifths.title", eva=middle.eva, headroom=middle.headroom.value)
    note = style.word("scored", date=middle.scored)
    return style.finish(figure, title, n=int(fifths["customers"].sum()), note=note)


def outcome_roc(found: Ranked, style: Style) -> Figure:
    """ROC curves of the score and of the baseline, by what became of the customers."""
    figure, axes = style.panel("outcome_roc", width=6.4, height=4.6)
    for row, colour, dashes in ((found.score, "accent", "-"), (found.rival, "warm", "--")):
        curve = found.table[found.table["score"] == row["score"]]
        label = style.word("outcome_roc.area", score=row["score"], area=tuple(row[["auc", "low", "high"]]))
        axes.plot(curve["false_positive"], curve["true_positive"], dashes, color=colour, label=label)
    axes.plot([0, 1], [0, 1], color="muted", linewidth=1)
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.02), aspect="equal")
    axes.legend(loc="lower right", title=style.word("outcome_roc.legend"), alignment="left")
    lead, low, high = found.score[["lead", "lead_low", "lead_high"]]
    side = "better" if low > 0 else "worse" if high < 0 else "alike"
    title = style.word(f"outcome_roc.{side}", rival=found.rival["score"], lead=abs(lead))
    return style.finish(figure, title, n=found.n)


def acceptability(sureness: Sureness, cuts: tuple[float, float], style: Style) -> Figure:
    """Where the customers stand whose class hangs on the weights, and how many of each class keep it.

    Parameters
    ----------
    sureness : Sureness
    cuts : (float, float)
        The study's cuts of current and potential value.
    """
    figure, panels = style.panels(1, 2, width=9.6, height=4.2, width_ratios=(3, 2))
    axes, way = panels[0, 0], sureness.ways[0]
    shown = sureness.table.sort_values(way, ascending=False)
    style.label(axes, "acceptability", title=way)
    points = axes.scatter("current", "potential", c=way, data=shown, cmap=shapes.SEQUENCE.reversed(), vmin=0, vmax=1,
                          s=17, edgecolors="muted", linewidths=0.25, rasterized=True)  # fmt: skip
    axes.axvline(cuts[0], color="ink", linewidth=1)
    axes.axhline(cuts[1], color="ink", linewidth=1)
    bar = figure.colorbar(points, ax=axes, label=style.word("acceptability.bar"), shrink=0.9)
    bar.outline.set_visible(False)
    style.show(bar.ax, "y", "percent")
    _sure(panels[0, 1], sureness, style)
    title = style.word("acceptability.title", share=sureness.sure.iloc[0], least=sureness.least)
    return style.finish(figure, title, n=len(shown))


def _sure(axes: Axes, sureness: Sureness, style: Style) -> None:
    """Share of each class that keeps it in almost every draw."""
    customers = sureness.table
    sure = (customers[sureness.ways] >= sureness.least).groupby(customers["class"]).mean().reindex(style.classes)
    shapes.grouped(axes, sure, [style.word(f"acceptability.{way}") for way in sure], shapes.whole)
    shapes.rows(axes, style.names("class", style.classes))
    axes.set(title=style.word("acceptability.sure"), xlim=(0, 1.1), ylim=(len(sure) + 0.45, -0.6),
             xlabel=style.word("acceptability.sure_x", least=sureness.least))  # fmt: skip
    style.show(axes, "x", "percent")
    axes.legend(loc="lower right")


def choices(single: pd.DataFrame, n: int, style: Style) -> Figure:
    """Share of customers that change class when one choice of the method is made otherwise.

    Parameters
    ----------
    single : DataFrame
        From :func:`crmlib.evidence.agreement.what_matters`: choice, alternative, changed; the largest change first.
    n : int
        Customers.
    """
    figure, axes = style.panel("choices", width=7.6, height=0.28 * len(single) + 0.9)
    for choice, look in zip(_CHOICES, shapes.SERIES, strict=True):
        own = single["changed"].where(single["choice"] == choice)
        shapes.bars(axes, own, own.map(shapes.whole), label=style.name("choice", choice), **look)
    shapes.rows(axes, [
        style.word("choices.cut" if row.choice == "cuts" else "choices.one", choice=row.choice, other=row.alternative)
        for row in single.itertuples()
    ])  # fmt: skip
    axes.legend(loc="lower right")
    most = single.groupby("choice")["changed"].max().sort_values(ascending=False)
    return style.finish(figure, style.word("choices.title", parts=moves(most)), n=n)


def out_of_time(told: OutOfTime, style: Style) -> Figure:
    """How well the score and plain figures told the next year's EVA, in every year that the book allows."""
    figure, panels = style.panels(1, 2, width=9.6, height=3.5, sharey=True)
    table, bases = told.table, sorted(told.table["base"].unique())
    for axes, scale in zip(panels[0], ("rank", "asinh"), strict=True):
        _correlations(axes, table[table["scale"] == scale], style)
        axes.set_xticks(range(len(bases)), [month(base) for base in bases])
        axes.set_xlim(-0.5, len(bases) - 0.5)
        style.label(axes, "out_of_time", "x", title=scale)
    style.label(panels[0, 0], "out_of_time", "y")
    panels[0, 0].set_ylim(min(0, table["low"].min()), 1.02)
    panels[0, 0].legend(loc="lower left", ncols=2)
    least, most = int(table["customers"].min()), int(table["customers"].max())
    note = style.word("out_of_time.note" if least == most else "out_of_time.note_range", least=least, most=most)
    return style.finish(figure, style.text(style.voice.say(ranked(told))), note=note)


def _correlations(axes: Axes, table: pd.DataFrame, style: Style) -> None:
    """Correlation of every predictor with its interval, by year."""
    found = table.sort_values("base").groupby("predictor", sort=False)
    shifts = 0.14 * (np.arange(len(found)) - (len(found) - 1) / 2)
    for (name, own), shift, (colour, marker) in zip(found, shifts, _PREDICTORS, strict=False):
        look = {"color": colour, "marker": marker, "s": 36, "label": style.name("predictor", name)}
        shapes.dots(axes, own[["correlation", "low", "high"]], at=np.arange(len(own)) + shift, upright=True, **look)


def assumptions(found: Sensitivity, style: Style) -> Figure:
    """How far EVA and classes move when one assumption is made otherwise, the one that moves most first."""
    moved, base = found.moved, found.base["eva"]
    figure, panels = style.panels(1, 2, width=9.8, height=0.34 * len(moved) + 1.1, width_ratios=(3, 2), sharey=True)
    axes, classes = panels[0]
    for place, (name, look) in enumerate(zip(("low", "high"), ({"color": "cool"}, {"color": "warm", "hatch": "////"}),
                                             strict=True)):  # fmt: skip
        own = found.varied.groupby("assumption", sort=False)["eva"].nth(place)
        reached = found.varied.loc[own.index].set_index("assumption")["eva"].reindex(moved.index).fillna(base)
        shapes.bars(axes, reached - base, left=base, label=style.word(f"assumptions.{name}"), **look)
    axes.axvline(base, color="ink", linewidth=1)
    style.label(axes, "assumptions")
    axes.legend(loc="lower right")
    shapes.bars(classes, moved["changed"], moved["changed"].map(shapes.whole), color="accent")
    classes.set_xlabel(style.word("assumptions.changed"))
    style.show(classes, "x", "percent")
    shapes.rows(axes, style.names("assumption", moved.index))
    title = style.word("assumptions.title", eva=moved["eva"].idxmax(), classes=moved["changed"].idxmax())
    return style.finish(figure, title, n=found.customers)
