"""Which sentences are said: a module a chapter, a function a place, each decides from values alone.

A function is given what a chapter found and yields messages. One after the other they make a paragraph; a list of
messages makes a list. Where nothing is to be decided there is no function, and the message of that name is said.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from jinja2 import nodes

from crmlib.words.messages import Message, say
from crmlib.words.texts import LANGUAGES, text
from crmlib.words.voice import Voice

Sentences = list[Message | list[Message]]


def sentences(chapter: str, name: str, *found: Any, **values: Any) -> Sentences:
    """What a chapter says at a place.

    Parameters
    ----------
    chapter : str
        Its name, such as ``matrix``.
    name : str
        The place: a function of ``words/sentences/<chapter>.py``, or else a text of ``words/text/<chapter>.ini``.
    *found
        What was found; without a function, it fills the places of the text.
    **values
        Further values, by name.
    """
    if function := getattr(import_module(f"{__name__}.{chapter}"), name, None):
        return list(function(*found, **values))
    return [fill(f"{chapter}.{name}", *found, **values)]


def fill(key: str, *found: Any, **values: Any) -> Message:
    """A message whose places are filled with what was found: items of a mapping or row, fields of an object."""
    known = {name: value for each in found for name in _places(key) if (value := _fact(each, name)) is not ...}
    return say(key, **known | values)


def rows(key: str, table: Any, **values: Any) -> list[Message]:
    """A message for each row of a DataFrame, filled with what stands there."""
    return [fill(key, row, **values) for row in table.to_dict("records")]


def without(unknown: int) -> Iterator[Message]:
    """That totals of EVA are without customers whose risk is not known, where there are any."""
    if unknown:
        yield say("common.without_unknown", n=unknown)


def span(values: Any) -> tuple[float, float]:
    """The least and the greatest of some values."""
    return values.min(), values.max()


def _fact(found: Any, name: str) -> Any:
    """What a result has under a name: an item of a mapping or row, or a field of an object; else ``...``."""
    return found.get(name, ...) if hasattr(found, "keys") else getattr(found, name, ...)


@cache
def _places(key: str) -> list[str]:
    """Names of the places of a text in any language, in an order that is the same in every process."""
    trees = (Voice().environment.parse(text(key, language)) for language in LANGUAGES)
    return sorted({node.name for tree in trees for node in tree.find_all(nodes.Name)})
