"""Terms: every word that the report says, in English and Chinese, from one table (``terms.csv``).

Names of what the field has words for carry their source. A row may hold ``{places}`` for numbers and names.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from crmlib.errors import CrmError, did_you_mean
from crmlib.report.text import width, wrap

LANGUAGES = ("en", "zh")
SENTENCES = ("reason", "verdict", "figure", "table", "unit")
"""Groups of terms whose places are found again in a text of a table or figure."""
NAMES = ("class", "stage", "owner")
"""Places that hold the name of one, or one that is Chinese already."""


class Term(NamedTuple):
    """One row of the table: the words in both languages, and where the field's own term comes from."""

    en: str
    zh: str
    source: str = ""


@cache
def terms() -> dict[str, Term]:
    """Every term by key, in the order of the table."""
    with Path(__file__).with_name("terms.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("key"): Term(**row) for row in csv.DictReader(file)}


def term(key: str, language: str = "en", **values: object) -> str:
    """A term in a language, its places filled.

    Parameters
    ----------
    key : str
        Key of the table, such as ``class.platinum``.
    language : str
        en or zh.
    **values
        What stands in the places; numbers are formatted by the caller, text from the data goes in as it is.

    Raises
    ------
    CrmError
        If there is no such term or language (names the nearest), or a place is not filled.
    """
    if key not in terms():
        raise CrmError(f"{key!r} is not a term.{did_you_mean(key, terms())} Terms stand in crmlib/report/terms.csv.")
    if language not in LANGUAGES:
        raise CrmError(f"{language!r} is not a language of the report. Languages: {', '.join(LANGUAGES)}.")
    try:
        return getattr(terms()[key], language).format_map(values)
    except KeyError as lost:
        raise CrmError(f"{key!r} needs a value for {lost}, found {', '.join(values) or 'none'}.") from None


def say_lines(text: str, language: str) -> str:
    """A text of several lines, each of which is a term or part of a sentence that was broken into them."""
    if language == "en" or "\n" not in text:
        return say(text, language)
    lines, told = text.split("\n"), []
    while lines:
        known = (count for count in range(len(lines), 0, -1) if _is_known(" ".join(lines[:count])))
        count = next(known, 1)
        words = say(" ".join(lines[:count]), language)
        told += [words] if count == 1 else wrap(words, width, max(map(width, lines[:count])))
        lines = lines[count:]
    return "\n".join(told)


def _is_known(text: str) -> bool:
    return say(text, "zh") != text


def say(text: str, language: str) -> str:
    """An English text of a table or figure in the language of the report; what is no term stays as it is.

    A text is a term, one of :data:`SENTENCES` with its places filled (what fills them is said in turn), or several of
    these joined by ``; ``. A leading capital does not matter.
    """
    return text if language == "en" else "；".join(map(_said, text.split("; ")))


@cache
def _said(text: str) -> str:
    for form in (text, text[:1].lower() + text[1:]):
        if form in _plain():
            return _plain()[form]
        for pattern, zh in _patterns():
            if (found := pattern.fullmatch(form)) and _are_names(found.groupdict()):
                return zh.format_map({place: say(value, "zh") for place, value in found.groupdict().items()})
    return text


def _are_names(values: dict[str, str]) -> bool:
    """Whether what stands for a name is one: ``{stage}: {why}`` must not match any colon."""
    return all(values[place] in _names(place) or not values[place].isascii() for place in NAMES if place in values)


@cache
def _names(group: str) -> frozenset[str]:
    """The English terms of a group, with and without a capital."""
    known = [each.en for key, each in terms().items() if key.startswith(f"{group}.")]
    return frozenset(known) | {name[:1].upper() + name[1:] for name in known}


@cache
def _plain() -> dict[str, str]:
    """English to Chinese, of the terms without places."""
    return {each.en: each.zh for each in reversed(terms().values()) if "{" not in each.en}


@cache
def _patterns() -> list[tuple[re.Pattern, str]]:
    """What English terms with places match, the most particular first."""
    rows = [each for key, each in terms().items() if "{" in each.en and key.partition(".")[0] in SENTENCES]
    rows.sort(key=_particular, reverse=True)
    return [(re.compile("".join(_pieces(each.en)), re.DOTALL), each.zh) for each in rows]


def _particular(each: Term) -> tuple[bool, int]:
    """How particular a term is: names in it are checked, and the more is fixed, the less it matches by chance."""
    return any(f"{{{name}}}" in each.en for name in NAMES), len(re.sub(r"\{\w+\}", "", each.en))


def _pieces(text: str) -> Iterator[str]:
    for fixed, place in re.findall(r"([^{]*)(?:\{(\w+)\})?", text):
        # A place with a name of one letter holds a number, so that a short term does not match half of a sentence.
        yield re.escape(fixed) + (f"(?P<{place}>{'.' if len(place) > 1 else '[^A-Za-z]'}+?)" if place else "")
