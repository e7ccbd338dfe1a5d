"""Figures inside a page: the run's SVG made small, in colours that follow light and dark, with its words for all.

A figure in the page can take the page's colours, which an image file cannot; glyphs that figures of a page share are
written once.
"""

import base64
import io
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from markupsafe import Markup

from crmlib.report.dark import colours, dark, turned
from crmlib.report.site.markup import joined, scrolling, tag
from crmlib.words.voice import Voice

_DROPPED = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
_DECIMALS = re.compile(r"(?<=[\s\"(,-])-?\d+\.\d{2,}(?=[\s\"),])")
_PATH = re.compile(r' d="([^"]*)"')
_RASTER = re.compile(r'<image xlink:href="data:image/png;base64,([^"]*)"([^>]*)/>')
_ID = re.compile(r' id="([^"]*)"')
_GLYPH = re.compile(r'<path id="([RB][0-9a-f]+)"[^>]*/>')
_USE = re.compile(r'<use xlink:href="#([^"]*)" transform="translate\(([\d.-]+) ([\d.-]+)\)"/>')
_HEAD = Markup('<svg class="crm-svg" viewBox="0 0 {} {}" role="img" aria-label="{}" style="max-width:{}px">')
_COLOUR = re.compile(r"#([0-9a-fA-F]{6})\b")
_DOTS = re.compile(r'(<pattern[^>]*) width="72" height="72">(.*?) d="([^"]{9999,})"', re.DOTALL)
_DOT = re.compile(r"M([-\d.]+) ([-\d.]+)[^M]*")
SHADES = 64
"""Colours of a picture of dense points: those of the classes and their edges."""
TILE = 6
"""Distance in points after which the style's dotted hatch repeats itself."""


class Page:
    """The figures of one page; knows which glyphs it has written.

    Attributes
    ----------
    figures : Path
        Folder of the run's figures.
    voice : Voice
        Language of the page.
    colours : set
        Colours of the figures drawn so far.
    """

    def __init__(self, figures: Path, voice: Voice) -> None:
        self.figures, self.voice = figures, voice
        self.colours: set[str] = set()
        self._glyphs: set[str] = set()

    def figure(self, name: str, alt: str, caption: object = "") -> Markup:
        """A figure of the run, with its words for those who do not see it, and a caption."""
        svg = small((self.figures / f"{name}.svg").read_text(encoding="utf-8"))
        self.colours |= colours(svg)
        svg = _GLYPH.sub(self._once, svg)
        width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
        head = _HEAD.format(width, height, alt, round(float(width) * 4 / 3))
        svg = _COLOUR.sub(lambda found: f"var(--c{found[1].lower()})", svg)
        svg = Markup(re.sub(r"<svg[^>]*>", lambda _: head, svg, count=1))
        below = tag("figcaption", caption) if caption else ""
        window = scrolling(svg, self.voice.say("site.figure", name=name))
        return joined("figure", (window, below), "crm-figure")

    def _once(self, found: re.Match[str]) -> str:
        if found[1] in self._glyphs:
            return ""
        self._glyphs.add(found[1])
        return found[0]


def small(svg: str) -> str:
    """The same drawing in fewer bytes: no comments and metadata, one decimal, only the names that something uses."""
    svg = _RASTER.sub(_both, _DROPPED.sub("", svg))
    svg = _DECIMALS.sub(_short, svg)
    svg = _PATH.sub(lambda found: f' d="{_tight(found[1])}"', svg)
    svg = _DOTS.sub(_tile, svg)
    svg = _USE.sub(_placed, svg).replace("CrmlibSansSC-Regular-", "R").replace("CrmlibSansSC-Bold-", "B")
    used = set(re.findall(r'href="#([^"]*)"', svg)) | set(re.findall(r"url\(#([^)]*)\)", svg))
    svg = _ID.sub(lambda found: found[0] if found[1] in used else "", svg)
    return re.sub(r">\s+<", "><", svg).replace("xlink:href", "href").strip()


def stylesheet(found: Iterable[str]) -> str:
    """The colours of figures as CSS, light and dark."""
    light = "".join(f"--c{colour[1:]}:{colour};" for colour in sorted(found))
    night = "".join(f"--c{colour[1:]}:{dark(colour)};" for colour in sorted(found))
    return themed(light, night)


def themed(light: str, night: str) -> str:
    """CSS declarations for the page's two faces, as Furo chooses between them."""
    return (
        f"body{{{light}}}\nbody[data-theme=dark]{{{night}}}\n"
        f"@media(prefers-color-scheme:dark){{body:not([data-theme=light]){{{night}}}}}\n"
        f"@media print{{body{{{light}}}}}\n"
    )


def _short(found: re.Match[str]) -> str:
    """One decimal, or three significant digits where that would be nothing."""
    value = float(found[0])
    return f"{value:.1f}".removesuffix(".0") if abs(value) >= 1 else f"{value:.3g}"


def _tile(found: re.Match[str]) -> str:
    """A dotted hatch as the smallest tile that repeats."""
    near = range(-1, TILE + 2)
    dots = (dot for dot in _DOT.finditer(found[3]) if all(near[0] <= float(dot[at]) <= near[-1] for at in (1, 2)))
    return f'{found[1]} width="{TILE}" height="{TILE}">{found[2]} d="{"".join(dot[0] for dot in dots)}"'


def _placed(found: re.Match[str]) -> str:
    up = "" if found[3] == "0" else f' y="{found[3]}"'
    return f'<use xlink:href="#{found[1]}" x="{found[2]}"{up}/>'


def _tight(path: str) -> str:
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", path.replace("\n", " ")).strip()


def _both(found: re.Match[str]) -> str:
    """A picture of dense points, once for each face of the page."""
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(found[1]))) as image:
        points = image.convert("RGBA").quantize(SHADES, method=Image.Quantize.FASTOCTREE)
    palette = np.frombuffer(points.palette.tobytes(), np.uint8)
    night = points.copy()
    night.putpalette(_night(palette).tobytes(), rawmode="RGBA")
    return "".join(
        f'<image class="crm-{face}" xlink:href="data:image/png;base64,{_png(image)}"{found[2]}/>'
        for face, image in (("day", points), ("night", night))
    )


def _night(palette: np.ndarray) -> np.ndarray:
    rgba = palette.reshape(-1, 4).copy()
    rgba[:, :3] = turned(rgba[:, :3])
    return rgba


def _png(image: object) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
