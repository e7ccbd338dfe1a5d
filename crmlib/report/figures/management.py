"""Figures of chapter 2: tiers, relationship managers, products sold, and what contacts changed."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report.style import Style
from crmlib.structure.effects import ContactEffects
from crmlib.structure.management import Portfolios
from crmlib.words.numbers import fixed, percent

_SHARES = {"customers": "muted", "deposits": "cool", "hours": "ink", "eva": "accent"}


def tiers(table: pd.DataFrame, style: Style) -> Figure:
    """What each tier has of the customers, the deposits, the RM hours and the EVA.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.management.service_tiers`: one row a tier, ``…_share`` of each total.
    style : Style
    """
    figure, axes = style.panel(ylabel=style.word("tiers.y"), width=7.6, height=3.6)
    known = {name: colour for name, colour in _SHARES.items() if table[f"{name}_share"].notna().all()}
    for place, (name, colour) in enumerate(known.items()):
        shares = table[f"{name}_share"]
        at = np.arange(len(table)) + (place - 1.5) * 0.2
        axes.bar(at, shares, 0.18, color=style.colour(colour), label=style.voice.name("amount", name))
        for x, share in zip(at, shares, strict=True):
            axes.annotate(percent(share, 0), (x, max(share, 0)), (0, 2), textcoords="offset points",
                          ha="center", fontsize=8.5)  # fmt: skip
    labels = [
        f"{style.word('tiers.tier', tier=str(row.Index))}\n{style.word('tiers.customers', n=row.customers)}"
        for row in table.itertuples()
    ]
    axes.set_xticks(range(len(table)), labels)
    axes.axhline(0, color=style.colour("muted"), linewidth=0.8)
    style.percent_axis(axes, "y")
    axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0), borderaxespad=0.2)
    first = table.iloc[0]
    shares = {name: first[f"{name}_share"] for name in known}
    title = "tiers.title" if {"hours", "eva"} <= set(known) else "tiers.plain"
    title = style.word(title, tier=str(first.name), share=shares.pop("customers"), **shares)
    return style.finish(figure, title, n=int(table["customers"].sum()))


def portfolios(found: Portfolios, style: Style) -> Figure:
    """Hours and EVA of each relationship manager, the most hours first."""
    table = found.table.sort_values("hours")
    figure, panels = style.panels(1, 2, width=9.0, height=1.0 + 0.3 * len(table), sharey=True)
    hours, eva = panels[0]
    _hours(hours, table, style)
    places = np.arange(len(table))
    signs = [style.colour("accent" if value >= 0 else "warm") for value in table["eva"]]
    eva.barh(places, table["eva"], 0.66, color=signs)
    eva.axvline(0, color=style.colour("muted"), linewidth=0.8)
    eva.set(title=style.word("portfolios.eva"))
    eva.grid(axis="y", visible=False)
    style.money_axis(eva, "x", yearly=True)
    return style.finish(figure, _wasted(table, style), n=int(table["customers"].sum()))


def _hours(axes: Axes, table: pd.DataFrame, style: Style) -> None:
    """Hours of each manager on customers with and without negative EVA."""
    places = np.arange(len(table))
    wasted = (table["hours"] * table["hours_on_negative"]).fillna(0.0)
    kept = table["hours"] - wasted
    axes.barh(places, kept, 0.66, color=style.colour("cool"), label=style.word("portfolios.positive"))
    axes.barh(places, wasted, 0.66, left=kept, color=style.colour("warm"), label=style.word("portfolios.negative"))
    for place, row in enumerate(table.itertuples()):
        if np.isfinite(row.hours_on_negative):
            axes.annotate(percent(row.hours_on_negative, 0), (row.hours, place), (4, 0), textcoords="offset points",
                          va="center", fontsize=8.5, color=style.colour("warm"))  # fmt: skip
    most = max(table["hours"].max(), 1.0)
    axes.set(title=style.word("portfolios.hours"), xlabel=style.word("portfolios.x"), xlim=(0, most * 1.12))
    axes.set_yticks(places, [style.text(name, 16) for name in table.index])
    axes.legend(loc="lower right")
    axes.grid(axis="y", visible=False)


def _wasted(table: pd.DataFrame, style: Style) -> str:
    """How much of the hours goes to customers with negative EVA."""
    total, share = table["hours"].sum(), table["hours_on_negative"]
    if not total > 0:
        return style.word("portfolios.no_hours")
    wasted = (table["hours"] * share).sum() / total
    return style.word("portfolios.title", share=wasted, span=(share.min(), share.max()))


def sales(table: pd.DataFrame, style: Style) -> Figure:
    """Products taken up and given up in the year.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.management.product_sales`.
    style : Style
    """
    table = table.iloc[::-1]
    figure, axes = style.panel(xlabel=style.word("sales.x"), width=7.6, height=0.9 + 0.3 * len(table))
    places = np.arange(len(table))
    axes.barh(places, table["taken_up"], 0.66, color=style.colour("accent"))
    axes.barh(places, -table["given_up"], 0.66, color=style.colour("warm"))
    for place, up, down in zip(places, table["taken_up"], table["given_up"], strict=True):
        axes.annotate(fixed(up), (up, place), (3, 0), textcoords="offset points", va="center", fontsize=8.5)
        axes.annotate(fixed(down), (-down, place), (-3, 0), textcoords="offset points", va="center", ha="right",
                      fontsize=8.5)  # fmt: skip
    reach = 1.15 * max(table["taken_up"].max(), table["given_up"].max(), 1)
    axes.set(xlim=(-reach, reach))
    axes.set_yticks(places, [style.text(style.voice.name("product", name), 30) for name in table["name"]])
    axes.set_xticks([tick for tick in axes.get_xticks() if abs(tick) <= reach])
    axes.set_xticklabels([fixed(abs(tick)) for tick in axes.get_xticks()])
    axes.axvline(0, color=style.colour("ink"), linewidth=0.8)
    axes.grid(axis="y", visible=False)
    for side, name, colour in ((0.0, "down", "warm"), (1.0, "up", "accent")):
        axes.annotate(style.word(f"sales.{name}"), (side, 1), (0, 4), xycoords="axes fraction",
                      textcoords="offset points", weight="bold", ha="right" if side else "left", va="bottom",
                      color=style.colour(colour))  # fmt: skip
    up, down, net = (int(table[column].sum()) for column in ("taken_up", "given_up", "net"))
    return style.finish(figure, style.word("sales.title", up=up, down=down, net=net))


def effects(found: ContactEffects, style: Style) -> Figure:
    """Change around a contact: before and after alone, beside the difference in differences, as percent."""
    table, voice = found.table, style.voice
    figure, panels = style.panels(1, 2, width=9.6, height=4.2, sharey=True)
    kinds = list(dict.fromkeys(table["kind"]))
    for axes, outcome in zip(panels[0], ("deposits", "inflow"), strict=True):
        _estimates(axes, table[table["outcome"] == outcome].set_index("kind").loc[kinds], style)
        axes.set(title=voice.name("amount", outcome), xlabel=style.word("effects.x", window=found.window))
        style.percent_axis(axes, "x")
    matched = table.groupby("kind")["matched"].max()
    labels = [
        f"{style.text(voice.name('kind', kind))}\n{style.word('effects.matched', n=n)}"
        for kind, n in matched.loc[kinds].items()
    ]
    panels[0, 0].set_yticks(np.arange(len(kinds)), labels)
    panels[0, 0].set_ylim(len(kinds) + 0.35, -0.55)
    panels[0, 0].legend(loc="lower left", handletextpad=0.4, frameon=True, framealpha=1, edgecolor="none")
    gain, plain = found.change("effect"), found.change("plain").value
    perhaps = "_perhaps" if gain.low <= 0 <= gain.high else ""
    title = ("effects.higher" if gain.value >= 0 else "effects.lower") + perhaps
    return style.finish(figure, style.word(title, size=abs(gain.value), plain=plain), n=found.matched)


_LOOKS = (("plain", "muted", "s", -0.2), ("effect", "accent", "o", 0.0), ("prior", "warm", "D", 0.2))


def _estimates(axes: Axes, rows: pd.DataFrame, style: Style) -> None:
    for name, colour, marker, shift in _LOOKS:
        places = np.arange(len(rows)) + shift
        value, low, high = (np.expm1(rows[f"{name}{end}"]) for end in ("", "_low", "_high"))
        axes.hlines(places, low, high, color=style.colour(colour), linewidth=1.6)
        axes.scatter(value, places, s=46, color=style.colour(colour), marker=marker,
                     label=style.word(f"effects.{name}"), zorder=3)  # fmt: skip
    axes.axvline(0, color=style.colour("ink"), linewidth=0.9)
    axes.grid(axis="y", visible=False)
