"""Rules: what holds within a book's typed tables and between them.

The schema says what a column may hold; the relations here say what tables must agree on. A new rule is a function that
takes the tables and gives the places where it is broken.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandera.errors import SchemaErrors

from crmlib.book.schema import SCHEMAS
from crmlib.study import Study
from crmlib.tree import Tree

Tables = Mapping[str, pd.DataFrame]
BROKEN = ("table", "index", "column", "value", "rule")
UNIQUE = "multiple_fields_uniqueness"
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
    """A rule between tables or columns, in words, and the function that finds where it is broken."""

    tables: tuple[str, ...]
    text: str
    broken: Callable[[Tables, Study], Iterator[pd.DataFrame]]


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
    within = [broken_schema(name, table, unread) for name, table in tables.items()]
    between = [found for relation in RELATIONS for found in relation.broken(tables, study)]
    found = pd.concat([_places("", [], "", [], ""), *within, *between], ignore_index=True)
    judged = (found["table"] == "judgements") & (found["column"] == "value") & found["index"].notna()
    if judged.any():
        found.loc[judged, "value"] = _judgement(tables["judgements"].loc[found.loc[judged, "index"]]).to_numpy()
    return found


def broken_schema(name: str, table: pd.DataFrame, unread: frozenset[str] = frozenset()) -> pd.DataFrame:
    """Places where one typed table breaks its schema."""
    schema = SCHEMAS[name].remove_columns([c for c in SCHEMAS[name].columns if f"{name}.{c}" in unread])
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        twice = cases["check"] == UNIQUE
        found = cases[~twice & (cases["check"] != "not_nullable")]
        rows = table.loc[cases.loc[twice, "index"].unique()]
        key = list(schema.unique)
        values = [", ".join(map(_shown, row)) for row in rows[key].itertuples(index=False)]
        return pd.concat([
            _places(name, found["index"], found["column"], found["failure_case"].map(_shown), found["check"]),
            _places(name, rows.index, ", ".join(key), values, f"one row for each {', '.join(key)}"),
        ])  # fmt: skip
    return _places(name, [], "", [], "")


def _places(table: str, index: object, column: object, value: object, rule: object) -> pd.DataFrame:
    index = pd.array(list(index), dtype="Int64")
    text = {"table": table, "column": column, "value": value, "rule": rule}
    spread = {k: [v] * len(index) if isinstance(v, str) else list(v) for k, v in text.items()}
    return pd.DataFrame({"index": index, **{k: pd.Series(v, dtype="str") for k, v in spread.items()}})[[*BROKEN]]


def _shown(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _where(tables: Tables, table: str, column: str, broken: pd.Series, rule: str) -> Iterator[pd.DataFrame]:
    """Places of the rows of a table where ``broken`` is true."""
    rows = tables[table].loc[broken.to_numpy(dtype=bool), column]
    if len(rows):
        yield _places(table, rows.index, column, rows.map(_shown), rule)


def _reference(table: str, column: str, target: str) -> Relation:
    text = f"{column} stands in {target}"

    def broken(tables: Tables, _: Study) -> Iterator[pd.DataFrame]:
        if {table, target} <= set(tables):
            values, known = tables[table][column], tables[target][column]
            yield from _where(tables, table, column, values.notna() & ~values.isin(known), text)

    return Relation((table, target), text, broken)


def _ratings(tables: Tables, study: Study) -> Iterator[pd.DataFrame]:
    for table in ("customers", "price_response"):
        if table in tables:
            values, allowed = tables[table]["rating"], list(study.profit.pd_by_rating)
            rule = f"one of profit.pd_by_rating: {', '.join(allowed)}"
            yield from _where(tables, table, "rating", values.notna() & ~values.isin(allowed), rule)


def _judged(tables: Tables, study: Study) -> Iterator[pd.DataFrame]:
    if "judgements" not in tables:
        return
    judgements, tree = tables["judgements"], study.tree
    at_node = judgements["node"].isin(tree.groups)
    yield from _where(tables, "judgements", "node", ~at_node, f"a group of the tree: {', '.join(tree.groups)}")
    for side in ("left", "right"):
        child = [pair in _pairs(tree) for pair in zip(judgements["node"], judgements[side], strict=True)]
        yield from _where(tables, "judgements", side, at_node & ~np.array(child), "a child of the node in the tree")
    same = judgements["left"] == judgements["right"]
    yield from _where(tables, "judgements", "right", same, "another child than the left one")


def _reciprocal(tables: Tables, _: Study) -> Iterator[pd.DataFrame]:
    """An expert who judged a pair in both directions did not contradict themselves."""
    if "judgements" not in tables:
        return
    judgements = tables["judgements"]
    place = ["expert", "node", "left", "right"]
    mirror = judgements.set_index(place)["value"].groupby(level=place).first()
    turned = pd.MultiIndex.from_frame(judgements[["expert", "node", "right", "left"]])
    other = mirror.reindex(turned).to_numpy()
    clash = np.abs(judgements["value"] * other - 1) > RECIPROCAL
    rule = "the reciprocal of the same expert's judgement the other way round"
    yield from _where(tables, "judgements", "value", clash, rule)


def _judgement(rows: pd.DataFrame) -> pd.Series:
    """Judgements with the expert, node and pair, which say more than the number alone."""
    texts = [f"expert {row.expert} at {row.node}: {row.left} over {row.right} is {_shown(row.value)}"
             for row in rows.itertuples()]  # fmt: skip
    return pd.Series(texts, rows.index, dtype="str")


def _pairs(tree: Tree) -> set[tuple[str, str]]:
    return {(group, child) for group in tree.groups for child in tree.children(group)}


def _in_order(table: str, first: str, second: str) -> Relation:
    text = f"{second} is not before {first}"

    def broken(tables: Tables, _: Study) -> Iterator[pd.DataFrame]:
        if table in tables:
            yield from _where(tables, table, second, tables[table][second] < tables[table][first], text)

    return Relation((table,), text, broken)


def _active_while_open(tables: Tables, _: Study) -> Iterator[pd.DataFrame]:
    people = tables["customers"].drop_duplicates("customer_id").set_index("customer_id")
    ids, month = tables["activity"]["customer_id"], tables["activity"]["month"]
    early = month + pd.offsets.MonthEnd(0) < ids.map(people["opened"])
    yield from _where(tables, "activity", "month", early, "not before the month in which the customer opened")
    yield from _where(tables, "activity", "month", month > ids.map(people["closed"]), "not after the customer closed")


def _covers(tables: Tables, study: Study) -> Iterator[pd.DataFrame]:
    """The months of the book have no gap and reach the as-of date."""
    months = pd.DatetimeIndex(tables["activity"]["month"].dropna().unique())
    last = pd.Timestamp(study.as_of).replace(day=1)
    if not len(months):
        return
    due = pd.date_range(min(months.min(), last), max(months.max(), last), freq="MS")
    missing = due.difference(months)
    rule = "every month up to the as-of date has activity of some customer; this one has none"
    yield _places("activity", [None] * len(missing), "month", [f"{month:%Y-%m}" for month in missing], rule)


def _priced(tables: Tables, _: Study) -> Iterator[pd.DataFrame]:
    if "rates" in tables:
        missing = sorted(set(tables["activity"]["month"].dropna()) - set(tables["rates"]["month"]))
        rule = "every month of activity has its rates; this one has none"
        yield _places("rates", [None] * len(missing), "month", [f"{month:%Y-%m}" for month in missing], rule)


RELATIONS = (
    *(_reference(*reference) for reference in REFERENCES),
    Relation(("customers",), "a rating is a key of profit.pd_by_rating", _ratings),
    Relation(("judgements",), "experts compare children of one node of the tree", _judged),
    Relation(("judgements",), "a pair judged in both directions is reciprocal", _reciprocal),
    _in_order("customers", "opened", "closed"),
    _in_order("holdings", "opened", "closed"),
    Relation(("activity", "customers"), "a customer is active only while open", _active_while_open),
    Relation(("activity",), "months have no gap and reach the as-of date", _covers),
    Relation(("activity", "rates"), "every month of activity has its rates", _priced),
)
"""Rules between tables and columns."""
