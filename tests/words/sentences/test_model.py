"""What chapter 5 says."""

from types import SimpleNamespace

import pandas as pd
import pytest

from crmlib.words.messages import say
from crmlib.words.sentences import model
from crmlib.words.voice import Voice


def said(messages, language="en", **more):
    flat = [each for message in messages for each in (message if isinstance(message, list) else [message])]
    return " ".join(Voice(language, **more).say(message) for message in flat)


def leaves(*weights):
    names = ["deposit margin", "fees", "tenure", "growth", "rest"][: len(weights)]
    return pd.DataFrame({"code": list("abcde")[: len(weights)], "name": names, "weight": weights})


AXES = pd.DataFrame({"name": ["heute", "morgen"], "weight": [0.6, 0.4]})


def test_the_finding_names_axes_of_any_tree_and_the_heaviest_indicators():
    told = said(model.finding(AXES, leaves(0.5, 0.3, 0.2)))
    assert told == (
        "3 indicators make up a customer's value: 60.0 % of it is heute, the rest morgen. "
        "The heaviest are deposit margin (50.0 %) and fees (30.0 %)."
    )
    assert said(model.finding(AXES, leaves(0.5, 0.5)), "zh").endswith("其余为morgen。 各项权重相同。")


def test_what_defaults_tell_of_the_rates_is_said_and_of_which_grades_nothing():
    rows = [["AAA", 9, 0.1, 0, (0, 0), "too_few"], ["B", 9, 4.4, 12, (1, 10), "not_supported"],
            ["all", 18, 4.5, 12, (1, 10), "not_supported"]]  # fmt: skip
    columns = ["rating", "customers", "expected_defaults", "defaults", "by_chance", "default_verdict"]
    assert said(model.defaults(pd.DataFrame(rows, columns=columns))) == (
        "12 customers defaulted within a year, where the grades let 4.5 expect. By chance alone, good and bad years "
        "included, there may be 1 to 10: not supported. Not supported: B. In 1 of 2 grades there are too few to "
        "tell."
    )


def test_nobody_looks_first_at_indicators_that_weigh_alike_or_are_few():
    assert "no indicator weighs more" in said(model.tree(leaves(0.25, 0.25, 0.25, 0.25)))
    assert said(model.tree(leaves(0.5, 0.3, 0.2))) == ""
    lead = said(model.tree(leaves(0.4, 0.3, 0.2, 0.1)))
    assert "the 3 heaviest indicators (deposit margin, fees and tenure) hold 90.0 %" in lead
    assert "the lightest (growth) 10.0 %" in lead
    assert "（存款收益、fees和合作年限）合计占90.0 %" in said(model.tree(leaves(0.4, 0.3, 0.2, 0.1)), "zh")


def test_notes_of_weights_and_model_make_one_list():
    notes = [say("model.equal_by_settings")], [say("model.flat", code="K1", name="<b>")]
    assert said(model.notes(*notes)).endswith("as the settings say. K1 (<b>) drops out: it tells no customers apart.")
    assert "&lt;b&gt;" in said(model.notes(*notes), html=True)
    assert list(model.notes([], [])) == []


def asked(*experts):
    return SimpleNamespace(consistency=pd.DataFrame({"expert": [*experts, "all"]}))


def test_one_expert_was_asked_and_five_were():
    assert said(model.experts(asked("1"), simulated=False)) == "Here 1 expert was asked."
    assert said(model.experts(asked("1", "2"), simulated=False), "zh") == "此处征询了2位专家。"
    assert "are simulated" in said(model.experts(asked("1", "2"), simulated=True))


def ratios(one, two, group):
    return pd.DataFrame({
        "expert": ["1", "2", "all"], "consistency_ratio": [one, two, group],
        "consistent": [one <= 0.1, two <= 0.1, True], "node": "loyalty", "circle": None, "breaks": None,
    })  # fmt: skip


def test_a_group_averages_out_only_what_somebody_contradicts():
    assert said(model.consistency(ratios(0.02, 0.3, 0.05), 0.1)) == (
        "Experts over the limit of 0.1: 1 of 2. In the group's matrix the largest ratio is 0.050: "
        "what one expert contradicts, the others average out."
    )
    assert said(model.consistency(ratios(0.02, 0.03, 0.05), 0.1)).endswith("the largest ratio is 0.050.")
    alone = ratios(0.02, 0.03, 0.05).head(2)
    assert said(model.consistency(alone, 0.1), "zh") == "超过界限0.1的专家：2位专家中有0位。"


