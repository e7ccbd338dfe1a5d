"""The case in Chinese: what its figures, brief and workbook say, word for word."""

import html
import re
import shutil

import nbformat
import openpyxl
import pytest

from crmlib.report.brief import content
from crmlib.report.digest import Digest
from crmlib.report.workbook.make import workbook
from crmlib.runs import Run
from crmlib.study import PROJECT

pytestmark = pytest.mark.slow
KEPT = (
    r"Company \d+", r"RM\d+", r"[AB]\d+", "AAA?", "BBB?", "CCC", "TOPSIS", "CRITIC", "Saaty", "Spearman", "Pearson",
    "asinh", "ln", "min", "CNY", "RAROC", "jd", "JD", "ZG", "p70", "customers.xlsx", "results.json",
    "CR", "CI", "RI", "λmax", "Goepel", "Dwyer", "Schurr", "Oh", "Holm", "Lahdelma", "Salminen", "“all”",
)  # fmt: skip
"""Names and signs that stay as they are."""
LATIN = re.compile(rf"(?<![A-Za-z])({'|'.join(KEPT)})(?![A-Za-z])")


@pytest.fixture(scope="module")
def chinese(tmp_path_factory, jd_run, command):
    root = tmp_path_factory.mktemp("reports")
    # Of the English run it takes what no language changes: the other books.
    shutil.copytree(jd_run.path, root / "jd")
    done = command(PROJECT, "run", "jd", "--set", "language=zh", CRM_REPORTS=str(root))
    assert done.returncode == 0, done.stderr
    return Run(root / "jd")


def english(texts):
    """The texts that still have an English word."""
    return sorted({text for text in texts if re.search("[A-Za-z]{2}", LATIN.sub("", text))})


def test_every_word_of_every_figure_is_chinese(chinese):
    figures = sorted((chinese.path / "figures").glob("*.svg"))
    assert len(figures) > 30
    drawn = {path.name: re.findall(r"<!-- (.*?) -->", path.read_text(encoding="utf-8"), re.DOTALL) for path in figures}
    assert {name: words for name, texts in drawn.items() if (words := english(map(html.unescape, texts)))} == {}


def test_every_chapter_is_told_in_chinese(chinese):
    for path in sorted((chinese.path / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        fixed = [cell.source for cell in cells if cell.cell_type == "markdown"]
        assert all(re.search("[\u4e00-\u9fff]", text) for text in fixed), path.stem
        made = [output.get("data", {}).get("text/html", "") for cell in cells for output in cell.get("outputs", ())]
        said = [re.sub("<[^>]*>|<code>.*?</code>", " ", text) for text in made if "crm-said" in text]
        assert said and all(re.search("[\u4e00-\u9fff]", text) for text in said), path.stem


def test_every_caption_and_head_of_every_table_is_chinese(chinese):
    said = {}
    for path in sorted((chinese.path / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        made = [output.get("data", {}).get("text/html", "") for cell in cells for output in cell.get("outputs", ())]
        # The table of a chapter's settings names them as the settings do.
        tables = "".join(text for text in made if "crm-table" in text and "，运行jd，研究jd<" not in text)
        said[path.stem] = english(
            map(html.unescape, re.findall(r"<(?:caption|th) [^>]*>(.*?)</(?:caption|th)>", tables))
        )
    assert {name: words for name, words in said.items() if words} == {}


def test_every_word_of_the_brief_is_chinese(chinese):
    def texts(value):
        if isinstance(value, str):
            return [value]
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [text for item in inner for text in texts(item)]

    data = content(Digest(chinese))
    # Works are told as they are called.
    signs = ("works", "font", "language", "colours", "colour", "mark", "stake", "kinds")
    said = {key: value for key, value in data.items() if key not in signs}
    keys = {"keep", "grow", "cut", "risk"}
    assert english(text for text in texts(said) if text not in keys and not text.startswith("#")) == []


def test_every_word_of_the_lists_is_chinese(chinese, tmp_path):
    workbook(chinese, tmp_path / "customers.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "customers.xlsx", read_only=True)
    for name in ("摘要", "客户", "RM01", "指标贡献"):
        cells = (cell for row in sheets[name].iter_rows(values_only=True) for cell in row if isinstance(cell, str))
        assert english(cells) == [], name
