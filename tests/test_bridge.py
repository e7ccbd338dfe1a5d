"""Bridge: every number of customers and every sum of EVA of later chapters is on one of its lines."""

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.bridge import YEARLY, bridge, bridge_numbers, recorded
from crmlib.matrix.profile import holding
from crmlib.profit import COLUMNS, FEES, at, still_open, year_result
from crmlib.structure.concentration import value_created
from crmlib.structure.details import hours_by_size
from crmlib.structure.management import service_tiers
from crmlib.structure.profile import amounts
from crmlib.words.messages import say
from crmlib.words.texts import has


@pytest.fixture(scope="module")
def year(jd_profit, as_of):
    return at(jd_profit, as_of)


@pytest.fixture(scope="module")
def steps(jd, year):
    return bridge(year, jd.profit).set_index("base")


def test_what_was_recorded_is_what_the_months_tell(jd, jd_book, year, as_of):
    rows = jd_book.activity[jd_book.activity["month"] > as_of - pd.DateOffset(months=12)]
    opened = rows["customer_id"].map(jd_book.customers.set_index("customer_id")["opened"])
    full = rows[rows["month"] >= opened]
    found = recorded(year, jd.profit)
    assert found["fee_income"].sum() == pytest.approx(full[list(FEES)].sum().sum())
    assert found["hours"].sum() == pytest.approx(full["rm_hours"].sum())
    assert found["fee_income"].sum() < year["fee_income"].sum()


def test_what_was_recorded_adds_up_from_income_to_realised_eva(jd, year):
    found = recorded(year, jd.profit)
    assert year_result(found, jd.profit).eva_realised == pytest.approx(found["eva_realised"].sum())
    assert found["default_loss"].tolist() == year["default_loss"].tolist()


def test_only_new_customers_are_annualised(jd, year):
    found, full = recorded(year, jd.profit), (year["months_open"] >= 12) | ~year["open"]
    pd.testing.assert_frame_equal(found[full], year[full])
    new = year[~full]
    assert found.loc[new.index, "eva"].tolist() == pytest.approx((new["eva"] * new["months_open"] / 12).tolist())


def test_every_amount_of_a_year_is_scaled_and_nothing_else():
    states = {"as_of", "customer_id", "months_open", "open", "graded", "in_default", "pd", "ead", "group_ead",
              "ead_performing"}  # fmt: skip
    means = {name for name in COLUMNS if name.startswith("mean_")}
    assert set(COLUMNS) - set(YEARLY) == states | means | {"default_loss", "eva_realised", "raroc"}


@pytest.mark.parametrize("what", ["customers", "negative", "eva"])
def test_the_lines_add_up(steps, what):
    line = steps[what]
    assert line["annualised"] + line["left"] == pytest.approx(line["open"])
    assert line["open"] + line["too_new"] == pytest.approx(line["graded"])
    assert line["graded"] + line["in_default"] == pytest.approx(line["performing"])


def test_recorded_and_expected_lead_to_the_annualised_branch(steps, year):
    eva = steps["eva"]
    assert eva[["recorded", "expected", "full_year"]].sum() == pytest.approx(eva["annualised"])
    assert eva["annualised"] == pytest.approx(year["eva"].sum()) and steps["customers"]["annualised"] == len(year)


def test_classes_and_the_lines_of_the_bridge_make_up_the_branch(jd, steps, year):
    graded = year.index[year["graded"]]
    classes = pd.Series(np.resize(jd.matrix.classes, len(graded)), graded)
    held = holding(classes, year, pd.DataFrame(index=graded), jd)
    total = held.of("eva", "total").sum()
    assert total == pytest.approx(steps["eva"]["performing"])
    assert held.defaults.customers == -steps["customers"]["in_default"]
    assert held.defaults.eva == pytest.approx(-steps["eva"]["in_default"])
    branch = total - steps["eva"][["in_default", "too_new", "left"]].sum()
    assert branch == pytest.approx(steps["eva"]["annualised"])


def test_as_many_open_customers_have_a_negative_eva_in_every_chapter(jd, jd_book, steps, year, as_of):
    still, own = still_open(year), amounts(jd_book, year, as_of)
    told = {
        "1": year_result(recorded(year, jd.profit), jd.profit).negative,
        "2": service_tiers(jd_book, year, jd.seed)["negative"].sum(),
        "3": value_created(own, year, 5).negative,
        "4": hours_by_size(jd_book, still)["negative"].sum(),
    }
    assert set(told.values()) == {steps["negative"]["open"]}
    assert own["eva"].sum() == pytest.approx(steps["eva"]["open"])


def test_every_line_has_a_name_and_a_key_number(steps):
    assert all(has(f"names.base.{base}") for base in steps.index)
    assert bridge_numbers(steps.reset_index())["eva_open"] == pytest.approx(steps["eva"]["open"] / 1e4)


def test_without_profit_there_is_nothing_to_bridge(jd):
    why = Absent(say("common.not_in_book", what=["rates"]))
    assert bridge(why, jd.profit) is bridge_numbers(why) is still_open(why) is recorded(why, jd.profit) is why
