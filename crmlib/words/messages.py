"""Messages: what is to be said, as a key and values, before anybody decides in which language and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MARK = "message"
"""Key under which JSON holds the key of a message."""


@dataclass(frozen=True)
class Message:
    """Something to say.

    Attributes
    ----------
    key : str
        Its place in the texts: the file, then the name in it, such as ``matrix.next_year``.
    values : mapping
        What stands in its places: numbers, dates, names, further messages, and lists of these; never finished text.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def say(key: str, /, **values: Any) -> Message:
    """A message; see :class:`Message`."""
    return Message(key, values)


def as_json(value: Any) -> Any:
    """A value of a message, or a message, as JSON holds it; :func:`from_json` reads it back."""
    if isinstance(value, Message):
        return {MARK: value.key, **{name: as_json(item) for name, item in value.values.items()}}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(item) for item in value]
    if hasattr(value, "item"):
        return value.item()
    return value if value is None or isinstance(value, str | int | float) else str(value)


def from_json(value: Any) -> Any:
    """What :func:`as_json` wrote."""
    if isinstance(value, Mapping):
        values = {name: from_json(item) for name, item in value.items() if name != MARK}
        return Message(value[MARK], values)
    return [from_json(item) for item in value] if isinstance(value, list) else value
