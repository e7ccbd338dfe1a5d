from dataclasses import replace

import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.book.calibration import attrition_by_calendar_year, beside_sector
from crmlib.book.simulate import simulate
from crmlib.profit import profit_table
from crmlib.study import Study
from crmlib.words.messages import say
from crmlib.words.texts import has, text
from crmlib.words.voice import Voice

SEEDS = range(20)
LEAST_SHARE_INSIDE = 0.8


@pytest.fixture(scope="module")
def over_seeds():
    tables = []
    for seed in SEEDS:
        study = Study.load("jd", seed=seed)
        book = simulate(study)
        tables.append(beside_sector(book, profit_table(book, study), study).table.set_index("figure"))
    return pd.concat(tables, keys=SEEDS, names=["seed"])


def test_the_study_lies_within_every_target_band(jd, jd_book, jd_profit):
    found = beside_sector(jd_book, jd_profit, jd)
    assert set(found.outside) <= {"npl"}, found.table.to_string()
    assert found.customers == 1200


def test_every_figure_and_source_has_a_name_in_words(jd, jd_book, jd_profit):
    for row in beside_sector(jd_book, jd_profit, jd).table.itertuples():
        assert has(f"names.figure.{row.figure}") and text(f"names.origin.{row.figure}", "en") == row.source


def test_people_read_each_figure_in_its_own_unit(jd, jd_book, jd_profit):
    shown = beside_sector(jd_book, jd_profit, jd).shown.set_index("figure")["found"].map(Voice().say)
    assert shown["deposits"] == "40 亿元 (39 to 41 亿元)" and shown["npl"].endswith("(1.2 to 1.8 %)")


def test_a_book_that_was_read_is_not_calibrated(jd, jd_book, jd_profit):
    assert beside_sector(replace(jd_book, simulated=False), jd_profit, jd) == Absent(say("book.not_calibrated"))


def test_most_books_lie_within_each_band(over_seeds):
    shares = over_seeds["inside"].groupby("figure").mean().drop("npl")
    assert (shares >= LEAST_SHARE_INSIDE).all(), shares.to_string()


def test_defaults_scatter_around_the_target_from_book_to_book(over_seeds):
    obtained = over_seeds.xs("npl", level="figure")["obtained"]
    assert obtained.between(0, 0.05).mean() >= LEAST_SHARE_INSIDE


def test_attrition_is_counted_by_calendar_year(jd_book, as_of):
    shares = attrition_by_calendar_year(jd_book, as_of)
    assert list(shares) == [2011, 2012, 2013, 2014, 2015]
    assert all(0.01 < share < 0.1 for share in shares.values())
