import numpy as np
import pandas as pd
import pytest

from crmlib.book.dynamics import DECLINING, evolve
from crmlib.book.population import population
from crmlib.study import BookSettings, ProfitSettings

MONTHS = pd.date_range("2011-01-01", periods=60, freq="MS")
PD = ProfitSettings().pd_by_rating


def paths_of(seed=3, **dials):
    settings = BookSettings(customers=3000, **dials)
    rng = np.random.default_rng(seed)
    people = population(settings, MONTHS, rng)
    return people, evolve(people, settings, PD, rng)


@pytest.fixture(scope="module")
def base():
    return paths_of()


def test_leaving_follows_the_dial(base):
    people, paths = base
    standing = ((people["entry"].to_numpy()[:, None] < np.arange(60)) & (paths.left[:, None] >= np.arange(60))).sum()
    left = (paths.left < 60).sum()
    assert left / (standing / 12) == pytest.approx(0.048, abs=0.012)


def test_those_in_decline_leave_more_often(base):
    _, paths = base
    gone = paths.left < 60
    state = paths.state[np.arange(len(gone)), np.minimum(paths.left, 59)]
    assert (state[gone] == DECLINING).mean() > 2 * (state[~gone] == DECLINING).mean()


def test_gamma_pulls_the_share_of_customers_with_headroom():
    correlations = []
    for gamma in (0.0, 0.5):
        people, paths = paths_of(gamma=gamma, beta=0.0)
        rise = np.log(paths.share[:, -1] / (1 - paths.share[:, -1])) - np.log(
            paths.share[:, 0] / (1 - paths.share[:, 0])
        )
        wallet = np.log(people["sales"] * people["wallet_ratio"])
        correlations.append(np.corrcoef(wallet, rise)[0, 1])
    assert abs(correlations[0]) < 0.06
    assert correlations[1] > 0.3


def test_the_same_stream_gives_the_same_paths(base):
    _, again = paths_of()
    for name, values in vars(base[1]).items():
        assert np.array_equal(values, getattr(again, name)), name


def test_nobody_defaults_without_a_loan(base):
    people, paths = base
    assert (paths.default_age[~people["borrower"].to_numpy()] == -1).all()


def test_defaults_average_to_the_dial_over_seeds():
    """One book scatters by two points: a few large loans decide. Over 60 books of 1,200 the mean is near 1.5 %."""
    shares = []
    for seed in range(60):
        settings, rng = BookSettings(), np.random.default_rng(seed)
        people = population(settings, MONTHS, rng)
        paths = evolve(people, settings, PD, rng)
        loans = people["sales"] * people["loan_ratio"] * people["borrower"] * paths.growth[:, -1]
        loans = loans.to_numpy() * (0.25 + paths.share[:, -1]) * (paths.left == 60)
        shares.append(loans[paths.default_age[:, -1] >= 3].sum() / loans.sum())
    assert np.mean(shares) == pytest.approx(0.015, abs=0.005)
