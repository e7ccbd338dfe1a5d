import pytest

from crmlib.absent import Absent
from crmlib.matrix import Cuts
from crmlib.matrix.lending import if_unknown
from crmlib.value.model import ValueModel
from crmlib.words.messages import say


@pytest.fixture(scope="module")
def model(jd, jd_indicators):
    weights = jd.tree.leaf_weights(jd.tree.reference_weights())
    return ValueModel.fit(jd_indicators, jd.tree, weights, jd.model.winsor)


def test_points_and_classes_are_counted_for_those_without_a_loan_and_borrowers(jd, jd_indicators, model):
    table = if_unknown(jd_indicators, model, jd)
    without = jd_indicators["A11"] == 0
    assert table["customers"].tolist() == [without.sum(), (~without).sum()]
    other = jd_indicators.assign(A11=jd_indicators["A11"].mask(without))
    scores = model.score(jd_indicators), ValueModel.fit(other, jd.tree, model.weights, jd.model.winsor).score(other)
    assert table.loc["no_loan", "as_zero"] == scores[0].loc[without, "current"].median()
    assert table.loc["no_loan", "as_unknown"] == scores[1].loc[without, "current"].median()
    classes = [Cuts.fit(each, jd.matrix.rules).classify(each) for each in scores]
    assert table["other_class"].sum() == (classes[0] != classes[1]).sum() > 0


def test_who_borrows_must_differ(jd, jd_indicators, model):
    nobody, all_of_them = (jd_indicators.assign(A11=value) for value in (0.0, 1.0))
    assert if_unknown(nobody, model, jd) == Absent(say("scores.nobody_borrows"))
    assert if_unknown(all_of_them, model, jd) == Absent(say("scores.everybody_borrows"))
