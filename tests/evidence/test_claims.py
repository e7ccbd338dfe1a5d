import pytest

from crmlib.errors import CrmError
from crmlib.evidence import claims
from crmlib.evidence.claims import CLAIMS, KINDS, Verdict, ledger, words_of
from crmlib.words.messages import say
from crmlib.words.voice import Voice

EN, ZH = Voice("en"), Voice("zh")
TESTED = Verdict.of(
    "C2a", True, {}, 0.5, 0.4, 0.6, parts=[say("evidence.over", higher="gold", lower="iron")], every_year=0
)


def test_the_ledger_has_every_claim_and_untested_ones_say_nothing_else():
    table = ledger({"C2a": TESTED}, EN)
    assert table["claim"].tolist() == list(CLAIMS)
    untested = table[table["claim"] != "C2a"]
    assert set(untested["kind"]) == {"not_tested"} and set(untested["verdict"]) == {"not tested yet"}
    assert (untested[["test", "statistic", "null", "chapter", "on"]] == "").all(axis=None)
    assert untested[["value", "low", "high"]].isna().all(axis=None)
    row = table.set_index("claim").loc["C2a"]
    assert (row["kind"], row["verdict"], row["null"], row["low"]) == (
        "supported",
        "supported",
        "τ-b 0; 50 % of pairs.",
        0.4,
    )


def test_the_ledger_speaks_the_language_of_the_study():
    table = ledger({"C2a": TESTED}, ZH).set_index("claim")
    assert table.loc["C2a", "verdict"] == "得到支持" and table.loc["C0a", "verdict"] == "尚未检验"
    assert table.loc["C3c", "text"] == "留住有价值的客户。"
    assert table["kind"].tolist() == ledger({"C2a": TESTED}, EN)["kind"].tolist()


def test_a_verdict_says_on_what_it_depends_and_how():
    said = EN.say(Verdict.of("C1a", True, {"book": False, "scaling": True}).message)
    assert said == "depends on the scaling"
    how = say("evidence.C2a.pairs", pairs=[say("evidence.over", higher="gold", lower="iron")])
    verdict = Verdict.of("C2a", True, {"pair": how, "year": say("evidence.C2a.years", years=[])})
    assert verdict.kind == "depends" and Verdict.of("C2a", False, {"pair": how}).kind == "not_supported"
    assert EN.say(verdict.message) == "depends on the pair: not clear for gold over iron"
    assert ZH.say(verdict.message) == "取决于类别对：次序不明的有黄金客户高于铁质客户"


@pytest.mark.parametrize("voice", [EN, ZH])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_name(kind, voice):
    assert voice.say(Verdict("C2a", kind, "year").message)


def test_classes_with_other_names_are_only_counted_in_the_words_of_a_claim():
    own = {"high_high": "A", "high_low": "B", "low_high": "C", "low_low": "D"}
    assert "platinum, gold" in EN.say(words_of("C2a"))
    assert "four classes" in EN.say(words_of("C2a", own)) and "platinum" not in EN.say(words_of("C2a", own))
    assert ledger({}, EN, own).set_index("claim").loc["C2a", "text"] == EN.say(words_of("C2a", own))


def test_a_verdict_on_no_claim_is_refused():
    with pytest.raises(CrmError, match=r"C3d is not a claim. Did you mean C3"):
        ledger({"C3d": Verdict("C3d", "supported")}, EN)


def test_what_cannot_be_tested_says_why():
    verdict = Verdict("C2a", "not_testable", values={"why": say("evidence.no_following_year")})
    row = ledger({"C2a": verdict}, EN).set_index("claim").loc["C2a"]
    assert row[["verdict", "test", "null", "chapter"]].tolist() == ["not testable", "", "", ""]
    assert row["statistic"] == "This book has no profit of a following year."


def test_key_numbers_are_the_verdicts_and_how_many_are_supported():
    found = claims.verdict_numbers(ledger({"C2a": TESTED}, EN))
    assert found["verdict_c2a"] == "supported" and found["verdict_c0a"] == "not tested yet"
    assert found["claims_supported"] == 1 and len(found) == len(CLAIMS) + 1
