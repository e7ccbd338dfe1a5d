"""Figures of chapter 9: what was earned in the year after scoring, by class and by fifth, and an outcome ranked."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report.style import Style
from crmlib.report.tables import percent


def next_year(classes: pd.DataFrame, neighbours: pd.DataFrame, note: str, style: Style) -> Figure:
    """Next-year EVA of the classes, and how often the better class earns more.

    Parameters
    ----------
    classes : DataFrame
        One row a class, best first: class, customers, share, mean, low, high, median (CNY a year).
    neighbours : DataFrame
        One row a pair: higher, lower, probability, low, high.
    note : str
        When the customers were scored.
    style : Style
    """
    figure, axes = style.panels(1, 2, width=9.6, height=3.2, width_ratios=(3, 2))
    _means(axes[0, 0], classes, style)
    _wins(axes[0, 1], neighbours, style)
    best, customers = classes.iloc[0], classes["customers"].sum()
    title = (
        f"{str(best['class']).capitalize()}, {percent(best['customers'] / customers, 0)} of customers, "
        f"earned {percent(best['share'], 0)} of the next year's EVA"
    )
    return style.finish(figure, title, n=int(customers), note=note)


def _means(axes: Axes, classes: pd.DataFrame, style: Style) -> None:
    """Mean EVA a customer with its interval, and the median customer."""
    for place, row in enumerate(classes.itertuples()):
        name = row[1]
        axes.plot([row.low, row.high], [place, place], color=style.colour("ink"), linewidth=1.4, zorder=2)
        axes.scatter(row.mean, place, s=95, zorder=3, label="mean, with its interval" if not place else None,
                     **style.points(name))  # fmt: skip
        axes.scatter(row.median, place, s=70, marker="|", color=style.colour("ink"), zorder=4,
                     label="median" if not place else None)  # fmt: skip
    labels = [f"{style.text(row[1])}\n{row.customers:,} customers" for row in classes.itertuples()]
    axes.set(title="EVA of a customer", yticks=range(len(classes)), yticklabels=labels, ylim=(len(classes) - 0.4, -0.6))
    axes.axvline(0, color=style.colour("muted"), linewidth=1)
    axes.set_xlabel("EVA of the year after scoring")
    style.money_axis(axes, "x", yearly=True)
    axes.legend(loc="lower right", handletextpad=0.3)


def _wins(axes: Axes, neighbours: pd.DataFrame, style: Style) -> None:
    """Share of pairs in which the customer of the better class earned more."""
    for place, row in enumerate(neighbours.itertuples()):
        axes.plot([row.low, row.high], [place, place], color=style.colour("ink"), linewidth=1.4, zorder=2)
        axes.scatter(row.probability, place, s=95, zorder=3, **style.points(row.higher))
        axes.annotate(percent(row.probability, 0), (row.probability, place), (0, 8), textcoords="offset points",
                      ha="center", weight="bold")  # fmt: skip
    labels = [f"{style.text(row.higher)}\nover {style.text(row.lower)}" for row in neighbours.itertuples()]
    axes.set(title="Better class earned more", yticks=range(len(neighbours)), yticklabels=labels)
    axes.set(ylim=(len(neighbours) - 0.5, -0.7), xlim=(min(0.3, neighbours["low"].min() - 0.03), 1))
    axes.axvline(0.5, color=style.colour("muted"), linewidth=1, linestyle=(0, (4, 3)))
    axes.set_xlabel("share of pairs of customers (dashed: chance)")
    style.percent_axis(axes, "x")


def middle(fifths: pd.DataFrame, note: str, style: Style) -> Figure:
    """Shares of next-year EVA and of headroom by fifth of the score.

    Parameters
    ----------
    fifths : DataFrame
        One row a fifth, the lowest first: fifth, customers, eva, headroom (CNY).
    note : str
        When the customers were scored.
    style : Style
    """
    figure, axes = style.panel("fifth of the customers by score, 1 lowest", "share of the amount", height=3.4)
    shares = fifths[["eva", "headroom"]] / fifths[["eva", "headroom"]].sum()
    places = np.arange(len(fifths))
    for shift, name, label, colour in (
        (-0.19, "eva", "next-year EVA", "accent"),
        (0.19, "headroom", "headroom", "warm"),
    ):
        bars = axes.bar(places + shift, shares[name], 0.36, color=style.colour(colour), label=label,
                        hatch="" if name == "eva" else "////", edgecolor=style.colour("paper"))  # fmt: skip
        axes.bar_label(bars, [percent(share, 0) for share in shares[name]], padding=2, fontsize=8.5)
    axes.axhline(0, color=style.colour("muted"), linewidth=1)
    axes.set_xticks(places, [str(fifth) for fifth in fifths["fifth"]])
    style.percent_axis(axes, "y")
    axes.margins(y=0.12)
    axes.legend(loc="upper left")
    inner = shares[fifths["fifth"].between(2, 4)].sum()
    title = (
        f"The three middle fifths earned {percent(inner['eva'], 0)} of the next year's EVA "
        f"and hold {percent(inner['headroom'], 0)} of the headroom"
    )
    return style.finish(figure, title, n=int(fifths["customers"].sum()), note=note)


def roc(curves: pd.DataFrame, areas: pd.DataFrame, n: int, style: Style) -> Figure:
    """ROC curves of the score and of the baseline, for an outcome that neither has seen.

    Parameters
    ----------
    curves : DataFrame
        Columns score, false_positive, true_positive.
    areas : DataFrame
        From :func:`crmlib.stats.roc.discrimination`; the last row is the baseline.
    n : int
        Customers.
    style : Style
    """
    figure, axes = style.panel(
        "share of those without the outcome at or below a score", "share of those with it", width=6.4, height=4.6
    )
    shown = areas.iloc[[0, -1]]
    for row, colour, dashes in zip(shown.itertuples(), ("accent", "warm"), ("-", (0, (5, 2))), strict=True):
        curve = curves[curves["score"] == row.score]
        axes.plot(curve["false_positive"], curve["true_positive"], color=style.colour(colour), linestyle=dashes,
                  label=f"{style.text(row.score)}: {row.auc:.3f} ({row.low:.3f} to {row.high:.3f})")  # fmt: skip
    axes.plot([0, 1], [0, 1], color=style.colour("muted"), linewidth=1)
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.02), aspect="equal")
    style.percent_axis(axes, "x")
    style.percent_axis(axes, "y")
    axes.legend(loc="lower right", title="area under the curve", alignment="left")
    return style.finish(figure, _lead(areas.iloc[0], str(areas["score"].iloc[-1])), n=n)


def _lead(first: pd.Series, baseline: str) -> str:
    """The finding: which ranks the outcome better, and whether that is clear."""
    clear = first["lead_low"] > 0 or first["lead_high"] < 0
    score, words = str(first["score"]).capitalize(), "better" if first["lead"] > 0 else "worse"
    if clear:
        return f"{score} ranks the outcome {words} than {baseline} alone, by {abs(first['lead']):.3f} of area"
    return (
        f"{score} ranks the outcome no better and no worse than {baseline} alone: the interval of the lead includes 0"
    )


def acceptability(customers: pd.DataFrame, cuts: tuple[float, float], least: float, title: str, style: Style) -> Figure:
    """Where the customers stand whose class hangs on the weights, and how many of each class keep it.

    Parameters
    ----------
    customers : DataFrame
        One row a customer: class, current, potential (0 to 100), and by way of drawing weights the share of draws that
        leave it in its class (``experts``, where there are any, and ``flat``).
    cuts : (float, float)
        The study's cuts of current and potential value.
    least : float
        Share of draws from which a class counts as sure.
    title : str
        The finding.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=4.2, width_ratios=(3, 2))
    ways = [way for way in ("experts", "flat") if way in customers]
    axes, shown = panels[0, 0], customers.sort_values(ways[0], ascending=False)
    axes.set(xlabel="current value, points", ylabel="potential value, points", title=_WAYS[ways[0]])
    dots = axes.scatter(
        shown["current"], shown["potential"], c=shown[ways[0]], cmap=style.sequence.reversed(), vmin=0, vmax=1, s=17,
        edgecolors=style.colour("muted"), linewidths=0.25, rasterized=True,
    )  # fmt: skip
    axes.axvline(cuts[0], color=style.colour("ink"), linewidth=1)
    axes.axhline(cuts[1], color=style.colour("ink"), linewidth=1)
    bar = figure.colorbar(dots, ax=axes, label="share of weightings that keep the class", shrink=0.9)
    bar.outline.set_visible(False)
    style.percent_axis(bar.ax, "y")
    _sure(panels[0, 1], customers, ways, least, style)
    return style.finish(figure, title, n=len(customers))


