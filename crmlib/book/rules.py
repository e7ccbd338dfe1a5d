"""Rules: what holds within a book's typed tables and between them.

The schema says what a column may hold; the relations here say what tables must agree on. A new rule is a function that
takes the tables and the study and yields the places where it is broken.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandera.errors import SchemaErrors

from crmlib.book.ratings import rating_at
from crmlib.book.repairs import DEPOSITS, gaps
from crmlib.book.schema import SCHEMAS
from crmlib.study import Study

Tables = Mapping[str, pd.DataFrame]


class Place(NamedTuple):
    """Where a rule is broken: table, code of the fault, column, what was found by row (no row: the table is meant),
    what must hold, and how many places each stands for."""

    table: str
    code: str
    column: str
    found: pd.Series
    allowed: "str | pd.Series"
    counts: "pd.Series | int" = 1


Places = Iterator[Place]
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
_CODES = {
    "isin": "category", "in_range": "range", "greater_than_or_equal_to": "negative", "str_matches": "pattern",
    "whole": "not_whole", "month_end": "pattern",
}  # fmt: skip
"""Fault of each check of the schema."""


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
        Gives the allowed ratings, the tree, the as-of date, and what gaps and overdrafts mean.
    unread : frozenset of str
        Tables and columns (``customers.rm_id``) that are absent or could not be read: no rule is tried on them.

    Returns
    -------
    DataFrame, shape (places,)
        Columns ``table``, ``code``, ``index`` (of the row; missing where the table is meant), ``column``, ``value``,
        ``allowed``, ``count``.
    """
    places = [place for name, table in tables.items() for place in _in_schema(name, table, unread, study)]
    for relation in RELATIONS:
        if set(relation.tables) <= set(tables) - unread:
            places += relation.broken(tables, study)
    rows = [
        (place.table, place.code, index, place.column, _shown(tables, place, index, value), _at(place.allowed, index),
         _at(place.counts, index))
        for place in places
        for index, value in place.found.items()
    ]  # fmt: skip
    columns = ["table", "code", "index", "column", "value", "allowed", "count"]
    return pd.DataFrame(rows, columns=columns).astype({"index": "Int64"})


def _at(of_rows: "pd.Series | str | int", index: object) -> object:
    return of_rows[index] if isinstance(of_rows, pd.Series) else of_rows


def _in_schema(name: str, table: pd.DataFrame, unread: frozenset[str], study: Study) -> Places:
    """Places where one table breaks its schema; that nothing is missing is seen to where values are read."""
    schema = SCHEMAS[name].remove_columns([c for c in SCHEMAS[name].columns if f"{name}.{c}" in unread])
    key = ", ".join(schema.unique)
    if not {f"{name}.{column}" for column in schema.unique} & unread:
        twice = table.loc[
            table.duplicated(schema.unique, keep=False) & table[schema.unique].notna().all(axis=1), schema.unique
        ]
        keys = [", ".join(map(_text, row)) for row in twice.itertuples(index=False)]
        yield Place(name, "duplicate", key, pd.Series(keys, twice.index, dtype="str"), f"one row for each {key}")
    schema.unique = None
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases.set_index("index")
        checks = {str(check.error): check.name for column in schema.columns.values() for check in column.checks}
        for (column, rule), found in cases.groupby(["column", "check"]):
            if rule == "not_nullable":
                continue
            code = _CODES.get(checks.get(rule, ""), "range")
            if code == "negative" and column in DEPOSITS:
                code = "overdraft"
            if code != "overdraft" or study.book.overdrafts == "refuse":
                yield Place(name, code, column, found["failure_case"], rule)


def _shown(tables: Tables, place: Place, index: int | None, value: object) -> str:
    """A value as text; a judgement with its expert, node and pair, which say more than the number alone."""
    if (place.table, place.column) != ("judgements", "value"):
        return _text(value)
    row = tables[place.table].loc[index]
    return f"expert {row['expert']} at {row['node']}: {row['left']} over {row['right']} is {_text(value)}"


