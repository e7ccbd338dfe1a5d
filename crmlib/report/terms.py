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

LANGUAGES = ("en", "zh")
SENTENCES = ("reason", "verdict", "figure", "unit")
"""Groups of terms whose places are found again in a text of a table or figure."""


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
            if found := pattern.fullmatch(form):
                return zh.format_map({place: say(value, "zh") for place, value in found.groupdict().items()})
    return text


@cache
def _plain() -> dict[str, str]:
    """English to Chinese, of the terms without places."""
    return {each.en: each.zh for each in reversed(terms().values()) if "{" not in each.en}


@cache
def _patterns() -> list[tuple[re.Pattern, str]]:
    """What English terms with places match, the longest first, so that the most particular wins."""
    rows = [each for key, each in terms().items() if "{" in each.en and key.partition(".")[0] in SENTENCES]
    rows.sort(key=_fixed_length, reverse=True)
    return [(re.compile("".join(_pieces(each.en)), re.DOTALL), each.zh) for each in rows]


def _fixed_length(each: Term) -> int:
    return len(re.sub(r"\{\w+\}", "", each.en))


def _pieces(text: str) -> Iterator[str]:
    for fixed, place in re.findall(r"([^{]*)(?:\{(\w+)\})?", text):
        yield re.escape(fixed) + (f"(?P<{place}>.+?)" if place else "")
