from dataclasses import replace

import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.book.calibration import attrition_by_calendar_year, beside_sector, figures
from crmlib.seeds import figures_of_others
from crmlib.study import Study
from crmlib.words.messages import say
from crmlib.words.texts import has, text
from crmlib.words.voice import Voice

LEAST_SHARE_INSIDE = 0.8


@pytest.fixture(scope="module")
def others(jd_book, jd_profit, as_of):
    """Figures of two other books: one like that of the study, one with thrice its loans in default."""
    own = pd.DataFrame([figures(jd_book, jd_profit, as_of)] * 2)
    return own.assign(npl=[0.015, 0.045])


@pytest.fixture
def found(jd, jd_book, jd_profit, others):
    return beside_sector(jd_book, jd_profit, others, jd)


def test_what_a_dial_asks_for_lies_in_its_band_by_construction(found):
    table = found.table.set_index("figure")
    assert found.scaled == ["deposits", "loans", "attrition", "fee_share", "products", "borrowers"]
    assert table.loc[found.scaled, "inside"].all(), table.to_string()
    assert found.customers == 1200


def test_checked_figures_count_and_the_others_do_not(found):
    assert list(found.checked["figure"]) == ["top20_deposits", "eva_negative", "npl", "margin"]
    assert found.inside == 4 - len(found.outside) and set(found.outside) <= {*found.checked["figure"]}


def test_other_books_stand_beside_each_figure(found):
    npl = found.table.set_index("figure").loc["npl"]
    assert (npl["p5"], npl["p95"], npl["books_inside"]) == (pytest.approx(0.0165), pytest.approx(0.0435), 1)
    assert (found.books, found.books_all_inside) == (2, 1)


def test_without_other_books_nothing_stands_beside(jd, jd_book, jd_profit):
    alone = beside_sector(jd_book, jd_profit, pd.DataFrame(), jd)
    assert alone.books == 0 and alone.table["p5"].isna().all()
    assert not {"in_others", "others_inside"} & {*alone.shown}


def test_every_figure_and_source_has_a_name_in_words(found):
    for row in found.table.itertuples():
        assert has(f"names.figure.{row.figure}") and text(f"names.origin.{row.figure}", "en") == row.source
    assert all(has(f"names.placed.{placed}") for placed in ("construction", "inside", "outside"))


def test_people_read_each_figure_in_its_own_unit(found):
    shown = found.shown.set_index("figure")
    assert Voice().say(shown.loc["deposits", "found"]) == "40 亿元 (39 to 41 亿元)"
    found, others, counted = map(Voice().say, shown.loc["npl", ["found", "in_others", "others_inside"]])
    assert found.endswith("(1.2 to 1.8 %)") and others == "1.7 to 4.3 %" and counted == "1 of 2"
    assert shown.loc["loans", ["placed", "others_inside"]].tolist() == ["construction", None]


def test_a_book_that_was_read_is_not_calibrated(jd, jd_book, jd_profit, others):
    read = beside_sector(replace(jd_book, simulated=False), jd_profit, others, jd)
    assert read == Absent(say("book.not_calibrated"))


@pytest.mark.slow
def test_most_books_lie_within_each_band(jd, found):
    table = found.table.set_index("figure")
    others = figures_of_others(Study.load("jd", other_books=20))
    inside = (others.ge(table["low"]) & others.le(table["high"])).mean()
    assert (inside.drop("npl") >= LEAST_SHARE_INSIDE).all(), inside.to_string()
    assert others["npl"].between(0, 0.05).mean() >= LEAST_SHARE_INSIDE


def test_attrition_is_counted_by_calendar_year(jd_book, as_of):
    shares = attrition_by_calendar_year(jd_book, as_of)
    assert list(shares) == [2011, 2012, 2013, 2014, 2015]
    assert all(0.01 < share < 0.1 for share in shares.values())
