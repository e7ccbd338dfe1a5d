"""The pages beside the chapters: the two live ones, claims, lists of what was made, settings, data and assumptions."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from crmlib.book.schema import documentation
from crmlib.errors import CrmError
from crmlib.reference import flow, settings_reference
from crmlib.report.digest import Digest
from crmlib.report.site import markup
from crmlib.report.site.api import api
from crmlib.report.site.chapters import anchor, figure_links
from crmlib.report.site.files import TABLES
from crmlib.report.site.front import front
from crmlib.report.site.listing import Made, listed
from crmlib.report.site.markup import joined, link, literal, table, tag
from crmlib.runs import notebook_name
from crmlib.study import CHAPTERS, PROJECT, study_folder
from crmlib.words.texts import LANGUAGES, text, texts

ASSETS = Path(__file__).parent / "assets"
PARTS = {
    "report": ("matrix", "customers", "claims"),
    "chapters": (),
    "reference": ("glossary", "tables_and_figures", "settings", "data_card", "assumptions", "api"),
}
"""Parts of the list of contents with their pages; the chapters are those of the run."""
WIDE = ("matrix", "customers", "tables_and_figures", "data_card", "assumptions")
"""Pages whose tables need the width of the list of contents."""
ROOMY = Markup('<div class="crm-wide"></div>')
SCRIPTS = {"matrix": ("rule", "plot", "matrix"), "customers": ("rule", "customers")}
DOCUMENTS = {"assumptions": "assumptions.html", "data-log": "data_card.html"}
"""Documents of the project that are pages of the site."""
LEDGER = "09_evidence.html#cell-ledger"
COLUMNS_SHOWN = 9


def pages(digest: Digest) -> dict[str, dict[str, Any]]:
    """Every page but the chapters, as a notebook, by name."""
    made = {
        "matrix": [live("matrix", digest)],
        "customers": [live("customers", digest)],
        "claims": claims(digest),
        "glossary": [glossary(digest)],
        "tables_and_figures": tables_and_figures(digest),
        "settings": settings(digest),
        "data_card": data_card(digest),
        "assumptions": document("assumptions", digest),
        "api": api(digest.voice),
    }
    parts = {name: [part for part in page if part] for name, page in made.items()}
    parts = {name: [f"# {digest.voice.say(f'site.page.{name}')}", *page] for name, page in parts.items() if page}
    index = [*front(digest), contents(digest, list(parts))]
    return {name: _page(name, page) for name, page in {"index": index, **parts}.items()}


def _page(name: str, parts: list[str]) -> dict[str, Any]:
    return markup.notebook([*parts, ROOMY], **{"hide-toc": True}) if name in WIDE else markup.notebook(parts)


def contents(digest: Digest, names: list[str]) -> str:
    """The hidden list of pages, which the side bar shows."""
    found = PARTS | {"chapters": sorted(path.stem for path in (digest.run.path / "notebooks").glob("*.ipynb"))}
    lists = (
        f"```{{toctree}}\n:hidden:\n:caption: {digest.voice.say(f'site.part.{part}')}\n\n"
        + "\n".join(name for name in pages if part == "chapters" or name in names)
        + "\n```"
        for part, pages in found.items()
    )
    return "\n\n".join(lists)


def live(name: str, digest: Digest) -> Markup:
    """A page that scripts make from the data of all customers."""
    words = {key.replace(".", "_"): words[digest.voice.language] for key, words in texts("live").items()}
    page = Markup((ASSETS / f"{name}.html").read_text(encoding="utf-8")).format(**words)
    scripts = ("data", "common", *SCRIPTS[name])
    return page + Markup("\n").join(Markup('<script src="_static/{}.js"></script>').format(each) for each in scripts)


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
        yield markup.verdict(row.kind, row.verdict) + Markup("").join([*parts, _measured(digest, row.chapter)])


def _measured(digest: Digest, chapter: str) -> Markup:
    """Links to the chapters that measured a claim."""
    names = [notebook_name(each) for each in CHAPTERS if chapter in (each, "all")]
    say, run = digest.voice.say, digest.run
    links = [link(f"{name}.html", say("site.chapter", n=int(name[:2]))) for name in names if name in run.chapters]
    return tag("p", Markup(" · ").join([*links, link(LEDGER, say("site.ledger"))]), "crm-note")


def glossary(digest: Digest) -> Markup:
    """Every term in plain words, with its name in the other language beside."""
    language = digest.voice.language
    other = next(each for each in LANGUAGES if each != language)
    names = [key.removeprefix("term.") for key in texts("glossary") if key.startswith("term.")]
    entries = (
        Markup('<dt id="{}">{} <span class="crm-note" lang="{}">{}</span></dt><dd>{}</dd>').format(
            name, text(f"glossary.term.{name}", language), other, text(f"glossary.term.{name}", other),
            text(f"glossary.means.{name}", language),
        )
        for name in names
    )  # fmt: skip
    return joined("dl", entries, "crm-glossary")


def tables_and_figures(digest: Digest) -> Iterator[str]:
    """Every table and figure of the run: cell, function, downloads."""
    voice, run = digest.voice, digest.run
    made = listed(run.path / "notebooks")
    figures = [each for each in made if each.kind == "figure" and (run.path / "figures" / f"{each.name}.svg").is_file()]
    tables = [each for each in made if each.kind == "write" and each.name in run.tables]
    yield f"## {voice.say('site.figures')}"
    rows = (
        (each.name, voice.say(each.alt), _cell(each), tag("code", each.function), _downloads(each, digest))
        for each in figures
    )
    yield table(voice, voice.say("site.figures"), ("drawing", "shows", "made_in", "function", "download"), rows)
    yield f"## {voice.say('site.tables')}"
    yield Markup("<p>{} {}</p>").format(voice.say("site.all_tables"), link(TABLES, TABLES))
    rows = ((each.name, *_size(digest, each.name), _cell(each)) for each in tables)
    yield table(voice, voice.say("site.tables"), ("table", "rows", "columns", "made_in"), rows)


def _downloads(made: Made, digest: Digest) -> Markup:
    return figure_links(made.name, digest.voice)


def _size(digest: Digest, name: str) -> tuple[int, str]:
    frame = digest.run.rows(name)
    names = ", ".join(frame.columns[:COLUMNS_SHOWN])
    return len(frame), names + (" …" if frame.shape[1] > COLUMNS_SHOWN else "")


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
    yield from _columns_of_tables(digest)
    yield _card_of(run.study.name)
    yield f"## {voice.say('site.data_log')}"
    yield from document("data-log", digest)


def _of_table(name: str, frame: pd.DataFrame) -> tuple[object, ...]:
    months = frame["month"] if "month" in frame else pd.Series(dtype="datetime64[ns]")
    return name, len(frame), ", ".join(frame.columns), (months.min(), months.max())


def _columns_of_tables(digest: Digest) -> Iterator[Markup]:
    """Every column that a book may have, from the schemas that check it."""
    columns = ("column", "type", "unit", "may_be_missing", "meaning", "rule")
    for name, rows in documentation().groupby("table", sort=False):
        shown = table(digest.voice, name, columns, rows.drop(columns="table").itertuples(index=False))
        yield Markup("<details><summary>{}</summary>{}</details>").format(name, shown)


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
