"""Figures of chapter 5: the tree, what the experts and the data say, the scales, and the wallet."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report.style import Style
from crmlib.tree import ROOT
from crmlib.value.coverage import WalletFit
from crmlib.value.details import ScalingExample
from crmlib.value.weightings import STUDY, is_joined
from crmlib.words.numbers import percent

_AXES = ("accent", "warm")


def tree(weights: pd.DataFrame, style: Style) -> Figure:
    """The indicator tree with local weights, and the weight of each indicator in the total.

    Parameters
    ----------
    weights : DataFrame
        Table ``weights``: code, name, parent, local, weight; what dropped out weighs nothing and is not drawn.
    style : Style
    """
    nodes = weights[weights["weight"] > 0].set_index("code")
    leaves = [code for code in _walk(nodes, ROOT) if code not in set(nodes["parent"])]
    heights = _heights(nodes, leaves)
    figure, panels = style.panels(
        1, 2, width=9.6, height=0.9 + 0.3 * len(leaves), sharey=True, width_ratios=[3.4, 1], gridspec_kw={"wspace": 0}
    )
    _draw_tree(panels[0, 0], nodes, leaves, heights, style)
    _draw_bars(panels[0, 1], nodes, leaves, heights, style)
    top = nodes.loc[leaves].sort_values("weight", ascending=False, kind="stable").iloc[0]
    alike = np.ptp(nodes.loc[leaves, "weight"]) < 1e-9
    title = "tree.alike" if alike else "tree.title"
    return style.finish(figure, style.word(title, n=len(leaves), node=top["name"], share=top["weight"]))


def consistency(table: pd.DataFrame, limit: float, style: Style) -> Figure:
    """Consistency ratio of each expert at each node that compares three or more.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.value.weights.consistency_ratios`.
    limit : float
        Ratio above which judgements are inconsistent.
    style : Style
    """
    known = table[table["expert"] != "all"]
    names = list(dict.fromkeys(known["node"]))
    figure, axes = style.panel(xlabel=style.word("consistency.x"), width=7.2, height=1.1 + 0.42 * len(names))
    for expert, own in known.groupby("expert"):
        over, rows = own["consistency_ratio"] > limit, own["node"].map(names.index)
        axes.scatter(own["consistency_ratio"], rows, s=52, color=style.colour("muted"), alpha=0.55, linewidth=0)
        for ratio, row in zip(own.loc[over, "consistency_ratio"], rows[over], strict=True):
            axes.scatter([ratio], [row], s=64, color=style.colour("warm"), marker="D", zorder=3)
            named = style.text(style.word("consistency.expert", expert=expert), 28)
            axes.annotate(named, (ratio, row), (0, 9), textcoords="offset points", ha="center", weight="bold",
                          color=style.colour("warm"))  # fmt: skip
    axes.axvline(limit, color=style.colour("ink"), linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(style.word("consistency.limit", limit=limit), (limit, 1), (4, -2), xycoords=("data", "axes fraction"),
                  textcoords="offset points", va="top")  # fmt: skip
    sizes = known.drop_duplicates("node")["n"]
    _rows(axes, [style.word("consistency.row", node=name, n=n) for name, n in zip(names, sizes, strict=True)])
    worst = known.groupby("expert")["consistency_ratio"].max()
    axes.set_xlim(left=min(-0.008, axes.get_xlim()[0]), right=max(1.25 * limit, 1.12 * worst.max()))
    title = style.word("consistency.title", over=int((worst > limit).sum()), experts=len(worst), limit=limit)
    return style.finish(figure, title, note=style.word("consistency.note", method=known["method"].iloc[0]))


def opinions(table: pd.DataFrame, style: Style) -> Figure:
    """Local weights by each expert, and by all together.

    Parameters
    ----------
    table : DataFrame
        code, name, expert (``all`` for the group), weight.
    style : Style
    """
    names = table.drop_duplicates("code").set_index("code")["name"]
    codes = list(names.index)
    figure, axes = style.panel(xlabel=style.word("opinions.x"), width=7.2, height=1.0 + 0.27 * len(codes))
    rows = table["code"].map(codes.index)
    group = table["expert"] == "all"
    axes.scatter(table.loc[~group, "weight"], rows[~group], s=34, color=style.colour("muted"), alpha=0.5, linewidth=0,
                 label=style.word("opinions.one"))  # fmt: skip
    axes.scatter(table.loc[group, "weight"], rows[group], s=60, color=style.colour("accent"), marker="D",
                 label=style.word("opinions.all"), zorder=3)  # fmt: skip
    _rows(axes, [_label(names[code], code, style) for code in codes])
    axes.set_xlim(left=0)
    style.percent_axis(axes, "x")
    axes.legend(loc="lower right", framealpha=1, frameon=True, edgecolor="none")
    return style.finish(figure, _opinions_title(table[~group], names, style))


def _opinions_title(table: pd.DataFrame, names: pd.Series, style: Style) -> str:
    spread = table.groupby("code")["weight"].agg(np.ptp)
    if len(table) == len(names):
        return style.word("opinions.one_opinion")
    if round(spread.max(), 2) == 0:
        return style.word("opinions.one_mind")
    return style.word("opinions.title", node=names[spread.idxmax()], apart=spread.max())


def weightings(table: pd.DataFrame, style: Style) -> Figure:
    """Weight of every indicator in the total by the study and by methods that ask nobody.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.value.weightings.weightings_table`; methods that are joined to the study's are not drawn.
    style : Style
    """
    others = [column for column in table if column not in ("code", "name", STUDY) and not is_joined(column)]
    rows = np.arange(len(table))
    figure, axes = style.panel(xlabel=style.word("weightings.x"), width=7.2, height=1.0 + 0.29 * len(table))
    spread = table[[STUDY, *others]]
    axes.hlines(rows, spread.min(axis=1), spread.max(axis=1), color=style.colour("grid"))
    for name, (colour, marker) in zip([STUDY, *others], _METHODS, strict=False):
        axes.scatter(table[name], rows, s=52 if name == STUDY else 34, color=style.colour(colour), marker=marker,
                     zorder=3 if name == STUDY else 2, linewidth=0,
                     label=style.text(style.voice.name("weighting", name)))  # fmt: skip
    _rows(axes, [_label(name, code, style) for code, name in zip(table["code"], table["name"], strict=True)])
    axes.set_xlim(left=0)
    style.percent_axis(axes, "x")
    axes.legend(loc="lower right", framealpha=1, frameon=True, edgecolor="none")
    apart = table[others].sub(table[STUDY], axis=0).abs()
    method = apart.max().idxmax()
    most = table.loc[apart[method].idxmax()]
    found = {"method": method, "node": most["name"], "theirs": most[method], "ours": most[STUDY]}
    return style.finish(figure, style.word("weightings.title", **found))


_METHODS = (("accent", "D"), ("muted", "o"), ("warm", "s"), ("cool", "^"))


def scaling(example: ScalingExample, style: Style) -> Figure:
    """One indicator before and after scaling; CNY is shown in the report's unit."""
    known = example.table.dropna()
    figure, panels = style.panels(1, 2, width=9.6, height=3.1)
    before, after = panels[0]
    for axes, column, head, colour in ((before, "raw", "before", "muted"), (after, "points", "after", "accent")):
        axes.hist(known[column], bins=50, color=style.colour(colour), edgecolor=style.colour("paper"), linewidth=0.4)
        axes.set(title=style.word(f"scaling.{head}"), ylabel=style.word("scaling.customers"))
    before.set_xlabel("" if example.unit == "CNY" else style.text(example.unit))
    after.set(xlabel=style.word("scaling.points"), xlim=(0, 100))
    if example.unit == "CNY":
        style.money_axis(before, "x", yearly=True)
    reached = {column: float((known[column] >= 20).mean()) for column in ("straight", "points")}
    return style.finish(figure, style.word("scaling.title", node=example.name, **reached), n=len(known))


