import pandas as pd
import pytest

from crmlib.evidence.claims import CLAIMS, Verdict, ledger
from crmlib.report.counts import ledger_table, tally_table
from crmlib.seeds import tally
from crmlib.words.messages import say
from crmlib.words.voice import Voice

TESTED = Verdict("C2a", "not_supported", values={"parts": [say("evidence.no_headroom")], "every_year": False})


@pytest.fixture
def counted():
    found = {"as set": ["supported"] * 3 + ["depends"], "0": ["not_supported"] * 4}
    rows = [("C2a", gamma, seed, kind) for gamma, kinds in found.items() for seed, kind in enumerate(kinds)]
    return tally(pd.DataFrame(rows, columns=["claim", "gamma", "seed", "kind"]))


def test_a_ledger_shows_every_claim_with_verdict_and_null():
    shown = ledger_table(ledger({"C2a": TESTED}, Voice()), Voice()).texts().set_index("claim")
    assert shown.index.tolist() == list(CLAIMS)
    assert shown.loc["C2a", "verdict"] == "not supported" and shown.loc["C2a", "by chance"] == "τ-b 0; 50 % of pairs."
    assert shown["verdict"].value_counts()["not tested yet"] == 8


def test_a_tally_shows_both_books_side_by_side_and_verdicts_in_their_order(counted, jd):
    table = tally_table(counted, jd, Voice())
    shown = table.texts()
    assert shown["verdict"].tolist() == ["supported", "depends", "not supported"]
    assert shown["γ = 0.12, as set"][0] == "3 of 4: 75.0 % (30.1 to 95.4 %)"
    assert shown["γ = 0"][0] == "0 of 4: 0.0 % (0.0 to 49.0 %)"
    assert Voice().say(table.caption).startswith("Verdicts over 4 simulated books")


def test_both_are_chinese_in_a_chinese_study(counted, jd):
    voice = Voice("zh")
    shown = ledger_table(ledger({"C2a": TESTED}, voice), voice).texts()
    assert next(iter(shown)) == "论断" and {"未得到支持", "尚未检验"} == set(shown["结论"])
    assert {"得到支持", "视情况而定"} <= set(tally_table(counted, jd, voice).texts()["结论"])
