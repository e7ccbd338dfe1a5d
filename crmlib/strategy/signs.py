"""Signs of leaving: what the literature finds of firms that leave their bank, beside the hazard of this book."""

import pandas as pd

from crmlib.absent import needs
from crmlib.stats.intervals import Estimate
from crmlib.strategy.retention import Hazard

SOURCE = "Ongena and Smith (2001)"
SIGNS = {
    "small": ("volume", -1), "mature": ("tenure", 1), "profitable": ("", 1), "several_banks": ("", 1),
    "leveraged": ("", 1),
}  # fmt: skip
"""Firms that leave sooner, each with the covariate that shows it here, if any, and the sign of its effect."""
SAME, OPPOSITE, UNCLEAR, NOT_READ = "same", "opposite", "unclear", "not_read"


@needs()
def beside_literature(hazard: Hazard) -> pd.DataFrame:
    """Whether those leave sooner here who do so elsewhere.

    Returns
    -------
    DataFrame
        One row a sign: ``leaves_sooner``, ``effect`` (log odds of a loss for one spread more of the covariate, with its
        interval; unknown where the hazard does not read it), ``as_elsewhere`` (same, opposite, unclear or not_read) and
        ``source``.
    """
    rows = [(trait, *_beside(hazard.effects, *sign), SOURCE) for trait, sign in SIGNS.items()]
    return pd.DataFrame(rows, columns=["leaves_sooner", "effect", "as_elsewhere", "source"])


def _beside(effects: pd.DataFrame, covariate: str, sign: int) -> tuple[Estimate | float, str]:
    if covariate not in effects.index:
        return float("nan"), NOT_READ
    found = Estimate(*effects.loc[covariate, ["effect", "low", "high"]])
    if not found.low * found.high > 0:
        return found, UNCLEAR
    return found, SAME if found.value * sign > 0 else OPPOSITE
