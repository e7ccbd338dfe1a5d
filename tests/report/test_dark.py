from itertools import combinations

import numpy as np

from crmlib.report import palette
from crmlib.report.dark import DARK, colours, dark, turned


def luminance(colour):
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    """Contrast of two colours, Web Content Accessibility Guidelines 2.1."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_the_palette_has_its_partners():
    assert set(DARK) == set(palette.COLOURS)
    assert {name: dark(colour).upper() for name, colour in palette.COLOURS.items()} == {
        n: c.upper() for n, c in DARK.items()
    }


def test_words_read_on_dark_paper():
    for name in ("ink", "muted", "accent", "platinum", "gold"):
        assert contrast(DARK[name], DARK["paper"]) >= 4.5, name
    assert contrast(DARK["iron"], DARK["paper"]) >= 3


def test_classes_differ_in_lightness_on_dark_paper_too():
    for one, other in combinations(palette.CLASSES, 2):
        assert contrast(DARK[one], DARK[other]) >= 1.4, (one, other)


def test_other_colours_keep_their_hue_and_turn_their_lightness_round():
    assert luminance(dark("#F3F7F7")) < 0.05 < 0.5 < luminance(dark("#04201F"))
    red, green, blue = turned(np.array([[180.0, 20.0, 20.0]]))[0]
    assert red > max(green, blue)


def test_colours_of_a_text_are_found_once():
    assert colours("fill: #AABBCC; stroke: #aabbcc #12345 #123456") == {"#aabbcc", "#123456"}
