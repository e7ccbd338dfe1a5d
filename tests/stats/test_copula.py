import numpy as np
import pandas as pd
import pytest

from crmlib.stats.copula import Copula, mended, rank_correlation


def table(n=400, seed=2):
    """Three columns that go together, one of them mostly zeros and one with gaps, and a constant."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n, 1))
    found = pd.DataFrame(np.exp(factor + rng.normal(size=(n, 3))), columns=list("abc")).assign(d=5.0)
    found["b"] = found["b"].where(found["b"] > found["b"].quantile(0.7), 0.0)
    return found.mask(np.column_stack([np.zeros((n, 2)), rng.random((n, 1)) < 0.2, np.zeros((n, 1))]).astype(bool))


def drawn(found, books, seed=0):
    """Columns of books that are drawn, one below the other."""
    places = Copula.fit(found).orders(books, np.random.default_rng(seed))
    values = np.take_along_axis(np.sort(found.to_numpy(), axis=0)[None], places, axis=1)
    return values.reshape(-1, found.shape[1])


def test_books_keep_values_zeros_and_gaps():
    found, own = table(), drawn(table(), 3)
    for column in range(4):
        for book in np.split(own[:, column], 3):
            assert np.array_equal(np.sort(book), np.sort(found.iloc[:, column]), equal_nan=True)
    gaps = np.isnan(own[:, 2])
    assert gaps.sum() == 3 * found["c"].isna().sum() > 0


def test_books_keep_rank_correlations_those_with_a_column_of_ties_nearly():
    wanted = rank_correlation(table(4000).rank().to_numpy())
    kept = rank_correlation(pd.DataFrame(drawn(table(4000), 5)).rank().to_numpy())
    assert wanted[0, 2] > 0.4 and kept[0, 2] == pytest.approx(wanted[0, 2], abs=0.02)
    assert kept[0, 1] == pytest.approx(wanted[0, 1], abs=0.08)


def test_rank_correlation_is_spearmans_and_none_where_nothing_varies():
    found = table()
    own = rank_correlation(found.rank().to_numpy())
    assert own[:3, :3] == pytest.approx(found.iloc[:, :3].corr("spearman").to_numpy(), abs=0.02)
    assert own[3].tolist() == [0, 0, 0, 1] and rank_correlation(np.full((3, 2), np.nan)).tolist() == [[1, 0], [0, 1]]


def test_correlations_that_cannot_hold_together_are_mended_and_others_are_left():
    wrong = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1.0]])
    possible, change = mended(wrong)
    assert np.linalg.eigvalsh(possible).min() > 0 and np.diag(possible) == pytest.approx(1)
    assert change == pytest.approx(np.abs(possible - wrong).max()) and change > 0.3
    assert mended(np.eye(3))[1] == 0.0


def test_the_order_of_customers_changes_nothing():
    found = table()
    assert np.array_equal(drawn(found, 2), drawn(found.sample(frac=1, random_state=1), 2), equal_nan=True)
