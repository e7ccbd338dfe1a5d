import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmlib.absent import Absent, not_in_book
from crmlib.structure.concentration import (
    book_concentration,
    by_sign,
    concentration,
    largest_customers,
    largest_exposures,
    lorenz_curve,
    lorenz_curves,
    value_created,
    whale_curve,
)
from crmlib.study import ProfitSettings, StructureSettings

amounts = st.lists(st.integers(0, 1000).map(float), min_size=1, max_size=30)


def measured(values, top=0.2, draws=25):
    frame = values if isinstance(values, pd.DataFrame) else pd.DataFrame({"deposits": values})
    return concentration(frame, top, draws, 0.9, np.random.default_rng(3)).set_index(["amount", "statistic"])


def value(values, statistic, **more):
    return measured(values, **more).loc[("deposits", statistic), "value"]


@given(amounts)
def test_each_statistic_stays_within_its_bounds(values):
    assume(sum(values) > 0)
    n = len(values)
    assert -1e-9 <= value(values, "gini") <= 1 - 1 / n + 1e-9
    assert 0.2 - 1e-9 <= value(values, "top_share") <= 1 + 1e-9
    assert 1 / n - 1e-9 <= value(values, "hhi") <= 1 + 1e-9


@given(amounts)
def test_gini_is_the_mean_difference_over_twice_the_mean(values):
    assume(sum(values) > 0)
    x = np.array(values)
    assert value(values, "gini") == pytest.approx(np.abs(x[:, None] - x).mean() / 2 / x.mean())


@given(amounts)
def test_gini_is_twice_the_area_above_the_lorenz_curve(values):
    assume(sum(values) > 0)
    curve = lorenz_curve(pd.Series(values))
    area = np.trapezoid(curve["share"], curve["customers"])
    assert value(values, "gini") == pytest.approx(1 - 2 * area)


@given(amounts, st.floats(0.05, 1))
def test_the_top_share_is_read_from_the_lorenz_curve(values, top):
    assume(sum(values) > 0)
    curve = lorenz_curve(pd.Series(values))
    below = np.interp(1 - top, curve["customers"], curve["share"])
    assert value(values, "top_share", top=top) == pytest.approx(1 - below)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=2, max_size=20), st.randoms())
def test_row_order_and_ids_change_nothing(rows, random):
    frame = pd.DataFrame(rows, columns=["loans", "deposits"], dtype=float)
    assume(frame["loans"].sum() > 0)
    mixed = frame.sample(frac=1, random_state=random.randint(0, 999)).set_axis([f"c{i}" for i in range(len(frame))])
    pd.testing.assert_frame_equal(measured(frame), measured(mixed), check_exact=True)


@given(amounts)
def test_the_scale_of_money_changes_nothing(values):
    assume(sum(values) > 0)
    pd.testing.assert_frame_equal(measured(values), measured([value * 1e4 for value in values]), rtol=1e-9)


@pytest.mark.parametrize(("statistic", "expected"), [("gini", 0.0), ("top_share", 0.2), ("hhi", 1 / 7)])
def test_equal_customers_are_not_concentrated(statistic, expected):
    row = measured([5.0] * 7).loc[("deposits", statistic)]
    assert row[["value", "low", "high"]].tolist() == pytest.approx([expected] * 3)


def test_a_lognormal_book_has_the_known_gini_and_top_share():
    """MODEL.md: sigma = 1.8 gives Gini 0.797 and 83.1 % for the top 20 %."""
    quantiles = (np.arange(20_000) + 0.5) / 20_000
    from scipy.special import ndtri

    values = np.exp(1.8 * ndtri(quantiles))
    assert value(values, "gini", draws=1) == pytest.approx(0.797, abs=0.002)
    assert value(values, "top_share", draws=1) == pytest.approx(0.831, abs=0.002)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """A lognormal of sigma 1: Gini is 2 Phi(1 / sqrt 2) - 1 = 0.5205."""
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(200):
        row = concentration(pd.DataFrame({"x": np.exp(rng.standard_normal(300))}), 0.2, 200, 0.9, rng).iloc[0]
        hits += row["low"] <= 0.5205 <= row["high"]
    assert 0.75 <= hits / 200 <= 0.95


def test_a_whale_curve_ends_at_the_total_and_peaks_at_the_value_created():
    curve = whale_curve(pd.Series([-3.0, 5.0, -1.0, 2.0]))
    assert curve["profit"].tolist() == [0, 5, 7, 6, 3]
    assert curve["customers"].tolist() == [0, 0.25, 0.5, 0.75, 1]


def test_value_created_and_destroyed_add_up_to_eva():
    eva = pd.Series([-3.0, 5.0, 0.0])
    parts = by_sign(eva)
    assert (parts["value_created"] - parts["value_destroyed"]).tolist() == eva.tolist()
    assert (parts >= 0).all(axis=None)


