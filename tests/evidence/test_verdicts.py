import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.evidence import verdicts
from crmlib.evidence.claims import TEXTS
from crmlib.evidence.followed import Followed
from crmlib.evidence.next_year import Middle
from crmlib.evidence.rivals import COLUMNS, Rivals
from crmlib.stats.intervals import UNKNOWN, Estimate
from crmlib.stats.order import Trend
from crmlib.stats.shares import Part
from crmlib.strategy.outlook import VALUED
from crmlib.tree import Tree
from crmlib.words.messages import say
from crmlib.words.voice import Voice

VOICE, ZH = Voice("en"), Voice("zh")
DATE = pd.Timestamp("2014-12-31")
ORDER = ("platinum", "gold", "iron", "lead")


def said(verdict):
    """A verdict as it is said; all its texts are said in both languages."""
    for voice in (VOICE, ZH):
        assert set(verdict.texts) == set(TEXTS)
        for message in (verdict.message, *verdict.texts.values()):
            text = voice.say(message)
            assert text and not {"nan", "None", "inf"} & set(text.split())
    return VOICE.say(verdict.message)


def statistic(verdict):
    return VOICE.say(verdict.texts["statistic"])


@pytest.fixture
def tree():
    leaf = {"formula": "deposit_margin"}
    nodes = [{"code": "A", "name": "current"}, {"code": "B", "name": "potential"}]
    nodes += [{"code": "A1", "name": "one", "parent": "A", "answers": "hours", **leaf}]
    nodes += [{"code": "B1", "name": "two", "parent": "B", "answers": "tiers", **leaf}]
    return Tree.model_validate({"nodes": nodes})


def problems(**holds):
    return pd.DataFrame({"problem": list(holds), "holds": list(holds.values())})


def grades(*shares):
    table = pd.DataFrame({"scaling": ["min-max", "z through Φ"][: len(shares)], "share": shares}).assign(grade="middle")
    kinds = {f"{kind}_{end}": 0.9 for kind in ("null", "ranked") for end in ("mean", "low", "high")}
    return table.assign(low=table["share"] - 0.05, high=table["share"] + 0.05, **kinds)


def pairs(*probabilities):
    names = [("iron", "lead"), ("gold", "iron"), ("platinum", "gold")]
    rows = [(*name, chance, chance - 0.05, chance + 0.05) for name, chance in zip(names, probabilities, strict=True)]
    return pd.DataFrame(rows, columns=["higher", "lower", "probability", "low", "high"])


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        ({"book": 3, "model": 2}, "done"),
        ({"book": 3, "management": 0}, "depends on the book: nothing to print in management"),
    ],
)
def test_chapters_must_print(numbers, verdict):
    assert said(verdicts.chapters_print(numbers)) == verdict


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ({"hours": True, "tiers": True}, "supported"),
        ({"hours": True, "tiers": False}, "depends on the problem: not found are tiers"),
        ({"hours": False, "tiers": False}, "not supported"),
        ({"hours": True}, "not supported"),
        ({"hours": True, "tiers": True, "prices": True}, "not supported"),
    ],
)
def test_problems_must_be_found_and_answered(tree, found, verdict):
    assert said(verdicts.problems_found(problems(**found), tree)) == verdict


def test_a_book_without_problems_is_not_testable(tree):
    assert verdicts.problems_found(problems(), tree) == Absent(say("evidence.no_problem"))


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ((0.4, 0.5), "supported"),
        ((0.5, 0.22), "depends on the scaling: not under z through Φ"),
        ((0.1, 0.25), "not supported"),
    ],
)
def test_the_middle_grade_must_hold_more_than_a_fifth_under_every_scaling_whatever_null_books_do(shares, verdict):
    result = verdicts.considerable_middle(grades(*shares), 0.2)
    assert said(result) == verdict and "min-max" in statistic(result)
    assert "without a verdict" in VOICE.say(result.texts["null"]) and "90.0 %" in VOICE.say(result.texts["null"])
    assert result.on == ("scaling" if verdict.startswith("depends") else "")


@pytest.mark.parametrize(
    ("headroom", "difference", "verdict"),
    [
        (0.7, 0.2, "supported"),
        (0.2, -0.2, "not supported"),
        (0.5, 0.2, "depends on the yardstick: much against what they earn only"),
        (0.7, -0.2, "depends on the yardstick: much against how many they are only"),
    ],
)
def test_room_is_what_it_would_win_beyond_eva_and_more_than_an_even_share(headroom, difference, verdict):
    fifths = pd.DataFrame({"fifth": range(1, 6), "customers": 10, "eva": 1.0, "headroom": 4e6})
    money = {name: Estimate(1e6 * value, 1e6 * value - 5e4, 1e6 * value) for name, value in
             (("eva", 0.3), ("gain", 0.3 + difference), ("lead", difference))}  # fmt: skip
    eva = Part(money.pop("eva"), UNKNOWN)
    share = Estimate(headroom, headroom - 0.05, headroom)
    result = verdicts.room(Middle(fifths, eva, **money, headroom=share, scored=DATE))
    assert said(result) == verdict and "1,200 万元" in statistic(result)
    assert "They earned 30 万元 (25 to 30 万元) of next-year realised EVA" in statistic(result)


