import pytest

from crmlib.cut import Cut
from crmlib.words.sentences.common import cut_rule
from crmlib.words.voice import Voice


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        ("p70", "the 70th percentile", "第70百分位数"), ("top20", "the top 20 %", "前20 %分界"),
        ("median", "the median", "中位数"), ("kmeans", "a two-means split", "k均值分界"),
    ],
)  # fmt: skip
def test_a_rule_for_cuts_in_words(rule, english, chinese):
    message = cut_rule(Cut.read(rule))
    assert [Voice(language).say(message) for language in ("en", "zh")] == [english, chinese]
