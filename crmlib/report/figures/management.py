"""Figures of chapter 2: tiers, relationship managers, products sold, and what contacts changed."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlib.report import shapes
from crmlib.report.style import Style
from crmlib.structure.effects import ContactEffects
from crmlib.structure.management import Portfolios
from crmlib.words.numbers import fixed, known

_SHARES = {"customers": "muted", "deposits": "cool", "hours": "ink", "eva": "accent"}
_ESTIMATES = (("plain", "muted", "s", -0.2), ("effect", "accent", "o", 0.0), ("prior", "warm", "D", 0.2))


def tiers(table: pd.DataFrame, style: Style) -> Figure:
    """What each tier has of the customers, the deposits, the RM hours and the EVA.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.structure.management.service_tiers`: one row a tier, ``…_share`` of each total.
    """
    shares = table[[f"{name}_share" for name in _SHARES]].set_axis([*_SHARES], axis=1).dropna(axis=1)
    figure, axes = style.panel("tiers", width=7.6, height=3.6)
    looks = [{"color": _SHARES[name]} for name in shares]
    shapes.grouped(axes, shares, style.names("amount", shares), shapes.whole, upright=True, looks=looks)
    labels = [f"{style.word('tiers.tier', tier=str(tier))}\n{style.word('tiers.customers', n=n)}"
              for tier, n in table["customers"].items()]  # fmt: skip
    axes.set_xticks(range(len(table)), labels)
    axes.axhline(0, color="muted", linewidth=0.8)
    axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0), borderaxespad=0.2)
    first = table.iloc[0]
    title = style.word(
        "tiers.title" if known(first["hours_share"]) else "tiers.plain", tier=str(first.name),
        share=first["customers_share"], hours=first["hours_share"], deposits=first["deposits_share"],
        eva=(first["eva"], first["eva_share"]),
    )  # fmt: skip
    return style.finish(figure, title, n=int(table["customers"].sum()))


def portfolios(found: Portfolios, style: Style) -> Figure:
    """Hours and EVA of each relationship manager, the most hours first."""
    table = found.table.sort_values("hours", ascending=False)
    figure, panels = style.panels(1, 2, width=9.0, height=1.0 + 0.3 * len(table), sharey=True)
    hours, eva = panels[0]
    wasted = (table["hours"] * table["hours_on_negative"]).fillna(0.0)
    parts = pd.DataFrame({"positive": table["hours"] - wasted, "negative": wasted})
    names = [style.word(f"portfolios.{name}") for name in parts]
    shapes.stacked(hours, parts, names, ("cool", "warm"), table["hours_on_negative"].map(shapes.whole))
    hours.set(title=style.word("portfolios.hours"), xlabel=style.word("portfolios.x"), xmargin=0.12)
    hours.legend(loc="lower right")
    shapes.bars(eva, table["eva"], color=np.where(table["eva"] >= 0, "accent", "warm"))
    eva.axvline(0, color="muted", linewidth=0.8)
    eva.set_title(style.word("portfolios.eva"))
    style.show(eva, "x", "money a year")
    shapes.rows(hours, [style.text(name, 16) for name in table.index])
    return style.finish(figure, _wasted(table, style), n=int(table["customers"].sum()))


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
    """
    figure, axes = style.panel("sales", width=7.6, height=0.9 + 0.3 * len(table))
    up, down, net = (table[column] for column in ("taken_up", "given_up", "net"))
    shapes.bars(axes, up, up.map(fixed), color="accent")
    shapes.bars(axes, -down, down.map(fixed), color="warm")
    shapes.rows(axes, style.names("product", table["name"], 30))
    reach = 1.15 * max(up.max(), down.max(), 1)
    axes.set_xlim(-reach, reach)
    axes.xaxis.set_major_formatter(lambda tick, _: fixed(abs(tick)))
    axes.axvline(0, color="ink", linewidth=0.8)
    for name, at, side, colour in (("down", 0, "left", "warm"), ("up", 1, "right", "accent")):
        word = style.word(f"sales.{name}")
        shapes.bold(axes, word, (at, 1), (0, 4), ha=side, color=colour, xycoords="axes fraction")
    return style.finish(figure, style.word("sales.title", up=up.sum(), down=down.sum(), net=net.sum()))


def effects(found: ContactEffects, style: Style) -> Figure:
    """Change around a contact: before and after alone, beside the difference in differences, as percent."""
    table, kinds = found.table, list(dict.fromkeys(found.table["kind"]))
    figure, panels = style.panels(1, 2, width=9.6, height=4.2, sharey=True)
    for axes, outcome in zip(panels[0], ("deposits", "inflow"), strict=True):
        _estimates(axes, table[table["outcome"] == outcome].set_index("kind").loc[kinds], style)
        axes.set_title(style.name("amount", outcome))
        style.label(axes, "effects", window=found.window)
    matched = table.groupby("kind")["matched"].max()
    shapes.rows(panels[0, 0], [f"{style.name('kind', kind)}\n{style.word('effects.matched', n=matched[kind])}"
                               for kind in kinds])  # fmt: skip
    panels[0, 0].set_ylim(bottom=len(kinds) + 0.35)
    panels[0, 0].legend(loc="lower left")
    gain, plain = found.change("effect"), found.change("plain").value
    clear = found.overall.loc["deposits", "effect_p"] < 1 - found.coverage
    title = ("effects.higher" if gain.value >= 0 else "effects.lower") + ("" if clear else "_perhaps")
    title = title if found.placebos_pass else "effects.untold"
    return style.finish(figure, style.word(title, size=abs(gain.value), plain=plain), n=found.people["matched"])


def _estimates(axes: Axes, effects: pd.DataFrame, style: Style) -> None:
    for name, colour, marker, shift in _ESTIMATES:
        shares, look = np.expm1(effects[[name, f"{name}_low", f"{name}_high"]]), {"color": colour, "marker": marker}
        shapes.dots(axes, shares, at=np.arange(len(shares)) + shift, label=style.word(f"effects.{name}"), **look)
    axes.axvline(0, color="ink", linewidth=0.9)
