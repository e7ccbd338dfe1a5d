"""The pages beside the chapters: the two live ones, claims, lists of what was made, settings, data and assumptions."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from crmlib.book.schema import documentation
from crmlib.errors import CrmError
from crmlib.evidence.verdicts import MEASURING
from crmlib.reference import flow, settings_reference
from crmlib.report.digest import Digest
from crmlib.report.site import markup
from crmlib.report.site.api import api
from crmlib.report.site.chapters import SOURCES, anchor
from crmlib.report.site.files import TABLES
from crmlib.report.site.front import front
from crmlib.report.site.listing import Made, listed
from crmlib.report.site.markup import figure_links, joined, link, literal, table, tag
from crmlib.runs import notebook_name
from crmlib.study import CHAPTERS, PROJECT, study_folder
from crmlib.words.bibliography import Work, works
from crmlib.words.texts import LANGUAGES, text, texts

ASSETS = Path(__file__).parent / "assets"
WIDE = ("matrix", "customers", "tables_and_figures", "data_card", "assumptions")
"""Pages whose tables need the width of the list of contents."""
ROOMY = Markup('<div class="crm-wide"></div>')
SCRIPTS = {"matrix": ("rule", "plot", "matrix"), "customers": ("rule", "customers")}
DOCUMENTS = {"assumptions": "assumptions.html", "data-log": "data_card.html"}
"""Documents of the project that are pages of the site."""
LEDGER = "09_evidence.html#cell-ledger"


def pages(digest: Digest) -> dict[str, dict[str, Any]]:
    """Every page but the chapters, as a notebook, by name; those that come to nothing are left out."""
    made, contents = {}, []
    for part, makers in PARTS.items():
        names = []
        for name, make in makers.items():
            if parts := [part for part in make(digest) if part]:
                title = f"# {digest.voice.say(f'site.page.{name}')}"
                wide = {"hide-toc": True} if name in WIDE else {}
                made[name] = markup.notebook([title, *parts, ROOMY * bool(wide)], **wide)
                names.append(name)
        names = names or sorted(digest.run.chapters)
        caption = digest.voice.say(f"site.part.{part}")
        contents.append("\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```"]))
    return {"index": markup.notebook([*front(digest), "\n\n".join(contents)]), **made}


def live(name: str, digest: Digest) -> Iterator[Markup]:
    """A page that scripts make from the data of all customers."""
    words = {key.replace(".", "_"): digest.voice.text(f"live.{key}") for key in texts("live")}
    page = Markup((ASSETS / f"{name}.html").read_text(encoding="utf-8")).format(**words)
    scripts = ("data", "common", *SCRIPTS[name])
    yield page + Markup("\n").join(Markup('<script src="_static/{}.js"></script>').format(each) for each in scripts)


def claims(digest: Digest) -> Iterator[str]:
    """The ledger: every claim with its test, what was measured, what chance gives, and the verdict."""
    say = digest.voice.say
    rows = digest.rows("claims")
    if rows:
        yield say("site.claims_note")
    for row in rows:
        yield markup.place(row.claim.lower())
        yield f"## {literal(f'{row.claim} · {row.text}')}"
        told = ((name, getattr(row, name)) for name in ("test", "statistic", "null"))
        parts = [Markup("<p><b>{}</b> {}</p>").format(say(f"site.claim.{name}"), said) for name, said in told if said]
        if count := digest.counts.get(row.claim):
            parts.append(tag("p", say(count)))
        yield markup.verdict(row.kind, row.verdict) + Markup("").join([*parts, _measured(digest, row.chapter)])


def _measured(digest: Digest, chapter: str) -> Markup:
    """Links to the chapters that measured a claim."""
    names = [notebook_name(each) for each in CHAPTERS if each in (MEASURING if chapter == "all" else [chapter])]
    say, run = digest.voice.say, digest.run
    links = [link(f"{name}.html", say("site.chapter", n=int(name[:2]))) for name in names if name in run.chapters]
    return tag("p", Markup(" · ").join([*links, link(LEDGER, say("site.ledger"))]), "crm-note")


def glossary(digest: Digest) -> Iterator[Markup]:
    """Every term in plain words, with its name in the other language beside."""
    own, other = sorted(LANGUAGES, key=lambda language: language != digest.voice.language)
    names = [key.removeprefix("term.") for key in texts("glossary") if key.startswith("term.")]
    entry = Markup('<dt id="{}">{} <span class="crm-note" lang="{}">{}</span></dt><dd>{}</dd>')
    term, means = "glossary.term.{}".format, "glossary.means.{}".format
    yield joined("dl", (
        entry.format(name, text(term(name), own), other, text(term(name), other), digest.voice.text(means(name)))
        for name in names
    ), "crm-glossary")  # fmt: skip


def references(digest: Digest) -> Iterator[Markup]:
    """Every work that the project cites, with its address and how far it was seen."""
    if works():
        yield tag("p", digest.voice.say("site.references_note"))
        yield joined("ul", (_work(digest, work) for work in works().values()), "crm-works")


def _work(digest: Digest, work: Work) -> Markup:
    """A work as an item of the list, under the name that citations lead to."""
    seen = tag("span", digest.voice.name("seen", work.fields["note"].replace(" ", "_")), "crm-note")
    parts = (work.told, *([link(work.address, work.address)] if work.address else []), seen)
    return tag("li", Markup(" ").join(parts), id=work.key)


def tables_and_figures(digest: Digest) -> Iterator[str]:
    """Every table and figure of the run: cell, function, downloads."""
    voice, run = digest.voice, digest.run
    made = listed(run.path / "notebooks")
    yield f"## {voice.say('site.figures')}"
    rows = (
        (each.name, voice.say(each.alt), _cell(each), tag("code", each.function), figure_links(each.name, voice))
        for each in made
        if each.kind == "figure" and (run.path / "figures" / f"{each.name}.png").is_file()
    )
    yield table(voice, voice.say("site.figures"), ("drawing", "shows", "made_in", "function", "download"), rows)
    yield f"## {voice.say('site.tables')}"
    yield Markup("<p>{} {}</p>").format(voice.say("site.all_tables"), link(TABLES, TABLES))
    rows = (
        (each.name, len(frame := run.rows(each.name)), ", ".join(frame.columns), _cell(each))
        for each in made
        if each.kind == "write" and each.name in run.tables
    )
    yield table(voice, voice.say("site.tables"), ("table", "rows", "columns", "made_in"), rows)


def _cell(made: Made) -> Markup:
    return link(f"{made.notebook}.html#{anchor(made.cell)}", f"{made.notebook}, {made.cell}")


def settings(digest: Digest) -> Iterator[str]:
    """Every setting with the value of this run, its default, what is allowed and what it means."""
    record = digest.run.record
    sections: dict[str, list[tuple[object, ...]]] = {}
    for name, default, allowed, meaning in settings_reference():
        section, _, key = name.rpartition(".")
        shown = tag("b" if name in record["differs"] else "span", flow(record["settings"].get(name)))
        sections.setdefault(section or "study", []).append((tag("code", key), meaning, shown, default, allowed))
    yield digest.voice.say("site.settings_note")
    yield _english(digest)
    for section, rows in sections.items():
        yield f"## {section}"
        yield table(digest.voice, section, ("setting", "meaning", "here", "default", "allowed"), rows)


def data_card(digest: Digest) -> Iterator[str]:
    """What the book holds, what it lacks, and where the data come from."""
    voice, run = digest.voice, digest.run
    for note in [*["site.read_book"] * (not run.book.simulated), *digest.notes]:
        yield tag("p", voice.say(note))
    rows = (_of_table(name, frame) for name, frame in run.book.tables.items())
    yield table(voice, voice.say("site.book_tables"), ("table", "rows", "columns", "months"), rows)
    yield f"## {voice.say('site.may_hold')}"
    yield _english(digest)
    columns = ("column", "type", "unit", "may_be_missing", "meaning", "rule")
    for name, rows in documentation().groupby("table", sort=False):
        shown = table(voice, name, columns, rows.drop(columns="table").itertuples(index=False))
        yield tag("details", tag("summary", name) + shown)
    yield _card_of(run.study.name)
    yield f"## {voice.say('site.data_log')}"
    yield from document("data-log", digest)


def _of_table(name: str, frame: pd.DataFrame) -> tuple[object, ...]:
    months = frame["month"] if "month" in frame else pd.Series(dtype="datetime64[ns]")
    return name, len(frame), ", ".join(frame.columns), (months.min(), months.max())


def _card_of(study: str) -> Markup:
    """The study's own data card; it comes with the data, and is trusted no more than they are."""
    try:
        path = study_folder(study) / "README.md"
    except CrmError:
        return Markup()
    return markup.untrusted(path.read_text(encoding="utf-8")) if path.is_file() else Markup()


