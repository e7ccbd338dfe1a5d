import pandas as pd
import pytest

from crmlib.book.calibration import beside_sector, yearly_attrition
from crmlib.book.simulate import simulate
from crmlib.profit import profit_table
from crmlib.study import Study

SEEDS = range(20)
LEAST_SHARE_INSIDE = 0.8


@pytest.fixture(scope="module")
def over_seeds():
    tables = []
    for seed in SEEDS:
        study = Study.load("jd", seed=seed)
        book = simulate(study)
        tables.append(beside_sector(book, profit_table(book, study), study).set_index("figure"))
    return pd.concat(tables, keys=SEEDS, names=["seed"])


def test_the_study_lies_within_every_target_band(jd, jd_book, jd_profit):
    table = beside_sector(jd_book, jd_profit, jd)
    assert table["inside"].all(), table[~table["inside"]].to_string()


def test_most_books_lie_within_each_band(over_seeds):
    shares = over_seeds["inside"].groupby("figure").mean().drop("loans in default")
    assert (shares >= LEAST_SHARE_INSIDE).all(), shares.to_string()


def test_defaults_scatter_around_the_target_from_book_to_book(over_seeds):
    obtained = over_seeds.xs("loans in default", level="figure")["obtained"]
    assert obtained.between(0, 0.05).mean() >= LEAST_SHARE_INSIDE


def test_attrition_is_counted_by_calendar_year(jd_book, as_of):
    shares = yearly_attrition(jd_book, as_of)
    assert list(shares) == [2011, 2012, 2013, 2014, 2015]
    assert all(0.01 < share < 0.1 for share in shares.values())
