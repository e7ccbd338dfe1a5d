"""The study and its simulated book, made once a session; tests that change a table copy it first."""

import pandas as pd
import pytest

from crmlib.book import Book
from crmlib.profit import profit_table
from crmlib.study import Study
from crmlib.value.indicators import indicators
from crmlib.value.references import References, fit


@pytest.fixture(scope="session")
def jd() -> Study:
    return Study.load("jd")


@pytest.fixture(scope="session")
def as_of(jd) -> pd.Timestamp:
    return pd.Timestamp(jd.as_of)


@pytest.fixture(scope="session")
def jd_book(jd) -> Book:
    return Book.load(jd)


@pytest.fixture(scope="session")
def jd_profit(jd, jd_book) -> pd.DataFrame:
    return profit_table(jd_book, jd)


@pytest.fixture(scope="session")
def jd_references(jd, jd_book, jd_profit, as_of) -> References:
    return fit(jd_book, jd_profit, as_of, jd)


@pytest.fixture(scope="session")
def jd_indicators(jd, jd_book, jd_profit, jd_references, as_of) -> pd.DataFrame:
    return indicators(jd_book, jd_profit, as_of, jd_references, jd)
