"""Weights of the indicators: by experts' judgements (AHP), alone and as a group, or from the data."""

from crmlib.value.weights._errors import WeightsError
from crmlib.value.weights.ahp import Priorities, ahp
from crmlib.value.weights.group import GroupPriorities, TreeWeights, group_ahp, renormalised, tree_weights
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
    "renormalised",
    "restated",
    "strongest",
    "tree_weights",
]
