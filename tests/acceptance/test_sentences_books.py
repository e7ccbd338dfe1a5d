"""All that the chapters say, over books unlike the usual: what a book does not tell is not told, and said to be so."""

import re

import pandas as pd
import pytest

from crmlib.book import load_book
from crmlib.study import Study

pytestmark = pytest.mark.slow

ABSENT = (
    ("financials",), ("rates",), ("holdings", "products"), ("judgements",), ("contacts",), ("industries",),
    ("customers.rm_id",), ("customers.service_tier",), ("customers.opened",), ("customers.closed",),
    ("customers.rating",), ("customers.public_mandate", "customers.watch_list"),
    ("activity.rm_hours",), ("activity.loan", "activity.loan_rate", "activity.guarantees", "activity.days_overdue"),
)  # fmt: skip
"""Tables and columns that a book may lack."""


def _one_expert(tables):
    judged = tables["judgements"]
    tables["judgements"] = judged[judged["expert"] == judged["expert"].iloc[0]]


def _nobody_leaves(tables):
    tables["customers"] = tables["customers"].assign(closed=pd.NaT)


def _nobody_borrows(tables):
    tables["activity"] = tables["activity"].assign(loan=0.0, loan_rate=0.0, guarantees=0.0, days_overdue=0)


def _no_hours(tables):
    tables["activity"] = tables["activity"].assign(rm_hours=0.0)


EDITED = {
    "one expert": _one_expert, "nobody leaves": _nobody_leaves, "nobody borrows": _nobody_borrows, "no hours": _no_hours
}  # fmt: skip
"""Books unlike the usual."""


def own_tree(tree: str) -> str:
    """The tree of jd with codes and names of its own."""
    codes = re.sub(
        r"(code|parent): ([AB])(\d*)", lambda found: f"{found[1]}: {'PQ'['AB'.index(found[2])]}x{found[3]}", tree
    )
    return re.sub(r"name: ([a-z -]+)", lambda found: f"name: my {found[1]}", codes)


@pytest.fixture
def tables_study(small_study):
    """A study like jd whose book is read from tables, some of which are absent or edited."""

    def write(absent=(), edit=None):
        folder = small_study({})
        book = load_book(Study.load(folder))
        tables = {name: table for name, table in book.tables.items() if name not in ("truth", *absent)}
        if edit:
            edit(tables)
        (folder / "tables").mkdir()
        for name, table in tables.items():
            columns = [each.partition(".")[2] for each in absent if each.startswith(f"{name}.")]
            table.drop(columns=columns).to_parquet(folder / "tables" / f"{name}.parquet", index=False)
        return {"book": {"source": "tables", "absent": list(absent)}}

    return write


@pytest.mark.parametrize("absent", ABSENT, ids=" ".join)
def test_a_book_that_lacks_something_is_told_whole(say, faults, tables_study, absent):
    told = say(tables_study(absent))
    assert all(told.values())
    assert faults(told) == []


@pytest.mark.parametrize("edit", EDITED)
def test_a_book_unlike_the_usual_is_told_whole(say, faults, tables_study, edit):
    told = say(tables_study(edit=EDITED[edit]))
    assert faults(told) == []


def test_a_tree_of_other_codes_and_names_is_told_whole(say, faults, small_study):
    settings = {"evidence": {"baseline": "Px32"}}
    tree = small_study(settings) / "tree.yaml"
    tree.write_text(own_tree(tree.read_text(encoding="utf-8")), encoding="utf-8")
    told = say(settings)
    assert faults(told) == []
    assert any("my wallet headroom" in text for text in told["model"])
