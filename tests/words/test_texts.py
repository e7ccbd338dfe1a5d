"""Every text of every file: both languages, the same places, and templates that Jinja can read."""

import re

import pytest
from jinja2 import nodes

from crmlib.errors import CrmError
from crmlib.words import texts
from crmlib.words.texts import FOLDER, LANGUAGES, as_groups, entry, has, text
from crmlib.words.voice import Voice

FILES = sorted(path.stem for path in FOLDER.glob("*.ini"))
KEYS = [f"{file}.{key}" for file in FILES for key in texts.texts(file)]
NAMES_IN_CHINESE = {
    "asinh", "b", "exp", "ln", "max", "min", "customers.xlsx", "results.json", "study.yaml", "k", "n", "et", "al",
}  # fmt: skip
"""Names that Chinese texts keep; those with a capital are authors and abbreviations."""
ALLOWED = {"en", "zh", "one", "show", "source", "to"}


def places(key, language):
    return {node.name for node in Voice(language).environment.parse(text(key, language)).find_all(nodes.Name)}


def test_every_text_stands_in_both_languages_and_says_something():
    for key in KEYS:
        assert set(LANGUAGES) <= set(entry(key)) <= ALLOWED, key
        assert all(entry(key)[language].strip() for language in LANGUAGES), key


def test_every_text_is_a_template_with_known_filters():
    for language in LANGUAGES:
        for html in (False, True):
            environment = Voice(language, html=html).environment
            for key in KEYS:
                environment.from_string(text(key, language))


def test_chinese_says_what_english_says():
    for key in KEYS:
        assert places(key, "zh") == places(key, "en"), key


def test_chinese_texts_have_no_english_words():
    for key in KEYS:
        plain = re.sub(r"\{[^{}]*\}|`[^`]*`|\w+\.yaml", "", text(key, "zh"))
        words = re.findall(r"[A-Za-z][a-zA-Z.-]*", plain)
        assert [word for word in words if word[0].islower() and word not in NAMES_IN_CHINESE] == [], key


def test_an_unknown_key_gets_the_nearest():
    with pytest.raises(CrmError, match=r"'common.simulatd' is not a message. Did you mean simulated\?"):
        text("common.simulatd", "en")
    with pytest.raises(CrmError, match=r"comon is no file of texts. Did you mean common\?"):
        text("comon.n", "en")
    assert not has("comon.n") and not has("common.m") and has("common.n")


def test_an_unknown_language_is_refused():
    with pytest.raises(CrmError, match=r"'de' is not a language of the report. Languages: en, zh"):
        text("common.n", "de")


@pytest.mark.parametrize(("language", "about", "instead"), [
    ("en", 'Customers: {customers | count("customer")}, its', 'Groups: {customers | count("customer")}, its'),
    ("en", '{"this customer" if n == 1 else "these customers"}', '{"this group" if n == 1 else "these groups"}'),
    ("en", "customer value, customers.xlsx, `customers`", "customer value, customers.xlsx, `customers`"),
    ("zh", "客户经理有{n | whole}户客户，户均", "客户经理有{n | whole}家集团，每家平均"),
    ("zh", "在户客户的开户年数与账户，每户、户数", "在户集团的开户年数与账户，每家、家数"),
])  # fmt: skip
def test_a_text_about_customers_is_said_of_groups(language, about, instead):
    assert as_groups(about, language) == instead
