"""The book of a branch: its customers and what they do, as checked tables."""

from crmlib.book.book import Book

__all__ = ["Book"]
