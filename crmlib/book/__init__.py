"""The book of a branch: its customers and what they do, as checked tables."""

from crmlib.book.book import Book
from crmlib.book.fault_table import BookError
from crmlib.book.load import load_book
from crmlib.book.reading import faults

__all__ = ["Book", "BookError", "faults", "load_book"]
