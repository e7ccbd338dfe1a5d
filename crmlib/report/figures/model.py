"""Figures of chapter 5: the tree, what the experts and the data say, the scales, and the wallet."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report.style import Style
from crmlib.report.tables import percent
from crmlib.tree import ROOT

_AXES = ("accent", "warm")


def tree(weights: pd.DataFrame, style: Style) -> Figure:
    """The indicator tree with local weights, and the weight of each indicator in the total.

    Parameters
    ----------
    weights : DataFrame
        Table ``weights``: code, name, parent, local, weight; leaves are the codes that are nobody's parent.
    style : Style
    """
    nodes = weights.set_index("code")
    leaves = [code for code in _walk(nodes, ROOT) if code not in set(nodes["parent"])]
    heights = _heights(nodes, leaves)
    figure, panels = style.panels(
        1, 2, width=9.6, height=0.9 + 0.3 * len(leaves), sharey=True, width_ratios=[3.4, 1], gridspec_kw={"wspace": 0}
    )
    _draw_tree(panels[0, 0], nodes, leaves, heights, style)
    _draw_bars(panels[0, 1], nodes, leaves, heights, style)
    top = nodes.loc[leaves].sort_values("weight", ascending=False).iloc[0]
    alike = np.ptp(nodes.loc[leaves, "weight"]) < 1e-9
    heaviest = "all weigh the same" if alike else f"{style.text(top['name'])} weighs most, {percent(top['weight'])}"
    title = f"{len(leaves)} indicators make a customer's value; {heaviest}"
    return style.finish(figure, title)


def consistency(table: pd.DataFrame, limit: float, style: Style) -> Figure:
    """Consistency ratio of each expert at each node that compares three or more.

    Parameters
    ----------
    table : DataFrame
        Table ``judgement_consistency``, with ``name`` of the node.
    limit : float
        Ratio above which judgements are inconsistent.
    style : Style
    """
    known = table[table["consistency_ratio"].notna() & (table["expert"] != "all")]
    names = list(dict.fromkeys(known["name"]))
    figure, axes = style.panel(xlabel="consistency ratio", width=7.2, height=1.1 + 0.42 * len(names))
    for expert, own in known.groupby("expert"):
        over = own["consistency_ratio"] > limit
        rows = own["name"].map(names.index)
        axes.scatter(own["consistency_ratio"], rows, s=52, color=style.colour("muted"), alpha=0.55, linewidth=0)
        for ratio, row in zip(own.loc[over, "consistency_ratio"], rows[over], strict=True):
            axes.scatter([ratio], [row], s=64, color=style.colour("warm"), marker="D", zorder=3)
            axes.annotate(f"expert {style.text(expert, 20)}", (ratio, row), (0, 9), textcoords="offset points",
                          ha="center", color=style.colour("warm"), weight="bold")  # fmt: skip
    axes.axvline(limit, color=style.colour("ink"), linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(f"limit {limit:g}", (limit, 1), (4, -2), xycoords=("data", "axes fraction"),
                  textcoords="offset points", va="top")  # fmt: skip
    sizes = known.drop_duplicates("name")["n"]
    _rows(axes, [f"{style.text(name, 28)} (n = {n})" for name, n in zip(names, sizes, strict=True)])
    axes.set_xlim(
        left=min(-0.008, axes.get_xlim()[0]), right=max(1.25 * limit, 1.12 * known["consistency_ratio"].max())
    )
    worst = known.groupby("expert")["consistency_ratio"].max()
    over = int((worst > limit).sum())
    title = f"{over} of {len(worst)} experts {'is' if over == 1 else 'are'} inconsistent: a ratio over {limit:g}"
    return style.finish(figure, title, note=f"{known['method'].iloc[0].replace('_', ' ')}, Saaty's random index")


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
    figure, axes = style.panel(xlabel="weight among its siblings", width=7.2, height=1.0 + 0.27 * len(codes))
    rows = table["code"].map(codes.index)
    group = table["expert"] == "all"
    axes.scatter(table.loc[~group, "weight"], rows[~group], s=34, color=style.colour("muted"), alpha=0.5, linewidth=0,
                 label="one expert")  # fmt: skip
    axes.scatter(table.loc[group, "weight"], rows[group], s=60, color=style.colour("accent"), marker="D",
                 label="all together", zorder=3)  # fmt: skip
    _rows(axes, [f"{style.text(names[code], 30)}  {code}" for code in codes])
    axes.set_xlim(left=0)
    style.percent_axis(axes, "x")
    axes.legend(loc="lower right", framealpha=1, frameon=True, edgecolor="none")
    spread = table[~group].groupby("code")["weight"].agg(np.ptp)
    title = f"Experts differ most on {style.text(names[spread.idxmax()])}: {spread.max() * 100:.0f} points apart"
    return style.finish(figure, title)


def weightings(table: pd.DataFrame, style: Style) -> Figure:
    """Weight of every indicator in the total by the study and by the data alone.

    Parameters
    ----------
    table : DataFrame
        One row per indicator: code, name, and one column per method, the study's own first.
    style : Style
    """
    own, *others = [column for column in table if column not in ("code", "name")]
    rows = np.arange(len(table))
    figure, axes = style.panel(xlabel="weight in the total", width=7.2, height=1.0 + 0.29 * len(table))
    axes.hlines(rows, table[[own, *others]].min(axis=1), table[[own, *others]].max(axis=1), color=style.colour("grid"))
    for name, (colour, marker) in zip([own, *others], _METHODS, strict=False):
        axes.scatter(table[name], rows, s=52 if name == own else 34, color=style.colour(colour), marker=marker,
                     zorder=3 if name == own else 2, linewidth=0, label=name)  # fmt: skip
    _rows(axes, [f"{style.text(name, 30)}  {code}" for code, name in zip(table["code"], table["name"], strict=True)])
    axes.set_xlim(left=0)
    style.percent_axis(axes, "x")
    axes.legend(loc="lower right", framealpha=1, frameon=True, edgecolor="none")
    apart = table[others].sub(table[own], axis=0).abs()
    method = apart.max().idxmax()
    most = table.loc[apart[method].idxmax()]
    theirs, ours = percent(most[method], 0), percent(most[own], 0)
    would = f"{method[0].upper()}{method[1:]} would give {style.text(most['name'])} {theirs} of the total"
    return style.finish(figure, f"{would}, the study gives {ours}")


_METHODS = (("accent", "D"), ("muted", "o"), ("warm", "s"), ("cool", "^"))


def scaling(table: pd.DataFrame, name: str, unit: str, style: Style) -> Figure:
    """One indicator before and after scaling.

    Parameters
    ----------
    table : DataFrame
        One row per customer: raw (in the indicator's unit), straight and points (both 0 to 100).
    name, unit : str
        Name and unit of the indicator; CNY is shown in the report's unit.
    style : Style
    """
    known = table.dropna()
    figure, panels = style.panels(1, 2, width=9.6, height=3.1)
    before, after = panels[0]
    for axes, column, head, colour in (
        (before, "raw", "before: raw", "muted"),
        (after, "points", "after: as scaled", "accent"),
    ):
        axes.hist(known[column], bins=50, color=style.colour(colour), edgecolor=style.colour("paper"), linewidth=0.4)
        axes.set(title=head, ylabel="customers")
    before.set_xlabel("" if unit == "CNY" else unit)
    after.set(xlabel="points", xlim=(0, 100))
    if unit == "CNY":
        style.money_axis(before, "x", yearly=True)
    straight, points = (percent((known[column] >= 20).mean()) for column in ("straight", "points"))
    title = (
        f"{style.text(name).capitalize()}: {straight} of customers would reach 20 points on a straight "
        f"scale; {points} do on the model's"
    )
    return style.finish(figure, title, n=len(known))


def wallet(customers: pd.DataFrame, coverage: pd.DataFrame, quantile: float, style: Style) -> Figure:
    """Deposits against sales with what a customer could hold, and how the estimate covers small and large customers.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: sales, deposits, potential (CNY).
    coverage : DataFrame
        line, model, group, n, coverage; the line ``deposits`` is drawn.
    quantile : float
        What the estimate should cover.
    style : Style
    """
    known = customers[(customers > 0).all(axis=1)]
    deposits = coverage[coverage["line"] == "deposits"]
    figure, panels = style.panels(1, 2, width=9.6, height=3.9)
    _draw_wallet(panels[0, 0], known, style)
    _draw_coverage(panels[0, 1], deposits, quantile, style)
    reach = deposits.groupby("model", sort=False)["coverage"].agg(lambda share: float((share - quantile).abs().max()))
    full, alone = (f"{share * 100:.1f}" for share in reach)
    beside = f"; sales alone within {alone}" if alone != full else ", and so do sales alone"
    title = f"The wallet estimate covers {percent(quantile, 0)} within {full} points in every group{beside}"
    return style.finish(figure, title, n=[len(known), int(deposits.groupby("model")["n"].sum().iloc[0])])


def _draw_wallet(axes: Axes, known: pd.DataFrame, style: Style) -> None:
    look = {"s": 7, "linewidth": 0, "rasterized": True}
    axes.scatter(known["sales"], known["deposits"], color=style.colour("muted"), alpha=0.45, **look)
    axes.scatter(known["sales"], known["potential"], color=style.colour("accent"), alpha=0.6, **look)
    axes.set(xscale="log", yscale="log", xlabel="sales", ylabel="deposits with the branch, mean")
    style.money_axis(axes, "x", yearly=True)
    style.money_axis(axes, "y")
    place = {"weight": "bold", "transform": axes.transAxes}
    axes.text(0.03, 0.97, "what it could hold", color=style.colour("accent"), va="top", **place)
    axes.text(0.97, 0.04, "what it holds", color=style.colour("muted"), ha="right", **place)


def _draw_coverage(axes: Axes, deposits: pd.DataFrame, quantile: float, style: Style) -> None:
    for (name, own), colour in zip(deposits.groupby("model", sort=False), ("accent", "warm"), strict=True):
        style.line(axes, own["group"].to_list(), own["coverage"].to_list(), label=name, colour=colour, marker="o")
    axes.axhline(quantile, color=style.colour("ink"), linewidth=1, linestyle=(0, (4, 3)))
    groups = int(deposits["group"].max())
    axes.set(xlabel="group of customers by sales, smallest first", ylabel="share at or below the estimate")
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
        _box(
            axes,
            place[code],
            heights[code],
            f"{style.text(row['name'], 28)}  {percent(row['local'], 0)}",
            colour,
            style,
        )
    _box(axes, place[ROOT], heights[ROOT], "customer\nvalue", style.colour("ink"), style)
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
        axes.annotate(
            f"{share * 100:.1f} %", (share, row), (4, 0), textcoords="offset points", va="center", fontsize=8.5
        )
    axes.set_title("weight in the total")
    axes.set_xlim(0, shares.max() * 1.35)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)


def _rows(axes: Axes, labels: list[str]) -> None:
    """Names on the rows of a panel, the first on top."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.7)
