"""Foresight: each measure against its definition, and what a hazard that knows nothing, or everything, must score."""

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import not_in_book
from crmlib.strategy.foresight import (
    MEASURES,
    RANKED,
    beats_plain,
    explained,
    foresight,
    foresight_numbers,
    hazard_calibration,
)
from crmlib.words.texts import has

ROWS, CUSTOMERS = 6000, 1500


@pytest.fixture(scope="module")
def told():
    """Chances of a loss, losses that follow them, and whose they are."""
    rng = np.random.default_rng(3)
    chance = pd.Series(1 / (1 + np.exp(3.2 - 1.1 * rng.standard_normal(ROWS))))
    ids = [f"{n % CUSTOMERS:06d}" for n in range(ROWS)]
    return chance, pd.DataFrame({"customer_id": ids, "lost": (rng.random(ROWS) < chance).astype(float)})


def judged(chance, quarters, plain=None, draws=200):
    plain = pd.Series(quarters["lost"].mean(), chance.index) if plain is None else plain
    return foresight(chance, plain, quarters, draws, 0.95, np.random.default_rng(4)).set_index("measure")


def test_a_hazard_that_is_right_is_found_right(told):
    table = judged(*told)
    assert table.index.tolist() == list(MEASURES)
    assert (table["low"] < table["value"]).all() and (table["value"] < table["high"]).all()
    assert table.loc["slope", "low"] < 1 < table.loc["slope", "high"]
    assert table.loc["auc", "low"] > 0.6 and table.loc["lift", "low"] > 1.5
    assert beats_plain(table.reset_index())


def test_a_hazard_that_knows_nothing_beats_nobody(told):
    _, quarters = told
    noise = pd.Series(np.random.default_rng(9).uniform(0.01, 0.15, ROWS))
    table = judged(noise, quarters)
    assert table.loc["auc", "low"] < 0.5 < table.loc["auc", "high"]
    assert table.loc["slope", "high"] < 1
    assert not beats_plain(table.reset_index())


def test_measures_are_what_they_say(told):
    chance, quarters = told
    lost = quarters["lost"]
    plain = pd.Series(np.where(np.arange(ROWS) % 2, 0.03, 0.09))
    table = judged(chance, quarters, plain)["value"]
    loss = [-(lost * np.log(p) + (1 - lost) * np.log(1 - p)).mean() for p in (chance, plain)]
    assert table["skill"] == pytest.approx(1 - loss[0] / loss[1])
    top = chance >= chance.quantile(0.9)
    assert table["lift"] == pytest.approx(lost[top].mean() / lost.mean())
    ranks = chance.rank()
    by_rank = (ranks[lost == 1].mean() - (lost.sum() + 1) / 2) / (lost == 0).sum()
    assert table["auc"] == pytest.approx(by_rank)


def test_no_losses_give_no_measure_and_no_reason_to_use_the_hazard(told):
    chance, quarters = told
    table = judged(chance, quarters.assign(lost=0.0), pd.Series(0.05, chance.index), draws=10)
    assert table["value"].drop("skill").isna().all()
    assert table.loc["auc", ["low", "high"]].isna().all()


def test_quarters_of_one_customer_stay_together(told):
    chance, quarters = told
    alone = judged(chance, quarters.assign(customer_id=[f"{n:06d}" for n in range(ROWS)]), draws=400).loc["auc"]
    doubled = pd.concat([quarters, quarters], ignore_index=True)
    twice = judged(pd.concat([chance, chance], ignore_index=True), doubled, draws=400).loc["auc"]
    assert twice["value"] == pytest.approx(alone["value"])
    assert twice["high"] - twice["low"] > 0.8 * (alone["high"] - alone["low"])


def test_calibration_counts_every_quarter_once_and_covers_what_is_right(told):
    chance, quarters = told
    table = hazard_calibration(chance, quarters["lost"], 0.95)
    assert table["group"].tolist() == list(range(1, 11))
    assert table["quarters"].sum() == ROWS and table["losses"].sum() == quarters["lost"].sum()
    assert table["expected"].is_monotonic_increasing
    assert table["expected"].between(table["low"], table["high"]).sum() >= 8
    assert table["seen"].between(table["low"], table["high"]).all()


def test_measures_stand_beside_each_other_for_whom_they_judge(told):
    table = judged(*told, draws=20).reset_index()
    ranked = table[table["measure"].isin(RANKED)]
    parts = [table.assign(of="all", losses=9), ranked.assign(of="closed", losses=4, value=-0.5)]
    wide = explained(pd.concat(parts).assign(quarters=99))
    assert wide.columns.tolist() == ["judged_on", "losses", "quarters", *MEASURES]
    assert wide["judged_on"].tolist() == ["all", "closed"] and wide["losses"].tolist() == [9, 4]
    assert wide["auc"].iloc[0] == tuple(table[["value", "low", "high"]].iloc[0])
    assert {wide[measure].iloc[1][0] for measure in RANKED} == {-0.5} and np.isnan(wide["skill"].iloc[1])
    assert all(has(f"columns.{measure}") for measure in MEASURES)


def test_key_numbers_are_those_of_the_table_and_none_where_nothing_was_foretold(told):
    table = judged(*told, draws=20).reset_index()
    kept = foresight_numbers(pd.concat([table.assign(of="all"), table.assign(of="closed")]))
    assert len(kept) == 15 and kept["hazard_auc_closed"] == kept["hazard_auc_all"]
    assert kept["hazard_skill_all_low"] == table.set_index("measure").loc["skill", "low"]
    assert not dict(**foresight_numbers(not_in_book("holdings")))
