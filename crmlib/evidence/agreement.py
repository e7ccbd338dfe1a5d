"""Agreement: which choices of the method move customers to another class, and which hardly matter?

Weights, scaling, cuts and aggregation are choices on which authors differ. All their combinations are compared with
the study's on classes, not on ranks alone: two rankings can agree well and still share out other customers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

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
WEIGHTED_SUM = "weighted sum"
LEFT_OUT, JOINED = "left_out", "joined"


@dataclass(frozen=True)
class Asked:
    """What leaving out one expert, or joining the experts otherwise, changes for the customers.

    Attributes
    ----------
    table : DataFrame
        Columns choice (:data:`LEFT_OUT` or :data:`JOINED`), alternative (the expert, or how they are joined), and
        those of :func:`under_weights`.
    """

    table: pd.DataFrame

    @property
    def alone(self) -> pd.Series:
        """Share of customers that each expert moves, by expert."""
        return self.table[self.table["choice"] == LEFT_OUT].set_index("alternative")["changed"]

    @property
    def expert(self) -> str:
        """Who moves most customers."""
        return self.alone.idxmax()

    @property
    def most(self) -> float:
        """Share of customers that this expert moves."""
        return float(self.alone.max())

    @property
    def joining(self) -> float:
        """The most customers that joining the experts otherwise moves, as a share."""
        return float(self.table.loc[self.table["choice"] == JOINED, "changed"].max())


def alternatives(
    indicators: pd.DataFrame, model: ValueModel, rules: tuple[str, str], labels: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Every combination of weights, scaling, aggregation and cuts beside the study's own.

    Parameters
    ----------
    indicators : DataFrame, shape (customers, leaves)
        The indicators that the model was fitted on, of customers that it can grade.
    model : ValueModel
        The study's.
    rules : (str, str)
        The study's rules of the cuts of current and potential value; the alternatives cut both axes by one rule.
    labels : mapping, optional
        As for :meth:`crmlib.matrix.Cuts.fit`.

    Returns
    -------
    DataFrame
        One row a combination, the study's own first: weights, scaling, aggregation, cuts; changed (share of customers
        in another class than the study's), adjusted_rand, and of the total spearman, kendall (τ-b) and top20 (share of
        the study's best fifth that is among the best fifth here); differs: ``none``, the one choice that differs, or
        ``several``. Weights that :func:`crmlib.value.weightings.other_weightings` refuses under a scaling are left out.
    """
    cuts = {STUDY: rules} | {rule: (rule, rule) for rule in COMPARED if (rule, rule) != rules}
    own, rows = pd.DataFrame(), []
    for names, scores in _scored(indicators, model):
        classes = {name: Cuts.fit(scores, pair, labels).classify(scores) for name, pair in cuts.items()}
        own = scores.assign(**{"class": classes[STUDY]}) if own.empty else own
        ranks = _agreement(own["total"], scores["total"])
        for name, found in classes.items():
            chosen = names | {"cuts": name}
            moved = [choice for choice in CHOICES if chosen[choice] not in (STUDY, WEIGHTED_SUM)]
            same = {
                "changed": float((found != own["class"]).mean()),
                "adjusted_rand": adjusted_rand(own["class"], found),
            }
            differs = {"differs": "several" if len(moved) > 1 else moved[0] if moved else "none"}
            rows.append(chosen | same | ranks | differs)
    return pd.DataFrame(rows)[["weights", "scaling", "aggregation", "cuts", *same, *ranks, "differs"]]


def what_matters(table: pd.DataFrame) -> pd.DataFrame:
    """Combinations in which one choice alone differs from the study's, the one that moves most customers first.

    Parameters
    ----------
    table : DataFrame
        From :func:`alternatives`.

    Returns
    -------
    DataFrame
        Columns choice, alternative, changed, adjusted_rand, spearman, kendall, top20.
    """
    single = table[table["differs"].isin(CHOICES)].rename(columns={"differs": "choice"})
    single["alternative"] = [row[row["choice"]] for _, row in single.iterrows()]
    single = single.sort_values(["changed", "choice", "alternative"], ascending=[False, True, True])
    return single[["choice", "alternative", *table.columns[4:-1]]].reset_index(drop=True)


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
    if study.model.weights == "equal" or judgements["expert"].nunique() < 2:
        raise Lacking("evidence.fewer_than_two")
    joined = ways(judgements, study.tree, study.model)
    joined.index = [f"{aggregate} {method}" for aggregate, method in joined.index]
    others = {LEFT_OUT: without_each(judgements, study.tree, study.model), JOINED: joined}
    local = pd.concat(others, names=["choice", "alternative"])
    return Asked(under_weights(indicators, model, local, study.matrix.rules, study.matrix.labels).reset_index())


def under_weights(
    indicators: pd.DataFrame,
    model: ValueModel,
    local: pd.DataFrame,
    rules: tuple[str, str],
    labels: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """What other weights among siblings, such as without one expert, change for the customers.

    Parameters
    ----------
    indicators, model, rules, labels
        As for :func:`alternatives`; cuts are fitted anew under every weighting.
    local : DataFrame, shape (weightings, nodes)
        From :func:`crmlib.value.weights.without_each` or :func:`crmlib.value.weights.ways`.

    Returns
    -------
    DataFrame, indexed like ``local``
        changed (share of customers in another class than the study's), adjusted_rand, spearman, kendall, top20.
    """
    own, rows = model.score(indicators), []
    classes = Cuts.fit(own, rules, labels).classify(own)
    for _, weights in local.iterrows():
        scores = model.reweighted(weights).score(indicators)
        found = Cuts.fit(scores, rules, labels).classify(scores)
        moved = {"changed": float((found != classes).mean()), "adjusted_rand": adjusted_rand(classes, found)}
        rows.append(moved | _agreement(own["total"], scores["total"]))
    return pd.DataFrame(rows, columns=["changed", "adjusted_rand", *_RANKS]).set_axis(local.index)


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
    tree = model.tree
    axes = [100 * topsis(points[list(tree.leaves_of(axis))], model.weights[list(tree.leaves_of(axis))])
            for axis in tree.axes]  # fmt: skip
    total = sum(model.local[axis] * score for axis, score in zip(tree.axes, axes, strict=True))
    return pd.concat([*axes, total], axis=1, keys=SCORES).round(DECIMALS)


_RANKS = ("spearman", "kendall", "top20")


def _agreement(study: pd.Series, other: pd.Series) -> dict[str, float]:
    best = fifths(study) == 5
    return {
        "spearman": float(study.corr(other, method="spearman")),
        "kendall": float(kendalltau(study, other).statistic),
        "top20": float((fifths(other)[best] == 5).mean()),
    }
