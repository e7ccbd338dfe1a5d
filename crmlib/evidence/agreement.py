"""Agreement: which choices of the method move customers to another class, and which hardly matter?

Weights, scaling, cuts and aggregation are choices on which authors differ. All their combinations are compared with
the study's on classes, not on ranks alone: two rankings can agree well and still share out other customers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from crmlib.evidence.next_year import fifths
from crmlib.matrix.classes import DECIMALS, RULES, classify, fit_cuts
from crmlib.tree import ROOT, Tree
from crmlib.value.grades import SCALES, refitted
from crmlib.value.model import SCORES, ValueModel
from crmlib.value.topsis import topsis
from crmlib.value.weights import critic, entropy, equal

STUDY = next(iter(SCALES))
"""Name of what the study itself chose."""
CHOICES = ("weights", "scaling", "cuts", "aggregation")
WEIGHTED_SUM = "weighted sum"


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
        As for :func:`crmlib.matrix.classify`.

    Returns
    -------
    DataFrame
        One row a combination, the study's own first: weights, scaling, aggregation, cuts; changed (share of customers
        in another class than the study's), adjusted_rand, and of the total spearman, kendall (τ-b) and top20 (share of
        the study's best fifth that is among the best fifth here); differs: ``none``, the one choice that differs, or
        ``several``. Entropy weights under percentile ranks are left out: they are equal by construction.
    """
    cuts = {STUDY: rules} | {rule: (rule, rule) for rule in RULES if (rule, rule) != rules}
    own, rows = pd.DataFrame(), []
    for names, scores in _scored(indicators, model):
        classes = {
            name: classify(scores["current"], scores["potential"], fit_cuts(scores, pair), labels)
            for name, pair in cuts.items()
        }
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


def adjusted_rand(first: pd.Series, second: pd.Series) -> float:
    """Adjusted Rand index of two partitions of the same customers: 1 the same, 0 as alike as by chance.

    References
    ----------
    Hubert and Arabie (1985), Journal of Classification 2.
    """
    table = pd.crosstab(first.to_numpy(), second.to_numpy()).to_numpy(float)
    both, rows, columns, pairs = (
        (counts * (counts - 1) / 2).sum() for counts in (table, table.sum(axis=1), table.sum(axis=0), table.sum())
    )
    chance, most = rows * columns / max(pairs, 1), (rows + columns) / 2
    return float((both - chance) / (most - chance)) if most != chance else 1.0


def filled(indicators: pd.DataFrame, model: ValueModel) -> pd.DataFrame:
    """Points of every leaf, a missing one by the score of its group: what giving its weight to its siblings amounts to.

    Methods that need every value (entropy, CRITIC, TOPSIS) take these.
    """
    points, weights = model.scaled(indicators), model.effective_weights(indicators)
    result, added = points.copy(), weights * points.fillna(0.0)
    for group in reversed([group for group in model.tree.groups if group != ROOT]):
        below = list(model.tree.leaves_of(group))
        total = weights[below].sum(axis=1)
        score = added[below].sum(axis=1) / total.where(total > 0)
        result[below] = result[below].apply(lambda column, score=score: column.fillna(score))
    return result


def _scored(indicators: pd.DataFrame, model: ValueModel) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Names of weights, scaling and aggregation, and the scores that they give; the study's own first."""
    for scaling, kind in SCALES.items():
        scaled = model if kind is None else refitted(model, indicators, kind)
        points = filled(indicators, scaled)
        for weights, own in _weights(points, scaled, kind).items():
            weighed = replace(scaled, weights=own)
            names = {"weights": weights, "scaling": scaling}
            yield names | {"aggregation": WEIGHTED_SUM}, weighed.score(indicators)
            yield names | {"aggregation": "TOPSIS"}, _topsis(points, weighed)


def _weights(points: pd.DataFrame, model: ValueModel, kind: str | None) -> dict[str, pd.Series]:
    """Weights to compare, by name: within each axis; how the axes weigh against each other stays the study's."""
    alike = pd.concat([equal(model.tree.children(group)) for group in model.tree.groups])
    found = {STUDY: model.weights}
    if not np.allclose(alike[model.local.index], model.local):
        found["equal"] = model.tree.leaf_weights(alike)
    found |= {} if kind == "rank" else {"entropy": _by_axis(points, model.tree, entropy)}
    found["CRITIC"] = _by_axis(points, model.tree, critic)
    return {name: _with_axes_of(model, own) for name, own in found.items()}


def _by_axis(points: pd.DataFrame, tree: Tree, method: Callable[[pd.DataFrame], pd.Series]) -> pd.Series:
    return pd.concat([method(points[list(tree.leaves_of(axis))]) for axis in tree.axes])


def _with_axes_of(model: ValueModel, weights: pd.Series) -> pd.Series:
    """Weights of the leaves with the model's weight between the two axes."""
    parts = [weights[list(model.tree.leaves_of(axis))] for axis in model.tree.axes]
    shares = [model.local[axis] * part / part.sum() for axis, part in zip(model.tree.axes, parts, strict=True)]
    return pd.concat(shares)[list(model.tree.leaves)].rename("weight")


def _topsis(points: pd.DataFrame, model: ValueModel) -> pd.DataFrame:
    """Scores by TOPSIS within each axis, 0-100."""
    tree = model.tree
    axes = [100 * topsis(points[list(tree.leaves_of(axis))], model.weights[list(tree.leaves_of(axis))])
            for axis in tree.axes]  # fmt: skip
    total = sum(model.local[axis] * score for axis, score in zip(tree.axes, axes, strict=True))
    return pd.concat([*axes, total], axis=1, keys=SCORES).round(DECIMALS)


def _agreement(study: pd.Series, other: pd.Series) -> dict[str, float]:
    best = fifths(study) == 5
    return {
        "spearman": float(study.corr(other, method="spearman")),
        "kendall": float(kendalltau(study, other).statistic),
        "top20": float((fifths(other)[best] == 5).mean()),
    }
