"""Figures of chapter 4: verdicts on the problems, and what stands behind them."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from crmlib.report import shapes
from crmlib.report.style import Style
from crmlib.report.text import broken
from crmlib.structure.raroc import Raroc
from crmlib.words.numbers import fixed
from crmlib.words.sentences.problems import segment_name

WIDEST = 52
"""Latin characters in a line of a problem's name."""
LEAST_RAROC = -0.2
"""RAROC under which a point stands at the end of the axis."""


def verdicts(table: pd.DataFrame, style: Style) -> Figure:
    """Every problem: statistic with interval, threshold, and on which side it is; ``table`` is ``problems``."""
    figure, axes = style.panel(width=9.2, height=0.8 + 0.62 * len(table))
    least, limit = min(0.0, table["low"].min() - 0.03), table["threshold"]
    left = limit.where(table["direction"] == "at most", least)
    right = limit.where(table["direction"] != "at most", 1.0)
    shapes.bars(axes, right - left, left=left, wide=0.7, color="warm", alpha=0.12, linewidth=0)
    axes.vlines(limit, np.arange(len(table)) - 0.35, np.arange(len(table)) + 0.35, color="warm", linewidth=1.4)
    colours = np.where(table["holds"], "warm", "accent")
    spans, faces = table[["value", "low", "high"]], np.where(table["clear"], colours, "paper")
    shapes.dots(axes, spans, color=colours, face=faces, s=62)
    for place, (value, colour) in enumerate(zip(table["value"], colours, strict=True)):
        shapes.beside(axes, fixed(value, 2), (value, place), (0, 6), weight="bold", color=colour)
    shapes.rows(axes, ["\n".join(broken(style.name(group, code), WIDEST) for group in ("problem", "statistic"))
                       for code in table["problem"]], fontsize=8.5)  # fmt: skip
    axes.set_xlim(least, 1)
    clear = int((table["holds"] & table["clear"]).sum())
    title = style.word("verdicts.title", shown=int(table["holds"].sum()), measured=len(table), clear=clear)
    return style.finish(figure, title, note=style.word("verdicts.note"))


def thresholds(table: pd.DataFrame, style: Style) -> Figure:
    """Verdict on every problem at every threshold, where it turns, and what is set; ``table`` is ``problems``."""
    figure, axes = style.panel("thresholds", width=9.2, height=1.2 + 0.62 * len(table))
    least, above = min(0.0, table["low"].min() - 0.03), table["direction"] == "at most"
    ends = [(least, table["low"]), (table["low"], table["high"]), (table["high"], 1.0)]
    looks = {"shows": {"color": "warm"}, "perhaps": {"color": "warm", "alpha": 0.4}, "not": {"color": "grid"}}
    for place, name in enumerate(looks):
        # A statistic that is to be small shows under low thresholds, one that is to be large under high ones.
        left, right = (np.where(above, *each) for each in zip(ends[place], ends[-1 - place], strict=True))
        shapes.bars(axes, right - left, left=left, label=style.word(f"thresholds.{name}"), **looks[name])
    axes.scatter(table["value"], range(len(table)), s=40, color="ink", zorder=3, label=style.word("thresholds.turns"))
    axes.vlines(table["threshold"], np.arange(len(table)) - 0.42, np.arange(len(table)) + 0.42, color="ink",
                linewidth=2, label=style.word("thresholds.set"))  # fmt: skip
    shapes.rows(axes, [broken(name, WIDEST) for name in style.names("statistic", table["problem"])], fontsize=8.5)
    axes.set_xlim(least, 1)
    axes.set_ylim(len(table) + 0.8, -0.6)
    axes.legend(loc="lower left", ncols=2, fontsize=8)
    nearest = table.loc[(table["value"] - table["threshold"]).abs().idxmin()]
    return style.finish(figure, style.word("thresholds.title", nearest, turns=nearest["value"]))


