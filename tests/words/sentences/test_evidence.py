import math
from types import SimpleNamespace as Found

import pandas as pd
import pytest

from crmlib.book import Book
from crmlib.evidence.others import ContactCheck
from crmlib.evidence.sensitivity import Sensitivity

TAU = (0.52, 0.49, 0.56)


def ledger(**kinds):
    return pd.DataFrame({"claim": list(kinds), "kind": list(kinds.values())})


def estimate(value, low, high):
    class Estimate(tuple):
        __slots__ = ()
        value, low, high = property(lambda e: e[0]), property(lambda e: e[1]), property(lambda e: e[2])

    return Estimate((value, low, high))


def followed(tau=TAU, z=23.7, probability=0.59, overlapping=(), pairs=3):
    pair = {"higher": "iron", "lower": "lead", "probability": probability}
    return Found(tau=estimate(*tau), trend=Found(z=z), weakest=pair, overlapping=list(overlapping), base=range(1180),
                 pairs=pd.DataFrame([pair] * pairs))  # fmt: skip


def test_the_finding_names_the_claims_by_their_verdict(told):
    said = told("evidence", "finding", ledger(C0a="done", C0b="depends", C1a="not_supported", C2a="supported"))
    assert said == (
        "1 of 4 claims is supported: classes in the order of what they earn (C2a). "
        "Done and checked, with nothing to test: what the study describes (C0a). "
        "For key problems found (C0b) it depends on how it is measured. Not supported: a considerable middle (C1a)."
    )
    none = told("evidence", "finding", ledger(C1a="not_testable", C2a="not_tested"))
    assert none == (
        "Not one of 2 claims is supported. This book cannot test a considerable middle (C1a). "
        "Not tested yet: classes in the order of what they earn (C2a)."
    )
    assert "1 of 1 claim is supported" in told("evidence", "finding", ledger(C2a="supported"))


def test_the_order_of_the_classes_is_said_only_where_it_is_one(told):
    said = told("evidence", "order", followed(overlapping=[("platinum", "gold"), ("iron", "lead")]))
    assert said.startswith("The classes of a year before are in the order") and "0.52 (0.49 to 0.56)" in said
    assert said.endswith("The intervals of the mean realised EVA overlap for platinum and gold; iron and lead.")
    reverse = told("evidence", "order", followed((-0.1, -0.2, 0.0)))
    assert "are not in the order" in reverse and "overlap" not in reverse
    but = told("evidence", "order", followed(probability=0.48))
    assert but.startswith("On the whole") and but.endswith("this does not hold for iron over lead.")


def test_only_a_simulated_book_is_called_one(told):
    assert "simulator" in told("evidence", "simulated", True)
    assert told("evidence", "simulated", False) == ""


def test_claims_that_could_not_be_tested_are_not_counted_as_tested(told):
    said = told("evidence", "ledger_meaning", ledger(C0a="done", C1a="supported", C2a="not_testable"))
    assert "1 of 3 claims has been put to the test named beside it, which may be narrower than its words." in said
    assert "depends on something" not in said
    assert "depends on something" in told("evidence", "ledger_meaning", ledger(C0a="depends", C2a="supported"))


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.59, "judged by name and not by class"), (0.4, "does not tell who earns more"), (0.9, "")],
)
def test_a_customer_near_a_line_is_judged_by_name_only_where_the_step_is_small(told, probability, words):
    said = told("evidence", "next_year", followed(probability=probability))
    assert "the step between iron and lead is the smallest" in said
    assert [each for each in ("judged by name", "does not tell") if each in said] == [
        each for each in ("judged by name", "does not tell") if each in words
    ]


def test_one_step_alone_is_not_the_smallest_and_a_weak_test_is_not_called_strong(told):
    said = told("evidence", "next_year", followed(pairs=1, z=1.2))
    assert "smallest" not in said and "above 1.6 in one case of twenty" in said
    assert "much weaker order" in told("evidence", "next_year", followed())


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        ((-0.2, -0.3, -0.1), "needs no matrix: groups of the same sizes by deposits order them better"),
        ((0.0, -0.1, 0.1), "Neither ahead of deposits nor behind are the classes: 0.00 (−0.10 to +0.10)."),
        ((0.2, 0.1, 0.3), "The classes are ahead of deposits: +0.20 (+0.10 to +0.30)."),
    ],
)
def test_a_rival_is_told_by_the_side_on_which_the_classes_are(told, lead, words):
    side = "behind" if lead[2] < 0 else "ahead" if lead[1] > 0 else "alike"
    columns = ["rival", "lead", "lead_low", "lead_high", "side"]
    said = told("evidence", "rivals", Found(table=pd.DataFrame([("deposits", *lead, side)], columns=columns)))
    assert words in said and "tier" not in said
    tier = Found(table=pd.DataFrame([("service_tier", *lead, side)], columns=columns))
    assert "Today's tier knows the year that is to be told" in told("evidence", "rivals", tier)


