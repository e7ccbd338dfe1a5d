"""Card: an explanation as a page for the terminal."""

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from crmlib.report.explanation import Explanation, Side
from crmlib.report.tables import MISSING, money, percent

DRAWN = {"experts": "drawn as wide as the experts lie apart", "flat": "drawn as if nobody had an opinion"}


def card(found: Explanation) -> Panel:
    """An explanation for a person at a terminal; names from the data are shown as they are, never as markup."""
    title = Text(" · ".join(part for part in (found.customer_id, found.name, found.in_class) if part))
    parts = [_facts(found), Text(), _indicators(found), Text(), _moves(found)]
    return Panel(Group(*parts), title=title, subtitle=Text(f"run {found.run}"), padding=(1, 2))


def _facts(found: Explanation) -> Table:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    last = f", {found.class_last_year} a year before" if found.class_last_year else ""
    rows.add_row("class", Text(f"{found.in_class}{last}; total value {found.total:.1f}"))
    for side in found.sides:
        where = f"{abs(side.distance):.1f} points {'below' if side.distance < 0 else 'above'} the cut of {side.cut:.1f}"
        rows.add_row(f"{side.axis} value", Text(f"{side.score:.1f}, {where}"))
    if found.kept:
        kept = " and ".join(f"{percent(share, 0)} of weightings {DRAWN[way]}" for way, share in found.kept.items())
        others = [f"{name} {percent(share, 0)}" for name, share in found.acceptability.items() if share >= 0.005]
        rows.add_row("how sure", Text(f"in its class under {kept} ({', '.join(others)})"))
    if found.stage:
        rows.add_row("stage", Text(f"{found.stage}: {found.stage_reason}"))
    if act := found.act:
        value = "" if act.value_at_stake is None else f", {money(act.value_at_stake, found.money_unit)} at stake"
        rows.add_row("action", Text(f"{act.action} ({act.owner}, by {act.due}{value})"))
        rows.add_row("success", Text(act.measure))
        rows.add_row("because", Text(act.reason))
    return rows


def _indicators(found: Explanation) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold")
    for head in ("", "indicator", "now", "points", "weight", "adds"):
        table.add_column(head, justify="left" if head in ("", "indicator") else "right", no_wrap=True)
    for step in found.steps:
        points = MISSING if step.points is None else f"{step.points:.1f}"
        cells = [
            step.code,
            step.name,
            "not known" if step.raw is None else step.now,
            points,
            percent(step.weight),
            f"{step.contribution:.2f}",
        ]
        table.add_row(*map(Text, cells))
    table.add_row(
        "", "total", "", "", percent(sum(step.weight for step in found.steps)), f"{found.total:.2f}", style="bold"
    )
    return table


def _moves(found: Explanation) -> Table:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    for side in found.sides:
        alone = [step.alone.words for step in found.steps if step.axis == side.axis and step.alone]
        verb = "would lift it to" if side.distance < 0 else "would drop it to"
        rows.add_row(f"{verb} {side.other}", Text(_ways(side, alone)))
    return rows


def _ways(side: Side, alone: list[str]) -> str:
    together = [" and ".join(change.words for change in side.pair) + " together"] if side.pair else []
    ways = together + [f"{words} alone" for words in alone]
    return "; or ".join(ways) if ways else f"no one or two indicators: {side.axis} value is too far from its cut"
