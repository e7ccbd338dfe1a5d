"""What the introduction says: whose customers are read, and what that makes of the numbers."""

from collections.abc import Iterator
from typing import Any

from crmlib.words.messages import Message, say
from crmlib.words.sentences import fill


def finding(study: Any) -> Iterator[Message]:
    """Whose customers the case is computed on."""
    found = {"n": study.book.customers, "title": study.title, "as_of": str(study.as_of)}
    yield fill(f"introduction.{study.book.source}", found, study.book)


def stand_in(study: Any) -> Iterator[Message]:
    """What such data can show and what not, and what the book lacks."""
    if study.book.source == "simulated":
        yield say("introduction.shows_method")
        if study.other_books:
            yield say("introduction.other_books", n=study.other_books)
    else:
        yield say("introduction.shows_book")
    if study.book.absent:
        yield say("brief.absent", what=list(study.book.absent))