_WAYS = {"experts": "weights as the experts differ", "flat": "weights without any opinion"}


def _sure(axes: Axes, customers: pd.DataFrame, ways: list[str], least: float, style: Style) -> None:
    """Share of each class that keeps it in almost every draw."""
    rows = np.arange(len(style.classes))
    for way, shift, colour, hatch in zip(ways, (-0.19, 0.19), ("accent", "warm"), ("", "////"), strict=False):
        sure = (customers[way] >= least).groupby(customers["class"]).mean().reindex(style.classes)
        bars = axes.barh(rows + shift, sure, 0.36, color=style.colour(colour), hatch=hatch, label=_WAYS[way],
                         edgecolor=style.colour("paper"))  # fmt: skip
        axes.bar_label(bars, [percent(share, 0) for share in sure], padding=3, fontsize=8.5)
    axes.set_yticks(rows, [style.text(name) for name in style.classes])
    axes.set_ylim(len(rows) + 0.45, -0.6)
    axes.set(title="customers sure of their class", xlim=(0, 1.1),
             xlabel=f"in the class in {percent(least, 0)} of weightings or more")  # fmt: skip
    style.percent_axis(axes, "x")
    axes.legend(loc="lower right")


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
    figure, axes = style.panel(
        "customers in another class than the study's", width=7.6, height=0.28 * len(single) + 0.9
    )
    looks = dict(zip(_CHOICES, (("accent", ""), ("warm", "////"), ("cool", "...."), ("muted", "xxxx")), strict=True))
    rows = np.arange(len(single))
    for choice, (colour, hatch) in looks.items():
        own = (single["choice"] == choice).to_numpy()
        axes.barh(rows[own], single["changed"][own], 0.72, color=style.colour(colour), hatch=hatch, label=choice,
                  edgecolor=style.colour("paper"))  # fmt: skip
    for row, share in zip(rows, single["changed"], strict=True):
        axes.annotate(percent(share, 0), (share, row), (4, 0), textcoords="offset points", va="center", fontsize=8.5)
    both = single["choice"].map({"cuts": " on both axes"}).fillna("")
    axes.set_yticks(rows, [style.text(name) for name in single["choice"] + ": " + single["alternative"] + both])
    axes.set(ylim=(len(single) - 0.4, -0.6), xlim=(0, 1.12 * max(single["changed"].max(), 0.05)))
    style.percent_axis(axes, "x")
    axes.legend(loc="lower right")
    most = single.groupby("choice")["changed"].max().sort_values(ascending=False)
    title = "Made otherwise, one choice moves up to " + ", ".join(
        f"{percent(share, 0)}{' of customers' if not place else ''} ({choice})"
        for place, (choice, share) in enumerate(most.items())
    )
    return style.finish(figure, title, n=n)