def grown(potential, headroom):
    rows = [("potential", "eva", 1, *potential), ("wallet_headroom", "business", 2, *headroom)]
    return Found(table=pd.DataFrame(rows, columns=["predictor", "growth_of", "years", "correlation", "low", "high"]))


def test_growth_is_told_by_what_is_clear_alone_and_by_its_sign(told):
    said = told("evidence", "growth", grown((0.1, 0.02, 0.2), (-0.1, -0.2, -0.02)))
    assert "followed: its potential value, realised EVA over 1 year, +0.10 (+0.02 to +0.20)." in said
    assert "which way: headroom, business over 2 years, −0.10 (−0.20 to −0.02)." in said
    none = told("evidence", "growth", grown((0.0, -0.1, 0.1), (0.1, -0.1, 0.2)))
    assert "potential says nothing clear" in none and "None of its parts taken alone does clearly" in none


NO_SHARE = (math.nan,) * 3


def middle(lead, headroom, share=(0.2, 0.1, 0.6)):
    return Found(room=1.2e7, headroom=estimate(*headroom), eva=((3e6, -5e6, 9e6), share), gain=estimate(2e6, 1e6, 3e6),
                 lead=estimate(*lead), even=0.6)  # fmt: skip


@pytest.mark.parametrize(
    ("lead", "headroom", "words"),
    [
        ((0.3, 0.1, 0.4), (0.7, 0.65, 0.8), ("win more than they earned, so", "room is more.")),
        ((0.1, -0.1, 0.4), (0.6, 0.5, 0.7), ("cannot be said", "neither clearly more nor less")),
        ((-0.3, -0.4, -0.1), (0.3, 0.2, 0.4), ("win less than they already earned", "room is less.")),
    ],
)
def test_room_in_the_middle_is_said_by_both_yardsticks(told, lead, headroom, words):
    said = told("evidence", "middle", middle(lead, headroom))
    assert all(each in said for each in words) and "1,200 万元" in said
    assert "They earned 20.0 % (10.0 to 60.0 %) of next year's realised EVA." in said


def test_no_share_is_told_of_a_sum_that_is_next_to_nothing(told):
    said = told("evidence", "middle", middle((-1e6, -9e6, 9e6), (0.3, 0.2, 0.4), NO_SHARE))
    assert "They earned 300 万元 (−500 to 900 万元) of next year's realised EVA." in said
    assert "that is 200 万元 (100 to 300 万元) a year after tax" in said


def out_of_time(years=4, won=0, lost=4, lead_high=-0.1):
    names = {"total": 0.8, "last_eva": 0.9}
    last = pd.DataFrame({"correlation": names, "low": 0.7, "high": 0.95, "lead_high": lead_high})
    against = pd.DataFrame({"years": [years], "won": [won], "lost": [lost]}, index=["last_eva"])
    gain = pd.DataFrame({"gain": [0.001, 0.002], "r_squared": [0.6, 0.8]})
    return Found(against=against, last=last, base=pd.Timestamp("2014-12-31"), simplest=last.loc["last_eva"], gain=gain,
                 years=pd.DataFrame({"base": range(years)}))  # fmt: skip


@pytest.mark.parametrize(
    ("won", "lost", "words"),
    [
        (3, 1, "better than last year's realised EVA in 3 of 4 years"),
        (1, 3, "worse than last year's realised EVA in 3 of 4 years"),
        (0, 0, "no better and no worse than last year's realised EVA in 4 of 4 years"),
    ],
)
def test_years_are_counted_for_what_is_said_of_them(told, won, lost, words):
    said = told("evidence", "out_of_time", out_of_time(4, won, lost))
    assert said.startswith(f"The score ranked the next year's realised EVA {words}.")
    assert "known at 2014-12-31 with the realised EVA of the year after: score 0.80 (0.70 to 0.95), last year's" in said


@pytest.mark.parametrize(("won", "lost", "word"), [(1, 0, "better"), (0, 1, "worse"), (0, 0, "no better and no worse")])
def test_one_year_alone_is_not_counted(told, won, lost, word):
    said = told("evidence", "out_of_time", out_of_time(1, won, lost))
    assert f"EVA {word} than last year's realised EVA." in said and "year of" not in said and "years" not in said


def test_a_plain_figure_is_advised_only_where_it_is_better(told):
    said = told("evidence", "forecast", out_of_time())
    assert (
        "take last year's realised EVA: it is simpler and better" in said and "over the years and both scales" in said
    )
    none = told("evidence", "forecast", out_of_time(years=1, lead_high=0.1))
    assert "no plain figure" in none and "years" not in none


