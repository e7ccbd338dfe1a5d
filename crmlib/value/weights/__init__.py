"""Weights of the indicators: by experts' judgements (AHP), alone and as a group, or from the data."""

from crmlib.value.weights._errors import WeightsError
from crmlib.value.weights.ahp import Priorities, ahp
from crmlib.value.weights.group import GroupPriorities, group_ahp
from crmlib.value.weights.hierarchy import TreeWeights, opinions, tree_weights
from crmlib.value.weights.judgements import matrices, restated, strongest
from crmlib.value.weights.objective import critic, entropy, equal

__all__ = [
    "GroupPriorities",
    "Priorities",
    "TreeWeights",
    "WeightsError",
    "ahp",
    "critic",
    "entropy",
    "equal",
    "group_ahp",
    "matrices",
    "opinions",
    "restated",
    "strongest",
    "tree_weights",
]
