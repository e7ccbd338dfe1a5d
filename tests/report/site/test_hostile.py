"""Text of data and settings stays text on every page that is made from tables, whatever it holds."""

import re
import shutil
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
import yaml

from crmlib.book import load_book
from crmlib.matrix.classes import LABELS
from crmlib.report.site import pages
from crmlib.report.site.make import make
from crmlib.runs import Run
from crmlib.study import PROJECT, Study

HOSTILE = (
    '<script>mark()</script><img src=x onerror="mark()">',
    "line\n\n```\n```{literalinclude} /etc/passwd\n```\n\n# mark",
    "{download}`/etc/passwd` {raw}`mark` ``mark`` `mark",
    '=HYPERLINK("http://mark.example") [mark](javascript:mark()) ![mark](../mark.png)',
    "$\\frac{mark}{2}$ $$mark$$ \\begin{equation}mark\\end{equation} {{ mark }} {% mark %} %(mark)s",
    "'''\nimport mark\n''' <!-- mark --> </div></section> &lt;b&gt; mark",
)
TEXTS = ("name", "rm_id", "industry", "product", "group_id", "region")


class Reader(HTMLParser):
    """What a browser makes of a page: elements, their attributes, and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.scripts, self.text = "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.inside.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if "script" in self.inside:
            self.scripts += data
        else:
            self.text += data


def poison(run, text):
    """Put a text into the title and the labels, which are on one line, and every name of a run."""
    settings = yaml.safe_load((run / "settings.yaml").read_text(encoding="utf-8"))
    one_line = " ".join(text.split())
    labels = {name: f"{name} {one_line}" for name in settings["matrix"]["labels"].values()}
    settings["title"] = f"Title {one_line}"
    settings["matrix"]["labels"] = {place: labels[name] for place, name in settings["matrix"]["labels"].items()}
    (run / "settings.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    for path in (*(run / "tables").glob("*.parquet"), *(run / "book").rglob("*.parquet")):
        table = pd.read_parquet(path).rename(columns=labels)
        for column in table.select_dtypes(["object", "string", "str"]):
            table[column] = table[column].replace(labels)
            if column in TEXTS:
                table[column] = table[column].where(table[column].isna(), table[column].astype(str) + f" {text}")
        table.to_parquet(path)


def require_plain(page: Reader, name: str) -> None:
    """Nothing of the text is script, attribute or address, and no file of the machine is shown."""
    assert "mark" not in page.scripts, name
    names = {attribute for attribute, _ in page.attributes}
    assert not any(each.startswith("on") or "mark" in each for each in names), name
    targets = {value.partition("#")[0] for attribute, value in page.attributes if attribute in ("href", "src")}
    assert not any("mark" in target or target.startswith(("javascript:", "/")) for target in targets), name
    assert "root:" not in page.text, name


@pytest.mark.parametrize("text", HOSTILE, ids=["html", "fence", "role", "link", "formula", "quotes"])
def test_text_of_the_data_is_never_markup(site_run, tmp_path, monkeypatch, text):
    run = shutil.copytree(site_run, tmp_path / "jd", ignore=shutil.ignore_patterns("site"))
    poison(run, text)
    (tmp_path / "README.md").write_text(f"# Card\n\n{text}", encoding="utf-8")
    monkeypatch.setattr(pages, "study_folder", lambda _: tmp_path)
    make(Run(run), tmp_path / "site")
    for path in (tmp_path / "site").glob("*.html"):
        page = Reader(path.read_text(encoding="utf-8"))
        require_plain(page, path.name)
        assert "Title " + " ".join(text.split()) in " ".join(page.text.split()), path.name
    assert not any("passwd" in path.name for path in (tmp_path / "site").rglob("*"))


NAMES = {
    "customers": ("name", "group_id", "rm_id", "rating"), "judgements": ("expert",), "products": ("name",),
    "industries": ("name",), "contacts": ("kind",),
}  # fmt: skip
"""Columns of a book that hold names, which may be anything."""
IDS = ("group_id", "rm_id", "expert")
"""Those in which the reader of a book refuses a line break."""
SMALL = {
    "book": {"customers": 300, "months": 36, "managers": 3}, "structure": {"bootstrap": 30},
    "problems": {"bootstrap": 30}, "scores": {"null_books": 5}, "matrix": {"draws": 50},
    "strategy": {"bootstrap": 30}, "other_books": 2,
    "evidence": {"bootstrap": 30, "draws": 60, "null_books": 4},
}  # fmt: skip
"""As few customers and draws as the chapters need."""


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory, command) -> Path:
    """A whole run, published, of a book whose names are such texts; so are the title and the labels."""
    root = tmp_path_factory.mktemp("hostile")
    for name in ("notebooks", "data/jd", "data/published"):
        shutil.copytree(PROJECT / name, root / name)
    folder = root / "data" / "hostile"
    folder.mkdir()
    # The settings refuse line breaks in both.
    lines = [" ".join(text.split()) for text in HOSTILE]
    labels = dict(zip(LABELS, (f"{name} {text}" for name, text in zip("wxyz", lines, strict=False)), strict=True))
    settings = {"like": "jd", "title": f"Title {lines[1]}", "as_of": "2015-12-31", **SMALL}
    settings["matrix"] = settings["matrix"] | {"labels": labels}
    write(folder, settings)
    shutil.copyfile(root / "data" / "jd" / "tree.yaml", folder / "tree.yaml")
    tables = load_book(Study.load(folder)).tables
    (folder / "tables").mkdir()
    for name, table in tables.items():
        for column in NAMES.get(name, ()):
            hostile = lines if column in IDS else HOSTILE
            texts = {each: f"{hostile[at % len(hostile)]} {each}" for at, each in enumerate(table[column].unique())}
            table[column] = table[column].map(texts, na_action="ignore")
        if name != "truth":
            table.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
    grades = dict(zip(tables["customers"]["rating"].dropna().unique(), (0.01, 0.02, 0.03, 0.05) * 9, strict=False))
    write(folder, settings | {"book": {"source": "tables"}, "profit": {"pd_by_rating": grades}})
    for step in ("run", "report"):
        done = command(root, step, "hostile", CRM_REPORTS=str(root / "reports"))
        assert done.returncode == 0, done.stderr
    return root / "reports" / "hostile"


def write(folder: Path, settings: dict) -> None:
    (folder / "study.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")


@pytest.mark.slow
def test_names_are_never_markup_on_the_site_of_a_whole_run(hostile_run):
    for path in (hostile_run / "site").glob("*.html"):
        require_plain(Reader(path.read_text(encoding="utf-8")), path.name)
    assert not any("passwd" in path.name for path in (hostile_run / "site").rglob("*"))


@pytest.mark.slow
def test_names_are_never_markup_in_notebooks_that_others_convert(hostile_run):
    from nbconvert import HTMLExporter

    for path in (hostile_run / "notebooks").glob("*.ipynb"):
        page, _ = HTMLExporter(template_name="basic").from_filename(str(path))
        require_plain(Reader(page), path.name)


@pytest.mark.slow
def test_names_are_no_formulas_in_the_workbook(hostile_run):
    with ZipFile(hostile_run / "customers.xlsx") as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
    assert any("=HYPERLINK" in sheet for sheet in sheets)
    formulas = [unescape(formula) for sheet in sheets for formula in re.findall("<f>(.*?)</f>", sheet)]
    # Within quotes, which are doubled there, a text is a value of the formula.
    assert not any("mark" in re.sub(r'"(?:[^"]|"")*"', "", formula) for formula in formulas)
