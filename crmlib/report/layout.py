"""The layout of a finished figure: title above, n in every panel, source line below, no label on another.

The steps of :meth:`crmlib.report.style.Style.finish`, each usable and testable alone.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryFormatter
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.ticker import LogFormatter
from matplotlib.transforms import Bbox

from crmlib.errors import CrmError
from crmlib.report import text
from crmlib.words.numbers import fixed, short

TITLE, SMALL, MARGIN = 13.0, 8.0, 0.14
BESIDE = "beside the line"
"""Mark of a line's name, which may be moved so that names do not overlap."""


class RoundedLayout(ConstrainedLayoutEngine):
    """Constrained layout to a millionth of the figure: the last digits of its solver differ between processes."""

    def execute(self, fig: Figure) -> None:
        """Place the panels, then round their places."""
        super().execute(fig)
        for axes in fig.axes:
            axes.set_position(Bbox(axes.get_position(original=True).get_points().round(6)))
            # Or the next drawing would leave it where it is.
            axes.set_in_layout(True)


def panels(figure: Figure) -> list[Axes]:
    """The panels of a figure, without colour bars and empty ones."""
    return [axes for axes in figure.axes if axes.axison and axes.get_label() != "<colorbar>"]


def plain_axes(figure: Figure) -> None:
    """No mathematics in logarithmic labels, since it is off, and no grid lines through categories."""
    for axis in (axis for axes in panels(figure) for axis in (axes.xaxis, axes.yaxis)):
        form = axis.get_major_formatter()
        if isinstance(form, LogFormatter):
            axis.set_major_formatter(lambda value, _: short(value))
            axis.set_minor_formatter("")
        # Ticks that were given labels of their own are formatted by a partial function.
        if isinstance(form, StrCategoryFormatter) or isinstance(getattr(form, "func", None), partial):
            axis.grid(False)


def write_n(figure: Figure, n: int | Sequence[int] | None) -> None:
    """Write the number of customers over every panel; one number holds for all, else there is one a panel."""
    axes_of = panels(figure)
    counts = n if isinstance(n, Sequence) else [n] * len(axes_of)
    for axes, count in zip(axes_of, counts, strict=True):
        if count is not None:
            axes.annotate(
                f"n = {fixed(count)}", (1, 1), (0, 4), xycoords="axes fraction", textcoords="offset points",
                ha="right", va="bottom", fontsize=SMALL, color="muted",
            )  # fmt: skip


def head_and_foot(figure: Figure, title: str, source: str) -> None:
    """Grow the figure by a title above and a source line below, so that the panels keep their size."""
    head = _fitted(figure, title, FontProperties(family=text.FAMILY, weight="bold", size=TITLE))
    foot = _fitted(figure, source, FontProperties(family=text.FAMILY, size=SMALL))
    width, height = figure.get_size_inches()
    above = len(head) * TITLE * 1.35 / 72 + 2 * MARGIN
    below = len(foot) * SMALL * 1.4 / 72 + 1.5 * MARGIN
    tall = height + above + below
    figure.set_size_inches(width, tall)
    figure.get_layout_engine().set(rect=(MARGIN / width, below / tall, 1 - 2 * MARGIN / width, height / tall))
    _write(figure, head, 1 - MARGIN / tall, va="top", size=TITLE, weight="bold", linespacing=1.15)
    _write(figure, foot, MARGIN / tall, va="bottom", size=SMALL, color="muted", linespacing=1.2)


def _write(figure: Figure, lines: list[str], height: float, **look: Any) -> None:
    figure.text(MARGIN / figure.get_size_inches()[0], height, "\n".join(lines), **look)


def _fitted(figure: Figure, sentence: str, font: FontProperties) -> list[str]:
    renderer = figure.canvas.get_renderer()
    width = (figure.get_size_inches()[0] - 2 * MARGIN) * figure.dpi
    return text.wrap(sentence, lambda part: renderer.get_text_width_height_descent(part, font, False)[0], width)


def require_glyphs(figure: Figure) -> None:
    """Refuse a figure with a character that the shipped fonts lack; drawing would only warn."""
    for drawn in figure.findobj(Text):
        if lost := text.missing_glyphs(drawn.get_text()):
            named = ", ".join(f"{char} (U+{ord(char):04X})" for char in lost)
            raise CrmError(
                f"the figure fonts lack {named} in {drawn.get_text()!r}. "
                "Pass names from the data through style.text, or add the character to crmlib/report/fonts."
            )


def place(figure: Figure) -> None:
    """Place the panels once and for all: every file of the figure has one layout, and no drawing makes it again."""
    figure.get_layout_engine().execute(figure)
    if spread_labels(figure):
        figure.get_layout_engine().execute(figure)
    figure.set_layout_engine(None)


def spread_labels(figure: Figure) -> bool:
    """Move the names of lines that end close together apart, about the middle of where they would stand; if any."""
    found = 0
    for axes in panels(figure):
        names = [name for name in axes.texts if name.get_gid() == BESIDE and name.get_horizontalalignment() == "left"]
        wanted = np.array([axes.transData.transform(name.xy)[1] * 72 / figure.dpi for name in names])
        order = np.argsort(wanted, kind="stable")
        steps = 12 * np.arange(len(names))
        placed = np.maximum.accumulate(wanted[order] - steps) + steps
        placed -= (placed - wanted[order]).mean() if names else 0
        for at, height in zip(order, placed, strict=True):
            names[at].set_position((6, height - wanted[at]))
        found += len(names)
    return found > 0
