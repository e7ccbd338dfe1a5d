"""Clusters: are the classes groups that lie apart, or cuts through a continuum?

The silhouette compares how far customers are from their own class with how far from the nearest other one. Cutting
any cloud in four gives a positive silhouette, so it is read beside clouds that have no groups by construction.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.matrix.classes import Cuts
from crmlib.stats.groups import silhouette
from crmlib.stats.intervals import percentile_interval
from crmlib.study import Study

STUDY, PERMUTED, NORMAL = "study", "permuted", "normal"
STREAM = 94
LARGEST = 3000
"""Customers beyond which a sample is drawn: distances grow with the square of their number."""


@needs()
def beside_null(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Silhouette of the classes beside that of books without groups, cut by the same rules.

    Parameters
    ----------
    scores : DataFrame, index customer_id
        Columns current and potential.
    study : Study

    Returns
    -------
    DataFrame, index ``cloud`` (study, permuted, normal)
        Columns silhouette (mean of the null books), low, high. Normal: one round cloud, which classes that are
        groups must exceed. Permuted: each axis keeps its scores and their gaps, what links the axes is gone. Axes are
        in standard deviations.
    """
    rules, settings, rng = study.matrix.rules, study.evidence, np.random.default_rng([study.seed, STREAM])
    points = scores[["current", "potential"]].sort_values(["current", "potential"]).to_numpy()
    points = points / points.std(axis=0)
    if len(points) > LARGEST:
        points = points[np.sort(rng.choice(len(points), LARGEST, replace=False))]
    kinds = {
        PERMUTED: lambda: np.column_stack([points[:, 0], rng.permutation(points[:, 1])]),
        NORMAL: lambda: rng.normal(size=points.shape),
    }
    rows = [(STUDY, _of_cuts(points, rules), np.nan, np.nan)]
    for name, draw in kinds.items():
        clouds = (draw() for _ in range(settings.null_books))
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            widths = np.array(list(threads.map(partial(_of_cuts, rules=rules), clouds)))
        if np.isnan(widths).any():
            raise Lacking("evidence.one_class")
        rows.append((name, widths.mean(), *percentile_interval(widths, settings.interval)))
    return pd.DataFrame(rows, columns=["cloud", "silhouette", "low", "high"]).set_index("cloud")


def _of_cuts(points: np.ndarray, rules: tuple[str, str]) -> float:
    table = pd.DataFrame(points, columns=["current", "potential"])
    return silhouette(points, Cuts.fit(table, rules).classify(table).to_numpy())
