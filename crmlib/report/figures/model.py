"""Figures of chapter 5: the tree, what the experts and the data say, the scales, and the wallet."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report import shapes
from crmlib.report.style import Style
from crmlib.tree import ROOT
from crmlib.value.coverage import WalletFit
from crmlib.value.details import ScalingExample
from crmlib.value.weightings import STUDY, is_joined
from crmlib.words.numbers import percent

_AXES = ("accent", "warm")
_METHODS = (
    {"color": "accent", "marker": "D", "s": 52, "zorder": 3},
    {"color": "muted", "marker": "o", "s": 34},
    {"color": "warm", "marker": "s", "s": 34},
    {"color": "cool", "marker": "^", "s": 34},
)
"""How the study's weights and those of each method look."""


def tree(weights: pd.DataFrame, style: Style) -> Figure:
    """The indicator tree with local weights, and the weight of each indicator in the total.

    Parameters
    ----------
    weights : DataFrame
        Table ``weights``: code, name, parent, local, weight; what dropped out weighs nothing and is not drawn.
    """
    nodes = _placed(weights[weights["weight"] > 0].set_index("code"))
    leaves = nodes[nodes["leaf"]]
    figure, panels = style.panels(
        1, 2, width=9.6, height=0.9 + 0.3 * len(leaves), sharey=True, width_ratios=[3.4, 1], gridspec_kw={"wspace": 0}
    )
    _draw_tree(panels[0, 0], nodes, style)
    bars = panels[0, 1]
    shapes.bars(bars, leaves["weight"], leaves["weight"].map(percent), color=list(leaves["colour"]))
    bars.set(title=style.word("tree.weight"), xticks=[], yticks=[], xmargin=0.35, ylim=(len(leaves) - 0.4, -0.6))
    bars.spines["bottom"].set_visible(False)
    top = leaves.sort_values("weight", ascending=False, kind="stable").iloc[0]
    title = "tree.alike" if np.ptp(leaves["weight"]) < 1e-9 else "tree.title"
    return style.finish(figure, style.word(title, n=len(leaves), node=top["name"], share=top["weight"]))


def _placed(nodes: pd.DataFrame) -> pd.DataFrame:
    """Nodes, depth first, with place (x: depth, leaves all at the deepest; y: row), colour of the axis, and leaf."""
    places: dict[str, dict] = {}
    row = 0

    def place(code: str, depth: int, colour: str) -> float:
        nonlocal row
        places[code] = {"x": depth, "y": row, "colour": colour, "leaf": True}
        below = nodes.index[nodes["parent"] == code]
        if not len(below):
            row += 1
            return row - 1
        heights = [place(child, depth + 1, colour if depth else _AXES[at]) for at, child in enumerate(below)]
        places[code] |= {"y": (heights[0] + heights[-1]) / 2, "leaf": False}
        return places[code]["y"]

    place(ROOT, 0, "ink")
    placed = pd.DataFrame.from_dict(places, orient="index").join(nodes)
    return placed.assign(x=placed["x"].mask(placed["leaf"], placed["x"].max()))


def _draw_tree(axes: Axes, nodes: pd.DataFrame, style: Style) -> None:
    box = {"boxstyle": "round,pad=0.25", "facecolor": "paper", "linewidth": 1}
    for code, node in nodes.iterrows():
        words = style.word("tree.root").replace(" ", "\n", 1)
        if code != ROOT:
            above = nodes.loc[node["parent"]]
            middle = above["x"] + 0.93
            axes.plot([above["x"] + 0.05, middle, middle, node["x"]], [above["y"]] * 2 + [node["y"]] * 2,
                      color="ink" if node["parent"] == ROOT else node["colour"], linewidth=1)  # fmt: skip
            words = f"{style.name('node', node['name'], 28)}  {percent(node['local'], 0)}"
        axes.text(node["x"], node["y"], words, va="center", fontsize=shapes.BESIDE_SIZE, zorder=3,
                  bbox={**box, "edgecolor": node["colour"]})  # fmt: skip
    axes.set_xlim(-0.35, nodes["x"].max() + 1.12)
    axes.set_axis_off()


