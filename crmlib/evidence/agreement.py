"""Agreement: which choices of the method move customers to another class, and which hardly matter?

Weights, scaling, cuts and aggregation are choices on which authors differ. All their combinations are compared with
the study's on classes, not on ranks alone: two rankings can agree well and still share out other customers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from crmlib.absent import Lacking, needs
from crmlib.cut import COMPARED
from crmlib.matrix.classes import DECIMALS, Cuts
from crmlib.stats.groups import adjusted_rand, fifths
from crmlib.study import Study
from crmlib.value.grades import SCALES, refitted
from crmlib.value.model import SCORES, ValueModel
from crmlib.value.topsis import topsis
from crmlib.value.weightings import STUDY, fill_by_siblings, other_weightings
from crmlib.value.weights import ways, without_each

CHOICES = ("weights", "scaling", "cuts", "aggregation")
AGREE = ("changed", "adjusted_rand", "spearman", "kendall", "top20")
"""How far classes and scores agree with the study's: share of customers in another class, adjusted Rand index of the
classes; of the totals Spearman's and Kendall's (τ-b) correlation, and the share of the study's best fifth that is among
the best fifth here."""
WEIGHTED_SUM = "weighted sum"
LEFT_OUT, JOINED = "left_out", "joined"


@dataclass(frozen=True)
class Asked:
    """What leaving out one expert, or joining the experts otherwise, changes for the customers.

    Attributes
    ----------
    table : DataFrame
        Columns choice (:data:`LEFT_OUT` or :data:`JOINED`), alternative (the expert, or how they are joined), and
        :data:`AGREE`.
    """

    table: pd.DataFrame

    @property
    def alone(self) -> pd.Series:
        """Share of customers that each expert moves, by expert."""
        return self.table.set_index(["choice", "alternative"])["changed"][LEFT_OUT]

    @property
    def joined(self) -> pd.Series:
        """Share of customers that each other way of joining the experts moves."""
        return self.table.set_index(["choice", "alternative"])["changed"][JOINED]


def alternatives(indicators: pd.DataFrame, model: ValueModel, rules: tuple[str, str]) -> pd.DataFrame:
    """Every combination of weights, scaling, aggregation and cuts beside the study's own.

    Parameters
    ----------
    indicators : DataFrame, shape (customers, leaves)
        The indicators that the model was fitted on, of customers that it can grade.
    model : ValueModel
        The study's.
    rules : (str, str)
        The study's rules of the cuts of current and potential value; the alternatives cut both axes by one rule.

    Returns
    -------
    DataFrame
        One row a combination, the study's own first: weights, scaling, aggregation, cuts; :data:`AGREE`; differs:
        ``none``, the one choice that differs, or ``several``. Weights that
        :func:`crmlib.value.weightings.other_weightings` refuses under a scaling are left out.
    """
    cuts = {STUDY: rules} | {rule: (rule, rule) for rule in COMPARED if (rule, rule) != rules}
    # Whose a score is does not matter here, and lining up hundreds of tables by ID would take most of the time.
    indicators = indicators.reset_index(drop=True)
    own, rows = model.score(indicators), []
    classes = _places(own, rules)
    for names, scores in _scored(indicators, model):
        ranks = _ranks_agree(own, scores)
        for name, pair in cuts.items():
            chosen = names | {"cuts": name}
            moved = [choice for choice in CHOICES if chosen[choice] not in (STUDY, WEIGHTED_SUM)]
            differs = "several" if len(moved) > 1 else moved[0] if moved else "none"
            rows.append(chosen | _classes_agree(classes, _places(scores, pair)) | ranks | {"differs": differs})
    return pd.DataFrame(rows)


def what_matters(table: pd.DataFrame) -> pd.DataFrame:
    """Combinations in which one choice alone differs from the study's, the one that moves most customers first.

    Parameters
    ----------
    table : DataFrame
        From :func:`alternatives`.

    Returns
    -------
    DataFrame
        Columns choice, alternative, and :data:`AGREE`.
    """
    single = table[table["differs"].isin(CHOICES)].rename(columns={"differs": "choice"})
    single["alternative"] = [row[row["choice"]] for row in single.to_dict("records")]
    order = {"changed": False, "choice": True, "alternative": True}
    single = single.sort_values(list(order), ascending=list(order.values()), ignore_index=True)
    return single[["choice", "alternative", *AGREE]]


def choice_numbers(single: pd.DataFrame) -> dict[str, float]:
    """The most customers that any choice alone moves, and each choice; from :func:`what_matters`."""
    by_choice = single.groupby("choice")["changed"].max()
    return {"most_moved": single["changed"].iloc[0], **by_choice.add_prefix("moved_by_")}


@needs()
def under_experts(indicators: pd.DataFrame, model: ValueModel, judgements: pd.DataFrame, study: Study) -> Asked:
    """What hangs on each expert, and on how they are joined.

    Parameters
    ----------
    indicators, model
        As for :func:`alternatives`.
    judgements : DataFrame
        Table ``judgements`` of the book.
    study : Study

    Returns
    -------
    Asked
        Absent where fewer than two experts were asked, or none is listened to.
    """
    if study.model.weights != "ahp" or judgements["expert"].nunique() < 2:
        raise Lacking("evidence.fewer_than_two")
    joined = ways(judgements, study.tree, study.model)
    joined.index = [f"{aggregate} {method}" for aggregate, method in joined.index]
    others = {LEFT_OUT: without_each(judgements, study.tree, study.model), JOINED: joined}
    local = pd.concat(others, names=["choice", "alternative"])
    return Asked(under_weights(indicators, model, local, study.matrix.rules).reset_index())


def under_weights(
    indicators: pd.DataFrame, model: ValueModel, local: pd.DataFrame, rules: tuple[str, str]
) -> pd.DataFrame:
    """What other weights among siblings, such as without one expert, change for the customers.

    Parameters
    ----------
    indicators, model, rules
        As for :func:`alternatives`; cuts are fitted anew under every weighting.
    local : DataFrame, shape (weightings, nodes)
        From :func:`crmlib.value.weights.without_each` or :func:`crmlib.value.weights.ways`.

    Returns
    -------
    DataFrame, indexed like ``local``
        :data:`AGREE`.
    """
    points = model.scaled(indicators.reset_index(drop=True))
    own, others = (
        model.score_points(points),
        [model.reweighted(each).score_points(points) for _, each in local.iterrows()],
    )
    classes = _places(own, rules)
    rows = [_classes_agree(classes, _places(other, rules)) | _ranks_agree(own, other) for other in others]
    return pd.DataFrame(rows, columns=AGREE).set_axis(local.index)


def _scored(indicators: pd.DataFrame, model: ValueModel) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Names of weights, scaling and aggregation, and the scores that they give; the study's own first."""
    for scaling, kind in SCALES.items():
        scaled = model if kind is None else refitted(model, indicators, kind)
        points = fill_by_siblings(indicators, scaled)
        for weights, own in other_weightings(points, scaled)[0].items():
            weighed = replace(scaled, weights=own)
            names = {"weights": weights, "scaling": scaling}
            yield names | {"aggregation": WEIGHTED_SUM}, weighed.score(indicators)
            yield names | {"aggregation": "TOPSIS"}, _topsis(points, weighed)


def _topsis(points: pd.DataFrame, model: ValueModel) -> pd.DataFrame:
    """Scores by TOPSIS within each axis, 0-100."""
    tree, leaves = model.tree, [list(model.tree.leaves_of(axis)) for axis in model.tree.axes]
    axes = [100 * topsis(points[own], model.weights[own]) for own in leaves]
    total = sum(model.local[axis] * score for axis, score in zip(tree.axes, axes, strict=True))
    return pd.concat([*axes, total], axis=1, keys=SCORES).round(DECIMALS)


def _places(scores: pd.DataFrame, rules: tuple[str, str]) -> np.ndarray:
    return Cuts.fit(scores, rules).places(scores)


def _classes_agree(study: np.ndarray, other: np.ndarray) -> dict[str, float]:
    return {"changed": float((study != other).mean()), "adjusted_rand": adjusted_rand(study, other)}


def _ranks_agree(study: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    best = fifths(study["total"]) == 5
    return {
        "spearman": float(study["total"].corr(other["total"], method="spearman")),
        "kendall": float(kendalltau(study["total"], other["total"]).statistic),
        "top20": float((fifths(other["total"])[best] == 5).mean()),
    }
