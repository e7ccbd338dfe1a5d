"""Rules within and between the tables of a book."""

import numpy as np
import pandas as pd
import pytest

from crmlib.book.experts import simulate_judgements
from crmlib.book.rules import RELATIONS, broken_rules

COLUMNS = ["expert", "node", "left", "right", "value"]


@pytest.fixture(scope="module")
def some(jd_book):
    """A book of few customers, whole in its months."""
    few = jd_book.customers["customer_id"].head(20)
    tables = {
        name: table[table["customer_id"].isin(few)] if "customer_id" in table else table
        for name, table in jd_book.tables.items()
        if name != "truth"
    }
    return {name: table.reset_index(drop=True) for name, table in tables.items()}


@pytest.fixture
def judged(jd, some):
    """Faults of a book whose judgements are the simulated ones and a few more."""
    straight = simulate_judgements(jd.tree, np.random.default_rng(1))
    pair = (straight["left"] + straight["right"]).isin(["A1A2"])
    straight = straight[~(pair & (straight["expert"] == "3"))]

    def faults(*rows):
        more = pd.DataFrame(rows, columns=COLUMNS).astype(straight.dtypes)
        return broken_rules({**some, "judgements": pd.concat([straight, more], ignore_index=True)}, jd)

    return faults


def test_the_simulated_book_breaks_no_rule(judged):
    assert judged().empty


def test_a_pair_may_be_judged_in_both_directions_and_written_with_two_decimals(judged):
    assert judged(("3", "A", "A1", "A2", 3.0), ("3", "A", "A2", "A1", 0.33)).empty
    assert judged(("3", "A", "A1", "A2", 9.0), ("3", "A", "A2", "A1", 0.11)).empty


@pytest.mark.parametrize(
    ("rows", "column", "rule"),
    [
        ([("3", "A", "A1", "A2", 12.0)], "value", "from 1/9 to 9"),
        ([("3", "A", "A1", "A2", -3.0)], "value", "from 1/9 to 9"),
        ([("3", "A", "A1", "A2", 0.05)], "value", "from 1/9 to 9"),
        ([("3", "A", "A1", "A2", 3.0), ("3", "A", "A2", "A1", 3.0)], "value", "the reciprocal of the same expert's"),
        ([("3", "A", "A1", "A2", 3.0), ("3", "A", "A1", "A2", 3.0)], "expert, node, left, right", "one row for each"),
        ([("3", "A", "A1", "B1", 3.0)], "right", "a child of the node in the tree"),
        ([("3", "A", "A1", "A1", 1.0)], "right", "another child than the left one"),
        ([("3", "A9", "A1", "A2", 3.0)], "node", "a group of the tree: value, A, B"),
    ],
)
def test_a_faulty_judgement_is_a_fault_of_its_column(judged, rows, column, rule):
    found = judged(*rows)
    assert set(found["table"]) == {"judgements"} and set(found["column"]) == {column}
    assert found["allowed"].str.contains(rule).all()
    assert len(found) == len(rows)


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        ([("3", "A", "A1", "A2", 12.0)], ["expert 3 at A: A1 over A2 is 12"]),
        (
            [("3", "A", "A1", "A2", 3.0), ("3", "A", "A2", "A1", 3.0)],
            ["expert 3 at A: A1 over A2 is 3", "expert 3 at A: A2 over A1 is 3"],
        ),
    ],
)
def test_off_scale_and_contradictory_judgements_name_expert_node_and_pair(judged, rows, values):
    assert judged(*rows)["value"].tolist() == values


def test_experts_may_contradict_each_other(judged):
    assert judged(("3", "A", "A1", "A2", 9.0), ("new", "A", "A1", "A2", 1 / 9)).empty


def test_every_relation_says_what_it_holds(jd):
    assert all(relation.text and relation.tables for relation in RELATIONS)
    assert len({(relation.tables[0], relation.text) for relation in RELATIONS}) == len(RELATIONS)
