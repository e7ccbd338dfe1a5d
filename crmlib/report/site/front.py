"""The front page: what was found, the matrix, what to do first, how sure we are, and what to take along."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pandas as pd

from crmlib.report import findings
from crmlib.report.old_people import call_first, people, told
from crmlib.report.site import markup
from crmlib.report.site.chapters import linked
from crmlib.report.site.figures import Page
from crmlib.report.site.files import FILES
from crmlib.report.site.markup import Html, badge, link, literal, tag
from crmlib.report.tables import money, percent
from crmlib.report.terms import say, term
from crmlib.runs import Run
from crmlib.words.voice import Voice

FIRST = (
    (findings.structure, "03_structure", "concentration"),
    (findings.problems, "04_problems", "verdicts"),
    (findings.classes, "07_matrix", "profile"),
    (findings.stakes, "08_strategy", "stakes"),
    (findings.sure, "09_evidence", "weightings"),
)
SURE = (
    (findings.forecast, "09_evidence", "out-of-time"),
    (findings.choices, "09_evidence", "choices"),
    (findings.shape, "09_evidence", "clusters"),
    (findings.outcome, "09_evidence", "outcome"),
)
"""Sentences, and the cell that made their numbers."""
LENGTH = 5
AMOUNTS = {"value_at_risk": "brief.at_risk", "value_at_stake": "term.value_at_stake"}


def front(run: Run) -> Iterator[str]:
    """The parts of the front page, in the language of the report."""
    language = run.study.language
    yield f"# {literal(run.study.title)}"
    yield _facts(run, language)
    yield f"## {term('brief.found', language)}"
    yield tag("ol", _items(sentences(run, language, FIRST)))
    yield f"## {term('brief.matrix', language)}"
    yield tiles(run, language)
    yield _matrix(run, language)
    yield f"## {term('site.first', language)}"
    yield from _lists(run, language)
    yield f"## {term('brief.sure', language)}"
    yield tag("ul", _items(sentences(run, language, SURE)))
    yield _claims(run, language)
    yield f"## {term('site.downloads', language)}"
    yield _files(run, language)


def sentences(run: Run, language: str, parts: tuple) -> list[str]:
    """The first sentence of each part that this run can fill, as HTML, its numbers linked to their cell."""
    teller = findings.Teller(run, language)
    found = ((escape(next(iter(part(teller)), "")), notebook, cell) for part, notebook, cell in parts)
    return [
        linked(text, cell, notebook) if notebook in run.chapters else text for text, notebook, cell in found if text
    ]


def _items(sentences: list[str]) -> Html:
    return Html("".join(f"<li>{each}</li>" for each in sentences))


def _facts(run: Run, language: str) -> Html:
    """One line on what this is: when, how many, and whether it is real."""
    graded = f"{len(run.rows('classes')):,} {term('unit.customers', language)}"
    facts = [f"{term('term.as_of', language)} {run.study.as_of}", graded]
    facts += [term("term.simulated", language)] if run.book.simulated else []
    return tag("p", " · ".join(facts), "crm-facts")


def tiles(run: Run, language: str) -> Html:
    """The four classes as tiles, as they lie in the matrix, with what each holds."""
    classes, held = run.rows("classes"), run.rows("profile")
    measures = {"eva": "term.eva", "hours": "term.hours", "headroom": "term.headroom"}
    made = []
    for place, name in enumerate(run.classes):
        count = int((classes["class"] == name).sum())
        rows = [(f"{count:,}", term("term.customers", language))]
        shares = held[held["class"] == name].set_index("measure")["share"] if len(held) else pd.Series(dtype=float)
        rows += [(percent(shares[key], 0), term(word, language)) for key, word in measures.items() if key in shares]
        body = "".join(
            f"<div><dt>{markup.text(word)}</dt><dd>{markup.text(number)}</dd></div>" for number, word in rows
        )
        head = badge(place, say(name, language))
        made.append(
            f'<li class="crm-tile crm-edge{place}">{link(f"customers.html#class={place}", head)}<dl>{body}</dl></li>'
        )
    return tag("ul", Html("".join(made[place] for place in (2, 0, 3, 1))), "crm-tiles")


def _matrix(run: Run, language: str) -> Html:
    if not (run.path / "figures" / "matrix.svg").is_file():
        return Html()
    caption = link("matrix.html", term("site.live", language), "crm-button")
    return Page(run.path / "figures").figure("matrix", term("brief.matrix", language), caption)


def _lists(run: Run, language: str) -> Iterator[str]:
    """Whom to keep and whom to grow first, and what the branch itself has to change."""
    found = list(call_first(run, people(run)))
    for kind, note, amount, customers in found:
        yield f"### {term(f'brief.{kind}', language)}"
        yield term(note, language)
        yield _list(run, language, kind, amount, customers)
    if not found:
        yield term("brief.no_list", language)
    measures, voice = run.rows("countermeasures"), Voice(language)
    if len(measures) and measures["holds"].any():
        rows = [
            (
                voice.name("problem", row.problem),
                voice.name("countermeasure", row.problem),
                voice.name("owner", row.owner),
                term("brief.days", language, n=row.days),
            )
            for row in measures[measures["holds"]].itertuples()
        ]
        heads = [term(key, language) for key in ("site.problem", "term.action", "term.owner", "term.due")]
        yield f"### {term('site.problems', language)}"
        yield markup.table(term("site.problems", language), heads, rows)


def _list(run: Run, language: str, kind: str, amount: str, customers: pd.DataFrame) -> Html:
    first = told(customers.head(LENGTH), language)
    places = {say(name, language): place for place, name in enumerate(run.classes)}
    rows = [
        (
            link(f"customers.html#c{customer}", customer),
            row["name"] if isinstance(row["name"], str) else "–",
            badge(places[row["class"]], row["class"]),
            row["headline"],
            row["owner"],
            tag("time", f"{row['due']:%Y-%m-%d}"),
            money(row[amount], run.money_unit).removesuffix(f" {run.money_unit}"),
        )
        for customer, row in first.iterrows()
    ]
    heads = [term(f"term.{name}", language) for name in ("id", "name", "class", "action", "owner", "due")]
    heads.append(f"{term(AMOUNTS[amount], language)}, {run.money_unit}")
    return markup.table(term(f"brief.{kind}", language), heads, rows, numbers=(6,))


def _claims(run: Run, language: str) -> Html:
    """Every claim in one line with its verdict."""
    ledger = run.rows("claims")
    rows = [
        (
            link(f"claims.html#{row.claim.lower()}", row.claim),
            row.text,
            markup.verdict(row.kind, row.verdict),
        )
        for row in ledger.itertuples()
    ]
    heads = ["", term("brief.claim", language), term("brief.verdict", language)]
    return markup.table(term("brief.claims", language), heads, rows, look="crm-claims") if rows else Html()


def _files(run: Run, language: str) -> Html:
    """What the run offers to take along."""
    published = ("brief.pdf", "customers.xlsx")
    names = [name for name in FILES if name in published or (run.path / name).is_file()]
    items = [f"{link(name, name)} {tag('span', term(f'site.{Path(name).stem}', language))}" for name in names]
    return tag("ul", _items(items), "crm-files")
