import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from crmlib.errors import CrmError
from crmlib.words.messages import as_json, from_json, say
from crmlib.words.voice import Voice, capital, clean, linked, printable, template

EN, ZH = Voice("en"), Voice("zh", "亿元")
PAGE = EN.on_page


@pytest.fixture
def texts(monkeypatch):
    """Texts of a file ``test`` by key, in both languages the same."""
    found = {}
    monkeypatch.setattr("crmlib.words.voice.text", lambda key, language: found[key])
    monkeypatch.setattr("crmlib.words.voice.has", lambda key: key in found)
    template.cache_clear()
    yield found
    template.cache_clear()


def test_numbers_come_in_with_their_format(texts):
    texts["test.a"] = "{share | percent(0)} and {eva | money}, {tau | fixed(2)}"
    assert EN.say("test.a", share=0.5, eva=12_345.0, tau=(0.5, 0.25, 0.75)) == "50 % and 1.23 万元, 0.50 (0.25 to 0.75)"
    assert ZH.say("test.a", share=np.float64(0.5), eva=5e8, tau=(0.25, 0.75)) == "50 % and 5 亿元, 0.25至0.75"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ((3e4, 0.25), "25 %"),
        ((3e4, (0.25, 0.2, 0.3)), "25 % (20 to 30 %)"),
        ((-3e4, np.nan), "−3 万元"),
        (((3e4, -1e4, 7e4), (np.nan,) * 3), "3 万元 (−1 to 7 万元)"),
        ([3e4, None], "3 万元"),
        ((np.nan, np.nan), "–"),
    ],
)
def test_a_part_of_a_total_is_told_as_a_share_or_in_money(part, words):
    assert EN.say("common.held", part=part) == words
    assert EN.say(from_json(as_json(say("common.held", part=part)))) == words


def test_a_number_without_a_format_is_refused(texts):
    texts["test.a"] = "{n}"
    for number in (3, 2.5, np.int64(3)):
        with pytest.raises(CrmError, match="goes into a text without a format: use one of"):
            EN.say("test.a", n=number)


def test_an_open_place_is_refused_by_name(texts):
    texts["test.a"] = "{who}"
    with pytest.raises(CrmError, match=r"'test.a' lacks a value: 'who' is undefined. Given are: whom"):
        EN.say("test.a", whom="nobody")


def test_messages_stand_in_messages_and_lists(texts):
    texts |= {"test.a": "{parts | join}; {why}.", "test.b": "n {n | whole}"}
    parts = [say("test.b", n=n) for n in (1, 2, 3)]
    assert EN.say("test.a", parts=parts, why=say("test.b", n=4)) == "n 1, n 2 and n 3; n 4."
    assert ZH.say("test.a", parts=parts[:2], why="x") == "n 1和n 2; x."


def test_one_thing_and_many_things():
    told = [PAGE.say(say("common.part", shown=40, all=n)) for n in (1, 41)]
    assert ["of <data" in text for text in told] == [True, True]
    assert [EN.say("common.part", shown=1, all=n) for n in (1, 1200)] == ["first 1 of 1 row", "first 1 of 1,200 rows"]


def test_names_are_said_in_the_language_and_own_names_as_they_are():
    assert [EN.name("class", "platinum"), ZH.name("class", "platinum"), ZH.name("class", "甲类")] == [
        "platinum", "铂金客户", "甲类",
    ]  # fmt: skip
    assert EN.name("size", None) == "–"


@given(st.text())
def test_a_name_from_the_data_is_never_markup(name):
    told = PAGE.say("common.study", name=name)
    assert isinstance(told, Markup)
    assert told == f"study {escape(clean(name))}"
    assert "\n" not in EN.say("common.study", name=name)


def test_signs_that_steer_a_terminal_are_left_out():
    assert clean("a\x1b[31mb\n\tc\x00") == "a[31mb c"


def test_numbers_of_a_page_lead_to_the_place_that_made_them(texts):
    texts["test.a"] = "<{a | percent(0)} & {b | percent(0) | at('profile')}"
    told = PAGE.say("test.a", a=0.5, b=0.25)
    assert told == '&lt;<data class="crm-n">50 %</data> &amp; <a class="crm-made" href="#profile">25 %</a>'
    assert linked(told, "cell-x", "07_matrix.html") == (
        '&lt;<a class="crm-made" href="07_matrix.html#cell-x">50 %</a> &amp; '
        '<a class="crm-made" href="07_matrix.html#profile">25 %</a>'
    )
    assert EN.say("test.a", a=0.5, b=0.25) == "<50 % & 25 %"


def test_a_capital_letter():
    assert [capital("gold"), capital(""), capital("铂金")] == ["Gold", "", "铂金"]


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        ("p70", "the 70th percentile", "第70百分位数"), ("top20", "the top 20 %", "前20 %分界"),
        ("median", "the median", "中位数"), ("kmeans", "a two-means split", "k均值分界"), ("q7", "q7", "q7"),
    ],
)  # fmt: skip
def test_a_code_that_ends_in_a_number_has_a_name_with_a_place_for_it(rule, english, chinese):
    assert [Voice(language).name("cut_rule", rule) for language in ("en", "zh")] == [english, chinese]


def test_a_voice_counts_what_is_appraised():
    more, one = ({"new": n} for n in (2, 1))
    said = Voice(appraised="group")
    assert said.say("book.too_new", **more).startswith("2 groups are not graded yet")
    assert said.say("book.too_new", **one).startswith("1 group is not graded yet")
    assert Voice("zh", appraised="group").say("book.too_new", **more).startswith("2家集团")
    assert said.name("node", "customer value") == "customer value"


def test_lines_stay_where_signs_that_steer_a_terminal_are_taken_out():
    assert printable("a\n  b\x1b[31m \x07\x9b中") == "a\n  b[31m 中"
