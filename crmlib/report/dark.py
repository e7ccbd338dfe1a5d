"""Dark variants: every colour of a figure gets one that reads on dark paper.

The palette's own colours have partners chosen by hand; any other keeps its hue and turns its lightness round, so that
what stood out on white stands out on black.
"""

import numpy as np

from crmlib.report.palette import COLOURS, DARK

_OLD, _NEW = ([[*bytes.fromhex(colours[name][1:])] for name in DARK] for colours in (COLOURS, DARK))
# OKLab: Ottosson (2020), "A perceptual color space for image processing".
_TO_LMS = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])  # fmt: skip
_TO_LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])  # fmt: skip
_PAPER, _INK = 0.21, 0.93
NEAR = 0.06
"""Distance in OKLab within which a colour counts as one of the palette's own, washed out at an edge."""


def turned(rgb: np.ndarray) -> np.ndarray:
    """Colours with their lightness turned round, shape (n, 3), 0-255; near the palette's own they go with these."""
    own, old, new = (_lab(np.asarray(colours, dtype=float)) for colours in (rgb, _OLD, _NEW))
    near = np.exp(-((own[:, None] - old) ** 2).sum(axis=2) / NEAR**2)
    # A colour between two of the palette's own goes halfway, and no further.
    near /= np.maximum(near.sum(axis=1, keepdims=True), 1)
    lab = _round(own) + near @ (new - _round(old))
    lms = np.linalg.solve(_TO_LAB, lab.T).T ** 3
    light = np.clip(np.linalg.solve(_TO_LMS, lms.T).T, 0, 1)
    return np.round(255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)).astype(
        np.uint8
    )


def _round(lab: np.ndarray) -> np.ndarray:
    """Lightness turned round: from paper to ink becomes from ink to paper."""
    return np.column_stack([_INK - (_INK - _PAPER) * lab[:, 0], lab[:, 1:]])


def _lab(rgb: np.ndarray) -> np.ndarray:
    """Colours in OKLab."""
    rgb = rgb / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
