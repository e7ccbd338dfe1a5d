from itertools import combinations

import numpy as np

from crmlib.report import palette
from crmlib.report.dark import turned
from crmlib.report.palette import DARK


def rgb(colour):
    return np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)]], dtype=float)


def luminance(colour):
    parts = rgb(colour)[0] / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    """Contrast of two colours, Web Content Accessibility Guidelines 2.1."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_the_palette_has_its_partners():
    assert set(DARK) == set(palette.COLOURS)
    for name, colour in palette.COLOURS.items():
        assert np.abs(turned(rgb(colour)).astype(int) - rgb(DARK[name])).max() < 30, name


def test_words_read_on_dark_paper():
    for name in ("ink", "muted", "accent", "platinum", "gold"):
        assert contrast(DARK[name], DARK["paper"]) >= 4.5, name
    assert contrast(DARK["iron"], DARK["paper"]) >= 3


def test_classes_differ_in_lightness_on_dark_paper_too():
    for one, other in combinations(palette.CLASSES, 2):
        assert contrast(DARK[one], DARK[other]) >= 1.4, (one, other)


def test_other_colours_keep_their_hue_and_turn_their_lightness_round():
    near_white, near_black = turned(np.vstack([rgb("#F3F7F7"), rgb("#04201F")]))
    assert near_white.max() < 64 < 160 < near_black.max()
    red, green, blue = turned(np.array([[180.0, 20.0, 20.0]]))[0]
    assert red > max(green, blue)
