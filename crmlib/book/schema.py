"""The tables of a book: columns, types, units, allowed values. The one place where they are written.

Readers, checks, the simulated book and the documentation all take them from here. Money is in CNY, rates are decimal
fractions per year, months are first-of-month dates, IDs are strings.
"""

from collections.abc import Sequence

import pandas as pd
from pandera.pandas import Check, Column, DataFrameSchema

ID, TEXT, MONEY, NUMBER, FLAG, DATE, MONTH, WHOLE = "id", "text", "money", "number", "flag", "date", "month", "whole"
DTYPES = {
    ID: "str", TEXT: "str", MONEY: "float64", NUMBER: "float64", FLAG: "bool",
    DATE: "datetime64[us]", MONTH: "datetime64[us]", WHOLE: "int64",
}  # fmt: skip

SIZES = ("large", "medium", "small", "micro")
OWNERSHIPS = ("state", "private", "foreign")
SECTIONS = tuple("ABCDEFGHIJKLMNOPQRST")
_SIZE = f"({'|'.join(SIZES)})"
_CONDITION = rf"(borrower|size:{_SIZE}(\|{_SIZE})*|industry:[A-T](\|[A-T])*)"
ELIGIBILITY = rf"^{_CONDITION}(;{_CONDITION})*$"
COMPULSORY = ("customers", "activity")
EXAMPLE = "EXAMPLE"
"""Every ID of the row that a new study's tables begin with: no customer, and a fault until it is replaced."""


def _column(kind: str, description: str, *checks: Check, unit: str = "", missing: bool = False) -> Column:
    if kind == MONTH:
        checks = (Check(lambda dates: dates.dt.day == 1, error="a month is its first day"), _TIMES)
    facts = {"kind": kind, "unit": "CNY" if kind == MONEY else unit}
    return Column(DTYPES[kind], [*checks], nullable=missing, description=description, metadata=facts)


def _one_of(values: Sequence[str]) -> Check:
    return Check.isin(values, error=f"one of {', '.join(values)}")


def _between(low: float, high: float) -> Check:
    return Check.in_range(low, high, error=f"from {low:g} to {high:g}")


def _table(name: str, description: str, key: list[str], columns: dict[str, Column]) -> DataFrameSchema:
    return DataFrameSchema(columns, name=name, description=description, unique=key, strict="filter")


_TIMES = Check.in_range("1900-01-02", "2100-12-31", error="from 1900-01-02 to 2100-12-31")
_NOT_NEGATIVE = Check.ge(0, error="at least 0")
_MONTH_END = Check(lambda dates: dates.dt.is_month_end, name="month_end", error="the last day of a month")
_IN_MONTH = Check.le(744, error="at most 744, the hours of a month")
_IN_LIFE = Check.le(36_525, error="at most 36,525, a hundred years")
_IN_WHOLE = Check(lambda numbers: numbers == numbers.round(), name="whole", error="whole")
_CUSTOMER = _column(ID, "customer")
_RATE = _between(-0.05, 0.5)
_SHARE = _between(0, 1)
# 1/9 may be written as 0.11.
_SAATY = Check.in_range(0.11, 9, error="from 1/9 to 9, on Saaty's scale")

