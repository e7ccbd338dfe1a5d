import pandas as pd
import pytest

from crmlib.evidence.claims import CHECKED
from crmlib.evidence.results import by_result
from crmlib.study import Study

KINDS = {
    "C0a": "done", "C1a": "not_supported", "C1b": "not_supported", "C2a": "supported", "C3a": "done",
    "C3b": "depends", "C3c": "not_testable",
}  # fmt: skip
NONE = pd.DataFrame()


def ledger(**kinds):
    return pd.DataFrame((KINDS | kinds).items(), columns=["claim", "kind"])


def study(source="simulated", absent=()):
    jd = Study.load("jd")
    return jd.model_copy(update={"book": jd.book.model_copy(update={"source": source, "absent": absent})})


def assumed(*evas):
    return pd.DataFrame(
        {"assumption": ["hurdle"] * len(evas), "tried": ["–", "22.0 %", "5.5 %"][: len(evas)], "eva": evas}
    )


def test_the_finding_says_how_each_result_came_out(told):
    said = told("conclusion", "finding", by_result(ledger()))
    assert said == (
        "Of the three results of the abstract: a middle of customers with room to explore: does not hold; an order of "
        "four classes by what they earn: holds; advice by class and stage that turns value into profit and keeps the "
        "valued: holds in part."
    )
    assert "earn: does not hold" in told("conclusion", "finding", by_result(ledger(C2a="not_supported")))


def test_each_result_stands_with_the_verdicts_on_its_claims(told):
    said = told("conclusion", "results", by_result(ledger()), ledger())
    assert "explore: does not hold. A considerable middle (C1a): not supported; room to explore (C1b)" in said
    assert "the valued kept (C3c): not testable." in said and "C0a" not in said


def test_limits_are_those_of_the_book(told):
    said = told("conclusion", "limits", study(), ledger())
    assert "customers are simulated" in said and "Nothing is known of the valued kept (C3c)" in said
    real = told("conclusion", "limits", study("tables", ("financials",)), ledger(C3c="supported"))
    assert real.startswith("It is one book") and "does not tell" in real and "Nothing is known" not in real


def test_monday_begins_with_risk_and_names_what_has_something_at_stake(told):
    answers = pd.DataFrame({
        "problem": ["underpriced_loans", "tier_agreement"], "holds": [True, False], "owner": ["risk_desk", "rm"],
        "days": [365, 90],
    })  # fmt: skip
    saves = pd.DataFrame({"may_leave": [3e4, 1e4]})
    actions = pd.DataFrame({
        "action": ["risk_desk", "grow", "grow"], "stake": ["risk", "grow", "grow"], "value_at_stake": [5.0, 2e4, 0.0],
    })  # fmt: skip
    said = told("conclusion", "monday", answers, saves, actions)
    assert said == (
        "Give 1 customer to the risk desk: there risk comes before class. Call the 2 customers of the save list, from "
        "the top; 4 万元 of lifetime value may leave with them within a year. Price every renewed loan at the hurdle "
        "or name who waives it (risk desk, 365 days). Take up the growth actions with something at stake, 1 customer "
        "and 2 万元 a year if what is assumed of them holds."
    )
    assert told("conclusion", "monday", NONE, NONE, NONE) == "This book names nobody to begin with."


@pytest.mark.parametrize(("simulated", "books"), [(True, "The branch's own tables"), (False, "Tables of a later year")])
def test_a_mind_is_changed_by_other_books_and_by_assumptions_that_turn_eva(told, simulated, books):
    said = told("conclusion", "mind", ledger(), CHECKED, assumed(2e6, -1e6, 3e6), simulated)
    assert f"{books} in which what is supported here fails: classes in the order of what they earn (C2a)." in said
    assert f"{books} in which what is not supported here, or not everywhere, holds: a considerable middle" in said
    assert "200 万元 as set, changes its sign with hurdle at 22.0 %." in said and "C3a" not in said


def test_nothing_weighed_turns_nothing(told):
    nothing = dict.fromkeys(KINDS, "not_testable")
    said = told("conclusion", "mind", ledger(**nothing), CHECKED, NONE, False)
    assert said.startswith("Nothing that was weighed could turn round")
    assert "changes its sign" not in told("conclusion", "mind", ledger(), CHECKED, assumed(2e6, 1e6), True)
