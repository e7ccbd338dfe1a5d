import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent, is_known
from crmlib.evidence.others import bands, contacts_checked, counted
from crmlib.words.messages import say

NAN = float("nan")


def verdicts(gamma, kinds):
    return pd.DataFrame({"gamma": gamma, "seed": range(len(kinds)), "name": "C1a", "value": NAN, "kind": kinds})


def numbers(gamma, values):
    return pd.DataFrame({"gamma": gamma, "seed": range(len(values)), "name": "book.eva", "value": values, "kind": None})


OTHERS = pd.concat([
    verdicts("as set", ["supported", "depends", "supported", "supported"]),
    verdicts("0", ["not_supported", "supported", "depends", "depends"]),
    numbers("as set", [*np.arange(101.0), NAN]),
    numbers("0", [1e9] * 3),
], ignore_index=True)  # fmt: skip
CHECK = pd.DataFrame(
    [("effect", 0.04), ("effect_low", 0.01), ("effect_high", 0.07), ("truth", 0.05)], columns=["name", "value"]
)
LEDGER = pd.DataFrame({"claim": ["C0a", "C1a"], "kind": ["supported", "not_supported"]})


def test_a_claim_is_counted_on_both_sorts_of_books_and_one_that_is_not_weighed_there_left_out():
    found = counted(OTHERS, LEDGER)
    assert found.to_dict("records") == [
        {"claim": "C1a", "kind": "not_supported", "supported": 3, "no_effect": 1, "books": 4}
    ]


def test_a_number_lies_between_percentiles_of_the_books_as_set_that_tell_it():
    assert bands(OTHERS).loc["book.eva"].to_dict() == pytest.approx({"low": 5.0, "high": 95.0, "books": 101})


def contacts(truths):
    """Four numbers of each book, whose intervals are alike."""
    rows = [
        CHECK.assign(value=CHECK["value"].where(CHECK["name"] != "truth", truth), seed=seed)
        for seed, truth in enumerate(truths)
    ]
    return pd.concat(rows).assign(name=lambda table: "contacts." + table["name"], gamma="as set", kind=None)


def test_the_estimate_of_contacts_is_checked_on_the_books_that_tell_it():
    found = contacts_checked(pd.concat([OTHERS, contacts([0.05, 0.02, 0.08, NAN])]), 0.95)
    assert (found.books, found.covered) == (3, 2)
    assert (found.effect, found.truth) == pytest.approx((np.expm1(0.04), np.expm1(0.05)))
    assert found.chance == pytest.approx(1 - 0.95**3)
    assert contacts_checked(OTHERS, 0.95).why.key == "evidence.no_contacts"
    assert "contacts.truth" not in bands(pd.concat([OTHERS, contacts([0.05])])).index


def test_beside_a_real_book_nothing_stands():
    absent = Absent(say("evidence.one_book"))
    assert not is_known(counted(absent, LEDGER)) and not is_known(bands(absent))