def followed(classes, tau, probabilities, medians=(4, 3, 2, 1)):
    base = pd.DataFrame({"customer_id": [f"c{at}" for at in range(len(classes))], "class": classes})
    why = Absent(say("evidence.no_headroom"))
    tau_b = Estimate(tau, tau - 0.1, tau + 0.1)
    table = pd.DataFrame({"class": ORDER, "mean": [9, 6, 3, 0], "median": medians})
    return Followed(base, table, Trend(1.0, 0.0, 1.0, 9.0, 0.0), tau_b, pairs(*probabilities), why, DATE)


def scored(customers):
    """Table ``scores``: those of a year before, and one of today alone."""
    rows = [("base", customer) for customer in customers]
    return pd.DataFrame([*rows, ("now", "new")], columns=["basis", "customer_id"])


def ordered(classes, tau=0.3, probabilities=(0.6, 0.7, 0.8), graded=None, years=(True, True), **more):
    found = followed(classes, tau, probabilities, **more)
    graded = scored(found.base["customer_id"] if graded is None else graded)
    in_order = dict(zip(pd.to_datetime(["2013-12-31", "2014-12-31"]), years, strict=True))
    return said(verdicts.ordered_classes(found, graded, in_order))


def test_classes_must_be_ordered_and_share_out_all_customers():
    assert ordered(ORDER) == "supported"
    assert ordered(ORDER, tau=0.05) == "not supported"
    assert ordered(("gold", "gold", "iron", "lead")) == "not supported"
    assert ordered(ORDER, graded=["c0", "c1", "c2", "c3", "c4"]) == "not supported"
    assert ordered(ORDER, probabilities=(0.54, 0.7, 0.8)) == "depends on the pair: not clear for iron over lead"
    assert ordered(ORDER, medians=(4, 2, 2, 1)) == "depends on the measure: not gold over iron in the median"
    assert ordered(ORDER, years=(False, True)) == "depends on the year: not in order for those scored in 2013"


def rivals(**leads):
    sides = ["ahead" if lead > 0.1 else "behind" if lead < -0.1 else "alike" for lead in leads.values()]
    rows = [(rival, 4, 0.5, 0.5 - lead, 0.4, 0.6, lead, lead - 0.1, lead + 0.1, side)
            for (rival, lead), side in zip(leads.items(), sides, strict=True)]  # fmt: skip
    return Rivals(pd.DataFrame(rows, columns=COLUMNS))


@pytest.mark.parametrize(
    ("leads", "verdict"),
    [
        ({"deposits": 0.2, "sales": 0.3}, "supported"),
        ({"last_eva": -0.3, "deposits": 0.0, "sales": 0.3},
         "depends on the rival: ahead of sales, not of last year's realised EVA and deposits"),
        ({"last_eva": -0.3, "deposits": 0.05}, "not supported"),
    ],
)  # fmt: skip
def test_classes_must_be_ahead_of_every_plain_grouping(leads, verdict):
    result = verdicts.ahead_of_rivals(rivals(**leads))
    assert said(result) == verdict and result.value == min(leads.values())
    assert "deposits" in statistic(result)


def test_everyone_needs_one_action_with_a_reason():
    plain = pd.DataFrame({"customer_id": ["a", "b"], "class": ["gold", "lead"]})
    classes = plain.assign(stage=["stable", None])
    actions = pd.DataFrame({"customer_id": ["a", "b"], "action": "call", "reason": ["gold, stable", "lead, stable"]})
    everyone = verdicts.everyone_has_an_action(classes, actions)
    assert said(everyone) == "done" and "1 of 16 cells has customers" in statistic(everyone)
    assert said(verdicts.everyone_has_an_action(plain, actions)) == "depends on the stages: by class only"
    for wrong in (actions.assign(reason=["", "lead"]), actions.iloc[:1], pd.concat([actions, actions])):
        assert said(verdicts.everyone_has_an_action(classes, wrong)) == "not supported"


