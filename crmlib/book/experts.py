"""Simulated experts: who would judge the indicator tree, and how, if they knew its reference weights only roughly.

The last of them contradicts themselves at one node, so that the report has an inconsistent expert to show.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from crmlib.book.schema import SCHEMAS
from crmlib.tree import Tree

# Assumption: how far an expert's idea of a weight lies from the reference weight (standard deviation of its log).
SCATTER = 0.25


def simulate_judgements(tree: Tree, rng: np.random.Generator, experts: int = 5) -> pd.DataFrame:
    """Pairwise judgements on Saaty's scale, scattered around the reference weights of the tree.

    Parameters
    ----------
    tree : Tree
        Gives the nodes and the reference weights.
    rng : Generator
        Source of the scatter.
    experts : int
        Number of experts. The last gives one judgement the wrong way round, at the node with the fewest children
        among those with at least three; a tree without such a node cannot be judged inconsistently.

    Returns
    -------
    DataFrame
        Table ``judgements``: expert ("1", "2", ...), node, left, right, value from 1/9 to 9.
    """
    reference = tree.reference_weights()
    nodes = [node for node in tree.groups if len(tree.children(node)) > 1]
    wide = [node for node in nodes if len(tree.children(node)) > 2]
    slip = min(wide, key=lambda node: len(tree.children(node)), default=None)
    shares = {node: reference[[*tree.children(node)]].to_numpy() for node in nodes}
    rows = []
    for expert in range(1, experts + 1):
        for node in nodes:
            children = tree.children(node)
            weights = shares[node] * np.exp(rng.normal(0, SCATTER, len(children)))
            slips = expert == experts and node == slip
            turned = {children[weights.argmax()], children[weights.argmin()]} if slips else set()
            for (left, over), (right, under) in combinations(zip(children, weights, strict=True), 2):
                judged = _reversed if {left, right} == turned else _on_scale
                rows.append((str(expert), node, left, right, judged(over / under)))
    return pd.DataFrame(rows, columns=list(SCHEMAS["judgements"].columns))


def _on_scale(ratio: float) -> float:
    """The nearest step of Saaty's scale: a whole number from 1 to 9, or its reciprocal."""
    step = float(min(round(max(ratio, 1 / ratio)), 9))
    return step if ratio >= 1 else 1 / step


def _reversed(ratio: float) -> float:
    """The wrong way round, and strongly enough to be noticed."""
    return 1 / max(_on_scale(ratio), 3.0) if ratio >= 1 else max(1 / _on_scale(ratio), 3.0)