SCHEMAS: dict[str, DataFrameSchema] = {
    schema.name: schema
    for schema in (
        _table("customers", "one row a customer, those who left included", ["customer_id"], {
            "customer_id": _CUSTOMER,
            "name": _column(TEXT, "name"),
            "group_id": _column(ID, "group of connected customers; missing: stands alone", missing=True),
            "industry": _column(TEXT, "GB/T 4754 section", _one_of(SECTIONS)),
            "size": _column(TEXT, "size class", _one_of(SIZES)),
            "ownership": _column(TEXT, "ownership", _one_of(OWNERSHIPS)),
            "public_mandate": _column(FLAG, "serves the public; never exited by rule"),
            "watch_list": _column(FLAG, "on the bank's watch list"),
            "founded": _column(DATE, "founded", missing=True),
            "opened": _column(DATE, "first account opened", _TIMES),
            "rating": _column(TEXT, "internal rating, a key of profit.pd_by_rating; missing: unrated", missing=True),
            "rm_id": _column(ID, "relationship manager", missing=True),
            "service_tier": _column(WHOLE, "today's tier by deposits, 1 is best", _between(1, 3)),
            "closed": _column(DATE, "date of leaving; missing: still open", _TIMES, missing=True),
        }),
        _table("financials", "annual accounts, used from book.accounts_after on", ["customer_id", "year"], {
            "customer_id": _CUSTOMER,
            "year": _column(WHOLE, "financial year; the one in which it ends", _between(1980, 2100)),
            "sales": _column(MONEY, "sales", _NOT_NEGATIVE),
            "total_assets": _column(MONEY, "total assets", _NOT_NEGATIVE),
            "total_debt": _column(MONEY, "total debt", _NOT_NEGATIVE),
            "net_profit": _column(MONEY, "net profit"),
        }),
        _table("activity", "one row a customer and month: average balances, flows", ["customer_id", "month"], {
            "customer_id": _CUSTOMER,
            "month": _column(MONTH, "month"),
            "demand_deposit": _column(MONEY, "demand deposits, average", _NOT_NEGATIVE),
            "time_deposit": _column(MONEY, "time deposits, average", _NOT_NEGATIVE),
            "loan": _column(MONEY, "loans, average", _NOT_NEGATIVE),
            "loan_rate": _column(NUMBER, "rate of loans; 0 or missing without", _RATE, unit="1/year", missing=True),
            "guarantees": _column(MONEY, "guarantees and acceptances outstanding, average", _NOT_NEGATIVE),
            "inflow": _column(MONEY, "settlement in, own transfers excluded", _NOT_NEGATIVE),
            "outflow": _column(MONEY, "settlement out, own transfers excluded", _NOT_NEGATIVE),
            "transactions": _column(NUMBER, "transactions", _NOT_NEGATIVE),
            "fee_settlement": _column(MONEY, "fees for settlement"),
            "fee_trade": _column(MONEY, "fees for trade finance and foreign exchange"),
            "fee_guarantee": _column(MONEY, "fees for guarantees"),
            "fee_agency": _column(MONEY, "fees for agency business"),
            "rm_hours": _column(NUMBER, "hours of the relationship manager", _NOT_NEGATIVE, _IN_MONTH, unit="hours"),
            "days_overdue": _column(NUMBER, "days overdue, month-end", _NOT_NEGATIVE, _IN_LIFE, _IN_WHOLE, unit="days"),
        }),
        _table("holdings", "products held", ["customer_id", "product", "opened"], {
            "customer_id": _CUSTOMER,
            "product": _column(ID, "product"),
            "opened": _column(DATE, "taken up", _TIMES),
            "closed": _column(DATE, "given up; missing: still held", _TIMES, missing=True),
        }),
        _table("rates", "funds transfer prices and customer rates by month", ["month"], {
            "month": _column(MONTH, "month"),
            "ftp_demand": _column(NUMBER, "transfer price of demand deposits", _RATE, unit="1/year"),
            "ftp_time": _column(NUMBER, "transfer price of time deposits", _RATE, unit="1/year"),
            "ftp_loan": _column(NUMBER, "transfer price of loans", _RATE, unit="1/year"),
            "rate_demand": _column(NUMBER, "rate paid on demand deposits", _RATE, unit="1/year"),
            "rate_time": _column(NUMBER, "rate paid on time deposits", _RATE, unit="1/year"),
        }),
        _table("judgements", "pairwise comparisons of experts on Saaty's scale", ["expert", "node", "left", "right"], {
            "expert": _column(ID, "expert"),
            "node": _column(ID, "node of the tree whose children are compared; the root is `value`"),
            "left": _column(ID, "child on the left"),
            "right": _column(ID, "child on the right"),
            "value": _column(NUMBER, "how much more important left is than right", _SAATY, unit="Saaty"),
        }),
        _table("products", "the bank's products", ["product"], {
            "product": _column(ID, "product"),
            "name": _column(TEXT, "name"),
            "eligibility": _column(
                TEXT, "blank: everyone; else size:large|medium, industry:C|F, borrower, joined by ;",
                Check.str_matches(ELIGIBILITY, error="blank, or size:…, industry:…, borrower joined by ;"),
                missing=True,
            ),
        }),
        _table("industries", "industries", ["industry"], {
            "industry": _column(TEXT, "GB/T 4754 section", _one_of(SECTIONS)),
            "name": _column(TEXT, "name"),
            "outlook": _column(NUMBER, "outlook, 5 is best", _between(1, 5)),
        }),
        _table("outcomes", "an outcome to test against; no indicator may read it", ["customer_id"], {
            "customer_id": _CUSTOMER,
            "outcome": _column(FLAG, "what happened, such as a default"),
        }),
        _table("ratings", "history of internal ratings; without it those of customers hold for all years",
               ["customer_id", "since"], {
            "customer_id": _CUSTOMER,
            "since": _column(DATE, "date from which the rating holds, until the next one", _TIMES),
            "rating": _column(TEXT, "internal rating, a key of profit.pd_by_rating"),
        }),
        _table("price_response", "customers lost at a loan rate; no indicator may read it", ["rating", "loan_rate"], {
            "rating": _column(TEXT, "rating"),
            "loan_rate": _column(NUMBER, "loan rate", _RATE, unit="1/year"),
            "lost": _column(NUMBER, "share of customers lost", _SHARE, unit="0-1"),
        }),
        _table("contacts", "campaigns and calls", ["customer_id", "date", "kind"], {
            "customer_id": _CUSTOMER,
            "date": _column(DATE, "date", _TIMES),
            "kind": _column(TEXT, "campaign or call"),
            "product": _column(ID, "product offered", missing=True),
        }),
        _table("measures", "a study's own indicators: any numeric columns beside these", ["customer_id", "as_of"], {
            "customer_id": _CUSTOMER,
            "as_of": _column(DATE, "month-end for which the values hold", _MONTH_END),
        }),
        _table("truth", "simulated books only: what the simulator knows and only validation reads", ["customer_id"], {
            "customer_id": _CUSTOMER,
            "wallet_deposits": _column(MONEY, "all deposits of the customer at all banks, at the as-of date"),
            "wallet_loans": _column(MONEY, "all loans of the customer at all banks, at the as-of date"),
            "share_of_wallet": _column(NUMBER, "share of wallet held by the branch, at the as-of date", _SHARE),
            "hazard": _column(NUMBER, "probability of leaving in the year after the date", _SHARE, unit="1/year"),
            "kappa": _column(NUMBER, "hours at which half of the response to hours is reached", unit="hours/year"),
            "hours_response": _column(NUMBER, "rise of logit share at unlimited hours", unit="1/year"),
            "contact_response": _column(NUMBER, "rise of logit share by one contact"),
        }),
    )
}  # fmt: skip
"""Schema of every table, by name. Metadata of a column: ``kind`` and ``unit``."""


def kinds(table: str) -> dict[str, str]:
    """Kind of each column of a table: id, text, money, number, flag, date, month or whole."""
    return {name: column.metadata["kind"] for name, column in SCHEMAS[table].columns.items()}


def values_of(column: Column) -> list[str]:
    """The values that a column may have, where they are a list."""
    return next(([*check.statistics["allowed_values"]] for check in column.checks if check.name == "isin"), [])


def empty(table: str) -> pd.DataFrame:
    """The table without rows, every column of its type."""
    return pd.DataFrame({name: pd.Series(dtype=DTYPES[kind]) for name, kind in kinds(table).items()})


def documentation() -> pd.DataFrame:
    """Every column of every table with its type, unit, whether it may be missing, and its rules."""
    rows = [
        (table, name, column.metadata["kind"], column.metadata["unit"], column.nullable, column.description,
         "; ".join(str(check.error) for check in column.checks))
        for table, schema in SCHEMAS.items()
        for name, column in schema.columns.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["table", "column", "kind", "unit", "may be missing", "meaning", "rule"])
