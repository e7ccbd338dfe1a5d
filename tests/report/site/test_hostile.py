"""Text of data and settings stays text on every page that is made from tables, whatever it holds."""

import shutil
from html.parser import HTMLParser

import pandas as pd
import pytest
import yaml

from crmlib.report.site import build, pages

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
    """Put a text into the title, the labels and every name of a run."""
    settings = yaml.safe_load((run / "settings.yaml").read_text(encoding="utf-8"))
    labels = {name: f"{name} {text}" for name in settings["matrix"]["labels"].values()}
    settings["title"] = f"Title {text}"
    settings["matrix"]["labels"] = {place: labels[name] for place, name in settings["matrix"]["labels"].items()}
    (run / "settings.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    for path in (*(run / "tables").glob("*.parquet"), *(run / "book").rglob("*.parquet")):
        table = pd.read_parquet(path).rename(columns=labels)
        for column in table.select_dtypes(["object", "string", "str"]):
            table[column] = table[column].replace(labels)
            if column in TEXTS:
                table[column] = table[column].where(table[column].isna(), table[column].astype(str) + f" {text}")
        table.to_parquet(path)


@pytest.mark.parametrize("text", HOSTILE, ids=["html", "fence", "role", "link", "formula", "quotes"])
def test_text_of_the_data_is_never_markup(site_run, tmp_path, monkeypatch, text):
    run = shutil.copytree(site_run, tmp_path / "jd", ignore=shutil.ignore_patterns("site"))
    poison(run, text)
    (tmp_path / "README.md").write_text(f"# Card\n\n{text}", encoding="utf-8")
    monkeypatch.setattr(pages, "study_folder", lambda _: tmp_path)
    build(run, tmp_path / "site")
    for path in (tmp_path / "site").glob("*.html"):
        page = Reader(path.read_text(encoding="utf-8"))
        assert "mark" not in page.scripts, path.name
        names = {name for name, _ in page.attributes}
        assert not any(name.startswith("on") or "mark" in name for name in names), path.name
        targets = {value.partition("#")[0] for name, value in page.attributes if name in ("href", "src")}
        assert not any("mark" in target or target.startswith(("javascript:", "/")) for target in targets), path.name
        assert "root:" not in page.text, path.name
        assert "Title " + " ".join(text.split()) in " ".join(page.text.split()), path.name
    assert not any("passwd" in path.name for path in (tmp_path / "site").rglob("*"))
