"""Figures of chapter 1: calibration of the simulated book, prices of money, and the way from income to EVA."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from crmlib.book.calibration import Calibration
from crmlib.profit import YearResult
from crmlib.report import shapes
from crmlib.report.style import Style
from crmlib.words.numbers import money

_RATES = {
    "ftp_loan": "warm", "ftp_time": "accent", "rate_time": "accent", "ftp_demand": "cool", "rate_demand": "cool",
}  # fmt: skip
_PLACED = {
    "construction": {"color": "muted", "face": "paper"},
    "inside": {"color": "accent"},
    "outside": {"color": "warm", "marker": "X"},
}


def calibration(found: Calibration, style: Style) -> Figure:
    """Every published band, all drawn to one width, where the book lies, and between what other books do."""
    table = found.table
    figure, axes = style.panel("calibration", width=8.8, height=0.9 + 0.34 * len(table))
    axes.axvspan(0, 1, color="grid", alpha=0.7, linewidth=0)
    spans = table[["obtained", "p5", "p95"]].apply(_in_band, table=table)
    for row, (placed, message) in enumerate(found.shown[["placed", "found"]].itertuples(index=False)):
        look = _PLACED[placed]
        shapes.dots(axes, spans.iloc[[row]], at=[row], **look)
        shapes.beside(axes, style.voice.say(message), (1.55, row), (1, 0), color=look["color"])
    shapes.rows(axes, style.names("figure", table["figure"]))
    axes.set_xticks([0, 1], [style.word("calibration.lowest"), style.word("calibration.highest")])
    axes.set_xlim(-0.5, 2.7)
    title = style.word("calibration.title", inside=found.inside, figures=len(found.checked))
    note = style.word("calibration.note" if found.books else "calibration.hollow", books=found.books)
    return style.finish(figure, title, note=note, n=found.customers)


def _in_band(values: pd.Series, table: pd.DataFrame) -> pd.Series:
    """Places within the bands, 0 their lowest value and 1 the highest; what lies far outside stands at the edge."""
    return ((values - table["low"]) / (table["high"] - table["low"])).clip(-0.45, 1.45)


def transfer_prices(rates: pd.DataFrame, style: Style) -> Figure:
    """Transfer prices and customer rates by month; ``rates`` as from :func:`crmlib.book.describe.prices_by_month`."""
    figure, axes = style.panel("transfer_prices", width=7.6, height=3.9)
    for name, colour in _RATES.items():
        look = {"linestyle": "--" if name.startswith("rate") else "-", "drawstyle": "steps-post"}
        shapes.line(axes, rates["month"], rates[name], style.word(f"transfer_prices.{name}"), colour, **look)
    axes.set_ylim(bottom=0)
    spread = rates["ftp_demand"] - rates["rate_demand"]
    title = style.word("transfer_prices.title", first=spread.iloc[0], last=spread.iloc[-1])
    return style.finish(figure, title, note=style.word("transfer_prices.note"))


def income_to_eva(result: YearResult, style: Style) -> Figure:
    """The way from income to realised EVA, a bar a step."""
    steps, left = result.table.set_index("step")["amount"], "eva_realised" if result.overhead else "contribution"
    sizes = pd.concat([steps, pd.Series({left: result.eva_realised})])
    ends = np.append(steps.cumsum(), result.eva_realised)
    figure, axes = style.panel("income_to_eva", width=8.2, height=0.7 + 0.36 * len(sizes))
    colours = [*np.where(steps > 0, "accent", "warm"), "ink"]
    texts = [money(size, style.money_unit) for size in sizes]
    shapes.bars(axes, sizes.abs(), texts, left=np.minimum(ends - sizes, ends), color=colours)
    shapes.rows(axes, style.names("step", sizes.index))
    axes.axvline(0, color="ink", linewidth=0.9)
    title = style.word("income_to_eva.title", income=result.income, eva=result.eva_realised, left=left)
    return style.finish(figure, title, n=result.customers)
