import pandas as pd
import pytest
from rich.console import Console

from crmlib.evidence.claims import CLAIMS, Verdict, ledger
from crmlib.report.counts import ledger_table, tally_table
from crmlib.seeds import tally
from crmlib.words.messages import say
from crmlib.words.voice import Voice

TESTED = Verdict("C2", "not_supported", values={"parts": [say("evidence.no_headroom")], "every_year": False})


def printed(table, width=160):
    console = Console(width=width)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


@pytest.fixture
def counted():
    found = {"as set": ["supported"] * 3 + ["depends"], "0": ["not_supported"] * 4}
    rows = [("C2", gamma, seed, kind) for gamma, kinds in found.items() for seed, kind in enumerate(kinds)]
    return tally(pd.DataFrame(rows, columns=["claim", "gamma", "seed", "kind"]))


def test_a_ledger_shows_every_claim_with_verdict_and_null():
    text = printed(ledger_table(ledger({"C2": TESTED}, Voice()), Voice()))
    assert all(claim in text for claim in CLAIMS)
    assert "not supported" in text and "τ-b 0; 50 % of pairs." in text and text.count("not tested yet") == 7


def test_a_tally_shows_both_books_side_by_side_and_verdicts_in_their_order(counted, jd):
    text = printed(tally_table(counted, jd, Voice()))
    lines = [line for line in text.splitlines() if " of 4" in line]
    assert [line.split("│")[3].strip() for line in lines] == ["supported", "depends", "not supported"]
    assert "3 of 4: 75.0 % (30.1 to 95.4 %)" in lines[0] and "0 of 4: 0.0 % (0.0 to 49.0 %)" in lines[0]
    assert "γ = 0.12, as set" in text and "over 4 simulated books" in text


def test_both_are_chinese_in_a_chinese_study(counted, jd):
    voice = Voice("zh")
    assert {"论断", "结论", "未得到支持", "尚未检验"} <= words(
        printed(ledger_table(ledger({"C2": TESTED}, voice), voice))
    )
    assert {"得到支持", "视情况而定"} <= words(printed(tally_table(counted, jd, voice)))


def words(text):
    return {cell.strip() for line in text.splitlines() for cell in line.replace("┃", "│").split("│")}
