"""What chapter 8 says."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import not_in_book
from crmlib.words.messages import say

NAN = float("nan")


def rules(leader, truth):
    """What each rule won under either law, the leader first."""
    others = {"class rule": -0.01, "optimum": -0.06, "optimum, headroom known": 0.12, "optimum, response known": 0.18,
              "optimum, kappa halved": -0.07, "optimum, kappa doubled": -0.1}  # fmt: skip
    won = pd.Series({leader: truth, **{name: value for name, value in others.items() if name != leader}})
    table = pd.DataFrame({"truth": won, "truth_low": won - 0.1, "truth_high": won + 0.1, "expected": 0.1})
    table.loc["optimum", "expected"] = 0.368
    return pd.concat({law: table.assign(beats_today=n) for law, n in (("headroom", 5), ("share", 3))})


PAID = SimpleNamespace(table=pd.DataFrame({"price": [600.0, 700.0]}), cost=500.0, take_up=0.1)


def hours(leader="deposits first", truth=0.09, optimum=None, **more):
    laws = rules(leader, truth)
    if optimum:
        laws.loc[[(law, "optimum") for law in ("headroom", "share")], ["truth", "expected"]] = optimum
    found = {
        "laws": laws, "tried": laws.loc["share"], "books": 20, "recommended": leader, "win_nothing": False,
        "surplus": {"headroom": (7e5, 2e5, 9e5), "share": (6e5, 3e5, 9e5)}.get, "total": 100.0, "moved": 24.0,
        "promised": pd.Series({"optimum": 0.3, "class rule": 0.05}), "follows_deposits": 0.63, "freed": 828.0,
        "unvisited": 2,
    }  # fmt: skip
    return SimpleNamespace(**{**found, **more})


def foresight(skill=(0.057, 0.017, 0.102), lead=(0.05, -0.05, 0.16), idle=(0.82, 0.72, 0.92)):
    rows = [("all", "skill", *skill, 66, 4677), ("all", "auc", 0.66, 0.58, 0.73, 66, 4677),
            ("closed", "auc", 0.57, 0.48, 0.65, 47, 4639), ("closed", "auc_lead", *lead, 47, 4639),
            ("idle", "auc", *idle, 12, 4623)]  # fmt: skip
    return pd.DataFrame(rows, columns=["of", "measure", "value", "low", "high", "losses", "quarters"])


def leaving(used=True, **more):
    why = say("strategy.few_losses", losses=1, quarters=300, needed=90)
    return SimpleNamespace(used=used, by_hazard=SimpleNamespace(why=why), foresight=foresight(**more), idle=0)


BY_CLASS = pd.DataFrame({"class": ["platinum", "lead"], "customers": [10, 30], "losses": [2.0, 6.0],
                         "share": [0.9, 0.1], "worth": [1.5e8, 5e7], "may_leave": [6.3e6, 7e5]})  # fmt: skip
SAVED = ["000001", "000002"]


def saved(reasons=("none", "borrower_high"), rm=("RM01", "RM02"), own=0.03):
    rows = {"customer_id": SAVED, "rm_id": list(rm), "main_reason": list(reasons)}
    return pd.DataFrame({**rows, "class": "gold", "warning": ["decline", "hazard"]}, dtype="str").assign(loss=own)


def saves(told, **more):
    """The customers to save among 40 of whom 5.8 % are usually lost; one of them is not to keep."""
    lives = pd.DataFrame({"retention": [0.942] * 40, "loss": 0.058})
    return told(
        "strategy",
        "saves",
        saved(**more),
        lives,
        pd.DataFrame({"stake": ["keep", "risk"]}, SAVED),
        ("platinum", "gold"),
        listed=0.46,
    )


def acts(keep=12, worth=1e5, **counts):
    rows = [("joint_plan", "senior_rm", "keep", worth)] * keep
    rows += [(action, "rm", "cut", NAN) for action, n in counts.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=["action", "owner", "stake", "value_at_stake"])


def test_the_finding_tells_the_most_frequent_action_and_what_is_worth_keeping(told):
    assert told("strategy", "finding", acts(standardise=4)) == (
        'Each of the 16 customers with a class has one action; the most frequent is "Joint yearly plan, dual coverage '
        'and service standards" (75.0 %). 12 customers to keep are worth 120 万元 over their life with the branch. The '
        "first 10 of them are 83 % of that."
    )
    one = told("strategy", "finding", acts(keep=1, standardise=4))
    assert "1 customer to keep is worth 10 万元 over its life" in one and "first" not in one
    assert "to keep" not in told("strategy", "finding", acts(worth=0.0))
    assert "to keep" not in told("strategy", "finding", acts(worth=NAN))


def test_the_rule_recommended_is_told_by_law_beside_the_class_rule_and_the_optimum(told):
    said = told("strategy", "hours_finding", hours(), PAID)
    assert "Recommended for the managers' hours: deposits first. On 20 books made by simulation" in said
    assert "9.0 % (−1.0 to 19.0 %), ahead in 5 of the books; by the share that is held here" in said
    assert "ahead of today's in 5 and 3 of 20" in said
    assert "promises 36.8 %, and comes to −6.0 % (−16.0 to 4.0 %) and −6.0 %" in said
    assert "on 1 book" in told("strategy", "hours_finding", hours(books=1), PAID).lower()


@pytest.mark.parametrize(("leader", "not_said"), [("class rule", "Hours by class"), ("optimum", "The optimum over")])
def test_a_rule_is_not_compared_with_itself(told, leader, not_said):
    assert not_said not in told("strategy", "hours_finding", hours(leader), PAID)


def test_where_no_rule_stands_hours_stay_as_today_until_a_pilot(told):
    said = told("strategy", "hours_finding", hours("today"), PAID)
    assert said.startswith("Recommended for the managers' hours: as today, and a pilot. On 20 books")
    assert "Hours by class" in said


def test_an_optimum_that_promises_nothing_is_not_told(told):
    kept = hours(optimum=[0.4, 0.3])
    assert "promises 30.0 %, and comes to 40.0 %" in told("strategy", "hours_finding", kept, PAID)
    assert "optimum" not in told("strategy", "hours_finding", hours(optimum=[0.0, 0.0]), PAID)


def test_where_hours_win_nothing_no_optimum_is_told(told):
    """It was said that the optimum promises 0.0 %, but in truth wins 0.0 %."""
    said = told("strategy", "hours_finding", hours("today", 0.0, win_nothing=True), PAID)
    assert said.endswith("hours win nothing by whatever rule they are given.")
    assert "optimum" not in said and "class" not in said


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "could win 30.0 % more than today, and hours by class 5.0 %. Both are promises"),
        ({"total": 0.0}, "No hours of relationship managers are spent"),
        ({"promised": pd.Series({"optimum": NAN, "class rule": NAN})}, "today's hours win nothing"),
    ],
)
def test_untested_rules_are_promises_that_move_no_hours(told, more, words):
    absent = not_in_book("truth")
    untested = hours(**{"recommended": "today", "laws": absent, "books": absent, **more})
    for place in ("hours_finding", "hours"):
        said = told("strategy", place, untested, *[PAID] * (place == "hours_finding"))
        assert words in said and said.startswith("Recommended for the managers' hours: as today, and a pilot, since")


def test_what_may_leave_is_told_with_who_can_be_told(told):
    def finding(leaving):
        return told("strategy", "leaving_finding", BY_CLASS, saved(), leaving, listed=0.46)

    said = finding(leaving())
    assert said.startswith(
        "If all stay this year, the customers are worth 20,700 万元 over their life with the branch; 700 万元 of that "
        "may leave within the year, 90 % of it"
    )
    assert "the 2 customers on the save list, which show signs of leaving, hold 46 %" in said
    assert "Over 66 losses in 4,677 customer-quarters its area under the curve is 0.66 (0.58 to 0.73);" in said
    assert "over 47 closings of performing customers alone 0.57 (0.48 to 0.65)." in said
    assert "For the closings no lead over the size class is established: 0.05 (−0.05 to 0.16)." in said
    assert "Over 12 accounts that fell idle it is 0.82 (0.72 to 0.92)" in said
    assert "that is ahead of the size class, by 0.06 (0.01 to 0.13)." in finding(leaving(lead=(0.06, 0.01, 0.13)))
    none = finding(leaving(lead=(NAN,) * 3, idle=(NAN,) * 3))
    assert "For the closings" not in none and "idle" not in none
    assert finding(leaving(used=False)).endswith(
        "cannot be told better than by size class: 1 loss in 300 customer-quarters is too few to learn from, where 90 "
        "are needed."
    )


def test_countermeasures_are_needed_where_a_problem_shows(told):
    table = pd.DataFrame({"problem": ["tier_agreement", "underpriced_loans"], "holds": [True, False]})
    one = told("strategy", "countermeasures", table, 0.47)
    assert one.startswith("1 of 2 problems lies beyond its threshold and needs the countermeasure now (")
    assert one.endswith("get no countermeasure; 47.0 % of the weight of the value model answers them.")
    both = told("strategy", "countermeasures", table.assign(holds=True), 0.0)
    assert "2 of 2 problems lie beyond their threshold" in both and "no countermeasure" not in both
    assert told("strategy", "countermeasures", table.assign(holds=False), 1.0).startswith("no problem")


def test_owners_are_counted_and_a_book_without_stages_says_so(told):
    cells = pd.DataFrame({"stage": ["stable", "decline"]})
    assert told("strategy", "plan", cells, acts(keep=2, save=1)) == (
        "customers by owner of their action: senior RM 2 and RM 1."
    )
    assert told("strategy", "plan", cells.iloc[:1], acts()).startswith("This book tells no stages")


def test_only_replacements_that_there_are_are_told(told):
    one = told("strategy", "overrides", acts(risk_desk=1, mandate_service=1, save=1), range(1))
    assert one == (
        "1 customer has another action than the standard of its class and stage. 1 customer is for the "
        "risk desk, whatever the class. 1 customer with a public mandate stays, although the table would exit it. Of 1 "
        "declining relationship to judge by its worth, 1 is worth saving."
    )
    cheap = told("strategy", "overrides", acts(cheapest_channel=1), range(1))
    assert "For 1 customer less is to be kept or won than an hour of a manager costs" in cheap
    glide = told("strategy", "overrides", acts(glide=2), range(2))
    assert "risk desk" not in glide and "mandate" not in glide and glide.endswith("worth, 0 are worth saving.")


def test_whether_the_hazard_is_used_is_told_with_its_lead(told):
    used = told("strategy", "retention", foresight(), leaving())
    assert "the hazard is used. Its log-loss" in used and "Over 66 losses in 4,677 customer-quarters" in used
    unused = told("strategy", "retention", foresight(skill=(NAN,) * 3), leaving(used=False))
    assert unused.endswith(
        "is not used, since 1 loss in 300 customer-quarters is too few to learn from, where 90 are needed."
    )


def stakes(**more):
    sums = dict.fromkeys(("keep", "grow", "cut", "risk"), 1e6)
    found = {"sums": sums, "unknown": 0, "risk_unknown": 0, "in_default": 0, "lost_once": 0.0, "spent": 2e5}
    return SimpleNamespace(**{**found, **more})


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "risk desk is 100 万元 a year."),
        ({"in_default": 1, "lost_once": 5e5}, "50 万元 of it on 1 customer in default"),
        ({"in_default": 9, "lost_once": 1e6}, "nearly all of it on 9 customers in default"),
        ({"unknown": 1}, "For 1 customer nothing can be said"),
        ({"risk_unknown": 2}, "are without 2 customers whose risk is not known."),
    ],
)
def test_what_is_at_stake_is_told_by_kind(told, more, words):
    assert words in told("strategy", "stakes", stakes(**more), 0.1, 0.015)


def test_nothing_is_told_of_kinds_without_a_sum(told):
    nothing = stakes(sums=dict.fromkeys(("keep", "grow", "cut", "risk"), 0.0))
    assert told("strategy", "stakes", nothing, 0.1, 0.015) == ""


@pytest.mark.parametrize("agrees", [True, False])
def test_the_closed_form_agrees_or_must_be_looked_at(told, agrees):
    life = SimpleNamespace(agrees=agrees, customer={"clv": 8.88e6}, mean=8.9e6, error=1.7e4, for_ever=1.2e7)
    assert ("do not agree" in told("strategy", "lifetime", life, 10)) is not agrees


def test_value_is_to_be_watched_where_it_leaves_elsewhere_than_customers(told):
    said = told("strategy", "leaving", BY_CLASS, SimpleNamespace(idle=1))
    assert (
        "8 of 40 customers are expected to be lost within a year, by closing or by falling idle, 75 % of them" in said
    )
    assert "lead, with 10 % of the lifetime value that may leave." in said
    assert "1 open account is idle and counts as lost already" in said and said.endswith("not the number of customers.")
    even = BY_CLASS.assign(share=[0.2, 0.8])
    assert "number to watch" not in told("strategy", "leaving", even, SimpleNamespace(idle=0))
    nothing = BY_CLASS.assign(may_leave=0.0, share=NAN)
    said = told("strategy", "leaving", nothing, SimpleNamespace(idle=0))
    assert (
        said
        == "Customers are worth 20,000 万元 over their life with the branch, and none of that is expected to leave."
    )


@pytest.mark.parametrize(
    ("lifetime", "to_come", "words"),
    [
        (6e5, 3e5, "The truth may lie between"),
        (3e5, 6e5, "the moves, and the years"),
        (NAN, 6e5, "what their class earns."),
    ],
)
def test_lifetime_stands_beside_what_is_to_come(told, lifetime, to_come, words):
    beside = pd.DataFrame({"class": ["platinum"], "lifetime": [lifetime], "to_come": [to_come]})
    assert words in told("strategy", "beside", beside, 10)


def test_whose_the_customers_to_save_are(told):
    many = saves(told)
    assert "They belong to 2 relationship managers; RM01 alone has 1." in many
    assert "(in decline 1 and high hazard 1)" in many and "All 1 declining relationship of platinum and gold" in many
    assert "leaves no likelier than others" in many and "1 of them has an action" in many
    alone = saves(told, rm=("RM07", "RM07"), reasons=(None, None), own=0.2)
    assert "All with a manager belong to RM07." in alone and "with a chance of 20.0 %, against 5.8 % of all." in alone
    assert "last column" not in alone
    assert "manager" not in saves(told, rm=(None, None)).replace("so the manager does both", "")


def test_the_recommended_rule_is_worth_a_span_under_either_law(told):
    said = told("strategy", "hours", hours())
    assert 'the rule "deposits first" needs no model to follow and is worth 70 万元 (20 to 90 万元) a year' in said
    assert "60 万元 (30 to 90 万元) if by the share held" in said
    assert 'the rule "optimum" rests on a model' in told("strategy", "hours", hours("optimum"))
    assert told("strategy", "hours", hours("today")).startswith("leave the hours where they are")


def test_what_the_optimum_lacks_is_told_by_what_knowing_more_would_win(told):
    assert "most of what it lacks" in told("strategy", "hours_lacking", hours(), hours().tried)
    little = hours().tried
    little.loc["optimum, headroom known", "truth"] = -0.05
    assert "less than half" in told("strategy", "hours_lacking", hours(), little)
    little.loc["optimum, response known", "truth"] = -0.06
    said = told("strategy", "hours_lacking", hours(follows_deposits=NAN), little)
    assert said.startswith("Not even the true response")


def test_where_no_last_hour_pays_the_finding_says_at_which_take_up_it_would(told):
    """No manager's last hour paid, and only the chapter said so."""

    def said(*price):
        last = SimpleNamespace(**{**vars(PAID), "table": pd.DataFrame({"price": price})})
        return told("strategy", "hours_finding", hours(), last)

    none = said(65.0, 211.0)
    assert "wins 65 to 211 CNY in its first year and costs 500" in none
    assert "if 24 % of the headroom were taken up in place of 10 %, all from 77 %" in none
    assert "pays with 1 of 2 relationship managers; with all it would from a take-up of 20 %" in said(250.0, 600.0)
    assert "pay" not in said(500.0, 600.0) and "pay" not in said(0.0, 0.0)


