"""Weights of the indicators: by experts' judgements (AHP), alone and as a group, or from the data.

What is computed stands here; what a report reads from it, in :mod:`crmlib.value.weights.hierarchy` and
:mod:`crmlib.value.weights.sensitivity`.
"""

from crmlib.errors import WeightsError
from crmlib.value.weights.ahp import ahp
from crmlib.value.weights.combine import combine
from crmlib.value.weights.group import consensus, group_ahp
from crmlib.value.weights.hierarchy import TreeWeights, opinions_by_expert, tree_weights
from crmlib.value.weights.judgements import matrices, strongest
from crmlib.value.weights.objective import critic, entropy, equal
from crmlib.value.weights.repair import repaired, suggestions
from crmlib.value.weights.sensitivity import ways, without_each

__all__ = [
    "TreeWeights",
    "WeightsError",
    "ahp",
    "combine",
    "consensus",
    "critic",
    "entropy",
    "equal",
    "group_ahp",
    "matrices",
    "opinions_by_expert",
    "repaired",
    "strongest",
    "suggestions",
    "tree_weights",
    "ways",
    "without_each",
]
