"""Colours, hatches and markers: four classes that stay apart for every reader and on a grey print.

The class colours differ in lightness first (27, 44, 68, 85 in CIE L*), so that they survive black-and-white print
and the three common colour blindnesses; hatches and markers say the same a second time.
"""

CLASSES = ("platinum", "gold", "iron", "lead")
_FACES = {
    "platinum": ("#173F73", "#B9D2F6"),
    "gold": ("#DA9A0A", "#DB9E22"),
    "iron": ("#B2452B", "#D4694F"),
    "lead": ("#CDD4DB", "#55606C"),
    "ink": ("#1D2733", "#E4E8EC"),
    "muted": ("#6B7785", "#9BA7B3"),
    "grid": ("#E3E7EB", "#2C333B"),
    "paper": ("#FFFFFF", "#16191D"),
    "accent": ("#0B7A75", "#4DBDB5"),
    "warm": ("#C8553D", "#E58A75"),
    "cool": ("#6A5ACD", "#A79DF2"),
}
COLOURS, DARK = ({name: faces[place] for name, faces in _FACES.items()} for place in (0, 1))
"""Each colour on paper, and on dark paper."""
HATCHES = {"platinum": "", "gold": "////", "iron": "xxxx", "lead": "...."}
MARKERS = {"platinum": "o", "gold": "s", "iron": "^", "lead": "D"}
SEQUENCE = ("#F3F7F7", "#BBDAD8", "#6FB3AF", "#0B7A75", "#084C4A")


def pick(table: dict[str, str], name: str, classes: tuple[str, ...] = CLASSES) -> str:
    """A colour, hatch or marker by name; a class that a study has renamed takes that of its place in the matrix."""
    return table[name if name in table else CLASSES[classes.index(name)]]
