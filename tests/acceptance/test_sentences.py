"""All that the chapters say, over many settings and books: every sentence, table and figure's text is whole and true.

The cells of the notebooks are run in this process on small books, one setting at a time; what they show is read.
"""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from matplotlib.text import Text

from crmlib.book import load_book
from crmlib.book.schema import SCHEMAS
from crmlib.run.graph import notebook_name
from crmlib.study import CHAPTERS, PROJECT, Study
from crmlib.words.said import Said
from crmlib.words.table import Table

pytestmark = pytest.mark.slow

SMALL = {
    "book": {"customers": 300, "months": 36, "managers": 3}, "management": {}, "structure": {"bootstrap": 30},
    "problems": {"bootstrap": 30}, "scores": {"null_books": 5}, "matrix": {"draws": 50},
    "strategy": {"allocation_seeds": 2, "bootstrap": 30}, "evidence": {"bootstrap": 30, "draws": 60, "null_books": 4},
}  # fmt: skip
"""As few customers and draws as sentences need."""
OWN_LABELS = {"high_high": "Sonne", "high_low": "Mond", "low_high": "Stern", "low_low": "Staub"}
CHINESE_LABELS = {"high_high": "甲类", "high_low": "乙类", "low_high": "丙类", "low_low": "丁类"}
GRID = {
    "as it is": {},
    "negative EVA": {"seed": 303},
    "own labels": {"matrix": {"labels": OWN_LABELS}},
    "Chinese labels": {"matrix": {"labels": CHINESE_LABELS}},
    "groups": {"unit": "group"},
    "k-means": {"matrix": {"cut_current": "kmeans", "cut_potential": "kmeans"}},
    "top 20 %": {"matrix": {"cut_current": "top20", "cut_potential": "top20"}},
    "midpoint": {"matrix": {"cut_current": "midpoint", "cut_potential": "midpoint"}},
    "24 months": {"book": {"months": 24}},
    "CNY": {"report": {"money_unit": "CNY"}},
    "亿元": {"report": {"money_unit": "亿元"}},
    "Chinese": {"language": "zh"},
    "equal weights": {"model": {"weights": "equal"}},
    "one manager": {"book": {"managers": 1}},
    "no effects": {"book": {"gamma": 0.0, "beta": 0.0}},
    "few borrowers": {"book": {"borrowers": 0.01}},
}
ABSENT = (
    ("financials",), ("rates",), ("holdings", "products"), ("judgements",), ("contacts",), ("industries",),
    ("customers.rm_id",), ("customers.service_tier",), ("customers.opened",), ("customers.closed",),
    ("customers.rating",), ("customers.public_mandate", "customers.watch_list"),
    ("activity.rm_hours",), ("activity.loan", "activity.loan_rate", "activity.guarantees", "activity.days_overdue"),
)  # fmt: skip
"""Tables and columns that a book may lack."""


def _one_expert(tables):
    judged = tables["judgements"]
    tables["judgements"] = judged[judged["expert"] == judged["expert"].iloc[0]]


def _nobody_leaves(tables):
    tables["customers"] = tables["customers"].assign(closed=pd.NaT)


def _nobody_borrows(tables):
    tables["activity"] = tables["activity"].assign(loan=0.0, loan_rate=0.0, guarantees=0.0, days_overdue=0)


def _no_hours(tables):
    tables["activity"] = tables["activity"].assign(rm_hours=0.0)


EDITED = {
    "one expert": _one_expert, "nobody leaves": _nobody_leaves, "nobody borrows": _nobody_borrows, "no hours": _no_hours
}  # fmt: skip
"""Books unlike the usual."""
BROKEN = {
    "a number that is none": r"\b(nan|NaN|inf|None|NaT)\b",
    "minus zero": r"[-−]0(\.0+)?(?![\d.,])",
    "two minus signs": r"[-−]\s?[-−]\d|\d [−-][−-]",
    "an open place": r"[{}]",
    "one of many": r"(?<![\d.,])1 (customer|manager|book|year|month|hour|product|problem|expert|losse|claim)s\b",
    "a gap": r"\S {2,}\S|\s[,.;:](?!\d)|\(\s|\s\)|\(\)",
    "a name of the code": r"\b[a-z]+_[a-z_]+\b",
}
KEPT_IN_CHINESE = re.compile(r"[A-Z]\w*|λmax|max|[Ww]\d*|n|k|z|g|b|e|x|et|al|ln|asinh|run|json|csv|xlsx|yaml|tiny")
"""Words of Latin letters that Chinese keeps: names, abbreviations, signs, files."""