def document(name: str, digest: Digest) -> Iterator[str]:
    """A document of the project without its title; nothing where crmlib is installed without it."""
    path = PROJECT / "docs" / f"{name}.md"
    if path.is_file():
        yield _english(digest)
        yield re.sub(r"\[[\w-]+\.md\]\(([\w-]+)\.md\)", _between, path.read_text(encoding="utf-8").partition("\n")[2])


def _english(digest: Digest) -> Markup:
    """A note above what documents the code, which is English in every language of the report."""
    return Markup() if digest.voice.language == "en" else tag("p", digest.voice.say("site.english"), "crm-note")


def _between(found: re.Match[str]) -> str:
    """A link from one document to another, which may be no page of the site."""
    name = found[1]
    return f"[{name}]({DOCUMENTS[name]})" if name in DOCUMENTS else name


PARTS: dict[str, dict[str, Callable[[Digest], Iterable[str]]]] = {
    "report": {"matrix": partial(live, "matrix"), "customers": partial(live, "customers"), "claims": claims},
    "chapters": {},
    "reference": {
        "glossary": glossary, SOURCES: references, "tables_and_figures": tables_and_figures, "settings": settings,
        "data_card": data_card, "assumptions": partial(document, "assumptions"), "api": api,
    },
}  # fmt: skip
"""Parts of the list of contents with what makes their pages; the chapters are those of the run."""
