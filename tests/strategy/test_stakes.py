"""Stakes: sums by kind, what is not known, and what is lost once."""

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import not_in_book
from crmlib.strategy.stakes import stakes_of
from crmlib.study import Study

STUDY = Study.load("jd")
ACTIONS = pd.DataFrame(
    {"action": ["save", "risk_desk", "risk_desk", "reactivate"], "stake": ["keep", "risk", "risk", "grow"],
     "value_at_stake": [5e4, 3e4, 1e4, np.nan]}, ["1", "2", "3", "4"],
)  # fmt: skip
PROFIT = pd.DataFrame({"as_of": pd.Timestamp(STUDY.as_of), "customer_id": ["1", "2", "3", "4"],
                       "in_default": [False, True, False, False], "hours": [1.0, 2.0, 3.0, 4.0]})  # fmt: skip


def test_sums_are_by_kind_and_what_is_in_default_is_lost_once():
    found = stakes_of(ACTIONS, PROFIT, STUDY)
    assert found.sums.drop("grow").to_dict() == {"keep": 5e4, "cut": 0.0, "risk": 4e4}
    assert (found.unknown, found.in_default, found.lost_once) == (1, 1, 3e4)
    assert found.spent == pytest.approx(4.0 * STUDY.profit.hourly_cost)
    assert found.table["customers"].sum() == 4


def test_what_is_not_known_of_growth_and_of_risk_is_told_apart():
    found = stakes_of(ACTIONS.assign(value_at_stake=[np.nan, np.nan, 1e4, np.nan]), PROFIT, STUDY)
    assert (found.unknown, found.risk_unknown) == (1, 2)


def test_a_gain_that_is_not_known_is_not_nothing():
    """Without headroom the growth actions were said to win 0 CNY a year."""
    found = stakes_of(ACTIONS, PROFIT, STUDY)
    assert np.isnan(found.sums["grow"]) and found.table.set_index("stake")["value_at_stake"].isna()["grow"]
    half = pd.concat([ACTIONS, ACTIONS.tail(1).assign(value_at_stake=7.0)])
    assert stakes_of(half, PROFIT, STUDY).sums["grow"] == 7.0


def test_without_profit_nothing_can_be_said():
    absent = not_in_book("profit")
    assert stakes_of(ACTIONS, absent, STUDY) == absent
