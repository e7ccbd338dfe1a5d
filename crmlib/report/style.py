"""One style for every figure: the finding as title, units on the axes, n in every panel, the source below.

Figures are matplotlib ``Figure`` objects without pyplot, so that no state leaks from one to the next.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter

from crmlib.errors import CrmError
from crmlib.report import layout, palette, text
from crmlib.words.numbers import UNITS, short
from crmlib.words.voice import Voice

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
    section : str
        The chapter, whose texts the figures take.
    """

    simulated: bool
    language: str = "en"
    money_unit: str = "万元"
    source: str = "the study's book"
    classes: tuple[str, ...] = palette.CLASSES
    section: str = ""

    @cached_property
    def voice(self) -> Voice:
        """Language and unit of money."""
        return Voice(self.language, self.money_unit)

    def word(self, name: str, /, **values: Any) -> str:
        """A text of a figure, ``<chapter>.figure.<name>``, safe to draw."""
        return text.safe(self.voice.say(f"{self.section}.figure.{name}", **values))

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
        figure = Figure(figsize=(width, height), layout=layout.RoundedLayout())
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
                color=self.colour(colour), ha=align, va="center", weight="bold", annotation_clip=False,
                gid=layout.BESIDE, path_effects=[withStroke(linewidth=3, foreground=self.colour("paper"))],
            )  # fmt: skip

    def money_axis(self, axes: Axes, which: Literal["x", "y"], *, yearly: bool = False) -> None:
        """Show an axis that holds CNY in the report's unit, and write the unit into its label."""
        axis = _axis(axes, which)
        axis.set_major_formatter(FuncFormatter(lambda value, _: short(value / UNITS[self.money_unit])))
        unit, what, say = self.money_unit, axis.get_label_text(), self.voice.say
        unit = say("common.per_year_bare", unit=unit) if yearly else unit
        axis.set_label_text(say("common.in_unit", what=what, unit=unit) if what else unit)

    def percent_axis(self, axes: Axes, which: Literal["x", "y"]) -> None:
        """Show an axis that holds fractions as percent."""
        _axis(axes, which).set_major_formatter(FuncFormatter(lambda value, _: f"{short(value * 100)} %"))

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
        layout.plain_axes(figure)
        layout.write_n(figure, n)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")  # the error below says where it stands
            layout.head_and_foot(figure, title, self._source_line(note))
            figure.draw_without_rendering()
        layout.require_glyphs(figure)
        layout.spread_labels(figure)
        return figure

    def _source_line(self, note: str) -> str:
        simulated = self.voice.say("common.simulated") if self.simulated else ""
        parts = [part for part in (text.safe(self.source), note, simulated) if part]
        return self.voice.say("common.source", parts=parts)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG, PNG or PDF by the ending of ``path``; the same figure gives the same bytes."""
    blank = {".svg": {"Date": None, "Creator": None}, ".png": {"Software": None}, ".pdf": {"CreationDate": None}}
    if path.suffix not in blank:
        raise CrmError(f"{path.name}: a figure is saved as {', '.join(blank)}, found {path.suffix or 'no ending'}.")
    figure.savefig(path, metadata=blank[path.suffix])


def _axis(axes: Axes, which: Literal["x", "y"]) -> Axis:
    return axes.xaxis if which == "x" else axes.yaxis
