"""Profile: parts sum to the whole, and moving no cut moves nobody."""

import numpy as np
import pandas as pd
import pytest

from crmlib.matrix import CLASSES, Cuts
from crmlib.matrix.profile import cut_sensitivity, held_by_class, spread, stage_table
from crmlib.matrix.stages import STAGES


@pytest.fixture
def scores():
    random = np.random.default_rng(7)
    return pd.DataFrame(random.uniform(0, 100, (200, 2)), columns=["current", "potential"]).rename("{:06d}".format)


@pytest.fixture
def classes(scores):
    return Cuts.fit(scores, ("p70", "median")).classify(scores)


def test_totals_and_shares_sum_to_the_whole(classes):
    amounts = pd.DataFrame({"eva": np.arange(150.0)}, index=classes.index[:150])
    found = held_by_class(classes, amounts, CLASSES).set_index(["measure", "class"])
    assert found.loc["customers", "total"].sum() == 200
    assert found.loc["eva", "total"].sum() == pytest.approx(amounts["eva"].sum())
    assert found.loc["eva", "share"].sum() == pytest.approx(1)
    platinum = amounts["eva"].reindex(classes.index).fillna(0)[classes == "platinum"]
    assert found.loc[("eva", "platinum"), "per_customer"] == pytest.approx(platinum.mean())


def test_a_class_without_customers_is_a_row_of_zeros():
    found = held_by_class(pd.Series(["gold"], ["a"]), pd.DataFrame({"eva": {"a": 2.0}}), CLASSES)
    assert found[found["class"] == "lead"]["total"].tolist() == [0.0, 0.0]
    assert len(found) == 8


def test_the_spread_of_a_class_counts_who_has_no_amount_as_zero():
    classes = pd.Series(["gold", "gold", "gold", "iron"], list("abcd"))
    found = spread(classes, pd.Series({"a": -4.0, "b": 10.0, "d": 2.0}), CLASSES).set_index("class")
    assert found.loc["gold", ["customers", "total", "share", "mean", "middle"]].tolist() == [3, 6.0, 0.75, 2.0, 0.0]
    assert found.loc["gold", "negative"] == pytest.approx(1 / 3)
    assert found.loc["lead", "customers"] == 0
    assert np.isnan(found.loc["lead", "middle"])


def test_every_cell_of_class_and_stage_is_there(classes):
    stage = pd.Series("stable", classes.index)
    table = stage_table(classes, stage, CLASSES)
    assert table.columns.tolist() == list(STAGES)
    assert table["stable"].sum() == table.to_numpy().sum() == 200


def test_the_rule_in_use_moves_nobody_and_shares_are_those_of_the_classes(scores, classes):
    table = cut_sensitivity(scores, Cuts.fit(scores, ("p70", "median")), 0.1).set_index(["axis", "choice"])
    assert table.loc[("current", "p70"), "changed"] == 0
    assert table.loc[("potential", "median"), "changed"] == 0
    assert table.loc[("current", "median"), "changed"] == pytest.approx(0.2)
    assert table[list(CLASSES)].sum(axis=1).round(9).eq(1).all()
    assert {"+10%", "-10%"} <= set(table.loc["current"].index)
    assert table.loc[("current", "p70"), list(CLASSES)].to_dict() == classes.value_counts(normalize=True).to_dict()