@pytest.mark.parametrize(("ratio", "verdict"), [(0.07, "lets it pass"), (0.3, "is over the limit")])
def test_who_judges_in_a_circle_is_told_with_the_judgement_that_would_break_it(ratio, verdict):
    pair = say("model.judgement", left="tenure", right="fees")
    circle = say("model.circle", around=["fees", "lending", "tenure", "fees"])
    breaks = say("model.breaks", judgement=pair, said=2.0, mends=0.5)
    found = ratios(0.02, ratio, 0.05).assign(circle=[None, circle, None], breaks=[None, breaks, None])
    assert said(model.consistency(found, 0.1)).endswith(
        f"At loyalty expert 2 judges in a circle, fees over lending over tenure over fees; the ratio of {ratio:.3f} "
        f"{verdict}. What would break it: tenure over fees: 1/2 in place of 2."
    )


def repairs(after=0.05, adds=(0.2, 0.1), applied=False):
    return pd.DataFrame({
        "expert": ["<5>", "<5>"], "node": "strength", "judgement": [say("model.judgement", left="a", right="b")] * 2,
        "said": [1 / 3, 2.0], "mends": [1 / 2, 3.0], "adds": adds, "ratio_before": 0.3, "ratio_after": after,
        "applied": applied,
    })  # fmt: skip


def test_an_expert_is_asked_again_about_the_judgement_that_adds_most():
    told = said(model.repairs(repairs(), 0.1, 0.02))
    assert told.startswith(
        "at strength, expert <5> should be asked again about a over b, judged 1/3; 1/2 would bring "
        "that sheet within the limit (consistency ratio 0.050)."
    )
    assert told.endswith("It stands as it was given; with the change, 2.0 % of all weight would lie elsewhere.")
    assert "Several" not in told
    assert "expert &lt;5&gt;" in said(model.repairs(repairs(), 0.1, 0.02), html=True)


def test_ties_changes_and_sheets_that_one_change_cannot_mend_are_told():
    assert "Several judgements add the same" in said(model.repairs(repairs(adds=(0.2, 0.2)), 0.1, 0.02))
    assert "It has been changed here" in said(model.repairs(repairs(adds=(0.2, 0.2), applied=True), 0.1, 0.02))
    assert "no single change brings that sheet" in said(model.repairs(repairs(after=0.2), 0.1, 0.02))
    assert "都不能使该表回到界限以内" in said(model.repairs(repairs(after=0.2), 0.1, 0.02), "zh")


@pytest.mark.parametrize(
    ("step", "sentence", "in_chinese"),
    [
        (5, "Expert 3 holds deposits strongly more important than fees.", "专家3认为存款比fees明显重要。"),
        (1, "Expert 3 holds deposits as important as fees.", "专家3认为存款与fees同等重要。"),
        (9, "Expert 3 holds deposits extremely more important than fees.", "专家3认为存款比fees极端重要。"),
    ],
)
def test_a_judgement_is_restated_in_words(step, sentence, in_chinese):
    row = {"expert": "3", "more": "deposits", "less": "fees", "step": step, "at": "current value"}
    assert (said([model.restated(row)]), said([model.restated(row)], "zh")) == (sentence, in_chinese)
    found = pd.DataFrame([row])
    assert said(model.firmest_of_experts(found)) == sentence
    assert said(model.firmest_at_nodes(found)) == f"Current value: {sentence}"


def spread(*apart):
    return pd.DataFrame({"node": ["fees", "tenure"][: len(apart)], "apart": apart})


def opinions(experts):
    return pd.DataFrame({"expert": [*experts, "all"] * 2})


def test_experts_are_closest_and_furthest_apart_where_they_differ():
    assert said(model.opinions(spread(0.05, 0.3), opinions("12"))).startswith(
        "the experts are closest on fees (5 points between the highest and the lowest weight) and "
        "furthest apart on tenure (30 points)."
    )
    assert "30 points apart on every node" in said(model.opinions(spread(0.3, 0.3), opinions("12")))


def test_one_expert_and_experts_of_one_mind_are_not_said_to_be_apart():
    alone = said(model.opinions(spread(0.0, 0.0), opinions("1")))
    assert alone == "one expert alone was asked, so there is nobody to agree or to differ with."
    alike = said(model.opinions(spread(0.0, 0.001), opinions("12")))
    assert alike == "the experts give the same weights to every node."
    assert said(model.opinions(spread(0.0, 0.001), opinions("12")), "zh") == "各位专家对每个节点给出的权重相同。"


def test_the_least_consensus_is_named_unless_it_is_full():
    least = pd.Series({"node": "loyalty", "consensus": 0.91})
    assert said(model.consensus(least)).startswith("They agree least on loyalty (consensus 0.91).")
    assert said(model.consensus(least.replace(0.91, 0.999))).startswith("They agree on everything (consensus 1.00).")


def choices(person, way):
    who = say("model.left_out", expert="<x>")
    return pd.DataFrame({"choice_kind": ["joined", "left_out"], "expert_choice": [who, who], "moved": [way, person]})


