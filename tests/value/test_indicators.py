import numpy as np
import pandas as pd
import pytest

from crmlib.absent import not_in_book
from crmlib.book import Book, load_book
from crmlib.errors import SettingsError
from crmlib.profit import at
from crmlib.study import Study
from crmlib.tree import Tree
from crmlib.value.indicators import FORMULAS, business_trend, formula, indicators, indicators_with_gaps
from crmlib.value.references import View


def with_leaf(study, code, **changes):
    nodes = [node if node.code != code else node.model_copy(update=changes) for node in study.tree.nodes]
    copy = study.model_copy()
    copy.__dict__["tree"] = Tree(nodes=tuple(nodes))
    return copy


def test_every_leaf_of_the_study_is_computed_for_every_graded_customer(jd, jd_profit, jd_indicators, as_of):
    year = at(jd_profit, as_of)
    assert tuple(jd_indicators.columns) == jd.tree.leaves
    assert jd_indicators.index.tolist() == year.index[year["graded"]].tolist()


def test_the_loan_margin_after_risk_is_zero_for_pure_depositors(jd_profit, jd_indicators, as_of):
    year = at(jd_profit, as_of).reindex(jd_indicators.index)
    pure = year["ead"] == 0
    assert (jd_indicators.loc[pure, "A11"] == 0).all()
    assert jd_indicators["A11"].notna().all()


def test_axis_a_adds_up_to_eva(jd, jd_profit, jd_indicators, as_of):
    """A11 + A21 + A31 less cost to serve and overhead, after tax, is EVA: its agreement with axis A is an identity."""
    year = at(jd_profit, as_of).reindex(jd_indicators.index)
    before_tax = jd_indicators[["A11", "A21", "A31"]].sum(axis=1) - year["cost_to_serve"] - year["overhead"]
    np.testing.assert_allclose(before_tax * (1 - jd.profit.tax), year["eva"], atol=1e-6)


@pytest.mark.parametrize(
    ("leaf", "low", "high"),
    [
        ("A22", 0, 1),
        ("A41", 0, 3),
        ("B11", 0, np.inf),
        ("B12", 0, 1),
        ("B23", 0, 1),
        ("B24", 1, 5),
        ("B32", 0, 1),
        ("B33", -1, 1),
    ],
)
def test_indicators_keep_their_range(jd_indicators, leaf, low, high):
    assert jd_indicators[leaf].dropna().between(low, high).all()


def test_unrated_customers_without_exposure_have_no_credit_grade(jd_book, jd_profit, jd_indicators, as_of):
    year = at(jd_profit, as_of).reindex(jd_indicators.index)
    rating = jd_book.customers.set_index("customer_id")["rating"].reindex(jd_indicators.index)
    assert jd_indicators["B21"].isna().equals(rating.isna() & (year["ead"] == 0))


def test_business_trend_by_hand():
    months = pd.date_range(end="2015-12-01", periods=18, freq="MS")
    rows = pd.DataFrame({"customer_id": "1", "month": months, "demand_deposit": [90_000.0] * 12 + [190_000.0] * 6,
                         "time_deposit": 0.0, "loan": 0.0})  # fmt: skip
    people = pd.DataFrame({"customer_id": ["1"], "opened": pd.Timestamp("2014-07-01")})

    def trend(rows, people=people):
        return business_trend(Book({"activity": rows, "customers": people}), pd.Timestamp("2015-12-31"))["1"]

    assert trend(rows) == pytest.approx(np.log(200_000 / 100_000))
    assert np.isnan(trend(rows.tail(17)))
    assert np.isnan(trend(rows, people.assign(opened=pd.Timestamp("2014-07-02"))))


def test_business_trend_needs_eighteen_full_months(jd_book, jd_profit, jd_indicators, as_of):
    """A month in which a customer opened after its first day is no full one."""
    months = at(jd_profit, as_of)["months_open"].reindex(jd_indicators.index)
    assert (months == 17).any()
    assert jd_indicators["B33"].notna().equals(months >= 18)


def test_stability_of_constant_and_of_wild_deposits(jd):
    months = pd.date_range("2015-01-01", periods=12, freq="MS")
    people = pd.DataFrame({"customer_id": ["1", "2", "3"], "opened": pd.Timestamp("2010-01-01"), "closed": pd.NaT,
                           "rating": None, "size": "small", "industry": "C"})  # fmt: skip
    people = people.astype({"closed": "datetime64[us]"})
    rows = pd.concat([pd.DataFrame({"customer_id": who, "month": months, "demand_deposit": values})
                      for who, values in (("1", 5.0), ("2", [0.0, 20.0] * 6), ("3", 0.0))])  # fmt: skip
    rows = rows.assign(time_deposit=0.0, inflow=1.0)
    absent = frozenset(
        {"rates", "financials", "holdings", "products", "industries", "activity.loan", "customers.rating"}
    )
    book = Book({"customers": people, "activity": rows}, absent=absent)
    table = indicators(View(book, not_in_book("rates"), pd.Timestamp("2015-12-31"), jd))
    assert table.columns.tolist() == ["A22", "A32", "B31"]
    assert table["A22"].tolist()[:2] == [1.0, 0.0]
    assert np.isnan(table.loc["3", "A22"])


