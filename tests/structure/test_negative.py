import pandas as pd

from crmlib.absent import Absent
from crmlib.profit import at
from crmlib.structure.negative import negative_eva
from crmlib.study import ProfitSettings
from crmlib.words.messages import say

SETTINGS = ProfitSettings(tax=0.0, hurdle=0.1)


def customer(eva, lending=0.0, service=0.0, ead=0.0, performing=None, open=True):
    """A customer whose loans earn ``lending`` beyond risk and capital."""
    performing = ead if performing is None else performing
    return {"open": open, "eva": eva, "loan_margin": lending, "expected_loss": 0.0, "economic_capital": 0.0,
            "capital_benefit": 0.0, "cost_to_serve": service, "overhead": 0.0, "ead": ead,
            "ead_performing": performing}  # fmt: skip


def causes(*rows):
    found = negative_eva(pd.DataFrame(rows), SETTINGS)
    return found.counts[found.counts > 0].to_dict()


def test_each_customer_counts_under_the_first_cause_that_alone_would_do():
    assert causes(customer(-5.0, service=10.0)) == {"service": 1}
    assert causes(customer(-5.0, lending=-6.0, service=10.0, ead=1.0)) == {"pricing": 1}
    assert causes(customer(-5.0, lending=-3.0, service=10.0, ead=1.0)) == {"service": 1}
    assert causes(customer(-5.0, lending=-3.0, service=4.0, ead=1.0)) == {"several": 1}
    assert causes(customer(-5.0, lending=-6.0, service=10.0, ead=1.0, performing=0.5)) == {"default": 1}


def test_who_left_or_earns_enough_is_not_counted():
    rows = [customer(-5.0, service=10.0, open=False), customer(0.0, service=10.0)]
    assert negative_eva(pd.DataFrame(rows), SETTINGS) == Absent(say("structure.none_negative"))


def test_causes_add_up_to_all_open_customers_with_negative_eva(jd, jd_profit, as_of):
    year = at(jd_profit, as_of)
    found, below = negative_eva(year, jd.profit), year[year["open"] & (year["eva"] < 0)]
    table = found.table.set_index("cause")
    assert found.customers == table["customers"].sum() == len(below)
    assert table["without_exposure"].sum() == (below["ead"] == 0).sum()
    assert not table.loc[["default", "pricing"], "without_exposure"].any(), "a price needs a loan"
    assert abs(table["eva"].sum() - below["eva"].sum()) < 1e-6
    assert found.missed == -table.loc["service", "eva"] / table.loc["service", "customers"]
