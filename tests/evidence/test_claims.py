import pytest

from crmlib.errors import CrmError
from crmlib.evidence import claims
from crmlib.evidence.claims import Verdict


def test_the_ledger_has_every_claim_and_untested_ones_say_nothing_else():
    table = claims.ledger({"C1a": Verdict("supported", "test", "statistic", "null", "scores")})
    assert table["claim"].tolist() == ["C0a", "C0b", "C1a", "C1b", "C2", "C3a", "C3b", "C3c"]
    untested = table[table["claim"] != "C1a"]
    assert set(untested["verdict"]) == {"not tested yet"}
    assert (untested[["test", "statistic", "null", "chapter"]] == "").all(axis=None)
    assert untested[["value", "low", "high"]].isna().all(axis=None)


def test_a_tested_claim_keeps_its_number_and_says_which_chapter_measured_it():
    tested = {"C2": Verdict("supported", "test", chapter="matrix", value=0.5, low=0.4, high=0.6)}
    row = claims.ledger(tested).set_index("claim").loc["C2"]
    assert (row["chapter"], row["value"], row["low"], row["high"]) == ("matrix", 0.5, 0.4, 0.6)


def test_a_verdict_on_no_claim_is_refused():
    with pytest.raises(CrmError, match=r"C3d is not a claim. Did you mean C3"):
        claims.ledger({"C3d": Verdict("supported")})


def test_what_cannot_be_tested_says_why():
    verdict = claims.not_testable("The book covers less than 24 months.")
    assert (verdict.verdict, verdict.statistic) == ("not testable", "The book covers less than 24 months.")
