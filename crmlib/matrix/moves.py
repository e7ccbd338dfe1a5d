"""Moves: how little would have to change to bring a customer over a cut.

Each customer stands on one side of two cuts. For either, the smallest change of a single indicator that brings it to
the other side is found, and the cheapest change of two together; other customers, scales and cuts stay as they are.
Only indicators count that the bank can work on.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from crmlib.matrix.classes import AXES, DECIMALS
from crmlib.value.model import ValueModel

LEVERS = frozenset({
    "settlement_inflow", "settlement_share", "deposit_margin", "deposit_stability", "business_trend", "fee_income",
    "risk_adjusted_loan_margin", "cost_ratio", "product_gap",
})  # fmt: skip
"""Formulas of what a bank can work on: settlement, deposits, products, prices and hours. Not tenure, outlook or the
soundness of a customer; not headroom, which falls as the wallet is won."""
FILLED = "product_gap"
"""A lever that goes down alone: nobody sells a product less so that more is to be sold."""
STEP = 10.0**-DECIMALS


def single_changes(model: ValueModel, indicators: pd.DataFrame, cuts: tuple[float, float]) -> pd.DataFrame:
    """Smallest change of each indicator alone that brings the customer over the cut of the indicator's axis.

    Parameters
    ----------
    model : ValueModel
    indicators : DataFrame, shape (customers, leaves)
        Of customers that the model can grade.
    cuts : (float, float)
        Cuts of current and potential value.

    Returns
    -------
    DataFrame, shape (customers, leaves)
        Change in the indicator's own unit: a customer below the cut comes to stand on it, one on or above it just
        below. Missing where the indicator is not known or no lever, or where no value of it alone would do.
    """
    points = model.scaled(indicators)
    changes = pd.DataFrame(index=indicators.index, columns=list(model.tree.leaves), dtype=float)
    for _, share, gap in _axes(model, indicators, cuts):
        for leaf in share:
            needed = gap / share[leaf].where(share[leaf] > 0).to_numpy()
            enough = np.abs(needed) <= _reach(model, leaf, points[leaf], gap)
            changes[leaf] = _in_unit(model, leaf, points[leaf], indicators[leaf], np.where(enough, needed, np.nan))
    return changes


def cheapest_pairs(model: ValueModel, indicators: pd.DataFrame, cuts: tuple[float, float]) -> pd.DataFrame:
    """The two indicators of an axis that bring the customer over its cut with the least change of both.

    What a change costs is not known. It is taken to grow with the square of the points moved, so that two small
    changes are cheaper than a large one; the pair with the least sum of squares is shown.

    Parameters
    ----------
    model, indicators, cuts
        As for :func:`single_changes`.

    Returns
    -------
    DataFrame
        One row a customer and axis: customer_id, axis, first, second (codes), first_change, second_change (in their
        own units) and points (root of the sum of squares); without codes where no pair would do.
    """
    parts, points = [], model.scaled(indicators)
    for axis, share, gap in _axes(model, indicators, cuts):
        reach = {leaf: _reach(model, leaf, points[leaf], gap) for leaf in share}
        pairs = list(combinations(share, 2))
        moves = [_least_squares(np.abs(gap), *(share[x].to_numpy() for x in p), *(reach[x] for x in p)) for p in pairs]
        parts.append(_cheapest(model, indicators, points, np.sign(gap), pairs, moves).assign(axis=axis))
    table = pd.concat(parts, ignore_index=True)
    return table[["customer_id", "axis", "first", "second", "first_change", "second_change", "points"]]


def _axes(
    model: ValueModel, indicators: pd.DataFrame, cuts: tuple[float, float]
) -> Iterator[tuple[str, pd.DataFrame, np.ndarray]]:
    """Each axis: its name, weights of its leaves in each customer's score, points to the other side of its cut."""
    scores, weights = model.score(indicators), model.effective_weights(indicators)
    for name, axis, cut in zip(AXES, model.tree.axes, cuts, strict=True):
        own = weights[list(model.tree.leaves_of(axis))]
        gap = (round(cut, DECIMALS) - scores[name]).to_numpy()
        # On the cut counts as high, so the way down ends one rounding step below it; a quarter of a step more, since
        # the score that the gap starts from was rounded too.
        yield name, own.div(own.sum(axis=1), axis=0), np.where(gap > STEP / 2, gap + STEP / 4, gap - 1.25 * STEP)


def _reach(model: ValueModel, leaf: str, points: pd.Series, gap: np.ndarray) -> np.ndarray:
    """Points by which an indicator can move towards the cut before its scale ends; none where it is no lever."""
    formula = model.tree[leaf].formula
    if formula and formula not in LEVERS:
        return np.zeros(len(points))
    scaling = model.scalings[leaf]
    ends = scaling.points(pd.Series([scaling.low, scaling.high])).to_numpy()
    ends = 100 - ends[::-1] if model.tree[leaf].direction == "cost" else ends
    up = np.zeros(len(points)) if formula == FILLED else ends[1] - points
    return np.where(gap > 0, up, points - ends[0])


def _in_unit(model: ValueModel, leaf: str, points: pd.Series, raw: pd.Series, moved: np.ndarray) -> np.ndarray:
    """A change in points as a change in the indicator's own unit."""
    target = points.to_numpy() + moved
    target = 100 - target if model.tree[leaf].direction == "cost" else target
    value, raw = model.scalings[leaf].value(target), raw.to_numpy(dtype=float)
    # A few last bits further, or the rounding of raw + change could fall short of a steep place of the scale.
    return value - raw + np.sign(value - raw) * 4 * np.spacing(np.maximum(np.abs(value), np.abs(raw)))


def _least_squares(
    gap: np.ndarray, first: np.ndarray, second: np.ndarray, reach: np.ndarray, other_reach: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Points of two indicators with least squares that add up to the gap, within what each can move; else missing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        x = np.minimum(gap * first / (first**2 + second**2), reach)
        y = np.minimum((gap - first * x) / second, other_reach)
        x = np.minimum((gap - second * y) / first, reach)
        good = (x > 0) & (y > 0) & (first * x + second * y >= gap - STEP / 100)
    return np.where(good, x, np.nan), np.where(good, y, np.nan)


def _cheapest(
    model: ValueModel,
    indicators: pd.DataFrame,
    points: pd.DataFrame,
    side: np.ndarray,
    pairs: list[tuple[str, str]],
    moves: list[tuple[np.ndarray, np.ndarray]],
) -> pd.DataFrame:
    """For each customer the pair that moves least, with its changes in their own units."""
    people = len(indicators)
    cost = np.array([np.hypot(x, y) for x, y in moves]).reshape(len(pairs), people)
    best = np.argmin(np.where(np.isnan(cost), np.inf, cost), axis=0) if pairs else np.zeros(people, int)
    table = pd.DataFrame({"customer_id": indicators.index, "points": np.nan}).astype({"points": float})
    for name in ("first", "second"):
        table[name], table[f"{name}_change"] = pd.Series(pd.NA, table.index, dtype="str"), np.nan
    for number, pair in enumerate(pairs):
        mine = (best == number) & ~np.isnan(cost[number])
        table.loc[mine, "points"] = cost[number][mine]
        for name, leaf, moved in zip(("first", "second"), pair, moves[number], strict=True):
            change = _in_unit(model, leaf, points[leaf], indicators[leaf], side * moved)
            table.loc[mine, name], table.loc[mine, f"{name}_change"] = leaf, change[mine]
    return table