def test_whom_one_asks_stands_beside_how_one_reckons():
    assert said(model.choices(choices(0.04, 0.001))).endswith(
        "names and functions of the experts belong in the report."
    )
    assert "(expert <x>), the most that hangs on the arithmetic 0.10 %" in said(model.choices(choices(0.04, 0.001)))
    assert said(model.choices(choices(0.001, 0.04))).endswith("must be fixed before anyone is asked.")
    assert said(model.choices(choices(0.0, 0.0)), "zh") == "没有权重取决于某个人，也没有取决于算法。"


def test_room_and_loyalty_pull_or_hardly_do():
    assert "is −0.50, so they do." in said(model.room_and_loyalty(-0.5))
    assert "is 0.10, so in this book they hardly do." in said(model.room_and_loyalty(0.1))


def test_refused_weightings_say_why():
    every = {
        "entropy": "",
        "CRITIC": "",
        "linear with entropy": "",
        "multiplicative with CRITIC": "",
        "game with CRITIC": "",
    }
    told = said(model.refused(every))
    assert told.count("Not used:") == 5 and "Not used: game with CRITIC. One of the two shares" in told
    assert said(model.refused({"game with entropy": ""}), "zh").startswith("未使用：与熵权法博弈合成。")
    assert list(model.refused({})) == []


def furthest(**other):
    values = {"weighting": "entropy", "moved": 0.377, "gains": "fees", "gain": 0.13, "loses": "tenure", "loss": 0.26,
              "crowd": 0.79, "points": 48.0}  # fmt: skip
    return SimpleNamespace(**values | other)


def test_the_furthest_weighting_tells_what_it_would_change():
    told = said(model.furthest(furthest()))
    assert (
        "entropy lies furthest from the study's, with 37.7 % of all weight elsewhere. Fees would gain 13 points" in told
    )
    assert "79 % of customers stand at the same 48 points of tenure" in told
    assert "Entropy reads" not in said(model.furthest(furthest(crowd=0.3)))
    assert "Entropy reads" not in said(model.furthest(furthest(weighting="equal")))
    assert "等权与本研究相差最远" in said(model.furthest(furthest(weighting="equal")), "zh")
    assert "would gain" not in said(model.furthest(furthest(moved=0.0)))


def wallet(gain, low, high):
    return SimpleNamespace(gain=gain, coverage=(low, high), quantile=0.9)


def test_size_and_industry_add_much_little_or_nothing_to_sales():
    assert said(model.wallet(wallet(0.2, 0.88, 0.93))).startswith(
        "size and industry lower the loss of the estimate of deposits by 20.0 % against sales alone. "
    )
    assert "alone: once sales are known they add little." in said(model.wallet(wallet(0.01, 0.88, 0.93)))
    assert "do not lower the loss" in said(model.wallet(wallet(-0.01, 0.88, 0.93)))


def test_coverage_is_alike_only_where_it_is_near_the_quantile_everywhere():
    assert "small and large customers alike" in said(model.wallet(wallet(0.2, 0.88, 0.93)))
    assert "fits some groups better than others" in said(model.wallet(wallet(0.2, 0.7, 0.93)))
    assert "各组的适用程度不一" in said(model.wallet(wallet(0.2, 0.7, 0.93)), "zh")


def test_who_is_not_graded_is_counted_by_reason():
    some = pd.DataFrame({"why": ["too_new", "too_new", "axis_unknown"]})
    assert said(model.graded(1, some)) == (
        "1 customer is graded, 3 are not (2 too new to grade and 1 without any indicator of an axis)."
    )
    assert said(model.graded(5, some[:0])) == "All customers are graded: 5."
    assert said(model.graded(5, some[:1]), "zh") == "5户客户已评级，1户未评级（1户开户太短）。"


def test_bases_are_counted_and_the_base_names_its_date():
    counts = pd.Series({"now": 3, "last_year": 2, "base": 2})
    assert said(model.handover(counts)) == "Customers by basis: now 3, last year 2 and base 2."
    base = SimpleNamespace(references=SimpleNamespace(as_of="2014-12-31"), indicators=[0])
    assert said(model.base(base)) == "The model of the base was fitted at 2014-12-31 on 1 customer."


@pytest.mark.parametrize("language", ["en", "zh"])
def test_reasons_and_notes_have_every_place_filled(language):
    node = say("model.node", code="B", name="potential value")
    notes = [
        say("model.not_judged", node=node, children=3),
        say("model.left_open", expert="2", open=1, pairs=6, node=say("model.root")),
        say("model.changed", expert="2", node=node, left="a", right="b", said=3.0, used=0.5, before=0.2, after=0.05),
        say("model.over_limit", expert="2", node=node, ratio=0.2, limit=0.1, n=3, index=0.58, method="eigenvector"),
        say("model.not_in_book", code="K", name="a"),
        say("model.too_new", months=1, least=3),
        say("model.axis_unknown", axis="potential value"),
        say("model.way", aggregate="priorities", method="geometric_mean"),
    ]
    assert all(said([note], language) for note in notes)
    assert said([say("model.too_new", months=1, least=1)]) == "too new to grade: open for 1 full month, 1 is needed"
