import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.profit import at
from crmlib.structure.profile import customer_traits
from crmlib.structure.raroc import BOOK, loans_alone, raroc
from crmlib.study import ProfitSettings
from crmlib.words.messages import say

SETTINGS = ProfitSettings(tax=0.25, hurdle=0.1)


def customers(**columns):
    """Two borrowers and a depositor; by default a loan each, no income but its margin, no cost."""
    zero = dict.fromkeys(["deposit_margin", "fee_income", "cost_to_serve", "overhead", "expected_loss"], 0.0)
    known = {"mean_loan": [100.0, 100.0, 0.0], "mean_deposits": [50.0, 0.0, 150.0], "ead": [100.0, 100.0, 0.0],
             "economic_capital": [10.0, 10.0, 0.0], "loan_margin": [4.0, 2.0, 0.0], "capital_benefit": 0.0}  # fmt: skip
    year = pd.DataFrame(known | zero | columns, index=["1", "2", "3"])
    income = year["loan_margin"] + year["deposit_margin"] + year["fee_income"]
    spent = year["cost_to_serve"] + year["overhead"] + year["expected_loss"]
    year["nopat"] = 0.75 * (income - spent + year["capital_benefit"])
    return year.assign(raroc=year["nopat"] / year["economic_capital"].where(year["economic_capital"] > 0))


def test_raroc_of_a_segment_is_its_profit_in_its_capital():
    traits = pd.DataFrame({"size": ["large", "small", "small"]}, index=["1", "2", "3"])
    found = raroc(customers(fee_income=[0.0, 2.0, 8.0]), traits, SETTINGS)
    rows = found.table.set_index(["trait", "value"])
    assert rows["n"].to_dict() == {(BOOK, "all"): 2, ("size", "large"): 1, ("size", "small"): 1}
    assert rows["raroc"].tolist() == pytest.approx([0.75 * 8 / 20, 0.75 * 4 / 10, 0.75 * 4 / 10])
    assert rows["loans_raroc"].tolist() == pytest.approx([0.75 * 6 / 20, 0.75 * 4 / 10, 0.75 * 2 / 10])
    assert rows.loc[(BOOK, "all"), "loans_raroc_median"] == pytest.approx(0.75 * 3 / 10)
    assert found.everybody == pytest.approx(0.75 * 16 / 20)
    assert found.loans_to_deposits == pytest.approx(1.0)


def test_loans_bear_cost_by_positive_income_and_risk_by_exposure():
    """Half of income from the loan, a quarter of exposure from guarantees."""
    year = customers(
        fee_income=[6.0, 0.0, 0.0], deposit_margin=[-2.0, 0.0, 0.0], loan_margin=[6.0, -1.0, 0.0],
        cost_to_serve=[3.0, 3.0, 0.0], overhead=[1.0, 0.0, 0.0], expected_loss=[2.0, 0.0, 0.0],
        mean_loan=[75.0, 100.0, 0.0], capital_benefit=[0.4, 0.0, 0.0],
    ).iloc[:2]  # fmt: skip
    alone = loans_alone(year, SETTINGS)
    assert alone["loans_capital"].tolist() == pytest.approx([7.5, 10.0])
    assert alone.loc["1", "loans_nopat"] == pytest.approx(0.75 * (6 - 0.5 * 4 - 0.75 * (2 - 0.4)))
    assert alone.loc["2", "loans_nopat"] == pytest.approx(0.75 * (-1 - 3)), "without income the loan bears all"


def test_parts_of_a_trait_add_up_to_the_book(jd, jd_book, jd_profit, as_of):
    year = at(jd_profit, as_of)
    traits = customer_traits(jd_book, year.index, as_of, jd.profit.pd_by_rating)
    found = raroc(year, traits, jd.profit)
    for _, part in found.segments.groupby("trait"):
        assert part["n"].sum() == found.book["n"] == (year["economic_capital"] > 0).sum()
        assert part["raroc"].min() <= found.book["raroc"] <= part["raroc"].max()
    assert found.everybody == pytest.approx(year["nopat"].sum() / year["economic_capital"].sum())
    assert found.segments.loc[found.segments["trait"] == "size", "value"].tolist() == [
        "large", "medium", "small", "micro",
    ]  # fmt: skip


def test_without_exposure_there_is_no_raroc():
    year = customers().iloc[2:]
    assert raroc(year, pd.DataFrame(index=year.index), SETTINGS) == Absent(say("problems.no_capital"))


def test_loans_under_the_hurdle_are_told_by_whether_the_whole_relationship_pays_for_them():
    """Alone the first earns .3 of its capital and the second .15; fees lift the second over the hurdle of .2."""
    traits = pd.DataFrame(index=["1", "2", "3"])
    hurdle = SETTINGS.model_copy(update={"hurdle": 0.2})
    poor, rich = (raroc(customers(fee_income=[0.0, fees, 0.0]), traits, hurdle) for fees in (0.0, 2.0))
    assert (poor.under, poor.paid_for) == (100.0, 0.0) and (rich.under, rich.paid_for) == (100.0, 100.0)
    assert raroc(customers(), traits, SETTINGS).under == 0.0