def wallet(fit: WalletFit, style: Style) -> Figure:
    """Deposits against sales with what a customer could hold, and how the estimate covers small and large customers."""
    known = fit.table[(fit.table > 0).all(axis=1)]
    deposits = fit.by_sales[fit.by_sales["line"] == "deposits"]
    figure, panels = style.panels(1, 2, width=9.6, height=3.9)
    _draw_wallet(panels[0, 0], known, style)
    _draw_coverage(panels[0, 1], deposits, fit.quantile, style)
    off = deposits["coverage"].sub(fit.quantile).abs().groupby(deposits["model"], sort=False).max()
    full, alone = (round(float(reach), 3) for reach in off)
    title = style.word("wallet.title" if alone != full else "wallet.as_well", quantile=fit.quantile, full=full,
                       alone=alone)  # fmt: skip
    return style.finish(figure, title, n=[len(known), int(deposits.groupby("model")["n"].sum().iloc[0])])


def _draw_wallet(axes: Axes, known: pd.DataFrame, style: Style) -> None:
    look = {"s": 7, "linewidth": 0, "rasterized": True}
    axes.scatter(known["sales"], known["deposits"], color=style.colour("muted"), alpha=0.45, **look)
    axes.scatter(known["sales"], known["potential"], color=style.colour("accent"), alpha=0.6, **look)
    axes.set(xscale="log", yscale="log", xlabel=style.word("wallet.sales"), ylabel=style.word("wallet.deposits"))
    style.money_axis(axes, "x", yearly=True)
    style.money_axis(axes, "y")
    place = {"weight": "bold", "transform": axes.transAxes}
    axes.text(0.03, 0.97, style.word("wallet.could"), color=style.colour("accent"), va="top", **place)
    axes.text(0.97, 0.04, style.word("wallet.holds"), color=style.colour("muted"), ha="right", **place)


