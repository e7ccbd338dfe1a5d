"""One style for every figure: the finding as title, units on the axes, n in every panel, the source below.

Figures are matplotlib ``Figure`` objects without pyplot, so that no state leaks from one to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.category import StrCategoryFormatter
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter, LogFormatter

from crmlib.errors import CrmError
from crmlib.report import palette, text

UNITS = {"CNY": 1.0, "万元": 1e4, "亿元": 1e8}
WORDS = {
    "en": {"source": "Source: ", "simulated": "simulated data, not JD Branch", "join": "; ", "per": " a year"},
    "zh": {"source": "来源：", "simulated": "模拟数据，非JD支行", "join": "；", "per": "／年"},
}
TITLE, SMALL, MARGIN = 13.0, 8.0, 0.14
_BESIDE = "beside the line"
_INK, _MUTED, _GRID = (palette.COLOURS[name] for name in ("ink", "muted", "grid"))

text.register()
mpl.rcParams.update({
    "figure.dpi": 100, "savefig.dpi": 160, "figure.facecolor": palette.COLOURS["paper"], "svg.hashsalt": "crmlib",
    "font.size": 9.5, "text.color": _INK, "axes.labelcolor": _INK, "axes.labelsize": 9.5, "axes.edgecolor": _MUTED,
    "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.titlepad": 8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8, "axes.axisbelow": True,
    "axes.grid": True, "grid.color": _GRID, "grid.linewidth": 0.8, "axes.formatter.useoffset": False,
    "xtick.color": _MUTED, "ytick.color": _MUTED, "xtick.labelcolor": _INK, "ytick.labelcolor": _INK,
    "xtick.major.size": 3, "ytick.major.size": 0, "xtick.labelsize": 9, "ytick.labelsize": 9,
    "lines.linewidth": 2.0, "lines.solid_capstyle": "round", "legend.frameon": False, "legend.fontsize": 9,
    "hatch.linewidth": 0.7, "hatch.color": palette.COLOURS["paper"], "patch.linewidth": 0.8,
    "axes.prop_cycle": mpl.cycler(color=[palette.COLOURS[name] for name in ("accent", "warm", "cool", "ink", "muted")]),
})  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How the figures of one report look.

    Attributes
    ----------
    simulated : bool
        Whether the data are simulated; then every figure says so.
    language : str
        Language of the words that the style itself adds: en or zh.
    money_unit : str
        Unit of money axes: CNY, 万元 or 亿元.
    source : str
        Where the data come from, for the line below each figure.
    classes : tuple of str
        Names of the four classes, in the order high/high, high/low, low/high, low/low.
    """

    simulated: bool
    language: str = "en"
    money_unit: str = "万元"
    source: str = "the study's tables"
    classes: tuple[str, ...] = palette.CLASSES

    def panel(
        self, xlabel: str = "", ylabel: str = "", *, width: float = 7.2, height: float = 4.0
    ) -> tuple[Figure, Axes]:
        """One figure with one panel; sizes in inches, without title and source line."""
        figure, axes = self.panels(1, 1, width=width, height=height)
        axes[0, 0].set(xlabel=xlabel, ylabel=ylabel)
        return figure, axes[0, 0]

    def panels(
        self, rows: int, cols: int, *, width: float = 9.6, height: float = 4.0, **subplots: Any
    ) -> tuple[Figure, np.ndarray]:
        """One figure with rows × cols panels; ``subplots`` goes to matplotlib (``sharey``, ``width_ratios`` …)."""
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        return figure, figure.subplots(rows, cols, squeeze=False, **subplots)

    def colour(self, name: str) -> str:
        """Colour of a class, or of ink, muted, grid, paper, accent, warm and cool."""
        return palette.pick(palette.COLOURS, name, self.classes)

    def hatch(self, name: str) -> str:
        """Hatch of a class, for bars and areas."""
        return palette.pick(palette.HATCHES, name, self.classes)

    def marker(self, name: str) -> str:
        """Marker of a class, for points and lines."""
        return palette.pick(palette.MARKERS, name, self.classes)

    def fill(self, name: str) -> dict[str, Any]:
        """Keywords of a bar or area of a class: colour, hatch and a thin edge that keeps lead visible on paper."""
        hatch_colour = self.colour("muted" if self.colour(name) == self.colour("lead") else "paper")
        look = {"facecolor": self.colour(name), "hatch": self.hatch(name), "hatchcolor": hatch_colour}
        return {**look, "edgecolor": _INK, "linewidth": 0.6}

    def points(self, name: str) -> dict[str, Any]:
        """Keywords of a scatter of a class: colour, marker and a thin edge; rasterised, so that an SVG stays small."""
        look = {"color": self.colour(name), "marker": self.marker(name)}
        return {**look, "edgecolor": _INK, "linewidth": 0.3, "rasterized": True}

    @property
    def sequence(self) -> LinearSegmentedColormap:
        """Colours from little to much, for cells with n in them."""
        return LinearSegmentedColormap.from_list("crmlib", palette.SEQUENCE)

    def text(self, name: object, longest: int | None = None) -> str:
        """A name from the data, safe to draw: see :func:`crmlib.report.text.safe`."""
        return text.safe(name, longest)

    def line(
        self,
        axes: Axes,
        x: Sequence[float],
        y: Sequence[float],
        *,
        label: str = "",
        colour: str = "accent",
        at: float = 1.0,
        **more: Any,
    ) -> None:
        """A line with its name beside it in its own colour: at its end, or at the share ``at`` of its points."""
        axes.plot(x, y, color=self.colour(colour), **more)
        point = round(at * (len(x) - 1))
        offset, align = ((6, 0), "left") if at == 1 else ((-6, 4), "right")
        if label:
            axes.annotate(
                text.safe(label), (np.asarray(x)[point], np.asarray(y)[point]), offset, textcoords="offset points",
                color=self.colour(colour), ha=align, va="center", weight="bold", annotation_clip=False, gid=_BESIDE,
            )  # fmt: skip

    def money_axis(self, axes: Axes, which: Literal["x", "y"], *, yearly: bool = False) -> None:
        """Show an axis that holds CNY in the report's unit, and write the unit into its label."""
        axis = _axis(axes, which)
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value / UNITS[self.money_unit])))
        unit = self.money_unit + (WORDS[self.language]["per"] if yearly else "")
        axis.set_label_text(", ".join(part for part in (axis.get_label_text(), unit) if part))

    def percent_axis(self, axes: Axes, which: Literal["x", "y"]) -> None:
        """Show an axis that holds fractions as percent."""
        _axis(axes, which).set_major_formatter(FuncFormatter(lambda value, _: f"{number(value * 100)} %"))

    def finish(self, figure: Figure, title: str, n: int | Sequence[int] | None = None, note: str = "") -> Figure:
        """Write the finding as title, n into every panel and the source line; refuse what cannot be drawn.

        Parameters
        ----------
        figure : Figure
            From :meth:`panel` or :meth:`panels`.
        title : str
            The finding, one sentence; wrapped to the figure's width.
        n : int, sequence of int or None
            Customers behind all panels, or behind each.
        note : str
            What a reader must know beside the source, such as the year behind the numbers.

        Raises
        ------
        CrmError
            If the shipped fonts lack a character; names from the data go through :meth:`text` first.
        """
        _plain_axes(figure)
        _write_n(_data_axes(figure), n)
        _head_and_foot(figure, title, self._source_line(note))
        figure.draw_without_rendering()
        _require_glyphs(figure)
        _spread_labels(figure)
        return figure

    def _source_line(self, note: str) -> str:
        words = WORDS[self.language]
        source = words["source"] + text.safe(self.source)
        return words["join"].join(part for part in (source, note, words["simulated"] if self.simulated else "") if part)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG, PNG or PDF by the ending of ``path``; the same figure gives the same bytes."""
    blank = {".svg": {"Date": None, "Creator": None}, ".png": {"Software": None}, ".pdf": {"CreationDate": None}}
    figure.savefig(path, metadata=blank[path.suffix])


def number(value: float) -> str:
    """A number as short as it can be read: thousands apart, no needless zeros, a true minus."""
    digits = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 10 else 2
    shown = f"{value:,.{digits}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown == "-0" else shown.replace("-", "−")


def _axis(axes: Axes, which: Literal["x", "y"]) -> Axis:
    return axes.xaxis if which == "x" else axes.yaxis


def _data_axes(figure: Figure) -> list[Axes]:
    """The panels of a figure, without colour bars and empty ones."""
    return [axes for axes in figure.axes if axes.axison and axes.get_label() != "<colorbar>"]


def _plain_axes(figure: Figure) -> None:
    """No mathematics in logarithmic labels, since it is off, and no grid lines through categories."""
    for axis in (axis for axes in _data_axes(figure) for axis in (axes.xaxis, axes.yaxis)):
        if isinstance(axis.get_major_formatter(), LogFormatter):
            axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
            axis.set_minor_formatter("")
        if isinstance(axis.get_major_formatter(), FixedFormatter | StrCategoryFormatter):
            axis.grid(False)


def _write_n(panels: list[Axes], n: int | Sequence[int] | None) -> None:
    counts = [n] * len(panels) if n is None or isinstance(n, int | np.integer) else list(n)
    if len(counts) != len(panels):
        raise CrmError(f"n must be one number, or one a panel: found {len(counts)} for {len(panels)} panels.")
    for axes, count in zip(panels, counts, strict=True):
        if count is not None:
            axes.annotate(
                f"n = {count:,}", (1, 1), (0, 4), xycoords="axes fraction", textcoords="offset points",
                ha="right", va="bottom", fontsize=SMALL, color=_MUTED,
            )  # fmt: skip


def _head_and_foot(figure: Figure, title: str, source: str) -> None:
    """Grow the figure by a title above and a source line below, so that the panels keep their size."""
    head = _fitted(figure, title, FontProperties(family=text.FAMILY, weight="bold", size=TITLE))
    foot = _fitted(figure, source, FontProperties(family=text.FAMILY, size=SMALL))
    width, height = figure.get_size_inches()
    above = len(head) * TITLE * 1.35 / 72 + 2 * MARGIN
    below = len(foot) * SMALL * 1.4 / 72 + 1.5 * MARGIN
    tall = height + above + below
    figure.set_size_inches(width, tall)
    figure.get_layout_engine().set(rect=(MARGIN / width, below / tall, 1 - 2 * MARGIN / width, height / tall))
    figure.text(
        MARGIN / width, 1 - MARGIN / tall, "\n".join(head), va="top", size=TITLE, weight="bold", linespacing=1.15
    )
    figure.text(MARGIN / width, MARGIN / tall, "\n".join(foot), va="bottom", size=SMALL, color=_MUTED, linespacing=1.2)


def _fitted(figure: Figure, sentence: str, font: FontProperties) -> list[str]:
    renderer = figure.canvas.get_renderer()
    width = (figure.get_size_inches()[0] - 2 * MARGIN) * figure.dpi
    return text.wrap(sentence, lambda part: renderer.get_text_width_height_descent(part, font, False)[0], width)


def _require_glyphs(figure: Figure) -> None:
    for drawn in figure.findobj(Text):
        if lost := text.missing_glyphs(drawn.get_text()):
            named = ", ".join(f"{char} (U+{ord(char):04X})" for char in lost)
            raise CrmError(
                f"the figure fonts lack {named} in {drawn.get_text()!r}. "
                "Pass names from the data through style.text, or add the character to crmlib/report/fonts."
            )


def _spread_labels(figure: Figure) -> None:
    """Move the names of lines that end close together apart, from the lowest up."""
    for axes in _data_axes(figure):
        names = [name for name in axes.texts if name.get_gid() == _BESIDE and name.get_horizontalalignment() == "left"]
        names.sort(key=lambda name: axes.transData.transform(name.xy)[1])
        lowest = -np.inf
        for name in names:
            height = axes.transData.transform(name.xy)[1] * 72 / figure.dpi
            lowest = max(height, lowest + 12)
            name.set_position((6, lowest - height))
