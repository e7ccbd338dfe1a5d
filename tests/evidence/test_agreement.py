import pandas as pd
import pytest

from crmlib.evidence.agreement import CHOICES, alternatives, under_weights, what_matters
from crmlib.matrix.classes import Cuts
from crmlib.value.model import ValueModel
from crmlib.value.weightings import STUDY, fill_by_siblings, other_weightings

RULES = ("p70", "median")


@pytest.fixture(scope="module")
def some(jd_indicators):
    return jd_indicators.iloc[:150]


@pytest.fixture(scope="module")
def model(jd, some):
    return ValueModel.fit(some, jd.tree, jd.tree.leaf_weights(jd.tree.reference_weights()))


@pytest.fixture(scope="module")
def table(some, model):
    return alternatives(some, model, RULES)


def test_the_studys_own_is_first_and_agrees_with_itself(table):
    first = table.iloc[0]
    assert first[["weights", "scaling", "cuts"]].tolist() == [STUDY] * 3 and first["differs"] == "none"
    assert first[["changed", "adjusted_rand", "spearman", "kendall", "top20"]].tolist() == pytest.approx(
        [0, 1, 1, 1, 1]
    )


def test_every_combination_that_is_not_refused_is_there_once(table, some, model):
    names = ["weights", "scaling", "aggregation", "cuts"]
    assert not table.duplicated(names).any()
    sizes = table[["aggregation", "cuts"]].nunique().prod()
    by_scaling = table.groupby("scaling")["weights"]
    assert (by_scaling.size() == by_scaling.nunique() * sizes).all()
    ranked = set(table.loc[table["scaling"] == "percentile rank", "weights"])
    assert {"CRITIC", "linear with CRITIC"} <= ranked and not any("entropy" in name for name in ranked)
    own = set(table.loc[table["scaling"] == STUDY, "weights"])
    assert own == set(other_weightings(fill_by_siblings(some, model), model)[0])


def test_what_matters_changes_one_choice_and_is_ordered(table):
    single = what_matters(table)
    assert set(single["choice"]) == set(CHOICES) and STUDY not in set(single["alternative"])
    assert single["changed"].is_monotonic_decreasing
    row = single[single["alternative"] == "top20"].iloc[0]
    assert row["choice"] == "cuts" and row["spearman"] == 1 and row["changed"] > 0


def test_the_share_that_changes_is_counted_on_customers(table, some, model):
    scores = model.score(some)
    study, mean = (Cuts.fit(scores, rules).classify(scores) for rules in (RULES, ("mean", "mean")))
    single = what_matters(table).set_index("alternative")
    assert single.loc["mean", "changed"] == pytest.approx((study != mean).mean())


def test_other_weights_are_compared_on_classes_with_cuts_of_their_own(some, model):
    other = model.local.copy()
    other["A11"], other["A1"], other["A2"] = 1.0, 0.1, 0.65
    local = pd.DataFrame([model.local, other], index=["same", "other"])
    found = under_weights(some, model, local, RULES)
    assert found.loc["same"].tolist() == pytest.approx([0, 1, 1, 1, 1])
    sides = [Cuts.fit(s, RULES).classify(s)
             for s in (model.score(some), model.reweighted(other).score(some))]  # fmt: skip
    assert found.loc["other", "changed"] == pytest.approx((sides[0] != sides[1]).mean()) and sides[0].ne(sides[1]).any()
    assert under_weights(some, model, local[:0], RULES).empty


def test_the_weights_of_the_axes_move_nobody(some, model):
    local = model.local.copy()
    local["A"], local["B"] = 0.3, 0.7
    found = under_weights(some, model, pd.DataFrame([local]), RULES).iloc[0]
    assert found["changed"] == 0 and found["spearman"] < 1


def test_row_order_changes_nothing(table, some, model):
    pd.testing.assert_frame_equal(alternatives(some.sample(frac=1, random_state=2), model, RULES), table)
