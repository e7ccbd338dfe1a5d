"""Weights of the indicators: by experts' judgements (AHP), alone and as a group, or from the data."""

from crmlib.errors import WeightsError
from crmlib.value.weights.ahp import Priorities, ahp
from crmlib.value.weights.combine import combine
from crmlib.value.weights.group import GroupPriorities, consensus, group_ahp
from crmlib.value.weights.hierarchy import TreeWeights, opinions_by_expert, tree_weights
from crmlib.value.weights.judgements import fraction, matrices, restated, strongest
from crmlib.value.weights.objective import critic, entropy, equal
from crmlib.value.weights.repair import repaired, suggestions
from crmlib.value.weights.sensitivity import consensus_table, moved, ways, without_each

__all__ = [
    "GroupPriorities",
    "Priorities",
    "TreeWeights",
    "WeightsError",
    "ahp",
    "combine",
    "consensus",
    "consensus_table",
    "critic",
    "entropy",
    "equal",
    "fraction",
    "group_ahp",
    "matrices",
    "moved",
    "opinions_by_expert",
    "repaired",
    "restated",
    "strongest",
    "suggestions",
    "tree_weights",
    "ways",
    "without_each",
]
