"""Profile: parts sum to the whole, and moving no cut moves nobody."""

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent, is_known
from crmlib.matrix import CLASSES, Cuts
from crmlib.matrix.profile import (
    beside,
    cut_sensitivity,
    held_by_class,
    holding,
    most_changed,
    near_a_cut,
    spread,
    stage_table,
    with_next_year,
    without_trend,
    year_after,
)
from crmlib.matrix.stages import STAGES
from crmlib.value.appraisal import appraise
from crmlib.words.messages import say


@pytest.fixture
def scores():
    random = np.random.default_rng(7)
    return pd.DataFrame(random.uniform(0, 100, (200, 2)), columns=["current", "potential"]).rename("{:06d}".format)


@pytest.fixture
def classes(scores):
    return Cuts.fit(scores, ("p70", "median")).classify(scores)


def test_totals_and_shares_sum_to_the_whole(classes):
    amounts = pd.DataFrame({"eva": np.arange(150.0)}, index=classes.index[:150])
    found = held_by_class(classes, amounts, CLASSES, 7).set_index(["measure", "class"])
    assert found.loc["customers", "total"].sum() == 200
    assert found.loc["eva", "total"].sum() == pytest.approx(amounts["eva"].sum())
    assert found.loc["eva", "share"].sum() == pytest.approx(1)
    platinum = amounts["eva"].reindex(classes.index)[classes == "platinum"].dropna()
    assert found.loc[("eva", "platinum"), "per_customer"] == pytest.approx(platinum.mean())


def test_a_class_without_customers_is_a_row_of_zeros():
    found = held_by_class(pd.Series(["gold"], ["a"]), pd.DataFrame({"eva": {"a": 2.0}}), CLASSES, 7)
    assert found[found["class"] == "lead"]["total"].tolist() == [0.0, 0.0]
    assert len(found) == 8


def test_the_spread_of_a_class_counts_who_has_no_amount_as_zero():
    classes = pd.Series(["gold", "gold", "gold", "iron"], list("abcd"))
    found = spread(classes, pd.Series({"a": -4.0, "b": 10.0, "d": 2.0}), CLASSES, 7).set_index("class")
    columns = ["customers", "class_total", "share", "mean", "median"]
    assert found.loc["gold", columns].tolist()[:2] == [3, 6.0] and np.isnan(found["share"]).all()
    assert found.loc["gold", columns].tolist()[3:] == [2.0, 0.0]
    assert found.loc["gold", "negative_share"] == pytest.approx(1 / 3)
    assert found.loc["lead", "customers"] == 0
    assert np.isnan(found.loc["lead", "median"])


def test_every_cell_of_class_and_stage_is_there(classes):
    stage = pd.Series("stable", classes.index)
    table = stage_table(classes, stage, CLASSES)
    assert table.columns.tolist() == list(STAGES)
    assert table["stable"].sum() == table.to_numpy().sum() == 200


def test_without_the_trend_potential_rests_on_its_other_indicators(jd, jd_book, jd_profit, as_of):
    made = appraise(jd_book, jd_profit, as_of, jd, jd.tree.leaf_weights(jd.tree.reference_weights()))
    found = without_trend(made.model, made.indicators, jd)
    turned = made.indicators.assign(B33=-made.indicators["B33"])
    pd.testing.assert_series_equal(found, without_trend(made.model, turned, jd))
    as_it_is = Cuts.fit(made.scores, jd.matrix.rules).classify(made.scores)
    assert 0 < (found != as_it_is).mean() < 0.3
    assert not is_known(without_trend(made.model, made.indicators.drop(columns="B33"), jd))


def test_two_tables_stand_beside_each_other_cell_by_cell(classes):
    table = stage_table(classes, pd.Series("stable", classes.index), CLASSES)
    shown = beside(table, 2 * table)
    n = table["stable"].iloc[0]
    assert shown["class"].tolist() == list(CLASSES)
    assert shown["stable"][0] == say("matrix.beside", n=n, other=2 * n)


def test_the_rule_in_use_moves_nobody_and_shares_are_those_of_the_classes(scores, classes):
    table = cut_sensitivity(scores, Cuts.fit(scores, ("p70", "median")), 0.1)
    names = table["rule"].where(table["rule"].notna(), table["shift"].map("{:+.0%}".format))
    table = table.assign(choice=names).set_index(["axis", "choice"])
    assert table.loc[("current", "p70"), "changed"] == 0
    assert table.loc[("potential", "median"), "changed"] == 0
    assert table.loc[("current", "median"), "changed"] == pytest.approx(0.2)
    assert table[list(CLASSES)].sum(axis=1).round(9).eq(1).all()
    assert {"+10%", "-10%"} <= set(table.loc["current"].index)
    assert table.loc[("current", "p70"), list(CLASSES)].to_dict() == classes.value_counts(normalize=True).to_dict()


