"""Agreement with other people's implementations, on whatever input they accept.

Each is skipped, and says so, where the peer is not installed (``uv sync --group peers``).
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmlib.value.topsis import topsis
from crmlib.value.weights import ahp, critic, entropy

pytestmark = pytest.mark.slow
TABLES = settings(max_examples=200, deadline=None)
NEAR = {"rel": 1e-7, "abs": 1e-9}
AHPY_INDEX = {3: 0.52, 4: 0.89, 5: 1.11, 6: 1.25, 7: 1.35, 8: 1.40, 9: 1.45}


@st.composite
def tables(draw):
    """Positive tables: peers disagree on zeros, and one turns a negative into a plausible wrong weight."""
    rows, columns = draw(st.integers(3, 12)), draw(st.integers(2, 6))
    column = st.lists(st.integers(1, 1000), min_size=rows, max_size=rows).filter(lambda found: len(set(found)) > 1)
    return pd.DataFrame([draw(column) for _ in range(columns)], dtype=float).T


@st.composite
def weighted(draw):
    """A table with weights and the columns of which less is better."""
    table = draw(tables())
    weights = pd.Series([draw(st.integers(1, 100)) for _ in table], dtype=float)
    return table, weights / weights.sum(), [column for column in table if draw(st.booleans())]


@st.composite
def judgements(draw):
    n = draw(st.integers(3, 9))
    matrix = np.eye(n)
    for i, j in zip(*np.triu_indices(n, 1), strict=True):
        step = draw(st.integers(1, 9))
        matrix[i, j] = step if draw(st.booleans()) else 1 / step
        matrix[j, i] = 1 / matrix[i, j]
    return pd.DataFrame(matrix, [*"abcdefghi"[:n]], [*"abcdefghi"[:n]])


def told_apart(table):
    """Whether some column says something else than the others: CRITIC divides by zero in peers where none does."""
    return table.corr().to_numpy().min() < 1 - 1e-6


@pytest.fixture(scope="module")
def pymcdm():
    found = pytest.importorskip("pymcdm", reason="pymcdm is not installed: uv sync --group peers")
    pytest.importorskip("pymcdm.methods")
    pytest.importorskip("pymcdm.weights")
    return found


@pytest.fixture(scope="module")
def skcriteria():
    found = pytest.importorskip("skcriteria", reason="scikit-criteria is not installed: uv sync --group peers")
    for part in (
        "agg.similarity",
        "preprocessing.invert_objectives",
        "preprocessing.scalers",
        "preprocessing.weighters",
    ):
        pytest.importorskip(f"skcriteria.{part}")
    return found


@pytest.fixture(scope="module")
def ahpy():
    return pytest.importorskip("ahpy", reason="AHPy is not installed: uv sync --group peers")


@TABLES
@given(table=tables())
def test_entropy_agrees_with_pymcdm(pymcdm, table):
    assert entropy(table).tolist() == pytest.approx(pymcdm.weights.entropy_weights(table.to_numpy()), **NEAR)


@TABLES
@given(table=tables())
def test_entropy_agrees_with_scikit_criteria(skcriteria, table):
    peer = skcriteria.preprocessing.weighters.entropy_weights(table.to_numpy())
    assert entropy(table).tolist() == pytest.approx(peer, **NEAR)


@TABLES
@given(table=tables())
def test_critic_agrees_with_pymcdm(pymcdm, table):
    assume(told_apart(table))
    assert critic(table).tolist() == pytest.approx(pymcdm.weights.critic_weights(table.to_numpy()), **NEAR)


@TABLES
@given(case=weighted())
def test_critic_agrees_with_scikit_criteria_on_benefits_and_costs(skcriteria, case):
    table, _, cost = case
    signs = np.where(table.columns.isin(cost), -1, 1)
    assume(told_apart(table * signs))
    peer = skcriteria.preprocessing.weighters.critic_weights(table.to_numpy(), signs)
    assert critic(table * signs).tolist() == pytest.approx(peer, **NEAR)


@TABLES
@given(case=weighted())
def test_topsis_agrees_with_pymcdm(pymcdm, case):
    table, weights, cost = case
    peer = pymcdm.methods.TOPSIS(pymcdm.normalizations.vector_normalization)
    signs = np.where(table.columns.isin(cost), -1, 1)
    closeness = peer(table.to_numpy(), weights.to_numpy(), signs, validation=False)
    assert topsis(table, weights, cost).tolist() == pytest.approx(closeness, **NEAR)


@TABLES
@given(case=weighted())
def test_topsis_agrees_with_scikit_criteria(skcriteria, case):
    table, weights, cost = case
    signs = np.where(table.columns.isin(cost), -1, 1)
    decision = skcriteria.mkdm(table.to_numpy(), signs, weights=weights.to_numpy())
    scaled = skcriteria.preprocessing.scalers.VectorScaler("matrix").transform(decision)
    benefits = skcriteria.preprocessing.invert_objectives.NegateMinimize().transform(scaled)
    peer = skcriteria.agg.similarity.TOPSIS().evaluate(benefits)
    assert topsis(table, weights, cost).tolist() == pytest.approx(peer.extra_.similarity, **NEAR)


@TABLES
@given(matrix=judgements())
def test_ahp_agrees_with_ahpy_to_the_decimals_it_gives(ahpy, matrix):
    """AHPy has another random index, also Saaty's (2005): the indices are compared, not the ratios."""
    pairs = {(i, j): matrix.loc[i, j] for place, i in enumerate(matrix) for j in list(matrix)[place + 1 :]}
    peer = ahpy.Compare("peer", pairs, precision=6, random_index="saaty")
    own = ahp(matrix)
    assert [peer.local_weights[name] for name in matrix] == pytest.approx(own.weights.tolist(), abs=2e-6)
    assert peer.consistency_ratio * AHPY_INDEX[len(matrix)] == pytest.approx(own.consistency_index, abs=2e-6)
