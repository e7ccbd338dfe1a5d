"""Weights of the indicators: by experts' judgements (AHP), alone and as a group, or from the data."""

from crmlib.errors import WeightsError
from crmlib.value.weights.ahp import Priorities, ahp
from crmlib.value.weights.combine import combine
from crmlib.value.weights.group import GroupPriorities, consensus, group_ahp
from crmlib.value.weights.hierarchy import (
    TreeWeights,
    consistency_numbers,
    consistency_ratios,
    contradictions,
    experts_asked,
    firmest,
    opinion_spread,
    opinions_by_expert,
    repairs_to_read,
    tree_weights,
)
from crmlib.value.weights.judgements import matrices, strongest
from crmlib.value.weights.objective import critic, entropy, equal
from crmlib.value.weights.repair import repaired, suggestions
from crmlib.value.weights.sensitivity import (
    consensus_table,
    expert_choices,
    least_consensus,
    most_moved,
    moved,
    moved_by_repair,
    ways,
    without_each,
)

__all__ = [
    "GroupPriorities",
    "Priorities",
    "TreeWeights",
    "WeightsError",
    "ahp",
    "combine",
    "consensus",
    "consensus_table",
    "consistency_numbers",
    "consistency_ratios",
    "contradictions",
    "critic",
    "entropy",
    "equal",
    "expert_choices",
    "experts_asked",
    "firmest",
    "group_ahp",
    "least_consensus",
    "matrices",
    "most_moved",
    "moved",
    "moved_by_repair",
    "opinion_spread",
    "opinions_by_expert",
    "repaired",
    "repairs_to_read",
    "strongest",
    "suggestions",
    "tree_weights",
    "ways",
    "without_each",
]
