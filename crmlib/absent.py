"""Absent: what is not known, and why; the one way in which anything of the case can be missing.

A function marked with :func:`needs` gives an :class:`Absent` back where the book lacks what it needs, where one of
its arguments is absent, or where it finds nothing to tell (it raises :class:`Lacking`). So a chapter reads the same
whatever its book: what hangs on something absent is absent too, and says why.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from crmlib.words.messages import Message, say


class Absent:
    """A value that is not known; false, and whatever is asked or made of it is absent for the same reason.

    Parameters
    ----------
    why : Message
        What is missing.
    """

    def __init__(self, why: Message) -> None:
        self.why = why

    def __bool__(self) -> bool:
        return False

    def __getattr__(self, name: str) -> "Absent":
        # Special names are asked for by copy, pickle, pandas and IPython, which must not take this for another thing.
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> "Absent":
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> "Absent":
        """Absent, so that ``absent.sum()`` is too."""
        return self

    def __truediv__(self, other: object) -> "Absent":
        return self

    def __iter__(self) -> Any:
        return iter(())

    def keys(self) -> tuple[str, ...]:
        """Nothing, so that ``**absent`` gives no names."""
        return ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Absent) and other.why == self.why

    def __hash__(self) -> int:
        return hash(self.why.key)

    def __repr__(self) -> str:
        return f"Absent({self.why.key})"


class Lacking(Exception):
    """Raised by a function marked with :func:`needs` that finds nothing to tell; carries why."""

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key)
        self.why = say(key, **values)


def needs(*what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a function that can be asked of any book.

    Parameters
    ----------
    *what : str
        Tables (``holdings``) and columns (``customers.rm_id``) that the function's first argument, a book, must have;
        none for a function that only must not be given anything absent.

    Returns
    -------
    callable
        The function, which gives an :class:`Absent` back in place of raising :class:`Lacking`.
    """

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def asked(*args: Any, **kwargs: Any) -> Any:
            absent = next((each for each in (*args, *kwargs.values()) if isinstance(each, Absent)), None)
            if absent is not None:
                return absent
            if what and (lacking := args[0].lacks(*what)):
                return not_in_book(*lacking)
            try:
                return function(*args, **kwargs)
            except Lacking as found:
                return Absent(found.why)

        return asked

    return mark


def not_in_book(*what: str) -> Absent:
    """Absent for tables and columns that a book does not have."""
    return Absent(say("common.not_in_book", what=list(dict.fromkeys(what))))


def is_known(value: object) -> bool:
    """Whether a value is there at all: not absent."""
    return not isinstance(value, Absent)
