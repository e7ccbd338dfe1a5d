import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmlib.errors import CrmError
from crmlib.evidence.outcome import beside_baseline, discrimination, roc


@st.composite
def appraised(draw):
    rows = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), min_size=4, max_size=25))
    frame = pd.DataFrame(rows, columns=["score", "sales", "outcome"])
    assume(2 <= frame["outcome"].sum() <= len(frame) - 2)
    return frame


def delong_by_definition(frame):
    """Areas and covariance from the structural components of DeLong et al. (1988), equations 2 to 6."""
    safe, hit = frame[~frame["outcome"]], frame[frame["outcome"]]
    areas, above, below = [], [], []
    for name in ("score", "sales"):
        pairs = np.subtract.outer(safe[name].to_numpy(), hit[name].to_numpy())
        psi = (pairs > 0) + (pairs == 0) / 2
        areas.append(psi.mean())
        above.append(psi.mean(axis=1))
        below.append(psi.mean(axis=0))
    return np.array(areas), np.cov(above) / len(safe) + np.cov(below) / len(hit)


@given(appraised())
def test_areas_and_intervals_are_delongs(frame):
    areas, covariance = delong_by_definition(frame)
    table = discrimination(frame[["score", "sales"]], frame["outcome"], 0.95)
    half = 1.959964 * np.sqrt(np.diag(covariance))
    assert table["auc"].to_numpy() == pytest.approx(areas)
    assert table["low"].to_numpy() == pytest.approx(np.clip(areas - half, 0, 1), abs=1e-6)
    spread = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    assert table["lead"][0] == pytest.approx(areas[0] - areas[1], abs=1e-12)
    assert table["lead_high"][0] - table["lead"][0] == pytest.approx(1.959964 * max(spread, 0) ** 0.5, abs=1e-6)


@given(appraised())
def test_the_area_is_that_under_the_curve(frame):
    curve = roc(frame["score"], frame["outcome"])
    area = np.trapezoid(curve["true_positive"], curve["false_positive"])
    assert area == pytest.approx(discrimination(frame[["score"]], frame["outcome"])["auc"][0])
    assert curve.iloc[0].tolist() == [0, 0] and curve.iloc[-1].tolist() == pytest.approx([1, 1])


@given(appraised())
def test_the_baseline_has_no_lead_over_itself(frame):
    table = discrimination(frame[["score", "sales"]], frame["outcome"])
    assert table.loc[1, ["lead", "lead_low", "lead_high"]].tolist() == pytest.approx([0, 0, 0], abs=1e-7)


@given(appraised(), st.randoms())
def test_row_order_and_scale_do_not_matter(frame, random):
    rows = list(frame.index)
    random.shuffle(rows)
    moved = discrimination(np.exp(frame.loc[rows, ["score", "sales"]]), frame["outcome"])
    stay = discrimination(frame[["score", "sales"]], frame["outcome"])
    assert moved.drop(columns="score").to_numpy() == pytest.approx(stay.drop(columns="score").to_numpy())


def test_intervals_cover_as_often_as_they_say():
    """400 books in which the true area is Φ(1/√2) = 0.7602."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        outcome = pd.Series(np.arange(120) < 40)
        score = pd.DataFrame({"score": rng.normal(size=120) + ~outcome})
        table = discrimination(score, outcome, 0.9)
        hits += table["low"][0] < 0.7602 < table["high"][0]
    assert 0.85 < hits / 400 < 0.95


def test_an_outcome_that_all_share_is_refused():
    with pytest.raises(CrmError, match="must differ between customers: 0 of 2 have it"):
        discrimination(pd.DataFrame({"score": [1.0, 2.0]}), pd.Series([False, False]))


def test_missing_scores_are_named():
    with pytest.raises(CrmError, match="missing for any of 2 customers, found missing sales: 1"):
        discrimination(pd.DataFrame({"sales": [1.0, np.nan]}), pd.Series([True, False]))


@pytest.fixture
def tables():
    scores = pd.DataFrame({"customer_id": ["a", "b", "c"], "total": 1.0, "current": 2.0, "potential": 3.0})
    indicators = pd.DataFrame({"customer_id": ["c", "b", "a"], "A11": [5.0, np.nan, 7.0]})
    outcomes = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "outcome": [True, False, False, True]})
    return scores, indicators, outcomes


def test_only_customers_with_score_baseline_and_outcome_are_ranked(tables):
    ranked, outcome = beside_baseline(*tables, "A11")
    assert list(ranked) == ["total", "current", "potential", "A11"]
    assert ranked["A11"].to_dict() == {"a": 7.0, "c": 5.0} and outcome.to_dict() == {"a": True, "c": False}


def test_an_unknown_baseline_gets_the_nearest(tables):
    with pytest.raises(CrmError, match=r"A1 is not an indicator. Did you mean A11\? Indicators: A11"):
        beside_baseline(*tables, "A1")
