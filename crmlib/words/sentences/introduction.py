"""What the introduction says: whose customers are read, and what that makes of the numbers."""

from collections.abc import Iterator
from typing import Any

from crmlib.words.messages import Message, say


def finding(study: Any) -> Iterator[Message]:
    """Whose customers the case is computed on."""
    if study.book.source == "simulated":
        yield say("introduction.simulated", n=study.book.customers, months=study.book.months, as_of=str(study.as_of))
    else:
        yield say("introduction.tables", title=study.title, as_of=str(study.as_of))


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
