"""Rules for hours: the same hours for every manager, in another order."""

import numpy as np
import pandas as pd
import pytest

from crmlib.strategy.allocation import gain
from crmlib.strategy.rules import CLASS_RULE, OPTIMUM, TODAY, best, handed_down, hours_by_rule
from crmlib.study import Study

STUDY = Study.load("jd")


@pytest.fixture
def prospects():
    rng = np.random.default_rng(8)
    n = 80
    return pd.DataFrame({
        "rm_id": rng.choice(["RM1", "RM2"], n), "class": rng.choice(["platinum", "gold", "iron", "lead"], n),
        "total": rng.uniform(0, 100, n), "hours_now": rng.gamma(1.0, 12.0, n), "deposits": rng.lognormal(13, 1, n),
        "sales": rng.lognormal(16, 1, n), "headroom": rng.lognormal(14, 1, n), "scale": rng.choice([5.0, 20.0], n),
    }, pd.Index([f"{k:06d}" for k in range(n)], name="customer_id")).assign(
        potential_gain=lambda table: 0.0015 * table["headroom"]
    )  # fmt: skip


def test_every_rule_spends_every_managers_hours(prospects):
    sums = hours_by_rule(prospects, STUDY).groupby(prospects["rm_id"]).sum()
    for rule in sums:
        assert sums[rule].tolist() == pytest.approx(sums[TODAY].tolist()), rule


def test_a_list_gives_the_very_hours_of_today_the_most_to_its_first(prospects):
    hours = hours_by_rule(prospects, STUDY)
    for rule in ("deposits first", "sales first", "headroom first"):
        by = rule.split()[0]
        for _, own in prospects.groupby("rm_id"):
            given = hours.loc[own.sort_values(by, ascending=False).index, rule]
            assert given.tolist() == sorted(own["hours_now"], reverse=True), rule


def test_the_class_rule_serves_classes_in_their_order_then_by_score(prospects):
    hours = hours_by_rule(prospects, STUDY)[CLASS_RULE]
    for _, own in prospects.groupby("rm_id"):
        for better, worse in (("platinum", "gold"), ("gold", "iron"), ("iron", "lead")):
            assert hours[own.index[own["class"] == better]].min() >= hours[own.index[own["class"] == worse]].max()
        gold = own[own["class"] == "gold"].sort_values("total")
        assert hours[gold.index].is_monotonic_increasing


def test_the_class_rule_follows_renamed_classes(prospects):
    names = {"high_high": "A", "high_low": "B", "low_high": "C", "low_low": "D"}
    renamed = prospects.assign(
        **{"class": prospects["class"].map(dict(zip(STUDY.matrix.labels.values(), names.values(), strict=True)))}
    )
    study = Study.load("jd", **{"matrix.labels": names})
    pd.testing.assert_frame_equal(hours_by_rule(renamed, study), hours_by_rule(prospects, STUDY))


def test_no_rule_is_expected_to_win_more_than_the_optimum(prospects):
    hours = hours_by_rule(prospects, STUDY)
    wins = {rule: gain(prospects["potential_gain"], prospects["scale"], own).sum() for rule, own in hours.items()}
    assert max(wins, key=wins.get) == OPTIMUM


def test_the_optimum_does_not_depend_on_the_unit_of_what_is_won(prospects):
    """Take-up and margin scale everybody alike: they set the price of an hour, not who gets it."""
    once, twice = (best(prospects, factor * prospects["potential_gain"]) for factor in (1.0, 7.0))
    assert once.tolist() == pytest.approx(twice.tolist(), abs=1e-9)


def test_a_list_keeps_the_customers_in_their_rows(prospects):
    assert handed_down(prospects, -prospects["sales"]).index.equals(prospects.index)
