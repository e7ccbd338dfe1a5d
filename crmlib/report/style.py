"""One style for every figure: the finding as title, units on the axes, n in every panel, the source below.

Figures are matplotlib ``Figure`` objects without pyplot, so that no state leaks from one to the next. What is no
colour of a class has a name that matplotlib knows: ink, muted, grid, paper, accent, warm and cool.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import get_named_colors_mapping
from matplotlib.figure import Figure

from crmlib.report import layout, palette, text
from crmlib.words.numbers import short, unit_size
from crmlib.words.sentences import fill
from crmlib.words.texts import entry, has
from crmlib.words.voice import Voice

text.register()
get_named_colors_mapping().update(
    {name: colour for name, colour in palette.COLOURS.items() if name not in palette.CLASSES}
)
mpl.rcParams.update({
    "figure.dpi": 100, "savefig.dpi": 160, "figure.facecolor": "paper", "svg.hashsalt": "crmlib",
    "font.size": 9.5, "text.color": "ink", "axes.labelcolor": "ink", "axes.labelsize": 9.5, "axes.edgecolor": "muted",
    "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.titlepad": 8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8, "axes.axisbelow": True,
    "axes.grid": True, "grid.color": "grid", "grid.linewidth": 0.8, "axes.formatter.useoffset": False,
    "xtick.color": "muted", "ytick.color": "muted", "xtick.labelcolor": "ink", "ytick.labelcolor": "ink",
    "xtick.major.size": 3, "ytick.major.size": 0, "xtick.labelsize": 9, "ytick.labelsize": 9,
    "lines.linewidth": 2.0, "lines.solid_capstyle": "round", "lines.dashed_pattern": (4, 3),
    "legend.edgecolor": "none", "legend.framealpha": 1, "legend.fontsize": 9, "legend.handletextpad": 0.5,
    "hatch.linewidth": 0.7, "hatch.color": "paper", "patch.linewidth": 0.5, "patch.edgecolor": "paper",
    "patch.force_edgecolor": True,
    "axes.prop_cycle": mpl.cycler(color=["accent", "warm", "cool", "ink", "muted"]),
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
        Unit of money axes, such as 万元 or thousand EUR.
    source : str
        Where the data come from, for the line below each figure, in the language of the report.
    classes : tuple of str
        Names of the four classes, in the order high/high, high/low, low/high, low/low.
    section : str
        The chapter, whose texts the figures take.
    appraised : str
        What is appraised: customer or group.
    """

    simulated: bool
    language: str = "en"
    money_unit: str = "万元"
    source: str = "the study's book"
    classes: tuple[str, ...] = palette.CLASSES
    section: str = ""
    appraised: str = "customer"

    @cached_property
    def voice(self) -> Voice:
        """Language and unit of money, and what figures are about."""
        return Voice(self.language, self.money_unit, appraised=self.appraised)

    def word(self, name: str, /, *found: Any, **values: Any) -> str:
        """A text of a figure, ``<chapter>.figure.<name>``, safe to draw; see :func:`crmlib.words.sentences.fill`."""
        return text.safe(self.voice.say(fill(f"{self.section}.figure.{name}", *found, **values)))

    def panel(self, name: str = "", *, width: float = 7.2, height: float = 4.0) -> tuple[Figure, Axes]:
        """One figure with one panel, labelled by its name; sizes in inches, without title and source line."""
        figure, panels = self.panels(1, 1, width=width, height=height)
        self.label(panels[0, 0], name)
        return figure, panels[0, 0]

    def panels(
        self, rows: int, cols: int, *, width: float = 9.6, height: float = 4.0, **subplots: Any
    ) -> tuple[Figure, np.ndarray]:
        """One figure with rows × cols panels; ``subplots`` goes to matplotlib (``sharey``, ``width_ratios`` …)."""
        figure = Figure(figsize=(width, height), layout=layout.RoundedLayout())
        FigureCanvasAgg(figure)
        return figure, figure.subplots(rows, cols, squeeze=False, **subplots)

    def label(self, axes: Axes, name: str, which: str = "xy", title: str = "", **values: Any) -> None:
        """Label a panel by the texts ``<name>.x`` and ``<name>.y`` that there are; they tell what the axes show.

        Parameters
        ----------
        which : str
            Axes that are labelled.
        title : str
            Head of the panel: the text ``<name>.<title>``.
        **values
            What fills the places of the texts.
        """
        if title:
            axes.set_title(self.word(f"{name}.{title}", **values))
        for axis in which:
            if has(key := f"{self.section}.figure.{name}.{axis}"):
                axes.set(**{f"{axis}label": self.word(f"{name}.{axis}", **values)})
                self.show(axes, axis, entry(key).get("show", ""))

    def name(self, group: str, code: object, longest: int | None = None) -> str:
        """The name of a code, safe to draw: see :meth:`Voice.name` and :func:`crmlib.report.text.safe`."""
        return text.safe(self.voice.name(group, code), longest)

    def names(self, group: str, codes: Sequence[object], longest: int | None = None) -> list[str]:
        """The names of several codes."""
        return [self.name(group, code, longest) for code in codes]

    def amount(self, value: float) -> str:
        """Money as a bare number in the unit of the report."""
        return short(value / unit_size(self.money_unit))

    def colour(self, name: str) -> str:
        """Colour of a class, or of ink, muted, grid, paper, accent, warm and cool."""
        return palette.pick(palette.COLOURS, name, self.classes)

    def fill(self, name: str) -> dict[str, Any]:
        """Keywords of a bar or area of a class: colour, hatch and a thin edge that keeps lead visible on paper."""
        colour, hatch = self.colour(name), palette.pick(palette.HATCHES, name, self.classes)
        seen = "muted" if colour == palette.COLOURS["lead"] else "paper"
        return {"facecolor": colour, "edgecolor": "ink", "hatch": hatch, "hatchcolor": seen}

    def points(self, name: str) -> dict[str, Any]:
        """Keywords of a scatter of a class: colour, marker and a thin edge; rasterised, so that an SVG stays small."""
        look = {"color": self.colour(name), "marker": palette.pick(palette.MARKERS, name, self.classes)}
        return {**look, "edgecolor": "ink", "linewidth": 0.3, "rasterized": True}

    def text(self, name: object, longest: int | None = None) -> str:
        """A name from the data, safe to draw: see :func:`crmlib.report.text.safe`."""
        return text.safe(name, longest)

    def show(self, axes: Axes, which: str, how: str) -> None:
        """Show an axis, x or y, as ``percent``, or as ``money`` (``money a year``) with its unit behind the label."""
        axis = getattr(axes, f"{which}axis")
        if how == "percent":
            axis.set_major_formatter(lambda value, _: f"{short(100 * value)} %")
        elif how:
            axis.set_major_formatter(lambda value, _: self.amount(value))
            key = "common.in_unit" if how == "money" else "common.per_year"
            axis.set_label_text(self.voice.say(key, what=axis.get_label_text(), unit=self.money_unit))

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
            layout.place(figure)
        layout.require_glyphs(figure)
        return figure

    def _source_line(self, note: str) -> str:
        parts = (text.safe(self.source), note, self.voice.say("common.simulated") if self.simulated else "")
        return self.voice.say("common.source", parts=list(filter(None, parts)))


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG; the same figure gives the same bytes."""
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