def designed(needed=768, **more):
    found = {
        "own": {"needed": needed, "least": 0.086}, "effect": 0.1, "months": 12, "available": 1038, "enough": [18, 24],
        "extra": 3200.0, "hourly_cost": 500.0, "end": pd.Timestamp("2016-12-31"),
    }  # fmt: skip
    return SimpleNamespace(**{**found, **more})


def test_a_pilot_says_what_it_takes_or_that_the_branch_is_too_small(told):
    said = told("strategy", "pilot", designed())
    assert "with 80 % power" in said and "a pilot of 12 months needs 768 customers; 1,038 can take part" in said
    assert "get 3,200 hours a year more in all, which cost 160 万元" in said and "once, at 2016-12-31" in said
    small = told("strategy", "pilot", designed(1175))
    assert "too small" in small and "8.6 % a year could be seen. 18 months would be long enough." in small
    assert told("strategy", "pilot", designed(1175, enough=[])).endswith("it takes more branches.")


def test_what_came_of_a_pilot_is_told_with_its_interval(told):
    found = SimpleNamespace(effect=(0.1, 0.02, 0.18), more=380, as_today=377)
    said = told("strategy", "pilot_outcome", found)
    assert "10.0 % (2.0 to 18.0 %) a year faster" in said and "hours win business here" in said
    assert told("strategy", "pilot_outcome", SimpleNamespace(**{**vars(found), "effect": (0.1, -0.1, 0.3)})).endswith(
        "so the hours stay as they are."
    )