def consistency(table: pd.DataFrame, limit: float, style: Style) -> Figure:
    """Consistency ratio of each expert at each node that compares three or more.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.value.weights.consistency_ratios`.
    limit : float
        Ratio above which judgements are inconsistent.
    """
    known = table[table["expert"] != "all"]
    sizes = known.drop_duplicates("node").set_index("node")["n"]
    known = known.assign(row=known["node"].map(list(sizes.index).index))
    over = known[known["consistency_ratio"] > limit]
    figure, axes = style.panel("consistency", width=7.2, height=1.1 + 0.42 * len(sizes))
    axes.scatter("consistency_ratio", "row", data=known, s=52, color="muted", alpha=0.55, linewidth=0)
    axes.scatter("consistency_ratio", "row", data=over, s=64, color="warm", marker="D", zorder=3)
    for expert, ratio, row in zip(over["expert"], over["consistency_ratio"], over["row"], strict=True):
        named = style.text(style.word("consistency.expert", expert=expert), 28)
        shapes.bold(axes, named, (ratio, row), (0, 7), color="warm")
    axes.axvline(limit, color="ink", linewidth=1, linestyle="--")
    shapes.beside(axes, style.word("consistency.limit", limit=limit), (limit, 1), (4, -2), fontsize=None,
                  xycoords=("data", "axes fraction"))  # fmt: skip
    shapes.rows(axes, [style.word("consistency.row", node=name, n=n) for name, n in sizes.items()])
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
    """
    names = table.drop_duplicates("code").set_index("code")["name"]
    table = table.assign(row=table["code"].map(list(names.index).index))
    group = table["expert"] == "all"
    figure, axes = style.panel("opinions", width=7.2, height=1.0 + 0.27 * len(names))
    axes.scatter("weight", "row", data=table[~group], s=34, color="muted", alpha=0.5, linewidth=0,
                 label=style.word("opinions.one"))  # fmt: skip
    axes.scatter("weight", "row", data=table[group], s=60, color="accent", marker="D", zorder=3,
                 label=style.word("opinions.all"))  # fmt: skip
    _indicators(axes, names.index, names, style)
    return style.finish(figure, _opinions_title(table[~group], names, style))


def _indicators(axes: Axes, codes: Sequence[str], names: Sequence[str], style: Style) -> None:
    """Indicators on the rows, and weights along them."""
    shapes.rows(axes, [f"{style.name('node', name, 30)}  {code}" for code, name in zip(codes, names, strict=True)])
    axes.set_xlim(left=0)
    axes.legend(loc="lower right")


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
    """
    others = [column for column in table if column not in ("code", "name", STUDY) and not is_joined(column)]
    figure, axes = style.panel("weightings", width=7.2, height=1.0 + 0.29 * len(table))
    spread, rows = table[[STUDY, *others]], range(len(table))
    axes.hlines(rows, spread.min(axis=1), spread.max(axis=1), color="grid", zorder=1)
    for name, look in zip(spread, _METHODS, strict=False):
        axes.scatter(spread[name], rows, linewidth=0, label=style.name("weighting", name), **look)
    _indicators(axes, table["code"], table["name"], style)
    apart = table[others].sub(table[STUDY], axis=0).abs()
    method = apart.max().idxmax()
    most = table.loc[apart[method].idxmax()]
    found = {"method": method, "node": most["name"], "theirs": most[method], "ours": most[STUDY]}
    return style.finish(figure, style.word("weightings.title", **found))


def scaling(example: ScalingExample, style: Style) -> Figure:
    """One indicator before and after scaling; CNY is shown in the report's unit."""
    known = example.table.dropna()
    figure, panels = style.panels(1, 2, width=9.6, height=3.1)
    before, after = panels[0]
    for axes, column, head, colour in ((before, "raw", "before", "muted"), (after, "points", "after", "accent")):
        axes.hist(known[column], bins=50, color=colour)
        axes.set(title=style.word(f"scaling.{head}"), ylabel=style.word("scaling.customers"))
    before.set_xlabel("" if example.unit == "CNY" else style.text(example.unit))
    after.set(xlabel=style.word("scaling.points"), xlim=(0, 100))
    if example.unit == "CNY":
        style.show(before, "x", "money a year")
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
    axes.scatter(known["sales"], known["deposits"], color="muted", alpha=0.45, **look)
    axes.scatter(known["sales"], known["potential"], color="accent", alpha=0.6, **look)
    axes.set(xscale="log", yscale="log", xlabel=style.word("wallet.sales"), ylabel=style.word("wallet.deposits"))
    style.show(axes, "x", "money a year")
    style.show(axes, "y", "money")
    place = {"weight": "bold", "transform": axes.transAxes}
    axes.text(0.03, 0.97, style.word("wallet.could"), color="accent", va="top", **place)
    axes.text(0.97, 0.04, style.word("wallet.holds"), color="muted", ha="right", **place)


def _draw_coverage(axes: Axes, deposits: pd.DataFrame, quantile: float, style: Style) -> None:
    for (name, own), colour in zip(deposits.groupby("model", sort=False), _AXES, strict=True):
        shapes.line(axes, own["group"], own["coverage"], style.name("wallet_model", name), colour, marker="o")
    axes.axhline(quantile, color="ink", linewidth=1, linestyle="--")
    groups = int(deposits["group"].max())
    axes.set(xlabel=style.word("wallet.group"), ylabel=style.word("wallet.covered"), xticks=range(1, groups + 1),
             xlim=(0.8, groups + 2.3), ylim=(min(0.8, float(deposits["coverage"].min()) - 0.03), 1.0))  # fmt: skip
    style.show(axes, "y", "percent")
