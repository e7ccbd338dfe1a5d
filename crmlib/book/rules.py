"""Rules: what holds within a book's typed tables and between them.

The schema says what a column may hold; the relations here say what tables must agree on. A new rule is a function that
takes the tables and the study and yields the places where it is broken.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandera.errors import SchemaErrors

from crmlib.book.ratings import rating_at
from crmlib.book.schema import SCHEMAS
from crmlib.study import Study

Tables = Mapping[str, pd.DataFrame]
Places = Iterator[tuple[str, str, pd.Series, str]]
"""Table, column, the values found by row (no row where the table is meant), and the rule that they break."""
RECIPROCAL = 0.02
"""How far the product of two reciprocal judgements may lie from 1: fractions written as 0.33 are meant as 1/3."""
REFERENCES = (
    *((name, "customer_id", "customers") for name, schema in SCHEMAS.items()
      if "customer_id" in schema.columns and name != "customers"),
    ("holdings", "product", "products"),
    ("contacts", "product", "products"),
    ("customers", "industry", "industries"),
)  # fmt: skip
"""Columns whose values must stand in another table: table, column, table where they stand under the same name."""


@dataclass(frozen=True)
class Relation:
    """A rule between tables or columns, in words, and the function that finds where it is broken; tried on books that
    have all its tables."""

    tables: tuple[str, ...]
    text: str
    broken: Callable[[Tables, Study], Places]


def broken_rules(tables: Tables, study: Study, unread: frozenset[str] = frozenset()) -> pd.DataFrame:
    """Every place where typed tables break a rule.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Typed tables, each with a RangeIndex.
    study : Study
        Gives the allowed ratings, the tree, and the as-of date.
    unread : frozenset of str
        Columns (``customers.rm_id``) that are absent or could not be read: no rule of one column is tried on them.

    Returns
    -------
    DataFrame, shape (places,)
        Columns ``table``, ``index`` (of the row; missing where the table is meant), ``column``, ``value``, ``rule``.
    """
    places = [place for name, table in tables.items() for place in _in_schema(name, table, unread)]
    for relation in RELATIONS:
        if set(relation.tables) <= set(tables):
            places += relation.broken(tables, study)
    rows = [
        (table, index, column, _shown(tables, table, column, index, value), rule)
        for table, column, found, rule in places
        for index, value in found.items()
    ]
    return pd.DataFrame(rows, columns=["table", "index", "column", "value", "rule"]).astype({"index": "Int64"})


def _in_schema(name: str, table: pd.DataFrame, unread: frozenset[str]) -> Places:
    """Places where one table breaks its schema; that nothing is missing is seen to where values are read."""
    schema = SCHEMAS[name].remove_columns([c for c in SCHEMAS[name].columns if f"{name}.{c}" in unread])
    key = ", ".join(schema.unique)
    twice = table.loc[table.duplicated(schema.unique, keep=False), schema.unique]
    keys = [", ".join(map(_text, row)) for row in twice.itertuples(index=False)]
    yield name, key, pd.Series(keys, twice.index, dtype="str"), f"one row for each {key}"
    schema.unique = None
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        for (column, rule), found in error.failure_cases.set_index("index").groupby(["column", "check"]):
            if rule != "not_nullable":
                yield name, column, found["failure_case"], rule


def _shown(tables: Tables, table: str, column: str, index: int | None, value: object) -> str:
    """A value as text; a judgement with its expert, node and pair, which say more than the number alone."""
    if (table, column) != ("judgements", "value"):
        return _text(value)
    row = tables[table].loc[index]
    return f"expert {row['expert']} at {row['node']}: {row['left']} over {row['right']} is {_text(value)}"


def _text(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _reference(table: str, column: str, target: str) -> Relation:
    text = f"{column} stands in {target}"

    def broken(tables: Tables, _: Study) -> Places:
        values = tables[table][column].dropna()
        yield table, column, values[~values.isin(tables[target][column])], text

    return Relation((table, target), text, broken)


def _rated(table: str) -> Relation:
    def broken(tables: Tables, study: Study) -> Places:
        values, allowed = tables[table]["rating"].dropna(), list(study.profit.pd_by_rating)
        yield table, "rating", values[~values.isin(allowed)], f"one of profit.pd_by_rating: {', '.join(allowed)}"

    return Relation((table,), "a rating is a key of profit.pd_by_rating", broken)


def _rated_last(tables: Tables, study: Study) -> Places:
    last = rating_at(tables["ratings"], pd.Timestamp(study.as_of))
    people = tables["customers"].dropna(subset="rating")
    found = people["customer_id"].map(last)
    yield "customers", "rating", people.loc[found != people["rating"], "rating"], "its last one in ratings to that date"


def _in_order(table: str, first: str, second: str) -> Relation:
    text = f"{second} is not before {first}"

    def broken(tables: Tables, _: Study) -> Places:
        rows = tables[table]
        yield table, second, rows.loc[rows[second] < rows[first], second], text

    return Relation((table,), text, broken)


def _judged(tables: Tables, study: Study) -> Places:
    rows, tree = tables["judgements"], study.tree
    at_node = rows["node"].isin(tree.groups)
    yield "judgements", "node", rows.loc[~at_node, "node"], f"a group of the tree: {', '.join(tree.groups)}"
    children = [(group, child) for group in tree.groups for child in tree.children(group)]
    for side in ("left", "right"):
        child = pd.MultiIndex.from_frame(rows[["node", side]]).isin(children)
        yield "judgements", side, rows.loc[at_node & ~child, side], "a child of the node in the tree"
    yield "judgements", "right", rows.loc[rows["left"] == rows["right"], "right"], "another child than the left one"


def _reciprocal(tables: Tables, _: Study) -> Places:
    rows = tables["judgements"]
    value = rows.groupby(["expert", "node", "left", "right"])["value"].first()
    turned = value.reindex(pd.MultiIndex.from_frame(rows[["expert", "node", "right", "left"]])).to_numpy()
    clash = np.abs(rows["value"] * turned - 1) > RECIPROCAL
    rule = "the reciprocal of the same expert's judgement the other way round"
    yield "judgements", "value", rows.loc[clash, "value"], rule


def _active_while_open(tables: Tables, _: Study) -> Places:
    people = tables["customers"].drop_duplicates("customer_id").set_index("customer_id")
    own, month = people.reindex(tables["activity"]["customer_id"]), tables["activity"]["month"]
    early = month + pd.offsets.MonthEnd(0) < own["opened"].to_numpy()
    yield "activity", "month", month[early], "not before the month in which the customer opened"
    yield "activity", "month", month[month > own["closed"].to_numpy()], "not after the customer closed"


def _covers(tables: Tables, study: Study) -> Places:
    months = {*tables["activity"]["month"].dropna(), pd.Timestamp(study.as_of).replace(day=1)}
    gaps = {*pd.date_range(min(months), max(months), freq="MS")} - {*tables["activity"]["month"]}
    rule = "every month up to the as-of date has activity of some customer; this one has none"
    yield "activity", "month", _of_no_row(gaps), rule


def _priced(tables: Tables, _: Study) -> Places:
    gaps = {*tables["activity"]["month"].dropna()} - {*tables["rates"]["month"]}
    yield "rates", "month", _of_no_row(gaps), "every month of activity has its rates; this one has none"


def _of_no_row(months: set[pd.Timestamp]) -> pd.Series:
    return pd.Series([f"{month:%Y-%m}" for month in sorted(months)], [None] * len(months), dtype="str")


RELATIONS = (
    *(_reference(*reference) for reference in REFERENCES),
    _rated("customers"),
    _rated("ratings"),
    _rated("price_response"),
    Relation(("ratings", "customers"), "the last rating to the as-of date is that of the customer", _rated_last),
    Relation(("judgements",), "experts compare children of one node of the tree", _judged),
    Relation(("judgements",), "a pair judged in both directions is reciprocal", _reciprocal),
    _in_order("customers", "opened", "closed"),
    _in_order("holdings", "opened", "closed"),
    Relation(("activity", "customers"), "a customer is active only while open", _active_while_open),
    Relation(("activity",), "months have no gap and reach the as-of date", _covers),
    Relation(("activity", "rates"), "every month of activity has its rates", _priced),
)
"""Rules between tables and columns."""
