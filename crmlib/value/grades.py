"""Five grades: how many customers are at the middle level of value, and how many would be there by chance.

The share in the middle is decided by the scale of the indicators more than by the customers, so it is never shown
without the other scales, and never without null books, whose indicator columns are permuted independently.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from crmlib.study import ScoresSettings
from crmlib.tree import Tree
from crmlib.value.model import ValueModel

GRADES = ("very low", "low", "middle", "high", "very high")
SCALES = {"the study's own": None, "min-max": "minmax", "z through Φ": "z", "percentile rank": "rank"}
"""Scalings to compare, by the name shown."""
_ROWS_AT_ONCE = 250_000


def score_spread(scores: pd.DataFrame) -> dict[str, float | tuple[float, float]]:
    """How the scores are spread over the customers.

    Returns
    -------
    dict
        ``half``, the points between which the middle half of the totals lie; ``top``, which one total in a hundred
        exceeds; ``correlation``, Spearman's, of current and potential value.
    """
    low, high, top = scores["total"].quantile([0.25, 0.75, 0.99])
    return {"half": (low, high), "top": top, "correlation": scores["current"].corr(scores["potential"], "spearman")}


def grade_shares(total: pd.Series, bounds: Sequence[float] = (20, 40, 60, 80)) -> pd.Series:
    """Share of the customers in each grade, the lowest first; a score on a bound belongs to the higher grade."""
    return pd.Series(_shares(total.to_numpy()[None, :], bounds)[0], index=list(GRADES), name="share")


def grades_beside_null(
    indicators: pd.DataFrame, model: ValueModel, settings: ScoresSettings, seed: int
) -> pd.DataFrame:
    """Shares of the five grades under every scaling, beside those of null books.

    Parameters
    ----------
    indicators : DataFrame, shape (customers, leaves)
        The indicators that the model was fitted on.
    model : ValueModel
        Gives tree, weights and the study's own scaling; the others are fitted on ``indicators``.
    settings : ScoresSettings
        ``grades``, ``null_books`` and ``interval``.
    seed : int
        The study's seed.

    Returns
    -------
    DataFrame
        One row per scaling and grade: scaling, grade, share, null_mean, null_low, null_high.
    """
    models = [model if kind is None else refitted(model, indicators, kind) for kind in SCALES.values()]
    nulls = null_shares(indicators, models, settings, np.random.default_rng([seed, 6]))
    tail, parts = (1 - settings.interval) / 2, []
    for name, scaled, null in zip(SCALES, models, nulls, strict=True):
        low, high = np.quantile(null, [tail, 1 - tail], axis=0)
        share = grade_shares(scaled.score(indicators)["total"], settings.grades).to_numpy()
        columns = {"share": share, "null_mean": null.mean(axis=0), "null_low": low, "null_high": high}
        parts.append(pd.DataFrame({"scaling": name, "grade": GRADES, **columns}))
    return pd.concat(parts, ignore_index=True)


def middle_by_scaling(by_scaling: pd.DataFrame) -> pd.DataFrame:
    """The middle grade alone of :func:`grades_beside_null`: a row a scaling, the study's own first."""
    middle = by_scaling[by_scaling["grade"] == GRADES[2]]
    return middle.drop(columns="grade").reset_index(drop=True)


def middle_numbers(middle: pd.DataFrame) -> dict[str, float]:
    """Key numbers of :func:`middle_by_scaling`: the study's own share with the null's, and the range of all."""
    own = middle.iloc[0].drop("scaling").add_prefix("middle_").to_dict()
    return {**own, "middle_least": middle["share"].min(), "middle_most": middle["share"].max()}


def null_shares(
    indicators: pd.DataFrame, models: Sequence[ValueModel], settings: ScoresSettings, rng: np.random.Generator
) -> list[np.ndarray]:
    """Shares of the grades in books whose indicator columns are permuted independently, by each model, (books, 5).

    Each column keeps its values and its missing ones; what links the indicators of one customer is gone. All models
    see the same books.
    """
    # Sorted first, so that the order of the customers cannot matter; scaled once, since points move with their values.
    table = indicators[list(models[0].tree.leaves)].apply(np.sort)
    points, totals = [model.scaled(table) for model in models], [[] for _ in models]
    for orders in _orders(*table.shape, settings.null_books, rng):
        for model, own, found in zip(models, points, totals, strict=True):
            places = orders[:, :, table.columns.get_indexer(own.columns)]
            shuffled = np.take_along_axis(own.to_numpy()[None], places, axis=1).reshape(-1, own.shape[1])
            scores = model.score_points(pd.DataFrame(shuffled, columns=own.columns))
            found.append(scores["total"].to_numpy().reshape(-1, len(table)))
    return [_shares(np.vstack(found), settings.grades) for found in totals]


def refitted(model: ValueModel, indicators: pd.DataFrame, kind: str) -> ValueModel:
    """The model with every indicator on another scale, fitted on the same customers."""
    tree = Tree(nodes=tuple(node.model_copy(update={"scale": kind}) for node in model.tree.nodes))
    return ValueModel.fit(indicators[list(tree.leaves)], tree, model.weights)


def _orders(customers: int, columns: int, books: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Order of the customers in each column of null books, as many books at a time as memory holds."""
    at_once = max(1, _ROWS_AT_ONCE // max(1, customers))
    for first in range(0, books, at_once):
        shape = (min(at_once, books - first), customers, columns)
        yield rng.permuted(np.broadcast_to(np.arange(customers)[:, None], shape), axis=1)


def _shares(totals: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """Shares of the grades in each row of totals; missing totals do not count."""
    known = ~np.isnan(totals)
    places = np.where(known, np.digitize(totals, bounds), -1)
    return (places[:, :, None] == np.arange(len(GRADES))).sum(axis=1) / known.sum(axis=1)[:, None]
