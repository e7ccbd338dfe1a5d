import numpy as np
import pandas as pd
import pytest

from crmlib.absent import not_in_book
from crmlib.stats.intervals import Estimate
from crmlib.structure.effects import ContactEffects, adjusted
from crmlib.structure.management import ManagementToday, Portfolios

UNKNOWN = not_in_book("customers.service_tier")


def service_tiers(**columns):
    """Two tiers of ten and thirty customers."""
    told = {
        "customers": [10, 30], "deposits": [100e4, 60e4], "hours": [40.0, 60.0], "eva": [8e4, 2e4], "negative": [1, 6],
        "hours_per_customer": [4.0, 2.0], "eva_per_hour": [2000.0, 333.0], "customers_share": [0.25, 0.75],
        "hours_share": [0.4, 0.6], "eva_share": [0.8, 0.2],
    } | columns  # fmt: skip
    return pd.DataFrame(told, index=pd.Index([1, 2], name="tier"))


def no_hours():
    return service_tiers(hours=[0.0, 0.0], hours_share=[np.nan] * 2, eva_per_hour=[np.nan] * 2)


def found(told, tiers):
    return told("management", "finding", ManagementToday(tiers, UNKNOWN, 0))


def test_the_finding_says_what_the_first_and_the_last_tier_take_and_bring(told):
    assert found(told, service_tiers()) == (
        "Tier 1, 25 % of the customers, takes 40.0 % of the relationship managers' hours and brings 80.0 % of the EVA "
        "of open customers; tier 2 takes 60.0 % of the relationship managers' hours and brings 20.0 % of the EVA of "
        "open customers."
    )
    assert found(told, service_tiers().head(1)).endswith("brings 80.0 % of the EVA of open customers.")


def test_no_share_is_said_of_an_eva_that_is_not_positive(told):
    negative = service_tiers(eva=[-8e4, 2e4], eva_share=[np.nan] * 2)
    assert "and brings −8 万元 of the EVA of open customers; tier 2" in found(told, negative)


def test_hours_that_nobody_recorded_are_not_shared_out(told):
    assert found(told, no_hours()) == (
        "Tier 1, 25 % of the customers, brings 80.0 % of the EVA of open customers; "
        "tier 2 brings 20.0 % of the EVA of open customers."
    )
    said = told("management", "tiers", no_hours())
    assert "In tier 1 10 % of the customers earn less than they cost." in said
    assert said.endswith("No hours of relationship managers are on record.")


def test_a_book_without_tiers_says_what_it_lacks(told):
    expected = "How customers are managed today cannot be told: this book does not tell today's tiers."
    assert found(told, UNKNOWN) == expected


def test_tiers_follow_deposits_only_where_they_do(told):
    assert told("management", "tiers", service_tiers()).startswith(
        "today's tiers follow deposits, from 10 万元 a customer in tier 1 to 2 万元 in tier 2. In "
        "tier 1 a customer gets 4.0 hours a year, with 2,000 CNY of EVA to each hour, and 10 % of the customers earn"
    )
    assert "follow deposits" not in told("management", "tiers", service_tiers(deposits=[1e4, 90e4]))
    assert "follow deposits" not in told("management", "tiers", service_tiers().head(1))


def portfolios(hours=(100.0, 50.0), destroying=0, on_negative=(0.1, 0.4)):
    table = pd.DataFrame({"customers": [20, 10][: len(hours)], "hours": hours, "hours_on_negative": on_negative})
    return Portfolios(table, destroying, risk=5e6, service=1e6)


def test_portfolios_that_destroy_value_are_counted(told):
    assert told("management", "portfolios", portfolios()) == (
        "portfolios hold 10 to 20 customers and take 50 to 100 recorded hours a year. No portfolio "
        "destroys value as a whole. The share of hours on customers with negative EVA differs between managers by 30 "
        "percentage points; how far this is the customers they were given or how they work, hours alone do not tell."
    )
    said = told("management", "portfolios", portfolios(destroying=1))
    assert (
        "1 of 2 portfolios destroys value as a whole: risk and capital cost it 500 万元, service 100 万元 a year."
        in said
    )
    assert "2 of 2 portfolios destroy value" in told("management", "portfolios", portfolios(destroying=2))


