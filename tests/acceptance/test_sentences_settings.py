"""All that the chapters say, over many settings: every sentence, table and figure's text is whole and true."""

import re

import pytest

from crmlib.book.schema import SCHEMAS

pytestmark = pytest.mark.slow

OWN_LABELS = {"high_high": "Sonne", "high_low": "Mond", "low_high": "Stern", "low_low": "Staub"}
CHINESE_LABELS = {"high_high": "甲类", "high_low": "乙类", "low_high": "丙类", "low_low": "丁类"}
GRID = {
    "as it is": {},
    "negative EVA": {"profit": {"hourly_cost": 10_000.0}},
    "own labels": {"matrix": {"labels": OWN_LABELS}},
    "Chinese labels": {"matrix": {"labels": CHINESE_LABELS}},
    "groups": {"unit": "group"},
    "groups in Chinese": {"unit": "group", "language": "zh"},
    "k-means": {"matrix": {"cut_current": "kmeans", "cut_potential": "kmeans"}},
    "top 20 %": {"matrix": {"cut_current": "top20", "cut_potential": "top20"}},
    "midpoint": {"matrix": {"cut_current": "midpoint", "cut_potential": "midpoint"}},
    "24 months": {"book": {"months": 24}},
    "CNY": {"report": {"money_unit": "CNY"}},
    "亿元": {"report": {"money_unit": "亿元"}},
    "Chinese": {"language": "zh"},
    "equal weights": {"model": {"weights": "equal"}},
    "one manager": {"book": {"managers": 1}},
    "no effects": {"book": {"gamma": 0.0, "beta": 0.0}},
    "few borrowers": {"book": {"borrowers": 0.01}},
}
KEPT_IN_CHINESE = re.compile(r"[A-Z]\w*|λmax|max|[Ww]\d*|n|k|z|g|b|e|x|et|al|ln|asinh|run|json|csv|xlsx|yaml|tiny")
"""Words of Latin letters that Chinese keeps: names, abbreviations, signs, files."""
CUSTOMERS = re.compile(r"\bcustomers?\b(?! value| relationship|\.\w|`)|客户(?!经理|关系|价值)|[\d}] ?户", re.IGNORECASE)
"""Customers where groups are what is appraised; their relationships, the name of the method and of files stay."""
CODES = {*SCHEMAS, *(column for schema in SCHEMAS.values() for column in schema.columns)}


@pytest.mark.parametrize("setting", GRID)
def test_everything_that_is_said_is_whole(say, faults, setting):
    told = say(GRID[setting])
    assert all(told.values())
    assert faults(told) == []
    if "labels" in GRID[setting].get("matrix", {}):
        other = re.compile(r"\b(platinum|gold|iron)\b", re.IGNORECASE)
        assert [text for texts in told.values() for text in texts if other.search(text)] == []
    if GRID[setting].get("unit") == "group":
        said = [text for texts in told.values() for text in texts if text not in CODES]
        assert [text for text in said if CUSTOMERS.search(text)] == []
    if GRID[setting].get("language") == "zh":
        assert english(told) == []


def english(told: dict[str, list[str]]) -> list[str]:
    """English words in texts that should be Chinese."""
    words = (
        (section, word, text)
        for section, texts in told.items()
        for text in dict.fromkeys(texts)
        for word in re.findall(r"[A-Za-z][\w-]*", re.sub(r"`[^`]*`", "X", text), re.ASCII)
    )
    return [
        f"{section}: {word}: {text}"
        for section, word, text in words
        if not KEPT_IN_CHINESE.fullmatch(word) and word not in CODES
    ]
