"""Card: an explanation as a page for the terminal, as wide as the terminal is."""

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from crmlib.report.explanation import Act, Explanation, Side
from crmlib.words.messages import Message, say
from crmlib.words.numbers import MISSING, fixed, percent
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


def _rows(voice: Voice, rows: list[tuple[Message, Message]]) -> Table:
    """Messages beside their heads."""
    table = Table.grid(padding=(0, 2))
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


def _indicators(found: Explanation, voice: Voice) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold")
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
