import copy

import pandas as pd
import pytest

from crmlib.absent import Absent, Lacking, is_known, needs, not_in_book
from crmlib.book import Book
from crmlib.words.messages import say
from crmlib.words.voice import Voice

WHY = say("common.not_in_run", what=["profit"])
BOOK = Book({}, absent=frozenset({"contacts", "customers.rm_id"}))


@needs("holdings", "customers.rm_id")
def managed(book, year):
    return year


@needs()
def doubled(value):
    if value == 0:
        raise Lacking("problems.nothing_answers")
    return 2 * value


def test_what_is_asked_of_something_absent_is_absent_for_the_same_reason():
    absent = Absent(WHY)
    assert (absent.table["eva"].sum(), absent["x"], absent / 1e4) == (absent, absent, absent)
    assert not absent and list(absent) == [] and not is_known(absent) and is_known(0)
    assert copy.deepcopy(absent) == absent and dict(**absent) == {}


def test_a_book_that_lacks_something_gives_the_reason():
    assert managed(BOOK, 2015) == not_in_book("customers.rm_id")
    assert managed(Book({}), 2015) == 2015


def test_an_absent_argument_is_passed_on():
    assert doubled(Absent(WHY)) == managed(BOOK, Absent(WHY)) == Absent(WHY)
    assert doubled(value=Absent(WHY)) == Absent(WHY)


def test_a_function_that_finds_nothing_says_why():
    assert doubled(0) == Absent(say("problems.nothing_answers"))
    assert doubled(2) == 4


def test_a_wrong_need_is_an_error():
    with pytest.raises(Exception, match="no such column"):
        needs("customers.rm")(lambda book: book)(BOOK)


def test_tables_are_not_taken_for_absent_ones():
    assert doubled(pd.Series([1, 2]).sum()) == 6


def test_a_long_reason_names_the_first_that_are_lacking():
    lacks = ("rates", "contacts", "holdings", "products")
    assert Voice().say(not_in_book(*lacks).why).endswith("contacts, products held and a list of products")
    assert Voice().say(not_in_book(*lacks, "industries").why).endswith("a list of products, among other things")
