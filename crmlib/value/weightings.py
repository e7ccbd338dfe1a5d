"""Other weights than the study's: what the data alone say, and what comes of joining that to the experts' judgement.

All weigh the indicators within each axis; how the axes weigh against each other stays the study's. They serve to see
how much hangs on the choice, and none of them is advice.
"""

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.tree import Tree
from crmlib.value.model import ValueModel
from crmlib.value.weights import WeightsError, combine, critic, entropy, equal
from crmlib.value.weights.combine import HOW

STUDY = "the study's own"
"""Name of what the study itself chose."""
STUDY_SHARE = 0.7
"""Share of the study's weights where they are joined linearly."""
OBJECTIVE = ("entropy", "CRITIC")
Method = Callable[[list[str]], pd.Series]
"""Weights of some indicators by their codes."""


@needs()
def weightings_table(found: Mapping[str, pd.Series], tree: Tree) -> pd.DataFrame:
    """Weight of every indicator by every method: ``code``, ``name``, and a column a method; absent without others."""
    if len(found) < 2:
        raise Lacking("model.no_other_weighting")
    table = pd.DataFrame(found).rename_axis("code").reset_index()
    table.insert(1, "name", table["code"].map(tree.name))
    return table


@needs()
def furthest_weighting(weightings: pd.DataFrame, points: pd.DataFrame) -> pd.Series:
    """The weighting furthest from the study's, of those that are not joined to it.

    Parameters
    ----------
    weightings : DataFrame
        From :func:`weightings_table`.
    points : DataFrame, shape (customers, leaves)

    Returns
    -------
    Series
        ``weighting``, its name; ``moved``, the share of all weight that it puts elsewhere; ``gains`` and ``loses``,
        names of the indicators that gain and lose most, by ``gain`` and ``loss`` (shares of the total); ``crowd``, the
        share of the customers that stand at the same ``points`` of the one that loses most.
    """
    table = weightings.set_index("code")
    alone = [name for name in table if name not in ("name", STUDY) and not is_joined(name)]
    if not alone:
        raise Lacking("model.no_other_weighting")
    apart = table[alone].sub(table[STUDY], axis=0)
    moved = apart.abs().sum() / 2
    change = apart[moved.idxmax()]
    up, down = change.idxmax(), change.idxmin()
    common = points[down].round(6).value_counts(normalize=True)
    gained = {"gains": table["name"][up], "gain": change[up], "loses": table["name"][down], "loss": -change[down]}
    crowded = {"crowd": common.iloc[0], "points": common.index[0]}
    return pd.Series({"weighting": moved.idxmax(), "moved": moved.max(), **gained, **crowded})


def is_joined(weighting: str) -> bool:
    """Whether a weighting is one of the data joined to the study's."""
    return weighting.partition(" ")[0] in HOW


def other_weightings(points: pd.DataFrame, model: ValueModel) -> tuple[dict[str, pd.Series], dict[str, str]]:
    """Weights of every leaf in the total by other methods, and which methods cannot be used here.

    Parameters
    ----------
    points : DataFrame, shape (customers, leaves)
        From :func:`fill_by_siblings`: scaled, direction-corrected, without gaps.
    model : ValueModel

    Returns
    -------
    (dict of str to Series, dict of str to str)
        By name, the study's own first: equal among siblings (left out where the study's are), entropy, CRITIC, and
        each of these two joined to the study's (linear, multiplicative, game); and why a method is refused.
    """
    tree, found, refused = model.tree, {STUDY: model.weights}, {}

    def weigh(name: str, method: Method) -> None:
        """Weights of the leaves of each axis by a method, under the model's weights of the axes."""
        try:
            parts = [model.local[axis] * method(list(tree.leaves_of(axis))) for axis in tree.axes]
            found[name] = pd.concat(parts)[list(tree.leaves)].rename("weight")
        except WeightsError as error:
            refused[name] = str(error)

    alike = tree.leaf_weights(pd.concat([equal(tree.children(group)) for group in tree.groups]))
    weigh("equal", lambda leaves: alike[leaves] / alike[leaves].sum())
    weigh("entropy", lambda leaves: _entropy(points[leaves], model))
    weigh("CRITIC", lambda leaves: critic(points[leaves]))
    for how, other in product(HOW, [name for name in OBJECTIVE if name in found]):
        weigh(f"{how} with {other}", _joined(how, model.weights, found[other]))
    if np.allclose(found["equal"], model.weights):
        del found["equal"]
    return found, refused


def fill_by_siblings(indicators: pd.DataFrame, model: ValueModel) -> pd.DataFrame:
    """Points of every leaf, a missing one by the score of its group: what giving its weight to its siblings amounts to.

    Methods that need every value (entropy, CRITIC, TOPSIS) take these.
    """
    points, weights = model.scaled(indicators), model.effective_weights(indicators)
    result, added = points.copy(), weights * points.fillna(0.0)
    for group in reversed(model.tree.groups[1:]):
        below = list(model.tree.leaves_of(group))
        total = weights[below].sum(axis=1)
        score = added[below].sum(axis=1) / total.where(total > 0)
        result[below] = result[below].mask(result[below].isna(), score, axis=0)
    return result


def _entropy(points: pd.DataFrame, model: ValueModel) -> pd.Series:
    if ranked := [leaf for leaf in points if model.scalings[leaf].kind == "rank"]:
        raise WeightsError(
            f"entropy weights of percentile ranks are equal by construction: {', '.join(ranked)} are scaled by rank. "
            "Use CRITIC, or equal weights and call them so."
        )
    return entropy(points)


def _joined(how: str, *weightings: pd.Series) -> Method:
    """Weightings joined, each brought to a sum of 1 within the axis."""
    return lambda leaves: combine(*(own[leaves] / own[leaves].sum() for own in weightings), how, STUDY_SHARE)