def prices(price=(65.0, 211.0), **more):
    table = pd.DataFrame({"price": price}).assign(gain_exact=1.0 / len(price), gain_level=0.98 / len(price))
    found = {"table": table, "hours": 100.0, "customers": 7, "cost": 500.0, "paying": 30.0, "pooled": 1.1}
    return SimpleNamespace(**{**found, **more})


def test_prices_are_a_span_over_managers_and_one_number_with_one(told):
    many = told("strategy", "prices", prices())
    assert "wins 65 to 211 CNY" in many and "30 % of today's" in many and "add 10.0 % to the best gain" in many
    one = told("strategy", "prices", prices(price=(65.0,)))
    assert "one more hour wins 65 CNY" in one and "Managers whose hours could move" not in one


def test_prices_without_hours_say_nothing_of_shares(told):
    nothing = prices(hours=0.0, pooled=0.0)
    nothing.table = nothing.table.assign(gain_exact=0.0, gain_level=0.0)
    said = told("strategy", "prices", nothing)
    assert "%" not in said


@pytest.mark.parametrize(
    ("leader", "words"),
    [("optimum", "These service levels are what is recommended"), ("today", "stay as they are today"),
     ("deposits first", 'the rule "deposits first", by which 24 % of the hours change place')],
)  # fmt: skip
def test_levels_are_recommended_or_not(told, leader, words):
    assert words in told("strategy", "levels", hours(leader))
    assert "e-channel" not in told("strategy", "levels", hours(leader, unvisited=0))