def tier_moves(table: pd.DataFrame, style: Style) -> Figure:
    """Customers by today's tier and by the tier that EVA would give.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.details.tier_table`.
    """
    counts = table.pivot_table(index="tier", columns="eva_tier", values="customers", fill_value=0).astype(int)
    shares = counts.div(counts.sum(axis=1), axis=0)
    figure, axes = style.panel(width=5.2, height=3.6)
    texts = counts.map(fixed) + "\n" + shares.map(shapes.whole)
    shapes.cells(axes, shares, texts, *([str(name) for name in names] for names in counts.axes), vmin=0, vmax=1)
    style.label(axes, "tier_moves")
    same = table.loc[table["tier"] == table["eva_tier"], "customers"].sum() / table["customers"].sum()
    title = style.word("tier_moves.title", moved=1 - same, best=1 - shares.iloc[0, 0], tier=str(counts.index[0]))
    return style.finish(figure, title, n=int(table["customers"].sum()))


def penetration(table: pd.DataFrame, style: Style) -> Figure:
    """Share of the eligible customers that hold each product.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.details.product_penetration`.
    """
    table = table.dropna(subset="share").iloc[::-1]
    figure, axes = style.panel("penetration", width=7.4, height=0.9 + 0.3 * len(table))
    texts = [style.word("penetration.bar", share=row.share, eligible=row.eligible) for row in table.itertuples()]
    shapes.bars(axes, np.ones(len(table)), color="grid")
    shapes.bars(axes, table["share"], texts, color="accent")
    shapes.rows(axes, style.names("product", table["name"], 30))
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_xlim(0, 1.15)
    total = table["held"].sum() / table["eligible"].sum()
    return style.finish(figure, style.word("penetration.title", held=total))


def prices(table: pd.DataFrame, style: Style) -> Figure:
    """Loans by rating, split into those priced above and under the hurdle.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.details.prices_by_rating`.
    """
    figure, axes = style.panel("prices", width=7.4, height=3.6)
    parts = pd.DataFrame({"above": table["loans"] - table["underpriced"], "under": table["underpriced"]})
    names = [style.word(f"prices.{name}") for name in parts]
    shapes.stacked(axes, parts, names, ("cool", "warm"), table["share"].map(shapes.whole), upright=True)
    ratings = zip(style.names("rating", table["rating"]), table["borrowers"], strict=True)
    axes.set_xticks(range(len(table)), [f"{rating}\n{fixed(n)}" for rating, n in ratings])
    axes.legend(loc="upper right")
    share = table["underpriced"].sum() / table["loans"].sum()
    n = int(table["borrowers"].sum())
    return style.finish(figure, style.word("prices.title", share=share), n=n, note=style.word("prices.note"))


def raroc(found: Raroc, style: Style) -> Figure:
    """RAROC of every segment, with all its business and by loans alone, beside the hurdle."""
    table, segments = found.table, found.segments
    figure, axes = style.panel("raroc", width=8.6, height=0.9 + 0.27 * len(table))
    for measure, colour, marker in (("loans_raroc", "warm", "D"), ("raroc", "accent", "o")):
        axes.scatter(table[measure].clip(LEAST_RAROC), range(len(table)), s=44, color=colour, marker=marker,
                     label=style.word(f"raroc.{measure}"), zorder=3)  # fmt: skip
    axes.axvline(found.hurdle, color="ink", linewidth=1, linestyle="--", label=style.word("raroc.hurdle"))
    names = [style.voice.say(segment_name(row.trait, row.value)) for row in table.itertuples()]
    shapes.rows(axes, [style.word("raroc.row", name=name, n=n) for name, n in zip(names, table["n"], strict=True)])
    axes.legend(loc="lower left")
    over, alone = (int((segments[measure] >= found.hurdle).sum()) for measure in ("raroc", "loans_raroc"))
    beyond = (table[["raroc", "loans_raroc"]] < LEAST_RAROC).any(axis=None)
    title = style.word("raroc.title", over=over, alone=alone, segments=len(segments))
    return style.finish(figure, title, n=int(found.book["n"]), note=style.word("raroc.note") if beyond else "")