NO_PROFIT = Absent(say("common.not_in_run", what=["profit"]))


def year_of(classes, **columns):
    """Profit of customers without a default, EVA 1 and an hour each."""
    plain = {"eva": 1.0, "eva_realised": 1.0, "hours": 1.0, "mean_deposits": 2.0, "mean_loan": 3.0, "in_default": False}
    return pd.DataFrame({**plain, **columns}, index=classes.index)


def test_shares_of_what_is_not_positive_are_missing(classes):
    lost = held_by_class(classes, pd.DataFrame({"eva": -1.0, "hours": 0.0}, index=classes.index), CLASSES, 7)
    shares = lost.set_index("measure")["share"]
    assert shares[["eva", "hours"]].isna().all() and shares["customers"].sum() == pytest.approx(1)
    assert spread(classes, pd.Series(-1.0, classes.index), CLASSES, 7)["share"].isna().all()


def test_a_holding_tells_eva_without_defaults_and_these_apart_for_whichever_class(jd, classes):
    lead, gold = classes == "lead", classes == "gold"
    bad = lead | (gold.index == gold.idxmax())
    year = year_of(classes, in_default=bad, eva=np.where(bad, -0.5, 2.0), eva_realised=np.where(bad, -9.0, 3.0))
    year.loc[lead.idxmax(), ["eva", "hours", "in_default"]] = [1.0, 2.0, False]
    found = holding(classes, year, pd.DataFrame(index=classes.index), jd)
    assert found.lowest_in_default == lead.sum() - 1 == found.defaults.customers - 1
    assert found.defaults.table.loc["gold"].tolist() == [1, -0.5, -9.0]
    assert found.of("eva", "total").sum() + found.defaults.eva == pytest.approx(year["eva"].sum())
    assert found.part("eva", "lead") == pytest.approx((1.0, 1.0 / found.of("eva", "total").sum()))
    assert found.defaults.per_hour[["lead", "gold"]].tolist() == [0.5, 2.0]
    assert found.average.loc["gold", ["eva", "eva_median", "mean_loan", "hours_each"]].tolist() == [2.0, 2.0, 3.0, 1.0]
    assert found.average.loc["lead", ["customers", "eva", "in_default"]].tolist() == [lead.sum(), 1.0, lead.sum() - 1]
    assert found.amounts is found


def test_an_hour_goes_with_nothing_where_there_is_none(jd, classes):
    found = holding(classes, year_of(classes, hours=0.0), pd.DataFrame(index=classes.index), jd)
    assert found.defaults.per_hour.isna().all()


def test_without_profit_and_headroom_classes_hold_their_customers_alone(jd, classes):
    found = holding(classes, NO_PROFIT, pd.DataFrame(index=classes.index), jd)
    assert found.measures == ["customers"] and found.order == list(CLASSES)
    assert found.amounts.why.key == "matrix.nothing_held" and not is_known(found.of("eva"))
    assert found.lowest_in_default is found.defaults is NO_PROFIT
    headroom = pd.DataFrame({jd.tree.leaf_with("wallet_headroom"): 1.0}, index=classes.index)
    known = holding(classes, NO_PROFIT, headroom, jd)
    assert known.measures == ["customers", "headroom"] == list(known.average)


def test_the_year_after_is_told_by_the_class_before_and_joins_the_profile(jd, scores, classes):
    base, year = scores.assign(**{"class": classes}), year_of(classes).iloc[:150]
    later = year_after(base, year, jd)
    assert later.table["class_total"].sum() == 150
    assert later.best.amount == (classes[:150] == "platinum").sum()
    assert later.best.share.value == pytest.approx((classes[:150] == "platinum").mean())
    assert later.best.share.low < later.best.share.value < later.best.share.high
    held = holding(classes, year, pd.DataFrame(index=classes.index), jd)
    joined = with_next_year(held, later)
    assert joined.tail(4)["measure"].eq("next_year_eva").all() and joined["total"].notna().all()
    assert with_next_year(held, NO_PROFIT) is held.table
    assert np.isnan(year_after(base, year_of(classes, eva_realised=-1.0), jd).best.share).all()


def test_who_is_near_a_cut_and_what_changes_most(scores):
    cuts = Cuts.fit(scores, ("p70", "median"))
    assert near_a_cut(scores, cuts, 0.0) == 0 < near_a_cut(scores, cuts, 3.0) < near_a_cut(scores, cuts, 200.0) == 1
    found = cut_sensitivity(scores, cuts, 0.1)
    assert found[found["in_use"]]["rule"].tolist() == ["p70", "median"]
    most = most_changed(found)
    assert most["most_changed_by_rule"] >= 0.2 and 0 < most["most_changed_by_shift"] < 1