def test_portfolios_without_hours_or_all_of_one_manager_say_less(told):
    nothing = told("management", "portfolios", portfolios((0.0, 0.0), on_negative=(np.nan, np.nan)))
    assert nothing == "portfolios hold 10 to 20 customers. No portfolio destroys value as a whole."
    one = told("management", "portfolios", portfolios((100.0,), on_negative=(0.1,)))
    assert one.startswith("the one portfolio holds 20 customers and takes 100 recorded hours a year.")
    assert "differs" not in one
    alike = told("management", "portfolios", portfolios(on_negative=(0.1, 0.103)))
    assert "differs" not in alike
    assert "by 1 percentage point;" in told("management", "portfolios", portfolios(on_negative=(0.1, 0.11)))


def sold(taken, given):
    names = ["Cash management", "Own product"]
    table = pd.DataFrame({"name": names, "taken_up": taken, "given_up": given})
    return table.assign(net=table["taken_up"] - table["given_up"])


def test_selling_fills_leaks_only_where_much_is_given_up(told):
    assert told("management", "sales", sold([10, 0], [6, 1])) == (
        "for every 100 products sold, 70 are given up (those of customers that left included), so "
        "selling mostly fills what leaks. Cash management sells best. 1 of 2 products loses more holders than it wins."
    )
    few = told("management", "sales", sold([5, 5], [1, 0]))
    assert "fills what leaks" not in few and "sells best" not in few
    assert "more holders" not in few
    nothing = told("management", "sales", sold([0, 0], [3, 0]))
    assert nothing == "no product was taken up in the year, and 3 were given up."


def effects(effect=(0.1, 0.05, 0.15), prior=(0.0, -0.1, 0.1), products=(0.0, -0.1, 0.1), matched=9):
    rows = []
    for outcome, estimate in (("deposits", effect), ("inflow", effect), ("products", products)):
        spans = {"plain": (0.01, 0.0, 0.02), "effect": estimate, "prior": prior}
        numbers = {f"{name}{end}": value for name, span in spans.items()
                   for end, value in zip(("", "_low", "_high"), span, strict=True)}  # fmt: skip
        rows.append({"kind": "all contacts", "outcome": outcome, "contacted": 10, "matched": matched, **numbers})
    return ContactEffects(adjusted(pd.DataFrame(rows), 0.95), window=6, coverage=0.95)


def test_contacts_are_said_to_win_or_to_lose_and_chance_is_named(told):
    more = told("management", "changed", effects())
    assert more == (
        "Customers that were contacted held 10.5 % (5.1 to 16.2 %) more deposits in the 6 months after than customers "
        "left alone that held as much before. Before and after alone would show 1.0 %."
    )
    less = told("management", "changed", effects(effect=(-0.1, -0.2, 0.01)))
    assert "held 9.5 % (−1.0 to 18.1 %) less deposits" in less and "Chance alone may bring such a difference." in less


def test_no_headline_is_told_where_a_placebo_fails(told):
    said = told("management", "changed", effects(prior=(0.2, 0.1, 0.3)))
    assert said.startswith("What contacts changed cannot be told") and "more deposits" not in said


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "They were on no clearly other path before: the placebo shows 0.0 % (−9.5 to 10.5 %)."),
        (
            {"prior": (0.2, 0.1, 0.3)},
            "They were on another path already before, so part of the difference may be theirs",
        ),
        ({}, "Contacts did not measurably sell products: 0.00 (−0.10 to 0.10) each."),
        ({"products": (0.2, 0.1, 0.3)}, "Contacts also sold products."),
        ({"products": (-0.2, -0.3, -0.1)}, "Contacted customers took up fewer products than others"),
        ({}, "1 of 10 customers that were contacted had no peers to compare with and is left out."),
    ],
)
def test_what_stands_behind_the_effect_is_said_as_it_is(told, more, expected):
    assert expected in told("management", "contacts", effects(**more))


def test_nobody_is_left_out_where_all_have_peers(told):
    assert "left out" not in told("management", "contacts", effects(matched=10))
    assert effects().change("plain") == Estimate(*np.expm1((0.01, 0.0, 0.02)))
