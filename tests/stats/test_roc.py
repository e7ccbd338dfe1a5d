import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmlib.errors import CrmError
from crmlib.stats.roc import discrimination, drawn_areas, roc_curve


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
    curve = roc_curve(frame["score"], frame["outcome"])
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


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 3)), min_size=2, max_size=14))
def test_the_area_of_a_draw_is_that_of_the_drawn_rows(rows):
    score, lost, counts = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    pairs = [
        (a > b) + 0.5 * (a == b)
        for a in np.repeat(score[lost == 1], counts[lost == 1].astype(int))
        for b in np.repeat(score[lost == 0], counts[lost == 0].astype(int))
    ]
    with np.errstate(invalid="ignore"):
        found = drawn_areas(score, lost > 0, counts[None, :])[0]
    assert found == pytest.approx(np.mean(pairs)) if pairs else np.isnan(found)
