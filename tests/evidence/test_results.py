import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.evidence.results import by_result, outcome_numbers
from crmlib.words.messages import say


def ledger(**kinds):
    return pd.DataFrame(kinds.items(), columns=["claim", "kind"])


@pytest.mark.parametrize(
    ("kinds", "outcome"),
    [
        ({"C1a": "supported", "C1b": "supported"}, "holds"),
        ({"C1a": "supported", "C1b": "not_supported"}, "partly"),
        ({"C1a": "depends", "C1b": "not_supported"}, "partly"),
        ({"C1a": "not_supported", "C1b": "not_supported"}, "fails"),
        ({"C1a": "not_supported", "C1b": "not_testable"}, "fails"),
        ({"C1a": "not_testable", "C1b": "not_tested"}, "untested"),
        ({}, "untested"),
    ],
)
def test_a_result_comes_out_as_its_claims_did(kinds, outcome):
    table = by_result(ledger(**kinds)).set_index("result")
    assert table.loc["C1", "outcome"] == outcome
    assert table.loc[["C2", "C3"], "outcome"].tolist() == ["untested"] * 2


def test_that_something_was_done_counts_for_nothing():
    table = by_result(ledger(C3a="supported", C3b="not_supported")).set_index("result")
    assert table.loc["C3"].tolist() == ["fails", 2, 1, 0]


def test_claims_in_several_verdicts_belong_to_their_result():
    table = by_result(ledger(C2a="supported", C2b="not_supported"))
    assert outcome_numbers(table)["result_c2"] == "partly"


def test_without_a_ledger_there_is_no_result():
    none = Absent(say("evidence.no_headroom"))
    assert by_result(none) == outcome_numbers(none) == none
