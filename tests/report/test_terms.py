import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.errors import CrmError
from crmlib.matrix.classes import CLASSES
from crmlib.matrix.stages import STAGES
from crmlib.report import terms as module
from crmlib.report.terms import say, say_lines, term, terms
from crmlib.report.text import missing_glyphs
from crmlib.value.indicators import FORMULAS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
REASON = (
    "iron: current value 45.4 (cut 49.0), potential 58.4 (cut 42.3); formation: business grew 38 % against the median; "
    "EVA 0.77 万元 a year, headroom 232 万元, of which the part won would earn 0.35 万元 a year"
)


def test_keys_are_unique_and_every_term_has_both_languages():
    text = Path(module.__file__).with_name("terms.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len({row["key"] for row in rows}) == len(rows)
    assert [row["key"] for row in rows if not row["en"] or not row["zh"]] == []


def test_every_term_can_be_drawn():
    assert missing_glyphs("".join(each.en + each.zh for each in terms().values())) == ""


def test_both_languages_have_the_same_places_each_once():
    places = {key: [re.findall(r"\{(\w+)\}", words) for words in each[:2]] for key, each in terms().items()}
    assert [key for key, (en, zh) in places.items() if sorted(en) != sorted(zh) or len(set(en)) < len(en)] == []


def test_terms_of_the_field_name_their_source():
    named = [*(f"class.{name}" for name in CLASSES), *(f"stage.{name}" for name in STAGES), "term.pd", "term.lgd"]
    assert [key for key in named if not terms()[key].source] == []


def test_a_missing_term_names_the_nearest():
    with pytest.raises(CrmError, match=r"'class.platinium' is not a term. Did you mean class.platinum\?"):
        term("class.platinium")


def test_an_unknown_language_and_an_empty_place_are_errors():
    with pytest.raises(CrmError, match=r"'fr' is not a language of the report\. Languages: en, zh"):
        term("class.gold", "fr")
    with pytest.raises(CrmError, match=r"'finding\.count' needs a value for 'class', found n"):
        term("finding.count", n=3)


def test_a_value_with_braces_stays_as_it_is():
    assert term("finding.count", n=3, **{"class": "{gold}"}) == "3 {gold}"


def test_every_class_stage_and_indicator_is_a_term(jd):
    words = [*CLASSES, *STAGES]
    words += [node.name for node in jd.tree.nodes]
    assert [word for word in words if not CHINESE.search(say(word, "zh"))] == []
    assert [name for name in FORMULAS if f"definition.{name}" not in terms()] == []


def test_a_reason_is_said_in_chinese():
    assert say(REASON, "zh") == (
        "铁质客户：当前价值45.4（界限49.0），潜在价值58.4（界限42.3）；形成期：业务较中位数增长38 %；"
        "每年经济增加值0.77 万元，提升空间232 万元，赢得部分每年可增收0.35 万元"
    )
    assert say(REASON, "en") == REASON


def test_lines_of_a_broken_sentence_are_said_as_one():
    assert say_lines("Hours go to customers that destroy\nvalue\nn = 3", "zh") == "工时花在侵蚀价值的客户上\nn = 3"
    assert say_lines("platinum\n277 customers", "zh") == "铂金客户\n277户"
    assert say_lines("platinum\n277 customers", "en") == "platinum\n277 customers"


def test_a_place_of_one_letter_holds_a_number():
    assert say("tier 2", "zh") == "第2层"
    assert say("tier of the best", "zh") == "tier of the best"


def test_a_stage_is_a_stage():
    assert say("decline: 3 products closed in 12 months", "zh") == "退化期：12个月内停用3种产品"
    assert say("Acme: no sign of change", "zh") == "Acme: no sign of change"


def test_a_leading_capital_does_not_matter():
    assert say("Platinum", "zh") == say("platinum", "zh") == "铂金客户"


@given(st.text(st.sampled_from("$_<>{}公司AB; ")))
def test_a_name_from_the_data_stays_as_it_is(name):
    assert say(name, "zh").replace("；", "; ") == name
