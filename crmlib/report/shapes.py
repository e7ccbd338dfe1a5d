"""Shapes that figures share: rows with names, bars with their values, dots with intervals, cells with counts.

What is drawn for a row or bar is given in order; ``look`` goes to matplotlib (``color``, ``label``, ``marker`` …).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.container import BarContainer
from matplotlib.patheffects import withStroke

from crmlib.report import layout, palette, text
from crmlib.words.numbers import known, percent

BESIDE_SIZE = 8.5
"""Size of what stands beside a bar or point."""
SEQUENCE = LinearSegmentedColormap.from_list("crmlib", palette.SEQUENCE)
"""Colours from little to much."""
SERIES = (
    {"color": "accent"},
    {"color": "warm", "hatch": "////"},
    {"color": "cool", "hatch": "...."},
    {"color": "muted", "hatch": "xxxx"},
)
"""Bars of several series, apart on a grey print too."""
HALO = (withStroke(linewidth=3, foreground=palette.COLOURS["paper"]),)
"""Paper around a text, so that it can be read on what lies behind."""


def whole(share: float) -> str:
    """A fraction in whole percent, as it stands in a cell or beside a bar; nothing where it is not known."""
    return percent(share, 0) if known(share) else ""


def rows(axes: Axes, names: Sequence[str], **look: Any) -> None:
    """Names of the rows of a panel, the first on top."""
    axes.set_yticks(range(len(names)), names, **look)
    axes.set_ylim(len(names) - 0.4, -0.6)


def bars(
    axes: Axes, values: Sequence[float], texts: Sequence[str] = (), *, upright: bool = False, shift: float = 0.0,
    wide: float = 0.66, looks: Sequence[dict[str, Any]] = (), **look: Any,
) -> BarContainer:  # fmt: skip
    """Bars, one a row or, upright, one a column, with their texts at their ends and room for these.

    Parameters
    ----------
    shift : float
        Distance of the bars from the middle of their row.
    wide : float
        Share of a row that a bar fills.
    looks : sequence of dict
        What sets each bar apart, such as ``style.fill(name)``.
    """
    places = np.arange(len(values)) + shift
    drawn = (axes.bar if upright else axes.barh)(places, values, wide, **look)
    for bar, own in zip(drawn, looks, strict=False):
        bar.set(**own)
    if len(texts):
        axes.bar_label(drawn, texts, padding=3, fontsize=BESIDE_SIZE)
        axes.margins(**{"y" if upright else "x": 0.12})
    return drawn


def grouped(axes: Axes, table: pd.DataFrame, names: Sequence[str], texts: Any, *, upright: bool = False,
            looks: Sequence[dict[str, Any]] = SERIES) -> None:  # fmt: skip
    """Bars beside each other: a group a row of the table, a bar a column, each with ``texts(value)`` at its end."""
    wide = 0.8 / table.shape[1]
    for place, (column, name) in enumerate(zip(table, names, strict=True)):
        shift = (place - (table.shape[1] - 1) / 2) * wide
        bars(axes, table[column], [texts(value) for value in table[column]], upright=upright, shift=shift,
             wide=0.94 * wide, label=name, **looks[place])  # fmt: skip


def stacked(axes: Axes, table: pd.DataFrame, names: Sequence[str], colours: Sequence[str],
            texts: Sequence[str] | None = None, *, upright: bool = False) -> list[BarContainer]:  # fmt: skip
    """Bars of which each column of the table is a part, with texts at their ends in the colour of the last part."""
    ends = table.cumsum(axis=1)
    start = "bottom" if upright else "left"
    parts = [
        bars(axes, table[column], upright=upright, label=name, color=colour, **{start: ends[column] - table[column]})
        for column, name, colour in zip(table, names, colours, strict=True)
    ]
    if texts is not None:
        axes.bar_label(parts[-1], texts, padding=3, fontsize=BESIDE_SIZE, color=colours[-1])
    return parts


def dots(
    axes: Axes, spans: pd.DataFrame, *, at: Sequence[float] | None = None, upright: bool = False,
    color: Any = "accent", face: Any = None, **look: Any,
) -> None:  # fmt: skip
    """Dots with their intervals, one a row or, upright, one a column.

    Parameters
    ----------
    spans : DataFrame
        Three columns: the values, and from where to where their intervals go.
    at : sequence of float, optional
        Where the dots stand, if not in the middle of the rows.
    color, face : colour or sequence of these
        Of intervals and edges, and of what the edges enclose, if different.
    """
    values, low, high = spans.to_numpy().T
    at = np.arange(len(values)) if at is None else at
    (axes.vlines if upright else axes.hlines)(at, low, high, color=color, linewidth=1.8)
    points = (at, values) if upright else (values, at)
    look = {"s": 46, "zorder": 3, "linewidth": 1.6, **look}
    axes.scatter(*points, facecolor=color if face is None else face, edgecolor=color, **look)


def cells(axes: Axes, amounts: pd.DataFrame, texts: np.ndarray, rows: Sequence[str], columns: Sequence[str],
          **look: Any) -> None:  # fmt: skip
    """A table as cells, the darker the larger the amount, each with a text in it; none where there is no amount.

    Parameters
    ----------
    texts : array of str, shape (rows, columns)
    rows, columns : sequence of str
        Their names.
    **look
        ``vmin`` and ``vmax``: the amounts of the lightest and the darkest colour.
    """
    from seaborn import heatmap

    names = {"xticklabels": False, "yticklabels": False}
    heatmap(amounts, ax=axes, annot=texts, fmt="", cmap=SEQUENCE, cbar=False, linewidths=2, linecolor="paper",
            **names, **look)  # fmt: skip
    axes.set(xlabel="", ylabel="")
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns)
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.tick_params(length=0)


def line(axes: Axes, x: Sequence[float], y: Sequence[float], label: str, colour: str, **look: Any) -> None:
    """A line with its name at its end in its own colour."""
    axes.plot(x, y, color=colour, **look)
    axes.annotate(
        text.safe(label), (np.asarray(x)[-1], np.asarray(y)[-1]), (6, 0), textcoords="offset points", color=colour,
        va="center", weight="bold", annotation_clip=False, gid=layout.BESIDE, path_effects=HALO,
    )  # fmt: skip


def beside(axes: Axes, words: str, point: tuple[float, float], away: tuple[float, float], **look: Any) -> None:
    """Words beside a point, ``away`` from it by points to the right and up (or, negative, left and down)."""
    across, up = np.sign(away).astype(int)
    sides = {"ha": ("center", "left", "right")[across], "va": ("center", "bottom", "top")[up]}
    look = {"fontsize": BESIDE_SIZE, "path_effects": HALO, **sides, **look}
    axes.annotate(words, point, away, textcoords="offset points", **look)


def bold(axes: Axes, words: str, point: tuple[float, float], away: tuple[float, float], **look: Any) -> None:
    """Words in bold beside a point, as large as the text of the figure."""
    beside(axes, words, point, away, **{"weight": "bold", "fontsize": None, **look})