def sureness(ways=("experts", "flat"), by_class=(0.8, 0.4), rows=()):
    return Found(ways=list(ways), sure={"experts": 0.67, "flat": 0.18}, least=0.9, draws=10000,
                 by_class=pd.DataFrame({"experts": by_class}, index=["platinum", "gold"][: len(by_class)]),
                 unsure=pd.DataFrame(rows, columns=["class", "shift", "indicator"]))  # fmt: skip


def test_experts_are_named_only_where_they_lie_apart(told):
    assert "drawn as wide as the experts lie apart, and 18 %" in told("evidence", "weightings", sureness())
    alone = told("evidence", "weightings", sureness(ways=["flat"]))
    assert alone.startswith("18 % of customers") and "expert" not in alone


def test_a_minus_stands_before_numbers_alone(told):
    rows = [("gold", -0.027, "risk-adjusted loan margin"), ("iron", 0.011, "tenure")]
    said = told("evidence", "unsure", sureness(rows=rows))
    assert said.endswith(
        "Gold where risk-adjusted loan margin weighs less (−2.7); iron where tenure weighs more (+1.1)."
    )
    assert "platinum is the surest class (80 % of its customers), gold the least sure (40 %)" in said


def test_where_all_are_sure_nobody_is_called_unsure(told):
    assert told("evidence", "unsure", sureness(by_class=(1.0, 1.0))) == ""
    assert "surest" not in told("evidence", "unsure", sureness(by_class=(0.5,)))


def choices(weights=0.2, median=0.3):
    single = pd.DataFrame({"choice": ["cuts", "weights"], "alternative": ["top20", "equal"], "changed": [0.4, weights]})
    several = pd.DataFrame({"differs": ["several"] * 2, "changed": [median] * 2, "adjusted_rand": [0.3] * 2})
    return single, several


def test_choices_belong_in_writing_only_where_they_matter(told):
    said = told("evidence", "choices", *choices())
    assert "cuts matter most (top20: 40.0 % of customers" in said and "in the middle one of 2 combinations" in said
    assert "belong in writing" in said
    assert "belong in writing" not in told("evidence", "choices", *choices(median=0.0))
    one = choices()[0].iloc[:1]
    assert "other weights" not in told("evidence", "choices", one, choices()[1])


def asked(alone, joining):
    return Found(alone=pd.Series(alone), joined=pd.Series([0.0, joining]))


def test_experts_who_move_nobody_are_not_named(told):
    said = told("evidence", "asked", asked({"1": 0.04, "2": 0.02}, 0.01), choices()[0])
    assert "expert 1 moves most customers: without them 4.0 %" in said and "less than other weights" in said
    nobody = told("evidence", "asked", asked({"1": 0.0, "2": 0.0}, 0.0), choices()[0])
    assert "leaving out any one expert moves nobody" in nobody and "How the experts are joined moves nobody." in nobody
    assert "not wrong" not in nobody
    many = told("evidence", "asked", asked({"1": 0.3, "2": 0.02}, 0.01), choices()[0])
    assert "less than other weights" not in many


@pytest.mark.parametrize(("width", "words"), [(0.5, "lie further apart"), (0.27, "the customers are a continuum")])
def test_groups_or_a_continuum_is_what_the_silhouette_says(told, width, words):
    table = {"silhouette": [width, 0.28], "low": [None, 0.26], "high": [None, 0.3]}
    said = told("evidence", "clusters", pd.DataFrame(table, index=["study", "normal"]))
    assert words in said and "one round cloud gives 0.28 (0.26 to 0.30)" in said


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.01, 0.1, "beats"), (-0.1, -0.01, "loses to"), (-0.1, 0.1, "neither beats nor loses to")],
)
def test_an_outcome_is_won_lost_or_neither(told, low, high, words):
    score = pd.Series(
        {"auc": 0.7, "low": 0.6, "high": 0.8, "lead": (low + high) / 2, "lead_low": low, "lead_high": high}
    )
    rival = pd.Series({"score": "credit grade", "auc": 0.65, "low": 0.6, "high": 0.7})
    said = told("evidence", "outcome", Found(score=score, rival=rival, since=None))
    assert "this is no forecast" in said
    days = {"scored": pd.Timestamp("2014-12-31"), "since": pd.Timestamp("2015-03-01")}
    dated = told("evidence", "outcome", Found(score=score, rival=rival, **days))
    assert "is no forecast" not in dated and "scored at 2014-12-31, before 2015-03-01" in dated
    assert f"The score {words} credit grade alone" in said and "area 0.700 (0.600 to 0.800) against 0.650" in said


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.1, 0.3, "better by"), (-0.3, -0.1, "worse by"), (-0.1, 0.1, "neither better nor worse")],
)
def test_the_following_year_of_an_own_measure_is_told_better_worse_or_neither(told, low, high, words):
    row = {"customers": 300, "correlation": 0.5, "low": 0.4, "high": 0.6}
    last = row | {"correlation": 0.3, "lead": (low + high) / 2, "lead_low": low, "lead_high": high}
    table = pd.DataFrame([row | {"lead": 0.0, "lead_low": 0.0, "lead_high": 0.0}, last], ["total", "last_value"])
    said = told("evidence", "criterion", Found(name="credit grade", scored=pd.Timestamp("2018-12-31"), table=table))
    assert f"300 customers rank by credit grade a year later {words}" in said
    assert "0.50 (0.40 to 0.60) against 0.30" in said


