"""Colours, hatches and markers: four classes that stay apart for every reader and on a grey print.

The class colours differ in lightness first (27, 44, 68, 85 in CIE L*), so that they survive black-and-white print
and the three common colour blindnesses; hatches and markers say the same a second time.
"""

from crmlib.errors import CrmError, did_you_mean

CLASSES = ("platinum", "gold", "iron", "lead")
COLOURS = {
    "platinum": "#173F73",
    "gold": "#DA9A0A",
    "iron": "#B2452B",
    "lead": "#CDD4DB",
    "ink": "#1D2733",
    "muted": "#6B7785",
    "grid": "#E3E7EB",
    "paper": "#FFFFFF",
    "accent": "#0B7A75",
    "warm": "#C8553D",
    "cool": "#6A5ACD",
}
HATCHES = {"platinum": "", "gold": "////", "iron": "xxxx", "lead": "...."}
MARKERS = {"platinum": "o", "gold": "s", "iron": "^", "lead": "D"}
SEQUENCE = ("#F3F7F7", "#BBDAD8", "#6FB3AF", "#0B7A75", "#084C4A")


def pick(table: dict[str, str], name: str, classes: tuple[str, ...] = CLASSES) -> str:
    """A colour, hatch or marker by name; a class that a study has renamed takes that of its place in the matrix."""
    if name in table:
        return table[name]
    if name in classes:
        return table[CLASSES[classes.index(name) % len(CLASSES)]]
    known = (*table, *(each for each in classes if each not in table))
    raise CrmError(f"{name!r} is not in the palette.{did_you_mean(name, known)}\nNames: {', '.join(known)}.")
