"""All that the chapters say, over books unlike the usual: what a book does not tell is not told, and said to be so."""

import re

import pandas as pd
import pytest

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
    stay = tables["customers"].loc[tables["customers"]["closed"].isna(), "customer_id"]
    for name, table in tables.items():
        if "customer_id" in table:
            tables[name] = table[table["customer_id"].isin(stay)]


def _nobody_borrows(tables):
    tables["activity"] = tables["activity"].assign(loan=0.0, loan_rate=0.0, guarantees=0.0, days_overdue=0)


def _no_hours(tables):
    tables["activity"] = tables["activity"].assign(rm_hours=0.0)


def _nobody_is_rated(tables):
    tables["customers"] = tables["customers"].assign(rating=pd.Series(None, tables["customers"].index, dtype="str"))


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


@pytest.mark.parametrize("absent", ABSENT, ids=" ".join)
def test_a_book_that_lacks_something_is_told_whole(say, faults, tables_study, absent):
    told = say(tables_study(absent))
    assert all(told.values())
    assert faults(told) == []


@pytest.mark.parametrize("edit", EDITED)
def test_a_book_unlike_the_usual_is_told_whole(say, faults, tables_study, edit):
    told = say(tables_study(edit=EDITED[edit]))
    assert faults(told) == []


def test_where_nobody_is_rated_totals_say_whose_risk_is_not_known(say, faults, tables_study):
    told = say(tables_study(edit=_nobody_is_rated))
    assert faults(told) == []
    texts = {section: " ".join(texts) for section, texts in told.items()}
    without = re.compile(r"and of what is made of it, are without \d+ customers whose risk is not known")
    for section in ("book", "management", "structure", "problems", "matrix", "strategy"):
        assert without.search(texts[section]), section
    assert "lending pays" not in texts["structure"] and "to an EVA of 0 万元 beside" not in texts["matrix"]
    assert "too few borrowers are rated" in texts["problems"] and "lent earn" not in texts["problems"]


def test_a_tree_of_other_codes_and_names_is_told_whole(say, faults, small_study):
    settings = {"evidence": {"baseline": "Px32"}}
    tree = small_study(settings) / "tree.yaml"
    tree.write_text(own_tree(tree.read_text(encoding="utf-8")), encoding="utf-8")
    told = say(settings)
    assert faults(told) == []
    assert any("my wallet headroom" in text for text in told["model"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_book_in_another_currency_never_names_the_yuan(say, faults, tables_study, language):
    told = say(tables_study() | {"language": language, "report": {"currency": "EUR"}})
    assert faults(told) == []
    texts = [text for texts in told.values() for text in texts]
    assert [text for text in texts if re.search("元|CNY|yuan", text)] == []
    assert any({"en": "thousand EUR", "zh": "千EUR"}[language] in text for text in texts)