def _text(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _reference(table: str, column: str, target: str) -> Relation:
    text = f"{column} stands in {target}"

    def broken(tables: Tables, _: Study) -> Places:
        values = tables[table][column].dropna()
        strange = values[~values.isin(tables[target][column])]
        counts = strange.groupby(strange).transform("size")
        strange = strange.drop_duplicates()
        short = {value.lstrip("0"): value for value in tables[target][column].dropna()}
        lost = pd.Series([short.get(value.lstrip("0"), "") for value in strange], strange.index, dtype="str")
        yield Place(table, "unknown", column, strange[lost == ""], text, counts)
        said = f"as in {target}: " + lost
        yield Place(table, "lost_zeros", column, strange[lost != ""], said, counts)

    return Relation((table, target), text, broken)


def _same_but_for_zeros(tables: Tables, _: Study) -> Places:
    ids = tables["customers"]["customer_id"].dropna()
    bare = ids.str.lstrip("0")
    ids, bare = (values[bare.duplicated(keep=False)] for values in (ids, bare))
    others = bare.map(ids.groupby(bare).agg(lambda own: ", ".join(sorted(set(own)))))
    short = (ids.str.len() < ids.groupby(bare).transform(lambda own: own.str.len().max())) & ids.str.isdigit()
    yield Place("customers", "lost_zeros", "customer_id", ids[short], "one of " + others[short])


def _rated(table: str) -> Relation:
    def broken(tables: Tables, study: Study) -> Places:
        values, allowed = tables[table]["rating"].dropna(), list(study.profit.pd_by_rating)
        said = f"one of profit.pd_by_rating: {', '.join(allowed)}"
        yield Place(table, "category", "rating", values[~values.isin(allowed)], said)

    return Relation((table,), "a rating is a key of profit.pd_by_rating", broken)


def _rated_last(tables: Tables, study: Study) -> Places:
    last = rating_at(tables["ratings"], pd.Timestamp(study.as_of))
    people = tables["customers"].dropna(subset="rating")
    found = people["customer_id"].map(last)
    other = people.loc[found != people["rating"], "rating"]
    yield Place("customers", "other_rating", "rating", other, "its last one in ratings to that date")


def _in_order(table: str, first: str, second: str) -> Relation:
    text = f"{second} is not before {first}"

    def broken(tables: Tables, _: Study) -> Places:
        rows = tables[table]
        late = rows[rows[second] < rows[first]]
        said = "not before " + first + " (" + _texts(late[first]) + ")" + _of_customer(late)
        yield Place(table, "order", second, late[second], said)

    return Relation((table,), text, broken)


def _of_customer(rows: pd.DataFrame) -> pd.Series:
    return " of customer " + _texts(rows["customer_id"])


def _texts(values: pd.Series) -> pd.Series:
    return pd.Series([_text(value) for value in values], values.index, dtype="str")


def _judged(tables: Tables, study: Study) -> Places:
    rows, tree = tables["judgements"], study.tree
    at_node = rows["node"].isin(tree.groups)
    say = f"a group of the tree: {', '.join(tree.groups)}"
    yield Place("judgements", "judgement", "node", rows.loc[~at_node, "node"], say)
    children = [(group, child) for group in tree.groups for child in tree.children(group)]
    for side in ("left", "right"):
        child = pd.MultiIndex.from_frame(rows[["node", side]]).isin(children)
        wrong = rows.loc[at_node & ~child, side]
        yield Place("judgements", "judgement", side, wrong, "a child of the node in the tree")
    same = rows.loc[rows["left"] == rows["right"], "right"]
    yield Place("judgements", "judgement", "right", same, "another child than the left one")


def _reciprocal(tables: Tables, _: Study) -> Places:
    rows = tables["judgements"]
    value = rows.groupby(["expert", "node", "left", "right"])["value"].first()
    turned = value.reindex(pd.MultiIndex.from_frame(rows[["expert", "node", "right", "left"]])).to_numpy()
    clash = np.abs(rows["value"] * turned - 1) > RECIPROCAL
    rule = "the reciprocal of the same expert's judgement the other way round"
    yield Place("judgements", "judgement", "value", rows.loc[clash, "value"], rule)


def _active_while_open(tables: Tables, _: Study) -> Places:
    people = tables["customers"].drop_duplicates("customer_id").set_index("customer_id")
    rows = tables["activity"]
    # Of a customer whose dates are in the wrong order neither is known to be right.
    people = people[~(people["closed"] < people["opened"])]
    own, month = people.reindex(rows["customer_id"]).set_axis(rows.index), rows["month"]
    early = month + pd.offsets.MonthEnd(0) < own["opened"]
    said = "from " + _texts(own.loc[early, "opened"]) + ", when it opened;" + _of_customer(rows[early])
    yield _first_of_each(Place("activity", "before_opening", "month", month[early], said), rows["customer_id"])
    late = month > own["closed"]
    said = "up to " + _texts(own.loc[late, "closed"]) + ", when it closed;" + _of_customer(rows[late])
    yield _first_of_each(Place("activity", "after_closing", "month", month[late], said), rows["customer_id"])


def _first_of_each(place: Place, customer: pd.Series) -> Place:
    """The first row of each customer, with how many it stands for."""
    own = customer[place.found.index]
    return place._replace(found=place.found[~own.duplicated()], counts=own.groupby(own).transform("size"))


def _with_a_rate(tables: Tables, _: Study) -> Places:
    rows = tables["activity"]
    lent = rows[rows["loan"].gt(0) & rows["loan_rate"].isna()]
    said = "a rate (0 where none is charged) beside the loan of customer " + lent["customer_id"]
    yield _first_of_each(
        Place("activity", "missing_value", "loan_rate", lent["loan"].map(lambda _: ""), said), rows["customer_id"]
    )


def _covers(tables: Tables, study: Study) -> Places:
    last, known = pd.Timestamp(study.as_of).replace(day=1), {*tables["activity"]["month"].dropna().unique()}
    wanted = pd.date_range(min({*known, last}), last, freq="MS")
    say = "every month up to the as-of date has activity of some customer"
    yield from _no_month("activity", {*wanted} - known, say)
    if last < min(known, default=last):
        return
    follow = last
    while follow + pd.offsets.MonthBegin(1) in known:
        follow += pd.offsets.MonthBegin(1)
    month = tables["activity"]["month"]
    yield Place(
        "activity", "future", "month", month[month > follow], f"up to {study.as_of}, or months that follow on it"
    )


def _without_gaps(tables: Tables, study: Study) -> Places:
    # The members of a group come and go, and nobody may be there for a while.
    if study.book.gaps != "refuse" or study.unit == "group":
        return
    found, first = gaps(tables, study), tables["activity"].drop_duplicates("customer_id").reset_index()
    own = found.groupby("customer_id")["month"]
    rows = first.set_index("customer_id")["index"].reindex(own.size().index)
    values = own.agg(lambda months: ", ".join(f"{month:%Y-%m}" for month in months[:3])).set_axis(rows)
    said = "every month of the life of customer " + own.size().index.to_series().set_axis(rows)
    yield Place("activity", "gap", "month", values, said, own.size().set_axis(rows))


def _priced(tables: Tables, _: Study) -> Places:
    gaps = {*tables["activity"]["month"].dropna().unique()} - {*tables["rates"]["month"]}
    yield from _no_month("rates", gaps, "every month of activity has its rates")


def _no_month(table: str, months: set[pd.Timestamp], allowed: str) -> Places:
    """Months that no row has; those that follow on each other are one place."""
    days = pd.Series(sorted(months), dtype="datetime64[us]")
    run = (days.dt.to_period("M").astype("int64").diff() != 1).cumsum()
    for _, own in days.groupby(run):
        said = " to ".join(f"{month:%Y-%m}" for month in dict.fromkeys((own.iloc[0], own.iloc[-1])))
        yield Place(table, "no_month", "month", pd.Series([said], [None], dtype="str"), allowed, len(own))


RELATIONS = (
    *(_reference(*reference) for reference in REFERENCES),
    Relation(("customers",), "no two customers differ by leading zeros alone", _same_but_for_zeros),
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
    Relation(("activity", "customers"), "no month is missing in a customer's life", _without_gaps),
    Relation(("activity",), "a loan has a rate", _with_a_rate),
    Relation(("activity", "rates"), "every month of activity has its rates", _priced),
)
"""Rules between tables and columns."""
