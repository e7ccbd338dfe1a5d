import numpy as np
import pandas as pd
import pytest

from crmlib.book.dynamics import DECLINING, _default_hazards, evolve
from crmlib.book.population import population
from crmlib.book.simulate import simulate
from crmlib.study import BookSettings, Study

MONTHS = pd.date_range("2011-01-01", periods=60, freq="MS")
CHANCE, ARREARS = 0.05, 3


def paths_of(seed=3, **dials):
    names = {name if "." in name else f"book.{name}": value for name, value in dials.items()}
    study, rng = Study.load("jd", **{"book.customers": 3000, **names}), np.random.default_rng(seed)
    people = population(study.book, MONTHS, rng)
    return people, evolve(people, study, CHANCE * people["borrower"].to_numpy(), rng)


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
    assert (paths.unpaid[~people["borrower"].to_numpy()] == 0).all()


def test_the_yearly_factor_of_default_rates_averages_to_one():
    hazards = _default_hazards(np.array([0.01]), 12 * 4000, 0.5, np.random.default_rng(1))
    yearly = 1 - (1 - hazards[0, ::12]) ** 12
    assert yearly.mean() == pytest.approx(0.01, rel=0.03)
    assert np.log(yearly).std() == pytest.approx(0.5, rel=0.03)


@pytest.fixture(scope="module")
def alike():
    """Borrowers whose chance to default is the same every year and that do not leave otherwise."""
    people, paths = paths_of(**{"profit.default_spread": 0.0}, attrition=0.0)
    there = (people["entry"].to_numpy() < 0) & people["borrower"].to_numpy()
    return paths.unpaid[there], paths.left[there]


def test_as_many_stop_paying_in_a_year_as_the_probability_says(alike):
    unpaid, _ = alike
    paid = unpaid[:, :-12] == 0
    assert (unpaid[:, 12:][paid] > 0).mean() == pytest.approx(CHANCE, rel=0.2)


def test_as_many_are_in_default_at_the_start_as_later_and_they_stay_as_long_as_asked(alike):
    unpaid, left = alike
    there = left[:, None] >= np.arange(60)
    share = ((unpaid > ARREARS) & there).sum(axis=0) / there.sum(axis=0)
    assert share[:3].mean() == pytest.approx(share[30:].mean(), rel=0.2)
    assert unpaid[there].max() == ARREARS + BookSettings().workout_months


@pytest.mark.slow
def test_loans_in_default_come_out_near_what_banks_publish():
    """One book scatters by two points, since a few large loans decide. The mean of 60 is near 1.2 to 1.8 %."""
    shares = []
    for seed in range(60):
        rows = simulate(Study.load("jd", seed=seed)).activity
        last = rows[rows["month"] == rows["month"].max()]
        shares.append(last.loc[last["days_overdue"] > 90, "loan"].sum() / last["loan"].sum())
    assert np.mean(shares) == pytest.approx(0.015, abs=0.004)