@pytest.fixture
def say(tmp_path, monkeypatch):
    """Run all chapters on a study like jd with other settings; returns what they show by chapter."""
    monkeypatch.setenv("CRM_REPORTS", str(tmp_path / "reports"))
    monkeypatch.setattr("crmlib.report.layout.head_and_foot", lambda figure, title, source: figure.text(0, 0, title))
    monkeypatch.setattr("matplotlib.figure.Figure.draw_without_rendering", lambda figure: None)
    monkeypatch.setattr("crmlib.run.chapter._png", lambda figure: b"")
    monkeypatch.setattr("crmlib.report.style.save", lambda figure, path: path.write_bytes(b""))

    def say(settings, chapters=CHAPTERS):
        folder = _study(tmp_path / "data", settings)
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
    from crmlib.report.style import Style

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


CODES = {*SCHEMAS, *(column for schema in SCHEMAS.values() for column in schema.columns)}
"""Names of tables and columns, which chapter 1 and the list of what a book lacks show as they are."""


def faults(told: dict[str, list[str]]) -> list[str]:
    """Texts that are broken, each with its chapter and what is wrong with it."""
    broken = (
        (section, what, text)
        for section, texts in told.items()
        for text in dict.fromkeys(texts)
        for what, pattern in BROKEN.items()
        if (found := re.search(pattern, re.sub(r"`[^`]*`", "X", text))) and found[0] not in CODES
    )
    return [f"{section}: {what}: {text}" for section, what, text in broken]


def own_tree(tree: str) -> str:
    """The tree of jd with codes and names of its own."""
    codes = re.sub(
        r"(code|parent): ([AB])(\d*)", lambda found: f"{found[1]}: {'PQ'['AB'.index(found[2])]}x{found[3]}", tree
    )
    return re.sub(r"name: ([a-z -]+)", lambda found: f"name: my {found[1]}", codes)


@pytest.fixture
def tables_study(tmp_path):
    """A study like jd whose book is read from tables, some of which are absent or edited."""

    def write(absent=(), edit=None):
        folder = _study(tmp_path / "data", {})
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


@pytest.mark.parametrize("absent", ABSENT, ids=" ".join)
def test_a_book_that_lacks_something_is_told_whole(say, tables_study, absent):
    told = say(tables_study(absent))
    assert all(told.values())
    assert faults(told) == []


@pytest.mark.parametrize("edit", EDITED)
def test_a_book_unlike_the_usual_is_told_whole(say, tables_study, edit):
    told = say(tables_study(edit=EDITED[edit]))
    assert faults(told) == []


def test_a_tree_of_other_codes_and_names_is_told_whole(say, tmp_path):
    settings = {"evidence": {"baseline": "Px32"}}
    tree = _study(tmp_path / "data", settings) / "tree.yaml"
    tree.write_text(own_tree(tree.read_text(encoding="utf-8")), encoding="utf-8")
    told = say(settings)
    assert faults(told) == []
    assert any("my wallet headroom" in text for text in told["model"])


def english(told: dict[str, list[str]]) -> list[str]:
    """English words in texts that should be Chinese."""
    words = (
        (section, word, text)
        for section, texts in told.items()
        for text in dict.fromkeys(texts)
        for word in re.findall(r"[A-Za-z][\w-]*", re.sub(r"`[^`]*`", "X", text), re.ASCII)
    )
    return [
        f"{section}: {word}: {text}"
        for section, word, text in words
        if not KEPT_IN_CHINESE.fullmatch(word) and word not in CODES
    ]


@pytest.mark.parametrize("setting", GRID)
def test_everything_that_is_said_is_whole(say, setting):
    told = say(GRID[setting])
    assert all(told.values())
    assert faults(told) == []
    if "labels" in GRID[setting].get("matrix", {}):
        other = re.compile(r"\b(platinum|gold|iron)\b", re.IGNORECASE)
        assert [text for texts in told.values() for text in texts if other.search(text)] == []
    if GRID[setting].get("language") == "zh":
        assert english(told) == []
