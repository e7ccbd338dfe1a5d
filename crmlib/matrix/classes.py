"""Classes: which customers are high on current and on potential value, on either, or on none.

Two cuts, one on current and one on potential value, divide the scores into four classes. Scores are rounded to 9
decimals before any cut and a score on a cut counts as high, so that equal customers are always treated equally.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.cut import Cut
from crmlib.errors import CrmError, did_you_mean
from crmlib.study import MatrixSettings

DECIMALS = 9
LABELS = {"high_high": "platinum", "high_low": "gold", "low_high": "iron", "low_low": "lead"}
"""Name of each quadrant of the matrix, current value first; the best first."""
CLASSES = tuple(LABELS.values())
AXES = ("current", "potential")


class MatrixError(CrmError, ValueError):
    """Scores, cuts or labels that cannot make classes."""


@dataclass(frozen=True)
class Cuts:
    """The two cuts of a matrix, with the rules that made them and the names of the classes between them.

    As a pair, ``current, potential = cuts`` or ``cuts[0]``, they are their two numbers.

    Attributes
    ----------
    current, potential : float
        Where high begins on each axis, 0-100; a score on its cut is high.
    rules : (Cut, Cut) or ()
        The rules of the two; none where they were set by hand.
    labels : mapping
        Name of each quadrant, in the order of :data:`LABELS`, whose names are used where none are given.
    """

    current: float
    potential: float
    rules: tuple[Cut, ...] = ()
    labels: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", checked_labels(self.labels))

    @classmethod
    def fit(
        cls,
        scores: pd.DataFrame,
        rules: str | Cut | Sequence[str | Cut],
        labels: Mapping[str, str] | Sequence[str] | None = None,
    ) -> Self:
        """Cuts of the scores of customers.

        Parameters
        ----------
        scores : DataFrame, shape (customers, >= 2)
            Columns ``current`` and ``potential``, 0-100.
        rules : str, Cut, or two of them
            One rule for both axes, or that of current and that of potential value; see :class:`crmlib.cut.Cut`.
        labels : mapping or sequence of four str, optional
            Name of each quadrant, by key or in the order of :data:`LABELS`, whose names are used without them.

        Raises
        ------
        MatrixError
            If there are no scores, one is missing (names the customers), there are not two rules, or the labels are not
            four different names.
        CutError
            If a rule is unknown.
        """
        pair = (rules, rules) if isinstance(rules, str | Cut) else rules
        if len(pair) != len(AXES):
            raise MatrixError(f"two rules are needed, for current and potential value, found {len(pair)}: {[*pair]}.")
        read = tuple(map(Cut.read, pair))
        return cls(*(fit_cut(scores[axis], rule) for axis, rule in zip(AXES, read, strict=True)), read, labels)

    def __getitem__(self, place: int) -> float:
        return (self.current, self.potential)[place]

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, the best first."""
        return tuple(self.labels.values())

    def classify(self, scores: pd.DataFrame) -> pd.Series:
        """Class of every customer: exactly one, whatever the order of the rows.

        Parameters
        ----------
        scores : DataFrame, shape (customers, >= 2)
            As for :meth:`fit`.

        Returns
        -------
        Series of str, named ``class``, indexed like ``scores``.

        Raises
        ------
        MatrixError
            If a score or a cut is missing.
        """
        return self.name(*self._sides(scores))

    def places(self, scores: pd.DataFrame) -> np.ndarray:
        """Place of every customer's class in :attr:`classes`: that of :meth:`classify`, as a whole number from 0."""
        return _quadrant(*self._sides(scores))

    def _sides(self, scores: pd.DataFrame) -> Iterator[pd.Series]:
        return (is_high(scores[axis], cut) for axis, cut in zip(AXES, self, strict=True))

    def classed(self, scores: pd.DataFrame) -> pd.DataFrame:
        """The same scores with the class of every customer."""
        return scores.assign(**{"class": self.classify(scores)})

    def numbers(self, name: str, values: Iterable[Any]) -> dict[str, Any]:
        """Key numbers ``<name>_<class>`` from a value of each class, the best first.

        A class whose label cannot stand in a name is called by its quadrant; of an absent value there are no numbers.
        """
        keys = [_key(quadrant, label) for quadrant, label in self.labels.items()]
        return {f"{name}_{key}": value for key, value in zip(keys, values, strict=False)}

    def name(self, high_current: pd.Series, high_potential: pd.Series) -> pd.Series:
        """Class of customers whose sides of the two cuts are known, indexed like ``high_current``."""
        names = np.array(self.classes, dtype=object)
        return pd.Series(names[_quadrant(high_current, high_potential)], high_current.index, name="class", dtype="str")

    def save(self, path: str | Path) -> None:
        """Write the cuts with their rules and labels, as JSON; numbers keep every bit."""
        rules = dict(zip(AXES, map(str, self.rules), strict=True))
        document = {**dict(zip(AXES, self, strict=True)), "decimals": DECIMALS, "rules": rules, "labels": self.labels}
        Path(path).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what :meth:`save` wrote."""
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        rules = tuple(Cut.read(document["rules"][axis]) for axis in AXES)
        return cls(*(document[axis] for axis in AXES), rules, document["labels"])


@needs()
def fit_classes(scores: pd.DataFrame, settings: MatrixSettings) -> pd.DataFrame:
    """Scores with the class of every customer, by cuts of their own."""
    return Cuts.fit(scores, settings.rules, settings.labels).classed(scores)


@needs()
def of_basis(table: pd.DataFrame, basis: str) -> pd.DataFrame:
    """The rows of scores or indicators of one basis, by customer; absent where the book has no such year.

    Parameters
    ----------
    table : DataFrame
        With ``basis`` and ``customer_id``.
    basis : str
        ``now``; ``base``, a year before by a model of that time; ``last_year``, a year before by today's model.
    """
    rows = table[table["basis"] == basis]
    if rows.empty:
        raise Lacking("matrix.no_year_before")
    return rows.drop(columns="basis").set_index("customer_id")


def fit_cut(scores: pd.Series, rule: str | Cut) -> float:
    """Cut of one axis, rounded to 9 decimals; of equal scores every rule but ``midpoint`` gives that score.

    Raises
    ------
    MatrixError
        If there are no scores, or one is missing (names the customers).
    CutError
        If the rule is unknown.
    """
    _require_known(scores)
    if scores.empty:
        raise MatrixError(f"a cut by {rule} needs scores, found none.")
    values = np.sort(scores.to_numpy(dtype=float).round(DECIMALS))
    return round(float(_cut(values, Cut.read(rule))), DECIMALS)


def is_high(scores: pd.Series, cut: float) -> pd.Series:
    """Whether each score reaches the cut, both rounded to 9 decimals; raises MatrixError where one is missing."""
    _require_known(scores)
    if not np.isfinite(cut):
        raise MatrixError(f"a cut must be a number, found {cut}.")
    return scores.round(DECIMALS) >= round(float(cut), DECIMALS)


def _quadrant(high_current: pd.Series, high_potential: pd.Series) -> np.ndarray:
    return 2 * (~high_current).to_numpy(dtype=int) + (~high_potential).to_numpy(dtype=int)


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


def _key(quadrant: str, label: str) -> str:
    return label if label.isascii() and label.isidentifier() and label.islower() else quadrant


def _cut(ascending: np.ndarray, rule: Cut) -> float:
    """Cut of sorted scores, without checks of the scores."""
    if rule.quantile is not None:
        return np.quantile(ascending, rule.quantile)
    if rule.kind == "top":
        return ascending[-ascending.size * rule.number // 100]
    if rule.kind == "kmeans":
        return _two_means(ascending)
    return ascending.mean() if rule.kind == "mean" else 50.0


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
    missing = scores.isna().to_numpy()
    if missing.any():
        unknown = scores.index[missing]
        raise MatrixError(
            f"every customer needs a score: {len(unknown)} have none in {scores.name or 'scores'} ({_names(unknown)}). "
            "List them as not graded first."
        )


def _names(index: pd.Index, most: int = 3) -> str:
    return "; ".join(map(str, index[:most])) + ("; …" if len(index) > most else "")
