"""Other weights than the study's: what the data alone say, and what comes of joining that to the experts' judgement.

All weigh the indicators within each axis; how the axes weigh against each other stays the study's. They serve to see
how much hangs on the choice, and none of them is advice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.tree import ROOT, Tree
from crmlib.value.model import ValueModel
from crmlib.value.weights import WeightsError, combine, critic, entropy, equal
from crmlib.value.weights.combine import HOW

STUDY = "the study's own"
"""Name of what the study itself chose."""
STUDY_SHARE = 0.7
"""Share of the study's weights where they are joined linearly."""
OBJECTIVE = ("entropy", "CRITIC")


@dataclass(frozen=True)
class Furthest:
    """The weighting that lies furthest from the study's.

    Attributes
    ----------
    weighting : str
        Its name.
    moved : float
        Share of all weight that it puts elsewhere.
    gains, loses : str
        Names of the indicators that gain and lose most.
    gain, loss : float
        By how much, shares of the total.
    crowd, points : float
        Share of the customers that stand at the same points of the one that loses most, and these points.
    """

    weighting: str
    moved: float
    gains: str
    gain: float
    loses: str
    loss: float
    crowd: float
    points: float


@needs()
def weightings_table(found: Mapping[str, pd.Series], tree: Tree) -> pd.DataFrame:
    """Weight of every indicator by every method: ``code``, ``name``, and a column a method; absent without others."""
    if len(found) < 2:
        raise Lacking("model.no_other_weighting")
    table = pd.DataFrame(found).rename_axis("code").reset_index()
    table.insert(1, "name", table["code"].map(tree.name))
    return table


@needs()
def furthest_weighting(weightings: pd.DataFrame, points: pd.DataFrame) -> Furthest:
    """The weighting furthest from the study's, of those that are not joined to it.

    Parameters
    ----------
    weightings : DataFrame
        From :func:`weightings_table`.
    points : DataFrame, shape (customers, leaves)
    """
    table = weightings.set_index("code")
    alone = [name for name in table if name not in ("name", STUDY) and not is_joined(name)]
    if not alone:
        raise Lacking("model.no_other_weighting")
    apart = table[alone].sub(table[STUDY], axis=0)
    name = (apart.abs().sum() / 2).idxmax()
    change = apart[name]
    up, down = change.idxmax(), change.idxmin()
    common = points[down].round(6).value_counts(normalize=True)
    return Furthest(name, float(change.abs().sum() / 2), table["name"][up], float(change[up]), table["name"][down],
                    float(-change[down]), float(common.iloc[0]), float(common.index[0]))  # fmt: skip


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
    found, refused = {STUDY: model.weights}, {}
    alike = model.tree.leaf_weights(pd.concat([equal(model.tree.children(group)) for group in model.tree.groups]))
    methods = {
        "equal": lambda leaves: alike[leaves] / alike[leaves].sum(),
        "entropy": lambda leaves: _entropy(points[leaves], model),
        "CRITIC": lambda leaves: critic(points[leaves]),
    }
    for name, method in methods.items():
        _try(name, method, model, found, refused)
    for how, other in product(HOW, OBJECTIVE):
        if other in found:
            _try(f"{how} with {other}", _joined(model, found[other], how), model, found, refused)
    if np.allclose(found["equal"], model.weights):
        del found["equal"]
    return found, refused


def fill_by_siblings(indicators: pd.DataFrame, model: ValueModel) -> pd.DataFrame:
    """Points of every leaf, a missing one by the score of its group: what giving its weight to its siblings amounts to.

    Methods that need every value (entropy, CRITIC, TOPSIS) take these.
    """
    points, weights = model.scaled(indicators), model.effective_weights(indicators)
    result, added = points.copy(), weights * points.fillna(0.0)
    for group in reversed([group for group in model.tree.groups if group != ROOT]):
        below = list(model.tree.leaves_of(group))
        total = weights[below].sum(axis=1)
        score = added[below].sum(axis=1) / total.where(total > 0)
        result[below] = result[below].apply(lambda column, score=score: column.fillna(score))
    return result


Method = Callable[[list[str]], pd.Series]


def _try(name: str, method: Method, model: ValueModel, found: dict[str, pd.Series], refused: dict[str, str]) -> None:
    try:
        found[name] = _by_axis(method, model)
    except WeightsError as error:
        refused[name] = str(error)


def _by_axis(method: Method, model: ValueModel) -> pd.Series:
    """Weights of the leaves of each axis, under the model's weights of the axes."""
    parts = [model.local[axis] * method(list(model.tree.leaves_of(axis))) for axis in model.tree.axes]
    return pd.concat(parts)[list(model.tree.leaves)].rename("weight")


def _entropy(points: pd.DataFrame, model: ValueModel) -> pd.Series:
    if ranked := [leaf for leaf in points if model.scalings[leaf].kind == "rank"]:
        raise WeightsError(
            f"entropy weights of percentile ranks are equal by construction: {', '.join(ranked)} are scaled by rank. "
            "Use CRITIC, or equal weights and call them so."
        )
    return entropy(points)


def _joined(model: ValueModel, other: pd.Series, how: str) -> Method:
    """The study's and other weights, both brought to a sum of 1 within the axis, as one."""

    def weights(leaves: list[str]) -> pd.Series:
        first, second = (found[leaves] / found[leaves].sum() for found in (model.weights, other))
        return combine(first, second, how, STUDY_SHARE)

    return weights