def rates(next_income=0.044, customers=8):
    return pd.DataFrame({"rating": ["AA"], "income": [0.045], "lost": [0.1], "next_rate": [0.04], "next_lost": [0.0],
                         "next_income": [next_income], "customers": [customers]})  # fmt: skip


def test_the_peaks_are_called_flat_only_where_they_are(told):
    flat = told("strategy", "rates", rates(), graded=9)
    assert "for AA 4.00 %, which keeps 97.8 %" in flat and "loses 0.0 % of the customers instead of 10.0 %" in flat
    assert "The peaks are flat." in flat and "1 of 9 customers has no rating in the table and gets no rate" in flat
    steep = told("strategy", "rates", rates(next_income=0.02, customers=9), graded=9)
    assert "flat" not in steep and "no rating" not in steep
    assert "runner-up" not in told("strategy", "rates", rates().assign(next_rate=np.nan), graded=9)


@pytest.mark.parametrize(
    ("managers", "words"), [(1, "1 relationship manager gets a list"), (2, "2 relationship managers get")]
)
def test_lists_are_counted(told, managers, words):
    load = pd.DataFrame({"rm_id": [f"RM{n}" for n in range(managers)]})
    assert words in told("strategy", "lists", load, load)


@pytest.mark.parametrize(
    ("n", "words"),
    [(1, "1 customer gets standard service and no action of its own"), (3, "action of their own until")],
)
def test_who_has_no_grade_is_counted(told, n, words):
    assert words in told("strategy", "not_graded", n=n)
