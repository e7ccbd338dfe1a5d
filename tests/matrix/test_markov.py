"""Markov value: the sum over the years, and what makes it more or less sure."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.absent import Absent
from crmlib.matrix import CLASSES
from crmlib.matrix.markov import markov_value, markov_values, worth
from crmlib.matrix.migration import LOST, Migration, move_chances, transition_matrix
from crmlib.strategy.lifetime import clv
from crmlib.words.messages import say

few = settings(max_examples=20, deadline=None)
REWARD = pd.Series({"platinum": 9.0, "gold": 4.0, "iron": 1.0, "lead": -1.0})
moved = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.sampled_from([*CLASSES, LOST])), max_size=60
).map(lambda rows: pd.DataFrame(rows, columns=["class", "next"]).assign(idle=False))  # fmt: skip


chains = st.integers(1, 5).flatmap(
    lambda size: st.lists(st.lists(st.floats(0.01, 1), min_size=size, max_size=size), min_size=size, max_size=size).map(
        lambda rows: np.array(rows) / np.sum(rows, axis=1, keepdims=True)
    )
)


@given(chains, st.floats(0.05, 1), st.integers(0, 4), st.data())
def test_the_markov_value_is_the_sum_over_the_years(chain, discount, horizon, data):
    reward = np.array(data.draw(st.lists(st.floats(-1e3, 1e3), min_size=len(chain), max_size=len(chain))))
    steps = [np.linalg.matrix_power(chain / (1 + discount), year) @ reward for year in range(400)]
    assert markov_value(chain, reward, discount, horizon) == pytest.approx(sum(steps[: horizon + 1]), abs=1e-6)
    assert markov_value(chain, reward, discount) == pytest.approx(sum(steps), rel=1e-6, abs=1e-4)


@given(chains, st.floats(0.05, 1), st.floats(0, 1e3), st.data())
def test_the_markov_value_never_falls_when_a_reward_rises(chain, discount, more, data):
    reward = np.array(data.draw(st.lists(st.floats(-1e3, 1e3), min_size=len(chain), max_size=len(chain))))
    raised = reward + more * (np.arange(len(chain)) == data.draw(st.integers(0, len(chain) - 1)))
    assert (markov_value(chain, raised, discount) >= markov_value(chain, reward, discount) - 1e-6).all()


@given(st.floats(-1e6, 1e6), st.floats(0, 1), st.floats(0.05, 0.5))
def test_one_class_that_is_kept_or_lost_is_the_lifetime_value_and_the_year_just_over(margin, stay, discount):
    chain = pd.DataFrame([[stay, 1 - stay], [0.0, 1.0]])
    value = markov_value(chain, pd.Series([margin, 0.0], ["kept", "lost"]), discount)
    assert value["kept"] == pytest.approx(margin + clv(margin, stay, discount), rel=1e-9, abs=1e-6)
    assert value["lost"] == 0


def test_what_is_no_chain_is_refused():
    with pytest.raises(ValueError, match=r"found in row 2: smallest 0.2, sum 0.7"):
        markov_value(np.array([[1.0, 0.0], [0.5, 0.2]]), np.zeros(2), 0.1)
    with pytest.raises(ValueError, match=r"found in row 1: smallest -0.5, sum 1"):
        markov_value(np.array([[1.5, -0.5], [0.5, 0.5]]), np.zeros(2), 0.1)
    with pytest.raises(ValueError, match="3 rewards need as many rows and columns, found 2 x 2"):
        markov_value(np.eye(2), np.zeros(3), 0.1)
    with pytest.raises(ValueError, match=r"the discount rate must be positive, found -0\.1"):
        markov_value(np.eye(2), np.zeros(2), -0.1)


@few
@given(moved, st.sampled_from(CLASSES), st.floats(0, 100))
def test_worth_is_the_markov_value_and_rises_with_the_reward(table, name, more):
    found = move_chances(table, CLASSES, 0.95)
    plain = markov_values(found, REWARD, 0.11, 20, 0.9, np.random.default_rng(1))
    assert plain["class"].tolist() == list(CLASSES)
    expected = markov_value(transition_matrix(found), pd.Series({**REWARD, LOST: 0.0}), 0.11)
    assert plain["value"].tolist() == pytest.approx(expected[list(CLASSES)].tolist())
    assert (plain["value"] - plain["reward"]).tolist() == pytest.approx(plain["to_come"].tolist())
    raised = markov_values(found, REWARD + more * (REWARD.index == name), 0.11, 20, 0.9, np.random.default_rng(1))
    assert (raised["value"] >= plain["value"] - 1e-9).all()
    assert (raised["low"] >= plain["low"] - 1e-9).all()


def test_worth_is_less_sure_where_few_customers_earn_what_a_class_earns():
    found = move_chances(
        pd.DataFrame({"class": [*CLASSES] * 50, "next": [*CLASSES] * 50, "idle": False}), CLASSES, 0.95
    )
    alike = pd.Series(2.0, [name for name in CLASSES for _ in range(50)])
    one = alike.where(np.arange(alike.size) % 50 > 0, 0.0) + 98.0 * (np.arange(alike.size) % 50 == 1)
    same, apart = (markov_values(found, earned, 0.11, 300, 0.9, np.random.default_rng(1)) for earned in (alike, one))
    assert (apart["high"] - apart["low"] > 2 * (same["high"] - same["low"])).all()


def test_intervals_of_worth_shrink_with_the_customers():
    wide, narrow = (
        markov_values(
            move_chances(pd.concat([one] * times), CLASSES, 0.95), REWARD, 0.11, 500, 0.9, np.random.default_rng(1)
        )
        for one in [pd.DataFrame({"class": [*CLASSES] * 3, "next": [*CLASSES, *CLASSES, *[LOST] * 4], "idle": False})]
        for times in (2, 50)
    )
    assert (narrow["high"] - narrow["low"] < 0.5 * (wide["high"] - wide["low"])).all()
    assert narrow["value"].between(narrow["low"], narrow["high"]).all()


def test_rewards_are_the_mean_eva_of_each_class_and_without_profit_there_are_none(jd):
    chances = move_chances(pd.DataFrame({"class": [*CLASSES], "next": [*CLASSES], "idle": False}), CLASSES, 0.95)
    found, classes = Migration(pd.DataFrame(), pd.DataFrame(), chances, True), pd.Series(["gold", *CLASSES], [*"abcde"])
    year = pd.DataFrame({"eva": {"a": 2.0, "c": 4.0, "b": 9.0, "d": 1.0, "e": -1.0, "z": 99.0}})
    values = worth(found, classes, year, jd).set_index("class")
    assert values["reward"].to_dict() == {"platinum": 9.0, "gold": 3.0, "iron": 1.0, "lead": -1.0}
    why = say("common.not_in_run", what=["profit"])
    assert worth(found, classes, Absent(why), jd).why == why


def test_where_nobody_of_a_class_has_a_known_reward_no_value_is_known(jd):
    """A class without an earner counted as 0 a customer, and so did all that may move there."""
    chances = move_chances(pd.DataFrame({"class": [*CLASSES], "next": [*CLASSES], "idle": False}), CLASSES, 0.95)
    found, classes = Migration(pd.DataFrame(), pd.DataFrame(), chances, True), pd.Series([*CLASSES], [*"abcd"])
    why = worth(found, classes, pd.DataFrame({"eva": {"a": 2.0, "b": 4.0, "c": 1.0, "d": np.nan}}), jd).why
    assert why == say("matrix.no_earner", classes=["lead"])
