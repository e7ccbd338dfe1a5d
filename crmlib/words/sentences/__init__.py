"""Which sentences are said: a module a chapter, a function a place, each decides from values alone.

A function is given what a chapter found and yields messages. One after the other they make a paragraph; a list of
messages makes a list. Where nothing is to be decided there is no function, and the message of that name is said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

from jinja2 import nodes

from crmlib.words.messages import Message
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
        What was found; without a function, the places of the text are filled with its fields and properties.
    **values
        Further values, by name.
    """
    if function := getattr(import_module(f"{__name__}.{chapter}"), name, None):
        return list(function(*found, **values))
    key = f"{chapter}.{name}"
    known = {place: value for each in found for place, value in facts(each, _places(key))} | values
    return [Message(key, known)]


def without(unknown: int) -> Iterator[Message]:
    """That totals of EVA are without customers whose risk is not known, where there are any."""
    if unknown:
        yield Message("common.without_unknown", {"n": unknown})


def facts(found: Any, names: list[str]) -> Iterator[tuple[str, Any]]:
    """Those facts of a result that have one of some names: items of a mapping, fields and properties of an object."""
    if isinstance(found, Mapping):
        return ((name, found[name]) for name in names if name in found)
    return ((name, getattr(found, name)) for name in names if _has(found, name))


def _has(found: Any, name: str) -> bool:
    known = {each.name for each in fields(found)} if is_dataclass(found) else set(getattr(found, "_fields", ()))
    return name in known or isinstance(getattr(type(found), name, None), property) or hasattr(type(found), name)


def _places(key: str) -> list[str]:
    """Names of the places of a text in any language, in an order that is the same in every process."""
    trees = (Voice().environment.parse(text(key, language)) for language in LANGUAGES)
    return sorted({node.name for tree in trees for node in tree.find_all(nodes.Name)})
