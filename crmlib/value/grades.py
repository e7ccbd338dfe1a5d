"""Five grades: how many customers are at the middle level of value, and how many would be there by chance.

The share in the middle is decided by the scale of the indicators more than by the customers, so it is never shown
without the other scales. Beside it stand two kinds of null books: shuffled ones, whose indicator columns are permuted
independently, and which any score of indicators that go together leaves; and ranked ones, which keep the rank
correlations.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from crmlib.stats.copula import Copula
from crmlib.stats.intervals import beta_interval, estimates
from crmlib.study import ScoresSettings
from crmlib.tree import Tree
from crmlib.value.model import ValueModel

GRADES = ("very low", "low", "middle", "high", "very high")
SCALES = {"the study's own": None, "min-max": "minmax", "z through Φ": "z", "percentile rank": "rank"}
"""Scalings to compare, by the name shown."""
KINDS = ("null", "ranked")
"""Null books: shuffled, and with the rank correlations kept."""
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
        One row per scaling and grade: scaling, grade, share with its interval low to high (Jeffreys'), and of each
        kind of null books (``null`` shuffled, ``ranked``) the mean and the interval, ``<kind>_mean``, ``<kind>_low``,
        ``<kind>_high``.
    """
    models = [model if kind is None else refitted(model, indicators, kind) for kind in SCALES.values()]
    table, parts = indicators[list(model.tree.leaves)], []
    draws = {"null": partial(_shuffled, *table.shape), "ranked": go_together(indicators, model).orders}
    nulls = {kind: null_shares(table, models, settings, draw, np.random.default_rng([seed, 6]))
             for kind, draw in draws.items()}  # fmt: skip
    for place, (name, scaled) in enumerate(zip(SCALES, models, strict=True)):
        total = scaled.score(indicators)["total"]
        share, n = grade_shares(total, settings.grades).to_numpy(), total.count()
        low, high = beta_interval(n * share + 0.5, n * (1 - share) + 0.5, settings.interval)
        columns = {"share": share, "low": low, "high": high}
        for kind, found in nulls.items():
            columns |= _mean_and_interval(kind, found[place], settings.interval)
        parts.append(pd.DataFrame({"scaling": name, "grade": GRADES, **columns}))
    return pd.concat(parts, ignore_index=True)


def go_together(indicators: pd.DataFrame, model: ValueModel) -> Copula:
    """How the indicators of a model go together, by rank."""
    return Copula.fit(indicators[list(model.tree.leaves)])


def _mean_and_interval(kind: str, shares: np.ndarray, coverage: float) -> dict[str, np.ndarray]:
    """Mean and interval of the shares of the grades, (books, 5)."""
    low, high = np.quantile(shares, [(1 - coverage) / 2, (1 + coverage) / 2], axis=0)
    return {f"{kind}_mean": shares.mean(axis=0), f"{kind}_low": low, f"{kind}_high": high}


def middle_by_scaling(by_scaling: pd.DataFrame) -> pd.DataFrame:
    """The middle grade alone of :func:`grades_beside_null`: a row a scaling, the study's own first."""
    middle = by_scaling[by_scaling["grade"] == GRADES[2]]
    return middle.drop(columns="grade").reset_index(drop=True)


def middle_to_read(middle: pd.DataFrame) -> pd.DataFrame:
    """Those of :func:`middle_by_scaling` with intervals, a kind of null books a column."""
    kinds = {f"{kind}_mean": estimates(middle, *(f"{kind}_{end}" for end in ("mean", "low", "high"))) for kind in KINDS}
    return middle[["scaling"]].assign(share=estimates(middle, "share"), **kinds)


def middle_numbers(middle: pd.DataFrame) -> dict[str, float]:
    """Key numbers of :func:`middle_by_scaling`: the study's own share with the null's, and the range of all."""
    own = middle.iloc[0].drop("scaling").add_prefix("middle_").to_dict()
    return {**own, "middle_least": middle["share"].min(), "middle_most": middle["share"].max()}


def null_shares(
    indicators: pd.DataFrame,
    models: Sequence[ValueModel],
    settings: ScoresSettings,
    draw: Callable[[int, np.random.Generator], np.ndarray],
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Shares of the grades in books that keep each column's values and its missing ones, by each model, (books, 5).

    ``draw`` gives the places of the customers of so many books in the sorted columns, (books, customers, leaves). All
    models see the same books.
    """
    # Sorted first, so that the order of the customers cannot matter; scaled once, since points move with their values.
    table = indicators.apply(np.sort)
    points, totals = [model.scaled(table) for model in models], [[] for _ in models]
    at_once = max(1, _ROWS_AT_ONCE // max(1, len(table)))
    for first in range(0, settings.null_books, at_once):
        orders = draw(min(at_once, settings.null_books - first), rng)
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


def _shuffled(customers: int, columns: int, books: int, rng: np.random.Generator) -> np.ndarray:
    """Order of the customers in each column of null books, each drawn on its own."""
    return rng.permuted(np.broadcast_to(np.arange(customers)[:, None], (books, customers, columns)), axis=1)


def _shares(totals: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """Shares of the grades in each row of totals; missing totals do not count."""
    known = ~np.isnan(totals)
    places = np.where(known, np.digitize(totals, bounds), -1)
    return (places[:, :, None] == np.arange(len(GRADES))).sum(axis=1) / known.sum(axis=1)[:, None]
