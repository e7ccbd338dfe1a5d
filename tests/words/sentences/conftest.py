"""What a chapter says at a place, in English, with the Chinese looked at beside it."""

import re
from collections.abc import Callable

import pytest

from crmlib.words.sentences import sentences
from crmlib.words.texts import LANGUAGES
from crmlib.words.voice import Voice

UNTRUE = re.compile(
    r"\bnan\b|\binf\b|\bNone\b(?! of)|[{}]|–|−0\.0\b|−−|\b1 (customers|months|products|columns|portfolios)\b"
)


@pytest.fixture
def told() -> Callable[..., str]:
    def tell(chapter: str, name: str, *found: object, **values: object) -> str:
        said = sentences(chapter, name, *found, **values)
        messages = [each for block in said for each in (block if isinstance(block, list) else [block])]
        english, chinese = (" ".join(map(Voice(language).say, messages)) for language in LANGUAGES)
        assert not UNTRUE.search(english) and not UNTRUE.search(chinese), (english, chinese)
        assert not re.search(r"[a-z]{4,}", re.sub(r"`[^`]*`", "", chinese)), chinese
        return english

    return tell
