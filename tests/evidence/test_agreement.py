import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.evidence.agreement import CHOICES, alternatives, choice_numbers, under_experts, under_weights, what_matters
from crmlib.matrix.classes import Cuts
from crmlib.value.model import ValueModel
from crmlib.value.weightings import STUDY, fill_by_siblings, other_weightings
from crmlib.words.messages import say

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


def test_key_numbers_are_the_most_that_each_choice_moves(table):
    single = what_matters(table)
    numbers = choice_numbers(single)
    assert numbers["most_moved"] == single["changed"].max() == max(numbers.values())
    assert {f"moved_by_{choice}" for choice in single["choice"]} == set(numbers) - {"most_moved"}


def test_each_expert_is_left_out_once_and_all_are_joined_otherwise(jd, jd_book, some, model):
    judged = jd_book.judgements
    asked = under_experts(some, model, judged, jd)
    assert set(asked.alone.index) == set(judged["expert"])
    assert asked.table["choice"].value_counts().to_dict() == {"left_out": judged["expert"].nunique(), "joined": 4}
    assert asked.joined.max() == asked.table.set_index("choice").loc["joined", "changed"].max()


def test_one_expert_alone_cannot_be_left_out(jd, jd_book, some, model):
    one = jd_book.judgements.query("expert == '1'")
    assert len(one)
    found = under_experts(some, model, one, jd)
    assert found == Absent(say("evidence.fewer_than_two")) and found.table == found
    equal = jd.model_copy(update={"model": jd.model.model_copy(update={"weights": "equal"})})
    assert under_experts(some, model, jd_book.judgements, equal) == found
