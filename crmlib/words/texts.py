"""Texts: every message in English and Chinese side by side, in files by chapter that a translator can edit.

A file of ``crmlib/words/text`` holds a section a key, with ``en`` and ``zh``; names may carry the ``source`` of the
field's own term, columns how they are shown, and what a finding means ``to`` the branch is marked so. Long texts go on
in indented lines.
"""

from configparser import ConfigParser
from functools import cache
from pathlib import Path

from crmlib.errors import CrmError, did_you_mean

FOLDER = Path(__file__).with_name("text")
LANGUAGES = ("en", "zh")
JOINS = {"en": " ", "zh": ""}
"""What stands between the lines of a text."""


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


def _one_line(text: str, language: str) -> str:
    return JOINS.get(language, " ").join(line.strip() for line in text.split("\n"))
