"""Why a customer has its class, its stage and its action."""

import numpy as np
import pytest

from crmlib.matrix.stages import FACTS, RULES
from crmlib.words.sentences import reasons
from crmlib.words.sentences.reasons import stage_reason
from crmlib.words.voice import Voice

CALM = dict(zip(FACTS, (60.0, 0.0, 0.0, 0.5, 4.0, 0.0, 0.0), strict=True))


@pytest.mark.parametrize(
    ("rule", "facts", "english", "chinese"),
    [
        ("new", {"months_open": 1.0}, "open for 1 month", "开户1个月"),
        ("new", {"months_open": 17.0}, "open for 17 months", "开户17个月"),
        ("fell", {"growth": np.log(0.62)}, "business fell 38 % against the median", "业务较中位数下降38 %"),
        ("grew", {"growth": np.log(1.5)}, "business grew 50 % against the median", "业务较中位数增长50 %"),
        ("closed", {"closed_products": 2.0}, "2 products closed in 12 months", "12个月内停用2种产品"),
        ("few", {"products": 1.0, "share": 0.0}, "1 product and 0 % of sales settled here",
         "仅1种产品，在我行结算占销售额0 %"),
        ("gained", {"net_gain": 1.0}, "1 product gained in 12 months", "12个月内净增1种产品"),
        ("calm", {"growth": -0.001}, "business as the median, within the limits", "业务与中位数持平，在界限以内"),
        ("calm", {"growth": -0.1}, "business fell 10 % against the median, within the limits",
         "业务较中位数下降10 %，在界限以内"),
        ("calm", {"growth": np.nan}, "no sign of change", "无变化迹象"),
    ],
)  # fmt: skip
def test_the_reason_tells_what_decided(rule, facts, english, chinese):
    message = stage_reason(rule, CALM | facts)
    assert [Voice(language).say(message) for language in ("en", "zh")] == [english, chinese]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_reason(rule):
    told = [Voice(language).say(stage_reason(rule, CALM)) for language in ("en", "zh")]
    assert all(told) and told[0] != told[1]


ROW = {
    "class": "platinum", "current": 60.0, "potential": 45.0, "stage": "stable",
    "stage_reason": "business as the median", "action": "joint_plan", "stake": "keep", "days_overdue": 0.0,
    "watch_list": False, "eva": 20_100.0, "cost_to_serve": 5_000.0, "clv": 428_571.0, "retention": 0.9,
    "headroom": 2e6, "value_at_stake": 3_000.0,
}  # fmt: skip
NAN = float("nan")


def why(part, language="en", **more):
    return reasons.told({**ROW, **more}, (50.0, 40.0), 90, Voice(language))[part]


def test_the_class_stands_by_its_cuts_under_the_study_s_own_label():
    assert why("reason_class") == "platinum: current value 60.0 (cut 50.0), potential 45.0 (cut 40.0)"
    assert why("reason_class", "zh", **{"class": "A 类"}) == "A 类：当前价值60.0（界限50.0），潜在价值45.0（界限40.0）"


def test_the_stage_is_told_with_its_rule_where_it_is_known():
    assert why("reason_stage") == "stable: business as the median"
    assert why("reason_stage", stage=NAN) is None


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({}, "EVA 2.01 万元 a year, worth 42.9 万元 over its life at 90.0 % retention"),
        ({"stake": "cut"}, "EVA 2.01 万元 a year after a cost to serve of 0.5 万元"),
        ({"stake": "grow"},
         "EVA 2.01 万元 a year, headroom 200 万元, of which the part won would earn 0.3 万元 a year"),
        ({"stake": "grow", "headroom": NAN}, "EVA 2.01 万元 a year, headroom not known"),
        ({"action": "save"}, "a lifetime value of 42.9 万元 covers a year's cost to serve of 0.5 万元"),
        ({"action": "glide"}, "a lifetime value of 42.9 万元 does not cover a year's cost to serve of 0.5 万元"),
        ({"action": "mandate_service"}, "serves a public mandate, so not exited by rule"),
        ({"action": "risk_desk", "watch_list": True}, "on the watch list, so risk comes before class"),
        ({"action": "risk_desk", "days_overdue": 91.0}, "91 days overdue, so risk comes before class"),
        ({"action": "risk_desk", "days_overdue": 91.0, "watch_list": True},
         "91 days overdue and on the watch list, so risk comes before class"),
    ],
)  # fmt: skip
def test_what_decides_is_told_as_the_report_prints_money(more, text):
    assert why("reason_action", **more) == text
    assert why("reason_action", "zh", **more).strip(" 万元0123456789.%")


def test_nothing_is_told_of_a_customer_without_money():
    assert why("reason_action", eva=NAN) is None
    assert why("reason", eva=NAN).endswith("; stable: business as the median")


def test_a_negative_eva_has_a_true_minus():
    assert why("reason_action", stake="cut", eva=-52_300.0).startswith("EVA −5.23 万元 a year")
