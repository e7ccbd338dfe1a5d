"""Text in figures: the shipped fonts, names of customers that cannot break a figure, and titles that wrap.

A figure looks the same on every machine: fonts come from the package and never from the system.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Crmlib Sans SC"
MISSING = "〓"
_TOKEN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+")
_CLOSING = "，。、；：？！）》」』”’％,.;:?!)%"


def register() -> None:
    """Make the shipped fonts known to matplotlib and set them for all text; mathematics in text is off."""
    for path in sorted(FONTS.glob("*.otf")):
        font_manager.fontManager.addfont(path)
    mpl.rcParams.update({"font.family": [FAMILY], "text.parse_math": False, "axes.unicode_minus": True})


@cache
def glyphs() -> frozenset[int]:
    """Code points that both shipped weights can draw."""
    regular, bold = (FT2Font(str(FONTS / f"CrmlibSansSC-{weight}.otf")) for weight in ("Regular", "Bold"))
    return frozenset(regular.get_charmap()) & frozenset(bold.get_charmap())


def safe(name: object, longest: int | None = None) -> str:
    """A name from the data as text that a figure shows as it is.

    A character without glyph becomes 〓 (the printers' mark for a missing sort), line breaks become spaces, a leading
    underscore keeps its place in a legend, and what is longer than ``longest`` characters ends in an ellipsis. Signs
    such as ``$`` need nothing: mathematics in text is off.
    """
    text = " ".join(str(name).split())
    text = "".join(char if ord(char) in glyphs() else MISSING for char in text)
    if longest and len(text) > longest:
        text = text[: longest - 1].rstrip() + "…"
    return f" {text}" if text.startswith("_") else text


def missing_glyphs(text: str) -> str:
    """The characters of a text that the shipped fonts cannot draw."""
    return "".join(sorted({char for char in text if ord(char) not in glyphs() and char != "\n"}))


def width(text: str) -> int:
    """Width of a text in Latin characters; Chinese ones are twice as wide."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def wrap(text: str, measure: Callable[[str], float], width: float) -> list[str]:
    """Break a text into lines no wider than ``width``, at spaces and between Chinese characters.

    Parameters
    ----------
    text : str
        Sentence in any mix of languages.
    measure : callable
        Width of a string, in the unit of ``width``.
    width : float
        Greatest width of a line; a single longer word stands alone.
    """
    lines: list[str] = []
    for token in _tokens(text):
        longer = lines[-1] + token if lines else token.lstrip()
        if lines and measure(longer) > width and token.strip() not in _CLOSING:
            lines.append(token.lstrip())
        else:
            lines[-1:] = [longer]
    return lines or [""]


def broken(text: str, widest: int) -> str:
    """A text in lines of at most so many Latin characters."""
    return "\n".join(wrap(text, width, widest))


def _tokens(text: str) -> list[str]:
    """Words with the space before them, and single Chinese characters."""
    spaced = [(match.group(), match.start()) for match in _TOKEN.finditer(text)]
    return [(" " if start and text[start - 1].isspace() else "") + token for token, start in spaced]
