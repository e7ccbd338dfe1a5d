"""Figures of chapter 2: tiers, relationship managers, products sold, and what contacts changed."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report.style import Style
from crmlib.report.tables import percent

_SHARES = {"customers": "muted", "deposits": "cool", "hours": "ink", "eva": "accent"}
_NAMES = {"customers": "customers", "deposits": "deposits", "hours": "RM hours", "eva": "EVA"}


def tiers(table: pd.DataFrame, style: Style) -> Figure:
    """What each tier has of the customers, the deposits, the RM hours and the EVA.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.management.service_tiers`: one row a tier, ``…_share`` of each total.
    style : Style
    """
    figure, axes = style.panel(ylabel="share of the branch", width=7.6, height=3.6)
    for place, (name, colour) in enumerate(_SHARES.items()):
        shares = table[f"{name}_share"]
        at = np.arange(len(table)) + (place - 1.5) * 0.2
        axes.bar(at, shares, 0.18, color=style.colour(colour), label=_NAMES[name])
        for x, share in zip(at, shares, strict=True):
            axes.annotate(percent(share, 0), (x, max(share, 0)), (0, 2), textcoords="offset points",
                          ha="center", fontsize=8.5)  # fmt: skip
    labels = [f"tier {tier}\n{row.customers:,.0f} customers" for tier, row in table.iterrows()]
    axes.set_xticks(range(len(table)), labels)
    axes.axhline(0, color=style.colour("muted"), linewidth=0.8)
    style.percent_axis(axes, "y")
    axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0), borderaxespad=0.2)
    first = table.iloc[0]
    title = (
        f"Tier {table.index[0]}, {percent(first['customers_share'], 0)} of the customers, takes "
        f"{percent(first['hours_share'], 0)} of the hours and brings {percent(first['eva_share'], 0)} of EVA"
    )
    return style.finish(figure, title, n=int(table["customers"].sum()))


def portfolios(table: pd.DataFrame, style: Style) -> Figure:
    """Hours and EVA of each relationship manager, the most hours first.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.management.manager_portfolios`.
    style : Style
    """
    table = table.sort_values("hours")
    figure, panels = style.panels(1, 2, width=9.0, height=1.0 + 0.3 * len(table), sharey=True)
    hours, eva = panels[0]
    places = np.arange(len(table))
    wasted = table["hours"] * table["hours_on_negative"]
    hours.barh(places, table["hours"] - wasted, 0.66, color=style.colour("cool"), label="EVA of 0 or more")
    hours.barh(places, wasted, 0.66, left=table["hours"] - wasted, color=style.colour("warm"), label="negative EVA")
    for place, total, share in zip(places, table["hours"], table["hours_on_negative"], strict=True):
        hours.annotate(percent(share, 0), (total, place), (4, 0), textcoords="offset points", va="center",
                       fontsize=8.5, color=style.colour("warm"))  # fmt: skip
    hours.set(title="RM hours on customers with", xlabel="hours a year", xlim=(0, table["hours"].max() * 1.12))
    hours.set_yticks(places, [style.text(name, 16) for name in table.index])
    hours.legend(loc="lower right")
    hours.grid(axis="y", visible=False)
    signs = [style.colour("accent" if value >= 0 else "warm") for value in table["eva"]]
    eva.barh(places, table["eva"], 0.66, color=signs)
    eva.axvline(0, color=style.colour("muted"), linewidth=0.8)
    eva.set(title="EVA of the portfolio")
    eva.grid(axis="y", visible=False)
    style.money_axis(eva, "x", yearly=True)
    share = percent(wasted.sum() / table["hours"].sum(), 0)
    least, most = percent(table["hours_on_negative"].min(), 0), percent(table["hours_on_negative"].max(), 0)
    title = f"{share} of the hours go to customers with negative EVA; from {least} to {most} among managers"
    return style.finish(figure, title, n=int(table["customers"].sum()))


def sales(table: pd.DataFrame, style: Style) -> Figure:
    """Products taken up and given up in the year.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.management.product_sales`.
    style : Style
    """
    table = table.iloc[::-1]
    figure, axes = style.panel(xlabel="customers in the year", width=7.6, height=0.9 + 0.3 * len(table))
    places = np.arange(len(table))
    axes.barh(places, table["taken_up"], 0.66, color=style.colour("accent"))
    axes.barh(places, -table["given_up"], 0.66, color=style.colour("warm"))
    for place, up, down in zip(places, table["taken_up"], table["given_up"], strict=True):
        axes.annotate(f"{up:,}", (up, place), (3, 0), textcoords="offset points", va="center", fontsize=8.5)
        axes.annotate(f"{down:,}", (-down, place), (-3, 0), textcoords="offset points", va="center", ha="right",
                      fontsize=8.5)  # fmt: skip
    reach = 1.15 * max(table["taken_up"].max(), table["given_up"].max(), 1)
    axes.set(xlim=(-reach, reach))
    axes.set_yticks(places, [style.text(name, 30) for name in table["name"]])
    axes.set_xticks([tick for tick in axes.get_xticks() if abs(tick) <= reach])
    axes.set_xticklabels([f"{abs(tick):,.0f}" for tick in axes.get_xticks()])
    axes.axvline(0, color=style.colour("ink"), linewidth=0.8)
    axes.grid(axis="y", visible=False)
    for side, name, colour in ((0.0, "given up", "warm"), (1.0, "taken up", "accent")):
        axes.annotate(name, (side, 1), (0, 4), xycoords="axes fraction", textcoords="offset points", weight="bold",
                      ha="right" if side else "left", va="bottom", color=style.colour(colour))  # fmt: skip
    up, down, net = (int(table[column].sum()) for column in ("taken_up", "given_up", "net"))
    title = f"{up:,} products taken up and {down:,} given up: {net:+,} in the year"
    return style.finish(figure, title.replace("-", "−"))


def effects(table: pd.DataFrame, window: int, style: Style) -> Figure:
    """Change around a contact: before and after alone, beside the difference in differences.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.effects.contact_effects`; outcomes in logarithms are shown as percent.
    window : int
        Months before and after.
    style : Style
    """
    figure, panels = style.panels(1, 2, width=9.6, height=4.2, sharey=True)
    kinds = list(dict.fromkeys(table["kind"]))
    for axes, outcome in zip(panels[0], ("deposits", "inflow"), strict=True):
        _estimates(axes, table[table["outcome"] == outcome].set_index("kind").loc[kinds], style)
        axes.set(title=outcome, xlabel=f"change over {window} months")
        style.percent_axis(axes, "x")
    matched = table.groupby("kind")["matched"].max()
    labels = [f"{style.text(kind)}\n{matched[kind]:,} customers" for kind in kinds]
    panels[0, 0].set_yticks(np.arange(len(kinds)), labels)
    panels[0, 0].set_ylim(len(kinds) + 0.35, -0.55)
    panels[0, 0].legend(loc="lower left", handletextpad=0.4, frameon=True, framealpha=1, edgecolor="none")
    best = table[table["outcome"] == "deposits"].iloc[0]
    found = f"deposits are {percent(np.expm1(best['effect']))} higher than without"
    sure = "" if best["effect_low"] > 0 or best["effect_high"] < 0 else ", which may be chance"
    plain = percent(np.expm1(best["plain"]))
    title = f"After a contact, {found}{sure}; before and after alone would show {plain}"
    return style.finish(figure, title, n=int(best["matched"]))


_LOOKS = (
    ("plain", "before and after alone", "muted", "s", -0.2),
    ("effect", "against those not contacted", "accent", "o", 0.0),
    ("prior", "the same, before the contact", "warm", "D", 0.2),
)


def _estimates(axes: Axes, rows: pd.DataFrame, style: Style) -> None:
    for name, label, colour, marker, shift in _LOOKS:
        places = np.arange(len(rows)) + shift
        value, low, high = (np.expm1(rows[f"{name}{end}"]) for end in ("", "_low", "_high"))
        axes.hlines(places, low, high, color=style.colour(colour), linewidth=1.6)
        axes.scatter(value, places, s=46, color=style.colour(colour), marker=marker, label=label, zorder=3)
    axes.axvline(0, color=style.colour("ink"), linewidth=0.9)
    axes.grid(axis="y", visible=False)