def test_the_largest_hold_their_share():
    amounts = pd.DataFrame({"deposits": [1.0, 2, 3, 4], "eva": [1.0, 1, 1, 0]}, index=[*"abcd"])
    found = largest_customers(amounts, "deposits", 2, seed=7)
    assert found.table.index.tolist() == ["d", "c"] and found.share == pytest.approx(0.7)
    assert found.table["share_so_far"].tolist() == pytest.approx([0.4, 0.7])
    assert found.eva == pytest.approx((1.0, 1 / 3))
    lost = largest_customers(amounts.assign(eva=-1.0), "deposits", 2, seed=7).eva
    assert lost.amount == -2.0 and np.isnan(lost.share)
    assert np.isnan(largest_customers(amounts[["deposits"]], "deposits", 2, seed=7).eva).all()


BOOK = pd.DataFrame({"deposits": [1.0, 2, 3, 4], "loans": [0.0, 0, 0, 5], "inflow": 0.0, "eva": [-3.0, 5, -1, 2]})


def test_a_book_is_measured_by_what_anybody_has_and_rare_amounts_twice():
    found = book_concentration(BOOK, StructureSettings(bootstrap=5, top=0.25), seed=1)
    measured = ["deposits", "loans", "value_created", "value_destroyed", "loans_of_those_with_any"]
    assert found.table["amount"].unique().tolist() == measured
    assert (found.main, found.customers) == ("deposits", 4)
    assert found.of("deposits", "top_share").value == pytest.approx(0.4)
    assert found.rare.to_numpy().tolist() == [["loans", 1, 0.25]]
    assert found.numbers["value_destroyed_hhi"] == pytest.approx(10 / 16)
    assert found.shown["estimate"].iloc[0] == found.of("deposits", "gini")
    assert lorenz_curves(BOOK)["amount"].unique().tolist() == ["deposits", "loans"]


def test_value_created_counts_the_worst_and_is_absent_without_profit():
    profit = pd.DataFrame({"expected_loss": [7.0, 0, 1, 0]})
    found = value_created(BOOK, profit, 1)
    assert (found.created, found.destroyed, found.negative) == (7.0, 4.0, 2)
    assert (found.worst_share, found.risk) == (0.75, 7.0)
    assert np.isnan(value_created(BOOK.abs(), profit, 1).worst_share)
    assert isinstance(value_created(BOOK.drop(columns="eva"), not_in_book("rates"), 1), Absent)


def test_negative_amounts_name_the_customers_and_the_way_out():
    eva = pd.Series([-1.0, 2.0, -2.5], index=["0003", "0007", "0009"])
    with pytest.raises(ValueError, match=r"eva must not .* 2 customers are \(0003: -1.00; 0009: -2.50\).*by_sign"):
        measured(pd.DataFrame({"eva": eva}))
    with pytest.raises(ValueError, match=r"missing: 1 customer is \(0003: -1.00\)"):
        measured(pd.DataFrame({"eva": eva.head(2)}))
    with pytest.raises(ValueError, match="loans: no customer has any"):
        measured(pd.DataFrame({"loans": [0.0, 0.0]}))


def exposures(capital):
    """Three open customers, the first two of one group, and a larger one that left."""
    profit = pd.DataFrame({"open": [True, True, True, False], "ead": [6.0, 5.0, 8.0, 20.0],
                           "group_ead": [11.0, 11.0, 8.0, 20.0]}, index=["a", "b", "c", "d"])  # fmt: skip
    groups = pd.Series(["G", "G", None, None], index=profit.index)
    return largest_exposures(profit, groups, ProfitSettings(capital=capital))


def test_the_largest_exposures_stand_beside_their_limits():
    assert exposures(80.0).set_index("one").to_dict("index") == {
        "customer": {"who": "c", "exposure": 8.0, "share": 0.1, "limit": 0.1},
        "group": {"who": "G", "exposure": 11.0, "share": 11 / 80, "limit": 0.15},
    }


def test_without_capital_no_exposure_is_large():
    assert exposures(None).why.key == "structure.no_capital"


def test_whose_eva_is_not_known_neither_creates_nor_destroys():
    amounts = pd.DataFrame({"deposits": [4.0, 3.0, 2.0], "eva": [2.0, np.nan, -1.0]}, index=["a", "b", "c"])
    value = value_created(amounts, pd.DataFrame({"expected_loss": 1.0}, index=amounts.index), worst=2)
    assert (value.created, value.destroyed, value.negative, value.unknown) == (2.0, 1.0, 1, 1)
    assert len(value.table) == 3 and np.isnan(largest_customers(amounts, "deposits", 2, seed=1).eva.share)
    found = book_concentration(amounts, StructureSettings(bootstrap=20), seed=1)
    assert set(found.table["amount"]) == {"deposits"}
