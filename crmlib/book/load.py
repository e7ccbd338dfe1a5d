"""Loading: the book of a study, simulated or read from its tables."""

from crmlib.book.book import Book
from crmlib.book.fault_table import BookError
from crmlib.book.groups import by_group
from crmlib.book.reading import faults, read_book
from crmlib.book.simulate import simulate
from crmlib.study import Study


def load_book(study: Study) -> Book:
    """The book of a study, of customers or of groups of them.

    Raises
    ------
    BookError
        If any table has a fault; its ``faults`` is the table of all of them.
    """
    book = simulated(study) if study.book.source == "simulated" else read_book(study)
    return by_group(book, study) if study.unit == "group" else book


def simulated(study: Study) -> Book:
    """The simulated book of a study; BookError where tables were given that it would not read."""
    if len(found := faults(study)):
        raise BookError(found)
    return simulate(study)
