import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.evidence import clusters
from crmlib.evidence.clusters import NORMAL, PERMUTED, beside_null
from crmlib.words.messages import say


def study_with(jd, rules, books, interval=0.9):
    matrix = jd.matrix.model_copy(update={"cut_current": rules[0], "cut_potential": rules[1]})
    evidence = jd.evidence.model_copy(update={"null_books": books, "interval": interval})
    return jd.model_copy(update={"matrix": matrix, "evidence": evidence})


def scores(points):
    return pd.DataFrame(points, columns=["current", "potential"]).rename(index=str)


def test_four_groups_stand_out_of_a_round_cloud_and_a_cloud_does_not(jd):
    rng = np.random.default_rng(1)
    corners = rng.permutation(np.repeat([[0, 0], [0, 9], [9, 0], [9, 9]], [40, 10, 10, 40], axis=0))
    medians = ("median", "median")
    groups = beside_null(scores(corners + rng.normal(size=corners.shape)), study_with(jd, medians, 20))
    cloud = beside_null(scores(rng.normal(size=(200, 2))), study_with(jd, medians, 40, 0.99))
    assert groups["silhouette"].iloc[0] > 0.7 > groups.loc[NORMAL, "high"]
    assert groups.loc[PERMUTED, "silhouette"] > 0.7  # the gaps on each axis are still there
    assert cloud.loc[PERMUTED, "low"] < cloud["silhouette"].iloc[0] < cloud.loc[PERMUTED, "high"]
    assert cloud.loc[NORMAL, "low"] < cloud.loc[NORMAL, "silhouette"] < cloud.loc[NORMAL, "high"]


def test_row_order_changes_nothing_and_large_books_are_sampled(monkeypatch, jd):
    table = scores(np.random.default_rng(2).normal(size=(300, 2)))
    study = study_with(jd, ("p70", "median"), 3)
    first, second = (beside_null(rows, study) for rows in (table, table[::-1]))
    pd.testing.assert_frame_equal(first, second)
    monkeypatch.setattr(clusters, "LARGEST", 100)
    sampled = beside_null(table, study)
    assert sampled["silhouette"].iloc[0] == pytest.approx(first["silhouette"].iloc[0], abs=0.1)


def test_cuts_that_leave_a_cloud_in_one_class_compare_nothing(jd):
    found = beside_null(scores([[10, 20], [20, 80], [90, 90]]), study_with(jd, ("midpoint", "midpoint"), 2))
    assert found == Absent(say("evidence.one_class"))
