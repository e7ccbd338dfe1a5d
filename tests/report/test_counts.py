import pandas as pd
from rich.console import Console

from crmlib.evidence.claims import CLAIMS, Verdict, ledger
from crmlib.report.counts import ledger_table, tally_table
from crmlib.seeds import tally


def printed(table, width=160):
    console = Console(width=width)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def test_a_ledger_shows_every_claim_with_verdict_and_null():
    text = printed(ledger_table(ledger({"C2": Verdict("supported", "test", "τ-b 0.52", "τ-b 0")})))
    assert all(claim in text for claim in CLAIMS)
    assert "supported" in text and "τ-b 0.52" in text and text.count("not tested yet") == 7


def test_a_tally_shows_both_books_side_by_side_and_verdicts_in_their_order():
    found = {"as set": ["supported"] * 3 + ["depends on the pair: x"], "0": ["not supported"] * 4}
    rows = [("C2", gamma, seed, kind) for gamma, kinds in found.items() for seed, kind in enumerate(kinds)]
    text = printed(tally_table(tally(pd.DataFrame(rows, columns=["claim", "gamma", "seed", "verdict"])), CLAIMS, 0.12))
    lines = [line for line in text.splitlines() if " of 4" in line]
    assert [line.split("│")[3].strip() for line in lines] == ["supported", "depends", "not supported"]
    assert "3 of 4: 75.0 % (30.1 to 95.4 %)" in lines[0] and "0 of 4: 0.0 % (0.0 to 49.0 %)" in lines[0]
    assert "γ = 0.12, as set" in text and "over 4 simulated books" in text
