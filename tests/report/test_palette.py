from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import yaml
from matplotlib.colors import to_rgb

from crmlib.report import palette

PUBLISHED = Path(__file__).parents[2] / "data" / "published" / "colour-vision.yaml"
VISIONS = {"normal": np.eye(3)} | {
    name: np.array(rows)
    for name, rows in yaml.safe_load(PUBLISHED.read_text(encoding="utf-8")).items()
    if name != "source"
}


def linear(name):
    rgb = np.array(to_rgb(palette.COLOURS[name]))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* under D65 of linear sRGB (IEC 61966-2-1)."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = to_xyz @ np.clip(rgb, 0, 1) / to_xyz.sum(axis=1)
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
def test_classes_stay_apart_for_every_vision(vision):
    seen = {name: lab(VISIONS[vision] @ linear(name)) for name in palette.CLASSES}
    assert min(np.linalg.norm(seen[one] - seen[two]) for one, two in combinations(seen, 2)) > 30


@pytest.mark.parametrize("vision", VISIONS)
def test_series_stay_apart_for_every_vision(vision):
    seen = {name: lab(VISIONS[vision] @ linear(name)) for name in ("ink", "accent", "warm", "cool")}
    assert min(np.linalg.norm(seen[one] - seen[two]) for one, two in combinations(seen, 2)) > 20


def test_classes_stay_apart_in_grey():
    lightness = sorted(lab(linear(name))[0] for name in palette.CLASSES)
    assert min(np.diff(lightness)) > 15


def test_text_is_readable_on_paper():
    luminance = {name: np.array([0.2126, 0.7152, 0.0722]) @ linear(name) for name in ("ink", "muted")}
    assert all(1.05 / (value + 0.05) > 4.5 for value in luminance.values())


def test_each_class_has_its_own_hatch_and_marker():
    for table in (palette.HATCHES, palette.MARKERS):
        assert len(set(table.values())) == len(palette.CLASSES) == len(table)


def test_a_renamed_class_takes_the_colour_of_its_place():
    assert palette.pick(palette.COLOURS, "铂金", ("铂金", "gold", "iron", "lead")) == palette.COLOURS["platinum"]


def test_exchanged_names_keep_their_colours():
    assert palette.pick(palette.COLOURS, "iron", ("platinum", "iron", "gold", "lead")) == palette.COLOURS["iron"]
