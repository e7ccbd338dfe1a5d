"""What the terminal shows of a finished run: a customer's card, the ledger of claims, verdicts counted, the pilot."""

from typing import Any

import pandas as pd
from rich.console import Group
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from crmlib.absent import is_known
from crmlib.book import Book
from crmlib.evidence.claims import words_of
from crmlib.evidence.others import AS_SET, NO_EFFECT
from crmlib.report.explain import Act, Explanation, Side
from crmlib.runs import Run
from crmlib.strategy.pilot import evaluate
from crmlib.study import Study
from crmlib.words.messages import Message, from_json, say
from crmlib.words.numbers import MISSING, fixed, percent
from crmlib.words.sentences import sentences
from crmlib.words.table import Table
from crmlib.words.voice import Voice, clean

LEAST = 0.005
"""Share of weightings below which a class is not named."""


def card(found: Explanation) -> Panel:
    """An explanation for a person at a terminal; names from the data are shown as they are, never as markup."""
    voice = Voice(found.language, found.money_unit)
    title = " · ".join(
        clean(part) for part in (found.customer_id, found.name, voice.name("class", found.in_class)) if part
    )
    room = [(say("card.room"), say("card.text", text=found.headroom))] if found.headroom else []
    facts, moves = _rows(voice, _facts(found)), _rows(voice, [_move(found, side) for side in found.sides] + room)
    parts = [facts, Text(), _indicators(found, voice), Text(), moves]
    return Panel(Group(*parts), title=Text(title), subtitle=Text(voice.say("card.run", run=found.run)), padding=(1, 1))


def _rows(voice: Voice, rows: list[tuple[Message, Message]]) -> Grid:
    """Messages beside their heads."""
    table = Grid.grid(padding=(0, 2))
    table.add_column(style="bold", max_width=18)
    table.add_column(overflow="fold")
    for head, text in rows:
        table.add_row(Text(voice.say(head)), Text(voice.say(text)))
    return table


def _facts(found: Explanation) -> list[tuple[Message, Message]]:
    known = {"class": found.in_class, "last": found.class_last_year or found.in_class, "total": found.total}
    rows = [(say("card.class"), say("card.class_and_last" if found.class_last_year else "card.class_alone", **known))]
    for side in found.sides:
        where = say("card.below" if side.distance < 0 else "card.above", size=abs(side.distance), cut=side.cut)
        rows.append((say(f"card.{side.axis}"), say("card.score", score=side.score, where=where)))
    if found.kept:
        kept = [say(f"card.drawn_{way}", share=share) for way, share in found.kept.items()]
        others = [say("card.in_class", name=name, share=share) for name, share in found.acceptability.items()
                  if share >= LEAST]  # fmt: skip
        rows.append((say("card.sure"), say("card.kept", kept=kept, others=others)))
    if found.stage:
        stage = say("card.stage_reason", stage=found.stage, reason=found.stage_reason)
        rows.append((say("card.stage"), stage if found.stage_reason else say("card.stage_alone", stage=found.stage)))
    return rows + (_act(found.act) if found.act else [])


def _act(act: Act) -> list[tuple[Message, Message]]:
    known = {"action": act.action, "owner": act.owner, "due": act.due, "amount": act.value_at_stake}
    done = say("card.act" if act.value_at_stake is None else "card.act_at_stake", **known)
    success, reason = (say("card.text", text=text) for text in (act.measure, act.reason))
    return [(say("card.action"), done), (say("card.success"), success), (say("card.because"), reason)]


def _indicators(found: Explanation, voice: Voice) -> Grid:
    table = Grid(box=None, padding=(0, 1), header_style="bold")
    for head in ("code", "indicator", "now", "points", "weight", "adds"):
        left = head in ("code", "indicator")
        table.add_column(
            voice.say(f"card.{head}"), justify="left" if left else "right", overflow="fold", no_wrap=not left
        )
    for step in found.steps:
        points = MISSING if step.points is None else fixed(step.points, 1)
        cells = (step.code, step.name, step.now, points, percent(step.weight), fixed(step.contribution, 2))
        table.add_row(*(Text(clean(cell)) for cell in cells))
    weights = percent(sum(step.weight for step in found.steps))
    table.add_row("", voice.say("card.total"), "", "", weights, fixed(found.total, 2), style="bold")
    return table


def _move(found: Explanation, side: Side) -> tuple[Message, Message]:
    """What would bring the customer over a cut."""
    alone = [step.alone.words for step in found.steps if step.axis == side.axis and step.alone]
    ways = [say("card.together", changes=[change.words for change in side.pair])] if side.pair else []
    ways += [say("card.alone", change=words) for words in alone]
    head = say("card.lift" if side.distance < 0 else "card.drop", other=side.other)
    return head, say("card.ways", ways=ways) if ways else say("card.no_way", axis=say(f"card.{side.axis}"))


def ledger_table(ledger: pd.DataFrame, voice: Voice) -> Table:
    """The ledger of a run: claim, verdict, what was measured, what chance gives."""
    shown = ledger[["claim", "text", "verdict", "statistic", "null"]]
    return Table(shown.replace("", None), voice, say("evidence.counts.ledger"))


def tally_table(tally: pd.DataFrame, study: Study, voice: Voice) -> Table:
    """Verdicts over many books, with the effect of potential as set and with none.

    Parameters
    ----------
    tally : DataFrame
        From :func:`crmlib.seeds.tally`.
    study : Study
        Gives the names of the classes, and the effect of potential as set.
    voice : Voice
    """
    shares = {(row.claim, row.kind, row.gamma): _share(row) for row in tally.itertuples()}
    rows = [
        (claim, words_of(claim, study.matrix.labels), voice.name("verdict", kind),
         *(shares[claim, kind, gamma] for gamma in (AS_SET, NO_EFFECT)))
        for claim, kind in dict.fromkeys(zip(tally["claim"], tally["kind"], strict=True))
    ]  # fmt: skip
    gammas = (voice.say(f"evidence.counts.{own}", gamma=study.book.gamma) for own in ("as_set", "none"))
    table = pd.DataFrame(rows, columns=["claim", "text", "verdict", *gammas])
    return Table(table, voice, say("evidence.counts.tally", books=tally["books"].max()))


def _share(row: Any) -> Message:
    return say("evidence.counts.share", n=row.count, books=row.books, share=(row.share, row.low, row.high))


def pilot_told(run: Run, book: Book) -> list[Message]:
    """The outcome of the pilot of a run, or its design while it runs, or why there is none.

    Parameters
    ----------
    run : Run
        A finished one, whose table ``pilot`` says who takes part.
    book : Book
        The study's book as it is now.
    """
    listed, settings = run.table("pilot"), run.study.strategy
    start = pd.Timestamp(run.study.as_of)
    outcome = evaluate(book, listed, start, settings.pilot_months, settings.interval)
    if is_known(outcome):
        return list(sentences("strategy", "pilot_outcome", outcome))
    return [*from_json(run.results("strategy").get("said", {}).get("pilot", [])), outcome.why]