def test_no_indicator_reads_the_future(jd, jd_book, jd_profit):
    """A book whose year after the date is noise gives the same indicators."""
    from crmlib.profit import profit_table

    then = pd.Timestamp("2014-12-31")
    rng = np.random.default_rng(0)
    rows = jd_book.activity.copy()
    later = rows["month"] > then
    for column in ("demand_deposit", "time_deposit", "loan", "inflow", "rm_hours", "transactions"):
        rows.loc[later, column] = rng.uniform(0, 1e7, later.sum())
    noisy = Book(dict(jd_book.tables) | {"activity": rows}, simulated=True)
    tables = [indicators(View(book, profit, then, jd))
              for book, profit in ((jd_book, jd_profit), (noisy, profit_table(noisy, jd)))]  # fmt: skip
    pd.testing.assert_frame_equal(*tables)


def test_no_indicator_reads_an_outcome_or_the_truth():
    for name, built_in in FORMULAS.items():
        tables = {need.partition(".")[0] for need in built_in.needs}
        assert not tables & {"truth", "outcomes", "price_response"}, name


def test_one_customer_scored_alone_gets_the_same_indicators(
    jd, jd_book, jd_profit, jd_references, jd_indicators, as_of
):
    one = jd_indicators.index[7]
    tables = {
        name: table[table["customer_id"] == one] if "customer_id" in table else table
        for name, table in jd_book.tables.items()
    }
    profit = jd_profit[jd_profit["customer_id"] == one]
    alone = indicators(View(Book(tables), profit, as_of, jd, jd_references))
    pd.testing.assert_frame_equal(alone, jd_indicators.loc[[one]])


@pytest.mark.parametrize("policy", ["median", "worst"])
def test_missing_values_are_filled_by_policy(jd, jd_book, jd_profit, jd_references, as_of, policy):
    study = with_leaf(jd, "B21", missing=policy)
    view = View(jd_book, jd_profit, as_of, study, jd_references)
    raw, filled = indicators_with_gaps(view)["B21"], indicators(view)["B21"]
    assert filled.notna().all()
    gaps = raw.isna()
    assert filled[~gaps].equals(raw[~gaps])
    expected = raw.min() if policy == "worst" else None
    if expected is not None:
        assert (filled[gaps] == expected).all()
    else:
        sizes = jd_book.customers.set_index("customer_id")["size"].reindex(raw.index)
        small = gaps & (sizes == "small")
        assert (filled[small] == raw[sizes == "small"].median()).all()


def test_an_unknown_formula_names_the_nearest():
    with pytest.raises(SettingsError, match=r"fee_incme is no built-in indicator. Did you mean fee_income\?"):
        formula("fee_incme")


def test_an_unknown_measure_is_named(jd, jd_book, jd_profit, jd_references, as_of):
    study = with_leaf(jd, "B24", formula=None, measure="outlok")
    book = Book(
        dict(jd_book.tables) | {"measures": pd.DataFrame({"customer_id": ["1"], "as_of": [as_of], "outlook": [1.0]})}
    )
    with pytest.raises(SettingsError, match=r"outlok is no column of the table measures. Did you mean outlook\?"):
        indicators(View(book, jd_profit, as_of, study, jd_references))


def test_a_measure_is_read_at_the_as_of_date(jd, jd_book, jd_profit, jd_references, jd_indicators, as_of):
    study = with_leaf(jd, "B24", formula=None, measure="outlook")
    rows = pd.DataFrame({"customer_id": jd_indicators.index, "as_of": as_of, "outlook": np.arange(len(jd_indicators))})
    book = Book(dict(jd_book.tables) | {"measures": rows})
    table = indicators(View(book, jd_profit, as_of, study, jd_references))
    assert table["B24"].tolist() == list(range(len(jd_indicators)))


def test_row_order_never_matters(jd, jd_book, jd_profit, jd_indicators, as_of):
    shuffled = Book({name: table.sample(frac=1, random_state=2) for name, table in jd_book.tables.items()})
    profit = jd_profit.sample(frac=1, random_state=3)
    again = indicators(View(shuffled, profit, as_of, jd))
    pd.testing.assert_frame_equal(again, jd_indicators, rtol=1e-12)


def test_the_same_study_gives_the_same_bytes(jd, jd_indicators):
    from crmlib.profit import profit_table

    study = Study.load("jd")
    book = load_book(study)
    profit, then = profit_table(book, study), pd.Timestamp(study.as_of)
    pd.testing.assert_frame_equal(indicators(View(book, profit, then, study)), jd_indicators, rtol=0)


def test_who_has_no_known_risk_has_no_margin_after_risk(jd, jd_book, jd_profit, as_of):
    unknown = jd_profit.assign(expected_loss=jd_profit["expected_loss"].mask(jd_profit["ead"] > 0))
    margin = indicators(View(jd_book, unknown, as_of, jd))["A11"]
    exposed = at(jd_profit, as_of)["ead"].reindex(margin.index) > 0
    assert margin[exposed].isna().all() and (margin[~exposed] == 0).all()
