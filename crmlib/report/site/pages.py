"""The pages beside the chapters: the two live ones, claims, lists of what was made, settings, data and assumptions."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from crmlib.book.schema import documentation
from crmlib.errors import CrmError
from crmlib.reference import flow, settings_reference
from crmlib.report.site import markup
from crmlib.report.site.api import api
from crmlib.report.site.chapters import figure_links, linked
from crmlib.report.site.files import TABLES
from crmlib.report.site.front import front
from crmlib.report.site.listing import Made, listed
from crmlib.report.site.markup import Html, link, literal
from crmlib.report.tables import plain
from crmlib.runs import Run
from crmlib.study import PROJECT, study_folder
from crmlib.words import texts

ASSETS = Path(__file__).parent / "assets"
WIDE = ("matrix", "customers", "tables_and_figures", "data_card", "assumptions")
"""Pages whose tables need the width of the list of contents."""
ROOMY = Html('<div class="crm-wide"></div>')
DOCUMENTS = {"assumptions": "assumptions.html", "data-log": "data_card.html"}
"""Documents of the project that are pages of the site."""
COLUMNS_SHOWN = 9


def pages(run: Run) -> dict[str, dict[str, Any]]:
    """Every page but the chapters, as a notebook, by name."""
    made = {
        "matrix": live("matrix", ("rule", "plot", "matrix")),
        "customers": live("customers", ("rule", "customers")),
        "claims": list(claims(run)),
        "tables_and_figures": tables_and_figures(run),
        "settings": list(settings(run)),
        "data_card": data_card(run),
        "assumptions": [document("assumptions")],
        "api": list(api()),
    }
    language = run.study.language
    made = {name: [_title(name, language), *parts] for name, parts in made.items() if any(parts)}
    made = {"index": [*front(run), contents(run, list(made))], **made}
    return {name: _page(name, parts) for name, parts in made.items()}


def _page(name: str, parts: list[str]) -> dict[str, Any]:
    return markup.notebook([*parts, ROOMY], **{"hide-toc": True}) if name in WIDE else markup.notebook(parts)


def contents(run: Run, names: list[str]) -> str:
    """The hidden list of pages, which the side bar shows."""
    chapters = sorted(path.stem for path in (run.path / "notebooks").glob("*.ipynb"))
    parts = {"report": names[:3], "chapters": chapters, "reference": names[3:]}
    lists = (
        f"```{{toctree}}\n:hidden:\n:caption: {texts.text(f'site.part.{part}', run.study.language)}\n\n"
        + "\n".join(each)
        + "\n```"
        for part, each in parts.items()
    )
    return "\n\n".join(lists)


def _title(name: str, language: str) -> str:
    """Title of a page, where it does not bring its own."""
    return f"# {texts.text(key, language)}" if texts.has(key := f"site.page.{name}") else ""


def live(name: str, scripts: tuple[str, ...]) -> list[str]:
    """A page that scripts make from the data of all customers."""
    loaded = "\n".join(f'<script src="_static/{each}.js"></script>' for each in ("data", "common", *scripts))
    return [Html((ASSETS / f"{name}.html").read_text(encoding="utf-8") + loaded)]


def claims(run: Run) -> Iterator[str]:
    """The ledger: every claim with its test, what was measured, what chance gives, and the verdict."""
    ledger = run.rows("claims")
    if ledger.empty:
        return
    yield (
        "What the abstract of the case says, in our words, and what came of it. Verdicts are computed, and each could "
        "have come out the other way."
    )
    for row in ledger.astype(object).where(ledger.notna(), "").itertuples():
        yield Html(f'<span class="crm-cell" id="{row.claim.lower()}"></span>')
        yield f"## {literal(f'{row.claim} · {row.text}')}"
        yield Html(markup.verdict(row.kind, row.verdict) + "".join(f"<p>{part}</p>" for part in _tested(run, row)))


def _tested(run: Run, row: tuple) -> Iterator[str]:
    """How a claim was tested, with links to the chapters that measured it, in HTML."""
    ledger = "09_evidence#cell-ledger"
    for head, text in (("Test", row.test), ("Measured", row.statistic), ("By chance", row.null)):
        if text:
            said = escape(text)
            yield f"<b>{head}.</b> " + (said if head == "Test" else linked(said, "ledger", "09_evidence"))
    names = [name for name in run.chapters if name[3:] in str(row.chapter).replace("all", " ".join(run.chapters))]
    chapters = ", ".join(link(f"{name}.html", f"chapter {int(name[:2])}") for name in names)
    if names:
        yield f"Measured in {chapters}; {link(ledger.replace('#', '.html#'), 'the cell of the ledger')}."


def tables_and_figures(run: Run) -> list[str]:
    """Every table and figure of the run: cell, function, downloads."""
    made = [each for each in listed(run.path / "notebooks") if _file(run, each).is_file()]
    figures = [
        (each.name, each.shows, _cell(each), markup.tag("code", each.function), figure_links(each.name))
        for each in made
        if each.kind == "figure"
    ]
    tables = [(each.name, *_size(run, each.name), _cell(each)) for each in made if each.kind == "write"]
    return [
        "## Figures",
        markup.table("Figures", ("figure", "shows", "made in", "function", "download"), figures),
        "## Tables",
        Html(f"<p>All of them as CSV: {link(TABLES, TABLES)}.</p>"),
        markup.table("Tables", ("table", "rows", "columns", "made in"), tables, numbers=(1,)),
    ]


def _file(run: Run, made: Made) -> Path:
    folder, ending = ("figures", "svg") if made.kind == "figure" else ("tables", "csv")
    return run.path / folder / f"{made.name}.{ending}"


def _size(run: Run, name: str) -> tuple[str, str]:
    frame = run.rows(name)
    names = ", ".join(frame.columns[:COLUMNS_SHOWN])
    return f"{len(frame):,}", names + (" …" if frame.shape[1] > COLUMNS_SHOWN else "")


def _cell(made: Made) -> Html:
    return link(f"{made.notebook}.html#cell-{made.cell}", f"{made.notebook}, {made.cell}")


def settings(run: Run) -> Iterator[str]:
    """Every setting with the value of this run, its default, what is allowed and what it means."""
    differs = run.record["differs"]
    sections: dict[str, list[tuple[object, ...]]] = {}
    for name, default, allowed, meaning in settings_reference():
        section, _, key = name.rpartition(".")
        value = run.record["settings"].get(name)
        shown = markup.tag("b" if name in differs else "span", flow(value))
        sections.setdefault(section or "study", []).append((markup.tag("code", key), meaning, shown, default, allowed))
    yield "Made from the settings' own schema. A value in bold differs in this run from the study's file."
    for section, rows in sections.items():
        yield f"## {section}"
        yield markup.table(section, ("setting", "meaning", "here", "default", "allowed"), rows)


def data_card(run: Run) -> list[str]:
    """What the book holds, what it lacks, and where the data come from."""
    book = run.book
    rows = [_of_table(name, frame) for name, frame in book.tables.items()]
    absent = ", ".join(run.study.book.absent)
    return [
        "The book is **simulated**: no customer is real."
        if book.simulated
        else "The book is read from the study's tables.",
        markup.table("Tables of the book", ("table", "rows", "columns", "months"), rows, numbers=(1,)),
        Html(f"<p>The study does not expect: {escape(absent)}.</p>") if absent else "",
        "## What a table may hold",
        _columns_of_tables(),
        _card_of(run),
        document("data-log").replace("# Data log", "## Data log", 1),
    ]


def _of_table(name: str, frame: pd.DataFrame) -> tuple[str, str, str, str]:
    months = frame["month"] if "month" in frame else pd.Series(dtype="datetime64[ns]")
    period = f"{months.min():%Y-%m} to {months.max():%Y-%m}" if len(months) else "–"
    return name, f"{len(frame):,}", ", ".join(frame.columns), period


def _columns_of_tables() -> Html:
    """Every column that a book may have, from the schemas that check it."""
    found = documentation()
    heads = list(found.columns.drop("table"))
    parts = []
    for name, rows in found.groupby("table", sort=False):
        cells = [[plain(cell) for cell in row] for row in rows[heads].itertuples(index=False)]
        parts.append(f"<details><summary>{name}</summary>{markup.table(f'Columns of {name}', heads, cells)}</details>")
    return Html("\n".join(parts))


def _card_of(run: Run) -> Html:
    """The study's own data card; it comes with the data, and is trusted no more than they are."""
    try:
        path = study_folder(run.study.name) / "README.md"
    except CrmError:
        return Html()
    return markup.untrusted(path.read_text(encoding="utf-8")) if path.is_file() else Html()


def document(name: str) -> str:
    """A document of the project; empty where crmlib is installed without it."""
    path = PROJECT / "docs" / f"{name}.md"
    if not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"\[[\w-]+\.md\]\(([\w-]+)\.md\)", _between, text)


def _between(found: re.Match[str]) -> str:
    """A link from one document to another, which may be no page of the site."""
    name = found[1]
    return f"[{name}]({DOCUMENTS[name]})" if name in DOCUMENTS else name
