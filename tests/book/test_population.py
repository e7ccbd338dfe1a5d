import numpy as np
import pandas as pd
import pytest

from crmlib.book.population import INDUSTRIES, PRODUCTS, population
from crmlib.study import BookSettings

MONTHS = pd.date_range("2011-01-01", periods=60, freq="MS")


@pytest.fixture(scope="module")
def people():
    return population(BookSettings(customers=4000), MONTHS, np.random.default_rng(1))


def test_sizes_and_borrowing_follow_the_dials(people):
    assert people["size"].value_counts(normalize=True).sort_index().round(2).tolist() == pytest.approx(
        [0.02, 0.13, 0.45, 0.40], abs=0.02
    )
    assert people["borrower"].mean() == pytest.approx(0.26, abs=0.02)


def test_nobody_is_founded_after_opening_or_opens_after_entry(people):
    assert (people["founded"] <= people["opened"]).all()
    newcomers = people[people["entry"] >= 0]
    assert (newcomers["opened"].dt.to_period("M") == MONTHS[newcomers["entry"]].to_period("M")).all()
    assert (people.loc[people["entry"] < 0, "opened"] < MONTHS[0]).all()


def test_every_borrower_is_rated(people):
    assert people.loc[people["borrower"], "rating"].notna().all()
    assert people["rating"].isna().any()


def test_shares_of_industries_and_products_are_shares():
    assert INDUSTRIES["share"].sum() == pytest.approx(1)
    assert PRODUCTS["share"].between(0, 1).all()
