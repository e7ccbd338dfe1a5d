"""Why a relationship has its stage."""

import numpy as np
import pytest

from crmlib.matrix.stages import FACTS, RULES
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
