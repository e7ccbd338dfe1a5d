"""Classes: which customers are platinum, gold, iron or lead.

Two cuts, one on current and one on potential value, divide the scores into four classes. Scores are rounded to 9
decimals before any cut and a score on a cut counts as high, so that equal customers are always treated equally.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, did_you_mean

DECIMALS = 9
LABELS = {"high_high": "platinum", "high_low": "gold", "low_high": "iron", "low_low": "lead"}
"""Name of each quadrant of the matrix, current value first."""
CLASSES = tuple(LABELS.values())
RULES = ("median", "mean", "p70", "top20", "midpoint", "kmeans")
"""The rules that are compared; any p1 to p99 and top1 to top99 may be used."""
AXES = ("current", "potential")


class MatrixError(CrmError, ValueError):
    """Scores, cuts or labels that cannot make classes."""


def fit_cuts(
    scores: pd.Series | pd.DataFrame, rule: str | Mapping[str, str] | Sequence[str]
) -> float | tuple[float, float]:
    """Cut of one axis, or of both.

    Parameters
    ----------
    scores : Series or DataFrame, shape (customers,) or (customers, >= 2)
        Scores of one axis, or a table with the columns ``current`` and ``potential``, 0-100.
    rule : str, pair or mapping
        ``median``; ``mean``; ``pNN``, the NN-th percentile (linear between neighbours); ``topNN``, the score of the
        last of the best NN % (their number rounded up; whoever ties with that customer is high too); ``midpoint``, 50;
        ``kmeans``, halfway between the means of the two groups with the least squared distance within (exact).
        For both axes: one rule, ``("p70", "median")`` or ``{"current": "p70", "potential": "median"}``.

    Returns
    -------
    float, or (float, float) for a DataFrame
        Rounded to 9 decimals. If all scores are equal, every rule but ``midpoint`` gives that score.

    Raises
    ------
    MatrixError
        If there are no scores, a score is missing (names the customers), or a rule is unknown.
    """
    if isinstance(scores, pd.Series):
        return _fit_cut(scores, rule)
    if isinstance(rule, str):
        rule = (rule, rule)
    rules = [rule[axis] for axis in AXES] if isinstance(rule, Mapping) else list(rule)
    if len(rules) != 2:
        raise MatrixError(f"two rules are needed, for current and potential value, found {len(rules)}: {rules}.")
    current, potential = (_fit_cut(scores[axis], one) for axis, one in zip(AXES, rules, strict=True))
    return current, potential


def classify(
    current: pd.Series,
    potential: pd.Series,
    cuts: tuple[float, float],
    labels: Mapping[str, str] | Sequence[str] | None = None,
) -> pd.Series:
    """Class of every customer: exactly one, whatever the order of the rows.

    Parameters
    ----------
    current, potential : Series, shape (customers,)
        Scores, 0-100, with the same index in the same order.
    cuts : (float, float)
        Cuts of current and potential value; a score on its cut is high.
    labels : mapping or sequence of four str, optional
        Name of each quadrant, by key or in the order ``high_high, high_low, low_high, low_low``.

    Returns
    -------
    Series of str, named ``class``, indexed like ``current``.

    Raises
    ------
    MatrixError
        If the two indices differ, a score or a cut is missing, or the labels are not four different names.
    """
    if not current.index.equals(potential.index):
        odd = current.index.symmetric_difference(potential.index)
        found = _names(odd) if len(odd) else "the same customers in another order"
        raise MatrixError(f"current and potential value must have the same index; they differ in: {found}.")
    high = [is_high(scores, cut) for scores, cut in zip((current, potential), cuts, strict=True)]
    return name_quadrants(high[0], high[1], labels)


def class_by_rules(
    scores: pd.DataFrame, rules: str | tuple[str, str], labels: Mapping[str, str] | None = None
) -> pd.Series:
    """Class of each customer by cuts that are fitted to these scores; as :func:`fit_cuts` and :func:`classify`."""
    return classify(scores["current"], scores["potential"], fit_cuts(scores, rules), labels)


def save_cuts(
    path: str | Path, cuts: tuple[float, float], rules: tuple[str, str], labels: Mapping[str, str] | None = None
) -> None:
    """Write cuts with the rules and labels that go with them, as JSON; numbers keep every bit."""
    document = {
        **dict(zip(AXES, cuts, strict=True)),
        "decimals": DECIMALS,
        "rules": dict(zip(AXES, rules, strict=True)),
        "labels": checked_labels(labels),
    }
    Path(path).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_cuts(path: str | Path) -> tuple[float, float]:
    """Read the cuts that :func:`save_cuts` wrote."""
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    return document["current"], document["potential"]


def is_high(scores: pd.Series, cut: float) -> pd.Series:
    """Whether each score reaches the cut, both rounded to 9 decimals; raises MatrixError where one is missing."""
    _require_known(scores)
    if not np.isfinite(cut):
        raise MatrixError(f"a cut must be a number, found {cut}.")
    return scores.round(DECIMALS) >= round(float(cut), DECIMALS)


def name_quadrants(
    high_current: pd.Series, high_potential: pd.Series, labels: Mapping[str, str] | Sequence[str] | None = None
) -> pd.Series:
    """Class of customers whose sides of the two cuts are known, indexed like ``high_current``."""
    names = np.array(list(checked_labels(labels).values()), dtype=object)
    quadrant = 2 * (~high_current).to_numpy(dtype=int) + (~high_potential).to_numpy(dtype=int)
    return pd.Series(names[quadrant], high_current.index, name="class", dtype="str")


def checked_labels(labels: Mapping[str, str] | Sequence[str] | None = None) -> dict[str, str]:
    """Labels by quadrant, in the order of the matrix; raises MatrixError where they are not four different names."""
    if labels is None:
        return dict(LABELS)
    named = dict(labels) if isinstance(labels, Mapping) else dict(zip(LABELS, labels, strict=False))
    for key in named:
        if key not in LABELS:
            raise MatrixError(f"{key} is not a quadrant.{did_you_mean(key, LABELS)} Quadrants: {', '.join(LABELS)}.")
    if set(named) != set(LABELS) or len(set(named.values())) != len(LABELS):
        raise MatrixError(f"labels must give four different names, one for each of {', '.join(LABELS)}; found {named}.")
    return {key: named[key] for key in LABELS}


def _fit_cut(scores: pd.Series, rule: str) -> float:
    _require_known(scores)
    if scores.empty:
        raise MatrixError(f"a cut by {rule} needs scores, found none.")
    values = np.sort(scores.to_numpy(dtype=float).round(DECIMALS))
    return round(float(_cut(values, str(rule))), DECIMALS)


def _cut(ascending: np.ndarray, rule: str) -> float:
    """Cut of sorted scores, without checks of the scores."""
    if rule == "midpoint":
        return 50.0
    if rule == "mean":
        return ascending.mean()
    if rule == "kmeans":
        return _two_means(ascending)
    share = re.fullmatch(r"(p|top)([1-9]\d?)", "p50" if rule == "median" else rule)
    if not share:
        raise MatrixError(
            f"{rule} is not a rule for cuts.{did_you_mean(rule, RULES)} "
            "Rules: median, mean, p1 to p99, top1 to top99, midpoint, kmeans."
        )
    number = int(share[2])
    if share[1] == "top":
        return ascending[-ascending.size * number // 100]
    return np.quantile(ascending, number / 100)


def _two_means(ascending: np.ndarray) -> float:
    """Halfway between the means of the best two groups: the split of sorted values with most variance between."""
    splits = np.flatnonzero(np.diff(ascending)) + 1
    if not splits.size:
        return ascending[0]
    below = np.cumsum(ascending)[splits - 1]
    low, high = below / splits, (ascending.sum() - below) / (ascending.size - splits)
    best = int(np.argmax(splits * (ascending.size - splits) * (high - low) ** 2))
    return (low[best] + high[best]) / 2


def _require_known(scores: pd.Series) -> None:
    unknown = scores.index[scores.isna()]
    if len(unknown):
        raise MatrixError(
            f"every customer needs a score: {len(unknown)} have none in {scores.name or 'scores'} ({_names(unknown)}). "
            "List them as not graded first."
        )


def _names(index: pd.Index, most: int = 3) -> str:
    return "; ".join(map(str, index[:most])) + ("; …" if len(index) > most else "")