def assumed(lowest=-2e7):
    rows = [("as set", 1e7, 0.0), ("hurdle", 3e7, 0.04), ("hurdle", lowest, 0.18), ("weights", 1e7, 0.14)]
    table = pd.DataFrame(rows, columns=["assumption", "eva", "changed"])
    return Sensitivity(
        table.assign(negative=[0.3, 0.2, 0.4, 0.3], raroc=0.1, underpriced=[0.2, 0.0, 1.0, 0.2]), 0.11, 9
    )


def test_assumptions_are_told_by_what_they_move(told):
    assert told("evidence", "assumptions", assumed()) == (
        "What moves EVA of the book most is the assumption “hurdle”: it is 1,000 万元 as set and −2,000 to 3,000 万元 "
        "otherwise. It is negative in 1 of 3 cases. Most customers change class by “hurdle” (18.0 %), then by “weights "
        "of the indicators” (14.0 %). Over all cases 20.0 to 40.0 % of the customers have negative EVA, capital earns "
        "10.0 to 10.0 %, and 0.0 to 100.0 % of the loans are under the hurdle."
    )
    assert "It is negative" not in told("evidence", "assumptions", assumed(lowest=1e6))


def test_todays_grades_are_said_to_be_so_where_ratings_have_no_history(told):
    ratings = pd.DataFrame({"customer_id": ["1"]})
    assert "read from today's grades" in told("evidence", "grades", Book({}))
    assert told("evidence", "grades", Book({"ratings": ratings})) == ""
    assert told("evidence", "grades", Book({}, absent=frozenset({"customers.rating"}))) == ""


def rooms(own, alone, caught=(2.0, 0.5)):
    table = pd.DataFrame({"class": ["platinum", "gold"], "caught": caught})
    total = pd.Series({"headroom": 3e4, "true_room": 2e4, "caught": 1.5})
    return Found(ranks=pd.Series([own, alone]), by_class=table, total=total)


def test_the_estimated_room_is_held_against_the_true_one_and_against_sales_alone(told):
    said = told("evidence", "room", rooms(0.72, 0.73))
    assert "rank correlation of 0.72; sales alone reach 0.73. Size and industry add nothing to that order." in said
    assert "estimates 3 万元 where there are 2 万元, 1.50 to one; by class from 0.50 (gold) to 2.00 (platinum)" in said
    assert "add nothing" not in told("evidence", "room", rooms(0.75, 0.73))
    assert "1.50" not in told("evidence", "room", rooms(0.7, 0.6, (float("nan"),) * 2))


def counts(**claims):
    rows = [(claim, kind, supported, no_effect, 40) for claim, (kind, supported, no_effect) in claims.items()]
    return pd.DataFrame(rows, columns=["claim", "kind", "supported", "no_effect", "books"])


@pytest.mark.parametrize(("covered", "means"), [(14, "less often than the interval"), (19, "no less often")])
def test_the_check_of_contacts_tells_whether_the_interval_keeps_its_promise(told, covered, means):
    said = told("evidence", "contacts", ContactCheck(20, covered, 0.05, 0.07, 0.95))
    assert f"in {covered} of 20 other books the 95 % interval" in said and means in said
    assert "estimates is 5.0 %, that of the truth 7.0 %" in said


def test_other_books_tell_which_verdicts_hang_on_potential_and_which_on_this_book(told):
    said = told(
        "evidence", "others", counts(C0b=("depends", 0, 0), C2=("supported", 40, 40), C3b=("not_supported", 30, 2))
    )
    assert said.startswith("Beside this book stand 40 other books of the same making, and as many in which potential")
    assert "C2 is supported there as often as elsewhere: that it is supported says nothing about potential" in said
    assert "C3b is not supported here but on most other books" in said and "take it for chance" not in said
    rare = told("evidence", "others", counts(C1b=("supported", 3, 0), C2=("supported", 4, 1)))
    assert "C1b and C2 are supported here and on fewer than half" in rare and "says nothing" not in rare
    assert told("evidence", "others", counts(C2=("depends", 0, 0))).endswith("is supported on any.")
