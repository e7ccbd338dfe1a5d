from types import SimpleNamespace

import pandas as pd
import pytest
from rich.console import Console

from crmlib.absent import not_in_book
from crmlib.evidence.claims import CLAIMS, Verdict, ledger
from crmlib.report import terminal
from crmlib.report.explain import explain
from crmlib.report.terminal import card, ledger_table, pilot_told, tally_table
from crmlib.seeds import tally
from crmlib.strategy.pilot import Outcome
from crmlib.study import Study
from crmlib.words.messages import as_json, say
from crmlib.words.voice import Voice


@pytest.fixture(scope="module")
def found(jd_run):
    customer = jd_run.table("classes")["customer_id"].iloc[0]
    return explain(jd_run, customer)


def printed(found, width=120):
    console = Console(width=width, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as capture:
        console.print(card(found))
    return capture.get()


def test_a_card_holds_every_indicator_the_cuts_and_what_would_move_the_class(found):
    text = printed(found)
    for step in found.steps:
        assert step.name in text and f"{step.contribution:.2f}" in text
    assert f"the cut of {found.sides[0].cut:.1f}" in text and found.sides[1].other in text
    assert found.act.owner in text and found.stage in text
    assert "no lever" in text and "no lever" not in printed(found.model_copy(update={"headroom": None}))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_a_card_is_never_wider_than_the_terminal(found, width):
    assert max(map(len, printed(found, width).splitlines())) <= width


def test_a_name_with_marks_is_shown_as_it_is(found):
    odd = found.model_copy(update={"name": "[bold]Co[/bold] $x_1"})
    assert "[bold]Co[/bold] $x_1" in printed(odd)


TESTED = Verdict("C2a", "not_supported", values={"parts": [say("evidence.no_headroom")], "every_year": False})


def test_no_data_steer_the_terminal(found):
    steers = "\x1b]0;owned\x07\x1b[2J\x9b31m\n"
    steps = [step.model_copy(update={"name": steers, "now": steers}) for step in found.steps]
    odd = {"name": steers, "steps": steps, "customer_id": steers, "stage_reason": steers, "headroom": steers}
    shown = printed(found.model_copy(update=odd | {"act": found.act.model_copy(update={"reason": steers})}))
    assert "owned" in shown and not {"\x1b", "\x07", "\x9b"} & set(shown)


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


DESIGN = say("strategy.pilot_whole_branches")
RUN = SimpleNamespace(
    table=lambda name: pd.DataFrame({"customer_id": ["1"]}), study=Study.load("jd"),
    results=lambda section: {"said": {"pilot": as_json([DESIGN])}},
)  # fmt: skip


def test_until_its_end_the_design_is_told_and_when_that_is(jd_book):
    listed = pd.DataFrame({"customer_id": ["1"], "arm": "more"})
    told = pilot_told(SimpleNamespace(**{**vars(RUN), "table": lambda name: listed}), jd_book)
    assert [message.key for message in told] == [DESIGN.key, "strategy.pilot_running"]


def test_then_what_came_of_it(monkeypatch):
    monkeypatch.setattr(terminal, "evaluate", lambda *given: Outcome((0.1, 0.02, 0.18), 5, 4))
    assert [message.key for message in pilot_told(RUN, None)][-1] == "strategy.pilot_effective"


def test_a_run_without_a_pilot_says_why(jd_book):
    none = SimpleNamespace(**{**vars(RUN), "table": lambda name: not_in_book("customers.rm_id")})
    assert pilot_told(none, jd_book)[-1].key == "common.not_in_book"