_CHOICES = ("cuts", "scaling", "aggregation", "weights")


def out_of_time(table: pd.DataFrame, title: str, style: Style) -> Figure:
    """How well the score and plain figures told the next year's EVA, in every year that the book allows.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.evidence.backtest.compare`: base, scale, predictor, customers, correlation, low, high.
    title : str
        The finding.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=3.5, sharey=True)
    words = {"rank": "by rank (Spearman)", "asinh": "by amount, asinh scale (Pearson)"}
    looks = (("accent", "o"), ("cool", "^"), ("warm", "s"), ("muted", "D"))
    bases = sorted(table["base"].unique())
    for axes, (scale, heading) in zip(panels[0], words.items(), strict=True):
        own = table[table["scale"] == scale]
        predictors = list(own["predictor"].unique())
        for place, (name, (colour, marker)) in enumerate(zip(predictors, looks, strict=False)):
            line = own[own["predictor"] == name].sort_values("base")
            x = np.arange(len(line)) + 0.14 * (place - (len(predictors) - 1) / 2)
            axes.vlines(x, line["low"], line["high"], color=style.colour(colour), linewidth=1.6)
            axes.scatter(x, line["correlation"], s=36, marker=marker, color=style.colour(colour), zorder=3, label=name)
        axes.set_xticks(range(len(bases)), [f"{base:%Y-%m}" for base in bases])
        axes.set(title=heading, xlabel="scored at the end of", xlim=(-0.5, len(bases) - 0.5))
    panels[0, 0].set_ylabel("correlation with EVA of the year after")
    panels[0, 0].set_ylim(min(0, table["low"].min()), 1.02)
    panels[0, 0].legend(loc="lower left", ncols=2)
    return style.finish(figure, title, note=f"n = {_range(table['customers'])} customers a year")


def _range(counts: pd.Series) -> str:
    least, most = f"{counts.min():,}", f"{counts.max():,}"
    return least if least == most else f"{least} to {most}"