def trial(optimum, headroom=(1.2, 1.3)):
    """What rules win in two books, as multiples of today's hours, the optimum by the share held and by headroom."""
    wins = {"today": (1.0, 1.0), "deposits first": (1.05, 1.05), "class rule": (1.1, 1.1)}
    laws = {"headroom": headroom, "share": optimum, "flat": (1.0, 1.0)}
    rows = [
        (law, seed, rule, 100.0 * won)
        for law, own in laws.items()
        for rule, pair in {**wins, "optimum": own}.items()
        for seed, won in enumerate(pair)
    ]
    return pd.DataFrame(rows, columns=["law", "seed", "rule", "truth"]).assign(expected=1.0)


BY_ROOM = "by the room that customers have, more than today and deposits first and class rule"


@pytest.mark.parametrize(
    ("optimum", "headroom", "verdict"),
    [
        ((1.2, 1.3), (1.2, 1.4), "supported"),
        ((0.9, 0.8), (0.9, 0.8), "not supported"),
        ((1.2, 0.9), (0.9, 1.2), "not supported"),
        ((0.9, 0.8), (1.2, 1.3), f"depends on the law of response: {BY_ROOM}"),
        (
            (1.2, 1.08),
            (1.2, 1.3),
            f"depends on the rival: {BY_ROOM}; by the share that is held here, more than today and deposits first",
        ),
    ],
)
def test_the_allocation_must_beat_what_a_bank_might_do_instead_under_both_laws(optimum, headroom, verdict):
    result = verdicts.hours_won(trial(optimum, headroom))
    assert said(result) == verdict and "hours by class 10.0 %" in statistic(result)
    worse = min(optimum, headroom, key=sum)
    assert (result.low, result.high) == pytest.approx((min(worse) - 1, max(worse) - 1))


def test_where_hours_win_nothing_the_allocation_is_not_supported():
    nothing = trial((1.2, 1.3)).assign(truth=0.0)
    result = verdicts.hours_won(nothing)
    assert said(result) == "not supported"
    assert "most of all today (–)" in statistic(result)


def foresight(closed=0.1, idle=0.1, losses=(25, 30)):
    """Leads over the size classes in closings and idle accounts of valued customers, and how many there were."""
    rows = [("all", "auc", 0.6, 66), ("all", "skill", 0.1, 66)]
    for of, lead, n in zip(VALUED, (closed, idle), losses, strict=True):
        rows += [(of, "auc", 0.7, n), (of, "auc_lead", lead, n)]
    table = pd.DataFrame(rows, columns=["of", "measure", "value", "losses"])
    return table.assign(low=table["value"] - 0.05, high=table["value"] + 0.05)


CLOSINGS, IDLE = (
    "closings of performing customers of high current value",
    "idle accounts of customers of high current value",
)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({}, "supported"),
        ({"closed": 0.0}, f"depends on the customers: told for {IDLE}, not for {CLOSINGS}"),
        ({"losses": (25, 8)}, f"depends on the customers: told for {CLOSINGS}, not for {IDLE}"),
        ({"closed": 0.0, "idle": -0.1}, "not supported"),
        ({"closed": 0.0, "losses": (25, 8)}, "not supported"),
    ],
)
def test_losses_of_the_valued_must_be_told_better_than_by_size_closings_and_idle_accounts_apart(given, verdict):
    result = verdicts.losses_foreseen(foresight(**given), {"platinum": 0.8, "lead": 0.2})
    assert said(result) == verdict and "platinum 80.0 %, lead 20.0 %" in statistic(result)
    assert ("8 losses, too few" in statistic(result)) == (given.get("losses") == (25, 8))
    assert result.value == 0.7 and "may leave" not in statistic(verdicts.losses_foreseen(foresight(**given), {}))


def test_too_few_losses_of_the_valued_are_told_by_their_number():
    result = verdicts.losses_foreseen(foresight(losses=(7, 3)), {})
    assert VOICE.say(result.why) == (
        "of the customers of high current value 7 closed within the year while performing and 3 fell idle; "
        "a test needs 20 of a kind"
    )
    nobody = foresight().query("of == 'all'")
    assert "0 closed" in VOICE.say(verdicts.losses_foreseen(nobody, {}).why)


def test_classes_of_one_year_alone_say_nothing_of_others():
    found = followed(ORDER, 0.3, (0.6, 0.7, 0.8))
    result = verdicts.ordered_classes(found, scored(found.base["customer_id"]), {})
    assert said(result) == "supported" and "year" not in statistic(result)
    assert "every year" not in VOICE.say(result.texts["test"])


def test_what_is_absent_gets_no_verdict_for_the_same_reason(tree):
    none = Absent(say("evidence.no_headroom"))
    assert verdicts.room(none) == verdicts.problems_found(none, tree) == verdicts.hours_won(none) == none


def test_key_numbers_are_counted_by_chapter():
    counted = verdicts.count_printed(lambda name: {"numbers": {"a": 1, "b": 2}} if name == "book" else {})
    assert counted["book"] == 2 and counted["strategy"] == 0 and "evidence" not in counted
