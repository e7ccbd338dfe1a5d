"""What the experts said: their long table of judgements as matrices, and a judgement as a sentence.

A sentence shows what a consistency ratio cannot: a sheet filled in the wrong way round is as consistent as the right
one.
"""

import numpy as np
import pandas as pd

from crmlib.book.forms import VERBAL
from crmlib.book.rules import RECIPROCAL
from crmlib.errors import WeightsError, did_you_mean
from crmlib.tree import ROOT, Tree
from crmlib.value.weights.ahp import checked


def matrices(judgements: pd.DataFrame, tree: Tree) -> dict[str, dict[str, pd.DataFrame]]:
    """The judgements as one reciprocal matrix per node and expert.

    Parameters
    ----------
    judgements : DataFrame
        Columns expert, node, left, right, value; each pair in one direction or in both.
    tree : Tree

    Returns
    -------
    dict of node to dict of expert to DataFrame, shape (children, children)
        Nodes in the order of the tree, without those that nobody judged; experts in alphabetical order. A pair that an
        expert left open is missing.

    Raises
    ------
    WeightsError
        If a node or child is not in the tree, two judgements of one pair contradict each other, or an expert's
        judgements of a node do not link all its children; names expert, node and pair.
    """
    if unknown := sorted(set(judgements["node"]) - set(tree.groups)):
        raise WeightsError(
            f"judgements: {unknown[0]} is not a node with children.{did_you_mean(unknown[0], tree.groups)} "
            f"Nodes: {', '.join(tree.groups)}."
        )
    found: dict[str, dict[str, pd.DataFrame]] = {}
    for (node, expert), rows in judgements.groupby(["node", "expert"], sort=True):
        found.setdefault(node, {})[expert] = _matrix(rows, tree.children(node), f"Expert {expert} at {node}")
    return {node: found[node] for node in tree.groups if node in found}


def restated(judgement: pd.Series, tree: Tree) -> str:
    """One judgement as a sentence: "Expert 3 holds deposits strongly more important than fees."

    Parameters
    ----------
    judgement : Series
        One row of the judgements: expert, left, right, value.
    tree : Tree
        Gives the names.
    """
    left, right = tree[judgement["left"]].name, tree[judgement["right"]].name
    value = float(judgement["value"])
    more, less = (left, right) if value >= 1 else (right, left)
    step = int(np.clip(round(max(value, 1 / value)), 1, 9))
    return f"Expert {judgement['expert']} holds {more} {VERBAL[step]} {less}."


def fraction(value: float) -> str:
    """A judgement as it is written on Saaty's scale.

    >>> fraction(1 / 3), fraction(4.0), fraction(2.5)
    ('1/3', '4', '2.5')
    """
    return f"{value:.3g}" if value >= 1 else f"1/{1 / value:.3g}"


def strongest(judgements: pd.DataFrame, tree: Tree, of: str = "expert") -> pd.DataFrame:
    """The judgement of each expert, or at each node, that is furthest from indifference: best restated in words.

    Parameters
    ----------
    judgements : DataFrame
        Columns expert, node, left, right, value.
    tree : Tree
    of : {"expert", "node"}

    Returns
    -------
    DataFrame
        One row per expert, by name, or per node, in the order of the tree. Among equals the one nearest the root, then
        first in the tree, then of the first expert: the order of the rows does not matter.
    """
    place = {code: number for number, code in enumerate((ROOT, *(node.code for node in tree.nodes)))}
    order = pd.DataFrame({
        "strength": -np.log(judgements["value"]).abs().round(9),
        "node": judgements["node"].map(place),
        "left": judgements["left"].map(place),
        "right": judgements["right"].map(place),
        "expert": judgements["expert"],
    })  # fmt: skip
    first = order.sort_values(list(order.columns)).drop_duplicates(of).sort_values(of).index
    return judgements.loc[first].reset_index(drop=True)


def _matrix(rows: pd.DataFrame, children: tuple[str, ...], who: str) -> pd.DataFrame:
    """One expert's matrix at one node, reciprocals filled in and open pairs missing."""
    matrix, place = np.full((len(children), len(children)), np.nan), {code: i for i, code in enumerate(children)}
    for left, right, value in rows[["left", "right", "value"]].itertuples(index=False):
        if strange := [code for code in (left, right) if code not in place]:
            raise WeightsError(
                f"{who} compares {left} with {right}, but {strange[0]} does not stand below this node."
                f"{did_you_mean(strange[0], children)} It has {', '.join(children)}."
            )
        if left == right:
            raise WeightsError(f"{who} compares {left} with itself.")
        i, j = place[left], place[right]
        if abs(matrix[i, j] / value - 1) > RECIPROCAL:
            raise WeightsError(f"{who} judged {left} over {right} twice: {matrix[i, j]:g} and {value:g}. Keep one.")
        matrix[i, j], matrix[j, i] = value, 1 / value
    np.fill_diagonal(matrix, 1.0)
    try:
        return checked(pd.DataFrame(matrix, list(children), list(children)))
    except WeightsError as error:
        raise WeightsError(f"{who}: {error}") from None
