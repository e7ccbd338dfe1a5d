"""Everything that the chapters say on small studies: the cells of the notebooks are run in this process, and read."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from matplotlib.text import Text

from crmlib.book import load_book
from crmlib.book.schema import SCHEMAS
from crmlib.report.style import Style
from crmlib.run.graph import notebook_name
from crmlib.study import CHAPTERS, PROJECT, Study
from crmlib.words.said import Said
from crmlib.words.table import Table

SMALL = {
    "book": {"customers": 300, "months": 36, "managers": 3}, "management": {}, "structure": {"bootstrap": 30},
    "problems": {"bootstrap": 30}, "scores": {"null_books": 5}, "matrix": {"draws": 50},
    "strategy": {"bootstrap": 30}, "other_books": 2,
    "evidence": {"bootstrap": 30, "draws": 60, "null_books": 4},
}  # fmt: skip
"""As few customers and draws as sentences need."""
BROKEN = {
    "a number that is none": r"\b(nan|NaN|inf|None(?! of)|NaT)\b",
    "minus zero": r"[-−]0(\.0+)?(?![\d.,])",
    "two minus signs": r"[-−]\s?[-−]\d|\d [−-][−-]",
    "an open place": r"[{}]",
    "one of many": r"(?<![\d.,])1 (customer|manager|book|year|month|hour|product|problem|expert|losse|claim)s\b",
    "a gap": r"\S {2,}\S|\s[,.;:](?!\d)|\(\s|\s\)|\(\)",
    "a name of the code": r"\b[a-z]+_[a-z_]+\b",
}
CODES = {*SCHEMAS, *(column for schema in SCHEMAS.values() for column in schema.columns)}
"""Names of tables and columns, which chapter 1 and the list of what a book lacks show as they are."""


@pytest.fixture
def small_study(tmp_path) -> Callable[..., Path]:
    """Write a small study like jd with other settings; returns its folder."""

    def write(settings: dict) -> Path:
        return _study(tmp_path / "data", settings)

    return write


@pytest.fixture
def tables_study(small_study) -> Callable[..., dict]:
    """A study like jd whose book is read from tables, some of which are absent or edited."""

    def write(absent=(), edit=None):
        folder = small_study({})
        book = load_book(Study.load(folder))
        tables = {name: table for name, table in book.tables.items() if name not in ("truth", *absent)}
        if edit:
            edit(tables)
        (folder / "tables").mkdir()
        for name, table in tables.items():
            columns = [each.partition(".")[2] for each in absent if each.startswith(f"{name}.")]
            table.drop(columns=columns).to_parquet(folder / "tables" / f"{name}.parquet", index=False)
        return {"book": {"source": "tables", "absent": list(absent)}}

    return write


@pytest.fixture
def say(small_study, tmp_path, monkeypatch) -> Callable[..., dict[str, list[str]]]:
    """Run all chapters on a study like jd with other settings; returns what they show by chapter."""
    monkeypatch.setenv("CRM_REPORTS", str(tmp_path / "reports"))
    monkeypatch.setattr("crmlib.report.layout.head_and_foot", lambda figure, title, source: figure.text(0, 0, title))
    monkeypatch.setattr("crmlib.report.layout.place", lambda figure: None)
    monkeypatch.setattr("crmlib.run.chapter._png", lambda figure: b"")
    monkeypatch.setattr("crmlib.report.style.save", lambda figure, path: path.write_bytes(b""))

    def say(settings, chapters=CHAPTERS):
        folder = small_study(settings)
        return {section: _run(section, folder, monkeypatch) for section in chapters}

    return say


def _study(root: Path, settings: dict) -> Path:
    """A study like jd, small, with other settings."""
    for name in ("jd", "published"):
        if not (root / name).exists():
            shutil.copytree(PROJECT / "data" / name, root / name)
    folder = root / "tiny"
    folder.mkdir(exist_ok=True)
    values = {"like": "jd", "title": "A tiny study", "as_of": "2015-12-31", **SMALL}
    for name, value in settings.items():
        values[name] = {**values.get(name, {}), **value} if isinstance(value, dict) else value
    (folder / "study.yaml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    if not (folder / "tree.yaml").exists():
        shutil.copyfile(PROJECT / "data" / "jd" / "tree.yaml", folder / "tree.yaml")
    return folder


def _run(section: str, folder: Path, monkeypatch) -> list[str]:
    """Run the cells of a notebook; returns the texts of all that it shows."""
    shown: list[str] = []
    drawn = _watch_figures(monkeypatch)
    monkeypatch.setattr("crmlib.run.chapter.display", lambda output, **more: shown.extend(_texts(output)))
    path = PROJECT / "notebooks" / f"{notebook_name(section)}.ipynb"
    names: dict = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", ()):
                names |= {"study": str(folder), "run": "tiny"}
    return shown + drawn


def _watch_figures(monkeypatch) -> list[str]:
    drawn: list[str] = []
    finish = Style.finish

    def watched(style, figure, *args, **kwargs):
        finish(style, figure, *args, **kwargs)
        drawn.extend(re.sub(r"\s+", " ", text.get_text()) for text in figure.findobj(Text) if text.get_text().strip())
        return figure

    monkeypatch.setattr(Style, "finish", watched)
    return drawn


def _texts(output) -> list[str]:
    """The texts of something shown."""
    if isinstance(output, Said):
        return [repr(output)]
    if isinstance(output, Table):
        return [output._caption(), *output.texts().columns, *map(str, output.texts().to_numpy().ravel())]
    return [output.alt] if hasattr(output, "alt") else []


@pytest.fixture
def faults() -> Callable[[dict[str, list[str]]], list[str]]:
    """Texts that are broken, each with its chapter and what is wrong with it."""
    return _faults


def _faults(told: dict[str, list[str]]) -> list[str]:
    """Texts that are broken, each with its chapter and what is wrong with it."""
    broken = (
        (section, what, text)
        for section, texts in told.items()
        for text in dict.fromkeys(texts)
        for what, pattern in BROKEN.items()
        if (found := re.search(pattern, re.sub(r"`[^`]*`", "X", text))) and found[0] not in CODES
    )
    return [f"{section}: {what}: {text}" for section, what, text in broken]
