"""What the experts said: their long table of judgements as matrices, and the firmest of them to be read back.

A judgement read back shows what a consistency ratio cannot: a sheet filled in the wrong way round is as consistent as
the right one.
"""

import numpy as np
import pandas as pd

from crmlib.book.rules import RECIPROCAL
from crmlib.errors import WeightsError, did_you_mean
from crmlib.tree import ROOT, Tree
from crmlib.value.weights.ahp import checked

Matrices = dict[str, dict[str, pd.DataFrame]]
"""By node, the matrix of each expert."""


def matrices(judgements: pd.DataFrame, tree: Tree) -> Matrices:
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
    found: Matrices = {}
    for (node, expert), rows in judgements.groupby(["node", "expert"], sort=True):
        found.setdefault(node, {})[expert] = _matrix(rows, tree.children(node), f"Expert {expert} at {node}")
    return {node: found[node] for node in tree.groups if node in found}


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
        One row per expert, by name, or per node, in the order of the tree, with ``at`` (name of the node), ``more``
        and ``less`` (names of the more and the less important) and ``step`` (of Saaty's scale, 1 to 9). Among equals
        the one nearest the root, then first in the tree, then of the first expert: the order of the rows does not
        matter.
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
    return _read_back(judgements.loc[first].reset_index(drop=True), tree)


def _read_back(judgements: pd.DataFrame, tree: Tree) -> pd.DataFrame:
    """Judgements with what each holds to be more important than what, and by which step."""
    value = judgements["value"].astype(float)
    left, right = judgements["left"].map(tree.name), judgements["right"].map(tree.name)
    step = np.maximum(value, 1 / value).round().clip(1, 9).astype(int)
    more, less = left.where(value >= 1, right), right.where(value >= 1, left)
    return judgements.assign(at=judgements["node"].map(tree.name), more=more, less=less, step=step)


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