def _draw_coverage(axes: Axes, deposits: pd.DataFrame, quantile: float, style: Style) -> None:
    for (name, own), colour in zip(deposits.groupby("model", sort=False), ("accent", "warm"), strict=True):
        label = style.voice.name("wallet_model", name)
        style.line(axes, own["group"].to_list(), own["coverage"].to_list(), label=label, colour=colour, marker="o")
    axes.axhline(quantile, color=style.colour("ink"), linewidth=1, linestyle=(0, (4, 3)))
    groups = int(deposits["group"].max())
    axes.set(xlabel=style.word("wallet.group"), ylabel=style.word("wallet.covered"))
    axes.set_xticks(range(1, groups + 1))
    axes.set_xlim(0.8, groups + 2.3)
    axes.set_ylim(min(0.8, float(deposits["coverage"].min()) - 0.03), 1.0)
    style.percent_axis(axes, "y")


def _walk(nodes: pd.DataFrame, code: str) -> list[str]:
    """Codes below a node, depth first."""
    below = []
    for child in nodes.index[nodes["parent"] == code]:
        below += [child, *_walk(nodes, child)]
    return below


def _heights(nodes: pd.DataFrame, leaves: list[str]) -> dict[str, float]:
    """Height of every node: leaves evenly from the top, others at the middle of their children."""
    heights = {leaf: -float(place) for place, leaf in enumerate(leaves)}
    for code in [*reversed(_walk(nodes, ROOT)), ROOT]:
        if code not in heights:
            below = [heights[child] for child in nodes.index[nodes["parent"] == code]]
            heights[code] = (min(below) + max(below)) / 2
    return heights


def _depth(nodes: pd.DataFrame, code: str) -> int:
    return 0 if code == ROOT else 1 + _depth(nodes, nodes.loc[code, "parent"])


def _colour(nodes: pd.DataFrame, code: str) -> str:
    """Name of the colour of a node: that of its axis."""
    while nodes.loc[code, "parent"] != ROOT:
        code = nodes.loc[code, "parent"]
    return _AXES[list(nodes.index[nodes["parent"] == ROOT]).index(code)]


def _draw_tree(axes: Axes, nodes: pd.DataFrame, leaves: list[str], heights: dict[str, float], style: Style) -> None:
    deepest = max(_depth(nodes, leaf) for leaf in leaves)
    place = {code: float(deepest if code in leaves else _depth(nodes, code)) for code in [ROOT, *nodes.index]}
    for code, row in nodes.iterrows():
        colour, parent = style.colour(_colour(nodes, code)), row["parent"]
        middle = place[parent] + 0.93
        x, y = [place[parent] + 0.05, middle, middle, place[code]], [heights[parent]] * 2 + [heights[code]] * 2
        axes.plot(x, y, color=style.colour("ink") if parent == ROOT else colour, linewidth=1)
        name = style.text(style.voice.name("node", row["name"]), 28)
        _box(axes, place[code], heights[code], f"{name}  {percent(row['local'], 0)}", colour, style)
    _box(axes, place[ROOT], heights[ROOT], style.word("tree.root").replace(" ", "\n", 1), style.colour("ink"), style)
    axes.set(xlim=(-0.35, deepest + 1.12), ylim=(-len(leaves) + 0.4, 0.6))
    axes.set_axis_off()


def _box(axes: Axes, x: float, y: float, words: str, colour: str, style: Style) -> None:
    box = {"boxstyle": "round,pad=0.25", "facecolor": style.colour("paper"), "edgecolor": colour, "linewidth": 1}
    axes.text(x, y, words, va="center", ha="left", fontsize=8.5, bbox=box, zorder=3)


def _draw_bars(axes: Axes, nodes: pd.DataFrame, leaves: list[str], heights: dict[str, float], style: Style) -> None:
    shares = nodes.loc[leaves, "weight"]
    colours = [style.colour(_colour(nodes, leaf)) for leaf in leaves]
    rows = [heights[leaf] for leaf in leaves]
    axes.barh(rows, shares, height=0.62, color=colours)
    for row, share in zip(rows, shares, strict=True):
        axes.annotate(percent(share), (share, row), (4, 0), textcoords="offset points", va="center", fontsize=8.5)
    axes.set_title(style.word("tree.weight"))
    axes.set_xlim(0, shares.max() * 1.35)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)


def _label(name: str, code: str, style: Style) -> str:
    return f"{style.text(style.voice.name('node', name), 30)}  {code}"


def _rows(axes: Axes, labels: list[str]) -> None:
    """Names on the rows of a panel, the first on top."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.7)
