"""What the conclusion says: how the abstract's results came out, their limits, what to do first, what would change it.

Everything is read from the verdicts and tables that the other chapters handed over.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.sentences import fill, rows

HELD, WEAK, OPEN = ("supported",), ("depends", "not_supported"), ("not_testable", "not_tested")
"""Verdicts that a further book may turn, by how: which hold, which do not or not everywhere, and which nobody knows."""
TURNED = 3
"""Assumptions that are named, of those under which EVA of the book changes its sign."""


def finding(results: pd.DataFrame) -> Iterator[Message]:
    """How each result of the abstract came out."""
    yield say("conclusion.found", outcomes=rows("conclusion.outcome", results))


def results(results: pd.DataFrame, ledger: pd.DataFrame) -> Iterator[list[Message]]:
    """Each result with the verdict on each of its claims."""
    claims = {row.result: ledger[ledger["claim"].str.startswith(row.result)] for row in results.itertuples()}
    yield [
        fill("conclusion.result", row, claims=rows("conclusion.claim", claims[row.result]))
        for row in results.itertuples()
    ]


def limits(study: Any, ledger: pd.DataFrame) -> Iterator[list[Message]]:
    """How far the results go, as far as the book sets that."""
    found = [say("conclusion.simulated" if study.book.source == "simulated" else "conclusion.one_book")]
    if study.book.absent:
        found.append(say("conclusion.absent", what=list(study.book.absent)))
    if untested := _of(ledger, OPEN):
        found.append(say("conclusion.untested", claims=untested))
    yield found


def monday(countermeasures: pd.DataFrame, saves: pd.DataFrame, actions: pd.DataFrame) -> Iterator[list[Message]]:
    """What to begin with: risk, those who may leave, the problems that show, and where there is room."""
    todo = []
    if "action" in actions and (n := int((actions["action"] == "risk_desk").sum())):
        todo.append(say("conclusion.risk", n=n))
    if len(saves):
        todo.append(say("conclusion.save", n=len(saves), amount=saves["may_leave"].sum()))
    if len(countermeasures):
        todo += rows("conclusion.answer", countermeasures[countermeasures["holds"]])
    if "stake" in actions and (n := int((grow := actions[actions["stake"] == "grow"])["value_at_stake"].gt(0).sum())):
        todo.append(say("conclusion.grow", n=n, amount=grow["value_at_stake"].sum()))
    yield todo or [say("conclusion.nothing")]


def mind(
    ledger: pd.DataFrame, checked: Sequence[str], sensitivity: pd.DataFrame, simulated: bool
) -> Iterator[list[Message]]:
    """Which findings would turn these conclusions round; what was done and is only checked, none could."""
    ledger = ledger[~ledger["claim"].isin(checked)]
    books = "own" if simulated else "later"
    found = []
    if held := _of(ledger, HELD):
        found.append(say("conclusion.held", claims=held, books=books))
    if weak := _of(ledger, WEAK):
        found.append(say("conclusion.weak", claims=weak, books=books))
    if len(turned := _turned(sensitivity)):
        found.append(say("conclusion.turned", eva=sensitivity["eva"].iloc[0], cases=rows("conclusion.case", turned)))
    yield found or [say("conclusion.no_turn")]


def _of(ledger: pd.DataFrame, kinds: tuple[str, ...]) -> list[Message]:
    return rows("evidence.named", ledger[ledger["kind"].isin(kinds)])


def _turned(sensitivity: pd.DataFrame) -> pd.DataFrame:
    """Cases in which EVA of the book has another sign than as set, which stands first; the farthest first."""
    if sensitivity.empty:
        return sensitivity
    set_, others = sensitivity["eva"].iloc[0], sensitivity.iloc[1:]
    turned = others[others["eva"] * set_ < 0]
    return turned.loc[(turned["eva"] - set_).abs().sort_values(ascending=False, kind="stable").index].head(TURNED)
