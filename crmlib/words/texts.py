"""Texts: every message in English and Chinese side by side, in files by chapter that a translator can edit.

A file of ``crmlib/words/text`` holds a section a key, with ``en`` and ``zh``; names may carry the ``source`` of the
field's own term, columns and axes how they are shown, and what a finding means ``to`` the branch is marked so. Long
texts go on in indented lines.
"""

import re
from configparser import ConfigParser
from functools import cache
from pathlib import Path

from crmlib.errors import CrmError, did_you_mean

FOLDER = Path(__file__).with_name("text")
LANGUAGES = ("en", "zh")
JOINS = {"en": " ", "zh": ""}
"""What stands between the lines of a text."""
_AS_GROUPS = {
    "en": ((r"(?<!`)\b([cC])ustomer(?=s?\b(?!`|\.\w| value| relationship))", lambda a: "Gg"[a[1] == "c"] + "roup"),),
    "zh": ((r"客户(?!经理|关系|价值)", "集团"), (r"户均", "每家平均"), (r"(?<![客开在账销商动])户", "家")),
}
"""What is said in place of customers, and of the Chinese word that counts them, where groups are appraised."""
_PLACE, _QUOTED = re.compile(r"(\{.*?\})", re.DOTALL), re.compile(r'"[^"]*"(?!\))')


@cache
def texts(file: str) -> dict[str, dict[str, str]]:
    """Every text of a file by key: its languages, and what else stands there."""
    path = FOLDER / f"{file}.ini"
    if not path.is_file():
        known = sorted(each.stem for each in FOLDER.glob("*.ini"))
        raise CrmError(f"{file} is no file of texts.{did_you_mean(file, known)} Files: {', '.join(known)}.")
    parser = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",), default_section="")
    parser.optionxform = str
    parser.read_string(path.read_text(encoding="utf-8"), path.name)
    return {key: {name: _one_line(text, name) for name, text in parser[key].items()} for key in parser.sections()}


def has(key: str) -> bool:
    """Whether there is a text with a key, such as ``matrix.next_year``."""
    file, _, name = key.partition(".")
    return (FOLDER / f"{file}.ini").is_file() and name in texts(file)


def entry(key: str) -> dict[str, str]:
    """A text with all that stands beside it; CrmError with the nearest key where there is none."""
    file, _, name = key.partition(".")
    known = texts(file)
    if name not in known:
        raise CrmError(f"{key!r} is not a message.{did_you_mean(name, known)} Messages stand in words/text/{file}.ini.")
    return known[name]


def text(key: str, language: str) -> str:
    """A text in a language, its places open; CrmError where there is none."""
    if language not in LANGUAGES:
        raise CrmError(f"{language!r} is not a language of the report. Languages: {', '.join(LANGUAGES)}.")
    found = entry(key)
    if language not in found:
        raise CrmError(f"{key!r} has no text in {language}.")
    return found[language]


def as_groups(text: str, language: str) -> str:
    """A text about customers as one about groups of them; within its places, what is shown and no name of the code."""

    def said(part: str) -> str:
        for pattern, instead in _AS_GROUPS[language]:
            part = re.sub(pattern, instead, part)
        return part

    parts = _PLACE.split(text)
    return "".join(
        _QUOTED.sub(lambda quoted: said(quoted[0]), part) if place % 2 else said(part)
        for place, part in enumerate(parts)
    )


def _one_line(text: str, language: str) -> str:
    return JOINS.get(language, " ").join(line.strip() for line in text.split("\n"))
