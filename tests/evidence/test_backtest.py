import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.book import Book
from crmlib.book.simulate import simulate
from crmlib.evidence.backtest import (
    PREDICTORS,
    OutOfTime,
    _ranks,
    classes_in_order,
    compare,
    gain_of_potential,
    known_at,
    out_of_time,
    rounds,
)
from crmlib.profit import profit_table
from crmlib.study import Study

STUDY = Study.load("jd", **{"book.customers": 200, "book.months": 36})
FEW = STUDY.model_copy(update={"evidence": STUDY.evidence.model_copy(update={"bootstrap": 50, "interval": 0.9})})
WEIGHTS = STUDY.tree.leaf_weights(STUDY.tree.reference_weights())
BASE = pd.Timestamp("2014-12-31")


@pytest.fixture(scope="module")
def book():
    return simulate(STUDY)


@pytest.fixture(scope="module")
def table(book):
    return rounds(book, profit_table(book, STUDY), STUDY, WEIGHTS)


def with_noise_for_future(book: Book, base: pd.Timestamp) -> Book:
    """The same book up to ``base``; whatever came later is noise."""
    rng, tables = np.random.default_rng(6), {name: frame.copy() for name, frame in book.tables.items()}
    for name, when in (("activity", "month"), ("rates", "month"), ("financials", "year")):
        frame = tables[name]
        later = frame[when] > (base if when == "month" else base.year - 1)
        numbers = frame.columns[[frame[column].dtype.kind == "f" for column in frame]]
        frame.loc[later, numbers] = rng.lognormal(3, 2, (later.sum(), len(numbers)))
    for name in ("holdings", "customers"):
        frame = tables[name][tables[name]["opened"] <= base].copy()
        still = ~(frame["closed"] <= base)
        frame.loc[still, "closed"] = pd.NaT
        frame.loc[still & (rng.random(len(frame)) < 0.3), "closed"] = base + pd.Timedelta(days=40)
        tables[name] = frame
    known = set(tables["customers"]["customer_id"])
    tables = {k: v[v["customer_id"].isin(known)] if "customer_id" in v else v for k, v in tables.items()}
    return Book({name: frame.reset_index(drop=True) for name, frame in tables.items()}, simulated=True)


def test_a_future_of_noise_changes_no_score(book, table):
    noisy = with_noise_for_future(book, BASE)
    found, lied = profit_table(book, STUDY), profit_table(noisy, STUDY)
    assert not np.allclose(*(made.loc[made["as_of"] > BASE, "eva_realised"].median() for made in (lied, found)))
    pd.testing.assert_frame_equal(
        known_at(noisy, lied, BASE, STUDY, WEIGHTS), known_at(book, found, BASE, STUDY, WEIGHTS), check_exact=True
    )


def test_every_date_that_twelve_months_follow_is_a_round(table):
    assert table["base"].unique().tolist() == [pd.Timestamp("2013-12-31"), BASE]
    assert table[["total", "last_eva", "next_year_eva"]].notna().all(axis=None)


def test_a_book_of_one_year_has_no_round(book):
    recent = book.activity[book.activity["month"] > "2014-12-31"]
    short = Book({**book.tables, "activity": recent}, simulated=True)
    profit = profit_table(short, STUDY)
    none = rounds(short, profit, STUDY, WEIGHTS)
    assert none.why.key == "evidence.no_following_year"
    weights = STUDY.tree.reference_weights().rename("local").rename_axis("code").reset_index()
    told = out_of_time(short, profit, weights, STUDY)
    assert told == none and dict(**told.numbers) == {}


def test_correlations_are_those_of_pandas_and_the_score_leads_itself_by_nothing(table):
    result = compare(table, FEW).set_index(["base", "scale", "predictor"])
    part = table[table["base"] == BASE].dropna()
    for column in PREDICTORS:
        row = result.loc[(BASE, "rank", column)]
        assert row["correlation"] == pytest.approx(part[column].corr(part["next_year_eva"], method="spearman"))
        assert row["low"] < row["correlation"] < row["high"] and row["customers"] == len(part)
        assert row["lead"] == pytest.approx(result.loc[(BASE, "rank", "total"), "correlation"] - row["correlation"])
    theta = part["last_eva"].abs().median()
    expected = np.corrcoef(np.arcsinh(part["last_eva"] / theta), np.arcsinh(part["next_year_eva"] / theta))[0, 1]
    assert result.loc[(BASE, "asinh", "last_eva"), "correlation"] == pytest.approx(expected)
    assert (result.xs("total", level="predictor")[["lead", "lead_low", "lead_high"]] == 0).all(axis=None)


def test_gain_is_the_difference_of_two_regressions(table):
    result = gain_of_potential(table, FEW).set_index(["base", "scale"]).loc[(BASE, "rank")]
    part = table[table["base"] == BASE].dropna()
    y, current, potential = (part[name].rank().to_numpy() for name in ("next_year_eva", "current", "potential"))
    fits = [np.linalg.lstsq(np.column_stack([np.ones(len(y)), *x]), y)[1][0] for x in ([current], [current, potential])]
    r_squared = 1 - np.array(fits) / ((y - y.mean()) ** 2).sum()
    assert result["r_squared"] == pytest.approx(r_squared[0])
    assert result["gain"] == pytest.approx(r_squared[1] - r_squared[0]) and 0 <= result["low"] <= result["high"]


def test_classes_that_earn_by_their_order_are_in_order_and_the_reverse_is_not(table):
    rank = table["current"] >= table.groupby("base")["current"].transform(lambda own: own.quantile(0.7))
    high = table["potential"] >= table.groupby("base")["potential"].transform("median")
    told = table.assign(next_year_eva=2.0 * rank + high)
    for eva, expected in ((told["next_year_eva"], True), (-told["next_year_eva"], False)):
        made = told.assign(next_year_eva=eva)
        result = classes_in_order(made, FEW)
        assert result["in_order"].tolist() == [expected] * 2 and result["base"].tolist()[-1] == BASE
        assert result["weakest"].tolist() == [float(expected)] * 2


def test_row_order_changes_nothing(table):
    pd.testing.assert_frame_equal(compare(table, FEW), compare(table.sample(frac=1, random_state=1), FEW))


def test_what_was_told_counts_years_and_finds_the_simplest(table):
    told = OutOfTime(compare(table, FEW), gain_of_potential(table, FEW), classes_in_order(table, FEW))
    assert told.base == BASE and list(told.last.index) == list(PREDICTORS)
    assert told.simplest.name == "last_eva"
    assert told.against.loc["last_eva"].tolist() == [2, 0, 2] and told.against.loc["sales"].tolist() == [2, 1, 0]
    assert told.of_years == "of 2 years"
    numbers = told.numbers
    assert numbers["lead_over_sales"] == pytest.approx(numbers["spearman_score"] - numbers["spearman_sales"])
    assert told.leads["correlation"].iloc[0] == tuple(told.last.loc["total", ["correlation", "low", "high"]])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=15))
def test_ranks_of_a_draw_are_those_of_the_drawn_customers(drawn):
    values, counts = (np.array(part) for part in zip(*drawn, strict=True))
    ranks = _ranks(values, counts[None, :])[0]
    copies = pd.Series(np.repeat(values, counts)).rank().to_numpy()
    assert np.repeat(ranks, counts) == pytest.approx(copies - 0.5)
