"""The front page: what was found, the matrix, what to do first, how sure we are, and what to take along."""

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from crmlib.report.digest import CallList, ClassCard, Digest, Quote
from crmlib.report.site.chapters import anchor
from crmlib.report.site.files import FILES
from crmlib.report.site.listing import listed
from crmlib.report.site.markup import badge, figure, joined, link, literal, table, tag, verdict
from crmlib.words.said import paragraph
from crmlib.words.table import cell, head
from crmlib.words.voice import linked

LENGTH = 5
"""Customers of each list."""
TILE = ("eva", "hours", "headroom")
"""Measures of which a tile tells the share."""
AS_THEY_LIE = (2, 0, 3, 1)
"""Places of the classes, from the upper left of the matrix to the lower right."""


def front(digest: Digest) -> Iterator[str]:
    """The parts of the front page."""
    say, run = digest.voice.say, digest.run
    facts = [f"{say('terms.as_of')} {run.study.as_of}", say("site.graded", n=len(digest.customers))]
    facts += [say("common.simulated")] * run.book.simulated
    yield f"# {literal(digest.title)}"
    yield tag("p", " · ".join(facts), "crm-facts")
    for note in run.uncounted:
        yield tag("p", say(note), "crm-note")
    yield f"## {say('brief.found')}"
    yield joined("ol", told(digest, digest.findings))
    yield f"## {say('brief.matrix')}"
    yield joined("ul", (_tile(digest, digest.cards[place]) for place in AS_THEY_LIE), "crm-tiles")
    if (run.path / "figures" / "matrix.png").is_file():
        yield figure("matrix", say("brief.matrix"), digest.voice, link("matrix.html", say("site.live"), "crm-button"))
    yield f"## {say('site.first')}"
    yield from _lists(digest)
    yield f"## {say('brief.sure')}"
    yield joined("ul", told(digest, digest.sureness))
    yield from _others(digest)
    yield _claims(digest)
    yield f"## {say('site.downloads')}"
    yield _files(digest)


def told(digest: Digest, found: list[Quote]) -> Iterator[Markup]:
    """What chapters said as items of a list, each number linked to the cell that made it."""
    cells = {(made.notebook, made.name): made.cell for made in listed(digest.run.path / "notebooks")}
    for said in found:
        if place := cells.get((said.notebook, said.name)):
            text = paragraph(said.messages, digest.voice.on_page)
            yield tag("li", linked(text, anchor(place), f"{said.notebook}.html"))
        else:
            yield tag("li", paragraph(said.messages, digest.voice))


def _tile(digest: Digest, card: ClassCard) -> Markup:
    """A class with what it holds."""
    voice = digest.voice
    rows = [("customers", cell(card.customers, "whole", voice))]
    rows += [(each, digest.held(card, each)) for each in TILE if each in card.held]
    facts = (tag("div", tag("dt", head(name, voice)) + tag("dd", number)) for name, number in rows)
    name = link(f"customers.html#class={card.place}", badge(card.place, voice.name("class", card.name)))
    return tag("li", name + joined("dl", facts), f"crm-tile crm-edge{card.place}")


def _lists(digest: Digest) -> Iterator[str]:
    """Whom to keep and whom to grow first, and what the branch itself has to change."""
    say = digest.voice.say
    lists = list(digest.call_first())
    for call in lists:
        yield f"### {say(f'brief.{call.kind}')}"
        yield say(call.note)
        yield _list(digest, call)
    if not lists:
        yield say("brief.no_list")
    if changes := [row for row in digest.rows("countermeasures") if row.holds]:
        yield f"### {say('site.problems')}"
        rows = ((row.problem, row.problem, row.owner, row.days) for row in changes)
        yield table(digest.voice, say("site.problems"), ("problem", "answer", "owner", "days"), rows)


def _list(digest: Digest, call: CallList) -> Markup:
    """The first customers of a list, with what is done with each."""
    voice = digest.voice
    badges = {card.name: badge(card.place, voice.name("class", card.name)) for card in digest.cards}
    rows = [
        (link(f"customers.html#c{who}", who), row["name"], badges[row["class"]], row["action"], row["owner"],
         tag("time", cell(row["due"], "date", voice)), row[call.amount])
        for who, row in call.customers.head(LENGTH).iterrows()
    ]  # fmt: skip
    columns = ("customer_id", "name", "class", "action", "owner", "due", call.amount)
    return table(voice, voice.say(f"brief.{call.kind}"), columns, rows)


def _others(digest: Digest) -> Iterator[str]:
    """The headline numbers beside those of other books."""
    if rows := list(digest.beside_others()):
        yield tag("p", digest.voice.say("brief.others_note"))
        yield table(digest.voice, digest.voice.say("brief.others"), ("headline", "beside_others"), rows)


def _claims(digest: Digest) -> Markup:
    """Every claim in one line with its verdict."""
    rows = [
        (link(f"claims.html#{row.claim.lower()}", row.claim), row.text, verdict(row.kind, row.verdict))
        for row in digest.rows("claims")
    ]
    name = digest.voice.say("brief.claims")
    return table(digest.voice, name, ("claim", "text", "verdict"), rows) if rows else Markup()


def _files(digest: Digest) -> Markup:
    """What the run offers to take along; brief and workbook are made together with this page."""
    names = [name for name in FILES if name.endswith((".pdf", ".xlsx")) or (digest.run.path / name).is_file()]
    notes = (tag("span", digest.voice.say(f"site.{Path(name).stem}")) for name in names)
    items = (tag("li", link(name, name) + " " + note) for name, note in zip(names, notes, strict=True))
    return joined("ul", items, "crm-files")
